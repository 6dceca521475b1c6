//! `export alerts`.

use super::workspace::Workspace;

const MANIFEST: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: orders}}
  template:
    metadata: {labels: {app: orders}}
    spec:
      containers:
        - name: manager
          image: example.org/orders:v1
          args:
            - --leader-elect
            - --leader-elect-lease-duration=137s
            - --leader-elect-renew-deadline=107s
            - --leader-elect-retry-period=26s
            - --leader-elect-resource-name=orders
            - --leader-elect-resource-namespace=shop
";

#[test]
fn thresholds_are_the_numbers_of_each_lease() {
    let workspace = Workspace::with("a.yaml", MANIFEST);
    let run = workspace.run(&["export", "alerts", "a.yaml"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    assert!(
        run.stdout.contains("kind: PrometheusRule"),
        "{}",
        run.stdout
    );
    // 137 + 4.4 * 26 = 251.4: OpenShift's numbers, of which no failover takes longer.
    let expired =
        "(leaselint_lease_seconds_since_renewal{namespace=\"shop\",lease=\"orders\"}) > 252\n";
    assert!(run.stdout.contains(expired), "{}", run.stdout);
    assert!(
        run.stdout.contains("> bool 107)[2520s:15s]"),
        "{}",
        run.stdout
    );
    let run = workspace.run(&["export", "alerts", "a.yaml", "--format=rules"]);
    assert!(run.stdout.contains("\ngroups:\n"), "{}", run.stdout);
    let arguments = ["export", "alerts", "a.yaml", "--metrics=kube-state-metrics"];
    let run = workspace.run(&arguments);
    let replicas =
        "max(kube_deployment_status_replicas{namespace=\"shop\",deployment=\"orders\"}) > 0";
    assert!(run.stdout.contains(replicas), "{}", run.stdout);
}

#[test]
fn the_leases_of_a_cluster_are_taken_from_the_report() {
    let report = r#"{"schema": "leaselint/leases/v1", "leases": [
        {"namespace": "shop", "name": "orders", "state": "held", "kind": "election", "holder": "a", "durationSeconds": 15,
         "declaredDurationSeconds": 30.0, "renewDeadlineSeconds": 10.0, "retryPeriodSeconds": 2.0, "object": null},
        {"namespace": "shop", "name": "mail", "state": "released", "kind": "election", "holder": "", "durationSeconds": 1,
         "declaredDurationSeconds": 60.0, "renewDeadlineSeconds": null, "object": null},
        {"namespace": "shop", "name": "left", "state": "abandoned", "kind": "election", "holder": "b", "durationSeconds": 15,
         "declaredDurationSeconds": null, "renewDeadlineSeconds": null, "object": null}]}"#;
    let workspace = Workspace::with("leases.json", report);
    let run = workspace.run(&["export", "alerts", "--leases", "leases.json"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    for line in [
        "# shop/orders: lease duration 15s, renew deadline 10s, retry period 2s; longest failover 24s",
        "# shop/mail: lease duration 60s, renew deadline ?, retry period ?; longest failover 120s",
    ] {
        assert!(run.stdout.contains(line), "{}", run.stdout);
    }
    assert!(!run.stdout.contains("left\""), "{}", run.stdout);
    let workspace = Workspace::with("other.json", "{\"schema\": \"other\", \"leases\": []}");
    let run = workspace.run(&["export", "alerts", "--leases", "other.json"]);
    assert_eq!(run.status, 2);
}

#[test]
fn a_lock_that_is_not_known_is_left_out_and_said() {
    let manifest = MANIFEST.replace("--leader-elect-resource-name=orders", "--v=2");
    let workspace = Workspace::with("a.yaml", &manifest);
    let run = workspace.run(&["export", "alerts", "a.yaml"]);
    assert_eq!(run.status, 0);
    assert!(
        run.stderr
            .starts_with("left out: Deployment orders, container manager: "),
        "{}",
        run.stderr
    );
}
