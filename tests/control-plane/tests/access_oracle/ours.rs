//! Our side: the same objects as text, through the engine's own reader.

use election::access::{
    AccessRequest, AccessState, AccountName, LockResource, Need, NeededNamespace, RbacPolicy, User,
    WholeCluster, access_of, binding_of, role_of,
};
use engine::{Input, InputFile, read_file, read_object};
use manifest::text::FileId;
use manifest::tree::ReadLimits;
use objects::objects_of;
use serde_json::{Value, json};

use crate::generator::{Asker, Graph};
use crate::questions::Question;

/// What we make of a graph.
pub fn policy(graph: &Graph) -> RbacPolicy {
    // As a file, and as the API server would send the objects.
    let files = if graph.number.is_multiple_of(2) {
        vec![as_file(&graph.objects)]
    } else {
        graph.objects.iter().map(as_sent).collect()
    };
    let mut policy = RbacPolicy::default();
    let mut taken = 0;
    for document in Input::new(files).documents() {
        for object in objects_of(document).0 {
            if let Some(role) = role_of(object) {
                policy.add_role(role);
                taken += 1;
            }
            if let Some(binding) = binding_of(object, false) {
                policy.add_binding(binding);
                taken += 1;
            }
        }
    }
    assert_eq!(taken, graph.objects.len(), "not every object was read");
    policy
}

fn as_file(objects: &[Value]) -> InputFile {
    let list = json!({"apiVersion": "v1", "kind": "List", "items": objects}).to_string();
    read_file(
        FileId(0),
        "graph.json",
        list.as_bytes(),
        true,
        ReadLimits::default(),
    )
}

fn as_sent(object: &Value) -> InputFile {
    read_object(
        FileId(0),
        "object.json",
        &object.to_string(),
        ReadLimits::default(),
    )
    .unwrap_or_else(|unread| panic!("{unread:?}"))
}

/// Our answers about a graph.
pub fn answers(policy: &RbacPolicy, graph: &Graph, questions: &[Question]) -> Vec<bool> {
    let user = match &graph.asker {
        Asker::Account { namespace } => User::service_account(namespace, "operator"),
        Asker::User { name, groups } => User::named(name, groups.iter().map(String::as_str)),
    };
    let allowed = |one: &Question| {
        let namespace = one.namespace_in(graph.number);
        let request = AccessRequest {
            namespace: Some(&namespace),
            verb: one.verb,
            group: one.group,
            resource: one.resource,
            subresource: one.subresource,
            name: one.name,
        };
        policy.authorize(&user, &request).allowed
    };
    questions.iter().map(allowed).collect()
}

/// The verbs that the proof for a whole elector, with the lock `lock`, says are missing; `None` for
/// users that are no accounts.
pub fn missing(policy: &RbacPolicy, graph: &Graph) -> Option<Vec<String>> {
    let Asker::Account { namespace } = &graph.asker else {
        return None;
    };
    let need = Need {
        resources: &[LockResource::Leases],
        verbs: vec!["get", "create", "update", "patch"],
        namespace: NeededNamespace::Written(format!("g{}-lock", graph.number)),
        name: Ok("lock".to_owned()),
        second: None,
        applies: false,
        one_of_several: None,
    };
    let account = AccountName {
        namespace: Some(namespace),
        name: "operator",
    };
    let access = access_of(&need, account, policy, &WholeCluster);
    let missing: Vec<String> = access.missing.into_iter().map(|one| one.verb).collect();
    match access.state {
        AccessState::Granted => assert!(missing.is_empty()),
        AccessState::Missing => assert!(!missing.is_empty()),
        AccessState::Unknown(because) => panic!("graph {}: {because:?}", graph.number),
    }
    Some(missing)
}
