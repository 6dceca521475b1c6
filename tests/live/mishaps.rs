//! What goes wrong around electors: what the program reports, beside the electors' own logs.

use std::process::Command;
use std::thread;
use std::time::Duration;

use control_plane::{ControlPlane, Options};
use serde_json::json;

use super::monitor::RunningMonitor;
use super::rights::{ONLY_LEASES, account_for_leases, bind, unbind};
use super::support::{
    RunningWatch, audited_leases, elector, leader, lease, leaselint, leases, namespace, until,
    workload,
};

/// A program that takes the host name alone for its identity, in two pods with one host name.
fn two_pods_of_one_name(plane: &ControlPlane) {
    let labels = json!({"app": "scaler"});
    let spec = json!({
        "hostname": "scaler",
        "containers": [{
            "name": "scaler",
            "image": "registry.k8s.io/autoscaling/cluster-autoscaler:v1.33.0",
            "command": ["./cluster-autoscaler"],
            "args": ["--namespace=shop", "--leader-elect-resource-name=scaler"],
        }],
    });
    let set = json!({
        "metadata": {"name": "scaler"},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        },
    });
    let client = plane.client();
    let made = client
        .create("/apis/apps/v1/namespaces/shop/daemonsets", &set)
        .unwrap();
    for name in ["scaler-x2k4p", "scaler-b7nkc"] {
        let pod = json!({
            "metadata": {
                "name": name,
                "labels": labels,
                "ownerReferences": [{
                    "apiVersion": "apps/v1", "kind": "DaemonSet", "name": "scaler", "controller": true,
                    "uid": made["metadata"]["uid"],
                }],
            },
            "spec": spec,
        });
        let mut pod = client.create("/api/v1/namespaces/shop/pods", &pod).unwrap();
        pod["status"] = json!({"phase": "Running"});
        let path = format!("/api/v1/namespaces/shop/pods/{name}/status");
        assert_eq!(
            client.request("PUT", &path, Some(&pod)).unwrap().status,
            200
        );
    }
}

#[test]
fn two_pods_with_one_identity_lead_at_once() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    namespace(&plane, "shop");
    two_pods_of_one_name(&plane);
    let first = leader(&plane, "shop", "scaler", "scaler", &[]);
    // client-go takes the holder's identity for its own, and leads, too.
    let second = plane
        .elector(
            "second",
            &[
                "--identity=scaler",
                "--lock-namespace=shop",
                "--lock-name=scaler",
            ],
        )
        .unwrap();
    until("both lead", || second.log().contains("leads"));
    assert!(!first.log().contains("stopped"), "{}", first.log());
    let (status, report) = leases(&plane, &["-n=shop"]);
    assert_eq!(status, 1);
    let scaler = lease(&report, "scaler");
    assert_eq!(scaler["state"], "shared", "{scaler:#}");
    assert_eq!(scaler["findings"], json!(["shared-holder"]));
    assert_eq!(audited_leases(&plane, "3s"), ["scaler shared-holder"]);
    // It is renewed, so the monitor does not read who is behind it.
    let monitor = RunningMonitor::start(plane.kubeconfig());
    until("it is held", || monitor.is_in_state("scaler", "held"));
}

#[test]
fn an_api_server_that_hangs_is_reported_before_anything_that_it_hides() {
    let Some(mut plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    namespace(&plane, "shop");
    workload(&plane, "shop", "orders", "6s");
    let holder = leader(&plane, "shop", "orders", "orders-0_0", &["--again"]);
    let monitor = RunningMonitor::start(plane.kubeconfig());
    let watch = RunningWatch::start(plane.kubeconfig());
    plane.signal_api_server("STOP").unwrap();
    let lost = watch.next();
    assert_eq!(
        (&lost["event"], &lost["name"]),
        (&json!("unreachable"), &json!(null))
    );
    assert_eq!(lost["reason"], "no answer");
    until("the holder gives up", || holder.log().contains("stopped"));
    // Nothing proves that it has expired, and an alert about that would be one about the API server.
    until("the monitor does not know", || {
        monitor.is_in_state("orders", "unconfirmed")
    });
    assert!(monitor.figure("leaselint_monitor_seconds_since_answer") > 5.0);
    plane.signal_api_server("CONT").unwrap();
    assert_eq!(watch.next()["event"], "back");
    // It was not renewed for longer than its duration, which a list may prove before the renewal comes.
    let mut next = watch.next();
    if next["event"] == "expired" {
        next = watch.next();
    }
    assert_eq!(
        (&next["event"], &next["holder"]),
        (&json!("renewed-late"), &json!("orders-0_0"))
    );
    until("it leads again", || {
        holder.log().matches("leads").count() == 2
    });
    until("the monitor sees it", || {
        monitor.is_in_state("orders", "held")
    });
}

#[test]
fn a_look_that_ends_in_an_outage_waits_until_leases_can_be_renewed() {
    let Some(mut plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    namespace(&plane, "shop");
    workload(&plane, "shop", "orders", "6s");
    let holder = leader(&plane, "shop", "orders", "orders-0_0", &["--again"]);
    let kubeconfig = plane.kubeconfig().to_string_lossy().into_owned();
    let look = |arguments: &[&str]| {
        let all = [arguments, &["--kubeconfig", &kubeconfig, "--format=json"]].concat();
        leaselint(&all)
    };
    thread::scope(|scope| {
        let leases = scope.spawn(|| look(&["leases", "-n=shop", "--for=4s"]));
        let audit = scope.spawn(|| look(&["audit", "--observe=4s", "--select=lease-not-renewed"]));
        thread::sleep(Duration::from_secs(2));
        plane.signal_api_server("STOP").unwrap();
        // Longer than the duration, from the last renewal to the lists at the end.
        thread::sleep(Duration::from_secs(12));
        plane.signal_api_server("CONT").unwrap();
        for (status, printed, errors) in [leases.join().unwrap(), audit.join().unwrap()] {
            assert_eq!(status, 0, "{printed}{errors}");
        }
    });
    assert!(holder.log().contains("stopped"), "{}", holder.log());
}

#[test]
fn rights_that_are_withdrawn_while_leases_are_watched_are_reported() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    namespace(&plane, "shop");
    workload(&plane, "shop", "orders", "6s");
    let _leader = leader(&plane, "shop", "orders", "orders-0_0", &[]);
    let kubeconfig = account_for_leases(&plane);
    let watch = RunningWatch::start(kubeconfig.as_ref());
    let monitor = RunningMonitor::start(kubeconfig.as_ref());
    until("it is held", || monitor.is_in_state("orders", "held"));
    unbind(&plane, ONLY_LEASES);
    // A watch that is open is not ended; the next one is refused.
    let lost = watch.next();
    assert_eq!(lost["event"], "unreachable");
    let reason = lost["reason"].as_str().unwrap();
    assert!(reason.contains("cannot watch resource"), "{reason}");
    // Longer than the duration of the Lease, which its holder renews meanwhile.
    until("the monitor does not know", || {
        monitor.is_in_state("orders", "unconfirmed")
    });
    bind(&plane, ONLY_LEASES, ONLY_LEASES);
    assert_eq!(watch.next()["event"], "back");
    until("it is held", || monitor.is_in_state("orders", "held"));
}

#[test]
fn a_monitor_goes_on_when_an_api_server_was_restarted() {
    let Some(mut plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    namespace(&plane, "shop");
    workload(&plane, "shop", "orders", "6s");
    let holder = leader(&plane, "shop", "orders", "orders-0_0", &["--again"]);
    let monitor = RunningMonitor::start(plane.kubeconfig());
    until("it is held", || monitor.is_in_state("orders", "held"));
    plane.restart_api_server().unwrap();
    let leads = |times: usize| holder.log().matches("leads").count() >= times;
    // Whether the holder survives is a matter of how long the restart takes.
    until("somebody leads", || {
        leads(1) && !holder.log().ends_with("stopped\n")
    });
    let _other = elector(&plane, "shop", "mail", "mail-0_0", &[]);
    until("what is new after the restart is seen", || {
        monitor.is_in_state("mail", "held")
    });
    until("it is held again", || monitor.is_in_state("orders", "held"));
}

#[cfg(unix)]
#[test]
fn kubectl_finds_the_plugin_by_its_name() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    namespace(&plane, "shop");
    let _leader = leader(&plane, "shop", "orders", "orders-0_0", &[]);
    let folder = tempfile::tempdir().unwrap();
    let program = assert_cmd::cargo::cargo_bin!("leaselint");
    std::os::unix::fs::symlink(program, folder.path().join("kubectl-leaselint")).unwrap();
    let output = Command::new(&plane.assets().kubectl)
        .args(["leaselint", "leases", "-n=shop", "--kubeconfig"])
        .arg(plane.kubeconfig())
        .env("PATH", folder.path())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains("orders"), "{output:?}");
    assert!(printed.contains("1 lease, watched for"), "{output:?}");
}
