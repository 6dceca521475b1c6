//! What `leases` says of a Lease against what really happened to its electors.

use std::thread;
use std::time::Duration;

use control_plane::{ControlPlane, Options};

use super::monitor::RunningMonitor;
use super::support::{
    RunningWatch, audited_leases, elector, leader, lease, leaselint, leases, namespace, until,
    workload,
};

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
    let monitor = RunningMonitor::start(plane.kubeconfig());
    until("all are held", || {
        let held = [
            "healthy", "killed", "paused", "released", "orphaned", "ahead",
        ];
        held.iter().all(|name| monitor.is_in_state(name, "held"))
    });

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
    let kubeconfig = plane.kubeconfig().to_string_lossy().into_owned();
    let (status, wide, _) = leaselint(&[
        "leases",
        "-n=shop",
        "-o",
        "wide",
        "--kubeconfig",
        &kubeconfig,
    ]);
    assert_eq!(status, 1);
    let row = |name: &str| {
        let mut rows = wide
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>());
        rows.find(|words| words.get(1) == Some(&name)).unwrap()
    };
    // Never another holder, 4 s and 1 s, 6 s + 4.4 times 1 s after a crash.
    assert!(
        row("healthy").ends_with(&["0", "4.0s", "1.0s", "10s", "-"]),
        "{wide}"
    );
    assert_eq!(row("killed").last(), Some(&"lease-not-renewed"));
    assert!(
        wide.contains("error[lease-not-renewed]: shop/killed, shop/paused\n"),
        "{wide}"
    );
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
    for (name, state) in [
        ("healthy", "held"),
        ("killed", "expired"),
        ("paused", "expired"),
        ("released", "released"),
        ("orphaned", "orphaned"),
        ("ahead", "held"),
        ("deleted", "held"),
        ("other", "held"),
        ("abandoned", "abandoned"),
        ("unclaimed", "held"),
    ] {
        until(&format!("{name} is {state}"), || {
            monitor.is_in_state(name, state)
        });
    }
    assert_eq!(
        audited_leases(&plane, "8s"),
        [
            "abandoned unclaimed-lease",
            "killed lease-not-renewed",
            "orphaned holder-gone",
            "other duration-mismatch",
            "paused lease-not-renewed",
        ]
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
    let monitor = RunningMonitor::start(plane.kubeconfig());
    let (watching, audited) = thread::scope(|scope| {
        let watching = scope.spawn(|| leases(&plane, &["-n=shop", "--for=20s"]));
        let auditing = scope.spawn(|| audited_leases(&plane, "20s"));
        thread::sleep(Duration::from_secs(2));
        for number in 1..=4 {
            let identity = format!("orders-0_{number}");
            let next = elector(&plane, "shop", "orders", &identity, &["--release"]);
            holder.signal("TERM").unwrap();
            until("the next one leads", || next.log().contains("leads"));
            holder = next;
        }
        (watching.join().unwrap(), auditing.join().unwrap())
    });
    assert_eq!(audited, ["orders lease-flapping"]);
    // Each took over after a release, which client-go counts, too.
    until("all changes are counted", || {
        monitor.says("leaselint_lease_transitions_total{namespace=\"shop\",lease=\"orders\"} 4")
    });
    let (status, report) = watching;
    assert_eq!(status, 1);
    let orders = lease(&report, "orders");
    assert_eq!(orders["findings"], serde_json::json!(["lease-flapping"]));
    assert!(orders["transitionsPerHour"].as_f64().unwrap() > 500.0);
}

#[test]
fn two_thousand_leases_are_all_seen() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    namespace(&plane, "shop");
    let make = |first: usize| {
        for number in (first..2000).step_by(4) {
            let object = serde_json::json!({
                "metadata": {"name": format!("orders-{number}")},
                "spec": {
                    "holderIdentity": "a", "leaseDurationSeconds": 3600, "leaseTransitions": 0,
                    "renewTime": "2026-01-31T08:00:00.000000Z",
                },
            });
            let path = "/apis/coordination.k8s.io/v1/namespaces/shop/leases";
            plane.client().create(path, &object).unwrap();
        }
    };
    thread::scope(|scope| {
        for first in 0..4 {
            scope.spawn(move || make(first));
        }
    });
    let (status, report) = leases(&plane, &["-A", "--for=0"]);
    assert_eq!(status, 0);
    assert_eq!(report["summary"]["leases"], 2000);
    let monitor = RunningMonitor::start(plane.kubeconfig());
    until("all are watched", || {
        monitor.figure("leaselint_monitor_leases") == 2000.0
    });
    assert!(
        audited_leases(&plane, "1s").is_empty(),
        "a duration of an hour"
    );
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
        let watching = scope.spawn(|| leaselint(&arguments));
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
        let (status, printed, errors) = leaselint(&[command, "--kubeconfig", &file]);
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
