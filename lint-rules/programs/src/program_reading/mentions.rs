//! What flags, variables and files say about the settings of one program.

use super::unknown_flags::UnknownFlag;
use crate::dialect::{Program, Setting};
use crate::origin::{Mention, Origin, OriginKind, Unknown};

/// The mentions of settings, in order of reading.
pub(super) struct Mentions<'p> {
    /// The dialect.
    pub program: &'p Program,
    /// Everything that speaks about a setting, strongest last within each carrier.
    pub mentions: Vec<Mention>,
    /// Why values of settings are not known.
    pub unknown: Vec<(Setting, Unknown)>,
    /// Election flags that the program does not have.
    pub unknown_flags: Vec<UnknownFlag>,
}

impl<'p> Mentions<'p> {
    pub(super) fn new(program: &'p Program) -> Self {
        Self {
            program,
            mentions: Vec::new(),
            unknown: Vec::new(),
            unknown_flags: Vec::new(),
        }
    }

    pub(super) fn add(
        &mut self,
        setting: Setting,
        origin: Origin,
        value: Option<String>,
        ignored: bool,
    ) {
        self.mentions.push(Mention {
            setting,
            origin,
            value,
            overridden: false,
            ignored,
            after_stop: false,
            not_passed: false,
        });
    }

    /// A setting in a mounted file that nothing names: the program does not read it.
    pub(super) fn add_not_passed(&mut self, setting: Setting, origin: Origin, value: String) {
        self.mentions.push(Mention {
            setting,
            origin,
            value: Some(value),
            overridden: false,
            ignored: false,
            after_stop: false,
            not_passed: true,
        });
    }

    /// Forgets why a setting is not known: a stronger carrier decides it.
    pub(super) fn clear_unknown(&mut self, setting: Setting) {
        self.unknown.retain(|(other, _)| *other != setting);
    }

    /// Takes back what a setting's mentions say: a stronger carrier, which is not known, may say something else.
    pub(super) fn withhold(&mut self, setting: Setting) {
        for mention in &mut self.mentions {
            if mention.setting == setting {
                mention.value = None;
            }
        }
    }

    pub(super) fn add_unknown(&mut self, setting: Setting, because: Unknown) {
        self.unknown.push((setting, because));
    }

    /// The last mention of a setting decides; those before it are overridden. Ignored ones and ones
    /// after the end of the flags decide nothing. Where a listed program has two flags for one setting,
    /// the one its dialect names first wins over the other, wherever it stands.
    pub(super) fn mark_overridden(&mut self) {
        let program = self.program;
        let rank = |mention: &Mention| {
            if mention.origin.kind != OriginKind::Flag || program.generic {
                return 0;
            }
            let flags = program.spec(mention.setting).map(|spec| &spec.flags);
            let at =
                |flags: &Vec<String>| flags.iter().position(|flag| *flag == mention.origin.name);
            flags.and_then(at).unwrap_or(0)
        };
        let decides = Mention::counts;
        for setting in Setting::ALL {
            let strongest = self
                .mentions
                .iter()
                .filter(|mention| mention.setting == setting && decides(mention))
                .filter(|mention| mention.origin.kind == OriginKind::Flag)
                .map(rank)
                .min();
            let mut decided = false;
            for mention in self.mentions.iter_mut().rev() {
                if mention.setting != setting || !decides(mention) {
                    continue;
                }
                let weaker = mention.origin.kind == OriginKind::Flag
                    && strongest.is_some_and(|strongest| rank(mention) > strongest);
                mention.overridden = decided || weaker;
                decided |= !weaker;
            }
        }
    }
}
