//! Events on workloads that get warnings, where they are asked for as `deploy/events` does.

use std::fs;
use std::path::Path;

use control_plane::{ControlPlane, Options};
use serde_json::json;

use crate::objects::{BAD, GOOD, deployment};
use crate::support::{WebhookProcess, deploy, free_address, kubectl, until};

/// What makes an API server write an audit log.
fn audited(policy: &Path, log: &Path) -> Vec<String> {
    let object = json!({
        "apiVersion": "audit.k8s.io/v1", "kind": "Policy",
        "omitStages": ["RequestReceived"],
        "rules": [{"level": "Metadata", "resources": [{"group": "apps"}]}, {"level": "None"}],
    });
    fs::write(policy, object.to_string()).unwrap();
    vec![
        format!("--audit-policy-file={}", policy.display()),
        format!("--audit-log-path={}", log.display()),
    ]
}

#[test]
fn a_workload_that_gets_warnings_has_an_event_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let audit_log = folder.path().join("audit.log");
    let options = Options {
        api_server: audited(&folder.path().join("policy.json"), &audit_log),
        ..Options::default()
    };
    let Some(plane) = ControlPlane::for_test(&options) else {
        return;
    };
    let address = free_address();
    let kubeconfig = deploy(&plane, address.port());
    let rights = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/events/rights.yaml");
    kubectl(&plane, &["apply", "-f", rights.to_str().unwrap()], "").passes();
    let options = ["--events", "--mode=warn"];
    let webhook = WebhookProcess::start_at(&plane, "leaselint", &kubeconfig, &options, address);
    let apply = |name: &str, arguments: &[&str], dry_run: bool| {
        let object = deployment("default", name, arguments, 2).to_string();
        let dry_run = if dry_run {
            "--dry-run=server"
        } else {
            "--dry-run=none"
        };
        kubectl(&plane, &["apply", dry_run, "-f", "-"], &object).passes()
    };
    until("the webhook is asked", || {
        apply("probe", BAD, true).words.contains("leaselint: [")
    });
    apply("good", GOOD, false);
    apply("bad", BAD, false).names("lease-not-above-renew");
    let events = |of: &str| {
        let selector = format!("--field-selector=involvedObject.name={of}");
        let get = [
            "get",
            "events",
            "-n",
            "default",
            &selector,
            "-o",
            "jsonpath={range .items[*]}{.message}{\"\\n\"}{end}",
        ];
        kubectl(&plane, &get, "").passes().printed
    };
    until("the Event is there", || !events("bad").is_empty());
    assert!(
        events("bad").contains("[lease-not-above-renew]"),
        "{}",
        events("bad")
    );
    // So has the audit log of the API server, of the right one nothing.
    let audited = |name: &str| {
        let of = format!(r#""resource":"deployments","namespace":"default","name":"{name}""#);
        let log = fs::read_to_string(&audit_log).unwrap();
        let mut lines = log.lines().filter(|line| line.contains(&of));
        lines.any(|line| {
            line.contains(r#""validate.leaselint.io/decision":"warned""#)
                && line.contains(r#""validate.leaselint.io/would-deny":"lease-not-above-renew""#)
        })
    };
    until("the audit log has it", || audited("bad"));
    assert!(!audited("good"));
    // The same again is nothing new.
    kubectl(
        &plane,
        &["label", "deployment", "bad", "-n", "default", "team=a"],
        "",
    )
    .passes();
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert_eq!(
        events("bad")
            .lines()
            .filter(|line| line.contains("lease-not-above"))
            .count(),
        1
    );
    assert_eq!(events("probe"), "", "a dry run leaves none");
    let described = kubectl(
        &plane,
        &["describe", "deployment", "bad", "-n", "default"],
        "",
    );
    assert!(described.passes().printed.contains("lease-not-above-renew"));
    assert!(
        !webhook.log().contains("event-not-written"),
        "{}",
        webhook.log()
    );
}
