//! A control plane with workloads, electors of client-go and the program.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use assert_cmd::cargo::CommandCargoExt as _;
use control_plane::{ControlPlane, Process};
use serde_json::{Value, json};

use super::schema_check::{problems, validator};

/// Anything that is waited for comes much sooner.
const PATIENCE: Duration = Duration::from_secs(120);

/// The numbers of every elector here.
pub const NUMBERS: [&str; 3] = [
    "--leader-elect-lease-duration=6s",
    "--leader-elect-renew-deadline=4s",
    "--leader-elect-retry-period=1s",
];

/// Waits until something holds.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "waited in vain: {what}");
        thread::sleep(Duration::from_millis(50));
    }
}

/// A StatefulSet with an election on the Lease of its name, and a running pod `NAME-0`.
pub fn workload(plane: &ControlPlane, namespace: &str, name: &str, duration: &str) {
    let labels = json!({"app": name});
    let spec = json!({
        "serviceAccountName": "default",
        "containers": [{
            "name": "manager",
            "image": "example.org/orders:v1",
            "args": [
                "--leader-elect",
                format!("--leader-elect-lease-duration={duration}"),
                "--leader-elect-renew-deadline=4s",
                "--leader-elect-retry-period=1s",
                format!("--leader-elect-resource-name={name}"),
                format!("--leader-elect-resource-namespace={namespace}"),
            ],
        }],
    });
    let set = json!({
        "metadata": {"name": name},
        "spec": {
            "replicas": 1,
            "serviceName": name,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        },
    });
    let path = format!("/apis/apps/v1/namespaces/{namespace}/statefulsets");
    let made = plane.client().create(&path, &set).unwrap();
    let pod = json!({
        "metadata": {
            "name": format!("{name}-0"),
            "labels": labels,
            "ownerReferences": [{
                "apiVersion": "apps/v1", "kind": "StatefulSet", "name": name, "controller": true,
                "uid": made["metadata"]["uid"],
            }],
        },
        "spec": spec,
    });
    let pods = format!("/api/v1/namespaces/{namespace}/pods");
    plane.client().create(&pods, &pod).unwrap();
    let status = json!({"status": {"phase": "Running"}});
    let path = format!("{pods}/{name}-0/status");
    let mut running = plane.client().get(&format!("{pods}/{name}-0")).unwrap();
    running["status"] = status["status"].clone();
    let reply = plane
        .client()
        .request("PUT", &path, Some(&running))
        .unwrap();
    assert_eq!(reply.status, 200);
}

pub fn namespace(plane: &ControlPlane, name: &str) {
    let object = json!({"metadata": {"name": name}});
    plane
        .client()
        .create("/api/v1/namespaces", &object)
        .unwrap();
}

/// A candidate for the Lease of that name.
pub fn elector(
    plane: &ControlPlane,
    namespace: &str,
    lease: &str,
    identity: &str,
    more: &[&str],
) -> Process {
    let arguments = [
        format!("--identity={identity}"),
        format!("--lock-namespace={namespace}"),
        format!("--lock-name={lease}"),
    ];
    let mut all: Vec<&str> = arguments.iter().map(String::as_str).collect();
    all.extend(NUMBERS);
    all.extend(more);
    plane.elector(&format!("{lease}-{identity}"), &all).unwrap()
}

/// A candidate that leads by now.
pub fn leader(
    plane: &ControlPlane,
    namespace: &str,
    lease: &str,
    identity: &str,
    more: &[&str],
) -> Process {
    let elector = elector(plane, namespace, lease, identity, more);
    until("it leads", || elector.log().contains("leads"));
    elector
}

/// The program; its exit status and what it prints.
pub fn leaselint(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("leaselint")
        .unwrap()
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

/// What `leases` or `audit` printed in JSON, which is as its published schema says.
pub fn json_report(command: &str, printed: &str, errors: &str) -> Value {
    let schema = match command {
        "audit" => include_str!("../../docs/schema/audit.json"),
        "leases" => include_str!("../../docs/schema/leases.json"),
        other => panic!("{other} has no schema"),
    };
    let report = serde_json::from_str(printed);
    let report = report.unwrap_or_else(|error| panic!("{error}: {printed}{errors}"));
    assert_eq!(problems(&validator(schema), &report), "", "{report:#}");
    report
}

/// The report of `leases` in JSON, and the exit status.
pub fn leases(plane: &ControlPlane, arguments: &[&str]) -> (i32, Value) {
    let kubeconfig = plane.kubeconfig().to_string_lossy().into_owned();
    let mut all = vec!["leases", "--kubeconfig", &kubeconfig, "--format=json"];
    all.extend(arguments);
    let (status, printed, errors) = leaselint(&all);
    (status, json_report("leases", &printed, &errors))
}

/// The rules that `audit` finds broken by each Lease of the namespace `shop`, while it watches for so long: `orders
/// holder-gone`.
pub fn audited_leases(plane: &ControlPlane, observe: &str) -> Vec<String> {
    let kubeconfig = plane.kubeconfig().to_string_lossy().into_owned();
    let observe = format!("--observe={observe}");
    let (_, printed, errors) = leaselint(&[
        "audit",
        "--kubeconfig",
        &kubeconfig,
        &observe,
        "--format=json",
    ]);
    let report: Value =
        serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{error}: {printed}{errors}"));
    let findings = report["findings"].as_array().unwrap().iter();
    let of_leases = findings.filter(|finding| {
        finding["object"]["kind"] == "Lease" && finding["object"]["namespace"] == "shop"
    });
    let mut found: Vec<String> = of_leases
        .map(|finding| {
            let (name, rule) = (&finding["object"]["name"], &finding["rule"]);
            format!("{} {}", name.as_str().unwrap(), rule.as_str().unwrap())
        })
        .collect();
    found.sort();
    found
}

/// One Lease of a report.
pub fn lease<'r>(report: &'r Value, name: &str) -> &'r Value {
    let leases = report["leases"].as_array().unwrap();
    let found = leases.iter().find(|lease| lease["name"] == name);
    found.unwrap_or_else(|| panic!("no {name}: {report:#}"))
}

/// `leases --watch` in JSON, of the namespace `shop`.
pub struct RunningWatch {
    process: Child,
    events: mpsc::Receiver<Value>,
}

impl RunningWatch {
    /// Starts it, and lets it see what is there.
    pub fn start(kubeconfig: &Path) -> Self {
        let mut process = Command::cargo_bin("leaselint")
            .unwrap()
            .args(["leases", "--watch", "--format=json", "-n=shop"])
            .arg("--kubeconfig")
            .arg(kubeconfig)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let (sender, events) = mpsc::channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let event = serde_json::from_str(&line).unwrap();
                if sender.send(event).is_err() {
                    return;
                }
            }
        });
        thread::sleep(Duration::from_secs(2));
        Self { process, events }
    }

    /// What happens next.
    pub fn next(&self) -> Value {
        let event = self.events.recv_timeout(PATIENCE).unwrap();
        let schema = validator(include_str!("../../docs/schema/event.json"));
        assert_eq!(problems(&schema, &event), "", "{event:#}");
        event
    }

    /// The same in words: `lost orders b<a`.
    pub fn next_words(&self) -> String {
        let event = self.next();
        let word = |key: &str| event[key].as_str().unwrap_or("-").to_owned();
        format!(
            "{} {} {}<{}",
            word("event"),
            word("name"),
            word("holder"),
            word("previous")
        )
    }
}

impl Drop for RunningWatch {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
