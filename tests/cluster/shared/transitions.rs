//! Steps that are wrong although both ends of them are right.

use insta::assert_snapshot;
use serde_json::json;

use crate::objects::{OFF, deployment, electing, namespace};
use crate::support::Cluster;

#[test]
fn a_lock_that_is_renamed_under_running_pods_is_refused() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    cluster.namespace("renames");
    let workload = |lock: &str| deployment("renames", "orders", &electing(lock, "renames"), 2);
    cluster.apply(&workload("orders")).passes();
    let refused = cluster
        .apply(&workload("orders-v2"))
        .refused_by("lock-renamed");
    assert_snapshot!(refused.verdict(), @r#"
    Warning: leaselint: [lease-access-missing] ServiceAccount renames/orders lacks permission to `get`, `create` and `update` leases (container manager). Bind a Role of namespace renames with `get`, `create` and `update` on `leases` of `coordination.k8s.io` to S…
    Error from server (Forbidden): error when applying patch:
    to:
    Resource: "apps/v1, Resource=deployments", GroupVersionKind: "apps/v1, Kind=Deployment"
    Name: "orders", Namespace: "renames"
    for: "STDIN": error when patching "STDIN": admission webhook "validate.leaselint.io" denied the request: [lock-renamed] the lock `orders` becomes `orders-v2`: old and new pods lead together (container manager)
      help: The rollout (a rolling update with one pod more) runs pods of both revisions at once. The two revisions hold different locks, so each has a leader (split brain) until the last old pod has ended.
      remedy: Change it in two steps: scale to zero and wait until no pod is left, then change the lock and scale up again.
    "#);
    // With Recreate the old pods are gone before new ones come.
    let mut recreated = workload("orders-v2");
    recreated["spec"]["strategy"] = json!({"type": "Recreate"});
    cluster.apply(&recreated).passes();
}

#[test]
fn a_lock_that_moves_to_another_namespace_is_refused() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    cluster.namespace("moves");
    let workload =
        |namespace: &str| deployment("moves", "orders", &electing("orders", namespace), 2);
    cluster.apply(&workload("moves")).passes();
    cluster
        .apply(&workload("elsewhere"))
        .refused_by("lock-moved");
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
            .apply(&deployment("abdications", name, &on, replicas))
            .passes();
    }
    // The rollout of a single replica runs two pods for a while.
    cluster
        .apply(&deployment("abdications", "alone", OFF, 1))
        .passes()
        .names("election-switched-off");
    cluster
        .apply(&deployment("abdications", "together", OFF, 2))
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
