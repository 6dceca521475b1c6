//! How certain an answer about access is, and what follows of several.

use election::Elector;
use election::access::{Access, AccessState};
use objects::LedgerCode;
use programs::Unknown;

/// How certain an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Certainty {
    /// There are no rights at all.
    Nothing,
    /// There are rights, and whether they suffice is not known.
    Reason,
    /// Granted or missing.
    Verdict,
}

pub(crate) fn is_granted(access: &Access<'_>) -> bool {
    access.state == AccessState::Granted
}

pub(crate) fn certainty(access: &Access<'_>) -> Certainty {
    match &access.state {
        AccessState::Unknown(because)
            if because.code == LedgerCode::RbacNotInInput && access.dangling.is_empty() =>
        {
            Certainty::Nothing
        }
        AccessState::Unknown(_) => Certainty::Reason,
        AccessState::Missing | AccessState::Granted => Certainty::Verdict,
    }
}

/// The common answer of two kustomizations that build the same base: where they differ there is none.
pub(crate) fn agreement<'p>(one: Access<'p>, other: Access<'p>) -> Access<'p> {
    match (certainty(&one), certainty(&other)) {
        (_, Certainty::Nothing) => one,
        (Certainty::Nothing, _) => other,
        (Certainty::Verdict, Certainty::Verdict) if one.state == other.state => one,
        (Certainty::Verdict, Certainty::Verdict) => one.because(builds_differ()),
        (Certainty::Reason, _) => one,
        _ => other,
    }
}

pub(crate) fn no_rights() -> Unknown {
    Unknown {
        code: LedgerCode::RbacNotInInput,
        reason: "no rights are in the input".to_owned(),
        place: None,
    }
}

pub(crate) fn builds_differ() -> Unknown {
    Unknown {
        code: LedgerCode::KustomizeNotBuilt,
        reason: "one kustomization of this base grants what another does not: lint what \
                 `kubectl kustomize` prints"
            .to_owned(),
        place: None,
    }
}

pub(crate) fn ambiguous_bundle(elector: &Elector<'_>) -> Unknown {
    Unknown {
        code: LedgerCode::BundleAmbiguous,
        reason: format!(
            "workloads of several folders run as {}, and which rights are whose cannot be told: lint each \
             application by itself, or say what belongs together (--bundle)",
            elector.account.name
        ),
        place: None,
    }
}
