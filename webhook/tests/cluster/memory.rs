//! What a cluster's facts take.
//!
//! `LEASELINT_DEPLOYMENTS=5000 cargo test --release -p leaselint-webhook --test cluster memory -- --nocapture`
//! makes as many Deployments, each with a ServiceAccount, a Role and a RoleBinding.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use control_plane::{ControlPlane, Options};
use webhook::cluster::WatchedResource;
use webhook::log::Log;

use super::support::{Follower, elector, namespace};

const KUBECONFIG: &str = "LEASELINT_TEST_FOLLOW";
/// Memory with 5,000 Deployments.
const MAX_RESIDENT_MIB: u64 = 90;

/// The resident memory of this process, and its peak, in KiB.
fn resident() -> (u64, u64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name));
        let number = line.and_then(|line| line.split_whitespace().nth(1));
        number.and_then(|text| text.parse().ok()).unwrap_or(0)
    };
    (field("VmRSS:"), field("VmHWM:"))
}

/// Not a test by itself: the process that follows.
#[test]
fn memory_follower() {
    let Some(kubeconfig) = env::var_os(KUBECONFIG) else {
        return;
    };
    let idle = resident().0;
    let start = Instant::now();
    let follower = Follower::start(Path::new(&kubeconfig), Log::nowhere());
    follower.until_synced();
    let took = start.elapsed();
    std::thread::sleep(Duration::from_secs(1));
    let (now, peak) = resident();
    println!(
        "RESULT {} {} {} {idle} {now} {peak}",
        follower.state.count(WatchedResource::Deployments),
        follower.state.electors(),
        took.as_millis(),
    );
}

#[test]
fn memory_of_many_deployments_with_their_rights() {
    let wanted = env::var("LEASELINT_DEPLOYMENTS").ok();
    let wanted: usize = wanted.and_then(|text| text.parse().ok()).unwrap_or(200);
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    let spaces = wanted.div_ceil(50);
    for space in 0..spaces {
        let object = namespace(&format!("team-{space}"));
        plane
            .client()
            .create("/api/v1/namespaces", &object)
            .unwrap();
    }
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let client = plane.client().clone();
            scope.spawn(move || {
                for number in (thread..wanted).step_by(8) {
                    let space = format!("team-{}", number % spaces);
                    for (path, object) in elector(&space, &format!("operator-{number}")) {
                        client.create(&path, &object).unwrap();
                    }
                }
            });
        }
    });
    let output = Command::new(env::current_exe().unwrap())
        .args(["memory::memory_follower", "--exact", "--nocapture"])
        .env(KUBECONFIG, plane.kubeconfig())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text
        .lines()
        .find_map(|line| line.split_once("RESULT "))
        .unwrap();
    let numbers: Vec<u64> = line
        .1
        .split(' ')
        .map(|text| text.parse().unwrap())
        .collect();
    let [deployments, electors, millis, idle, now, peak] = numbers[..] else {
        panic!("{text}");
    };
    println!(
        "{deployments} Deployments with their rights: synced in {millis} ms; resident before {} MiB, after {} MiB, at most {} MiB",
        idle / 1024,
        now / 1024,
        peak / 1024
    );
    assert_eq!((deployments, electors), (wanted as u64, wanted as u64));
    assert!(now / 1024 < MAX_RESIDENT_MIB);
}
