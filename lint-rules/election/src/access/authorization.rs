//! Users, requests and decisions of Kubernetes' RBAC authorizer.

use super::bindings::{Binding, SubjectNamespace};
use super::roles::{PolicyRule, Role};

/// An account: the pod's namespace as written, and the ServiceAccount's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountName<'a> {
    /// Namespace; `None`: not written.
    pub namespace: Option<&'a str>,
    /// Name.
    pub name: &'a str,
}

/// Who makes a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The user's name.
    pub name: String,
    /// The user's groups.
    pub groups: Vec<String>,
    /// For a ServiceAccount its namespace (`None`: not written) and name.
    pub(super) account: Option<(Option<String>, String)>,
}

impl User {
    /// The user that the API server makes of a ServiceAccount's token, with its three groups
    /// (kubernetes 1.36, `apiserver/pkg/authentication/serviceaccount/util.go`).
    #[must_use]
    pub fn service_account(namespace: &str, name: &str) -> Self {
        Self::account(Some(namespace), name)
    }

    /// A ServiceAccount whose namespace may not be written: that matches any.
    #[must_use]
    pub fn account(namespace: Option<&str>, name: &str) -> Self {
        let mut groups = vec![
            "system:serviceaccounts".to_owned(),
            "system:authenticated".to_owned(),
        ];
        groups.extend(namespace.map(|namespace| format!("system:serviceaccounts:{namespace}")));
        Self {
            name: format!(
                "system:serviceaccount:{}:{name}",
                namespace.unwrap_or_default()
            ),
            groups,
            account: Some((namespace.map(str::to_owned), name.to_owned())),
        }
    }

    /// Any user, with exactly these groups.
    pub fn named<'g>(name: &str, groups: impl IntoIterator<Item = &'g str>) -> Self {
        let account = name
            .strip_prefix("system:serviceaccount:")
            .and_then(|rest| rest.split_once(':'))
            .map(|(namespace, name)| (Some(namespace.to_owned()), name.to_owned()));
        Self {
            name: name.to_owned(),
            groups: groups.into_iter().map(str::to_owned).collect(),
            account,
        }
    }

    /// Whether a subject of a binding is this user; an unwritten namespace matches any.
    pub(super) fn is_subject(&self, binding: &Binding, at: usize) -> bool {
        let Some(subject) = binding.subjects.get(at) else {
            return false;
        };
        match &*subject.kind {
            "User" => {
                *subject.name == *self.name
                    || matches!(&self.account, Some((None, name))
                        if account_name(&subject.name) == Some(name))
            }
            "Group" => {
                self.groups.iter().any(|group| **group == *subject.name)
                    || (matches!(self.account, Some((None, _)))
                        && subject.name.starts_with("system:serviceaccounts:"))
            }
            "ServiceAccount" => {
                let Some((own, name)) = &self.account else {
                    return false;
                };
                *subject.name == **name
                    && match binding.namespace_of(subject) {
                        SubjectNamespace::Written(namespace) => {
                            own.as_deref().is_none_or(|own| own == namespace)
                        }
                        SubjectNamespace::Any => true,
                        SubjectNamespace::Invalid => false,
                    }
            }
            _ => false,
        }
    }
}

/// The name in `system:serviceaccount:NAMESPACE:NAME`.
pub(super) fn account_name(user: &str) -> Option<&str> {
    let (_, name) = user
        .strip_prefix("system:serviceaccount:")?
        .split_once(':')?;
    Some(name)
}

/// One request to the API server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessRequest<'r> {
    /// The namespace; empty for something of the whole cluster, `None` where it is not written: that matches any.
    pub namespace: Option<&'r str>,
    /// The verb, such as `update`.
    pub verb: &'r str,
    /// The API group; empty for the core group.
    pub group: &'r str,
    /// The resource in plural, such as `leases`.
    pub resource: &'r str,
    /// The subresource, mostly empty.
    pub subresource: &'r str,
    /// The object's name; empty for a request to the collection, as an ordinary `create` is.
    pub name: &'r str,
}

/// What grants a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant<'p> {
    /// The binding.
    pub binding: &'p Binding,
    /// The role that the binding names.
    pub role: &'p Role,
    /// The role that the rule is written in: another one if `role` gathers the rules of others.
    pub source: &'p Role,
    /// The rule.
    pub rule: &'p PolicyRule,
}

/// The answer to a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RbacDecision<'p> {
    /// Whether it is allowed.
    pub allowed: bool,
    /// Everything that grants it: cluster-wide bindings first, as the API server visits them.
    pub through: Vec<Grant<'p>>,
}
