//! Whether the roles that we say every cluster has are those of the server.

use std::time::{Duration, Instant};

use election::access::{AccessRequest, BuiltIn, allows, built_in_role, role_of};
use engine::{Input, read_object};
use manifest::text::FileId;
use manifest::tree::ReadLimits;
use objects::objects_of;
use serde_json::Value;

use crate::server;

/// What electors may need, on each object that a lock or its events are.
const VERBS: &[&str] = &[
    "get", "list", "watch", "create", "update", "patch", "delete",
];
const OBJECTS: &[(&str, &str)] = &[
    ("coordination.k8s.io", "leases"),
    ("", "configmaps"),
    ("", "endpoints"),
    ("", "events"),
    ("events.k8s.io", "events"),
];

#[test]
fn the_built_in_roles_are_those_of_the_server() {
    let Some((plane, _controllers)) = server::start() else {
        return;
    };
    let client = plane.client();
    let path = "/apis/rbac.authorization.k8s.io/v1";
    // The server makes these roles soon after it is ready; `admin` gathers from `edit`, `edit` from others.
    let deadline = Instant::now() + Duration::from_secs(60);
    let rules = || {
        ["admin", "edit"].map(|name| {
            let role = client
                .get(&format!("{path}/clusterroles/{name}"))
                .unwrap_or_default();
            role["rules"].to_string()
        })
    };
    // They gather in steps: what is there once may not be all.
    let mut before = rules();
    loop {
        assert!(Instant::now() < deadline, "admin and edit have no rules");
        std::thread::sleep(Duration::from_secs(1));
        let now = rules();
        let has_all = |rules: &String| {
            let words = ["coordination.k8s.io", "\"configmaps\"", "\"events\""];
            words.iter().all(|word| rules.contains(word))
        };
        if now == before && now.iter().all(has_all) {
            break;
        }
        before = now;
    }

    let mut known = 0;
    for kind in ["ClusterRole", "Role"] {
        let list = client
            .get(&format!("{path}/{}s", kind.to_lowercase()))
            .unwrap();
        for item in list["items"].as_array().unwrap() {
            let mut item = item.clone();
            item["apiVersion"] = "rbac.authorization.k8s.io/v1".into();
            item["kind"] = kind.into();
            known += usize::from(is_as_known(&item));
        }
    }
    assert!(known > 20, "only {known} of the server's roles are known");
}

/// Compares one role of the server with what we know of it; no, if we say that we do not know.
fn is_as_known(item: &Value) -> bool {
    let file = read_object(
        FileId(0),
        "role.json",
        &item.to_string(),
        ReadLimits::default(),
    )
    .unwrap();
    let input = Input::new(vec![file]);
    let role = input
        .documents()
        .flat_map(|document| objects_of(document).0)
        .find_map(role_of)
        .unwrap();
    let found = built_in_role(role.cluster, role.namespace.as_deref(), &role.name);
    let Some(BuiltIn::Known(known)) = found else {
        assert!(
            found.is_some(),
            "{} is not said to be built in",
            role.title()
        );
        return false;
    };
    for (group, resource) in OBJECTS {
        for verb in VERBS {
            for name in ["", "lock", "kube-controller-manager", "kube-scheduler"] {
                let request = AccessRequest {
                    namespace: Some("shop"),
                    verb,
                    group,
                    resource,
                    subresource: "",
                    name,
                };
                let theirs = role.rules.iter().any(|rule| allows(rule, &request));
                let ours = known.rules.iter().any(|rule| allows(rule, &request));
                assert_eq!(ours, theirs, "{}: {request:?}", role.title());
            }
        }
    }
    true
}
