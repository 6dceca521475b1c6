//! A folder of its own for each test, and the program run in it.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// A controller that is right in every way.
pub const GOOD: &str = include_str!("../../examples/good/warden.yaml");

/// A controller with one error: its lease is not above its renew deadline. It may use its lock.
pub const ERROR: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: warden
  namespace: ops
spec:
  replicas: 2
  selector: {matchLabels: {app: warden}}
  template:
    metadata: {labels: {app: warden}}
    spec:
      serviceAccountName: warden
      topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}
      containers:
        - name: manager
          image: registry.example/ops/warden:v1
          args:
            - --leader-elect
            - --leader-elect-lease-duration=10s
            - --leader-elect-renew-deadline=10s
            - --leader-elect-retry-period=2s
            - --leader-elect-resource-name=warden
            - --leader-elect-resource-namespace=ops
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: warden, namespace: ops}
rules:
  - {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, create, update]}
  - {apiGroups: [''], resources: [events], verbs: [create, patch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: warden, namespace: ops}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: warden}
subjects: [{kind: ServiceAccount, name: warden, namespace: ops}]
";

/// The same with one warning: there is no standby.
pub fn warning() -> String {
    sound().replace("replicas: 2", "replicas: 1")
}

/// The same with one piece of advice: the standbys may share a node.
pub fn advice() -> String {
    let kept = |line: &&str| !line.contains("topology");
    sound()
        .lines()
        .filter(kept)
        .map(|line| format!("{line}\n"))
        .collect()
}

/// The same without a fault.
pub fn sound() -> String {
    ERROR.replace("lease-duration=10s", "lease-duration=15s")
}

/// The same with a duration that lies outside the input.
pub fn unknown() -> String {
    sound().replace("lease-duration=15s", "lease-duration=$(LEASE)").replace(
        "          args:",
        "          env: [{name: LEASE, valueFrom: {configMapKeyRef: {name: x, key: lease}}}]\n          args:",
    )
}

/// A chart's template, not rendered.
pub const TEMPLATE: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
";

/// A folder for one test.
pub struct Workspace {
    folder: TempDir,
}

/// What a run did.
pub struct ProgramRun {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl ProgramRun {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).expect("the report is JSON")
    }
}

/// The rules of one list of a report: `findings`, `removed`, `existing` or `notJudged`.
pub fn rules_in(report: &Value, list: &str) -> Vec<String> {
    let entries = report[list].as_array().expect("a list").iter();
    let rule = |entry: &Value| entry["rule"].as_str().expect("a rule").to_owned();
    entries.map(rule).collect()
}

impl Workspace {
    pub fn new() -> Self {
        Self {
            folder: TempDir::new().expect("a folder for the test"),
        }
    }

    pub fn with(name: &str, text: &str) -> Self {
        Self::new().and(name, text)
    }

    pub fn and(self, name: &str, text: &str) -> Self {
        self.write(name, text.as_bytes());
        self
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("inside the folder")).expect("folders are made");
        fs::write(path, bytes).expect("the file is written");
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program();
        command.current_dir(self.path()).args(arguments);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> ProgramRun {
        finish(self.command(arguments))
    }

    /// The JSON report of `lint` with these arguments.
    pub fn lint(&self, arguments: &[&str]) -> Value {
        self.run(&[&["lint", "--format", "json"], arguments].concat())
            .json()
    }

    /// The rules of all that `lint` finds, in the order of the report.
    pub fn found_rules(&self, arguments: &[&str]) -> Vec<String> {
        rules_in(&self.lint(arguments), "findings")
    }
}

/// The program without anything in its environment that could change what it prints.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leaselint"));
    for name in [
        "NO_COLOR",
        "CLICOLOR",
        "CLICOLOR_FORCE",
        "FORCE_COLOR",
        "TERM",
        "COLUMNS",
    ] {
        command.env_remove(name);
    }
    // No folder: what is rendered is not kept between tests.
    command.env("XDG_CACHE_HOME", "/dev/null");
    command
}

pub fn finish(mut command: Command) -> ProgramRun {
    let output = command.output().expect("the program runs");
    ProgramRun {
        status: output.status.code().expect("it ends by itself"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}
