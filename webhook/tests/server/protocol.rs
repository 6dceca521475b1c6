//! What is answered to what.

use engine::ignores::ConfigIgnore;
use engine::{Location, rule};
use http_body_util::Full;
use hyper::{Request, StatusCode};
use manifest::text::{FileId, FileSpan, Position, Span};
use serde_json::{Value, json};
use webhook::review::{Mode, Policy};

use crate::support::{BAD, GOOD, RunningServer, deployment, options, request, review, start};

async fn enforcing() -> RunningServer {
    start(options(), Policy::default()).await
}

async fn warning() -> RunningServer {
    let policy = Policy {
        mode: Mode::Warn,
        ..Policy::default()
    };
    start(options(), policy).await
}

fn allowed_without_a_word(response: &Value) {
    assert_eq!(response["allowed"], true, "{response}");
    assert_eq!(response["warnings"], Value::Null, "{response}");
    assert_eq!(response["status"], Value::Null, "{response}");
    assert_eq!(response["uid"], "5fcc3aa2-0001");
}

#[tokio::test]
async fn a_good_deployment_is_allowed_without_a_word() {
    let running = enforcing().await;
    let response = running
        .review(request("CREATE", &deployment(GOOD), &Value::Null))
        .await;
    allowed_without_a_word(&response);
}

#[tokio::test]
async fn an_error_is_denied_with_the_rule_the_values_and_the_remedy() {
    let running = enforcing().await;
    let response = running
        .review(request("CREATE", &deployment(BAD), &Value::Null))
        .await;
    assert_eq!(response["uid"], "5fcc3aa2-0001");
    assert_eq!(response["allowed"], false);
    assert_eq!(response["status"]["code"], 403);
    assert_eq!(response["status"]["reason"], "Forbidden");
    let message = response["status"]["message"].as_str().unwrap();
    let mut lines = message.lines();
    assert_eq!(
        lines.next(),
        Some(
            "[lease-not-above-renew] lease duration 10s is not above renew deadline 15s \
             (container manager)"
        )
    );
    assert!(
        lines
            .next()
            .unwrap()
            .starts_with("  help: client-go checks this")
    );
    assert!(
        lines
            .next()
            .unwrap()
            .starts_with("  remedy: Set `--leader-elect-lease-duration=")
    );
    assert_eq!(response["patch"], Value::Null);
}

#[tokio::test]
async fn a_warning_passes_with_a_line_for_the_terminal() {
    let running = enforcing().await;
    let mut object = deployment(GOOD);
    object["spec"]["replicas"] = json!(1);
    let response = running
        .review(request("CREATE", &object, &Value::Null))
        .await;
    assert_eq!(response["allowed"], true);
    let warnings = response["warnings"].as_array().unwrap();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    let text = warnings[0].as_str().unwrap();
    assert!(text.starts_with("leaselint: [single-replica] "), "{text}");
    assert!(!text.contains(char::is_control) && text.chars().count() <= 250);
}

#[tokio::test]
async fn in_warn_mode_nothing_is_denied() {
    let running = warning().await;
    let mut object = deployment(BAD);
    object["spec"]["replicas"] = json!(1);
    let response = running
        .review(request("CREATE", &object, &Value::Null))
        .await;
    assert_eq!(response["allowed"], true);
    assert_eq!(response["status"], Value::Null);
    let warnings = response["warnings"].as_array().unwrap();
    let first = warnings[0].as_str().unwrap();
    assert!(
        first.contains("lease-not-above-renew"),
        "most severe first: {warnings:?}"
    );
}

#[tokio::test]
async fn many_warnings_stay_within_the_budget_of_the_api_server() {
    let running = warning().await;
    let mut object = deployment(BAD);
    let containers: Vec<Value> = (0..40)
        .map(|number| {
            let mut arguments = BAD.to_vec();
            arguments.push("--leader-elect-resource-name=under_score");
            json!({"name": format!("manager-{number}"), "image": "example.com/m:v1", "args": arguments})
        })
        .collect();
    object["spec"]["template"]["spec"]["containers"] = json!(containers);
    let response = running
        .review(request("CREATE", &object, &Value::Null))
        .await;
    let warnings: Vec<&str> = response["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap())
        .collect();
    assert_eq!(warnings.len(), 10);
    assert!(warnings[9].ends_with(" more findings"), "{}", warnings[9]);
    assert!(
        warnings
            .iter()
            .map(|text| text.chars().count())
            .sum::<usize>()
            <= 4096
    );
}

#[tokio::test]
async fn control_characters_of_the_object_reach_no_answer() {
    let running = warning().await;
    let object = deployment(&[
        "--leader-elect",
        "--leader-elect-lease-duration=1\n\u{1b}[31m5",
    ]);
    let response = running
        .review(request("CREATE", &object, &Value::Null))
        .await;
    let warnings = response["warnings"].as_array().unwrap();
    assert!(!warnings.is_empty());
    for text in warnings {
        assert!(!text.as_str().unwrap().contains(char::is_control), "{text}");
    }
}

#[tokio::test]
async fn a_dry_run_gets_the_same_answer() {
    let running = enforcing().await;
    let mut asked = request("CREATE", &deployment(BAD), &Value::Null);
    let wet = running.review(asked.clone()).await;
    asked["dryRun"] = json!(true);
    assert_eq!(running.review(asked).await, wet);
    let counted = "leaselint_findings_total{rule=\"lease-not-above-renew\",severity=\"error\"}";
    assert!(
        (running.metric(counted) - 1.0).abs() < 0.1,
        "a dry run counts no finding"
    );
}

#[tokio::test]
async fn what_nobody_may_stop_is_allowed() {
    let running = enforcing().await;
    let bad = deployment(BAD);
    let with = |path: &str, value: Value| {
        let mut object = bad.clone();
        *object.pointer_mut(path).unwrap() = value;
        object
    };
    let mut leaving = bad.clone();
    leaving["metadata"]["deletionTimestamp"] = json!("2026-11-23T10:00:00Z");
    let mut owned = bad.clone();
    owned["kind"] = json!("ReplicaSet");
    owned["metadata"]["ownerReferences"] = json!([{"apiVersion": "apps/v1", "kind": "Deployment", "name": "x", "uid": "1", "controller": true}]);
    let unknown = with("/kind", json!("Widget"));
    let lease = json!({
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
        "metadata": {"name": "x", "namespace": "kube-node-lease"},
        "spec": {"leaseDurationSeconds": -1, "holderIdentity": "a"}
    });
    let mut status = request("UPDATE", &bad, &deployment(GOOD));
    status["subResource"] = json!("status");
    let mut connect = request("CREATE", &bad, &Value::Null);
    connect["operation"] = json!("CONNECT");
    let scale = json!({
        "apiVersion": "autoscaling/v1", "kind": "Scale",
        "metadata": {"name": "controller", "namespace": "ops"}, "spec": {"replicas": 1},
        "status": {"replicas": 2, "selector": "app=controller"}
    });
    let mut scaled = request("UPDATE", &scale, &scale);
    scaled["subResource"] = json!("scale");
    let mut empty = request("CREATE", &bad, &Value::Null);
    empty["object"] = Value::Null;
    for (what, asked) in [
        ("DELETE", request("DELETE", &Value::Null, &bad)),
        ("CONNECT", connect),
        (
            "deletionTimestamp",
            request("UPDATE", &leaving, &deployment(GOOD)),
        ),
        (
            "a controller's own",
            request("CREATE", &owned, &Value::Null),
        ),
        ("an unknown kind", request("CREATE", &unknown, &Value::Null)),
        ("a Lease", request("UPDATE", &lease, &lease)),
        ("status", status),
        ("scale", scaled),
        ("no object", empty),
    ] {
        let response = running.review(asked).await;
        assert_eq!(response["allowed"], true, "{what}: {response}");
        assert_eq!(response["warnings"], Value::Null, "{what}: {response}");
    }
}

#[tokio::test]
async fn a_replica_set_of_nobody_is_judged() {
    let running = enforcing().await;
    let mut object = deployment(BAD);
    object["kind"] = json!("ReplicaSet");
    let response = running
        .review(request("CREATE", &object, &Value::Null))
        .await;
    assert_eq!(response["allowed"], false);
}

#[tokio::test]
async fn an_old_sin_never_blocks_and_a_new_one_does() {
    let running = enforcing().await;
    let bad = deployment(BAD);

    let mut touched_elsewhere = bad.clone();
    touched_elsewhere["metadata"]["labels"] = json!({"team": "a"});
    touched_elsewhere["spec"]["replicas"] = json!(3);
    let response = running
        .review(request("UPDATE", &touched_elsewhere, &bad))
        .await;
    assert_eq!(response["allowed"], true, "{response}");
    let warnings = response["warnings"].as_array().unwrap();
    assert!(
        warnings[0]
            .as_str()
            .unwrap()
            .contains("lease-not-above-renew")
    );

    let mut moved = vec!["--zap-log-level=info"];
    moved.extend(BAD);
    let response = running
        .review(request("UPDATE", &deployment(&moved), &bad))
        .await;
    assert_eq!(
        response["allowed"], true,
        "the same words at another index: {response}"
    );

    let response = running
        .review(request("UPDATE", &bad, &deployment(GOOD)))
        .await;
    assert_eq!(response["allowed"], false, "{response}");

    let response = running
        .review(request("UPDATE", &deployment(GOOD), &bad))
        .await;
    allowed_without_a_word(&response);
}

#[tokio::test]
async fn a_restart_changes_nothing_that_is_judged() {
    let running = enforcing().await;
    let restarted = |arguments: &[&str]| {
        let mut object = deployment(arguments);
        object["spec"]["template"]["metadata"]["annotations"] =
            json!({"kubectl.kubernetes.io/restartedAt": "2026-11-24T00:36:04Z"});
        object
    };
    let response = running
        .review(request("UPDATE", &restarted(BAD), &deployment(BAD)))
        .await;
    assert_eq!(response["allowed"], true, "{response}");
    let text = response["warnings"].to_string();
    assert!(text.contains("lease-not-above-renew"), "{response}");
    let response = running
        .review(request("UPDATE", &restarted(BAD), &deployment(GOOD)))
        .await;
    assert_eq!(response["allowed"], false, "{response}");
    let response = running
        .review(request("UPDATE", &restarted(GOOD), &deployment(GOOD)))
        .await;
    allowed_without_a_word(&response);
}

#[tokio::test]
async fn a_step_between_two_good_objects_is_judged_too() {
    let running = enforcing().await;
    let named = |name| {
        let mut arguments = GOOD.to_vec();
        arguments.push(name);
        deployment(&arguments)
    };
    let (old, new) = (
        named("--leader-elect-resource-name=old-name"),
        named("--leader-elect-resource-name=new-name"),
    );
    let response = running.review(request("UPDATE", &new, &old)).await;
    let text = response.to_string();
    assert!(text.contains("[lock-renamed]"), "{text}");
    let response = running.review(request("CREATE", &new, &Value::Null)).await;
    assert_eq!(response["allowed"], true, "{response}");
    let mut labelled = new.clone();
    labelled["metadata"]["labels"] = json!({"team": "a"});
    let response = running.review(request("UPDATE", &labelled, &new)).await;
    allowed_without_a_word(&response);
}

#[tokio::test]
async fn taking_an_ignore_away_from_an_old_sin_is_a_change() {
    let running = enforcing().await;
    let plain = deployment(BAD);
    let mut ignored = plain.clone();
    ignored["metadata"]["annotations"] =
        json!({"leaselint.io/ignore.lease-not-above-renew": "a test of the crash loop"});
    let response = running.review(request("UPDATE", &ignored, &plain)).await;
    allowed_without_a_word(&response);
    let response = running.review(request("UPDATE", &plain, &ignored)).await;
    assert_eq!(response["allowed"], false, "{response}");
}

#[tokio::test]
async fn an_old_warning_is_not_repeated() {
    let running = enforcing().await;
    let mut before = deployment(GOOD);
    before["spec"]["replicas"] = json!(1);
    let mut after = before.clone();
    after["metadata"]["labels"] = json!({"team": "a"});
    let response = running.review(request("UPDATE", &after, &before)).await;
    allowed_without_a_word(&response);
}

#[tokio::test]
async fn an_annotation_with_a_reason_silences() {
    let running = enforcing().await;
    let mut object = deployment(BAD);
    object["metadata"]["annotations"] =
        json!({"leaselint.io/ignore.lease-not-above-renew": "a test of the crash loop"});
    let response = running
        .review(request("CREATE", &object, &Value::Null))
        .await;
    allowed_without_a_word(&response);
    object["metadata"]["annotations"] = json!({"leaselint.io/ignore.lease-not-above-renew": " "});
    let response = running
        .review(request("CREATE", &object, &Value::Null))
        .await;
    assert_eq!(response["allowed"], false, "no reason, no ignore");
}

#[tokio::test]
async fn the_policy_may_change_at_any_time() {
    let running = enforcing().await;
    let asked = request("CREATE", &deployment(BAD), &Value::Null);
    assert_eq!(running.review(asked.clone()).await["allowed"], false);
    let mut policy = Policy::default();
    policy
        .settings
        .severities
        .insert("lease-not-above-renew".to_owned(), None);
    running.reviewer.set_policy(policy);
    assert_eq!(running.review(asked.clone()).await["allowed"], true);
    let mut policy = Policy::default();
    policy.settings.ignores.entries.push(ConfigIgnore {
        rule: rule("lease-not-above-renew").unwrap().rule,
        files: None,
        object: None,
        reason: "known".to_owned(),
        until: None,
        is_inherited: false,
        location: Location {
            place: FileSpan {
                file: FileId(u32::MAX),
                span: Span::new(0, 0),
            },
            start: Position::FIRST,
            end: Position::FIRST,
            path: "$.ignore[0].rule".to_owned(),
            rendered: None,
        },
    });
    running.reviewer.set_policy(policy);
    assert_eq!(running.review(asked).await["allowed"], true);
}

#[tokio::test]
async fn an_object_that_cannot_be_read_is_allowed_and_said_so() {
    let running = enforcing().await;
    let asked = review(request("CREATE", &deployment(GOOD), &Value::Null)).to_string();
    let deep = format!(
        "\"strategy\":{}1{},\"replicas\"",
        "[".repeat(600),
        "]".repeat(600)
    );
    let reply = running.post(asked.replace("\"replicas\"", &deep)).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    let response = reply.response();
    assert_eq!(response["allowed"], true);
    let warning = response["warnings"][0].as_str().unwrap();
    assert!(warning.contains("was not judged"), "{warning}");
}

#[tokio::test]
async fn what_is_too_much_to_judge_in_time_is_allowed_and_said_so() {
    let running = enforcing().await;
    let container = |number| json!({"name": format!("c{number}"), "image": "i", "args": BAD});
    let containers = |many| -> Vec<Value> { (0..many).map(container).collect() };
    for (many, word) in [
        (100, None),
        (101, Some("containers")),
        (4001, Some("members")),
    ] {
        let mut object = deployment(BAD);
        object["spec"]["template"]["spec"]["containers"] = json!(containers(many));
        let response = running
            .review(request("CREATE", &object, &Value::Null))
            .await;
        assert_eq!(response["allowed"], word.is_some(), "{many}: {response}");
        if let Some(word) = word {
            let text = response["warnings"][0].as_str().unwrap();
            assert!(
                text.contains("was not judged") && text.contains(word),
                "{text}"
            );
        }
    }
}

#[tokio::test]
async fn variables_that_double_take_no_memory() {
    let running = enforcing().await;
    let mut object = deployment(&["$(V60)", "--leader-elect"]);
    let mut variables = vec![json!({"name": "V0", "value": "--leader-elect-lease-duration=10s"})];
    for number in 1..=60 {
        let before = number - 1;
        let value = format!("$(V{before})$(V{before})");
        variables.push(json!({"name": format!("V{number}"), "value": value}));
    }
    let container = &mut object["spec"]["template"]["spec"]["containers"][0];
    container["env"] = json!(variables);
    let response = running
        .review(request("CREATE", &object, &Value::Null))
        .await;
    assert_eq!(response["allowed"], true, "{response}");
    let script = "A=--leader-elect; ".to_owned() + &"A=$A$A; ".repeat(60) + "exec manager $A";
    let mut object = deployment(&[]);
    object["spec"]["template"]["spec"]["containers"][0]["command"] = json!(["sh", "-c", script]);
    let response = running
        .review(request("CREATE", &object, &Value::Null))
        .await;
    assert_eq!(response["allowed"], true, "{response}");
}

#[tokio::test]
async fn what_is_no_review_is_answered_with_400() {
    let running = enforcing().await;
    let whole = review(request("CREATE", &deployment(GOOD), &Value::Null));
    let mut without_uid = whole.clone();
    without_uid["request"]["uid"] = json!("");
    let mut endless_uid = whole.clone();
    endless_uid["request"]["uid"] = json!("u".repeat(1 << 20));
    let mut other_version = whole.clone();
    other_version["apiVersion"] = json!("admission.k8s.io/v1beta1");
    let mut other_kind = whole.clone();
    other_kind["kind"] = json!("SubjectAccessReview");
    let mut no_request = whole.clone();
    no_request["request"] = Value::Null;
    let mut operation = whole.clone();
    operation["request"]["operation"] = json!("PONDER");
    let text = whole.to_string();
    let cut = &text[..text.len() / 2];
    let deep = "[".repeat(100_000);
    for body in [
        "",
        "hello",
        "{}",
        "null",
        cut,
        &deep,
        &without_uid.to_string(),
        &endless_uid.to_string(),
        &other_version.to_string(),
        &other_kind.to_string(),
        &no_request.to_string(),
        &operation.to_string(),
    ] {
        let reply = running.post(body.to_owned()).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{body:.80}");
    }
    let reply = running.post(&b"{\"apiVersion\": \"\xff\"}"[..]).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn only_a_posted_json_to_validate_is_a_review() {
    let running = enforcing().await;
    let body = review(request("CREATE", &deployment(GOOD), &Value::Null)).to_string();
    let make = |method: &str, path: &str, content: &str| {
        Request::builder()
            .method(method)
            .uri(path)
            .header("host", "localhost")
            .header("content-type", content)
            .body(Full::new(body.clone().into()))
            .unwrap()
    };
    let json = "application/json; charset=utf-8";
    for (asked, status) in [
        (make("POST", "/validate", json), 200),
        (make("POST", "/validate?timeout=5s", json), 200),
        (make("POST", "/", json), 404),
        (make("GET", "/validate", json), 405),
        (make("POST", "/validate", "text/yaml"), 415),
    ] {
        let shown = format!("{} {}", asked.method(), asked.uri());
        let reply = running.connect().await.send(asked).await.unwrap();
        assert_eq!(reply.status.as_u16(), status, "{shown}");
    }
}

#[tokio::test]
async fn uids_and_names_with_escapes_are_read() {
    let running = enforcing().await;
    let body = review(request("CREATE", &deployment(BAD), &Value::Null))
        .to_string()
        .replace("5fcc3aa2-0001", "5fcc\\u0033aa2-\\\"1");
    let reply = running.post(body).await;
    assert_eq!(reply.response()["uid"], "5fcc3aa2-\"1");
}
