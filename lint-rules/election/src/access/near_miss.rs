//! What nearly grants a verb: the place where somebody meant to.

use super::authorize::{Grant, Request};
use super::decide::request;
use super::facts::Binding;
use super::look::{Given, Look};
use super::matching::allows;
use super::need::{LockResource, Need};
use super::policy::may_be_same;
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
    /// The binding's role is not there.
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
            | Self::SubjectElsewhere { grant, .. }
            | Self::WrongGroup { grant, .. }
            | Self::UnknownVerb { grant, .. } => Some(*grant),
            Self::RoleNotFound(_) => None,
        }
    }
}

/// The near misses of one account, looked for only when something is missing.
pub(super) struct NearMisses<'l, 'p> {
    need: &'l Need<'l>,
    given: &'l [Grant<'p>],
    dangling: &'l [&'p Binding],
    /// Rules of bindings in other namespaces.
    elsewhere: Vec<Grant<'p>>,
    /// Rules of bindings whose subject is an account of that name in another namespace.
    namesakes: Vec<(Grant<'p>, usize)>,
}

/// What RBAC knows as verbs on ordinary resources.
const VERBS: &[&str] = &[
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
        look: &Look<'p, '_>,
        need: &'l Need<'l>,
        given: &'l [Grant<'p>],
        dangling: &'l [&'p Binding],
    ) -> Self {
        let mut elsewhere = Vec::new();
        if let Some(namespace) = need.namespace() {
            for binding in look.one_of_each(look.policy.bindings_in_sight(&look.user, look.sight)) {
                if binding.cluster || may_be_same(binding.namespace.as_deref(), Some(namespace)) {
                    continue;
                }
                if let Given::Rules(rules) = look.given(binding) {
                    elsewhere.extend(rules);
                }
            }
        }
        let mut namesakes = Vec::new();
        for (binding, subject) in look.namesakes(need.namespace()) {
            if let Given::Rules(rules) = look.given(binding) {
                namesakes.extend(rules.into_iter().map(|grant| (grant, subject)));
            }
        }
        Self {
            need,
            given,
            dangling,
            elsewhere,
            namesakes,
        }
    }

    pub(super) fn of_verb(&self, resource: LockResource, verb: &str) -> Option<NearMiss<'p>> {
        let request = request(self.need, resource, verb);
        // What the rule would allow if it had no names, or any group, or any verb.
        let by_name = self.given.iter().find(|grant| {
            let any = grant.rule.resource_names.texts().next();
            any.is_some_and(|name| allows(grant.rule, &Request { name, ..request }))
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
        if let Some(binding) = self.dangling.first() {
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

    fn wrong_word(&self, request: Request<'_>) -> Option<NearMiss<'p>> {
        let word = self.given.iter().find_map(|grant| {
            let (group, place) = grant.rule.api_groups.iter().next()?;
            let other = allows(grant.rule, &Request { group, ..request });
            other.then_some(NearMiss::WrongGroup {
                grant: *grant,
                group,
                place,
            })
        });
        word.or_else(|| {
            self.given.iter().find_map(|grant| {
                let mut verbs = grant.rule.verbs.iter();
                let (verb, place) = verbs.find(|(verb, _)| !VERBS.contains(verb))?;
                allows(grant.rule, &Request { verb, ..request }).then_some(NearMiss::UnknownVerb {
                    grant: *grant,
                    verb,
                    place,
                })
            })
        })
    }
}
