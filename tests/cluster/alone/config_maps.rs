//! What tenants put into a cluster, under a real limit of memory: ConfigMaps of every sort, and many Deployments.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use control_plane::{ControlPlane, Options, Process};
use serde_json::{Value, json};

use crate::objects::{deployment, electing};
use crate::support::{deploy, free_address, get, until};

/// The limit of `deploy/base`.
const LIMIT_BYTES: u64 = 192 << 20;
/// What is enough for everything here, in a build without optimisation.
const MOST_PEAK_KIB: u64 = 128 << 10;

/// A control group with a limit; `None` where this user may make none.
struct MemoryLimit(PathBuf);

impl MemoryLimit {
    fn make(bytes: u64) -> Option<Self> {
        let (root, file) = if Path::new("/sys/fs/cgroup/memory/memory.limit_in_bytes").exists() {
            ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
        } else {
            ("/sys/fs/cgroup", "memory.max")
        };
        let group = Path::new(root).join(format!(
            "leaselint-test-{}-{}",
            std::process::id(),
            bytes >> 20
        ));
        let made =
            fs::create_dir(&group).and_then(|()| fs::write(group.join(file), bytes.to_string()));
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
    fn start(plane: &ControlPlane, kubeconfig: &Path, limit: u64) -> Self {
        let limit = MemoryLimit::make(limit);
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
        self.memory("VmHWM:")
    }

    /// A figure of the kernel's about its memory, in KiB.
    fn memory(&self, figure: &str) -> u64 {
        let log = self.process.log();
        let pid = log.lines().find_map(|line| line.strip_prefix("pid "));
        let status = fs::read_to_string(format!("/proc/{}/status", pid.unwrap())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(figure));
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

    let mut webhook = LimitedWebhook::start(&plane, &kubeconfig, LIMIT_BYTES);
    webhook.until_ready();
    let at_start = webhook.peak();

    // All of it once more: a new API server does not know the versions of the old one.
    plane.restart_api_server().unwrap();
    std::thread::sleep(Duration::from_secs(3));
    webhook.until_ready();
    // And as what workloads take settings from: one that is too long, and many of small values each of which is kept.
    let value = "x".repeat(1_000);
    let small: serde_json::Map<String, Value> = (0..900)
        .map(|key| (format!("k{key}"), value.as_str().into()))
        .collect();
    let small = Value::from(small);
    for number in 0..60 {
        let name = format!("small-{number}");
        plane
            .client()
            .create(path, &config_map(&name, &small))
            .unwrap();
    }
    let names = ["hostile-1", "hostile-2"].map(str::to_owned).into_iter();
    for name in names.chain((0..60).map(|number| format!("small-{number}"))) {
        let mut object = deployment("default", &name, &electing("$(x)", "default"), 1);
        object["spec"]["template"]["spec"]["containers"][0]["envFrom"] =
            json!([{"configMapRef": {"name": name}}]);
        let path = "/apis/apps/v1/namespaces/default/deployments";
        plane.client().create(path, &object).unwrap();
    }
    until("those that are too long are named in the log", || {
        let log = webhook.process.log();
        let long = log.lines().filter(|line| line.contains("cluster-too-long"));
        long.filter(|line| line.contains("hostile-")).count() >= 2
    });
    // Its settings are read all the same.
    std::thread::sleep(Duration::from_secs(3));
    webhook.until_ready();
    let peak = webhook.peak();
    println!(
        "peak {} MiB at start, {} MiB at the end",
        at_start >> 10,
        peak >> 10
    );
    assert!(peak < MOST_PEAK_KIB, "{peak} KiB");
}

/// Creates objects from several threads.
fn create_all(
    plane: &ControlPlane,
    count: usize,
    object: impl Fn(usize) -> (String, Value) + Sync,
) {
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (client, object) = (plane.client().clone(), &object);
            scope.spawn(move || {
                for number in (thread..count).step_by(8) {
                    let (path, object) = object(number);
                    client.create(&path, &object).unwrap();
                }
            });
        }
    });
}

/// Reads everything under a limit of memory, twice, and prints what it took.
fn fits(plane: &mut ControlPlane, kubeconfig: &Path, limit: u64, what: &str) {
    let mut webhook = LimitedWebhook::start(plane, kubeconfig, limit);
    webhook.until_ready();
    std::thread::sleep(Duration::from_secs(5));
    let (now, peak) = (webhook.memory("VmRSS:"), webhook.peak());
    plane.restart_api_server().unwrap();
    std::thread::sleep(Duration::from_secs(5));
    webhook.until_ready();
    println!(
        "{what}: {} MiB, {} MiB at most; after another API server {} MiB, {} MiB at most",
        now >> 10,
        peak >> 10,
        webhook.memory("VmRSS:") >> 10,
        webhook.peak() >> 10,
    );
    assert!(webhook.peak() <= limit >> 10);
}

#[test]
#[ignore = "it makes 500 MB of ConfigMaps: .ci/extended"]
fn five_thousand_config_maps_of_100_kb_fit_into_96_mib() {
    let Some(mut plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    let kubeconfig = deploy(&plane, free_address().port());
    let lines = "colour = \"green\"\n".repeat(100_000 / 17);
    let small = "x".repeat(1_000);
    create_all(&plane, 5_000, |number| {
        // Every other one consists of values of which each could be a setting.
        let data = match number % 2 {
            0 => json!({"settings.toml": lines}),
            _ => (0..100)
                .map(|key| (format!("k{key}"), Value::from(small.as_str())))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        };
        let path = "/api/v1/namespaces/default/configmaps".to_owned();
        (path, config_map(&format!("tenant-{number}"), &data))
    });
    fits(
        &mut plane,
        &kubeconfig,
        96 << 20,
        "5,000 ConfigMaps of 100 KB",
    );
}

#[test]
#[ignore = "it makes 20,000 Deployments: .ci/extended"]
fn twenty_thousand_deployments_fit_into_60_mib() {
    let Some(mut plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    let kubeconfig = deploy(&plane, free_address().port());
    create_all(&plane, 20_000, |number| {
        let name = format!("app-{number}");
        let path = "/apis/apps/v1/namespaces/default/deployments".to_owned();
        // One in ten elects.
        let object = match number % 10 {
            0 => deployment("default", &name, &electing(&name, "default"), 2),
            _ => deployment("default", &name, &["--port=8080"], 2),
        };
        (path, object)
    });
    fits(
        &mut plane,
        &kubeconfig,
        60 << 20,
        "20,000 Deployments, one in ten with an election",
    );
}
