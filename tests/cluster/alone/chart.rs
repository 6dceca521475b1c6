//! The Helm chart under names of its own, with processes in the place of its pods: their arguments, account and names are those of
//! the rendering.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use control_plane::{ControlPlane, Options, Process, Renderers};
use serde_json::{Value, json};

use crate::objects::{BAD, GOOD, deployment};
use crate::support::{free_address, get, kubectl, until, until_asked};

const NAMESPACE: &str = "elections";
const NAME: &str = "guard-leaselint";
const CONFIGURATION: &str =
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/guard-leaselint";

fn install(plane: &ControlPlane, renderers: &Renderers) {
    let chart = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/charts/leaselint");
    let mut helm = Command::new(renderers.folder.join("helm"));
    for name in ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"] {
        helm.env(name, plane.folder().join("helm"));
    }
    helm.arg("install").arg("guard").arg(chart);
    helm.args(["--namespace", NAMESPACE, "--create-namespace"]);
    helm.args(["--set", "mode=enforce,webhook.failurePolicy=Fail"]);
    let output = helm.arg("--kubeconfig").arg(plane.kubeconfig()).output();
    let output = output.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
}

/// Has the Service lead to a port of this machine: nothing here brings a Service to its pods.
fn lead_outside(plane: &ControlPlane, port: u16) {
    kubectl(plane, &["-n", NAMESPACE, "delete", "service", NAME], "").passes();
    let service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": NAME, "namespace": NAMESPACE},
        "spec": {"type": "ExternalName", "externalName": "localhost"},
    });
    kubectl(plane, &["apply", "-f", "-"], &service.to_string()).passes();
    let path = |at: u8| format!("/webhooks/{at}/clientConfig/service/port");
    let patch = [0, 1].map(|at| json!({"op": "replace", "path": path(at), "value": port}));
    let patch = Value::from(patch.to_vec()).to_string();
    let what = ["patch", "validatingwebhookconfiguration", NAME];
    kubectl(
        plane,
        &[&what[..], &["--type=json", "-p", &patch]].concat(),
        "",
    )
    .passes();
}

/// A process with the arguments of the rendered pods, which listens where a test can.
fn replica(plane: &ControlPlane, name: &str, account: &Path, port: u16) -> Process {
    let path = format!("/apis/apps/v1/namespaces/{NAMESPACE}/deployments/{NAME}");
    let object = plane.client().get(&path).unwrap();
    let rendered = &object["spec"]["template"]["spec"]["containers"][0]["args"];
    let rendered: Vec<String> = serde_json::from_value(rendered.clone()).unwrap();
    let is_kept =
        |one: &String| !one.starts_with("--listen=") && !one.starts_with("--metrics-listen=");
    let mut arguments: Vec<String> = rendered.into_iter().filter(is_kept).collect();
    let metrics = free_address();
    arguments.push(format!("--listen=127.0.0.1:{port}"));
    arguments.push(format!("--metrics-listen={metrics}"));
    arguments.push(format!("--kubeconfig={}", account.display()));
    let program = Path::new(env!("CARGO_BIN_EXE_leaselint"));
    let process = plane.run(name, program, &arguments).unwrap();
    until("the replica is ready", || get(metrics, "/readyz").is_some());
    process
}

#[test]
fn a_release_under_other_names_denies_and_cannot_change_itself() {
    let Some(renderers) = Renderers::for_test() else {
        return;
    };
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    let begin = Instant::now();
    install(&plane, &renderers);
    let port = free_address().port();
    lead_outside(&plane, port);
    let token = kubectl(&plane, &["create", "token", NAME, "-n", NAMESPACE], "");
    let token = token.passes().printed;
    let account = plane.kubeconfig_with_token("guard", token.trim()).unwrap();
    let _replicas = [("one", port), ("two", free_address().port())]
        .map(|(name, port)| replica(&plane, name, &account, port));
    until_asked(&plane, "default");
    let apply = |arguments: &[&str]| {
        let object = deployment("default", "orders", arguments, 2).to_string();
        kubectl(&plane, &["apply", "-f", "-"], &object)
    };
    apply(BAD).refused_by("lease-not-above-renew");
    println!("install to denial: {} ms", begin.elapsed().as_millis());
    apply(GOOD).passes();

    // The policy that holds the account to its caBundle names this account.
    let mut object = plane.client().get(CONFIGURATION).unwrap();
    object["webhooks"][0]["failurePolicy"] = "Ignore".into();
    let file = plane.folder().join("changed.json");
    std::fs::write(&file, object.to_string()).unwrap();
    let path = format!("{CONFIGURATION}?dryRun=All");
    let replace = ["replace", "--raw", &path, "-f", file.to_str().unwrap()];
    let as_account = ["--kubeconfig", account.to_str().unwrap()];
    until("the policy is in force", || {
        let outcome = kubectl(&plane, &[&as_account[..], &replace].concat(), "");
        !outcome.passed && outcome.words.contains("guard-leaselint-own-configuration")
    });
}
