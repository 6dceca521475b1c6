//! A process for each pod of the webhook, and the way from the API server to those that are ready: what kubelets and nodes do.

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use control_plane::{ControlPlane, Process};
use serde_json::{Value, json};

use super::support::{free_address, get, kubectl};

/// How often it is looked at pods and processes.
const PAUSE: Duration = Duration::from_millis(100);
/// More than any head of a request of the API server's.
const MAX_HEAD_BYTES: usize = 4096;

/// The way from the API server to the ready pods of the one Service that it calls: all that it sends into the cluster goes through
/// a socket (an `EgressSelectorConfiguration`), and from there to an endpoint, in turn.
pub struct ClusterNetwork {
    endpoints: Arc<Mutex<Vec<SocketAddr>>>,
}

impl ClusterNetwork {
    /// Listens on a socket in `folder`. The second value is the argument of kube-apiserver that names the socket.
    pub fn start(folder: &Path) -> (Self, String) {
        let socket = folder.join("cluster.sock");
        let listener = UnixListener::bind(&socket).unwrap();
        let endpoints = Arc::new(Mutex::new(Vec::<SocketAddr>::new()));
        let (seen, turn) = (Arc::clone(&endpoints), AtomicUsize::new(0));
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let Ok(client) = client else { continue };
                let endpoints = seen.lock().unwrap_or_else(PoisonError::into_inner);
                let turn = turn.fetch_add(1, Ordering::Relaxed);
                let to = endpoints.get(turn % endpoints.len().max(1)).copied();
                std::thread::spawn(move || connect(client, to));
            }
        });
        let configuration = json!({
            "apiVersion": "apiserver.k8s.io/v1beta1",
            "kind": "EgressSelectorConfiguration",
            "egressSelections": [{
                "name": "cluster",
                "connection": {
                    "proxyProtocol": "HTTPConnect",
                    "transport": {"uds": {"udsName": socket}},
                },
            }],
        });
        let file = folder.join("egress.json");
        std::fs::write(&file, configuration.to_string()).unwrap();
        let argument = format!("--egress-selector-config-file={}", file.display());
        (Self { endpoints }, argument)
    }

    fn set(&self, endpoints: Vec<SocketAddr>) {
        *self
            .endpoints
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = endpoints;
    }
}

/// Answers a CONNECT. Without an endpoint the connection is refused, as by a node's rules.
fn connect(mut client: UnixStream, to: Option<SocketAddr>) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < MAX_HEAD_BYTES {
        let mut byte = [0];
        client.read_exact(&mut byte)?;
        head.extend(byte);
    }
    let Some(mut server) = to.and_then(|to| TcpStream::connect(to).ok()) else {
        return client.write_all(b"HTTP/1.1 503 Service Unavailable\r\n\r\n");
    };
    server.set_nodelay(true)?;
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
    let (mut from, mut back) = (client.try_clone()?, server.try_clone()?);
    std::thread::spawn(move || {
        // Whoever ends, the other side hears of it.
        let _ = io::copy(&mut from, &mut back);
        let _ = back.shutdown(Shutdown::Write);
    });
    let _ = io::copy(&mut server, &mut client);
    client.shutdown(Shutdown::Write)
}

/// The process of a pod.
struct PodProcess {
    process: Process,
    listen: SocketAddr,
    metrics: SocketAddr,
    is_ready: bool,
    is_leaving: bool,
}

/// Plays the scheduler, the kubelets and the endpoints of one namespace.
pub struct Kubelet<'p> {
    pub plane: &'p ControlPlane,
    pub network: &'p ClusterNetwork,
    pub namespace: &'static str,
    /// The account of the pods, which is there before the first of them.
    pub account: &'static str,
    /// Processes that were started.
    pub started: AtomicUsize,
    /// Those that have ended in order, as they were asked to.
    pub ended: AtomicUsize,
}

impl Kubelet<'_> {
    /// Until it is stopped.
    pub fn run(&self, stop: &AtomicBool) {
        let mut processes = BTreeMap::new();
        while !stop.load(Ordering::Relaxed) {
            std::thread::sleep(PAUSE);
            for pod in self.pods() {
                self.look_at(pod, &mut processes);
            }
            let ready = processes
                .values()
                .filter(|pod| pod.is_ready && !pod.is_leaving);
            self.network.set(ready.map(|pod| pod.listen).collect());
        }
    }

    /// The pods that are there.
    pub fn pods(&self) -> Vec<Value> {
        let list = self.plane.client().get(&self.path("")).unwrap();
        list["items"].as_array().cloned().unwrap_or_default()
    }

    fn path(&self, pod: &str) -> String {
        format!("/api/v1/namespaces/{}/pods{pod}", self.namespace)
    }

    fn look_at(&self, mut pod: Value, processes: &mut BTreeMap<String, PodProcess>) {
        let client = self.plane.client();
        let name = pod["metadata"]["name"].as_str().unwrap().to_owned();
        let path = self.path(&format!("/{name}"));
        if !pod["metadata"]["deletionTimestamp"].is_null() {
            if let Some(running) = processes.get_mut(&name) {
                if !running.is_leaving {
                    running.is_leaving = true;
                    running.process.signal("TERM").unwrap();
                }
                let Some(status) = running.process.ended().unwrap() else {
                    return;
                };
                assert_eq!(status.code(), Some(0), "{}", running.process.log_tail());
                processes.remove(&name);
                self.ended.fetch_add(1, Ordering::Relaxed);
            }
            client
                .delete(&format!("{path}?gracePeriodSeconds=0"))
                .unwrap();
            return;
        }
        if pod["spec"]["nodeName"].is_null() {
            let binding = json!({
                "apiVersion": "v1", "kind": "Binding", "metadata": {"name": name},
                "target": {"apiVersion": "v1", "kind": "Node", "name": "here"},
            });
            client.create(&format!("{path}/binding"), &binding).unwrap();
            return;
        }
        let running = processes
            .entry(name.clone())
            .or_insert_with(|| self.start(&name, &pod));
        let is_ready = get(running.metrics, "/readyz").is_some();
        if is_ready != running.is_ready {
            let status = if is_ready { "True" } else { "False" };
            pod["status"]["phase"] = "Running".into();
            pod["status"]["conditions"] = json!([{"type": "Ready", "status": status}]);
            // What somebody else has changed meanwhile is seen the next time.
            let reply = client.request("PUT", &format!("{path}/status"), Some(&pod));
            if reply.unwrap().status == 200 {
                running.is_ready = is_ready;
            }
        }
    }

    /// The program with the pod's arguments and the pod's account, listening where there is room on this machine.
    fn start(&self, name: &str, pod: &Value) -> PodProcess {
        assert_eq!(pod["spec"]["serviceAccountName"], self.account);
        let container = &pod["spec"]["containers"][0];
        let mut arguments: Vec<String> = serde_json::from_value(container["args"].clone()).unwrap();
        let (listen, metrics) = (free_address(), free_address());
        for argument in &mut arguments {
            if argument.starts_with("--listen=") {
                *argument = format!("--listen={listen}");
            } else if argument.starts_with("--metrics-listen=") {
                *argument = format!("--metrics-listen={metrics}");
            }
        }
        let create = ["create", "token", self.account, "-n", self.namespace];
        let token = kubectl(self.plane, &create, "").passes().printed;
        let account = self
            .plane
            .kubeconfig_with_token(name, token.trim())
            .unwrap();
        arguments.push(format!("--kubeconfig={}", account.display()));
        let program = Path::new(env!("CARGO_BIN_EXE_leaselint"));
        self.started.fetch_add(1, Ordering::Relaxed);
        PodProcess {
            process: self.plane.run(name, program, &arguments).unwrap(),
            listen,
            metrics,
            is_ready: false,
            is_leaving: false,
        }
    }
}

/// Tells a kubelet to stop, also when the test fails.
pub struct StopAtEnd<'s>(pub &'s AtomicBool);

impl Drop for StopAtEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
