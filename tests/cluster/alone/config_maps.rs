//! What tenants put into ConfigMaps, under the memory that `deploy/base` gives the webhook.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use control_plane::{ControlPlane, Options, Process};
use serde_json::{Value, json};

use crate::support::{deploy, free_address, get, until};

/// The limit of `deploy/base`.
const LIMIT_BYTES: u64 = 192 << 20;
/// What is enough for everything here, in a build without optimisation.
const MOST_PEAK_KIB: u64 = 128 << 10;

/// A control group with the limit of `deploy/base`; `None` where this user may make none.
struct MemoryLimit(PathBuf);

impl MemoryLimit {
    fn make() -> Option<Self> {
        let (root, file) = if Path::new("/sys/fs/cgroup/memory/memory.limit_in_bytes").exists() {
            ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
        } else {
            ("/sys/fs/cgroup", "memory.max")
        };
        let group = Path::new(root).join(format!("leaselint-test-{}", std::process::id()));
        let made = fs::create_dir(&group)
            .and_then(|()| fs::write(group.join(file), LIMIT_BYTES.to_string()));
        if let Err(error) = made {
            println!("!!! no memory limit, only the peak is measured: {error}");
            drop(fs::remove_dir(&group));
            return None;
        }
        Some(Self(group))
    }
}

impl Drop for MemoryLimit {
    fn drop(&mut self) {
        drop(fs::remove_dir(&self.0));
    }
}

/// A webhook under the limit, and where its metrics are.
struct LimitedWebhook {
    process: Process,
    metrics: std::net::SocketAddr,
    _limit: Option<MemoryLimit>,
}

impl LimitedWebhook {
    fn start(plane: &ControlPlane, kubeconfig: &Path) -> Self {
        let limit = MemoryLimit::make();
        let metrics = free_address();
        let enter = limit.as_ref().map_or_else(String::new, |limit| {
            format!("echo $$ > '{}/cgroup.procs'; ", limit.0.display())
        });
        let script = format!(
            "{enter}echo \"pid $$\"; MIMALLOC_PURGE_DELAY=0 exec '{}' serve --kubeconfig='{}' --listen={} \
             --metrics-listen={metrics} --self-signed",
            env!("CARGO_BIN_EXE_leaselint"),
            kubeconfig.display(),
            free_address()
        );
        let shell = Path::new("/bin/sh");
        let process = plane
            .run("leaselint", shell, &["-c".to_owned(), script])
            .unwrap();
        Self {
            process,
            metrics,
            _limit: limit,
        }
    }

    fn until_ready(&mut self) {
        until("the webhook is ready", || {
            let ended = self.process.ended().unwrap();
            assert!(ended.is_none(), "{ended:?}: {}", self.process.log_tail());
            get(self.metrics, "/readyz").is_some()
        });
    }

    /// The most memory that it ever had, in KiB.
    fn peak(&self) -> u64 {
        let log = self.process.log();
        let pid = log.lines().find_map(|line| line.strip_prefix("pid "));
        let status = fs::read_to_string(format!("/proc/{}/status", pid.unwrap())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.unwrap().trim().trim_end_matches(" kB");
        kib.parse().unwrap()
    }
}

fn config_map(name: &str, data: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}, "data": data})
}

#[test]
fn what_tenants_write_does_not_end_it() {
    let Some(mut plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    let kubeconfig = deploy(&plane, free_address().port());
    let path = "/api/v1/namespaces/default/configmaps";
    // The API server writes each of these characters as six.
    let hostile = "<".repeat(1_000_000);
    for number in 0..50 {
        let object = config_map(&format!("hostile-{number}"), &json!({"x": hostile}));
        plane.client().create(path, &object).unwrap();
    }
    let dashboard = "{\"panels\": [1, 2, 3]} ".repeat(4_500);
    for number in 0..200 {
        let object = config_map(
            &format!("dashboard-{number}"),
            &json!({"x.json": dashboard}),
        );
        plane.client().create(path, &object).unwrap();
    }
    let ours = json!({"LEADER_ELECT": "true"});
    plane
        .client()
        .create(path, &config_map("ours", &ours))
        .unwrap();

    let mut webhook = LimitedWebhook::start(&plane, &kubeconfig);
    webhook.until_ready();
    let at_start = webhook.peak();

    // All of it once more: a new API server does not know the versions of the old one.
    plane.restart_api_server().unwrap();
    std::thread::sleep(Duration::from_secs(3));
    webhook.until_ready();
    // And as events of a watch.
    for number in 0..10 {
        let name = format!("more-{number}");
        let object = config_map(&name, &json!({"x": hostile}));
        plane.client().create(path, &object).unwrap();
    }
    until("they are named in the log", || {
        let log = webhook.process.log();
        let long = log.lines().filter(|line| line.contains("cluster-too-long"));
        long.filter(|line| line.contains("more-")).count() >= 10
    });
    webhook.until_ready();
    let peak = webhook.peak();
    println!(
        "peak {} MiB at start, {} MiB at the end",
        at_start >> 10,
        peak >> 10
    );
    assert!(peak < MOST_PEAK_KIB, "{peak} KiB");
}
