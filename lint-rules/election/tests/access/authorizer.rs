//! The RBAC authorizer: one case for each of its comparisons.

use crate::{LEASES, allowed, policy, refused, with_rule, with_subject};
use election::access::{AccessRequest, User};

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
    // Requests of an upsert and of server-side apply carry the name.
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
        // The namespace of a user does not matter.
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
fn a_binding_grants_only_roles_that_exist_in_its_reach() {
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
    // A ClusterRoleBinding cannot refer to a Role, and needs the account's namespace.
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
    // Roles and kinds that do not exist.
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

#[test]
fn rules_without_resources_grant_none() {
    refused(&with_rule("{nonResourceURLs: ['*'], verbs: ['*']}"), LEASES);
    refused(&with_rule("{}"), LEASES);
    refused(
        &with_rule("{apiGroups: coordination.k8s.io, resources: leases, verbs: update}"),
        LEASES,
    );
}

#[test]
fn an_unwritten_namespace_matches_any() {
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
