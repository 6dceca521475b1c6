//! The file format of dialects: what people write, and how it becomes `Program`s.
//!
//! Used when this crate is built (for `programs/*.yaml`) and when it runs (for a
//! user's own programs). `programs/README.md` describes every field.

mod apply;
mod check;
mod compile;
mod reading;
mod words;

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

use super::boolean::{BoolReading, BoolSyntax};
use super::command_line::ParserKind;
use super::dialect::{
    ConfigFormat, ConfigSource, Derivation, IdentityBase, IdentityRule, Library, List, Program,
    Recognition, Setting, SettingSpec, Text, ValueSyntax, VersionRule,
};
use super::duration::DurationSyntax;

pub use compile::{compile, compile_all};
use reading::given;

/// A file of `programs/`, or the part of a configuration file that lists programs.
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

/// A family or a program. What is left out is inherited.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct Record {
    pub id: String,
    #[serde(default)]
    pub name: Option<String>,
    /// The family shown to people, where it is not the file's.
    #[serde(default)]
    pub family: Option<String>,
    /// Id of a family or program whose facts are taken over first (never its recognition).
    #[serde(default)]
    pub like: Option<String>,
    #[serde(default)]
    pub known_by: Option<KnownBy>,
    #[serde(default)]
    pub generic: Option<bool>,
    #[serde(default)]
    pub library: Option<String>,
    #[serde(default)]
    pub client_timeout: Option<bool>,
    #[serde(default)]
    pub parser: Option<String>,
    #[serde(default)]
    pub underscores: Option<bool>,
    #[serde(default)]
    pub refuses_positionals: Option<bool>,
    #[serde(default)]
    pub ignores_unknown_flags: Option<bool>,
    #[serde(default)]
    pub refuses_repeats: Option<bool>,
    #[serde(default)]
    pub flags_complete: Option<bool>,
    #[serde(default)]
    pub other_flags: Option<Words>,
    #[serde(default)]
    pub settings: SettingRecords,
    #[serde(default)]
    pub absent: Words,
    #[serde(default)]
    pub lock: Option<LockRecord>,
    #[serde(default)]
    pub identity: Option<IdentityRecord>,
    #[serde(default, deserialize_with = "given")]
    pub releases: Option<Option<bool>>,
    #[serde(default)]
    pub never_elects: Option<bool>,
    #[serde(default)]
    pub replicas_are_fine: Option<bool>,
    #[serde(default)]
    pub lock_elsewhere: Option<bool>,
    #[serde(default)]
    pub part_of_system: Option<bool>,
    #[serde(default)]
    pub several_leaders: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    pub shutdown_seconds: Option<Option<u32>>,
    #[serde(default)]
    pub config: Option<ConfigRecord>,
    #[serde(default)]
    pub versions: Option<Vec<VersionRecord>>,
}

/// The nine settings; a plain value in place of a record is the default alone.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct SettingRecords {
    #[serde(default)]
    pub enable: Option<SettingRecord>,
    #[serde(default)]
    pub lease_duration: Option<SettingRecord>,
    #[serde(default)]
    pub renew_deadline: Option<SettingRecord>,
    #[serde(default)]
    pub retry_period: Option<SettingRecord>,
    #[serde(default)]
    pub lock_name: Option<SettingRecord>,
    #[serde(default)]
    pub lock_namespace: Option<SettingRecord>,
    #[serde(default)]
    pub lock_type: Option<SettingRecord>,
    #[serde(default)]
    pub identity: Option<SettingRecord>,
    #[serde(default)]
    pub release_on_cancel: Option<SettingRecord>,
}

impl SettingRecords {
    fn each(&self) -> [(Setting, Option<&SettingRecord>); 9] {
        [
            (Setting::Enable, self.enable.as_ref()),
            (Setting::LeaseDuration, self.lease_duration.as_ref()),
            (Setting::RenewDeadline, self.renew_deadline.as_ref()),
            (Setting::RetryPeriod, self.retry_period.as_ref()),
            (Setting::LockName, self.lock_name.as_ref()),
            (Setting::LockNamespace, self.lock_namespace.as_ref()),
            (Setting::LockType, self.lock_type.as_ref()),
            (Setting::Identity, self.identity.as_ref()),
            (Setting::ReleaseOnCancel, self.release_on_cancel.as_ref()),
        ]
    }
}

/// How one setting is taken.
#[derive(Clone, Debug, Default)]
pub struct SettingRecord(SettingFields);

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct SettingFields {
    #[serde(default)]
    flags: Option<Words>,
    #[serde(default)]
    ignored_flags: Option<Words>,
    #[serde(default)]
    env: Option<Words>,
    #[serde(default)]
    keys: Option<Words>,
    #[serde(default)]
    feature_gate: Option<String>,
    #[serde(default)]
    syntax: Option<SyntaxRecord>,
    #[serde(default)]
    negative: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    default: Option<Option<Scalar>>,
    #[serde(default)]
    derive: Option<String>,
    #[serde(default)]
    required: Option<bool>,
    #[serde(default)]
    zero_is_default: Option<bool>,
    #[serde(default)]
    unreadable_is_default: Option<bool>,
}

/// Text as it was written, whatever YAML takes it for.
#[derive(Clone, Debug)]
struct Scalar(String);

/// One word or a list of words.
#[derive(Clone, Debug, Default)]
pub struct Words(Vec<String>);

/// The name of a syntax, or words that mean on and off.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "the name of a syntax, or {on: [...], off: [...]}"
)]
enum SyntaxRecord {
    Named(String),
    Words {
        on: Words,
        #[serde(default)]
        off: Words,
    },
}

/// Defaults of the lock, and its type.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct LockRecord {
    #[serde(default, deserialize_with = "given")]
    pub name: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    pub namespace: Option<Option<String>>,
    #[serde(default, rename = "type", deserialize_with = "given")]
    pub kind: Option<Option<String>>,
    #[serde(default)]
    pub own_types: Option<Words>,
    #[serde(default)]
    pub older_types: Option<Words>,
    #[serde(default)]
    pub verbs: Option<Words>,
}

/// A word, or how the identity is read from a variable.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "a word such as `hostname-uuid`, or {base, env, required, fallback, else-hostname}"
)]
#[allow(missing_docs)]
pub enum IdentityRecord {
    Base(String),
    Rule(IdentityFields),
}

/// The long form of an identity.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct IdentityFields {
    pub base: String,
    #[serde(default)]
    pub env: Option<String>,
    #[serde(default)]
    pub required: bool,
    #[serde(default)]
    pub fallback: Option<String>,
    #[serde(default)]
    pub else_hostname: bool,
}

/// Where a configuration file is found.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct ConfigRecord {
    #[serde(default)]
    pub flags: Words,
    #[serde(default)]
    pub folder_flags: Words,
    #[serde(default)]
    pub env: Words,
    #[serde(default)]
    pub names: Words,
    #[serde(default)]
    pub configmap_env: Words,
    #[serde(default)]
    pub configmaps: Words,
    pub format: String,
    #[serde(default)]
    pub wins_over_flags: bool,
}

/// How a program is known.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct KnownBy {
    #[serde(default)]
    pub images: Words,
    #[serde(default)]
    pub commands: Words,
    #[serde(default)]
    pub flags: Words,
    #[serde(default)]
    pub flags_together: Words,
    #[serde(default)]
    pub env: Words,
    #[serde(default)]
    pub env_together: Words,
    #[serde(default)]
    pub config_kinds: Words,
    #[serde(default)]
    pub config_keys: Words,
    #[serde(default)]
    pub hint_flags: Words,
    #[serde(default)]
    pub hint_env: Words,
    /// `image`, `command` or both.
    #[serde(default)]
    pub weak: Words,
    #[serde(default)]
    pub not_commands: Words,
}

/// A difference between versions.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct VersionRecord {
    #[serde(default)]
    pub from: Option<String>,
    #[serde(default)]
    pub before: Option<String>,
    #[serde(default)]
    pub images: Words,
    #[serde(default)]
    pub lock_type: Option<String>,
    #[serde(default)]
    pub enable: Option<bool>,
    #[serde(default)]
    timing: Option<Vec<Scalar>>,
    #[serde(default)]
    pub absent: Words,
}

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
