//! Requests by the dozen, and the way from the API server to several replicas.

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use control_plane::Client;
use serde_json::json;

use super::objects::{GOOD, deployment};

/// The counts of a load.
#[derive(Debug, Default)]
pub struct LoadTally {
    pub admitted: usize,
    /// What failed, with the status and words of each.
    pub failed: Vec<String>,
}

/// Creates Deployments as dry runs until it is ended: in bursts, so that the API server opens new
/// connections again and again (client-go keeps 25 idle ones, v1.36).
pub struct Load {
    stop: Arc<AtomicBool>,
    workers: Vec<JoinHandle<LoadTally>>,
    began: Instant,
}

impl Load {
    /// `workers` at once, every `pause`.
    pub fn start(client: &Client, namespace: &str, workers: usize, pause: Duration) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let began = Instant::now();
        let work = |number: usize| {
            let (client, stop) = (client.clone(), Arc::clone(&stop));
            let path = format!("/apis/apps/v1/namespaces/{namespace}/deployments?dryRun=All");
            let object = deployment(namespace, &format!("load-{number}"), GOOD, 2);
            std::thread::spawn(move || {
                let mut tally = LoadTally::default();
                let mut due = began;
                while !stop.load(Ordering::Relaxed) {
                    std::thread::sleep(due.saturating_duration_since(Instant::now()));
                    due = (due + pause).max(Instant::now());
                    match client.request("POST", &path, Some(&object)) {
                        Ok(reply) if reply.status == 201 => tally.admitted += 1,
                        Ok(reply) => tally
                            .failed
                            .push(format!("{} {}", reply.status, reply.body["message"])),
                        Err(error) => tally.failed.push(error.to_string()),
                    }
                }
                tally
            })
        };
        let workers = (0..workers).map(work).collect();
        Self {
            stop,
            workers,
            began,
        }
    }

    pub fn end(self) -> LoadTally {
        self.stop.store(true, Ordering::Relaxed);
        let mut all = LoadTally::default();
        for worker in self.workers {
            let tally = worker.join().unwrap();
            all.admitted += tally.admitted;
            all.failed.extend(tally.failed);
        }
        #[allow(clippy::cast_precision_loss, reason = "few requests")]
        let rate = all.admitted as f64 / self.began.elapsed().as_secs_f64();
        println!(
            "{} admitted ({rate:.0}/s), {} failed",
            all.admitted,
            all.failed.len()
        );
        all
    }
}

/// Renews a Lease ten times a second.
pub struct Renewals {
    stop: Arc<AtomicBool>,
    /// How often it was renewed, and what was refused.
    worker: JoinHandle<(usize, Vec<String>)>,
}

impl Renewals {
    pub fn start(client: &Client, namespace: &str) -> Self {
        let leases = format!("/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases");
        let lease = json!({
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": {"name": "renewed", "namespace": namespace},
            "spec": {"holderIdentity": "one", "leaseDurationSeconds": 15},
        });
        let mut lease = client.create(&leases, &lease).unwrap();
        let stop = Arc::<AtomicBool>::default();
        let (client, stopped) = (client.clone(), Arc::clone(&stop));
        let worker = std::thread::spawn(move || {
            let path = format!("{leases}/renewed");
            let (mut renewed, mut refused) = (0, Vec::new());
            while !stopped.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(100));
                lease["spec"]["renewTime"] = format!("2026-11-30T00:00:00.{renewed:06}Z").into();
                match client.request("PUT", &path, Some(&lease)) {
                    Ok(reply) if reply.status == 200 => {
                        renewed += 1;
                        lease = reply.body;
                        continue;
                    }
                    // What else fails is etcd or the API server itself.
                    Ok(reply) if reply.body.to_string().contains("webhook") => {
                        refused.push(reply.body.to_string());
                    }
                    Ok(_) | Err(_) => {}
                }
                // A write whose answer was lost may have been stored.
                lease = client.get(&path).unwrap_or(lease);
            }
            (renewed, refused)
        });
        Self { stop, worker }
    }

    /// How often it was renewed, and what a webhook refused.
    pub fn end(self) -> (usize, Vec<String>) {
        self.stop.store(true, Ordering::Relaxed);
        self.worker.join().unwrap()
    }
}

/// What a Service is to the API server: new connections go to the endpoints in turn; those that are
/// open stay where they are, also when their endpoint is taken out.
pub struct Service {
    pub address: SocketAddr,
    endpoints: Arc<Mutex<Vec<SocketAddr>>>,
}

impl Service {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let endpoints = Arc::new(Mutex::new(Vec::<SocketAddr>::new()));
        let (seen, turn) = (Arc::clone(&endpoints), AtomicUsize::new(0));
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let to = {
                    let endpoints = seen.lock().unwrap_or_else(PoisonError::into_inner);
                    let turn = turn.fetch_add(1, Ordering::Relaxed);
                    let count = endpoints.len().max(1);
                    endpoints.get(turn % count).copied()
                };
                // Without an endpoint the connection is refused, as by a node's rules.
                if let (Ok(client), Some(to)) = (client, to)
                    && let Ok(server) = TcpStream::connect(to)
                {
                    both_ways(&client, &server).unwrap();
                }
            }
        });
        Self { address, endpoints }
    }

    pub fn set(&self, endpoints: &[SocketAddr]) {
        let mut set = self
            .endpoints
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *set = endpoints.to_vec();
    }
}

fn both_ways(client: &TcpStream, server: &TcpStream) -> io::Result<()> {
    for (from, to) in [(client, server), (server, client)] {
        let (mut from, mut to) = (from.try_clone()?, to.try_clone()?);
        to.set_nodelay(true)?;
        std::thread::spawn(move || {
            // Whoever ends, the other side hears of it.
            let _ = io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Write);
        });
    }
    Ok(())
}
