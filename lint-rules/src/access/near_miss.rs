//! What nearly grants a verb: the place where somebody meant to.

use super::authorize::Grant;
use super::facts::Binding;
use crate::source::Place;

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
        place: Option<Place>,
    },
    /// The rule has a verb that RBAC does not know.
    UnknownVerb {
        /// The rule.
        grant: Grant<'p>,
        /// The verb as written.
        verb: &'p str,
        /// Where it is written.
        place: Option<Place>,
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
