//! What nearly grants a verb: the rule or binding that was probably written for it.

use super::account_view::{AccountView, BindingGrants};
use super::authorization::{AccessRequest, Grant};
use super::bindings::Binding;
use super::lock_resource::LockResource;
use super::need::Need;
use super::policy::may_be_same;
use super::rule_match::allows;
use manifest::text::FileSpan;

/// What nearly grants a verb.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NearMiss<'p> {
    /// `create` stands in a rule with resource names, which no ordinary `create` matches.
    CreateByName(Grant<'p>),
    /// The rule names other locks.
    OtherNames(Grant<'p>),
    /// The binding is in another namespace than the lock.
    Elsewhere(Grant<'p>),
    /// The binding is where the lock is, and a build of kustomize moves it to another namespace.
    MovedAway {
        /// What the binding grants before the build.
        grant: Grant<'p>,
        /// The namespace to which it is moved.
        namespace: String,
        /// Where that is written.
        place: FileSpan,
    },
    /// The binding's role does not exist.
    RoleNotFound(&'p Binding),
    /// The binding's subject is the account of that name in another namespace.
    SubjectElsewhere {
        /// What the binding would grant.
        grant: Grant<'p>,
        /// The subject, by its place in the binding.
        subject: usize,
    },
    /// The rule has the resource under an API group that has none of that name.
    WrongGroup {
        /// The rule.
        grant: Grant<'p>,
        /// The group as written.
        group: &'p str,
        /// Where it is written.
        place: Option<FileSpan>,
    },
    /// The rule has a verb that RBAC does not know.
    UnknownVerb {
        /// The rule.
        grant: Grant<'p>,
        /// The verb as written.
        verb: &'p str,
        /// Where it is written.
        place: Option<FileSpan>,
    },
}

impl<'p> NearMiss<'p> {
    /// The binding.
    #[must_use]
    pub const fn binding(&self) -> &'p Binding {
        match self {
            Self::CreateByName(grant)
            | Self::OtherNames(grant)
            | Self::Elsewhere(grant)
            | Self::MovedAway { grant, .. }
            | Self::SubjectElsewhere { grant, .. }
            | Self::WrongGroup { grant, .. }
            | Self::UnknownVerb { grant, .. } => grant.binding,
            Self::RoleNotFound(binding) => binding,
        }
    }

    /// The rule that nearly does it, where there is one.
    #[must_use]
    pub const fn grant(&self) -> Option<Grant<'p>> {
        match self {
            Self::CreateByName(grant)
            | Self::OtherNames(grant)
            | Self::Elsewhere(grant)
            | Self::MovedAway { grant, .. }
            | Self::SubjectElsewhere { grant, .. }
            | Self::WrongGroup { grant, .. }
            | Self::UnknownVerb { grant, .. } => Some(*grant),
            Self::RoleNotFound(_) => None,
        }
    }
}

/// The near misses of one account, computed only when a verb is missing: they need the bindings of all namespaces.
pub(super) struct NearMisses<'l, 'p> {
    need: &'l Need<'l>,
    grants: &'l [Grant<'p>],
    dangling: &'l [&'p Binding],
    /// Rules of bindings in other namespaces.
    elsewhere: Vec<Grant<'p>>,
    /// Rules of bindings whose subject is an account of that name in another namespace.
    namesakes: Vec<(Grant<'p>, usize)>,
}

/// Verbs of requests for resources.
const RESOURCE_VERBS: &[&str] = &[
    "*",
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
];

impl<'l, 'p> NearMisses<'l, 'p> {
    pub(super) fn of(
        view: &AccountView<'p, '_>,
        need: &'l Need<'l>,
        grants: &'l [Grant<'p>],
        dangling: &'l [&'p Binding],
    ) -> Self {
        let mut elsewhere = Vec::new();
        if let Some(namespace) = need.namespace().filter(|namespace| !namespace.is_empty()) {
            for binding in
                view.one_of_each(view.policy.visible_bindings_of(&view.user, view.visibility))
            {
                if binding.cluster || may_be_same(binding.namespace.as_deref(), Some(namespace)) {
                    continue;
                }
                if let BindingGrants::Rules(rules) = view.grants_of(binding) {
                    elsewhere.extend(rules);
                }
            }
        }
        let mut namesakes = Vec::new();
        for (binding, subject) in view.namesakes(need.namespace()) {
            if let BindingGrants::Rules(rules) = view.grants_of(binding) {
                namesakes.extend(rules.into_iter().map(|grant| (grant, subject)));
            }
        }
        Self {
            need,
            grants,
            dangling,
            elsewhere,
            namesakes,
        }
    }

    pub(super) fn of_verb(&self, resource: LockResource, verb: &str) -> Option<NearMiss<'p>> {
        let request = self.need.request(resource, verb);
        // A rule that would allow it without its names, or with another group or verb, is a near miss.
        let by_name = self.grants.iter().find(|grant| {
            let any = grant.rule.resource_names.texts().next();
            any.is_some_and(|name| allows(grant.rule, &AccessRequest { name, ..request }))
        });
        if let Some(grant) = by_name {
            return Some(if verb == "create" && !self.need.applies {
                NearMiss::CreateByName(*grant)
            } else {
                NearMiss::OtherNames(*grant)
            });
        }
        let elsewhere = self.elsewhere.iter().find(|one| allows(one.rule, &request));
        if let Some(grant) = elsewhere {
            return Some(NearMiss::Elsewhere(*grant));
        }
        let mut dangling = self.dangling.iter();
        if let Some(binding) = dangling.find(|binding| self.may_be_for_lock(binding)) {
            return Some(NearMiss::RoleNotFound(binding));
        }
        let namesake = self
            .namesakes
            .iter()
            .find(|(one, _)| allows(one.rule, &request));
        if let Some((grant, subject)) = namesake {
            return Some(NearMiss::SubjectElsewhere {
                grant: *grant,
                subject: *subject,
            });
        }
        self.wrong_word(request)
    }

    /// Whether the role that a binding names and that does not exist was probably to hold the rights for the lock: its
    /// name says so, or nothing else gives the account any rule.
    fn may_be_for_lock(&self, binding: &Binding) -> bool {
        const WORDS: [&str; 4] = ["leader", "election", "lease", "lock"];
        let names = [&binding.name, &binding.role.name];
        let says_so = names
            .iter()
            .any(|name| WORDS.iter().any(|word| name.contains(word)));
        says_so
            || self
                .grants
                .iter()
                .all(|grant| grant.binding.place.is_none())
    }

    fn wrong_word(&self, request: AccessRequest<'_>) -> Option<NearMiss<'p>> {
        let word = self.grants.iter().find_map(|grant| {
            let (group, place) = grant.rule.api_groups.iter().next()?;
            let other = allows(grant.rule, &AccessRequest { group, ..request });
            other.then_some(NearMiss::WrongGroup {
                grant: *grant,
                group,
                place,
            })
        });
        word.or_else(|| {
            self.grants.iter().find_map(|grant| {
                let mut verbs = grant.rule.verbs.iter();
                let (verb, place) = verbs.find(|(verb, _)| !RESOURCE_VERBS.contains(verb))?;
                allows(grant.rule, &AccessRequest { verb, ..request }).then_some(
                    NearMiss::UnknownVerb {
                        grant: *grant,
                        verb,
                        place,
                    },
                )
            })
        })
    }
}
