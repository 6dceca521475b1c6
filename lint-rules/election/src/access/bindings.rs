//! RoleBindings and ClusterRoleBindings as owned facts: what decides about access, and where it is written.

use super::roles::title;
use manifest::text::FileSpan;

/// The role that a binding refers to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleRef {
    /// `kind` as written: only `Role` and `ClusterRole` mean anything.
    pub kind: Box<str>,
    /// Name.
    pub name: Box<str>,
    /// Where the name is written.
    pub place: Option<FileSpan>,
}

/// A subject of a binding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RbacSubject {
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
    pub subjects: Box<[RbacSubject]>,
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

    /// `RoleBinding ops/name` or `ClusterRoleBinding name`, for messages.
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

    /// The namespace of a ServiceAccount subject.
    ///
    /// In a RoleBinding an unwritten one is the binding's; in a ClusterRoleBinding the API refuses it
    /// (kubernetes 1.36, `pkg/registry/rbac/validation/rule.go` and `pkg/apis/rbac/validation`).
    #[must_use]
    pub fn namespace_of<'b>(&'b self, subject: &'b RbacSubject) -> SubjectNamespace<'b> {
        let own = self.namespace.as_deref().filter(|_| !self.cluster);
        match subject.namespace.as_deref().or(own) {
            Some(namespace) => SubjectNamespace::Written(namespace),
            None if self.cluster && !self.namespaces_to_come => SubjectNamespace::Invalid,
            None => SubjectNamespace::Any,
        }
    }
}

/// The namespace of a ServiceAccount among a binding's subjects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectNamespace<'b> {
    /// This one.
    Written(&'b str),
    /// It is set later (by `kubectl -n` or kustomize): it matches any.
    Any,
    /// None: a ClusterRoleBinding must name it, so the subject matches no account.
    Invalid,
}
