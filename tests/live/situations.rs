//! What `leases` says of a Lease against what really happened to its electors.

use std::thread;
use std::time::Duration;

use control_plane::{ControlPlane, Options};

use super::support::{RunningWatch, elector, leader, lease, leases, namespace, until, workload};

#[test]
fn every_situation_is_shown_as_it_is() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    namespace(&plane, "shop");
    for name in [
        "healthy", "killed", "paused", "released", "orphaned", "ahead", "deleted", "other",
    ] {
        let duration = if name == "other" { "30s" } else { "6s" };
        workload(&plane, "shop", name, duration);
    }
    let lead =
        |name: &str, more: &[&str]| leader(&plane, "shop", name, &format!("{name}-0_5b1e"), more);
    let mut healthy = lead("healthy", &[]);
    let mut killed = lead("killed", &[]);
    let mut paused = lead("paused", &[]);
    let mut released = lead("released", &["--release"]);
    let mut orphaned = leader(&plane, "shop", "orphaned", "orphaned-7_5b1e", &[]);
    let _ahead = lead("ahead", &["--clock-offset=5m"]);
    let _deleted = lead("deleted", &[]);
    let _other = lead("other", &[]);
    let mut abandoned = leader(&plane, "shop", "abandoned", "uninstalled-0_5b1e", &[]);
    let mut unclaimed = leader(&plane, "shop", "unclaimed", "laptop_5b1e", &[]);

    killed.kill();
    orphaned.kill();
    abandoned.kill();
    paused.signal("STOP").unwrap();
    released.signal("TERM").unwrap();
    until("it has released", || released.ended().unwrap().is_some());

    let (status, report) = leases(&plane, &["-n=shop"]);
    assert_eq!(status, 1);
    for (name, state, rules) in [
        ("healthy", "held", &[] as &[&str]),
        ("killed", "expired", &["lease-not-renewed"]),
        ("paused", "expired", &["lease-not-renewed"]),
        ("released", "released", &[]),
        ("orphaned", "orphaned", &["holder-gone"]),
        ("ahead", "held", &[]),
        ("other", "held", &["duration-mismatch"]),
        // Of other namespaces nothing was read, so somebody there may claim it.
        ("abandoned", "unconfirmed", &[]),
        ("unclaimed", "held", &[]),
    ] {
        let lease = lease(&report, name);
        assert_eq!(lease["state"], state, "{lease:#}");
        assert_eq!(lease["kind"], "election");
        assert_eq!(lease["findings"], serde_json::json!(rules), "{lease:#}");
    }
    let healthy_lease = lease(&report, "healthy");
    assert_eq!(healthy_lease["pod"]["name"], "healthy-0");
    assert_eq!(healthy_lease["object"]["kind"], "StatefulSet");
    assert_eq!(healthy_lease["container"], "manager");
    assert_eq!(healthy_lease["durationSeconds"], 6);
    assert_eq!(healthy_lease["declaredDurationSeconds"], 6.0);
    assert_eq!(healthy_lease["renewedBy"], "observation");
    assert!(healthy_lease["renewedSecondsAgo"].as_f64().unwrap() < 4.0);
    assert!(lease(&report, "orphaned")["pod"].is_null());
    // The holder's clock is five minutes ahead: only an observation tells the age.
    let (_, at_once) = leases(&plane, &["-n=shop", "--for=0"]);
    let ahead = lease(&at_once, "ahead");
    assert_eq!(ahead["state"], "unconfirmed");
    assert_eq!(ahead["renewedBy"], "clocks");
    assert!(ahead["renewedSecondsAgo"].as_f64().unwrap() < -280.0);
    assert!(ahead["transitionsPerHour"].is_null(), "nothing was watched");

    let (status, report) = leases(&plane, &["-A", "--fail-on=never"]);
    assert_eq!(status, 0);
    assert_eq!(lease(&report, "abandoned")["state"], "abandoned");
    assert_eq!(
        lease(&report, "abandoned")["findings"][0],
        "unclaimed-lease"
    );

    // A standby takes over, and the paused one comes back to a Lease that is not its own.
    let standby = elector(&plane, "shop", "paused", "paused-0_c2d1", &[]);
    until("the standby leads", || standby.log().contains("leads"));
    paused.signal("CONT").unwrap();
    until("the paused one stops", || paused.log().contains("stopped"));
    plane
        .client()
        .delete("/apis/coordination.k8s.io/v1/namespaces/shop/leases/deleted")
        .unwrap();
    thread::sleep(Duration::from_secs(2));
    let (_, report) = leases(&plane, &["-n=shop", "--for=3s"]);
    let paused_lease = lease(&report, "paused");
    assert_eq!(paused_lease["state"], "held");
    assert_eq!(paused_lease["holder"], "paused-0_c2d1");
    // client-go's leader creates its Lease anew with the next renewal.
    assert_eq!(lease(&report, "deleted")["state"], "held");
    healthy.kill();
    unclaimed.kill();
}

#[test]
fn what_changes_hands_again_and_again_flaps() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    namespace(&plane, "shop");
    workload(&plane, "shop", "orders", "6s");
    let mut holder = leader(&plane, "shop", "orders", "orders-0_0", &["--release"]);
    let watching = thread::scope(|scope| {
        let watching = scope.spawn(|| leases(&plane, &["-n=shop", "--for=20s"]));
        thread::sleep(Duration::from_secs(2));
        for number in 1..=4 {
            let identity = format!("orders-0_{number}");
            let next = elector(&plane, "shop", "orders", &identity, &["--release"]);
            holder.signal("TERM").unwrap();
            until("the next one leads", || next.log().contains("leads"));
            holder = next;
        }
        watching.join().unwrap()
    });
    let (status, report) = watching;
    assert_eq!(status, 1);
    let orders = lease(&report, "orders");
    assert_eq!(orders["findings"], serde_json::json!(["lease-flapping"]));
    assert!(orders["transitionsPerHour"].as_f64().unwrap() > 500.0);
}

#[test]
fn an_api_server_that_restarts_is_waited_for() {
    let Some(mut plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    namespace(&plane, "shop");
    workload(&plane, "shop", "orders", "6s");
    let _leader = leader(&plane, "shop", "orders", "orders-0_0", &["--again"]);
    let kubeconfig = plane.kubeconfig().to_owned();
    let kubeconfig = kubeconfig.to_string_lossy();
    let arguments = [
        "leases",
        "--kubeconfig",
        &*kubeconfig,
        "--format=json",
        "-n=shop",
        "--for=25s",
    ];
    thread::scope(|scope| {
        let watching = scope.spawn(|| super::support::leaselint(&arguments));
        thread::sleep(Duration::from_secs(2));
        plane.restart_api_server().unwrap();
        let (status, printed, errors) = watching.join().unwrap();
        assert_eq!(status, 0, "{printed}{errors}");
        let report = super::support::json_report("leases", &printed, &errors);
        assert_eq!(lease(&report, "orders")["state"], "held");
        assert!(report["unreachable"].is_null());
    });
}

#[test]
fn a_cluster_that_cannot_be_reached_is_a_usage_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kubeconfig");
    let text = "apiVersion: v1\nkind: Config\ncurrent-context: a\ncontexts: [{name: a, context: {cluster: a, user: a}}]\n\
                clusters: [{name: a, cluster: {server: 'https://127.0.0.1:1'}}]\nusers: [{name: a, user: {token: t}}]\n";
    std::fs::write(&file, text).unwrap();
    let file = file.to_string_lossy();
    for command in ["leases", "audit"] {
        let (status, printed, errors) =
            super::support::leaselint(&[command, "--kubeconfig", &file]);
        assert_eq!((status, printed.as_str()), (2, ""), "{command}");
        assert!(
            errors.starts_with("error: the cluster cannot be read: "),
            "{errors}"
        );
    }
}

#[test]
fn a_watch_says_what_happens() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    namespace(&plane, "shop");
    workload(&plane, "shop", "orders", "6s");
    let mut first = leader(&plane, "shop", "orders", "orders-0_0", &["--release"]);
    let watch = RunningWatch::start(plane.kubeconfig());
    let next = || watch.next_words();
    first.signal("TERM").unwrap();
    assert_eq!(next(), "released orders <orders-0_0");
    let mut gone = leader(&plane, "shop", "orders", "orders-7_1", &[]);
    assert_eq!(next(), "acquired orders orders-7_1<");
    gone.kill();
    assert_eq!(next(), "expired orders orders-7_1<");
    assert_eq!(next(), "holder-gone orders orders-7_1<");
    let _last = leader(&plane, "shop", "orders", "orders-0_2", &[]);
    assert_eq!(next(), "lost orders orders-0_2<orders-7_1");
    assert_eq!(next(), "acquired orders orders-0_2<orders-7_1");
    plane
        .client()
        .delete("/apis/coordination.k8s.io/v1/namespaces/shop/leases/orders")
        .unwrap();
    assert_eq!(next(), "deleted orders <orders-0_2");
    assert_eq!(next(), "acquired orders orders-0_2<");
}
