//! What people read at the terminal, and every way by which an object comes in.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::objects::{BAD, GOOD, RISKY, account, binding, deployment, manifest, role};
use crate::support::{Cluster, kubectl, until};

/// The retry period is not below the renew deadline; no other test commits this sin.
const SLOW: &[&str] = &[
    "--leader-elect",
    "--leader-elect-lease-duration=15s",
    "--leader-elect-renew-deadline=10s",
    "--leader-elect-retry-period=10s",
];

fn with_rights(cluster: &Cluster, namespace: &str) {
    cluster.namespace(namespace);
    let verbs = ["get", "create", "update"];
    for object in [
        account(namespace),
        role(namespace, &verbs),
        binding(namespace),
    ] {
        cluster.apply(&object).passes();
    }
}

fn is_stored(cluster: &Cluster, namespace: &str, name: &str) -> bool {
    let get = ["get", "deployment", "-n", namespace, name];
    cluster.kubectl(&get).passed
}

#[test]
fn a_refusal_says_why_and_what_to_do_and_nothing_is_stored() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    with_rights(&cluster, "refusals");
    let refused = cluster.apply(&deployment("refusals", "orders", BAD, 2));
    assert!(!refused.passed);
    assert_eq!(refused.printed, "");
    for part in [
        "[lease-not-above-renew] lease duration 10s is not above renew deadline 10s (container manager)",
        "help: ",
        "--leader-elect-lease-duration=14s",
        "see https://github.com/leaselint/leaselint/blob/main/docs/rules.md#lease-not-above-renew",
    ] {
        assert!(refused.words.contains(part), "{}", refused.words);
    }
    assert!(!is_stored(&cluster, "refusals", "orders"));

    let log = cluster.webhook.log();
    let told = log
        .lines()
        .find(|line| line.contains(r#""namespace":"refusals""#));
    let told: Value = serde_json::from_str(told.unwrap()).unwrap();
    assert_eq!(told["decision"], "denied");
    assert_eq!(told["name"], "orders");
    assert_eq!(told["because"][0], "lease-not-above-renew");
    // Objects stay out of the log.
    assert!(!log.contains("leader-elect-lease-duration"), "{log}");
}

#[test]
fn a_risk_is_a_warning_on_the_terminal() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    with_rights(&cluster, "risks");
    let said = cluster
        .apply(&deployment("risks", "orders", RISKY, 2))
        .passes();
    assert_snapshot!(said.verdict(), @"Warning: leaselint: [two-leader-window] two leaders for up to 4s after a partition: the old until 19s, the next from 15s (container manager). Set `--leader-elect-lease-duration=24s`.");
    assert!(is_stored(&cluster, "risks", "orders"));
    // Rights that are missing may come in the same `kubectl apply`.
    cluster.namespace("rightless");
    let said = cluster
        .apply(&deployment("rightless", "orders", GOOD, 2))
        .passes();
    assert_snapshot!(said.verdict(), @"Warning: leaselint: [lease-access-missing] ServiceAccount rightless/orders lacks permission to `get`, `create` and `update` leases (container manager). Bind a Role of namespace rightless with `get`, `create` and `update` on `leases` of `coordination.k8s.io` …");
}

#[test]
fn what_is_right_is_admitted_without_a_word() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    with_rights(&cluster, "virtues");
    cluster
        .apply(&deployment("virtues", "orders", GOOD, 2))
        .passes_silently();
}

#[test]
fn a_whole_application_comes_in_any_order_of_its_manifest() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    for (name, backwards) in [("forwards", false), ("backwards", true)] {
        cluster.namespace(name);
        let mut objects = vec![
            account(name),
            role(name, &["get", "create", "update"]),
            binding(name),
            deployment(name, "orders", GOOD, 2),
        ];
        if backwards {
            objects.reverse();
        }
        cluster.apply(&manifest(&objects)).passes();
        // The second time all is there, and nothing is left to say.
        cluster.until_known("deployment", name, "orders");
        cluster.apply(&manifest(&objects)).passes_silently();
    }
}

#[test]
fn a_dry_run_is_refused_the_same_and_counted_apart() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    with_rights(&cluster, "rehearsals");
    let object = deployment("rehearsals", "orders", SLOW, 2).to_string();
    let apply = |options: &[&str]| {
        let arguments = [&["apply", "-f", "-"], options].concat();
        kubectl(&cluster.plane, &arguments, &object).refused_by("renew-not-above-retry")
    };
    let findings = || {
        cluster.webhook.metric(
            "leaselint_findings_total",
            &["rule=\"renew-not-above-retry\""],
        )
    };
    let rehearsed = apply(&["--dry-run=server"]);
    assert_eq!(findings(), 0.0);
    let refused = apply(&[]);
    assert_eq!(findings(), 1.0);
    assert_eq!(rehearsed.words, refused.words);

    let log = cluster.webhook.log();
    let marks: Vec<bool> = log
        .lines()
        .filter(|line| line.contains(r#""namespace":"rehearsals""#))
        .map(|line| line.contains(r#""dry_run":true"#))
        .collect();
    assert_eq!(marks, [true, false], "{log}");
    let good = deployment("rehearsals", "orders", GOOD, 2).to_string();
    kubectl(
        &cluster.plane,
        &["apply", "--dry-run=server", "-f", "-"],
        &good,
    )
    .passes_silently();
    assert!(!is_stored(&cluster, "rehearsals", "orders"));
}

#[test]
fn server_side_apply_is_judged_by_what_comes_of_it() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    with_rights(&cluster, "servers");
    let apply = |object: &Value, manager: &str| {
        let manager = format!("--field-manager={manager}");
        let arguments = ["apply", "--server-side", &manager, "-f", "-"];
        kubectl(&cluster.plane, &arguments, &object.to_string())
    };
    let bad = deployment("servers", "orders", BAD, 2);
    apply(&bad, "one").refused_by("lease-not-above-renew");
    apply(&deployment("servers", "orders", GOOD, 2), "one").passes_silently();
    apply(&bad, "one").refused_by("lease-not-above-renew");
    // Another manager applies a part; the object that comes of it is judged.
    let mut part = bad.clone();
    part["spec"] = serde_json::json!({
        "selector": {"matchLabels": {"app": "orders"}},
        "template": {"spec": {"containers": [{"name": "second", "image": "registry.example/orders:v1", "args": BAD}]}},
    });
    apply(&part, "two").refused_by("lease-not-above-renew");
}

#[test]
fn a_generated_name_is_the_one_that_is_told() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    with_rights(&cluster, "births");
    let mut object = deployment("births", "orders", BAD, 2);
    object["metadata"] = serde_json::json!({"generateName": "orders-", "namespace": "births"});
    let create = |object: &Value| {
        let arguments = ["create", "-f", "-"];
        kubectl(&cluster.plane, &arguments, &object.to_string())
    };
    create(&object).refused_by("lease-not-above-renew");
    let log = cluster.webhook.log();
    let told = log
        .lines()
        .find(|line| line.contains(r#""namespace":"births""#));
    let told: Value = serde_json::from_str(told.unwrap()).unwrap();
    let name = told["name"].as_str().unwrap();
    assert!(
        name.starts_with("orders-") && name.len() > "orders-".len(),
        "{name}"
    );

    object["spec"]["template"]["spec"]["containers"][0]["args"] = GOOD.into();
    create(&object).passes_silently();
}

#[test]
fn values_of_a_config_map_are_in_no_answer() {
    const VALUE: &str = "9713ms";
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    cluster.namespace("config-values");
    let map = json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "config-values"},
        "data": {"LEASE": VALUE},
    });
    cluster.apply(&map).passes();
    let arguments = [
        "--leader-elect",
        "--leader-elect-lease-duration=$(LEASE)",
        "--leader-elect-renew-deadline=11s",
    ];
    let mut object = deployment("config-values", "orders", &arguments, 2);
    object["spec"]["template"]["spec"]["containers"][0]["envFrom"] =
        json!([{"configMapRef": {"name": "settings"}}]);
    // It is read once a workload names it.
    until("the ConfigMap is read", || {
        let dry = ["create", "--dry-run=server", "-f", "-"];
        let said = kubectl(&cluster.plane, &dry, &object.to_string());
        assert!(!said.words.contains(VALUE), "{}", said.words);
        !said.passed && said.words.contains("[lease-not-above-renew]")
    });
}
