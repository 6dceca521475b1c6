//! `audit`: the findings of `lint` for live objects, and what only the cluster shows.

use control_plane::{ControlPlane, Options};
use serde_json::{Value, json};

use super::support::{json_report, leader, leaselint, namespace, workload};

#[test]
fn a_cluster_is_judged_as_its_manifests_and_by_what_it_shows() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    namespace(&plane, "shop");
    workload(&plane, "shop", "orders", "6s");
    // The lease duration is below the renew deadline, and the pod makes no Lease.
    workload(&plane, "shop", "stock", "3s");
    let mut leader = leader(&plane, "shop", "orders", "orders-0_0", &[]);
    leader.kill();
    let kubeconfig = plane.kubeconfig().to_string_lossy().into_owned();
    let run = |more: &[&str]| {
        let mut arguments = vec!["audit", "--kubeconfig", &kubeconfig];
        arguments.extend(more);
        leaselint(&arguments)
    };
    let (status, printed, errors) = run(&["--observe=8s", "--format=json", "-n=shop"]);
    assert_eq!(status, 1, "{errors}");
    let report = json_report("audit", &printed, &errors);
    assert_eq!(report["schema"], "leaselint/audit/v1");
    let findings = report["findings"].as_array().unwrap();
    let find = |rule: &str, name: &str| {
        let found = findings
            .iter()
            .find(|finding| finding["rule"] == rule && finding["object"]["name"] == name);
        found.unwrap_or_else(|| panic!("no {rule} of {name}: {report:#}"))
    };
    let timing = find("lease-not-above-renew", "stock");
    assert!(timing["location"]["file"].is_null());
    assert_eq!(
        timing["location"]["path"],
        "$.spec.template.spec.containers[0].args[1]"
    );
    assert_eq!(
        find("lease-not-renewed", "orders")["location"]["path"],
        "$.spec.renewTime"
    );
    find("election-without-lease", "stock");
    // The account has no rights, and everything that grants some was read.
    find("lease-access-missing", "stock");

    let (_, text, _) = run(&["--observe=0", "-n=shop", "--select=timing"]);
    assert!(
        text.contains("--> cluster/shop/StatefulSet/stock.yaml:"),
        "{text}"
    );
    assert!(
        text.contains("- --leader-elect-lease-duration=3s"),
        "{text}"
    );
    assert!(!text.contains("managedFields"), "{text}");

    let (_, sarif, _) = run(&[
        "--observe=0",
        "-n=shop",
        "--select=timing",
        "--format=sarif",
    ]);
    let sarif: Value = serde_json::from_str(&sarif).unwrap();
    let location = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(
        location["artifactLocation"]["uri"],
        "cluster/shop/StatefulSet/stock.yaml"
    );
    // Of `stock` and `orders` each `get` and `update` names another Lease; `create` names none and is asked once.
    let (_, printed, errors) = run(&["--observe=0", "-n=shop", "--format=json", "--verify-access"]);
    let report = json_report("audit", &printed, &errors);
    assert_eq!(
        report["verifiedAccess"],
        json!({"questions": 5, "differences": []})
    );
    for format in ["github", "gitlab"] {
        let (status, printed, errors) = run(&["--format", format]);
        assert_eq!((status, printed.as_str()), (2, ""), "{errors}");
    }
    let (_, printed, errors) = run(&["-n=shop", "--observe=0", "--format=json"]);
    let report = json_report("audit", &printed, &errors);
    let rules: Vec<&Value> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| &finding["rule"])
        .collect();
    assert!(!rules.contains(&&json!("lease-not-renewed")), "{rules:?}");
}

#[test]
fn mutating_policies_are_read_in_the_version_that_is_served() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    let policy = "\
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: stamps}
spec:
  failurePolicy: Fail
  reinvocationPolicy: Never
  matchConstraints:
    resourceRules:
      - {apiGroups: ['*'], apiVersions: ['*'], operations: [CREATE, UPDATE], resources: ['*']}
  mutations:
    - patchType: ApplyConfiguration
      applyConfiguration: {expression: 'Object{metadata: Object.metadata{annotations: {\"seen\": \"true\"}}}'}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {name: stamps}
spec: {policyName: stamps}
";
    let applied = plane
        .kubectl_with_input(&["apply", "-f", "-"], policy)
        .unwrap();
    assert!(applied.status.success(), "{applied:?}");
    let kubeconfig = plane.kubeconfig().to_string_lossy().into_owned();
    let (status, printed, errors) = leaselint(&[
        "audit",
        "--kubeconfig",
        &kubeconfig,
        "--observe=0",
        "--format=json",
        "--select=policy-intercepts-leases",
    ]);
    assert_eq!(status, 1, "{printed}{errors}");
    let report = json_report("audit", &printed, &errors);
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{report:#}");
    assert_eq!(findings[0]["object"]["name"], "stamps");
}
