//! Match conditions, as far as they can be decided for a write of a lease.
//!
//! A small part of CEL: comparisons of the request's fields with texts, `in`, `startsWith` and its
//! like, `!`, `&&`, `||`, parentheses. Whatever else a condition asks is unknown, and like CEL itself
//! `&&` and `||` are decided by one side if that is enough.

mod evaluation;
mod operand;
mod token;

use evaluation::evaluate;
use token::tokens;

/// Who writes the lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::admission) enum Requester {
    /// A kubelet: user `system:node:NAME`, group `system:nodes`.
    Node,
    /// Anyone else.
    Other,
}

/// A write of a lease.
#[derive(Clone, Copy, Debug)]
pub(in crate::admission) struct LeaseWrite<'r> {
    /// The lease's namespace, if known.
    pub namespace: Option<&'r str>,
    /// `CREATE` or `UPDATE`.
    pub operation: &'r str,
    /// Who writes it.
    pub requester: Requester,
}

/// Whether a condition holds for a write; `None` if that is not known.
pub(super) fn decide(expression: &str, write: &LeaseWrite<'_>) -> Option<bool> {
    let tokens = tokens(expression)?;
    evaluate(&tokens, write)?.truth()
}

#[cfg(test)]
mod tests;
