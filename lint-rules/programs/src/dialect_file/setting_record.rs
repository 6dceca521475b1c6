//! How one setting is taken, as it is written.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

use super::super::dialect::Setting;
use super::scalar::{Scalar, ScalarVisitor, WordList, nullable};

/// The nine settings; a plain value in place of a record is the default alone.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(has_schema, derive(schemars::JsonSchema))]
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
    pub(super) fn each(&self) -> [(Setting, Option<&SettingRecord>); 9] {
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
#[cfg_attr(
    has_schema,
    derive(schemars::JsonSchema),
    schemars(with = "SettingSyntax")
)]
pub struct SettingRecord(pub(super) SettingFields);

/// The forms of a setting: its default alone, or how it is taken.
#[cfg(has_schema)]
#[derive(schemars::JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "for the schema alone")]
enum SettingSyntax {
    Default(Scalar),
    Fields(Box<SettingFields>),
}

#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(has_schema, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct SettingFields {
    #[serde(default)]
    pub(super) flags: Option<WordList>,
    #[serde(default)]
    pub(super) ignored_flags: Option<WordList>,
    #[serde(default)]
    pub(super) env: Option<WordList>,
    #[serde(default)]
    pub(super) keys: Option<WordList>,
    #[serde(default)]
    pub(super) feature_gate: Option<String>,
    #[serde(default)]
    pub(super) syntax: Option<SyntaxRecord>,
    #[serde(default)]
    pub(super) negative: Option<bool>,
    #[serde(default, deserialize_with = "nullable")]
    pub(super) default: Option<Option<Scalar>>,
    #[serde(default)]
    pub(super) template: Option<String>,
    #[serde(default)]
    pub(super) derive: Option<String>,
    #[serde(default)]
    pub(super) required: Option<bool>,
    #[serde(default)]
    pub(super) zero_is_default: Option<bool>,
    #[serde(default)]
    pub(super) unreadable_is_default: Option<bool>,
}

/// The name of a syntax, words that mean on and off, or words that stand for other values.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(has_schema, derive(schemars::JsonSchema))]
#[serde(
    untagged,
    expecting = "the name of a syntax, {on: [...], off: [...]} or {meanings: {word: value}}"
)]
pub(super) enum SyntaxRecord {
    Named(String),
    Meanings {
        meanings: BTreeMap<String, String>,
    },
    Words {
        on: WordList,
        #[serde(default)]
        off: WordList,
    },
}

impl<'de> Deserialize<'de> for SettingRecord {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct SettingVisitor;

        fn constant<E: de::Error>(value: Result<Scalar, E>) -> Result<SettingRecord, E> {
            Ok(SettingRecord(SettingFields {
                default: Some(Some(value?)),
                ..SettingFields::default()
            }))
        }

        impl<'de> Visitor<'de> for SettingVisitor {
            type Value = SettingRecord;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a default, or a mapping that says how the setting is taken")
            }

            fn visit_bool<E: de::Error>(self, value: bool) -> Result<SettingRecord, E> {
                constant(ScalarVisitor.visit_bool(value))
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<SettingRecord, E> {
                constant(ScalarVisitor.visit_i64(value))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<SettingRecord, E> {
                constant(ScalarVisitor.visit_u64(value))
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<SettingRecord, E> {
                constant(ScalarVisitor.visit_f64(value))
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<SettingRecord, E> {
                constant(ScalarVisitor.visit_str(value))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<SettingRecord, A::Error> {
                let fields = de::value::MapAccessDeserializer::new(map);
                SettingFields::deserialize(fields).map(SettingRecord)
            }
        }

        input.deserialize_any(SettingVisitor)
    }
}
