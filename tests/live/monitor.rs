//! `monitor` beside a real API server: what its metrics say against what happened.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use assert_cmd::cargo::CommandCargoExt as _;
use control_plane::{ControlPlane, Options};

use super::support::{leader, namespace, until, workload};

pub struct RunningMonitor {
    process: Child,
    address: String,
}

impl RunningMonitor {
    pub fn start(kubeconfig: &Path) -> Self {
        let mut process = Command::cargo_bin("leaselint")
            .unwrap()
            .args(["monitor", "--listen=127.0.0.1:0", "--kubeconfig"])
            .arg(kubeconfig)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let errors = process.stderr.take().unwrap();
        BufReader::new(errors).read_line(&mut line).unwrap();
        let address = line
            .strip_prefix("metrics on http://")
            .and_then(|rest| rest.trim_end().strip_suffix("/metrics"))
            .unwrap_or_else(|| panic!("{line}"));
        Self {
            address: address.to_owned(),
            process,
        }
    }

    fn get(&self, path: &str) -> String {
        let Ok(mut stream) = TcpStream::connect(&self.address) else {
            return String::new();
        };
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    pub fn says(&self, sample: &str) -> bool {
        self.get("/metrics").lines().any(|line| line == sample)
    }

    /// A figure of the monitor itself, which has no labels.
    pub fn figure(&self, name: &str) -> f64 {
        let metrics = self.get("/metrics");
        let mut figures = metrics.lines().filter_map(|line| line.split_once(' '));
        let found = figures.find(|(metric, _)| *metric == name);
        found
            .unwrap_or_else(|| panic!("no {name}: {metrics}"))
            .1
            .parse()
            .unwrap()
    }

    /// Whether it shows that candidates run, or that none do.
    fn has_candidates(&self, lease: &str, do_run: bool) -> bool {
        let value = u8::from(do_run);
        self.says(&format!(
            "leaselint_lease_has_candidates{{namespace=\"shop\",lease=\"{lease}\"}} {value}"
        ))
    }

    pub fn is_in_state(&self, lease: &str, state: &str) -> bool {
        self.says(&format!(
            "leaselint_lease_state{{namespace=\"shop\",lease=\"{lease}\",state=\"{state}\"}} 1"
        ))
    }
}

impl Drop for RunningMonitor {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

#[test]
fn metrics_follow_what_happens_and_tell_left_over_leases_from_leaders_that_are_gone() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    namespace(&plane, "shop");
    for name in ["orders", "stock", "mail"] {
        workload(&plane, "shop", name, "6s");
    }
    let mut orders = leader(&plane, "shop", "orders", "orders-0_0", &[]);
    let mut stock = leader(&plane, "shop", "stock", "stock-7_0", &[]);
    let mut mail = leader(&plane, "shop", "mail", "mail-0_0", &["--release"]);
    let mut left = leader(&plane, "shop", "left", "uninstalled-0_0", &[]);
    let monitor = RunningMonitor::start(plane.kubeconfig());
    until("all are held", || {
        ["orders", "stock", "mail", "left"]
            .iter()
            .all(|lease| monitor.is_in_state(lease, "held"))
    });
    assert!(monitor.get("/readyz").starts_with("HTTP/1.1 200"));
    assert!(monitor.get("/livez").starts_with("HTTP/1.1 200"));
    assert!(monitor.get("/").starts_with("HTTP/1.1 404"));
    assert!(
        monitor.says("leaselint_lease_duration_seconds{namespace=\"shop\",lease=\"orders\"} 6")
    );

    orders.kill();
    stock.kill();
    left.kill();
    mail.signal("TERM").unwrap();
    until("the pod that is there has let its Lease expire", || {
        monitor.is_in_state("orders", "expired")
    });
    until("a pod is gone", || monitor.is_in_state("stock", "orphaned"));
    until("a Lease was left behind", || {
        monitor.is_in_state("left", "abandoned")
    });
    assert!(monitor.is_in_state("mail", "released"));
    until("its pod runs, and does not take part any more", || {
        monitor.has_candidates("mail", true)
    });
    assert!(monitor.has_candidates("left", false));
    assert!(monitor.says("leaselint_lease_held{namespace=\"shop\",lease=\"orders\"} 0"));
    assert!(monitor.says("leaselint_lease_held{namespace=\"shop\",lease=\"mail\"} 0"));
    // A release writes a duration of 1 s.
    assert!(monitor.says("leaselint_lease_duration_seconds{namespace=\"shop\",lease=\"mail\"} 6"));

    let _next = leader(&plane, "shop", "orders", "orders-0_1", &[]);
    until("another leads", || monitor.is_in_state("orders", "held"));
    assert!(!monitor.has_candidates("orders", true), "it is held");
    assert!(
        monitor.says("leaselint_lease_transitions_total{namespace=\"shop\",lease=\"orders\"} 1")
    );
    plane
        .client()
        .delete("/apis/coordination.k8s.io/v1/namespaces/shop/leases/left")
        .unwrap();
    until("a Lease is deleted", || {
        !monitor.get("/metrics").contains("lease=\"left\"")
    });
}
