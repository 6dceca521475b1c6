//! One file a format; all take the same outcome.
//!
//! Nothing here judges, reads files or chooses an exit status.

pub mod catalogue;
mod fold;
pub mod inspect_json;
pub mod inspect_text;
mod json;
pub mod lint_json;
pub mod lint_text;
mod markdown;
mod promises;
mod snippet;
mod sources;
mod table;
mod terminal;
mod visible;

pub use snippet::boundary;
pub use sources::Sources;
pub use terminal::Terminal;
pub use visible::{visible, visible_source};
