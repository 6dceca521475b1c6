//! ClusterRoles that a controller of the control plane collects from others.

use serde_json::{Value, json};

use crate::objects::{account, binding, deployment, electing};
use crate::support::{Cluster, until};

const NAMESPACE: &str = "collected";

/// A part of the collected role with these verbs on leases.
fn part(name: &str, labels: &Value, verbs: &[&str]) -> Value {
    let rules = match verbs {
        [] => json!([]),
        verbs => {
            json!([{"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": verbs}])
        }
    };
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
        "metadata": {"name": name, "labels": labels}, "rules": rules,
    })
}

fn may(cluster: &Cluster, verb: &str) -> bool {
    let account = format!("--as=system:serviceaccount:{NAMESPACE}:orders");
    let question = [
        "auth",
        "can-i",
        verb,
        "leases.coordination.k8s.io",
        "-n",
        NAMESPACE,
    ];
    cluster
        .kubectl(&[&question[..], &[account.as_str()]].concat())
        .printed
        .starts_with("yes")
}

#[test]
fn what_a_part_withdraws_is_named_and_takes_effect() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    cluster.namespace(NAMESPACE);
    let label = json!({"example.org/to": "collected"});
    let all = ["get", "create", "update"];
    let sum = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
        "metadata": {"name": "collected"},
        "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": label}]},
    });
    let mut bound = binding(NAMESPACE);
    bound["roleRef"] = json!({
        "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "collected",
    });
    let workload = deployment(NAMESPACE, "orders", &electing("orders", NAMESPACE), 2);
    let first = part("collected-part", &label, &all);
    for object in [account(NAMESPACE), first.clone(), sum, bound, workload] {
        cluster.apply(&object).passes();
    }
    cluster.until_known("deployment", NAMESPACE, "orders");
    until("the right is collected", || may(&cluster, "update"));

    let withdrawals: [(&str, &dyn Fn()); 3] = [
        ("emptied", &|| {
            let said = cluster.apply(&part("collected-part", &label, &[]));
            said.passes().names("access-withdrawn");
        }),
        ("relabelled", &|| {
            let said = cluster.apply(&part("collected-part", &json!({}), &all));
            said.passes().names("access-withdrawn");
        }),
        ("deleted", &|| {
            let said = cluster.kubectl(&["delete", "clusterrole", "collected-part"]);
            said.passes().names("access-withdrawn");
        }),
    ];
    for (how, withdraw) in withdrawals {
        // The webhook sees the part a moment after the API server has it.
        until("the part is seen with its rights", || {
            cluster.apply(&first).passes();
            let emptied = part("collected-part", &label, &[]).to_string();
            let dry = ["apply", "--dry-run=server", "-f", "-"];
            crate::support::kubectl(&cluster.plane, &dry, &emptied)
                .words
                .contains("access-withdrawn")
        });
        withdraw();
        // The controller's own write is not in the way: what was taken is gone.
        until(how, || !may(&cluster, "update"));
    }
    let denied = cluster.webhook.metric(
        "leaselint_reviews_total",
        &["decision=\"denied\"", "kind=\"ClusterRole\""],
    );
    assert_eq!(denied, 0.0);
}
