//! A family or a program, as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::scalar::{WordList, nullable};
use super::setting_record::SettingRecords;

/// A family or a program. What is left out is inherited.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(has_schema, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct Record {
    /// Missing only in what a version lays over its program.
    #[serde(default)]
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
    #[serde(default, deserialize_with = "nullable")]
    pub library_version: Option<Option<String>>,
    #[serde(default)]
    pub client_timeout: Option<bool>,
    #[serde(default)]
    pub unchecked_timing: Option<bool>,
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
    pub other_flags: Option<WordList>,
    #[serde(default)]
    pub settings: SettingRecords,
    #[serde(default)]
    pub absent: WordList,
    #[serde(default)]
    pub lock: Option<LockRecord>,
    #[serde(default)]
    pub identity: Option<IdentityRecord>,
    #[serde(default, deserialize_with = "nullable")]
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
    #[serde(default, deserialize_with = "nullable")]
    pub shutdown_seconds: Option<Option<u32>>,
    #[serde(default)]
    pub leader_only_probes: Option<WordList>,
    #[serde(default)]
    pub config: Option<ConfigRecord>,
    #[serde(default)]
    pub read: Option<ReadingRecord>,
    #[serde(default)]
    pub versions: Option<Vec<VersionRecord>>,
}

/// What of the program's source was read.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(has_schema, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct ReadingRecord {
    pub repository: String,
    pub revision: String,
    pub date: String,
    pub facts: BTreeMap<String, String>,
}

/// Defaults of the lock, and its type.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(has_schema, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct LockRecord {
    #[serde(default, deserialize_with = "nullable")]
    pub name: Option<Option<String>>,
    #[serde(default, deserialize_with = "nullable")]
    pub namespace: Option<Option<String>>,
    #[serde(default, rename = "type", deserialize_with = "nullable")]
    pub kind: Option<Option<String>>,
    #[serde(default)]
    pub own_types: Option<WordList>,
    #[serde(default)]
    pub older_types: Option<WordList>,
    #[serde(default)]
    pub verbs: Option<WordList>,
    #[serde(default)]
    pub second: Option<SecondLockRecord>,
}

/// A lock beside the program's own.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(has_schema, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct SecondLockRecord {
    pub name: String,
    pub flag: String,
    #[serde(default)]
    pub config_flag: Option<String>,
}

/// A word, or how the identity is read from a variable.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(has_schema, derive(schemars::JsonSchema))]
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
#[cfg_attr(has_schema, derive(schemars::JsonSchema))]
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
#[cfg_attr(has_schema, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct ConfigRecord {
    #[serde(default)]
    pub flags: WordList,
    #[serde(default)]
    pub folder_flags: WordList,
    #[serde(default)]
    pub env: WordList,
    #[serde(default)]
    pub paths: WordList,
    #[serde(default)]
    pub names: WordList,
    #[serde(default)]
    pub configmap_flags: WordList,
    #[serde(default)]
    pub configmap_env: WordList,
    #[serde(default)]
    pub configmaps: WordList,
    pub format: String,
    #[serde(default)]
    pub wins_over_flags: bool,
    #[serde(default)]
    pub required: bool,
}

/// How a program is known.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(has_schema, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct KnownBy {
    #[serde(default)]
    pub images: WordList,
    #[serde(default)]
    pub commands: WordList,
    #[serde(default)]
    pub flags: WordList,
    #[serde(default)]
    pub flags_together: WordList,
    #[serde(default)]
    pub env: WordList,
    #[serde(default)]
    pub env_together: WordList,
    #[serde(default)]
    pub config_kinds: WordList,
    #[serde(default)]
    pub config_keys: WordList,
    #[serde(default)]
    pub hint_flags: WordList,
    #[serde(default)]
    pub hint_env: WordList,
    /// `image`, `command` or both.
    #[serde(default)]
    pub weak: WordList,
    #[serde(default)]
    pub not_commands: WordList,
}

/// Versions in which the program differs.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(has_schema, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct VersionRecord {
    #[serde(default)]
    pub from: Option<String>,
    #[serde(default)]
    pub before: Option<String>,
    #[serde(default)]
    pub images: WordList,
    /// What was different, laid over the program's own record; without it nothing is known of these versions.
    #[serde(default)]
    pub is: Option<Box<Record>>,
}
