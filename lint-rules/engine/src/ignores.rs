//! Ignores: comments in the file, annotations of objects and entries of the configuration.
//!
//! All of them are applied in one pass after the rules have run, so that a finding counts once, whatever silences it, and
//! every ignore that silences nothing is found the same way. A reason is required.

mod annotation;
mod comment;
mod configuration;
mod object_pattern;
mod pass;
mod reason;
mod source_comment;

pub use crate::day::Day;
pub use crate::faulty_ignore::{FaultyIgnore, IgnoreFault};
pub use annotation::KEY_PREFIX;
pub use comment::{CommentIgnore, Directive, IgnoredRule, directive};
pub use configuration::{ConfigIgnore, ConfigIgnores, FilePattern, IgnoreCoverage};
pub use object_pattern::ObjectPattern;
pub use reason::{ReasonWords, is_over};

pub(super) use annotation::is_annotated;
pub(super) use pass::IgnorePass;
