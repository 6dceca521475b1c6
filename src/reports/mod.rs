//! One file a format; all take the same outcome.
//!
//! Nothing here judges, reads files or chooses an exit status.

pub mod alerts_yaml;
pub mod catalogue;
#[cfg(feature = "serve")]
pub mod certs_json;
#[cfg(feature = "serve")]
pub mod certs_text;
pub mod dialect_yaml;
pub mod diff_json;
pub mod diff_text;
mod finding_text;
pub mod fold;
pub mod formats;
pub mod grouping;
pub mod inspect_json;
pub mod inspect_text;
mod json;
#[cfg(feature = "live")]
pub mod leases_events;
#[cfg(feature = "live")]
pub mod leases_json;
#[cfg(feature = "live")]
pub mod leases_text;
mod lint_document;
pub mod lint_json;
pub mod lint_text;
mod markdown;
mod markdown_table;
#[cfg(feature = "custom-rules")]
pub mod own_rules_text;
pub mod promises;
pub mod rbac_yaml;
mod record_text;
#[cfg(feature = "schema")]
pub mod schemas;
pub mod settings_yaml;
mod snippet;
mod sources;
pub mod statistics;
mod table;
mod unread_text;

use election::Elector;
use engine::AccessSummary;

/// An elector with its access.
pub type Inspected<'a> = (&'a Elector<'a>, &'a AccessSummary);

pub use fold::count_of as count;
pub use json::{LiveParts, NotRead, VerifiedOut};
pub use sources::Sources;
