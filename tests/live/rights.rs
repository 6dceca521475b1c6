//! The rights that each command needs, and that it writes nothing.

use control_plane::{ControlPlane, Options};
use serde::Deserialize as _;
use serde_json::Value;

use super::monitor::RunningMonitor;
use super::support::{json_report, leader, leaselint, namespace, until, workload};

/// The file of `deploy` with the rights of a command.
fn manifest_of(command: &str) -> String {
    let folder = match command {
        "monitor" => "monitor",
        _ => "live",
    };
    let file = format!("{}/deploy/{folder}/rights.yaml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(file).unwrap()
}

/// The verbs and resources that `deploy` grants to a command: `list pods`.
fn granted(command: &str) -> Vec<String> {
    let manifest = manifest_of(command);
    let roles = serde_yaml::Deserializer::from_str(&manifest);
    let mut roles = roles.map(|role| Value::deserialize(role).unwrap());
    let role = roles
        .find(|role| role["metadata"]["name"] == format!("leaselint-{command}"))
        .unwrap();
    let words = |rule: &Value, key: &str| -> Vec<String> {
        let words = rule[key].as_array().unwrap().iter();
        words
            .map(|word| word.as_str().unwrap().to_owned())
            .collect()
    };
    let mut granted = Vec::new();
    for rule in role["rules"].as_array().unwrap() {
        for verb in words(rule, "verbs") {
            let resources = words(rule, "resources").into_iter();
            granted.extend(resources.map(|resource| format!("{verb} {resource}")));
        }
    }
    granted.sort();
    granted
}

/// What `deploy` grants, for an account of the test's.
fn rights(plane: &ControlPlane, account_name: &str, role: &str) -> String {
    let manifest = manifest_of(account_name);
    let applied = plane
        .kubectl_with_input(&["apply", "-f", "-"], &manifest)
        .unwrap();
    assert!(applied.status.success(), "{applied:?}");
    bind(plane, account_name, role);
    account(plane, account_name)
}

/// Gives an account a ClusterRole.
pub fn bind(plane: &ControlPlane, account: &str, role: &str) {
    let made = plane
        .kubectl(&[
            "create",
            "clusterrolebinding",
            account,
            &format!("--clusterrole={role}"),
            &format!("--serviceaccount=default:{account}"),
        ])
        .unwrap();
    assert!(made.status.success(), "{made:?}");
}

/// Takes its ClusterRole from an account again.
pub fn unbind(plane: &ControlPlane, account: &str) {
    let deleted = plane
        .kubectl(&["delete", "clusterrolebinding", account])
        .unwrap();
    assert!(deleted.status.success(), "{deleted:?}");
}

/// The account that may read Leases and nothing else, and its ClusterRole.
pub const ONLY_LEASES: &str = "only-leases";

/// That account; the file with which it is used.
pub fn account_for_leases(plane: &ControlPlane) -> String {
    let role = [
        "create",
        "clusterrole",
        ONLY_LEASES,
        "--verb=list,watch",
        "--resource=leases.coordination.k8s.io",
    ];
    let made = plane.kubectl(&role).unwrap();
    assert!(made.status.success(), "{made:?}");
    bind(plane, ONLY_LEASES, ONLY_LEASES);
    account(plane, ONLY_LEASES)
}

/// A new account; the file with which it is used.
fn account(plane: &ControlPlane, account: &str) -> String {
    let made = plane
        .kubectl(&["create", "serviceaccount", account, "-n=default"])
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let token = plane
        .kubectl(&["create", "token", account, "-n=default"])
        .unwrap();
    assert!(token.status.success(), "{token:?}");
    let token = String::from_utf8(token.stdout).unwrap();
    let name = format!("{account}.kubeconfig");
    let file = plane.kubeconfig_with_token(&name, token.trim()).unwrap();
    file.to_string_lossy().into_owned()
}

/// The verbs and resources of an account's requests, each once, as the API server logged them.
fn asked(log: &str, account: &str) -> Vec<String> {
    let user = format!("system:serviceaccount:default:{account}");
    let mut asked: Vec<String> = log
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|event| event["user"]["username"] == user.as_str())
        .map(|event| {
            let verb = event["verb"].as_str().unwrap_or_default();
            let resource = event["objectRef"]["resource"].as_str().unwrap_or_default();
            assert!(
                event["responseStatus"]["code"] != 403,
                "refused: {verb} {resource}"
            );
            format!("{verb} {resource}")
        })
        .collect();
    asked.sort();
    asked.dedup();
    asked
}

#[test]
fn each_command_does_with_its_rights_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy.yaml");
    let log = folder.path().join("audit.log");
    std::fs::write(
        &policy,
        "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived, ResponseStarted]\nrules: [{level: Metadata}]\n",
    )
    .unwrap();
    let Some(plane) = ControlPlane::for_test(&Options {
        api_server: vec![
            format!("--audit-policy-file={}", policy.display()),
            format!("--audit-log-path={}", log.display()),
        ],
        ..Options::default()
    }) else {
        return;
    };
    namespace(&plane, "shop");
    workload(&plane, "shop", "orders", "6s");
    let mut leader = leader(&plane, "shop", "orders", "orders-0_0", &[]);
    let only_reads = |command: &str| {
        let asked = asked(&std::fs::read_to_string(&log).unwrap(), command);
        // No more than what it asks for, and no less.
        assert_eq!(asked, granted(command), "{command}");
        // An answer that is stored nowhere.
        let is_question = |request: &&String| *request == "create subjectaccessreviews";
        let asks = asked.iter().any(|request| is_question(&request));
        assert_eq!(asks, command == "audit", "{asked:?}");
        for request in asked.iter().filter(|request| !is_question(request)) {
            let (verb, resource) = request.split_once(' ').unwrap();
            assert!(["list", "watch"].contains(&verb), "{request}");
            assert_ne!(resource, "secrets");
        }
    };
    for command in ["leases", "audit"] {
        let role = format!("leaselint-{command}");
        let kubeconfig = rights(&plane, command, &role);
        let mut arguments = vec![command, "--kubeconfig", &kubeconfig, "-A", "--format=json"];
        if command == "audit" {
            arguments.extend(["--observe=3s", "--fail-on=never", "--verify-access"]);
        }
        let (status, printed, errors) = leaselint(&arguments);
        assert_eq!(status, 0, "{printed}{errors}");
        let report = json_report(command, &printed, &errors);
        assert_eq!(report["notRead"], serde_json::json!([]), "{command}");
        only_reads(command);
    }
    let kubeconfig = rights(&plane, "monitor", "leaselint-monitor");
    let monitor = RunningMonitor::start(kubeconfig.as_ref());
    until("it is held", || monitor.is_in_state("orders", "held"));
    leader.kill();
    until("it has expired", || {
        monitor.is_in_state("orders", "expired")
    });
    // A watch is logged when it has ended.
    drop(monitor);
    until("the watch has ended", || {
        std::fs::read_to_string(&log)
            .unwrap()
            .lines()
            .any(|line| line.contains("default:monitor") && line.contains("\"verb\":\"watch\""))
    });
    only_reads("monitor");
}

#[test]
fn what_may_not_be_read_is_named_and_not_judged() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    namespace(&plane, "shop");
    workload(&plane, "shop", "orders", "6s");
    let mut leader = leader(&plane, "shop", "orders", "orders-7_0", &[]);
    let file = account_for_leases(&plane);
    let look = || {
        let arguments = ["leases", "--kubeconfig", &file, "-A", "--format=json"];
        let (status, printed, errors) = leaselint(&arguments);
        (status, json_report("leases", &printed, &errors))
    };
    let (status, report) = look();
    assert_eq!(status, 0);
    assert_eq!(report["leases"][0]["state"], "held");
    assert!(report["leases"][0]["object"].is_null());
    let gaps: Vec<&str> = report["notRead"]
        .as_array()
        .unwrap()
        .iter()
        .map(|gap| gap["resource"].as_str().unwrap())
        .collect();
    for resource in ["deployments", "pods", "configmaps"] {
        assert!(gaps.contains(&resource), "{gaps:?}");
    }
    // That its pod is gone cannot be known: it has expired, and that is all.
    leader.kill();
    let (status, report) = look();
    assert_eq!(
        (status, &report["leases"][0]["state"]),
        (1, &Value::from("expired"))
    );

    unbind(&plane, ONLY_LEASES);
    let (status, printed, errors) = leaselint(&["leases", "--kubeconfig", &file, "-A"]);
    assert_eq!((status, printed.as_str()), (2, ""), "{errors}");
    assert!(errors.contains("leaselint may not list leases"), "{errors}");
}
