//! The Helm chart under names of its own, with processes in the place of its pods: their arguments, account and names are those of
//! the rendering.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use control_plane::{ControlPlane, Options, Process, Renderers};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::kubelet::{ClusterNetwork, Kubelet, StopAtEnd};
use crate::load::{Load, Renewals};
use crate::objects::{BAD, GOOD, deployment};
use crate::support::{free_address, get, kubectl, until, until_asked};

const NAMESPACE: &str = "elections";
const NAME: &str = "guard-leaselint";
const CONFIGURATION: &str =
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/guard-leaselint";

/// Runs helm without anything of its user's.
fn helm(plane: &ControlPlane, renderers: &Renderers, verb: &str, rest: &[&str]) {
    let mut helm = Command::new(renderers.folder.join("helm"));
    for name in ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"] {
        helm.env(name, plane.folder().join("helm"));
    }
    helm.args([verb, "guard", "--namespace", NAMESPACE])
        .args(rest);
    let output = helm.arg("--kubeconfig").arg(plane.kubeconfig()).output();
    let output = output.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{verb}: {errors}");
}

fn chart() -> String {
    format!("{}/deploy/charts/leaselint", env!("CARGO_MANIFEST_DIR"))
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
    let values = "mode=enforce,webhook.failurePolicy=Fail";
    let chart = chart();
    let install = [chart.as_str(), "--create-namespace", "--set", values];
    helm(&plane, &renderers, "install", &install);
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

#[test]
fn from_install_to_uninstall_nothing_is_blocked_and_every_lease_is_renewed() {
    let Some(renderers) = Renderers::for_test() else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let (network, argument) = ClusterNetwork::start(folder.path());
    let options = Options {
        api_server: vec![argument],
        ..Options::default()
    };
    let Some(plane) = ControlPlane::for_test(&options) else {
        return;
    };
    let controllers = [
        "--leader-elect=false",
        "--controllers=deployment-controller,replicaset-controller,garbage-collector-controller",
    ];
    let _controllers = plane.controllers("controllers", &controllers).unwrap();
    let kubelet = Kubelet {
        plane: &plane,
        network: &network,
        namespace: NAMESPACE,
        account: NAME,
        started: AtomicUsize::new(0),
        ended: AtomicUsize::new(0),
    };
    let chart = chart();
    let release = |verb: &str, rest: &[&str]| helm(&plane, &renderers, verb, rest);
    let rolled_out = || {
        let deployment = format!("deployment/{NAME}");
        let status = [
            "rollout",
            "status",
            &deployment,
            "-n",
            NAMESPACE,
            "--timeout=120s",
        ];
        kubectl(&plane, &status, "").passes();
    };
    // Ten times a second each. With Fail a request that is not answered is refused.
    let load = Load::start(plane.client(), "default", 1, Duration::from_millis(100));
    let renewals = Renewals::start(plane.client(), "default");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let _stopped = StopAtEnd(&stop);
        scope.spawn(|| kubelet.run(&stop));
        let begin = Instant::now();
        release("install", &[chart.as_str(), "--create-namespace"]);
        rolled_out();
        let insisting = ["--set", "mode=enforce,webhook.failurePolicy=Fail"];
        release("upgrade", &[&[chart.as_str()], &insisting[..]].concat());
        rolled_out();
        until_asked(&plane, "default");
        println!(
            "install, upgrade and denial: {} ms",
            begin.elapsed().as_millis()
        );
        release("rollback", &["1"]);
        rolled_out();
        release("upgrade", &[&[chart.as_str()], &insisting[..]].concat());
        rolled_out();
        until_asked(&plane, "default");
        release("uninstall", &[]);
        until("all pods are gone", || kubelet.pods().is_empty());
    });
    let tally = load.end();
    assert_eq!(tally.failed, Vec::<String>::new());
    assert!(tally.admitted > 50, "{tally:?}");
    let (renewed, refused) = renewals.end();
    assert_eq!(refused, Vec::<String>::new());
    assert!(renewed > 50, "{renewed}");
    let started = kubelet.started.load(Ordering::Relaxed);
    assert_eq!(kubelet.ended.load(Ordering::Relaxed), started);
    // Two pods of each of four revisions at least.
    assert!(started >= 8, "{started}");
}
