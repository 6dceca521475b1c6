//! The answer for an elector: what is granted, what is missing, what is not known.

use std::cell::Cell;

use crate::{policy, with_rule};
use election::access::{
    AccessState, AccountName, EventsAccess, LockResource, NearMiss, Need, NeededNamespace,
    RbacPolicy, Visibility, WholeCluster, access_of, smallest_grant,
};
use manifest::text::FileSpan;
use objects::LedgerCode;
use programs::Unknown;

/// An input in which everything is visible, and nothing says which of several definitions applies.
struct WholeInput;

impl Visibility for WholeInput {
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
        one_of_several: None,
        second: None,
    }
}

const RUNNER: AccountName<'static> = AccountName {
    namespace: Some("ops"),
    name: "runner",
};

fn state(policy: &RbacPolicy, need: &Need<'_>) -> AccessState {
    access_of(need, RUNNER, policy, &WholeInput).state
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
    let access = access_of(&need(), RUNNER, &policy, &WholeInput);
    assert_eq!(access.state, AccessState::Granted);
    assert_eq!(access.missing, []);
    assert_eq!(access.through.len(), 1);
    assert_eq!(access.through[0].binding.title(), "RoleBinding ops/b");
    assert_eq!(access.through[0].role.title(), "Role ops/r");
    assert!(access.through[0].binding.place.is_some());
}

#[test]
fn each_missing_verb_has_its_near_miss() {
    let near = |rule: &str, verb: &str| {
        let policy = with_rule(rule);
        let access = access_of(&need(), RUNNER, &policy, &WholeInput);
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
    let access = access_of(&moved, RUNNER, &policy, &WholeInput);
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
    let access = access_of(&need(), RUNNER, &policy, &WholeInput);
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
fn what_the_input_does_not_decide_is_unknown() {
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
    // A role that is not found, in an input without another ClusterRole, and with one.
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
    // Built-in roles.
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
    let access = access_of(&mixed, RUNNER, &policy, &WholeInput);
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
fn event_verbs_are_granted_missing_or_unknown() {
    let events = |rule: &str, namespace: NeededNamespace| {
        let policy = with_rule(rule);
        let need = Need {
            namespace,
            ..need()
        };
        access_of(&need, RUNNER, &policy, &WholeInput).events
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
        access_of(&need(), RUNNER, &none, &WholeInput).events,
        EventsAccess::Unknown
    );
}

#[test]
fn a_create_under_names_is_listed_although_another_rule_grants_it() {
    let rules = "{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [create]}, \
                 {apiGroups: [coordination.k8s.io], resources: [leases], resourceNames: [lock], verbs: [get, create, update]}";
    let policy = with_rule(rules);
    let access = access_of(&need(), RUNNER, &policy, &WholeInput);
    assert_eq!(access.state, AccessState::Granted);
    assert_eq!(access.useless_creates.len(), 1);
    assert!(access.useless_creates[0].rule.resource_names.has("lock"));
    // A star does not name the verb, and an empty name matches a request without one.
    let policy = with_rule(&rules.replace("get, create, update", "'*'"));
    assert_eq!(
        access_of(&need(), RUNNER, &policy, &WholeInput).useless_creates,
        []
    );
    let policy = with_rule(&rules.replace("[lock]", "[lock, '']"));
    assert_eq!(
        access_of(&need(), RUNNER, &policy, &WholeInput).useless_creates,
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
    let state = access_of(&need, account, &policy(""), &WholeInput).state;
    assert_eq!(state, AccessState::Granted);
}

#[test]
fn the_smallest_grant_grants_exactly_what_is_needed() {
    let yaml = smallest_grant(&need(), RUNNER).unwrap().to_yaml();
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
    let yaml = smallest_grant(&other, account).unwrap().to_yaml();
    assert_eq!(
        access_of(&other, account, &policy(&yaml), &WholeInput).state,
        AccessState::Granted
    );
}

/// Counts how often a definition is asked for, and chooses none.
#[derive(Default)]
struct CountingView(Cell<usize>);

impl Visibility for CountingView {
    fn is_visible(&self, _place: Option<FileSpan>) -> bool {
        self.0.set(self.0.get() + 1);
        true
    }

    fn choose(&self, places: &[Option<FileSpan>]) -> Option<usize> {
        self.0.set(self.0.get() + places.len());
        None
    }
}

#[test]
fn definitions_of_many_clusters_are_not_weighed_for_every_elector() {
    let of_clusters = |count: usize| {
        let one = "apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: r, namespace: ops}
rules: [{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, create, update]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: b, namespace: ops}
roleRef: {kind: Role, name: r}
subjects: [{kind: ServiceAccount, name: runner, namespace: ops}]
";
        let view = CountingView::default();
        let policy = policy(&vec![one; count].join("---\n"));
        let access = access_of(&need(), RUNNER, &policy, &view);
        (access.state, view.0.get())
    };
    // As many as one account may have; all grant the same, so it does not matter which of them applies.
    let (some, asked) = of_clusters(100);
    assert_eq!((some, asked > 100), (AccessState::Granted, true));
    let (many, asked) = of_clusters(101);
    assert_eq!((code(&many), asked), ("several-candidates", 0));
}
