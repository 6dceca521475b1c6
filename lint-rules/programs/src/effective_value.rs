//! The value a program will use for one setting, with its origin.

mod parsed_value;

use crate::dialect::{Meaning, Program, Setting, SettingSpec, ValueSyntax};
use crate::duration::{DurationSyntax, Nanos};
use crate::origin::{Mention, Origin, OriginKind, Resolved, Sourced, Unknown};
use crate::program_reading::ProgramReading;
use objects::LedgerCode;
use parsed_value::{ParsedValue, describe, read_switch};

/// The origin of a default: the program's own, or its family's where the program is not listed.
#[must_use]
pub fn default_origin(program: &Program) -> Origin {
    let kind = if program.generic {
        OriginKind::Assumed
    } else {
        OriginKind::Default
    };
    let text = if program.generic {
        format!("assumed: default of {}", program.name)
    } else {
        format!("default of {}", program.name)
    };
    Origin {
        kind,
        text,
        place: None,
        name: String::new(),
        holder: None,
    }
}

/// What source says of a setting. Of a text that the program refuses the record knows where it is written.
fn by_source<T: Clone>(source: &Resolved<T>, by_record: Resolved<T>) -> Resolved<T> {
    match (source, by_record) {
        (Resolved::Unknown(_), refused @ Resolved::Unreadable { .. }) => refused,
        (source, _) => source.clone(),
    }
}

impl ProgramReading<'_> {
    /// The mention that decides a setting, if one does.
    #[must_use]
    pub fn deciding(&self, setting: Setting) -> Option<&Mention> {
        self.mentions
            .iter()
            .rev()
            .find(|mention| mention.setting == setting && !mention.overridden && mention.counts())
    }

    fn unknown<T>(&self, setting: Setting) -> Option<Resolved<T>> {
        let (_, because) = self.unknown.iter().find(|(other, _)| *other == setting)?;
        Some(Resolved::Unknown(because.clone()))
    }

    /// What is written for a setting, or why that is unknown; `None` when nothing is written.
    fn written<T>(
        &self,
        spec: &SettingSpec,
        read: impl Fn(&str) -> ParsedValue<T>,
        expected: &str,
    ) -> Option<Resolved<T>> {
        let Some(mention) = self.deciding(spec.setting) else {
            return self.unknown(spec.setting);
        };
        let Some(text) = &mention.value else {
            return self.unknown(spec.setting);
        };
        if spec.zero_is_default && text.is_empty() {
            return None;
        }
        match read(text) {
            ParsedValue::Value(value) => Some(Resolved::Known(Sourced {
                value,
                text: text.clone(),
                origin: mention.origin.clone(),
            })),
            ParsedValue::Default => None,
            // Of an unlisted program it is not known in which syntax it reads its settings.
            ParsedValue::Refused(_) if spec.unreadable_is_default && self.program.generic => {
                Some(Resolved::Unknown(Unknown {
                    code: LedgerCode::SyntaxNotKnown,
                    reason: format!(
                        "how {} reads `{}` is not known",
                        self.program.name, mention.origin.text
                    ),
                    place: mention.origin.place,
                }))
            }
            ParsedValue::Refused(_) if spec.unreadable_is_default => None,
            ParsedValue::Refused(error) => Some(Resolved::Unreadable {
                text: text.clone(),
                error,
                expected: expected.to_owned(),
                origin: mention.origin.clone(),
            }),
        }
    }

    /// A switch: true means on.
    #[must_use]
    pub fn switch(&self, setting: Setting) -> Resolved<bool> {
        let by_record = self.switch_by_record(setting);
        match (self.source.as_deref(), setting) {
            (Some(source), Setting::Enable) => by_source(&source.enable, by_record),
            (Some(source), Setting::ReleaseOnCancel) => by_source(&source.releases, by_record),
            _ => by_record,
        }
    }

    fn switch_by_record(&self, setting: Setting) -> Resolved<bool> {
        let Some(spec) = self.program.spec(setting) else {
            return Resolved::Absent;
        };
        let negative = spec.negative;
        let read = |text: &str| read_switch(&spec.syntax, text).map(|value| value != negative);
        if let Some(resolved) = self.written(spec, read, &describe(&spec.syntax)) {
            return resolved;
        }
        let Some(default) = spec.default.as_deref() else {
            return Resolved::Absent;
        };
        // A default is a plain boolean, also where the program reads only one word of what is written.
        let default_value = match (read_switch(&spec.syntax, default), default) {
            (ParsedValue::Default, "true") => ParsedValue::Value(true),
            (ParsedValue::Default, "false") => ParsedValue::Value(false),
            (read, _) => read,
        };
        match default_value {
            ParsedValue::Value(value) => Resolved::Known(Sourced {
                value: value != negative,
                text: default.to_owned(),
                origin: default_origin(self.program),
            }),
            ParsedValue::Default | ParsedValue::Refused(_) => Resolved::Absent,
        }
    }

    /// A duration as written or by default, without derivation.
    fn plain_duration(&self, spec: &SettingSpec) -> Resolved<Nanos> {
        let ValueSyntax::Duration(syntax) = spec.syntax else {
            return Resolved::Absent;
        };
        let read = |text: &str| match syntax.parse(text) {
            Ok(Nanos(0)) if spec.zero_is_default => ParsedValue::Default,
            Ok(value) => ParsedValue::Value(value),
            Err(error) => ParsedValue::Refused(error.to_string()),
        };
        if let Some(resolved) = self.written(spec, read, syntax.describe()) {
            return resolved;
        }
        self.default_duration(spec, syntax)
    }

    fn default_duration(&self, spec: &SettingSpec, syntax: DurationSyntax) -> Resolved<Nanos> {
        let value = spec
            .default
            .as_deref()
            .and_then(|text| syntax.parse(text).ok());
        value.map_or(Resolved::Absent, |value| {
            Resolved::Known(Sourced {
                value,
                text: spec.default.as_deref().unwrap_or_default().to_owned(),
                origin: default_origin(self.program),
            })
        })
    }

    /// A duration, computed from another setting where the dialect says so.
    #[must_use]
    pub fn duration(&self, setting: Setting) -> Resolved<Nanos> {
        let by_record = self.duration_at(setting, 0);
        let Some(source) = self.source.as_deref() else {
            return by_record;
        };
        match setting {
            Setting::LeaseDuration => by_source(&source.lease, by_record),
            Setting::RenewDeadline => by_source(&source.renew, by_record),
            Setting::RetryPeriod => by_source(&source.retry, by_record),
            _ => by_record,
        }
    }

    fn duration_at(&self, setting: Setting, depth: u8) -> Resolved<Nanos> {
        let Some(spec) = self.program.spec(setting) else {
            return Resolved::Absent;
        };
        let plain = self.plain_duration(spec);
        let Some(derive) = spec.derive.as_ref().filter(|_| depth < 3) else {
            return plain;
        };
        if plain.is_written() || matches!(plain, Resolved::Unknown(_)) {
            return plain;
        }
        let from = self.duration_at(derive.from, depth + 1);
        match from {
            Resolved::Known(source) => {
                if derive.only_if_written && !source.origin.is_written() {
                    return plain;
                }
                let Some(value) = derive.of(source.value) else {
                    return Resolved::Absent;
                };
                let mut origin = default_origin(self.program);
                if source.origin.is_written() {
                    origin.text = format!(
                        "computed by {} from {}",
                        self.program.name, source.origin.text
                    );
                }
                Resolved::Known(Sourced {
                    value,
                    text: value.to_string(),
                    origin,
                })
            }
            Resolved::Unknown(because) => Resolved::Unknown(because),
            Resolved::Unreadable { .. } | Resolved::Absent => plain,
        }
    }

    /// A text. `@pod` of a dialect is left to the caller.
    #[must_use]
    pub fn text(&self, setting: Setting) -> Resolved<String> {
        let by_record = self.text_by_record(setting);
        let Some(source) = self.source.as_deref() else {
            return by_record;
        };
        match setting {
            Setting::LockType => by_source(&source.lock_type, by_record),
            Setting::LockName => by_source(&source.lock_name, by_record),
            Setting::LockNamespace => by_source(&source.lock_namespace, by_record),
            _ => by_record,
        }
    }

    fn text_by_record(&self, setting: Setting) -> Resolved<String> {
        let Some(spec) = self.program.spec(setting) else {
            return Resolved::Absent;
        };
        let read = |text: &str| match &spec.syntax {
            ValueSyntax::Words { on, off }
                if !on.iter().chain(off.iter()).any(|word| word == text) =>
            {
                ParsedValue::Refused(format!("{text:?} is not one of its words"))
            }
            _ if text.is_empty() => ParsedValue::Default,
            ValueSyntax::Meanings(meanings) => meaning_of(meanings, text).map_or_else(
                || ParsedValue::Refused(format!("{text:?} is not one of its words")),
                |value| ParsedValue::Value(value.to_owned()),
            ),
            _ => ParsedValue::Value(text.to_owned()),
        };
        if let Some(resolved) = self.written(spec, read, &describe(&spec.syntax)) {
            return resolved;
        }
        spec.default
            .as_deref()
            .filter(|text| !text.is_empty())
            .map_or(Resolved::Absent, |text| {
                let value = match &spec.syntax {
                    ValueSyntax::Meanings(meanings) => meaning_of(meanings, text).unwrap_or(text),
                    _ => text,
                };
                Resolved::Known(Sourced {
                    value: value.to_owned(),
                    text: text.to_owned(),
                    origin: default_origin(self.program),
                })
            })
    }
}

/// The value that a word stands for.
fn meaning_of<'m>(meanings: &'m [Meaning], word: &str) -> Option<&'m str> {
    let mut meanings = meanings.iter();
    let found = meanings.find(|meaning| meaning.word.eq_ignore_ascii_case(word))?;
    Some(&found.value)
}
