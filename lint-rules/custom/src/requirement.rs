//! What must hold of a value.

use regex::{Regex, RegexBuilder};

use crate::node::QueryNode;

/// Bytes of a compiled pattern: those of a counted repetition can be any number.
const MAX_PATTERN_BYTES: usize = 1 << 20;

/// What must hold of a value.
#[derive(Clone, Debug)]
pub enum Requirement {
    /// It is there, or not.
    Exists(bool),
    /// It is this.
    Equals(QueryNode),
    /// It is one of these.
    OneOf(Vec<QueryNode>),
    /// Its text has a part that a pattern fits.
    Matches(Regex),
    /// It is a number that is not below.
    AtLeast(f64),
    /// It is a number that is not above.
    AtMost(f64),
    /// It is a number below.
    LessThan(f64),
    /// It is a number above.
    GreaterThan(f64),
    /// This does not hold.
    Not(Box<Requirement>),
    /// All of these hold.
    All(Vec<Requirement>),
}

/// The requirement that a pattern fits.
///
/// # Errors
/// Why it is no pattern, or one that is too large.
pub fn requirement_of_pattern(pattern: &str) -> Result<Requirement, String> {
    let built = RegexBuilder::new(pattern)
        .size_limit(MAX_PATTERN_BYTES)
        .dfa_size_limit(MAX_PATTERN_BYTES)
        .build();
    match built {
        Ok(pattern) => Ok(Requirement::Matches(pattern)),
        Err(regex::Error::CompiledTooBig(_)) => Err("the pattern is too large".to_owned()),
        Err(error) => {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default();
            Err(last.trim_start_matches("error: ").to_owned())
        }
    }
}

impl Requirement {
    /// Whether it holds of a value; `None`: there is none.
    #[must_use]
    pub fn holds(&self, value: Option<&QueryNode>) -> bool {
        let compares = |holds: fn(f64, f64) -> bool, limit: f64| {
            let number = value.and_then(QueryNode::number);
            number.is_some_and(|number| holds(number, limit))
        };
        match self {
            Self::Exists(wanted) => value.is_some() == *wanted,
            Self::Equals(wanted) => value == Some(wanted),
            Self::OneOf(wanted) => value.is_some_and(|value| wanted.contains(value)),
            Self::Matches(pattern) => {
                let text = value.and_then(QueryNode::text);
                text.is_some_and(|text| pattern.is_match(&text))
            }
            Self::AtLeast(limit) => compares(|number, limit| number >= limit, *limit),
            Self::AtMost(limit) => compares(|number, limit| number <= limit, *limit),
            Self::LessThan(limit) => compares(|number, limit| number < limit, *limit),
            Self::GreaterThan(limit) => compares(|number, limit| number > limit, *limit),
            Self::Not(inner) => !inner.holds(value),
            Self::All(all) => all.iter().all(|one| one.holds(value)),
        }
    }

    /// Whether it says something of a value that is not there.
    #[must_use]
    pub fn speaks_of_absence(&self) -> bool {
        match self {
            Self::Exists(_) => true,
            Self::Not(inner) => inner.speaks_of_absence(),
            Self::All(all) => all.iter().any(Self::speaks_of_absence),
            _ => false,
        }
    }
}
