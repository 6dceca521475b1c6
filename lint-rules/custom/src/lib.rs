//! The user's own rules: a JSONPath over an object, or over an elector as `inspect` prints it, and what must hold of what
//! it selects.

#![cfg_attr(
    test,
    allow(
        clippy::as_conversions,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::string_slice
    )
)]

mod elector_document;
mod elector_view;
#[cfg(feature = "jsonpath")]
mod node;
#[cfg(feature = "jsonpath")]
mod places;
#[cfg(feature = "jsonpath")]
mod query;
#[cfg(feature = "jsonpath")]
mod requirement;
#[cfg(feature = "jsonpath")]
mod rule;

pub use elector_document::{ElectorOut, ObjectOut};
pub use elector_view::SourceNames;
#[cfg(feature = "jsonpath")]
pub use node::QueryNode;
#[cfg(feature = "jsonpath")]
pub use query::{Query, QueryMistake};
#[cfg(feature = "jsonpath")]
pub use requirement::{Requirement, requirement_of_pattern};
#[cfg(feature = "jsonpath")]
pub use rule::{CustomRule, RuleSubject};

/// The words of a type, as the `enum` of a JSON Schema.
#[cfg(feature = "schema")]
pub fn words<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|one| word(*one)).collect()
}
