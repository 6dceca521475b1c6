//! What `deploy/` gives to a cluster.
#![allow(clippy::unwrap_used)] // in tests a panic is the message

use std::path::Path;

use serde_json::Value;

use super::workspace::program;

fn base() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/base")
}

/// Every document of the base.
pub fn objects() -> Vec<Value> {
    let mut objects = Vec::new();
    for entry in std::fs::read_dir(base()).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for document in text.split("\n---\n") {
            objects.push(serde_yaml::from_str(document).unwrap());
        }
    }
    objects
}

fn of_kind<'o>(objects: &'o [Value], kind: &str) -> &'o Value {
    let mut found = objects.iter().filter(|object| object["kind"] == kind);
    let only = found.next().unwrap();
    assert!(found.next().is_none(), "one {kind}");
    only
}

#[test]
fn the_strictest_reading_finds_nothing_in_it() {
    let output = program()
        .args([
            "lint",
            "--profile",
            "pedantic",
            "--format",
            "json",
            "--fail-on",
            "info",
        ])
        .arg(base())
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["findings"], Value::Array(Vec::new()));
    assert_eq!(report["unread"], Value::Array(Vec::new()));
    assert_eq!(report["notJudged"], Value::Array(Vec::new()));
    assert_eq!(output.status.code(), Some(0));
}

/// The API groups of what is seen.
const GROUPS: [&str; 7] = [
    "",
    "apps",
    "apps.openshift.io",
    "argoproj.io",
    "autoscaling",
    "keda.sh",
    "rbac.authorization.k8s.io",
];

/// Every resource that a webhook sees, with the operations on it.
fn seen(webhook: &Value) -> Vec<(String, String)> {
    let mut seen = Vec::new();
    for rule in webhook["rules"].as_array().unwrap() {
        let words = |key: &str| -> Vec<String> {
            let list = rule[key].as_array().unwrap().iter();
            list.map(|word| word.as_str().unwrap().to_owned()).collect()
        };
        for group in words("apiGroups") {
            assert!(GROUPS.contains(&group.as_str()), "{group}");
            for resource in words("resources") {
                assert!(!resource.contains('*'), "{resource}");
                seen.push((resource, words("operations").join(" ")));
            }
        }
    }
    seen.sort();
    seen
}

#[test]
fn the_webhook_never_sees_leases_and_never_guards_what_it_stands_on() {
    let objects = objects();
    let configuration = of_kind(&objects, "ValidatingWebhookConfiguration");
    let webhooks = configuration["webhooks"].as_array().unwrap();
    let own = of_kind(&objects, "Namespace")["metadata"]["name"].as_str();
    for webhook in webhooks {
        assert_eq!(webhook["failurePolicy"], "Ignore");
        assert_eq!(webhook["sideEffects"], "None");
        assert_eq!(webhook["matchPolicy"], "Equivalent");
        assert!((1..=5).contains(&webhook["timeoutSeconds"].as_u64().unwrap()));
        let expressions = webhook["namespaceSelector"]["matchExpressions"].as_array();
        let by_name = expressions
            .unwrap()
            .iter()
            .find(|expression| expression["key"] == "kubernetes.io/metadata.name");
        let by_name = by_name.unwrap();
        assert_eq!(by_name["operator"], "NotIn");
        for namespace in ["kube-system", "kube-node-lease", own.unwrap()] {
            assert!(
                by_name["values"]
                    .as_array()
                    .unwrap()
                    .contains(&namespace.into())
            );
        }
        let conditions = webhook["matchConditions"].as_array().unwrap();
        let expression = conditions[0]["expression"].as_str().unwrap();
        assert!(expression.trim_start().starts_with('!'), "{expression}");
        for user in [
            "system:apiserver",
            "system:kube-controller-manager",
            "system:serviceaccount:kube-system:",
        ] {
            assert!(expression.contains(user), "{expression}");
        }
    }
    let [judging, commenting] = webhooks.as_slice() else {
        panic!("one that judges, and one that comments");
    };
    let owned = |(resource, operations): (&str, &str)| (resource.to_owned(), operations.to_owned());
    let writes = "CREATE UPDATE";
    let judged = [
        ("clusterrolebindings", writes),
        ("clusterroles", writes),
        ("daemonsets", writes),
        ("deploymentconfigs", writes),
        ("deployments", writes),
        ("deployments/scale", "UPDATE"),
        ("replicasets", writes),
        ("replicationcontrollers", writes),
        ("rolebindings", writes),
        ("roles", writes),
        ("rollouts", writes),
        ("statefulsets", writes),
        ("statefulsets/scale", "UPDATE"),
    ];
    assert_eq!(seen(judging), judged.map(owned));
    let commented = [
        ("clusterrolebindings", "DELETE"),
        ("clusterroles", "DELETE"),
        ("horizontalpodautoscalers", writes),
        ("rolebindings", "DELETE"),
        ("roles", "DELETE"),
        ("scaledobjects", writes),
    ];
    assert_eq!(seen(commenting), commented.map(owned));
}

#[test]
fn the_account_may_read_and_write_only_what_is_its_own() {
    let objects = objects();
    let reading = of_kind(&objects, "ClusterRole");
    for rule in reading["rules"].as_array().unwrap() {
        let writes = rule["verbs"] != serde_json::json!(["list", "watch"]);
        assert_eq!(writes, !rule["resourceNames"].is_null(), "{rule}");
        assert!(!rule.to_string().contains('*'), "{rule}");
        assert!(!rule.to_string().contains("secrets"), "{rule}");
    }
    let deployment = of_kind(&objects, "Deployment");
    assert!(deployment["spec"]["replicas"].as_u64().unwrap() >= 2);
}

#[test]
fn events_take_no_right_but_to_create_them() {
    let file = base().join("../events/rights.yaml");
    let text = std::fs::read_to_string(file).unwrap();
    let documents = text.split("\n---\n");
    let objects: Vec<Value> = documents
        .map(|text| serde_yaml::from_str(text).unwrap())
        .collect();
    let rules = &of_kind(&objects, "ClusterRole")["rules"];
    let only =
        serde_json::json!([{"apiGroups": [""], "resources": ["events"], "verbs": ["create"]}]);
    assert_eq!(*rules, only);
}
