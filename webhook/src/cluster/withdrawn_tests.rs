#![allow(clippy::unwrap_used)] // in tests a panic is the message

use super::super::state::ClusterState;
use super::*;
use crate::fields;
use objects::LedgerCode;

fn deployment(namespace: &str, name: &str) -> String {
    format!(
        r#"{{"metadata":{{"name":"{name}","namespace":"{namespace}"}},"spec":{{"replicas":2,"template":{{"spec":{{
            "serviceAccountName":"{name}","containers":[{{"name":"m","image":"controller",
            "args":["--leader-elect","--leader-election-id={name}-lock"]}}]}}}}}}}}"#
    )
}

fn role(metadata: &str, verbs: &str, more: &str) -> String {
    format!(
        r#"{{"metadata":{{{metadata}}},"rules":[{{"apiGroups":["coordination.k8s.io"],"resources":["leases"],"verbs":[{verbs}]}}]{more}}}"#
    )
}

const ALL_VERBS: &str = r#""get","create","update""#;

fn binding(metadata: &str, role: &str, subjects: &str) -> String {
    format!(
        r#"{{"metadata":{{{metadata}}},"roleRef":{{"kind":"{}","name":"{}"}},"subjects":[{subjects}]}}"#,
        role.split('/').next().unwrap_or_default(),
        role.split('/').nth(1).unwrap_or_default(),
    )
}

const ACCOUNT: &str = r#"{"kind":"ServiceAccount","name":"a","namespace":"ops"}"#;
const NAMED: &str = r#""name":"r","namespace":"ops""#;
const BOUND: &str = r#""name":"b","namespace":"ops""#;

fn cluster(objects: &[(WatchedResource, String)]) -> ClusterState {
    let state = ClusterState::new(Vec::new());
    for what in WatchedResource::ALL {
        state.list(what).finish();
    }
    for (what, raw) in objects {
        state.put(*what, raw).unwrap();
    }
    state
}

fn lost(
    state: &ClusterState,
    what: WatchedResource,
    before: &str,
    after: Option<&str>,
) -> Vec<String> {
    let reading = state.read();
    let read = |raw: &str| super::super::object_facts::read(what, raw, fields::built_in()).unwrap();
    let after = after.map(read);
    let found = withdrawals(&reading, what, &read(before), after.as_ref()).unwrap();
    found
        .iter()
        .map(|one| {
            let verbs: Vec<&str> = one.verbs.iter().map(|(_, verb)| verb.as_str()).collect();
            format!("{}: {}", one.elector.object.name, verbs.join(","))
        })
        .collect()
}

#[test]
fn a_verb_that_a_role_loses_is_lost_by_who_needs_it() {
    let full = role(NAMED, ALL_VERBS, "");
    let bound = binding(BOUND, "Role/r", ACCOUNT);
    let state = cluster(&[
        (WatchedResource::Deployments, deployment("ops", "a")),
        (WatchedResource::Deployments, deployment("other", "a")),
        (WatchedResource::Roles, full.clone()),
        (WatchedResource::RoleBindings, bound.clone()),
    ]);
    let less = role(NAMED, r#""get","create""#, "");
    assert_eq!(
        lost(&state, WatchedResource::Roles, &full, Some(&less)),
        ["a: update"]
    );
    assert_eq!(
        lost(&state, WatchedResource::Roles, &full, None),
        ["a: get,create,update"]
    );
    assert_eq!(
        lost(&state, WatchedResource::RoleBindings, &bound, None),
        ["a: get,create,update"]
    );
    let nobody = binding(BOUND, "Role/r", r#"{"kind":"User","name":"jane"}"#);
    assert_eq!(
        lost(&state, WatchedResource::RoleBindings, &bound, Some(&nobody)),
        ["a: get,create,update"]
    );
    // More than is needed, the same in other words, and what another role of that name had.
    let more = role(NAMED, r#""*""#, "");
    assert!(lost(&state, WatchedResource::Roles, &full, Some(&more)).is_empty());
    assert!(lost(&state, WatchedResource::Roles, &more, Some(&full)).is_empty());
    let elsewhere = role(r#""name":"r","namespace":"other""#, ALL_VERBS, "");
    assert!(lost(&state, WatchedResource::Roles, &elsewhere, None).is_empty());
}

#[test]
fn what_another_binding_still_grants_is_not_lost() {
    let full = role(NAMED, ALL_VERBS, "");
    let bound = binding(BOUND, "Role/r", ACCOUNT);
    let everyone = binding(
        r#""name":"all""#,
        "ClusterRole/c",
        r#"{"kind":"Group","name":"system:serviceaccounts:ops"}"#,
    );
    let wide = role(r#""name":"c""#, r#""get","update""#, "");
    let state = cluster(&[
        (WatchedResource::Deployments, deployment("ops", "a")),
        (WatchedResource::Roles, full.clone()),
        (WatchedResource::RoleBindings, bound.clone()),
        (WatchedResource::ClusterRoles, wide.clone()),
        (WatchedResource::ClusterRoleBindings, everyone.clone()),
    ]);
    assert_eq!(
        lost(&state, WatchedResource::RoleBindings, &bound, None),
        ["a: create"]
    );
    assert!(lost(&state, WatchedResource::ClusterRoles, &wide, None).is_empty());
    assert!(
        lost(
            &state,
            WatchedResource::ClusterRoleBindings,
            &everyone,
            None
        )
        .is_empty()
    );
}

#[test]
fn a_member_of_an_aggregated_role_counts_for_all_who_are_bound_to_it() {
    let member = role(r#""name":"m","labels":{"to":"sum"}"#, ALL_VERBS, "");
    let unlabelled = role(r#""name":"m""#, ALL_VERBS, "");
    let sum = r#"{"metadata":{"name":"sum"},"aggregationRule":{"clusterRoleSelectors":[{"matchLabels":{"to":"sum"}}]},"rules":[]}"#;
    let state = cluster(&[
        (WatchedResource::Deployments, deployment("ops", "a")),
        (WatchedResource::ClusterRoles, member.clone()),
        (WatchedResource::ClusterRoles, sum.to_owned()),
        (
            WatchedResource::RoleBindings,
            binding(BOUND, "ClusterRole/sum", ACCOUNT),
        ),
    ]);
    let all = ["a: get,create,update"];
    assert_eq!(
        lost(&state, WatchedResource::ClusterRoles, &member, None),
        all
    );
    assert_eq!(
        lost(
            &state,
            WatchedResource::ClusterRoles,
            &member,
            Some(&unlabelled)
        ),
        all
    );
    assert_eq!(lost(&state, WatchedResource::ClusterRoles, sum, None), all);
    // The controller writes what the members say, which changes nothing.
    let written = sum.replace(
        r#""rules":[]"#,
        r#""rules":[{"apiGroups":["coordination.k8s.io"],"resources":["leases"],"verbs":["get"]}]"#,
    );
    assert!(lost(&state, WatchedResource::ClusterRoles, sum, Some(&written)).is_empty());
}

#[test]
fn nothing_is_lost_by_who_had_nothing_and_nothing_is_said_without_sight() {
    let full = role(NAMED, ALL_VERBS, "");
    let pods = r#"{"metadata":{"name":"r","namespace":"ops"},"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]}"#;
    let bound = binding(BOUND, "Role/r", ACCOUNT);
    let state = cluster(&[
        (WatchedResource::Deployments, deployment("ops", "b")),
        (WatchedResource::Roles, full.clone()),
        (WatchedResource::RoleBindings, bound),
    ]);
    assert!(lost(&state, WatchedResource::Roles, &full, None).is_empty());
    state.status().forbidden(WatchedResource::ClusterRoles);
    let read = |raw: &str| {
        super::super::object_facts::read(WatchedResource::Roles, raw, fields::built_in()).unwrap()
    };
    let reading = state.read();
    let code =
        withdrawals(&reading, WatchedResource::Roles, &read(&full), None).map(|found| found.len());
    assert_eq!(code.map_err(|doubt| doubt.code), Err(LedgerCode::Forbidden));
    let unrelated =
        withdrawals(&reading, WatchedResource::Roles, &read(pods), None).map(|found| found.len());
    assert_eq!(unrelated.map_err(|doubt| doubt.code), Ok(0));
}
