//! The smallest Role and RoleBinding that give an elector what it needs.

use std::fmt::Write as _;

use manifest::edit::scalar;

use super::authorization::AccountName;
use super::need::Need;
use crate::lock_name_fault;

/// The smallest Role and RoleBinding for one elector, in the lock's namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmallestGrant {
    /// Name of both objects.
    pub name: String,
    /// The lock's namespace; `None`: it comes with `kubectl -n`; empty for a lock that is in none.
    pub namespace: Option<String>,
    /// The account's namespace; `None`: the binding's.
    pub account_namespace: Option<String>,
    /// The account's name.
    pub account: String,
    /// The rules: API group, resource, resource name (`None`: any), verbs.
    pub rules: Vec<SmallestRule>,
}

/// One rule of the smallest Role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmallestRule {
    /// API group; empty for the core group.
    pub group: &'static str,
    /// Resource.
    pub resource: &'static str,
    /// The lock's name; `None` for `create`, which no name can limit, and where the name is not known.
    pub name: Option<String>,
    /// Verbs.
    pub verbs: Vec<String>,
}

/// The smallest grant for a need.
///
/// # Errors
/// Why there is none: no object can have the lock's name.
pub fn smallest_grant(need: &Need<'_>, account: AccountName<'_>) -> Result<SmallestGrant, String> {
    let mut rules = Vec::new();
    // A second lock whose name is not known may have any.
    let second = need.second.as_ref().map(|name| name.as_deref());
    let name = need.name.as_deref().ok();
    let name = name.filter(|_| !matches!(second, Some(Err(_))));
    if let Some((name, fault)) = name.and_then(|name| Some((name, lock_name_fault(name)?))) {
        let shown: String = name.chars().take(60).collect();
        return Err(format!("`{shown}` cannot be the name of a lock: {fault}"));
    }
    for resource in need.resources {
        let of = |name: Option<&str>, verbs: Vec<String>| SmallestRule {
            group: resource.group(),
            resource: resource.resource(),
            name: name.map(str::to_owned),
            verbs,
        };
        let verbs = |wanted: &dyn Fn(&&&str) -> bool| {
            let verbs = need.verbs.iter().filter(wanted);
            verbs.map(|verb| (*verb).to_owned()).collect::<Vec<_>>()
        };
        // `list` and `watch` have a name only with a field selector.
        let nameless = |verb: &&&str| {
            matches!(**verb, "list" | "watch") || (**verb == "create" && !need.applies)
        };
        if name.is_some() {
            rules.push(of(None, verbs(&nameless)));
            for name in [name, second.and_then(Result::ok)].into_iter().flatten() {
                rules.push(of(Some(name), verbs(&|verb| !nameless(verb))));
            }
        } else {
            rules.push(of(None, verbs(&|_| true)));
        }
    }
    rules.retain(|rule| !rule.verbs.is_empty());
    Ok(SmallestGrant {
        name: format!("{}-leader-election", account.name),
        namespace: need.namespace().map(str::to_owned),
        account_namespace: account.namespace.map(str::to_owned),
        account: account.name.to_owned(),
        rules,
    })
}

impl SmallestGrant {
    /// Whether another grant is for the same account in the same namespace.
    #[must_use]
    pub fn is_beside(&self, other: &Self) -> bool {
        self.name == other.name
            && self.namespace == other.namespace
            && self.account == other.account
            && self.account_namespace == other.account_namespace
    }

    /// Takes in the rules of another grant for the same account.
    pub fn join(&mut self, other: Self) {
        for rule in other.rules {
            if !self.rules.contains(&rule) {
                self.rules.push(rule);
            }
        }
    }

    /// The two objects as YAML, ready for `kubectl apply -f -`.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        let mut out = String::new();
        let scope = if self.is_cluster_wide() {
            "Cluster"
        } else {
            ""
        };
        self.head(&mut out, &format!("{scope}Role"));
        out.push_str("rules:\n");
        for rule in &self.rules {
            let _ = writeln!(out, "  - apiGroups: [{}]", word(rule.group));
            let _ = writeln!(out, "    resources: [{}]", word(rule.resource));
            if let Some(name) = &rule.name {
                let _ = writeln!(out, "    resourceNames: [{}]", word(name));
            }
            let verbs: Vec<String> = rule.verbs.iter().map(|verb| word(verb)).collect();
            let _ = writeln!(out, "    verbs: [{}]", verbs.join(", "));
        }
        out.push_str("---\n");
        self.head(&mut out, &format!("{scope}RoleBinding"));
        let _ = writeln!(
            out,
            "roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: {scope}Role\n  name: {}",
            word(&self.name)
        );
        let _ = writeln!(
            out,
            "subjects:\n  - kind: ServiceAccount\n    name: {}",
            word(&self.account)
        );
        let own = self.namespace.as_ref().filter(|_| !self.is_cluster_wide());
        if let Some(namespace) = self.account_namespace.as_ref().or(own) {
            let _ = writeln!(out, "    namespace: {}", word(namespace));
        }
        out
    }

    fn head(&self, out: &mut String, kind: &str) {
        let _ = writeln!(
            out,
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata:\n  name: {}",
            word(&self.name)
        );
        let namespace = self.namespace.as_ref();
        if let Some(namespace) = namespace.filter(|_| !self.is_cluster_wide()) {
            let _ = writeln!(out, "  namespace: {}", word(namespace));
        }
    }

    /// Whether the lock is in no namespace.
    fn is_cluster_wide(&self) -> bool {
        self.namespace.as_deref() == Some("")
    }
}

/// A text in YAML.
fn word(text: &str) -> String {
    scalar(text, false)
}
