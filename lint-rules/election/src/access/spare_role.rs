//! The Role that was probably made for an elector and that its account does not have.

use super::account_view::{AccountView, BindingGrants};
use super::bindings::{Binding, RbacSubject, SubjectNamespace};
use super::lock_resource::LockResource;
use super::need::Need;
use super::phrases::account_title;
use super::roles::{PolicyRule, Role};
use super::rule_match::allows;
use manifest::text::FileSpan;
use objects::DEFAULT_ACCOUNT;

/// A role in the lock's namespace that grants what an account lacks and is not bound to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpareRole<'p> {
    /// The role.
    pub role: &'p Role,
    /// The binding that gives it to another account; `None`: nothing binds it.
    pub binding: Option<&'p Binding>,
    /// The subject of that binding that is probably meant for the account, by its place in the binding.
    pub subject: Option<usize>,
    /// How the subject differs from the account.
    pub slip: SubjectSlip,
}

/// How a subject differs from the account that is probably meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SubjectSlip {
    /// One letter of its name, in the account's namespace, where no account has that name.
    Letter,
    /// Words before or behind its name, in the account's namespace, where no account has that name: `controller` for
    /// `orders-controller`, as where kustomize's prefix is in one of the two alone.
    Words,
    /// Its namespace.
    Namespace,
    /// It is the account `default`, as which nothing runs.
    Default,
    /// It is an account that neither exists nor runs anything.
    Unused,
    /// Nothing binds the role.
    Unbound,
}

impl<'p> SpareRole<'p> {
    /// The binding with the subject that is probably meant for the account.
    fn subject(&self) -> Option<(&'p Binding, &'p RbacSubject)> {
        let binding = self.binding?;
        Some((binding, binding.subjects.get(self.subject?)?))
    }

    /// Where the binding, or else the role, is to be corrected.
    #[must_use]
    pub fn place(&self) -> Option<FileSpan> {
        let subject = self.subject().map(|(_, subject)| subject);
        let place = subject.and_then(|subject| match self.slip {
            SubjectSlip::Namespace => subject.namespace_place.or(subject.place),
            _ => subject.place,
        });
        place
            .or_else(|| self.binding.and_then(|binding| binding.place))
            .or(self.role.place)
    }

    /// What to do, as a sentence: `Bind Role ops/x to ServiceAccount ops/y: it grants the rights and is bound to no account.`
    #[must_use]
    pub fn order(&self, account: &str) -> String {
        let role = self.role.title();
        let Some((binding, subject)) = self.subject() else {
            return format!(
                "Bind {role} to {account}: it grants the rights and is bound to no account."
            );
        };
        let namespace = subject.namespace.as_deref();
        format!(
            "Name {account} as the subject of {}: it gives {role}, which grants the rights, to {}.",
            binding.title(),
            account_title(namespace.or(binding.namespace.as_deref()), &subject.name)
        )
    }
}

impl<'p> AccountView<'p, '_> {
    /// The likeliest role that grants what is absent.
    pub(super) fn spare_role(
        &self,
        need: &Need<'_>,
        absent: &[(LockResource, String)],
    ) -> Option<SpareRole<'p>> {
        let namespace = need.namespace().filter(|namespace| !namespace.is_empty())?;
        let suffices = |rules: &mut dyn Iterator<Item = &'p PolicyRule>| {
            let rules: Vec<&PolicyRule> = rules.collect();
            absent.iter().all(|(resource, verb)| {
                let request = need.request(*resource, verb);
                let grants = |rule: &&PolicyRule| {
                    rule.resources.has(resource.resource()) && allows(rule, &request)
                };
                rules.iter().any(grants)
            })
        };
        let mut spare: Option<SpareRole<'p>> = None;
        let mut given: Vec<&'p Role> = Vec::new();
        let visible = self
            .policy
            .bindings_in(namespace, self.visibility)
            .filter(|binding| self.visibility.is_visible(binding.place));
        for binding in visible {
            let BindingGrants::Rules(grants) = self.grants_of(binding) else {
                continue;
            };
            let Some(first) = grants.first() else {
                continue;
            };
            given.push(first.role);
            if !suffices(&mut grants.iter().map(|grant| grant.rule)) {
                continue;
            }
            let Some((slip, subject)) = self.slip(binding) else {
                continue;
            };
            if spare.is_none_or(|spare| slip < spare.slip) {
                spare = Some(SpareRole {
                    role: first.role,
                    binding: Some(binding),
                    subject: Some(subject),
                    slip,
                });
            }
        }
        spare.or_else(|| {
            let unbound = self
                .policy
                .roles_in(namespace, self.visibility)
                .filter(|role| self.visibility.is_visible(role.place))
                .filter(|role| !given.iter().any(|given| std::ptr::eq(*given, *role)))
                .find(|role| suffices(&mut role.rules.iter()))?;
            Some(SpareRole {
                role: unbound,
                binding: None,
                subject: None,
                slip: SubjectSlip::Unbound,
            })
        })
    }

    /// The only Role of the name that a RoleBinding gives, in another namespace than the binding's, where nothing binds
    /// it: a RoleBinding finds its Role in its own namespace alone, so the namespace of one of them is a slip.
    pub(super) fn role_elsewhere(&self, binding: &Binding) -> Option<&'p Role> {
        if binding.cluster || binding.namespaces_to_come || &*binding.role.kind != "Role" {
            return None;
        }
        let own = binding.namespace.as_deref()?;
        let name = &*binding.role.name;
        let mut found = self
            .policy
            .roles_of_name(name, self.visibility)
            .filter(|role| self.visibility.is_visible(role.place));
        let role = found.next().filter(|_| found.next().is_none())?;
        let namespace = role.namespace.as_deref().filter(|other| *other != own)?;
        let is_bound = self
            .policy
            .bindings_in(namespace, self.visibility)
            .any(|other| &*other.role.kind == "Role" && *other.role.name == *name);
        (!is_bound).then_some(role)
    }

    /// How a binding misses the account; `None` if it is surely for others.
    fn slip(&self, binding: &'p Binding) -> Option<(SubjectSlip, usize)> {
        let mut nearest: Option<(SubjectSlip, usize)> = None;
        for (at, subject) in binding.subjects.iter().enumerate() {
            let is_ours = self.user.is_subject(binding, at);
            if is_ours || &*subject.kind != "ServiceAccount" || binding.namespaces_to_come {
                return None;
            }
            let SubjectNamespace::Written(namespace) = binding.namespace_of(subject) else {
                return None;
            };
            // Somebody else has that account, or may have it. Of the elector's own name, and of the one that every pod has
            // which names none, only an account in that very namespace tells.
            let is_default = &*subject.name == DEFAULT_ACCOUNT;
            let is_own = *subject.name == *self.account.name;
            let is_of_another = if is_default || is_own {
                self.visibility.has_account(namespace, &subject.name)
            } else {
                self.visibility.may_have_account(namespace, &subject.name)
            };
            if is_of_another {
                return None;
            }
            let is_here = self.account.namespace == Some(namespace);
            let slip = if is_own {
                SubjectSlip::Namespace
            } else if !is_here {
                SubjectSlip::Unused
            } else if strsim::osa_distance(&subject.name, self.account.name) == 1 {
                SubjectSlip::Letter
            } else if has_more_words(self.account.name, &subject.name)
                || has_more_words(&subject.name, self.account.name)
            {
                SubjectSlip::Words
            } else if is_default {
                SubjectSlip::Default
            } else {
                SubjectSlip::Unused
            };
            if nearest.is_none_or(|(best, _)| slip < best) {
                nearest = Some((slip, at));
            }
        }
        nearest
    }
}

/// Whether a name is another one with words before or behind it, joined by dashes.
fn has_more_words(long: &str, short: &str) -> bool {
    !short.is_empty()
        && (long
            .strip_prefix(short)
            .is_some_and(|rest| rest.starts_with('-'))
            || long
                .strip_suffix(short)
                .is_some_and(|rest| rest.ends_with('-')))
}
