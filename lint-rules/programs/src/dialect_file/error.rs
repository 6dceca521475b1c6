//! Mistakes in dialects.

use std::fmt;

/// What is wrong with a dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialectError {
    /// Id of the family or program.
    pub program: String,
    /// The field, dotted, such as `settings.lease-duration.default`.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

impl fmt::Display for DialectError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            program,
            field,
            problem,
        } = self;
        write!(out, "program `{program}`: {field}: {problem}")
    }
}

impl std::error::Error for DialectError {}

pub(super) fn mistake(program: &str, field: &str, problem: impl Into<String>) -> DialectError {
    DialectError {
        program: program.to_owned(),
        field: field.to_owned(),
        problem: problem.into(),
    }
}
