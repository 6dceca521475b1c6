//! Conditions of terms, and choices by them.

use std::sync::Arc;

use super::{SharedTerm, Term, TermKind, TermOperator};

impl Term {
    pub(crate) fn not(term: &SharedTerm) -> SharedTerm {
        match &term.kind {
            TermKind::Truth(truth) => Self::truth(!truth, term.at),
            TermKind::Not(inner) => Arc::clone(inner),
            TermKind::Unknown(_) => Arc::clone(term),
            _ => Self::new(TermKind::Not(Arc::clone(term)), term.at),
        }
    }

    pub(crate) fn choice(condition: &SharedTerm, yes: &SharedTerm, no: &SharedTerm) -> SharedTerm {
        match &condition.kind {
            TermKind::Truth(true) => return Arc::clone(yes),
            TermKind::Truth(false) => return Arc::clone(no),
            TermKind::Not(inner) => return Self::choice(inner, no, yes),
            _ => {}
        }
        let yes = &yes.under(condition, true);
        let no = &no.under(condition, false);
        if yes == no && (!yes.has_unknown || yes.as_unknown().is_some()) {
            return Arc::clone(yes);
        }
        match (yes.as_truth(), no.as_truth()) {
            (Some(true), Some(false)) => return Arc::clone(condition),
            (Some(false), Some(true)) => return Self::not(condition),
            _ => {}
        }
        let at = yes.at.or(no.at);
        let parts = (Arc::clone(condition), Arc::clone(yes), Arc::clone(no));
        Self::new(TermKind::Choice(parts.0, parts.1, parts.2), at)
    }

    /// What it is where a condition holds, or does not.
    pub(crate) fn under(self: &Arc<Self>, condition: &SharedTerm, holds: bool) -> SharedTerm {
        // Two unknowns with one reason need not be the same value.
        if condition.has_unknown {
            return Arc::clone(self);
        }
        if let TermKind::Not(opposite) = &condition.kind {
            return self.under(opposite, !holds);
        }
        if self == condition {
            return Self::truth(holds, self.at);
        }
        match &self.kind {
            TermKind::Not(inner) if inner == condition => Self::truth(!holds, self.at),
            TermKind::Choice(same, yes, no) => match same.under(condition, holds).as_truth() {
                Some(same) => Arc::clone(if same { yes } else { no }),
                None => Arc::clone(self),
            },
            _ => Arc::clone(self),
        }
    }

    pub(crate) fn and(left: &SharedTerm, right: &SharedTerm) -> SharedTerm {
        match (left.as_truth(), right.as_truth()) {
            (Some(false), _) | (_, Some(true)) => Arc::clone(left),
            (_, Some(false)) | (Some(true), _) => Arc::clone(right),
            _ => {
                let kind =
                    TermKind::Operation(TermOperator::And, Arc::clone(left), Arc::clone(right));
                Self::new(kind, left.at.or(right.at))
            }
        }
    }
}
