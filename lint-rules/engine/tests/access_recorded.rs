//! Access as a real API server decided it, recorded: no server is needed to replay it.
//!
//! `data/access_recorded.json` is written by the oracle test of `tests/control-plane`, which compares ten
//! times as many graphs, live.
#![allow(clippy::unwrap_used)]

use election::access::{AccessRequest, RbacPolicy, User, binding_of, role_of};
use engine::{Input, read_file};
use manifest::text::FileId;
use manifest::tree::ReadLimits;
use objects::objects_of;
use serde_json::{Value, json};

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn policy(objects: &Value) -> RbacPolicy {
    let mut objects = objects.clone();
    for object in objects.as_array_mut().unwrap() {
        object["apiVersion"] = "rbac.authorization.k8s.io/v1".into();
    }
    let list = json!({"apiVersion": "v1", "kind": "List", "items": objects}).to_string();
    let file = read_file(
        FileId(0),
        "graph.json",
        list.as_bytes(),
        true,
        ReadLimits::default(),
    );
    let mut policy = RbacPolicy::default();
    for document in Input::new(vec![file]).documents() {
        for object in objects_of(document).0 {
            if let Some(role) = role_of(object) {
                policy.add_role(role);
            }
            if let Some(binding) = binding_of(object, false) {
                policy.add_binding(binding);
            }
        }
    }
    policy
}

fn user(asker: &Value) -> User {
    if let Some(namespace) = asker["account"].as_str() {
        return User::service_account(namespace, "operator");
    }
    let groups = asker["groups"].as_array().unwrap();
    User::named(text(&asker["user"]), groups.iter().map(text))
}

#[test]
fn recorded_answers_of_the_api_server_are_ours() {
    let recorded: Value = serde_json::from_str(include_str!("data/access_recorded.json")).unwrap();
    let questions = recorded["questions"].as_array().unwrap();
    let mut compared = 0;
    for graph in recorded["graphs"].as_array().unwrap() {
        let policy = policy(&graph["objects"]);
        let user = user(&graph["asker"]);
        let answers = text(&graph["allowed"]);
        assert_eq!(answers.len(), questions.len());
        for (question, answer) in questions.iter().zip(answers.bytes()) {
            let namespace = match text(&question[0]) {
                "" => String::new(),
                which => format!("g{}-{which}", graph["number"]),
            };
            let request = AccessRequest {
                namespace: Some(&namespace),
                verb: text(&question[1]),
                group: text(&question[2]),
                resource: text(&question[3]),
                subresource: text(&question[4]),
                name: text(&question[5]),
            };
            let ours = policy.authorize(&user, &request).allowed;
            assert_eq!(ours, answer == b'1', "{request:?} of {user:?} in {graph}");
            compared += 1;
        }
    }
    assert!(compared > 5_000, "only {compared} answers");
}
