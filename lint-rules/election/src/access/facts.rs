//! Roles and bindings as owned facts: only what decides about access, and where it is written.

use std::borrow::Cow;

use manifest::text::FileSpan;
use objects::Selector;

/// A list of words, such as verbs or resources, with the place of each if it comes from a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    texts: Box<[Cow<'static, str>]>,
    places: Box<[FileSpan]>,
}

/// Words that stand in nearly every role: kept once.
const COMMON: &[&str] = &[
    "",
    "*",
    "configmaps",
    "coordination.k8s.io",
    "create",
    "delete",
    "deletecollection",
    "endpoints",
    "events",
    "events.k8s.io",
    "get",
    "leases",
    "list",
    "patch",
    "update",
    "watch",
];

fn shared(text: &str) -> Cow<'static, str> {
    COMMON.iter().find(|common| **common == text).map_or_else(
        || Cow::Owned(text.to_owned()),
        |common| Cow::Borrowed(*common),
    )
}

impl Words {
    /// Words without places.
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        Self {
            texts: texts.into_iter().map(shared).collect(),
            places: Box::default(),
        }
    }

    /// Words with their places.
    pub fn placed<'t>(words: impl IntoIterator<Item = (&'t str, FileSpan)>) -> Self {
        let (texts, places): (Vec<_>, Vec<_>) = words
            .into_iter()
            .map(|(text, place)| (shared(text), place))
            .unzip();
        Self {
            texts: texts.into(),
            places: places.into(),
        }
    }

    /// The words, in order.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = &str> {
        self.texts.iter().map(AsRef::as_ref)
    }

    /// The words with their places.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<FileSpan>)> {
        self.texts
            .iter()
            .enumerate()
            .map(|(at, text)| (text.as_ref(), self.places.get(at).copied()))
    }

    /// Whether a word is there.
    #[must_use]
    pub fn has(&self, word: &str) -> bool {
        self.texts().any(|text| text == word)
    }

    /// Where a word is written.
    #[must_use]
    pub fn place_of(&self, word: &str) -> Option<FileSpan> {
        self.iter()
            .find(|(text, _)| *text == word)
            .and_then(|(_, place)| place)
    }

    /// Whether there is no word.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}

/// One rule of a role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyRule {
    /// `verbs`.
    pub verbs: Words,
    /// `apiGroups`; the core group is empty.
    pub api_groups: Words,
    /// `resources`, with subresources after a slash.
    pub resources: Words,
    /// `resourceNames`; none means any.
    pub resource_names: Words,
    /// Whether it speaks of `nonResourceURLs`, which have nothing to do with locks.
    pub non_resource: bool,
    /// Where the rule is written.
    pub place: Option<FileSpan>,
}

/// A Role or a ClusterRole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Role {
    /// Whether it is a ClusterRole.
    pub cluster: bool,
    /// Namespace of a Role; `None` for a ClusterRole, and where none is written.
    pub namespace: Option<Box<str>>,
    /// Name.
    pub name: Box<str>,
    /// The rules as written; of an aggregated ClusterRole the controller's, or nobody's.
    pub rules: Box<[PolicyRule]>,
    /// `aggregationRule.clusterRoleSelectors`; `None` for a role that is not aggregated.
    pub aggregation: Option<Box<[Selector]>>,
    /// Labels of a ClusterRole, by which others gather it.
    pub labels: Box<[(Box<str>, Box<str>)]>,
    /// Where the name is written.
    pub place: Option<FileSpan>,
    /// Where the list of rules is written.
    pub rules_place: Option<FileSpan>,
}

impl Role {
    /// `Role ops/name` or `ClusterRole name`, as messages say it.
    #[must_use]
    pub fn title(&self) -> String {
        let kind = if self.cluster { "ClusterRole" } else { "Role" };
        title(kind, self.namespace.as_deref(), &self.name)
    }

    /// Without any place, as in a live cluster.
    #[must_use]
    pub fn unplaced(mut self) -> Self {
        self.place = None;
        self.rules_place = None;
        for rule in &mut self.rules {
            rule.place = None;
            for words in [
                &mut rule.verbs,
                &mut rule.api_groups,
                &mut rule.resources,
                &mut rule.resource_names,
            ] {
                words.places = Box::default();
            }
        }
        self
    }

    /// Only what can have to do with a lock or its events: a cluster's policy need not hold the rest.
    #[must_use]
    pub fn trimmed(mut self) -> Self {
        let matters = |rule: &PolicyRule| {
            !rule.non_resource
                && rule.resources.texts().any(|resource| {
                    resource == "*"
                        || ["lease", "configmap", "endpoints", "event"]
                            .iter()
                            .any(|word| resource.to_ascii_lowercase().contains(word))
                })
        };
        self.rules = self.rules.into_iter().filter(matters).collect();
        self
    }
}

/// Which role a binding gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleRef {
    /// `kind` as written: only `Role` and `ClusterRole` mean anything.
    pub kind: Box<str>,
    /// Name.
    pub name: Box<str>,
    /// Where the name is written.
    pub place: Option<FileSpan>,
}

/// Whom a binding gives it to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// `kind` as written: only `User`, `Group` and `ServiceAccount` mean anything.
    pub kind: Box<str>,
    /// Namespace as written; counts for a ServiceAccount only.
    pub namespace: Option<Box<str>>,
    /// Name.
    pub name: Box<str>,
    /// Where the name is written.
    pub place: Option<FileSpan>,
    /// Where the namespace is written.
    pub namespace_place: Option<FileSpan>,
}

/// A RoleBinding or a ClusterRoleBinding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Binding {
    /// Whether it is a ClusterRoleBinding.
    pub cluster: bool,
    /// Namespace of a RoleBinding; `None` for a ClusterRoleBinding, and where none is written.
    pub namespace: Option<Box<str>>,
    /// Name.
    pub name: Box<str>,
    /// The role.
    pub role: RoleRef,
    /// The subjects.
    pub subjects: Box<[Subject]>,
    /// Where the name is written.
    pub place: Option<FileSpan>,
    /// Kustomize still fills in namespaces: a subject of a ClusterRoleBinding without one is then not a mistake.
    pub namespaces_to_come: bool,
}

impl Binding {
    /// Without any place, as in a live cluster.
    #[must_use]
    pub fn unplaced(mut self) -> Self {
        self.place = None;
        self.role.place = None;
        for subject in &mut self.subjects {
            subject.place = None;
            subject.namespace_place = None;
        }
        self
    }

    /// `RoleBinding ops/name` or `ClusterRoleBinding name`, as messages say it.
    #[must_use]
    pub fn title(&self) -> String {
        let kind = if self.cluster {
            "ClusterRoleBinding"
        } else {
            "RoleBinding"
        };
        title(kind, self.namespace.as_deref(), &self.name)
    }

    /// `Role ops/name` or `ClusterRole name`: what `roleRef` names.
    #[must_use]
    pub fn role_title(&self) -> String {
        let namespace = self
            .namespace
            .as_deref()
            .filter(|_| &*self.role.kind == "Role");
        title(&self.role.kind, namespace, &self.role.name)
    }

    /// The namespace that a ServiceAccount subject means.
    ///
    /// In a RoleBinding an unwritten one is the binding's; in a ClusterRoleBinding the API refuses it
    /// (kubernetes 1.36, `pkg/registry/rbac/validation/rule.go` and `pkg/apis/rbac/validation`).
    #[must_use]
    pub fn namespace_of<'b>(&'b self, subject: &'b Subject) -> SubjectNamespace<'b> {
        let own = self.namespace.as_deref().filter(|_| !self.cluster);
        match subject.namespace.as_deref().or(own) {
            Some(namespace) => SubjectNamespace::Written(namespace),
            None if self.cluster && !self.namespaces_to_come => SubjectNamespace::Nobodys,
            None => SubjectNamespace::Any,
        }
    }
}

/// The namespace of a ServiceAccount among a binding's subjects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectNamespace<'b> {
    /// This one.
    Written(&'b str),
    /// It is still to come (with `kubectl -n`, or from kustomize): it may be any.
    Any,
    /// None: a ClusterRoleBinding must name it, so nobody is meant.
    Nobodys,
}

fn title(kind: &str, namespace: Option<&str>, name: &str) -> String {
    match namespace {
        Some(namespace) => format!("{kind} {namespace}/{name}"),
        None => format!("{kind} {name}"),
    }
}
