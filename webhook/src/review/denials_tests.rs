//! What denies, what only warns, and what an answer never holds.
#![allow(clippy::unwrap_used)] // in tests a panic is the message

use std::sync::Arc;
use std::time::Duration;

use engine::Settings;
use engine::ignores::Day;
use k8s_openapi::jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::cluster_tests::{
    BAD, GOOD, cluster, cluster_role, deployment, labelled, namespace, put, review_by, review_of,
};
use crate::review::{
    AdmissionRules, AnnotationAuthority, Decision, DeniedErrors, MissingAccessAnswer, Mode, Policy,
    Reviewed, Reviewer, TransitionAnswer,
};
use cluster::{ClusterState, WatchedResource};

fn reviewer(state: &Arc<ClusterState>, admission: AdmissionRules, mode: Mode) -> Reviewer {
    let settings = Settings {
        today: Day::parse("2026-12-01"),
        ..Settings::default()
    };
    let policy = Policy {
        settings,
        admission,
        mode,
        events: false,
    };
    Reviewer::among(policy, Arc::clone(state))
}

fn body(reviewed: &Reviewed) -> Value {
    serde_json::from_slice(&reviewed.body).unwrap()
}

fn message(reviewed: &Reviewed) -> String {
    let body = body(reviewed);
    let message = body["response"]["status"]["message"].as_str();
    message.unwrap_or_default().to_owned()
}

/// A namespace with the rights that Deployments here need.
fn shop() -> Arc<ClusterState> {
    let state = cluster();
    namespace(&state, "shop", None);
    cluster_role(&state, &["shop"], &["get", "create", "update"]);
    state
}

/// A Deployment of this image with these arguments.
fn running(image: &str, arguments: &[&str]) -> Value {
    let mut object = deployment("shop", GOOD);
    let container = &mut object["spec"]["template"]["spec"]["containers"][0];
    container["image"] = image.into();
    container["args"] = json!(arguments);
    object
}

#[test]
fn an_error_about_a_program_that_is_only_assumed_warns() {
    let state = shop();
    let decide = |deny, image: &str, arguments: &[&str]| {
        let admission = AdmissionRules {
            deny,
            ..AdmissionRules::default()
        };
        let reviewer = reviewer(&state, admission, Mode::Enforce);
        let object = running(image, arguments);
        review_by(&reviewer, &object, &Value::Null, "deployments").decision
    };
    let unlisted = "registry.example/orders:v1";
    let listed = "quay.io/jetstack/cert-manager-controller:v1.16.1";
    // Whether the parser refuses the word is known of the listed program alone.
    let refused = ["--leader-elect=maybe"];
    assert_eq!(
        decide(DeniedErrors::Certain, unlisted, &refused),
        Decision::Warned
    );
    assert_eq!(
        decide(DeniedErrors::All, unlisted, &refused),
        Decision::Denied
    );
    assert_eq!(
        decide(DeniedErrors::Certain, listed, &refused),
        Decision::Denied
    );
    // Two written durations contradict each other whatever the program is.
    let contradiction = [
        "--leader-elect",
        "--leader-elect-lease-duration=10s",
        "--leader-elect-renew-deadline=10s",
    ];
    assert_eq!(
        decide(DeniedErrors::Certain, unlisted, &contradiction),
        Decision::Denied
    );
    // One of them is the default of a program that is assumed.
    assert_eq!(
        decide(DeniedErrors::Certain, unlisted, &contradiction[..2]),
        Decision::Warned
    );
}

#[test]
fn a_denial_names_the_remedy_once_the_page_and_how_to_ignore_it() {
    let state = shop();
    let mut object = deployment("shop", BAD);
    let containers = &mut object["spec"]["template"]["spec"]["containers"];
    let mut second = containers[0].clone();
    second["name"] = "second".into();
    containers.as_array_mut().unwrap().push(second);
    let denied = |ignores| {
        let admission = AdmissionRules {
            ignores,
            ..AdmissionRules::default()
        };
        let reviewer = reviewer(&state, admission, Mode::Enforce);
        message(&review_by(&reviewer, &object, &Value::Null, "deployments"))
    };
    let text = denied(AnnotationAuthority::Anybody);
    assert_eq!(text.matches("[lease-not-above-renew]").count(), 2, "{text}");
    assert_eq!(text.matches("help: ").count(), 1, "{text}");
    let page = "see https://github.com/leaselint/leaselint/blob/main/docs/rules.md#lease-not-above-renew; to ignore it: annotation \
                leaselint.io/ignore.lease-not-above-renew: \"REASON\"";
    assert_eq!(text.matches(page).count(), 1, "{text}");
    assert!(!denied(AnnotationAuthority::Nobody).contains("annotation"));
}

#[test]
fn annotations_count_as_far_as_the_configuration_says() {
    let state = shop();
    let decide = |ignores, reason: &str| {
        let admission = AdmissionRules {
            ignores,
            ..AdmissionRules::default()
        };
        let mut object = deployment("shop", BAD);
        object["metadata"]["annotations"] =
            json!({"leaselint.io/ignore.lease-not-above-renew": reason});
        let reviewer = reviewer(&state, admission, Mode::Enforce);
        review_by(&reviewer, &object, &Value::Null, "deployments").decision
    };
    let owned = "owner=platform until=2026-12-31 the vendor mends it";
    assert_eq!(
        decide(AnnotationAuthority::Anybody, "why not"),
        Decision::Allowed
    );
    for reason in [
        "why not",
        "owner=platform for ever",
        "until=2026-12-31 for now",
        "owner= until=2026-12-31 for now",
        "owner=platform until=2026-11-30 over",
    ] {
        let decision = decide(AnnotationAuthority::WithOwner, reason);
        assert_eq!(decision, Decision::Denied, "{reason}");
    }
    assert_eq!(
        decide(AnnotationAuthority::WithOwner, owned),
        Decision::Allowed
    );
    assert_eq!(decide(AnnotationAuthority::Nobody, owned), Decision::Denied);
}

#[test]
fn a_change_between_two_right_states_warns_until_somebody_wants_more() {
    let state = shop();
    let lock = |name: &str| {
        let mut object = deployment("shop", GOOD);
        let container = &mut object["spec"]["template"]["spec"]["containers"][0];
        let arguments = container["args"].as_array_mut().unwrap();
        arguments.push(format!("--leader-elect-resource-name={name}").into());
        object
    };
    let decide = |transitions| {
        let admission = AdmissionRules {
            transitions,
            ..AdmissionRules::default()
        };
        let reviewer = reviewer(&state, admission, Mode::Enforce);
        review_by(&reviewer, &lock("new"), &lock("old"), "deployments").decision
    };
    assert_eq!(decide(TransitionAnswer::Warn), Decision::Warned);
    assert_eq!(decide(TransitionAnswer::Deny), Decision::Denied);
    labelled(&state, "shop", &json!({"leaselint.io/transitions": "deny"}));
    assert_eq!(decide(TransitionAnswer::Warn), Decision::Denied);
    labelled(&state, "shop", &json!({"leaselint.io/transitions": "warn"}));
    assert_eq!(decide(TransitionAnswer::Deny), Decision::Warned);
}

#[test]
fn a_workload_may_always_run_as_another_account_whose_rights_may_come_later() {
    let state = shop();
    let before = deployment("shop", GOOD);
    let mut after = before.clone();
    after["spec"]["template"]["spec"]["serviceAccountName"] = "orders-v2".into();
    let admission = AdmissionRules {
        transitions: TransitionAnswer::Deny,
        ..AdmissionRules::default()
    };
    let reviewer = reviewer(&state, admission, Mode::Enforce);
    let reviewed = review_by(&reviewer, &after, &before, "deployments");
    assert_eq!(reviewed.decision, Decision::Warned);
}

#[test]
fn missing_rights_deny_once_they_had_the_time_to_come() {
    let state = cluster();
    namespace(&state, "shop", None);
    let reviewer = reviewer(
        &state,
        AdmissionRules {
            missing_access: MissingAccessAnswer::DenyAfter(Duration::from_secs(600)),
            ..AdmissionRules::default()
        },
        Mode::Enforce,
    );
    let change = |minutes: i64| {
        let created = Timestamp::now() - SignedDuration::from_mins(minutes);
        let mut before = deployment("shop", GOOD);
        before["metadata"]["creationTimestamp"] = format!("{created:.0}").into();
        let mut after = before.clone();
        after["spec"]["replicas"] = 3.into();
        review_by(&reviewer, &after, &before, "deployments")
    };
    let created = review_by(
        &reviewer,
        &deployment("shop", GOOD),
        &Value::Null,
        "deployments",
    );
    assert_eq!(created.decision, Decision::Warned);
    assert_eq!(change(5).decision, Decision::Warned);
    let late = change(15);
    assert_eq!(late.decision, Decision::Denied);
    assert!(late.needs_second_review, "the right may have come just now");
    cluster_role(&state, &["shop"], &["get", "create", "update"]);
    assert_eq!(change(15).decision, Decision::Allowed);
}

#[test]
fn the_control_plane_itself_is_never_denied() {
    let state = shop();
    let reviewer = reviewer(&state, AdmissionRules::default(), Mode::Enforce);
    let decide = |user: &str| {
        let object = deployment("shop", BAD);
        review_of(user, &reviewer, &object, &Value::Null, "deployments").decision
    };
    for user in [
        "system:apiserver",
        "system:kube-controller-manager",
        "system:serviceaccount:kube-system:deployment-controller",
    ] {
        assert_eq!(decide(user), Decision::Warned, "{user}");
    }
    for user in [
        "somebody",
        "system:serviceaccount:shop:kube-system",
        "system:serviceaccount:kube-system-too:x",
    ] {
        assert_eq!(decide(user), Decision::Denied, "{user}");
    }
}

#[test]
fn each_mode_shows_as_much_as_it_promises() {
    let state = shop();
    let answer = |mode| {
        let reviewer = reviewer(&state, AdmissionRules::default(), mode);
        let object = deployment("shop", BAD);
        let reviewed = review_by(&reviewer, &object, &Value::Null, "deployments");
        (reviewed.decision, body(&reviewed)["response"].clone())
    };
    let (decision, response) = answer(Mode::Audit);
    assert_eq!(decision, Decision::Audited);
    assert_eq!(response["allowed"], true);
    assert!(response["warnings"].is_null(), "{response}");
    let annotations = &response["auditAnnotations"];
    assert_eq!(annotations["decision"], "audited");
    assert_eq!(annotations["rules"], "lease-not-above-renew");
    assert_eq!(annotations["would-deny"], "lease-not-above-renew");
    let (decision, response) = answer(Mode::Warn);
    assert_eq!(decision, Decision::Warned);
    assert_eq!(response["warnings"].as_array().map(Vec::len), Some(1));
    let (decision, response) = answer(Mode::Enforce);
    assert_eq!(decision, Decision::Denied);
    assert!(response["auditAnnotations"]["would-deny"].is_null());
    // A word that is no mode is said, and what is configured holds.
    namespace(&state, "shop", Some("enforced"));
    let (decision, response) = answer(Mode::Warn);
    assert_eq!(decision, Decision::Warned);
    let first = response["warnings"][0].as_str().unwrap();
    assert!(first.contains("leaselint.io/mode=enforced"), "{first}");
}

#[test]
fn values_of_config_maps_never_stand_in_an_answer() {
    const SECRET: &str = "pa55-Word_Of.The-Bank";
    let state = shop();
    let map = json!({
        "metadata": {"name": "settings", "namespace": "shop"},
        "data": {"LOCK": SECRET, "LEASE": "9s", "OTHER": "10s"},
    });
    put(&state, WatchedResource::ConfigMaps, &map);
    let reviewer = reviewer(&state, AdmissionRules::default(), Mode::Enforce);
    let fed = |arguments: &[&str]| {
        let mut object = running("registry.example/orders:v1", arguments);
        object["spec"]["template"]["spec"]["containers"][0]["envFrom"] =
            json!([{"configMapRef": {"name": "settings"}}]);
        let reviewed = review_by(&reviewer, &object, &Value::Null, "deployments");
        (reviewed.decision, String::from_utf8(reviewed.body).unwrap())
    };
    let named = ["--leader-elect", "--leader-elect-resource-name=$(LOCK)"];
    let (_, text) = fed(&named);
    assert!(text.contains("[invalid-lock-name]"), "{text}");
    assert!(text.contains("ConfigMap settings"), "{text}");
    assert!(!text.to_lowercase().contains("pa55"), "{text}");
    let timed = [
        "--leader-elect",
        "--leader-elect-lease-duration=$(LEASE)",
        "--leader-elect-renew-deadline=11s",
    ];
    let (decision, text) = fed(&timed);
    assert_eq!(decision, Decision::Denied);
    assert!(text.contains("[lease-not-above-renew]"), "{text}");
    assert!(!text.contains("9s"), "{text}");
    // What does not rest on one is said as ever.
    let own = [
        "--leader-elect",
        "--leader-elect-lease-duration=8s",
        "--leader-elect-renew-deadline=11s",
    ];
    let (decision, text) = fed(&own);
    assert_eq!(decision, Decision::Denied);
    assert!(text.contains("lease duration 8s"), "{text}");
}

#[test]
fn an_owner_counts_only_if_it_is_judged_and_there() {
    let state = shop();
    put(
        &state,
        WatchedResource::Deployments,
        &deployment("shop", GOOD),
    );
    let reviewer = reviewer(&state, AdmissionRules::default(), Mode::Enforce);
    let owned = |owner: Value| {
        let mut object = deployment("shop", BAD);
        object["kind"] = "ReplicaSet".into();
        object["metadata"]["name"] = "orders-5cfd996555".into();
        object["metadata"]["ownerReferences"] = json!([owner]);
        review_by(&reviewer, &object, &Value::Null, "replicasets").decision
    };
    let of = |api_version: &str, kind: &str, name: &str, controller: bool| {
        owned(
            json!({"apiVersion": api_version, "kind": kind, "name": name, "uid": "1", "controller": controller}),
        )
    };
    assert_eq!(
        of("apps/v1", "Deployment", "orders", true),
        Decision::Skipped
    );
    assert_eq!(
        of("apps/v1", "Deployment", "orders", false),
        Decision::Denied
    );
    assert_eq!(
        of("apps/v1", "Deployment", "invented", true),
        Decision::Denied
    );
    assert_eq!(of("v1", "ConfigMap", "orders", true), Decision::Denied);
    // No controller makes Deployments of a ReplicaSet, a Job or another Deployment.
    for kind in ["ReplicaSet", "Deployment", "Job"] {
        let mut object = deployment("shop", BAD);
        let group = if kind == "Job" { "batch/v1" } else { "apps/v1" };
        object["metadata"]["ownerReferences"] = json!([{"apiVersion": group, "kind": kind, "name": "orders", "uid": "1", "controller": true}]);
        let reviewed = review_by(&reviewer, &object, &Value::Null, "deployments");
        assert_eq!(reviewed.decision, Decision::Denied, "{kind}");
    }
    // Where it may not be seen whether it is there, it counts.
    state.forbid(WatchedResource::Deployments);
    assert_eq!(
        of("apps/v1", "Deployment", "invented", true),
        Decision::Skipped
    );
}

#[test]
fn what_is_to_be_done_is_said_once_in_the_warnings_of_one_answer() {
    let state = shop();
    let reviewer = reviewer(&state, AdmissionRules::default(), Mode::Warn);
    let mut object = deployment("shop", BAD);
    let containers = object["spec"]["template"]["spec"]["containers"].as_array_mut();
    let containers = containers.unwrap();
    for number in 0..3 {
        let mut more = containers[0].clone();
        more["name"] = format!("more-{number}").into();
        more["args"].as_array_mut().unwrap().extend([
            json!("--leader-election-id"),
            json!(format!("lock-{number}")),
        ]);
        containers.push(more);
    }
    let reviewed = review_by(&reviewer, &object, &Value::Null, "deployments");
    let response = &body(&reviewed)["response"];
    let warnings: Vec<&str> = response["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .filter(|text| text.contains("[lease-not-above-renew]"))
        .collect();
    assert_eq!(warnings.len(), 4, "{warnings:?}");
    let remedies = warnings.iter().filter(|text| text.contains(". Set "));
    assert_eq!(remedies.count(), 1, "{warnings:?}");
}
