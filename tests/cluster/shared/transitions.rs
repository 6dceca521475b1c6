//! Steps that are wrong although both ends of them are right.

use serde_json::json;

use crate::objects::{OFF, deployment, electing, listed, namespace, strict_namespace};
use crate::support::Cluster;

#[test]
fn a_lock_that_is_renamed_under_running_pods_is_refused() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    cluster.apply(&strict_namespace("renames")).passes();
    let workload = |lock: &str| deployment("renames", "orders", &electing(lock, "renames"), 2);
    cluster.apply(&workload("orders")).passes();
    let refused = cluster
        .apply(&workload("orders-v2"))
        .refused_by("lock-renamed");
    for part in ["`orders`", "`orders-v2`", "(container manager)", "help: "] {
        assert!(refused.words.contains(part), "{}", refused.words);
    }
    // With Recreate the old pods are gone before new ones come.
    let mut recreated = workload("orders-v2");
    recreated["spec"]["strategy"] = json!({"type": "Recreate"});
    cluster.apply(&recreated).passes();
}

#[test]
fn a_lock_that_moves_to_another_namespace_is_named_or_refused() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    // An upgrade may do so on purpose: it is denied only where that is wanted.
    for (name, denies) in [("moves", false), ("strict-moves", true)] {
        if denies {
            cluster.apply(&strict_namespace(name)).passes();
        } else {
            cluster.namespace(name);
        }
        let workload =
            |namespace: &str| deployment(name, "orders", &electing("orders", namespace), 2);
        cluster.apply(&workload(name)).passes();
        let moved = cluster.apply(&workload("elsewhere")).names("lock-moved");
        assert_eq!(moved.passed, !denies, "{}", moved.words);
    }
}

#[test]
fn an_election_that_is_switched_off_is_told_or_refused() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    cluster.namespace("abdications");
    let on = electing("orders", "abdications");
    for (name, replicas) in [("alone", 1), ("together", 2)] {
        cluster
            .apply(&listed("abdications", name, &on, replicas))
            .passes();
    }
    // The rollout of a single replica runs two pods for a while.
    cluster
        .apply(&listed("abdications", "alone", OFF, 1))
        .passes()
        .names("election-switched-off");
    cluster
        .apply(&listed("abdications", "together", OFF, 2))
        .refused_by("replicas-without-election");
}

#[test]
fn a_step_is_judged_in_the_mode_of_its_namespace() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    cluster
        .apply(&namespace("gentle-renames", Some("warn")))
        .passes();
    let workload = |lock: &str| {
        let arguments = electing(lock, "gentle-renames");
        deployment("gentle-renames", "orders", &arguments, 2)
    };
    cluster.apply(&workload("orders")).passes();
    cluster
        .apply(&workload("orders-v2"))
        .passes()
        .names("lock-renamed");
}
