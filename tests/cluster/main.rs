//! `leaselint serve` beside a real API server, as `deploy/base` sets it up.
#![allow(clippy::unwrap_used)] // in tests a panic is the message

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use control_plane::{ControlPlane, Options};
use serde_json::{Value, json};

const CONFIGURATION: &str =
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/leaselint";

/// Anything that is waited for comes much sooner.
const PATIENCE: Duration = Duration::from_secs(60);

struct Cluster {
    plane: ControlPlane,
    server: Child,
    metrics: SocketAddr,
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

/// The body of an answer, if its status is 200.
fn get(address: SocketAddr, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    .ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    head.starts_with("HTTP/1.1 200").then(|| body.to_owned())
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

impl Cluster {
    /// Applies `deploy/base` and runs the program with its account, outside of a pod.
    fn start() -> Option<Self> {
        let plane = ControlPlane::for_test(&Options::default())?;
        let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/base");
        succeeds(&plane, &["apply", "-k", base.to_str().unwrap()], "");
        let (listen, metrics) = (free_address(), free_address());
        // Nothing here brings a Service to its pods, so this one points to the outside.
        succeeds(
            &plane,
            &["-n", "leaselint", "delete", "service", "leaselint"],
            "",
        );
        let service = json!({
            "apiVersion": "v1", "kind": "Service",
            "metadata": {"name": "leaselint", "namespace": "leaselint"},
            "spec": {"type": "ExternalName", "externalName": "localhost"},
        });
        succeeds(&plane, &["apply", "-f", "-"], &service.to_string());
        let port = json!([{"op": "replace", "path": "/webhooks/0/clientConfig/service/port", "value": listen.port()}]);
        let patch = [
            "patch",
            "validatingwebhookconfiguration",
            "leaselint",
            "--type=json",
            "-p",
        ];
        succeeds(&plane, &[&patch[..], &[&port.to_string()]].concat(), "");

        let token = succeeds(
            &plane,
            &["create", "token", "leaselint", "-n", "leaselint"],
            "",
        );
        let kubeconfig: PathBuf = plane
            .kubeconfig_with_token("leaselint", token.trim())
            .unwrap();
        let server = Command::new(env!("CARGO_BIN_EXE_leaselint"))
            .arg("serve")
            .arg(format!("--kubeconfig={}", kubeconfig.display()))
            .arg(format!("--listen={listen}"))
            .arg(format!("--metrics-listen={metrics}"))
            .args(["--namespace=leaselint", "--service=leaselint"])
            .args([
                "--cert-secret=leaselint-certs",
                "--webhook-config=leaselint",
            ])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let this = Self {
            plane,
            server,
            metrics,
        };
        until("ready", || get(metrics, "/readyz").is_some());
        // API servers hear of a changed configuration a moment later (within a second or so).
        let probe = deployment("default", "probe", BAD, 2).to_string();
        until("asked", || {
            let output = this.kubectl(&["apply", "--dry-run=server", "-f", "-"], &probe);
            !output.status.success()
        });
        Some(this)
    }

    fn kubectl(&self, arguments: &[&str], input: &str) -> Output {
        self.plane.kubectl_with_input(arguments, input).unwrap()
    }

    fn apply(&self, object: &Value) -> Output {
        self.kubectl(&["apply", "-f", "-"], &object.to_string())
    }
}

fn succeeds(plane: &ControlPlane, arguments: &[&str], input: &str) -> String {
    let output = plane.kubectl_with_input(arguments, input).unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const BAD: &[&str] = &[
    "--leader-elect",
    "--leader-elect-lease-duration=10s",
    "--leader-elect-renew-deadline=10s",
    "--leader-elect-retry-period=2s",
];
const OFF: &[&str] = &["--leader-elect=false"];
const ON: &[&str] = &[
    "--leader-elect",
    "--leader-elect-resource-name=orders",
    "--leader-elect-resource-namespace=default",
];

fn deployment(namespace: &str, name: &str, arguments: &[&str], replicas: u8) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {
                    "serviceAccountName": "orders",
                    "containers": [{"name": "manager", "image": "registry.example/orders:v1", "args": arguments}],
                },
            },
        },
    })
}

#[test]
fn the_deployed_webhook_judges_with_what_it_knows_of_the_cluster() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let refused = cluster.apply(&deployment("default", "bad", BAD, 2));
    assert!(!refused.status.success());
    let words = said(&refused);
    assert!(words.contains("validate.leaselint.io"), "{words}");
    assert!(words.contains("lease-not-above-renew"), "{words}");

    // A Scale carries a number only; what it means is known from the workload.
    let off = deployment("default", "off", OFF, 1);
    assert!(cluster.apply(&off).status.success());
    until("the workload is known", || {
        get(cluster.metrics, "/metrics").is_some_and(|text| text.contains("leaselint_electors 1"))
    });
    let scale = |replicas: &str| cluster.kubectl(&["scale", "deployment/off", replicas], "");
    let refused = scale("--replicas=2");
    let words = said(&refused);
    assert!(!refused.status.success(), "{words}");
    assert!(words.contains("replicas-without-election"), "{words}");
    assert!(scale("--replicas=0").status.success());
    assert!(scale("--replicas=1").status.success());

    // A namespace may ask for words only, or for nothing.
    for (namespace, mode) in [("trial", "warn"), ("free", "off")] {
        let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace, "labels": {"leaselint.io/mode": mode}}});
        assert!(cluster.apply(&object).status.success());
    }
    std::thread::sleep(Duration::from_secs(1));
    let warned = cluster.apply(&deployment("trial", "bad", BAD, 2));
    assert!(warned.status.success(), "{}", said(&warned));
    assert!(
        said(&warned).contains("lease-not-above-renew"),
        "{}",
        said(&warned)
    );
    let silent = cluster.apply(&deployment("free", "bad", BAD, 2));
    assert!(silent.status.success(), "{}", said(&silent));
    assert!(!said(&silent).contains("leaselint"), "{}", said(&silent));

    // What is forbidden to see is seen in the metrics; here nothing is.
    let metrics = get(cluster.metrics, "/metrics").unwrap();
    assert!(
        metrics.contains(r#"leaselint_watch{resource="roles",state="ready"} 1"#),
        "{metrics}"
    );
    assert!(!metrics.contains(r#"state="forbidden"} 1"#), "{metrics}");
}

#[test]
fn rights_that_an_elector_uses_are_not_taken_away_unseen() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let role = |verbs: &[&str]| {
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
            "metadata": {"name": "orders", "namespace": "default"},
            "rules": [{"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": verbs}],
        })
    };
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
        "metadata": {"name": "orders", "namespace": "default"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "orders"},
        "subjects": [{"kind": "ServiceAccount", "name": "orders", "namespace": "default"}],
    });
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "orders", "namespace": "default"}});
    let workload = deployment("default", "orders", ON, 2);
    for object in [
        &account,
        &role(&["get", "create", "update"]),
        &binding,
        &workload,
    ] {
        let output = cluster.apply(object);
        assert!(output.status.success(), "{}", said(&output));
    }
    until("the elector is known", || {
        get(cluster.metrics, "/metrics").is_some_and(|text| text.contains("leaselint_electors 1"))
    });
    let refused = cluster.apply(&role(&["get", "create"]));
    let words = said(&refused);
    assert!(!refused.status.success(), "{words}");
    assert!(words.contains("access-withdrawn"), "{words}");
    assert!(words.contains("update leases"), "{words}");
    let more = cluster.apply(&role(&["get", "create", "update", "patch"]));
    assert!(more.status.success(), "{}", said(&more));
    // A deletion is never refused.
    let deleted = cluster.kubectl(&["delete", "rolebinding", "orders"], "");
    assert!(deleted.status.success(), "{}", said(&deleted));
    assert!(
        said(&deleted).contains("access-withdrawn"),
        "{}",
        said(&deleted)
    );
    let published = cluster.plane.client().get(CONFIGURATION).unwrap();
    assert!(published["webhooks"][0]["clientConfig"]["caBundle"].is_string());
}
