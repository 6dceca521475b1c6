//! How certain an answer about access is, and what follows of several.

use election::Elector;
use election::access::{Access, AccessState};
use objects::LedgerCode;
use programs::Unknown;

/// How certain an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum VerdictCertainty {
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

pub(crate) fn certainty(access: &Access<'_>) -> VerdictCertainty {
    match &access.state {
        AccessState::Unknown(because)
            if because.code == LedgerCode::RbacNotInInput && access.dangling.is_empty() =>
        {
            VerdictCertainty::Nothing
        }
        AccessState::Unknown(_) => VerdictCertainty::Reason,
        AccessState::Missing | AccessState::Granted => VerdictCertainty::Verdict,
    }
}

/// The common answer of two kustomizations that build the same base: where they differ there is none.
pub(crate) fn agreement<'p>(one: Access<'p>, other: Access<'p>) -> Access<'p> {
    match (certainty(&one), certainty(&other)) {
        (_, VerdictCertainty::Nothing) => one,
        (VerdictCertainty::Nothing, _) => other,
        (VerdictCertainty::Verdict, VerdictCertainty::Verdict) if one.state == other.state => one,
        (VerdictCertainty::Verdict, VerdictCertainty::Verdict) => one.because(builds_differ()),
        (VerdictCertainty::Reason, _) => one,
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
            "workloads of several folders run as {}, and which rights are whose is not known: lint each \
             application by itself, or say what belongs together (--bundle)",
            elector.account.name
        ),
        place: None,
    }
}
