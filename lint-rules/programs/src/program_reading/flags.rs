//! What a command line says about settings.

use super::mentions::Mentions;
use super::unknown_flags::{is_about_elections, note_unknown_flag};
use crate::catalogue;
use crate::command_line::{CommandLine, Occurrence};
use crate::command_words::Word;
use crate::dialect::Setting;
use crate::environment::Environment;
use crate::flag_table::ProgramFlags;
use crate::origin::{Mention, Origin, OriginKind, Unknown};
use objects::LedgerCode;

/// Reads the flags of a command line whose indexes refer to `words`.
pub(super) fn read_flags(
    mentions: &mut Mentions<'_>,
    line: &CommandLine,
    words: &[Word],
    table: &ProgramFlags<'_>,
) {
    let unsure = line.unsure_from();
    for occurrence in &line.occurrences {
        let Some(meaning) = table.meaning(&occurrence.name) else {
            read_feature_gates(mentions, words, occurrence);
            note_unknown_flag(mentions, &occurrence.name, occurrence.argument);
            note_unlisted_flag(mentions, words, occurrence);
            continue;
        };
        let flag_word = words.get(occurrence.argument);
        let value_word = occurrence
            .value_argument
            .and_then(|at| words.get(at))
            .or(flag_word);
        let (Some(flag_word), Some(value_word)) = (flag_word, value_word) else {
            continue;
        };
        let text = match occurrence.value_argument {
            Some(_) => format!("{} {}", flag_word.written, value_word.written),
            None => flag_word.written.to_string(),
        };
        let origin = Origin {
            kind: OriginKind::Flag,
            text,
            place: Some(value_word.place),
            name: occurrence.name.clone(),
            holder: None,
        };
        let known = value_word.text.is_some();
        let value = match (&occurrence.value, occurrence.negated) {
            (Some(value), _) => Some(value.clone()),
            (None, true) => Some("false".to_owned()),
            (None, false) => Some("true".to_owned()),
        };
        let setting = meaning.spec.setting;
        let is_unsure = unsure.is_some_and(|from| occurrence.argument >= from);
        if known && !is_unsure {
            mentions.add(setting, origin, value, meaning.ignored);
        } else {
            let because = if is_unsure {
                Unknown {
                    code: LedgerCode::SyntaxNotKnown,
                    reason: format!(
                        "{} stands behind a word that is no flag, where some parsers read no more flags",
                        flag_word.written
                    ),
                    place: Some(flag_word.place),
                }
            } else if value_word.excess {
                Environment::excess(&flag_word.written, value_word.place)
            } else {
                Unknown {
                    code: LedgerCode::VariableOutsideInput,
                    reason: format!(
                        "{} uses a variable that is set outside the input",
                        flag_word.written
                    ),
                    place: Some(value_word.place),
                }
            };
            mentions.add(setting, origin, None, meaning.ignored);
            mentions.clear_unknown(setting);
            mentions.add_unknown(setting, because);
        }
    }
    if let Some(stop) = line.stopped_at {
        read_after_stop(mentions, words, table, stop);
    }
}

/// Flags that stand where the program no longer reads flags: written, but without effect.
fn read_after_stop(
    mentions: &mut Mentions<'_>,
    words: &[Word],
    table: &ProgramFlags<'_>,
    stop: usize,
) {
    for word in words.iter().skip(stop) {
        let Some(name) = word.written.strip_prefix('-') else {
            continue;
        };
        let name = name.strip_prefix('-').unwrap_or(name);
        let (name, value) = match name.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (name, None),
        };
        let Some(meaning) = table.meaning(name) else {
            continue;
        };
        mentions.mentions.push(Mention {
            setting: meaning.spec.setting,
            origin: Origin {
                kind: OriginKind::Flag,
                text: word.written.to_string(),
                place: Some(word.place),
                name: name.to_owned(),
                holder: None,
            },
            value,
            overridden: false,
            ignored: false,
            after_stop: true,
            not_passed: false,
        });
    }
}

fn read_feature_gates(mentions: &mut Mentions<'_>, words: &[Word], occurrence: &Occurrence) {
    if occurrence.name != "feature-gates" {
        return;
    }
    let Some(value) = &occurrence.value else {
        return;
    };
    let at = occurrence.value_argument.unwrap_or(occurrence.argument);
    let Some(word) = words.get(at) else { return };
    let gates: Vec<(Setting, String)> = mentions
        .program
        .settings
        .iter()
        .filter_map(|spec| Some((spec.setting, spec.feature_gate.as_deref()?)))
        .filter_map(|(setting, gate)| {
            value.split(',').find_map(|part| {
                let (name, value) = part.split_once('=')?;
                (name.trim() == gate).then(|| (setting, value.trim().to_owned()))
            })
        })
        .collect();
    for (setting, value) in gates {
        let origin = Origin {
            kind: OriginKind::Flag,
            text: word.written.to_string(),
            place: Some(word.place),
            name: occurrence.name.clone(),
            holder: None,
        };
        mentions.add(setting, origin, Some(value), false);
    }
}

/// A flag about elections that other programs have: where not all flags of a program are listed, it
/// may be one of them, so that the setting is not known to have its default.
fn note_unlisted_flag(mentions: &mut Mentions<'_>, words: &[Word], occurrence: &Occurrence) {
    let name = &occurrence.name;
    let program = mentions.program;
    if program.generic
        || program.flags_complete
        || !is_about_elections(name)
        || program.other_flags.iter().any(|flag| flag == name)
    {
        return;
    }
    let setting = catalogue::generic()
        .flat_map(|other| other.settings.iter())
        .find(|spec| spec.flags.iter().any(|flag| flag == name))
        .map(|spec| spec.setting);
    let (Some(setting), Some(word)) = (setting, words.get(occurrence.argument)) else {
        return;
    };
    let because = Unknown {
        code: LedgerCode::FlagNotListed,
        reason: format!(
            "what `{}` is to {} is not known",
            word.written, program.name
        ),
        place: Some(word.place),
    };
    mentions.add_unknown(setting, because);
}
