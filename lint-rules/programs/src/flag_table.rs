//! A program's flags, as far as its dialect knows them.

use super::command_line::{FlagKind, FlagTable, ParserKind};
use super::dialect::{Program, Setting, SettingSpec, ValueSyntax};
use super::property_name::is_same_property;
use super::source::TiedProgram;

/// The flags of one program.
pub(super) struct ProgramFlags<'p> {
    program: &'p Program,
    source: Option<&'p dyn TiedProgram>,
}

/// What a flag name means to a program.
#[derive(Clone, Copy)]
pub(super) struct FlagMeaning<'p> {
    /// The setting it belongs to.
    pub spec: &'p SettingSpec,
    /// The program accepts it and does not use it.
    pub ignored: bool,
}

impl<'p> ProgramFlags<'p> {
    pub(super) fn new(program: &'p Program) -> Self {
        Self {
            program,
            source: None,
        }
    }

    /// The same, with all flags that its source defines.
    pub(super) fn with_source(mut self, source: Option<&'p dyn TiedProgram>) -> Self {
        self.source = source;
        self
    }

    /// What a flag name means.
    pub(super) fn meaning(&self, name: &str) -> Option<FlagMeaning<'p>> {
        let relaxed = self.program.parser == ParserKind::JavaProperties;
        let has = |list: &[String]| {
            let mut list = list.iter();
            list.any(|flag| flag == name || relaxed && is_same_property(flag, name))
        };
        self.program.settings.iter().find_map(|spec| {
            if has(&spec.flags) {
                Some(FlagMeaning {
                    spec,
                    ignored: false,
                })
            } else if has(&spec.ignored_flags) {
                Some(FlagMeaning {
                    spec,
                    ignored: true,
                })
            } else {
                None
            }
        })
    }
}

impl FlagTable for ProgramFlags<'_> {
    fn long(&self, name: &str) -> Option<FlagKind> {
        if let Some(meaning) = self.meaning(name) {
            let switch = matches!(meaning.spec.syntax, ValueSyntax::Bool(_))
                && matches!(
                    meaning.spec.setting,
                    Setting::Enable | Setting::ReleaseOnCancel | Setting::LockType
                );
            return Some(if switch {
                FlagKind::Bool
            } else {
                FlagKind::Value
            });
        }
        if let Some(kind) = self.source.and_then(|source| source.flag(name)) {
            return Some(kind);
        }
        let config = self.program.config.as_ref()?;
        config
            .flags
            .iter()
            .chain(config.folder_flags.iter())
            .any(|flag| flag == name)
            .then_some(FlagKind::Value)
    }

    fn short(&self, letter: char) -> Option<FlagKind> {
        let mut name = [0; 4];
        self.long(letter.encode_utf8(&mut name))
    }

    fn closed(&self) -> bool {
        false
    }

    fn normalise_underscore(&self) -> bool {
        self.program.underscores
    }
}
