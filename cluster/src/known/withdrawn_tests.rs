#![allow(clippy::unwrap_used)] // in tests a panic is the message

use super::*;
use crate::fields;
use crate::known::state::ClusterState;
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
    for (namespace, name) in [("ops", "a"), ("ops", "b"), ("other", "a")] {
        let account = format!(r#"{{"metadata":{{"name":"{name}","namespace":"{namespace}"}}}}"#);
        state
            .put(WatchedResource::ServiceAccounts, &account)
            .unwrap();
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
    let read = |raw: &str| crate::known::object_facts::read(what, raw, fields::built_in()).unwrap();
    let after = after.map(read);
    let found = withdrawals(&reading, "ops", what, &read(before), after.as_ref()).unwrap();
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
fn what_the_controller_has_written_into_an_aggregated_role_counts_no_more_than_its_members() {
    let member = role(r#""name":"m","labels":{"to":"sum"}"#, ALL_VERBS, "");
    let relabelled = role(r#""name":"m","labels":{"to":"nothing"}"#, ALL_VERBS, "");
    let emptied = r#"{"metadata":{"name":"m","labels":{"to":"sum"}},"rules":[]}"#;
    let sum = |rules: &str| {
        format!(
            r#"{{"metadata":{{"name":"sum"}},"aggregationRule":{{"clusterRoleSelectors":[{{"matchLabels":{{"to":"sum"}}}}]}},"rules":[{rules}]}}"#
        )
    };
    let collected = format!(
        r#"{{"apiGroups":["coordination.k8s.io"],"resources":["leases"],"verbs":[{ALL_VERBS}]}}"#
    );
    let full = sum(&collected);
    let state = |member: &str| {
        cluster(&[
            (WatchedResource::Deployments, deployment("ops", "a")),
            (WatchedResource::ClusterRoles, member.to_owned()),
            (WatchedResource::ClusterRoles, full.clone()),
            (
                WatchedResource::RoleBindings,
                binding(BOUND, "ClusterRole/sum", ACCOUNT),
            ),
        ])
    };
    let all = ["a: get,create,update"];
    let before = state(&member);
    for after in [Some(emptied), Some(&*relabelled), None] {
        let lost = lost(&before, WatchedResource::ClusterRoles, &member, after);
        assert_eq!(lost, all, "{after:?}");
    }
    // The controller collects what is left: it takes nothing that the member did not take.
    let after = state(emptied);
    assert!(lost(&after, WatchedResource::ClusterRoles, &full, Some(&sum(""))).is_empty());
    // With other selectors it is somebody's change again.
    let other = full.replace(r#""to":"sum"}}"#, r#""to":"other"}}"#);
    assert_eq!(
        lost(&before, WatchedResource::ClusterRoles, &full, Some(&other)),
        all
    );
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
        crate::known::object_facts::read(WatchedResource::Roles, raw, fields::built_in()).unwrap()
    };
    let reading = state.read();
    let code = withdrawals(&reading, "ops", WatchedResource::Roles, &read(&full), None)
        .map(|found| found.len());
    assert_eq!(code.map_err(|doubt| doubt.code), Err(LedgerCode::Forbidden));
    let unrelated = withdrawals(&reading, "ops", WatchedResource::Roles, &read(pods), None)
        .map(|found| found.len());
    assert_eq!(unrelated.map_err(|doubt| doubt.code), Ok(0));
}

#[test]
fn what_is_scaled_to_zero_or_about_to_go_loses_nothing() {
    let full = role(NAMED, ALL_VERBS, "");
    let rights = |deployment: String| {
        cluster(&[
            (WatchedResource::Deployments, deployment),
            (WatchedResource::Roles, full.clone()),
            (
                WatchedResource::RoleBindings,
                binding(BOUND, "Role/r", ACCOUNT),
            ),
        ])
    };
    let asleep = deployment("ops", "a").replace(r#""replicas":2"#, r#""replicas":0"#);
    let less = role(NAMED, r#""get""#, "");
    let state = rights(asleep);
    assert!(lost(&state, WatchedResource::Roles, &full, Some(&less)).is_empty());
    // Its account was deleted right before.
    let state = rights(deployment("ops", "a"));
    let account = r#"{"metadata":{"name":"a","namespace":"ops"}}"#;
    state
        .gone(WatchedResource::ServiceAccounts, account)
        .unwrap();
    assert!(lost(&state, WatchedResource::Roles, &full, None).is_empty());
    assert_eq!(
        lost(&state, WatchedResource::Roles, &full, Some(&less)),
        ["a: create,update"]
    );
}

#[test]
fn an_elector_of_another_namespace_is_not_named() {
    let wide = role(r#""name":"c""#, ALL_VERBS, "");
    let bound = binding(BOUND, "ClusterRole/c", ACCOUNT);
    let state = cluster(&[
        (WatchedResource::Deployments, deployment("ops", "a")),
        (WatchedResource::ClusterRoles, wide.clone()),
        (WatchedResource::RoleBindings, bound),
    ]);
    let reading = state.read();
    let what = WatchedResource::ClusterRoles;
    let before = crate::known::object_facts::read(what, &wide, fields::built_in()).unwrap();
    for (from, title) in [
        ("ops", "Deployment ops/a"),
        ("", "a workload in namespace ops"),
    ] {
        let found = withdrawals(&reading, from, what, &before, None).unwrap();
        let titles: Vec<String> = found.iter().map(|one| one.elector.title()).collect();
        assert_eq!(titles, [title]);
    }
}

#[test]
fn nothing_is_lost_by_deletions_in_a_namespace_that_is_on_its_way_out() {
    let full = role(NAMED, ALL_VERBS, "");
    let state = cluster(&[
        (WatchedResource::Deployments, deployment("ops", "a")),
        (WatchedResource::Roles, full.clone()),
        (
            WatchedResource::RoleBindings,
            binding(BOUND, "Role/r", ACCOUNT),
        ),
    ]);
    let deleted = || lost(&state, WatchedResource::Roles, &full, None);
    assert_eq!(deleted(), ["a: get,create,update"]);
    let leaving = r#"{"metadata":{"name":"ops","deletionTimestamp":"2026-12-01T00:00:00Z"}}"#;
    state.put(WatchedResource::Namespaces, leaving).unwrap();
    assert_eq!(deleted(), Vec::<String>::new());
    // A change is one of somebody who means it to go on.
    let less = role(NAMED, r#""get""#, "");
    let changed = lost(&state, WatchedResource::Roles, &full, Some(&less));
    assert_eq!(changed, ["a: create,update"]);
}
