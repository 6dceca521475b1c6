//! The file format of dialects: what people write, and how it becomes `Program`s.
//!
//! Used when this crate is built (for `records/*.yaml`) and when it runs (for a
//! user's own programs). `records/README.md` describes every field.

mod error;
mod identity_fields;
mod inheritance;
mod lock_fields;
mod merge;
mod program_check;
mod property_binding;
mod reading_fields;
mod recognition_fields;
mod record;
mod scalar;
mod setting_fields;
mod setting_record;
mod value_syntax;
mod version_fields;
mod words;

use serde::Deserialize;

pub use error::DialectError;
pub use inheritance::{compile, compile_all};
pub use record::{
    ConfigRecord, IdentityFields, IdentityRecord, KnownBy, LockRecord, ReadingRecord, Record,
    VersionRecord,
};
pub use scalar::WordList;
pub use setting_record::{SettingRecord, SettingRecords};
pub use words::{format_word, identity_word, parser_word};

/// A file of `records/`, or the part of a configuration file that lists programs.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DialectFile {
    /// What the programs of this file have in common.
    #[serde(default)]
    pub family: Option<Record>,
    /// The programs.
    #[serde(default)]
    pub programs: Vec<Record>,
}
