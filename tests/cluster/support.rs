//! A control plane with the webhook in it, and kubectl as people use it.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use control_plane::{ControlPlane, Options, Process};
use serde_json::{Value, json};

use super::objects::{BAD, deployment, namespace};

pub const CONFIGURATION: &str =
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/leaselint";

/// Anything that is waited for comes much sooner.
const PATIENCE: Duration = Duration::from_secs(120);

/// Waits until something holds.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

/// What kubectl came to.
#[derive(Debug)]
pub struct KubectlOutcome {
    pub passed: bool,
    /// Standard output.
    pub printed: String,
    /// Standard error: warnings and refusals.
    pub words: String,
}

impl KubectlOutcome {
    pub fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            passed: output.status.success(),
            printed: text(&output.stdout),
            words: text(&output.stderr),
        }
    }

    /// The words without the patch that kubectl repeats before a refusal.
    pub fn verdict(&self) -> String {
        let lines = self.words.lines();
        let kept = lines.filter(|line| !line.starts_with('{'));
        kept.collect::<Vec<_>>().join("\n")
    }

    #[track_caller]
    pub fn passes(self) -> Self {
        assert!(self.passed, "refused: {}", self.words);
        self
    }

    /// It passes, and nothing is said of it.
    #[track_caller]
    pub fn passes_silently(self) -> Self {
        assert_eq!(self.words, "");
        self.passes()
    }

    #[track_caller]
    pub fn refused_by(self, rule: &str) -> Self {
        assert!(!self.passed, "it passed: {} {}", self.printed, self.words);
        assert!(
            self.words.contains("validate.leaselint.io"),
            "{}",
            self.words
        );
        self.names(rule)
    }

    #[track_caller]
    pub fn names(self, rule: &str) -> Self {
        assert!(
            self.words.contains(&format!("[{rule}]")),
            "no {rule}: {}",
            self.words
        );
        self
    }
}

pub fn kubectl(plane: &ControlPlane, arguments: &[&str], input: &str) -> KubectlOutcome {
    KubectlOutcome::of(&plane.kubectl_with_input(arguments, input).unwrap())
}

/// The body of an answer, if its status is 200.
pub fn get(address: SocketAddr, path: &str) -> Option<String> {
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

/// Applies `deploy/base`, its Service leading to a port of this machine, and gives the kubeconfig of
/// the account.
pub fn deploy(plane: &ControlPlane, port: u16) -> PathBuf {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/base");
    kubectl(plane, &["apply", "-k", base.to_str().unwrap()], "").passes();
    // Nothing here brings a Service to its pods, so this one points to the outside.
    let delete = ["-n", "leaselint", "delete", "service", "leaselint"];
    kubectl(plane, &delete, "").passes();
    let service = json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"name": "leaselint", "namespace": "leaselint"},
        "spec": {"type": "ExternalName", "externalName": "localhost"},
    });
    kubectl(plane, &["apply", "-f", "-"], &service.to_string()).passes();
    patch_webhooks(plane, "clientConfig/service/port", &port.into());
    let token = ["create", "token", "leaselint", "-n", "leaselint"];
    let token = kubectl(plane, &token, "").passes().printed;
    plane
        .kubeconfig_with_token("leaselint", token.trim())
        .unwrap()
}

/// Sets a field in every webhook of the configuration.
pub fn patch_webhooks(plane: &ControlPlane, field: &str, value: &Value) {
    let found = plane.client().get(CONFIGURATION).unwrap();
    let count = found["webhooks"].as_array().unwrap().len();
    let patch: Vec<Value> = (0..count)
        .map(|at| json!({"op": "add", "path": format!("/webhooks/{at}/{field}"), "value": value}))
        .collect();
    let what = ["patch", "validatingwebhookconfiguration", "leaselint"];
    let patch = Value::from(patch).to_string();
    kubectl(
        plane,
        &[&what[..], &["--type=json", "-p", &patch]].concat(),
        "",
    )
    .passes();
}

/// Sets the failurePolicy of what judges; comments on deletions stay optional.
pub fn set_failure_policy(plane: &ControlPlane, policy: &str) {
    let patch = json!([
        {"op": "test", "path": "/webhooks/0/name", "value": "validate.leaselint.io"},
        {"op": "replace", "path": "/webhooks/0/failurePolicy", "value": policy},
    ]);
    let what = ["patch", "validatingwebhookconfiguration", "leaselint"];
    let patch = patch.to_string();
    kubectl(
        plane,
        &[&what[..], &["--type=json", "-p", &patch]].concat(),
        "",
    )
    .passes();
}

/// A running `leaselint serve`.
pub struct WebhookProcess {
    pub process: Mutex<Process>,
    pub listen: SocketAddr,
    pub metrics: SocketAddr,
}

impl WebhookProcess {
    /// Starts it as `deploy/base` does, outside of a pod, and waits until it is ready.
    pub fn start(plane: &ControlPlane, name: &str, kubeconfig: &Path, options: &[&str]) -> Self {
        Self::start_at(plane, name, kubeconfig, options, free_address())
    }

    pub fn start_at(
        plane: &ControlPlane,
        name: &str,
        kubeconfig: &Path,
        options: &[&str],
        listen: SocketAddr,
    ) -> Self {
        let metrics = free_address();
        let mut arguments = vec![
            "serve".to_owned(),
            format!("--kubeconfig={}", kubeconfig.display()),
            format!("--listen={listen}"),
            format!("--metrics-listen={metrics}"),
        ];
        let as_deployed = [
            "--namespace=leaselint",
            "--service=leaselint",
            "--cert-secret=leaselint-certs",
            "--webhook-config=leaselint",
        ];
        arguments.extend(as_deployed.iter().chain(options).map(ToString::to_string));
        let program = Path::new(env!("CARGO_BIN_EXE_leaselint"));
        let process = plane.run(name, program, &arguments).unwrap();
        let this = Self {
            process: Mutex::new(process),
            listen,
            metrics,
        };
        until("the webhook is ready", || this.is_ready());
        this
    }

    pub fn is_ready(&self) -> bool {
        get(self.metrics, "/readyz").is_some()
    }

    pub fn signal(&self, name: &str) {
        let mut process = self.process.lock().unwrap();
        process.signal(name).unwrap();
    }

    pub fn log(&self) -> String {
        let process = self.process.lock();
        process.unwrap_or_else(PoisonError::into_inner).log()
    }

    /// A figure of the kernel's about its memory, such as `VmRSS:`, in KiB.
    pub fn memory(&self, figure: &str) -> u64 {
        let listen = format!("--listen={}", self.listen);
        let program = Path::new(env!("CARGO_BIN_EXE_leaselint"));
        let is_it = |process: &Path| {
            let words = fs::read(process.join("cmdline")).unwrap_or_default();
            fs::read_link(process.join("exe")).is_ok_and(|exe| exe == program)
                && words
                    .split(|byte| *byte == 0)
                    .any(|word| word == listen.as_bytes())
        };
        let mut processes = fs::read_dir("/proc").unwrap();
        let process =
            processes.find_map(|entry| Some(entry.ok()?.path()).filter(|path| is_it(path)));
        let status = fs::read_to_string(process.unwrap().join("status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(figure));
        line.unwrap()
            .trim()
            .trim_end_matches(" kB")
            .parse()
            .unwrap()
    }

    /// The sum of the series of a metric that carry all these labels, such as `decision="denied"`.
    pub fn metric(&self, name: &str, labels: &[&str]) -> f64 {
        let text = get(self.metrics, "/metrics").unwrap_or_default();
        text.lines()
            .filter_map(|line| line.rsplit_once(' '))
            .filter(|(series, _)| series.split('{').next() == Some(name))
            .filter(|(series, _)| labels.iter().all(|label| series.contains(label)))
            .filter_map(|(_, value)| value.parse::<f64>().ok())
            .sum()
    }
}

/// A control plane with one webhook, and the controllers that have to do with what it sees.
pub struct Cluster {
    // In the order in which they must end.
    pub webhook: WebhookProcess,
    _controllers: Process,
    pub plane: ControlPlane,
}

static SHARED: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());

impl Cluster {
    /// The one that all tests share that run at this time; it ends with the last of them.
    pub fn shared() -> Option<Arc<Self>> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cluster) = shared.upgrade() {
            return Some(cluster);
        }
        let cluster = Arc::new(Self::start()?);
        *shared = Arc::downgrade(&cluster);
        Some(cluster)
    }

    fn start() -> Option<Self> {
        let plane = ControlPlane::for_test(&Options::default())?;
        let controllers = plane
            .controllers(
                "controllers",
                &[
                    "--leader-elect=false",
                    "--horizontal-pod-autoscaler-sync-period=1s",
                    "--controllers=deployment-controller,replicaset-controller,garbage-collector-controller,\
                     namespace-controller,clusterrole-aggregation-controller,\
                     horizontal-pod-autoscaler-controller",
                ],
            )
            .unwrap();
        let address = free_address();
        let kubeconfig = deploy(&plane, address.port());
        let webhook = WebhookProcess::start_at(&plane, "leaselint", &kubeconfig, &[], address);
        until_asked(&plane, "default");
        Some(Self {
            webhook,
            _controllers: controllers,
            plane,
        })
    }

    pub fn kubectl(&self, arguments: &[&str]) -> KubectlOutcome {
        kubectl(&self.plane, arguments, "")
    }

    pub fn apply(&self, object: &Value) -> KubectlOutcome {
        kubectl(&self.plane, &["apply", "-f", "-"], &object.to_string())
    }

    pub fn get(&self, path: &str) -> Value {
        self.plane.client().get(path).unwrap()
    }

    /// A namespace of this test's own.
    pub fn namespace(&self, name: &str) {
        self.apply(&namespace(name, None)).passes();
    }

    /// A namespace in which `build` makes objects that no webhook sees; after it, all see them.
    pub fn namespace_with_a_past(&self, name: &str, build: impl FnOnce()) {
        self.apply(&namespace(name, Some("off"))).passes();
        // The API server looks at labels that it has watched, so at first there may be none.
        until("the namespace is left alone", || {
            let probe = deployment(name, "probe", BAD, 2).to_string();
            let arguments = ["apply", "--dry-run=server", "-f", "-"];
            let said = kubectl(&self.plane, &arguments, &probe);
            said.passed && said.words.is_empty()
        });
        build();
        self.kubectl(&["label", "namespace", name, "leaselint.io/mode-"])
            .passes();
        until_asked(&self.plane, name);
    }

    /// Waits until the webhook knows so many electors of a workload with this name.
    pub fn until_known(&self, what: &str, namespace: &str, name: &str) {
        let scale = format!("--replicas={}", 7);
        until("the workload is known", || {
            let arguments = [
                "scale",
                "--dry-run=server",
                "-n",
                namespace,
                what,
                name,
                &scale,
            ];
            // What is known is judged, whatever comes of it.
            let before = self.judged_scales();
            self.kubectl(&arguments);
            self.judged_scales() > before
        });
    }

    fn judged_scales(&self) -> f64 {
        let labels = |decision| ["kind=\"Scale\"", decision];
        [
            "decision=\"allowed\"",
            "decision=\"warned\"",
            "decision=\"denied\"",
        ]
        .into_iter()
        .map(|decision| {
            self.webhook
                .metric("leaselint_reviews_total", &labels(decision))
        })
        .sum()
    }
}

/// Waits until the API server asks the webhook about a namespace: it hears of changed configurations
/// and labels a moment later.
pub fn until_asked(plane: &ControlPlane, namespace: &str) {
    let probe = deployment(namespace, "probe", BAD, 2).to_string();
    until("the webhook is asked", || {
        let arguments = ["apply", "--dry-run=server", "-f", "-"];
        !kubectl(plane, &arguments, &probe).passed
    });
}
