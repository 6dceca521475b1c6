//! Roles and bindings that every cluster has by itself, as far as they concern locks and events.
//!
//! Source: kubernetes 1.36, `plugin/pkg/auth/authorizer/rbac/bootstrappolicy`. `edit` and `admin` grant leases since
//! 1.25 (kubernetes pull request 111472; 1.24 had it by a patch release). `edit` and `admin` aggregate further
//! roles; this is what Kubernetes itself defines.

use std::sync::LazyLock;

use super::bindings::{Binding, RbacSubject, RoleRef};
use super::roles::{PolicyRule, Role, RuleWords};

/// What is known of a role that is not in the input.
#[derive(Clone, Copy, Debug)]
pub enum BuiltIn {
    /// Kubernetes defines it, with these rules.
    Known(&'static Role),
    /// Kubernetes or a distribution defines it; its rules are not known.
    Unknown,
}

/// Verbs, groups, resources, resource names.
type BuiltInRule = (
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
);

const ALL: BuiltInRule = (&["*"], &["*"], &["*"], &[]);
const EVENTS: BuiltInRule = (
    &["create", "patch", "update"],
    &["", "events.k8s.io"],
    &["events"],
    &[],
);
const READ: &[&str] = &["get", "list", "watch"];
const WRITE: &[&str] = &["create", "delete", "deletecollection", "patch", "update"];
const READ_WRITE: &[&str] = &[
    "create",
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "update",
    "watch",
];
const COORDINATION: &[&str] = &["coordination.k8s.io"];
const VIEW: &[BuiltInRule] = &[
    (READ, &[""], &["configmaps", "endpoints"], &[]),
    (READ, &["", "events.k8s.io"], &["events"], &[]),
];
const EDIT: &[BuiltInRule] = &[
    (READ, &[""], &["configmaps", "endpoints"], &[]),
    (WRITE, &[""], &["configmaps"], &[]),
    (READ_WRITE, &["", "events.k8s.io"], &["events"], &[]),
    (READ_WRITE, COORDINATION, &["leases"], &[]),
];
const LOCK_RULE: BuiltInRule = (
    &["get", "watch", "list", "create", "update"],
    COORDINATION,
    &["leases"],
    &[],
);

/// ClusterRoles; an empty list means: no rule that concerns locks or events.
const CLUSTER_ROLES: &[(&str, &[BuiltInRule])] = &[
    ("cluster-admin", &[ALL]),
    ("admin", EDIT),
    ("edit", EDIT),
    ("view", VIEW),
    ("system:aggregate-to-admin", &[]),
    (
        "system:aggregate-to-edit",
        &[
            (WRITE, &[""], &["configmaps"], &[]),
            (WRITE, &["", "events.k8s.io"], &["events"], &[]),
            (READ_WRITE, COORDINATION, &["leases"], &[]),
        ],
    ),
    ("system:aggregate-to-view", VIEW),
    ("system:auth-delegator", &[]),
    ("system:basic-user", &[]),
    ("system:discovery", &[]),
    ("system:heapster", &[(READ, &[""], &["events"], &[])]),
    (
        "system:kube-aggregator",
        &[(READ, &[""], &["endpoints"], &[])],
    ),
    (
        "system:kube-controller-manager",
        &[
            EVENTS,
            (&["create"], COORDINATION, &["leases"], &[]),
            (
                &["get", "update"],
                COORDINATION,
                &["leases"],
                &["kube-controller-manager"],
            ),
            (&["get"], &[""], &["configmaps"], &[]),
            (&["list", "watch"], &["*"], &["*"], &[]),
        ],
    ),
    (
        "system:kube-dns",
        &[(&["list", "watch"], &[""], &["endpoints"], &[])],
    ),
    (
        "system:kube-scheduler",
        &[
            EVENTS,
            (&["create"], COORDINATION, &["leases"], &[]),
            (
                &["get", "list", "update", "watch"],
                COORDINATION,
                &["leases"],
                &["kube-scheduler"],
            ),
        ],
    ),
    ("system:kubelet-api-admin", &[]),
    ("system:monitoring", &[]),
    (
        "system:node",
        &[
            EVENTS,
            (READ, &[""], &["configmaps"], &[]),
            (&["get"], &[""], &["endpoints"], &[]),
            (
                &["create", "delete", "get", "patch", "update"],
                COORDINATION,
                &["leases"],
                &[],
            ),
        ],
    ),
    ("system:node-bootstrapper", &[]),
    ("system:node-problem-detector", &[EVENTS]),
    (
        "system:node-proxier",
        &[EVENTS, (&["list", "watch"], &[""], &["endpoints"], &[])],
    ),
    (
        "system:persistent-volume-provisioner",
        &[EVENTS, (&["watch"], &[""], &["events"], &[])],
    ),
    ("system:public-info-viewer", &[]),
    ("system:service-account-issuer-discovery", &[]),
    ("system:volume-scheduler", &[]),
];

/// Roles of the namespace kube-system.
const KUBE_SYSTEM_ROLES: &[(&str, &[BuiltInRule])] = &[
    (
        "extension-apiserver-authentication-reader",
        &[(
            READ,
            &[""],
            &["configmaps"],
            &["extension-apiserver-authentication"],
        )],
    ),
    (
        "system::leader-locking-kube-controller-manager",
        &[LOCK_RULE],
    ),
    ("system::leader-locking-kube-scheduler", &[LOCK_RULE]),
];

/// Bindings of kube-system that grant a lock to service accounts: role and account.
const KUBE_SYSTEM_BINDINGS: &[(&str, &str)] = &[
    (
        "system::leader-locking-kube-controller-manager",
        "kube-controller-manager",
    ),
    (
        "system::leader-locking-kube-controller-manager",
        "leader-election-controller",
    ),
    ("system::leader-locking-kube-scheduler", "kube-scheduler"),
];

struct BuiltInTable {
    cluster: Vec<Role>,
    kube_system: Vec<Role>,
    bindings: Vec<Binding>,
}

static TABLE: LazyLock<BuiltInTable> = LazyLock::new(|| BuiltInTable {
    cluster: CLUSTER_ROLES
        .iter()
        .map(|(name, rules)| role(name, rules, None))
        .collect(),
    kube_system: KUBE_SYSTEM_ROLES
        .iter()
        .map(|(name, rules)| role(name, rules, Some("kube-system")))
        .collect(),
    bindings: KUBE_SYSTEM_BINDINGS
        .iter()
        .map(|(role, account)| binding(role, account))
        .collect(),
});

fn role(name: &str, rules: &[BuiltInRule], namespace: Option<&str>) -> Role {
    let rules = rules.iter().map(|(verbs, groups, resources, names)| {
        let words = |list: &[&'static str]| RuleWords::of(list.iter().copied());
        PolicyRule {
            verbs: words(verbs),
            api_groups: words(groups),
            resources: words(resources),
            resource_names: words(names),
            non_resource: false,
            place: None,
        }
    });
    Role {
        cluster: namespace.is_none(),
        namespace: namespace.map(Box::from),
        name: name.into(),
        rules: rules.collect(),
        ..Role::default()
    }
}

fn binding(role: &str, account: &str) -> Binding {
    Binding {
        namespace: Some("kube-system".into()),
        name: role.into(),
        role: RoleRef {
            kind: "Role".into(),
            name: role.into(),
            place: None,
        },
        subjects: Box::new([RbacSubject {
            kind: "ServiceAccount".into(),
            namespace: Some("kube-system".into()),
            name: account.into(),
            ..RbacSubject::default()
        }]),
        ..Binding::default()
    }
}

/// The built-in role of that name, if there is one. `namespace` is a Role's; `None`: not written.
#[must_use]
pub fn built_in_role(cluster: bool, namespace: Option<&str>, name: &str) -> Option<BuiltIn> {
    let table = &*TABLE;
    let list = if cluster {
        &table.cluster
    } else if namespace.is_none_or(|namespace| namespace == "kube-system") {
        &table.kube_system
    } else {
        return name.starts_with("system:").then_some(BuiltIn::Unknown);
    };
    list.iter()
        .find(|role| *role.name == *name)
        .map(BuiltIn::Known)
        .or_else(|| name.starts_with("system:").then_some(BuiltIn::Unknown))
}

/// The built-in bindings that grant locks to service accounts.
pub(super) fn built_in_bindings() -> &'static [Binding] {
    &TABLE.bindings
}
