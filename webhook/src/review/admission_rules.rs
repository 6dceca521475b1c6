//! What the operator says about denials, beyond severities: `admission:` of the configuration.

use std::time::Duration;

/// Which errors deny where errors deny.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeniedErrors {
    /// Those that rest on nothing assumed about the program; the others are warnings.
    #[default]
    Certain,
    /// All of them.
    All,
}

/// What becomes of an error about a change between two states that are right by themselves, such as another lock
/// or a right that goes while an elector uses it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TransitionAnswer {
    /// A warning: of an upgrade that is right in the end, each step alone may look wrong.
    #[default]
    Warn,
    /// A denial.
    Deny,
}

/// What becomes of a workload whose account lacks a right for its lock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissingAccessAnswer {
    /// A warning: the right may come in the next moment.
    #[default]
    Warn,
    /// A change is denied of a workload that has existed for this time and lacked the right before, too.
    DenyAfter(Duration),
}

/// Whose annotations silence findings. Entries of the configuration always do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AnnotationAuthority {
    /// Any with a reason.
    #[default]
    Anybody,
    /// Those whose reason names who answers for it and until when: `owner=TEAM until=2027-01-31 ...`.
    WithOwner,
    /// None.
    Nobody,
}

/// What is denied, beyond severities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AdmissionRules {
    /// `deny`.
    pub deny: DeniedErrors,
    /// `transitions`; the label `leaselint.io/transitions` of a namespace comes before it.
    pub transitions: TransitionAnswer,
    /// `missingAccess`.
    pub missing_access: MissingAccessAnswer,
    /// `ignores`.
    pub ignores: AnnotationAuthority,
}

impl TransitionAnswer {
    /// The answer of that word, as it stands in the configuration and in the label.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        match word {
            "warn" => Some(Self::Warn),
            "deny" => Some(Self::Deny),
            _ => None,
        }
    }
}
