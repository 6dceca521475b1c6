//! Roles and bindings that electors of the cluster live on.

use serde_json::{Value, json};

use crate::objects::{account, binding, deployment, electing, manifest, role, strict_namespace};
use crate::support::{CONFIGURATION, Cluster};

const VERBS: [&str; 3] = ["get", "create", "update"];

/// An operator with its namespace, in the order in which it is mostly written.
fn operator(namespace: &str) -> [Value; 5] {
    [
        strict_namespace(namespace),
        account(namespace),
        role(namespace, &VERBS),
        binding(namespace),
        deployment(namespace, "orders", &electing("orders", namespace), 2),
    ]
}

/// A namespace with an elector and the rights that it needs.
fn with_elector(namespace: &str) -> Option<std::sync::Arc<Cluster>> {
    let cluster = Cluster::shared()?;
    for object in operator(namespace) {
        cluster.apply(&object).passes();
    }
    cluster.until_known("deployment", namespace, "orders");
    Some(cluster)
}

#[test]
fn a_role_that_loses_what_an_elector_uses_is_refused() {
    let Some(cluster) = with_elector("withdrawals") else {
        return;
    };
    let refused = cluster
        .apply(&role("withdrawals", &["get", "create"]))
        .refused_by("access-withdrawn");
    for part in [
        "this change takes `update leases` from ServiceAccount withdrawals/orders",
        "Deployment withdrawals/orders takes part",
        "see https://github.com/leaselint/leaselint/blob/main/docs/rules.md#access-withdrawn",
        "annotation leaselint.io/ignore.access-withdrawn",
    ] {
        assert!(refused.words.contains(part), "{}", refused.words);
    }
    cluster
        .apply(&role("withdrawals", &["get", "create", "update", "patch"]))
        .passes_silently();
    cluster
        .apply(&role("withdrawals", &VERBS))
        .passes_silently();
}

#[test]
fn a_binding_that_forgets_its_account_is_refused() {
    let Some(cluster) = with_elector("forgotten") else {
        return;
    };
    let mut nobody = binding("forgotten");
    nobody["subjects"] = json!([]);
    cluster.apply(&nobody).refused_by("access-withdrawn");
    // With the right given another way, the old way may go.
    let mut second = binding("forgotten");
    second["metadata"]["name"] = "orders-too".into();
    cluster.apply(&second).passes_silently();
    let mut patience = 100;
    let passes = loop {
        let said = cluster.apply(&nobody);
        if said.passed || patience == 0 {
            break said;
        }
        // The webhook hears of the second one a moment later.
        patience -= 1;
        std::thread::sleep(std::time::Duration::from_millis(100));
    };
    passes.passes_silently();
}

#[test]
fn a_deletion_is_commented_on_and_never_refused() {
    let Some(cluster) = with_elector("deletions") else {
        return;
    };
    let delete = |what| {
        let arguments = ["delete", "-n", "deletions", what, "orders"];
        cluster.kubectl(&arguments).passes()
    };
    let said = delete("rolebinding").names("access-withdrawn");
    for part in [
        "takes rights on a lock from ServiceAccount deletions/orders",
        "Nothing is to be done if Deployment deletions/orders is deleted as well",
        "`get leases, create leases, update leases`",
    ] {
        assert!(said.words.contains(part), "{}", said.words);
    }
    delete("role");
}

#[test]
fn a_whole_application_goes_in_any_order() {
    for (namespace, backwards) in [("leaving", false), ("leaving-backwards", true)] {
        let Some(cluster) = with_elector(namespace) else {
            return;
        };
        let mut objects = vec![
            deployment(namespace, "orders", &electing("orders", namespace), 2),
            binding(namespace),
            role(namespace, &VERBS),
            account(namespace),
        ];
        if backwards {
            objects.reverse();
        }
        let input = manifest(&objects).to_string();
        let said = crate::support::kubectl(&cluster.plane, &["delete", "-f", "-"], &input).passes();
        assert_eq!(said.printed.lines().count(), 4, "{}", said.printed);
    }
}

#[test]
fn an_operator_whose_rights_are_deleted_first_gets_one_warning() {
    // The webhook sees the first deletion a moment later: on a busy machine not in each of the tries.
    let said = (0..6).find_map(|number| {
        let namespace = format!("rights-first-{number}");
        let cluster = with_elector(&namespace)?;
        let objects = [
            role(&namespace, &VERBS),
            binding(&namespace),
            account(&namespace),
            deployment(&namespace, "orders", &electing("orders", &namespace), 2),
        ];
        let input = manifest(&objects).to_string();
        let said = crate::support::kubectl(&cluster.plane, &["delete", "-f", "-"], &input).passes();
        let warnings = said.words.matches("[access-withdrawn]").count();
        assert!(warnings > 0, "{}", said.words);
        Some(said.words).filter(|_| warnings == 1)
    });
    if Cluster::shared().is_some() {
        let words = said.unwrap();
        assert!(words.contains("Nothing is to be done if"), "{words}");
    }
}

#[test]
fn rights_that_go_with_their_namespace_bring_no_warning_once_that_is_seen() {
    // The webhook sees that the namespace goes a moment after kubectl has sent its deletion: on a busy machine not in each
    // of the tries.
    let said = (0..6).find_map(|number| {
        let namespace = format!("whole-{number}");
        let cluster = with_elector(&namespace)?;
        let mut objects = operator(&namespace);
        // The account after the rights: what says that all of it goes is the namespace.
        objects.swap(1, 3);
        let input = manifest(&objects).to_string();
        let delete = ["delete", "--wait=false", "--ignore-not-found", "-f", "-"];
        let said = crate::support::kubectl(&cluster.plane, &delete, &input);
        Some(said.words).filter(|words| !words.contains("access-withdrawn"))
    });
    assert!(said.is_some() || Cluster::shared().is_none());
}

#[test]
fn a_role_of_the_whole_cluster_is_guarded_where_it_is_used() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    cluster.apply(&strict_namespace("wide")).passes();
    let cluster_role = |verbs: &[&str]| {
        let mut object = role("wide", verbs);
        object["kind"] = "ClusterRole".into();
        object["metadata"] = json!({"name": "wide-orders"});
        object
    };
    let mut bound = binding("wide");
    bound["roleRef"] = json!({"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "wide-orders"});
    for object in [
        account("wide"),
        cluster_role(&VERBS),
        bound,
        deployment("wide", "orders", &electing("orders", "wide"), 2),
    ] {
        cluster.apply(&object).passes();
    }
    cluster.until_known("deployment", "wide", "orders");
    cluster
        .apply(&cluster_role(&["get"]))
        .refused_by("access-withdrawn");
}

#[test]
fn the_webhook_sees_all_that_it_asks_for_and_publishes_its_authority() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let seen = |state: &str| cluster.webhook.metric("leaselint_watch", &[state]);
    assert_eq!(seen(r#"state="forbidden""#), 0.0);
    assert!(seen(r#"state="ready""#) > 8.0);
    let published = cluster.get(CONFIGURATION);
    assert!(published["webhooks"][0]["clientConfig"]["caBundle"].is_string());
}
