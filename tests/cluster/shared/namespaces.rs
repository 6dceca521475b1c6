//! Namespaces: their own mode, and their end.

use serde_json::json;

use crate::objects::{BAD, account, binding, deployment, electing, namespace, role};
use crate::support::{Cluster, kubectl, until, until_asked};

#[test]
fn a_namespace_may_ask_for_words_only_or_for_nothing() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    cluster.apply(&namespace("trial", Some("warn"))).passes();
    cluster
        .apply(&deployment("trial", "bad", BAD, 2))
        .passes()
        .names("lease-not-above-renew");
    let made = || {
        cluster
            .apply(&deployment("free", "bad", BAD, 2))
            .passes_silently();
    };
    cluster.namespace_with_a_past("free", made);
    cluster.apply(&namespace("quiet", Some("audit"))).passes();
    until("the namespace is seen", || {
        let bad = deployment("quiet", "bad", BAD, 2).to_string();
        let said = kubectl(
            &cluster.plane,
            &["apply", "--dry-run=server", "-f", "-"],
            &bad,
        );
        said.passed && said.words.is_empty()
    });
    let audited = ["decision=\"audited\"", "dry_run=\"false\""];
    let count = || cluster.webhook.metric("leaselint_reviews_total", &audited);
    let before = count();
    cluster
        .apply(&deployment("quiet", "bad", BAD, 2))
        .passes_silently();
    assert!((count() - before - 1.0).abs() < 0.1);
    // And it may change its mind.
    cluster
        .kubectl(&[
            "label",
            "namespace",
            "trial",
            "leaselint.io/mode=enforce",
            "--overwrite",
        ])
        .passes();
    until_asked(&cluster.plane, "trial");
}

#[test]
fn a_mode_that_does_not_exist_is_named_and_counted() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    cluster
        .apply(&namespace("misspelt", Some("enfroce")))
        .passes();
    until("the label is known and counted", || {
        cluster.webhook.metric("leaselint_unknown_mode_labels", &[]) > 0.5
    });
    // The mode of the server holds.
    let said = cluster
        .apply(&deployment("misspelt", "bad", BAD, 2))
        .refused_by("lease-not-above-renew");
    assert!(said.words.contains("enfroce"), "{}", said.words);
}

#[test]
fn a_namespace_goes_with_everything_that_is_wrong_in_it() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let name = "doomed";
    cluster.namespace_with_a_past(name, || {
        for object in [
            account(name),
            role(name, &["get", "create", "update"]),
            binding(name),
            deployment(name, "orders", &electing("orders", name), 2),
            deployment(name, "bad", BAD, 2),
        ] {
            cluster.apply(&object).passes();
        }
    });
    cluster
        .kubectl(&["delete", "namespace", name, "--wait=false"])
        .passes_silently();
    until("the namespace is gone", || {
        !cluster.kubectl(&["get", "namespace", name]).passed
    });
}

#[test]
fn what_the_cluster_stands_on_is_never_asked_about() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    for name in ["kube-system", "leaselint"] {
        let said = cluster.apply(&deployment(name, "bad", BAD, 2)).passes();
        // Pod security has its own words about the namespace of the webhook.
        assert!(!said.words.contains("leaselint: "), "{}", said.words);
        cluster
            .kubectl(&["delete", "-n", name, "deployment", "bad"])
            .passes();
    }
    let lease = json!({
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
        "metadata": {"name": "orders", "namespace": "default"},
        "spec": {"holderIdentity": "x", "leaseDurationSeconds": 1},
    });
    cluster.apply(&lease).passes_silently();
    assert_eq!(
        cluster
            .webhook
            .metric("leaselint_reviews_total", &["kind=\"Lease\""]),
        0.0
    );
}
