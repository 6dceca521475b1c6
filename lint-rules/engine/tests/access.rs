//! Access as Kubernetes decides it: one case for each line of what the authorizer does, made by hand.
#![allow(clippy::unwrap_used)]

use election::access::{
    AccessRequest, AccessState, AccountName, EventsAccess, LockResource, NearMiss, Need,
    NeededNamespace, RbacPolicy, User, Visibility, WholeCluster, access_of, binding_of, role_of,
    smallest_grant,
};
use engine::{Input, read_file};
use manifest::text::{FileId, FileSpan};
use manifest::tree::ReadLimits;
use objects::{LedgerCode, objects_of};
use programs::Unknown;
use proptest::prelude::*;

fn policy(yaml: &str) -> RbacPolicy {
    let file = read_file(
        FileId(0),
        "rbac.yaml",
        yaml.as_bytes(),
        true,
        ReadLimits::default(),
    );
    assert!(file.reading.unread.is_empty(), "{:?}", file.reading.unread);
    let input = Input::new(vec![file]);
    let mut policy = RbacPolicy::default();
    for document in input.documents() {
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

/// A Role of namespace `ops` with one rule, bound there to the account `ops/runner`.
fn with_rule(rule: &str) -> RbacPolicy {
    with_subject(rule, "{kind: ServiceAccount, name: runner, namespace: ops}")
}

fn with_subject(rule: &str, subject: &str) -> RbacPolicy {
    policy(&format!(
        "apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {{name: r, namespace: ops}}
rules: [{rule}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {{name: b, namespace: ops}}
roleRef: {{kind: Role, name: r}}
subjects: [{subject}]
"
    ))
}

const LEASES: AccessRequest<'static> = AccessRequest {
    namespace: Some("ops"),
    verb: "update",
    group: "coordination.k8s.io",
    resource: "leases",
    subresource: "",
    name: "lock",
};

fn runner() -> User {
    User::service_account("ops", "runner")
}

#[track_caller]
fn allowed(policy: &RbacPolicy, request: AccessRequest<'_>) {
    let decision = policy.authorize(&runner(), &request);
    assert!(decision.allowed, "{request:?} should be allowed");
    assert!(!decision.through.is_empty());
}

#[track_caller]
fn refused(policy: &RbacPolicy, request: AccessRequest<'_>) {
    let decision = policy.authorize(&runner(), &request);
    assert!(!decision.allowed, "{request:?} should be refused");
}

#[test]
fn verbs_are_exact_or_a_star() {
    let rule = |verbs| {
        with_rule(&format!(
            "{{apiGroups: [coordination.k8s.io], resources: [leases], verbs: {verbs}}}"
        ))
    };
    allowed(&rule("[get, update]"), LEASES);
    allowed(&rule("['*']"), LEASES);
    for wrong in [
        "[get]",
        "[Update]",
        "[UPDATE]",
        "['up*']",
        "['update ']",
        "[]",
    ] {
        refused(&rule(wrong), LEASES);
    }
}

#[test]
fn groups_are_exact_or_a_star_and_have_no_version() {
    let rule = |groups| {
        with_rule(&format!(
            "{{apiGroups: {groups}, resources: [leases], verbs: [update]}}"
        ))
    };
    allowed(&rule("['', coordination.k8s.io]"), LEASES);
    allowed(&rule("['*']"), LEASES);
    for wrong in ["['']", "[coordination.k8s.io/v1]", "[coordination]", "[]"] {
        refused(&rule(wrong), LEASES);
    }
}

#[test]
fn resources_are_exact_or_a_star_or_a_subresource_of_all() {
    let rule = |resources| {
        with_rule(&format!(
            "{{apiGroups: ['*'], resources: {resources}, verbs: [update]}}"
        ))
    };
    let status = AccessRequest {
        subresource: "status",
        ..LEASES
    };
    allowed(&rule("[leases]"), LEASES);
    allowed(&rule("['*']"), LEASES);
    allowed(&rule("['*']"), status);
    allowed(&rule("[leases/status]"), status);
    allowed(&rule("['*/status']"), status);
    refused(&rule("[leases]"), status);
    refused(&rule("['leases/*']"), status);
    refused(&rule("['*/*']"), status);
    for wrong in [
        "['leases/*']",
        "[lease]",
        "[Leases]",
        "['leas*']",
        "[leases/status]",
        "['*/status']",
    ] {
        refused(&rule(wrong), LEASES);
    }
}

#[test]
fn names_limit_and_create_has_none() {
    let rule = |names| {
        with_rule(&format!(
            "{{apiGroups: [coordination.k8s.io], resources: [leases], resourceNames: {names}, verbs: [create, update]}}"
        ))
    };
    let create = AccessRequest {
        verb: "create",
        name: "",
        ..LEASES
    };
    allowed(&rule("[other, lock]"), LEASES);
    refused(&rule("[other]"), LEASES);
    refused(&rule("[lock]"), create);
    // An upsert and server-side apply ask with the name.
    allowed(
        &rule("[lock]"),
        AccessRequest {
            name: "lock",
            ..create
        },
    );
    allowed(&rule("[]"), create);
    // The oddity: an empty name matches requests without one.
    allowed(&rule("['']"), create);
    refused(&rule("['']"), LEASES);
}

#[test]
fn subjects_are_users_groups_and_accounts() {
    let rule = "{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [update]}";
    for subject in [
        "{kind: ServiceAccount, name: runner, namespace: ops}",
        // In a RoleBinding an unwritten namespace is the binding's.
        "{kind: ServiceAccount, name: runner}",
        "{kind: ServiceAccount, name: runner, namespace: ''}",
        "{kind: User, name: 'system:serviceaccount:ops:runner'}",
        // The namespace of a user counts for nothing.
        "{kind: User, name: 'system:serviceaccount:ops:runner', namespace: elsewhere}",
        "{kind: Group, name: 'system:serviceaccounts'}",
        "{kind: Group, name: 'system:serviceaccounts:ops'}",
        "{kind: Group, name: 'system:authenticated'}",
    ] {
        allowed(&with_subject(rule, subject), LEASES);
    }
    for subject in [
        "{kind: ServiceAccount, name: runner, namespace: other}",
        "{kind: ServiceAccount, name: Runner, namespace: ops}",
        "{kind: serviceaccount, name: runner, namespace: ops}",
        "{kind: User, name: runner}",
        "{kind: User, name: 'ops:runner'}",
        "{kind: Group, name: 'system:serviceaccounts:other'}",
        "{kind: Group, name: 'system:unauthenticated'}",
        "{kind: Group, name: 'system:masters'}",
    ] {
        refused(&with_subject(rule, subject), LEASES);
    }
}

const CLUSTER_ROLE: &str = "apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: locks}
rules: [{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [update]}]
---
";

#[test]
fn a_cluster_role_reaches_as_far_as_its_binding() {
    let role_binding = policy(&format!(
        "{CLUSTER_ROLE}apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {{name: b, namespace: ops}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: locks}}
subjects: [{{kind: ServiceAccount, name: runner}}]
"
    ));
    allowed(&role_binding, LEASES);
    refused(
        &role_binding,
        AccessRequest {
            namespace: Some("other"),
            ..LEASES
        },
    );
    refused(
        &role_binding,
        AccessRequest {
            namespace: Some(""),
            ..LEASES
        },
    );

    let cluster_binding = policy(&format!(
        "{CLUSTER_ROLE}apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: b, namespace: ignored}}
roleRef: {{kind: ClusterRole, name: locks}}
subjects: [{{kind: ServiceAccount, name: runner, namespace: ops}}]
"
    ));
    for namespace in ["ops", "other", ""] {
        allowed(
            &cluster_binding,
            AccessRequest {
                namespace: Some(namespace),
                ..LEASES
            },
        );
    }
}

#[test]
fn what_a_binding_cannot_give() {
    let binding = |kind: &str, role: &str, subject: &str| {
        policy(&format!(
            "{CLUSTER_ROLE}apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {{name: r, namespace: ops}}
rules: [{{apiGroups: ['*'], resources: ['*'], verbs: ['*']}}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {kind}
metadata: {{name: b, namespace: ops}}
roleRef: {role}
subjects: [{subject}]
"
        ))
    };
    let mine = "{kind: ServiceAccount, name: runner, namespace: ops}";
    allowed(
        &binding("RoleBinding", "{kind: Role, name: r}", mine),
        LEASES,
    );
    // A ClusterRoleBinding gives no Role, and no account without a namespace.
    refused(
        &binding("ClusterRoleBinding", "{kind: Role, name: r}", mine),
        LEASES,
    );
    refused(
        &binding(
            "ClusterRoleBinding",
            "{kind: ClusterRole, name: locks}",
            "{kind: ServiceAccount, name: runner}",
        ),
        LEASES,
    );
    // Roles that are not there, kinds that do not exist.
    refused(
        &binding("RoleBinding", "{kind: Role, name: locks}", mine),
        LEASES,
    );
    refused(
        &binding("RoleBinding", "{kind: ClusterRole, name: r}", mine),
        LEASES,
    );
    refused(
        &binding("RoleBinding", "{kind: role, name: r}", mine),
        LEASES,
    );
}

#[test]
fn a_role_of_another_namespace_is_another_role() {
    let policy = policy(
        "apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: r, namespace: other}
rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: b, namespace: ops}
roleRef: {kind: Role, name: r}
subjects: [{kind: ServiceAccount, name: runner}]
",
    );
    refused(&policy, LEASES);
}

/// A ClusterRole that gathers others by these selectors, with a useless rule of its own.
fn aggregated(selectors: &str, more: &str) -> RbacPolicy {
    policy(&format!(
        "apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {{name: gathers}}
aggregationRule: {{clusterRoleSelectors: {selectors}}}
rules: [{{apiGroups: [''], resources: [leases], verbs: ['*']}}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {{name: member, labels: {{to: locks, tier: one}}}}
rules: [{{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [update]}}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: b}}
roleRef: {{kind: ClusterRole, name: gathers}}
subjects: [{{kind: ServiceAccount, name: runner, namespace: ops}}]
{more}"
    ))
}

#[test]
fn an_aggregated_role_has_the_rules_of_its_members() {
    for selectors in [
        "[{matchLabels: {to: locks}}]",
        "[{matchLabels: {to: nothing}}, {matchLabels: {to: locks}}]",
        "[{matchExpressions: [{key: to, operator: In, values: [a, locks]}]}]",
        "[{matchExpressions: [{key: other, operator: NotIn, values: [a]}]}]",
        "[{matchExpressions: [{key: to, operator: Exists}]}]",
        "[{matchExpressions: [{key: other, operator: DoesNotExist}]}]",
        "[{matchLabels: {to: locks}, matchExpressions: [{key: tier, operator: In, values: [one]}]}]",
        // An empty selector gathers all.
        "[{}]",
    ] {
        allowed(&aggregated(selectors, ""), LEASES);
    }
    for selectors in [
        "[{matchLabels: {to: nothing}}]",
        "[{matchLabels: {to: locks, tier: two}}]",
        "[{matchExpressions: [{key: to, operator: NotIn, values: [locks]}]}]",
        "[{matchExpressions: [{key: other, operator: Exists}]}]",
        "[{matchLabels: {to: locks}, matchExpressions: [{key: tier, operator: DoesNotExist}]}]",
    ] {
        refused(&aggregated(selectors, ""), LEASES);
    }
}

#[test]
fn what_is_written_in_an_aggregated_role_is_overwritten() {
    let core = AccessRequest {
        group: "",
        ..LEASES
    };
    refused(&aggregated("[{matchLabels: {to: locks}}]", ""), core);
    // Where no member has a rule, the controller applies an empty list, which takes nothing away.
    allowed(&aggregated("[{matchLabels: {to: nothing}}]", ""), core);
}

#[test]
fn a_member_may_gather_others_itself_even_in_a_circle() {
    let middle = "---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: middle, labels: {to: middle}}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {to: locks}}]}
rules: []
";
    allowed(&aggregated("[{matchLabels: {to: middle}}]", middle), LEASES);
    let circle = "---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: middle, labels: {to: middle}}
aggregationRule: {clusterRoleSelectors: [{}]}
rules: []
";
    allowed(&aggregated("[{matchLabels: {to: middle}}]", circle), LEASES);
}

#[test]
fn rules_that_say_nothing_about_resources_grant_none() {
    refused(&with_rule("{nonResourceURLs: ['*'], verbs: ['*']}"), LEASES);
    refused(&with_rule("{}"), LEASES);
    refused(
        &with_rule("{apiGroups: coordination.k8s.io, resources: leases, verbs: update}"),
        LEASES,
    );
}

#[test]
fn where_no_namespace_is_written_any_is_meant() {
    let loose = policy(
        "apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: r}
rules: [{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [update]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: b}
roleRef: {kind: Role, name: r}
subjects: [{kind: ServiceAccount, name: runner}]
",
    );
    allowed(&loose, LEASES);
    allowed(
        &loose,
        AccessRequest {
            namespace: None,
            ..LEASES
        },
    );
    let nameless = User::account(None, "runner");
    let written = with_rule("{apiGroups: ['*'], resources: [leases], verbs: [update]}");
    for policy in [&loose, &written] {
        assert!(policy.authorize(&nameless, &LEASES).allowed);
        assert!(
            policy
                .authorize(
                    &nameless,
                    &AccessRequest {
                        namespace: None,
                        ..LEASES
                    }
                )
                .allowed
        );
    }
    // Two that are written are compared.
    assert!(
        !written
            .authorize(
                &nameless,
                &AccessRequest {
                    namespace: Some("other"),
                    ..LEASES
                }
            )
            .allowed
    );
}

#[test]
fn a_policy_follows_events() {
    let mut policy = with_rule("{apiGroups: ['*'], resources: [leases], verbs: [update]}");
    let role = policy.roles().next().unwrap().clone();
    let binding = policy.bindings().next().unwrap().clone();
    allowed(&policy, LEASES);
    policy.remove_role(false, Some("ops"), "r");
    refused(&policy, LEASES);
    policy.add_role(role.trimmed());
    allowed(&policy, LEASES);
    policy.remove_binding(false, Some("other"), "b");
    allowed(&policy, LEASES);
    policy.remove_binding(false, Some("ops"), "b");
    refused(&policy, LEASES);
    policy.add_binding(binding);
    allowed(&policy, LEASES);
    assert_eq!(policy.roles().count(), 1);
    assert_eq!(policy.bindings().count(), 1);
}

// The answer for an elector.

struct Files;

impl Visibility for Files {
    fn choose(&self, places: &[Option<FileSpan>]) -> Option<usize> {
        (places.len() == 1).then_some(0)
    }
}

fn need() -> Need<'static> {
    Need {
        resources: &[LockResource::Leases],
        verbs: vec!["get", "create", "update"],
        namespace: NeededNamespace::Written("ops".into()),
        name: Ok("lock".into()),
        applies: false,
    }
}

const RUNNER: AccountName<'static> = AccountName {
    namespace: Some("ops"),
    name: "runner",
};

fn state(policy: &RbacPolicy, need: &Need<'_>) -> AccessState {
    access_of(need, RUNNER, policy, &Files).state
}

fn code(state: &AccessState) -> &'static str {
    match state {
        AccessState::Unknown(because) => because.code.as_str(),
        other => other.as_str(),
    }
}

const GOOD: &str = "{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [create]}, \
                    {apiGroups: [coordination.k8s.io], resources: [leases], resourceNames: [lock], verbs: [get, update]}";

#[test]
fn the_correct_shape_is_granted() {
    let policy = with_rule(GOOD);
    let access = access_of(&need(), RUNNER, &policy, &Files);
    assert_eq!(access.state, AccessState::Granted);
    assert_eq!(access.missing, []);
    assert_eq!(access.through.len(), 1);
    assert_eq!(access.through[0].binding.title(), "RoleBinding ops/b");
    assert_eq!(access.through[0].role.title(), "Role ops/r");
    assert!(access.through[0].binding.place.is_some());
}

#[test]
fn each_missing_verb_has_what_comes_nearest() {
    let near = |rule: &str, verb: &str| {
        let policy = with_rule(rule);
        let access = access_of(&need(), RUNNER, &policy, &Files);
        assert_eq!(access.state, AccessState::Missing);
        let missing = access.missing.iter().find(|one| one.verb == verb).unwrap();
        match &missing.near {
            None => "nothing".to_owned(),
            Some(NearMiss::CreateByName(_)) => "create-by-name".to_owned(),
            Some(NearMiss::OtherNames(grant)) => {
                let names: Vec<&str> = grant.rule.resource_names.texts().collect();
                format!("other-names {}", names.join(" "))
            }
            Some(NearMiss::WrongGroup { group, place, .. }) => {
                assert!(place.is_some());
                format!("wrong-group {group:?}")
            }
            Some(NearMiss::UnknownVerb { verb, place, .. }) => {
                assert!(place.is_some());
                format!("unknown-verb {verb}")
            }
            Some(other) => format!("{other:?}"),
        }
    };
    let named = "{apiGroups: [coordination.k8s.io], resources: [leases], resourceNames: [lock], verbs: [get, create, update]}";
    assert_eq!(near(named, "create"), "create-by-name");
    let other = "{apiGroups: [coordination.k8s.io], resources: [leases], resourceNames: [a, b], verbs: ['*']}";
    assert_eq!(near(other, "get"), "other-names a b");
    assert_eq!(near(other, "update"), "other-names a b");
    assert_eq!(near(other, "create"), "create-by-name");
    let core = "{apiGroups: [''], resources: [configmaps, leases], verbs: ['*']}";
    assert_eq!(near(core, "get"), "wrong-group \"\"");
    let put = "{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, post, create]}";
    assert_eq!(near(put, "update"), "unknown-verb post");
    let pods = "{apiGroups: [''], resources: [pods], verbs: [get]}";
    assert_eq!(near(pods, "update"), "nothing");
}

#[test]
fn a_grant_in_another_namespace_is_named() {
    let policy = with_rule(GOOD);
    let moved = Need {
        namespace: NeededNamespace::Written("kube-system".into()),
        ..need()
    };
    let access = access_of(&moved, RUNNER, &policy, &Files);
    assert_eq!(access.state, AccessState::Missing);
    assert_eq!(access.missing.len(), 3);
    for missing in &access.missing {
        let Some(NearMiss::Elsewhere(grant)) = &missing.near else {
            panic!("{missing:?}");
        };
        assert_eq!(grant.binding.title(), "RoleBinding ops/b");
    }
}

#[test]
fn an_account_of_another_namespace_is_named() {
    let yaml = "apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: r, namespace: ops}
rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: b, namespace: ops}
roleRef: {kind: Role, name: r}
subjects: [{kind: ServiceAccount, name: runner, namespace: system}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: c, namespace: ops}
roleRef: {kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: runner}]
";
    let policy = policy(yaml);
    let access = access_of(&need(), RUNNER, &policy, &Files);
    let Some(NearMiss::SubjectElsewhere { grant, subject }) = &access.missing[0].near else {
        panic!("{access:?}");
    };
    assert_eq!(grant.binding.title(), "RoleBinding ops/b");
    assert_eq!(
        grant.binding.subjects[*subject].namespace.as_deref(),
        Some("system")
    );
}

#[test]
fn what_the_input_does_not_say_is_unknown() {
    let none = policy("");
    assert_eq!(code(&state(&none, &need())), "rbac-not-in-input");
    let bound_to = |role: &str, more: &str| {
        policy(&format!(
            "apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: b}}
roleRef: {{kind: ClusterRole, name: '{role}'}}
subjects: [{{kind: ServiceAccount, name: runner, namespace: ops}}]
{more}"
        ))
    };
    // A role that is nowhere, in an input with no other ClusterRole, and with one.
    let other = "---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: other}
rules: []
";
    assert_eq!(
        code(&state(&bound_to("locks", ""), &need())),
        "role-not-in-input"
    );
    assert_eq!(code(&state(&bound_to("locks", other), &need())), "missing");
    // Roles that a cluster brings along.
    assert_eq!(
        code(&state(&bound_to("cluster-admin", other), &need())),
        "granted"
    );
    assert_eq!(code(&state(&bound_to("edit", other), &need())), "granted");
    assert_eq!(code(&state(&bound_to("view", other), &need())), "missing");
    assert_eq!(
        code(&state(&bound_to("system:auth-delegator", other), &need())),
        "missing"
    );
    assert_eq!(
        code(&state(&bound_to("system:openshift:x", other), &need())),
        "built-in-role"
    );
    // An aggregated role without members, whatever is written in it.
    let gathers = "---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: gathers}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {a: b}}]}
rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]
";
    assert_eq!(
        code(&state(&bound_to("gathers", gathers), &need())),
        "aggregated-role"
    );
}

#[test]
fn an_unknown_lock_is_judged_as_far_as_the_grant_allows() {
    let unknown = |code| Unknown {
        code,
        reason: String::new(),
        place: None,
    };
    let nameless = Need {
        name: Err(unknown(LedgerCode::LockNameUnknown)),
        ..need()
    };
    let any =
        "{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, create, update]}";
    assert_eq!(code(&state(&with_rule(any), &nameless)), "granted");
    assert_eq!(
        code(&state(&with_rule(GOOD), &nameless)),
        "lock-name-unknown"
    );
    let lost = Need {
        namespace: NeededNamespace::Unknown(unknown(LedgerCode::PodField)),
        ..need()
    };
    assert_eq!(code(&state(&with_rule(any), &lost)), "pod-field");
    let pods = Need {
        namespace: NeededNamespace::PodNamespace,
        ..need()
    };
    assert_eq!(code(&state(&with_rule(any), &pods)), "granted");
}

#[test]
fn a_whole_cluster_leaves_nothing_unknown() {
    let none = policy("");
    let access = access_of(&need(), RUNNER, &none, &WholeCluster);
    assert_eq!(access.state, AccessState::Missing);
    assert_eq!(access.missing.len(), 3);
}

#[test]
fn mixed_locks_need_both_objects_and_server_side_apply_creates_by_name() {
    let mixed = Need {
        resources: &[LockResource::ConfigMaps, LockResource::Leases],
        ..need()
    };
    let policy = with_rule(GOOD);
    let access = access_of(&mixed, RUNNER, &policy, &Files);
    let missing: Vec<_> = access
        .missing
        .iter()
        .map(|one| (one.resource, one.verb.as_str()))
        .collect();
    assert_eq!(
        missing,
        [
            (LockResource::ConfigMaps, "get"),
            (LockResource::ConfigMaps, "create"),
            (LockResource::ConfigMaps, "update")
        ]
    );
    let applies = Need {
        verbs: vec!["get", "create", "patch"],
        applies: true,
        ..need()
    };
    let named = "{apiGroups: [coordination.k8s.io], resources: [leases], resourceNames: [lock], verbs: [get, create, patch]}";
    assert_eq!(code(&state(&with_rule(named), &applies)), "granted");
}

#[test]
fn events_are_told_apart() {
    let events = |rule: &str, namespace: NeededNamespace| {
        let policy = with_rule(rule);
        let need = Need {
            namespace,
            ..need()
        };
        access_of(&need, RUNNER, &policy, &Files).events
    };
    let ops = || NeededNamespace::Written("ops".into());
    let all = "{apiGroups: ['', coordination.k8s.io], resources: [leases, events], verbs: ['*']}";
    assert_eq!(events(all, ops()), EventsAccess::Granted);
    assert_eq!(
        events(all, NeededNamespace::PodNamespace),
        EventsAccess::Granted
    );
    let missing = EventsAccess::Missing(vec!["create", "patch"]);
    assert_eq!(events(GOOD, ops()), missing);
    assert_eq!(events(GOOD, NeededNamespace::PodNamespace), missing);
    let half = "{apiGroups: [''], resources: [events], verbs: [create]}";
    assert_eq!(events(half, ops()), EventsAccess::Missing(vec!["patch"]));
    // Without any binding of the account nothing is known.
    let none = policy("");
    assert_eq!(
        access_of(&need(), RUNNER, &none, &Files).events,
        EventsAccess::Unknown
    );
}

#[test]
fn a_create_under_names_is_told_although_another_rule_grants_it() {
    let rules = "{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [create]}, \
                 {apiGroups: [coordination.k8s.io], resources: [leases], resourceNames: [lock], verbs: [get, create, update]}";
    let policy = with_rule(rules);
    let access = access_of(&need(), RUNNER, &policy, &Files);
    assert_eq!(access.state, AccessState::Granted);
    assert_eq!(access.useless_creates.len(), 1);
    assert!(access.useless_creates[0].rule.resource_names.has("lock"));
    // A star says no verb, and an empty name matches what has none.
    let policy = with_rule(&rules.replace("get, create, update", "'*'"));
    assert_eq!(
        access_of(&need(), RUNNER, &policy, &Files).useless_creates,
        []
    );
    let policy = with_rule(&rules.replace("[lock]", "[lock, '']"));
    assert_eq!(
        access_of(&need(), RUNNER, &policy, &Files).useless_creates,
        []
    );
}

#[test]
fn kube_system_has_locks_for_its_own() {
    let need = Need {
        namespace: NeededNamespace::Written("kube-system".into()),
        name: Ok("kube-scheduler".into()),
        ..need()
    };
    let account = AccountName {
        namespace: Some("kube-system"),
        name: "kube-scheduler",
    };
    let state = access_of(&need, account, &policy(""), &Files).state;
    assert_eq!(state, AccessState::Granted);
}

#[test]
fn the_smallest_grant_grants_exactly_what_is_needed() {
    let yaml = smallest_grant(&need(), RUNNER).to_yaml();
    assert_eq!(
        yaml,
        "apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: runner-leader-election
  namespace: ops
rules:
  - apiGroups: [coordination.k8s.io]
    resources: [leases]
    verbs: [create]
  - apiGroups: [coordination.k8s.io]
    resources: [leases]
    resourceNames: [lock]
    verbs: [get, update]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: runner-leader-election
  namespace: ops
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: runner-leader-election
subjects:
  - kind: ServiceAccount
    name: runner
    namespace: ops
"
    );
    assert_eq!(code(&state(&policy(&yaml), &need())), "granted");
    let account = AccountName {
        namespace: Some("apps"),
        name: "1.5",
    };
    let other = Need {
        resources: &[LockResource::ConfigMaps],
        name: Ok("null".into()),
        ..need()
    };
    let yaml = smallest_grant(&other, account).to_yaml();
    assert_eq!(
        access_of(&other, account, &policy(&yaml), &Files).state,
        AccessState::Granted
    );
}

fn words(all: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(all), 0..4).prop_map(|words| {
        format!(
            "[{}]",
            words
                .iter()
                .map(|word| format!("'{word}'"))
                .collect::<Vec<_>>()
                .join(", ")
        )
    })
}

fn any_rule() -> impl Strategy<Value = String> {
    (
        words(&["get", "create", "update", "*", "Update"]),
        words(&["coordination.k8s.io", "", "*"]),
        words(&["leases", "*", "leases/status", "*/status"]),
        words(&["lock", "other", ""]),
    )
        .prop_map(|(verbs, groups, resources, names)| {
            format!("{{verbs: {verbs}, apiGroups: {groups}, resources: {resources}, resourceNames: {names}}}")
        })
}

fn any_object() -> impl Strategy<Value = String> {
    let place = proptest::sample::select(&["a", "b", "c"][..]);
    let namespace = proptest::sample::select(&["ops", "other"][..]);
    let subject = proptest::sample::select(
        &[
            "{kind: ServiceAccount, name: runner}",
            "{kind: ServiceAccount, name: runner, namespace: ops}",
            "{kind: Group, name: 'system:serviceaccounts:ops'}",
            "{kind: User, name: 'system:serviceaccount:ops:runner'}",
        ][..],
    );
    let kind = proptest::sample::select(&["Role", "ClusterRole"][..]);
    prop_oneof![
        (kind.clone(), place.clone(), namespace.clone(), any_rule()).prop_map(|(kind, name, namespace, rule)| format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: {namespace}, labels: {{to: locks}}}}\nrules: [{rule}]\n"
        )),
        (kind, place.clone(), namespace, subject, place).prop_map(|(kind, name, namespace, subject, role)| format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}Binding\nmetadata: {{name: {name}, namespace: {namespace}}}\nroleRef: {{kind: {kind}, name: {role}}}\nsubjects: [{subject}]\n"
        )),
    ]
}

fn answers(objects: &[String]) -> Vec<bool> {
    let policy = policy(&objects.join("---\n"));
    let mut answers = Vec::new();
    for verb in ["get", "create", "update"] {
        for name in ["lock", ""] {
            for namespace in ["ops", "other", ""] {
                for subresource in ["", "status"] {
                    let request = AccessRequest {
                        namespace: Some(namespace),
                        verb,
                        subresource,
                        name,
                        ..LEASES
                    };
                    answers.push(policy.authorize(&runner(), &request).allowed);
                }
            }
        }
    }
    answers
}

proptest! {
    #[test]
    fn more_objects_never_take_access_away(
        objects in proptest::collection::vec(any_object(), 1..8),
        more in any_object(),
    ) {
        let before = answers(&objects);
        let mut all = objects;
        all.push(more);
        let after = answers(&all);
        for (before, after) in before.into_iter().zip(after) {
            prop_assert!(after || !before);
        }
    }

    #[test]
    fn the_order_of_objects_decides_nothing(objects in proptest::collection::vec(any_object(), 1..8).prop_shuffle()) {
        let mut sorted = objects.clone();
        sorted.sort();
        prop_assert_eq!(answers(&objects), answers(&sorted));
    }
}
