//! What variables say about settings.

use super::mentions::Mentions;
use crate::catalogue;
use crate::command_line::ParserKind;
use crate::dialect::SettingSpec;
use crate::environment::{Environment, Variable, VariableValue};
use crate::flag_table::ProgramFlags;
use crate::origin::{Mention, Origin, OriginKind, Unknown};
use crate::pattern::matches;
use manifest::text::FileSpan;
use objects::LedgerCode;

/// Reads the variables of the container, and those that a wrapper script sets for the program.
pub(super) fn read_env(
    mentions: &mut Mentions<'_>,
    environment: &Environment,
    wrapper: &[(String, Option<String>)],
    script_place: Option<FileSpan>,
) {
    let program = mentions.program;
    for spec in program.settings.iter() {
        // The strongest name comes first in the dialect, the strongest mention last here.
        for pattern in spec.env.iter().rev() {
            for variable in &environment.variables {
                if !matches(pattern, &variable.name)
                    || program.generic && !is_of_the_election(&variable.name, pattern, environment)
                {
                    continue;
                }
                read_variable(mentions, spec, variable);
            }
            for (name, value) in wrapper.iter().filter(|(name, _)| matches(pattern, name)) {
                let origin = Origin {
                    kind: OriginKind::Env,
                    text: format!("{name}={}", value.as_deref().unwrap_or("?")),
                    place: script_place,
                    name: name.clone(),
                    holder: None,
                };
                if value.is_none() {
                    let because = Unknown {
                        code: LedgerCode::WrapperScript,
                        reason: format!("a script sets {name} to a value that cannot be followed"),
                        place: script_place,
                    };
                    mentions.add_unknown(spec.setting, because);
                }
                mentions.add(spec.setting, origin, value.clone(), false);
            }
        }
    }
    // An unlisted program may not read any of these variables.
    let Some(open) = environment.open.as_ref().filter(|_| !program.generic) else {
        return;
    };
    for spec in program.settings.iter() {
        let is_mentioned = |mention: &Mention| mention.setting == spec.setting;
        if !spec.env.is_empty() && !mentions.mentions.iter().any(is_mentioned) {
            mentions.add_unknown(spec.setting, open.clone());
        }
    }
}

fn read_variable(mentions: &mut Mentions<'_>, spec: &SettingSpec, variable: &Variable) {
    let place = variable.value_place.unwrap_or(variable.place);
    let (text, value) = match &variable.value {
        VariableValue::Text(text) => {
            let value = spec.in_template(text.clone());
            (format!("{}={text}", variable.name), Some(value))
        }
        VariableValue::Field(field) => (format!("{} from {field}", variable.name), None),
        VariableValue::Unknown(_) => (variable.name.clone(), None),
    };
    let origin = Origin {
        kind: OriginKind::Env,
        text,
        place: Some(place),
        name: variable.name.clone(),
        holder: None,
    };
    mentions.clear_unknown(spec.setting);
    match &variable.value {
        VariableValue::Unknown(because) => mentions.add_unknown(spec.setting, because.clone()),
        VariableValue::Field(field) => {
            let because = Unknown {
                code: LedgerCode::PodField,
                reason: format!("{} is taken from {field} of the running pod", variable.name),
                place: Some(place),
            };
            mentions.add_unknown(spec.setting, because);
        }
        VariableValue::Text(_) => {}
    }
    mentions.add(spec.setting, origin, value, false);
}

/// Variables whose words the virtual machine takes as its own arguments (`JDK_JAVA_OPTIONS` since Java 9).
const JAVA_OPTIONS: [&str; 2] = ["JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"];

/// The properties in the variables of the virtual machine, as words of a command line.
pub(super) fn java_words(environment: &Environment) -> Vec<&str> {
    let variables = JAVA_OPTIONS.iter().filter_map(|name| environment.get(name));
    let texts = variables.filter_map(|variable| match &variable.value {
        VariableValue::Text(text) => Some(text),
        _ => None,
    });
    texts
        .flat_map(|text| text.split_whitespace())
        .filter(|word| word.starts_with("-D"))
        .collect()
}

/// Reads properties (`-Dname=value`) out of the variables of the virtual machine.
pub(super) fn read_java_options(
    mentions: &mut Mentions<'_>,
    environment: &Environment,
    table: &ProgramFlags<'_>,
) {
    if mentions.program.parser != ParserKind::JavaProperties {
        return;
    }
    for variable in JAVA_OPTIONS.iter().filter_map(|name| environment.get(name)) {
        let VariableValue::Text(text) = &variable.value else {
            continue;
        };
        for word in text.split_whitespace() {
            let property = word
                .strip_prefix("-D")
                .and_then(|word| word.split_once('='));
            let Some((name, value)) = property else {
                continue;
            };
            let Some(meaning) = table.meaning(name) else {
                continue;
            };
            let origin = Origin {
                kind: OriginKind::Env,
                text: word.to_owned(),
                place: Some(variable.value_place.unwrap_or(variable.place)),
                // The variable holds many words, and this is the one to change.
                name: format!("-D{name}"),
                holder: None,
            };
            mentions.add(meaning.spec.setting, origin, Some(value.to_owned()), false);
        }
    }
}

/// A variable about elections that other programs have: as with flags, it may be one of this program's.
pub(super) fn note_unlisted_variables(mentions: &mut Mentions<'_>, environment: &Environment) {
    let program = mentions.program;
    if program.generic || program.flags_complete {
        return;
    }
    let reads =
        |spec: &SettingSpec, name: &str| spec.env.iter().any(|pattern| matches(pattern, name));
    for variable in &environment.variables {
        let name = &variable.name;
        if !name.contains("LEADER_ELECT") || program.settings.iter().any(|spec| reads(spec, name)) {
            continue;
        }
        let setting = catalogue::generic()
            .flat_map(|other| other.settings.iter())
            .find(|spec| reads(spec, name))
            .map(|spec| spec.setting);
        let Some(setting) = setting else { continue };
        let because = Unknown {
            code: LedgerCode::VariableNotListed,
            reason: format!(
                "what the variable {name} is to {} is not known",
                program.name
            ),
            place: Some(variable.place),
        };
        mentions.add_unknown(setting, because);
    }
}

/// Whether a variable that an open pattern fits, such as `*_RETRY_PERIOD`, is one of the election: by its own
/// name, or because others before the same word are.
fn is_of_the_election(name: &str, pattern: &str, environment: &Environment) -> bool {
    let tells = |text: &str| text.contains("LEADER") || text.contains("RENEW_DEADLINE");
    let Some(end) = pattern.strip_prefix('*') else {
        return true;
    };
    let word = name
        .strip_suffix(end)
        .unwrap_or_default()
        .trim_end_matches('_');
    word.is_empty()
        || word.ends_with("LEASE")
        || tells(name)
        || environment.variables.iter().any(|other| {
            let rest = other.name.strip_prefix(word);
            rest.is_some_and(|rest| rest.starts_with('_') && tells(rest))
        })
}
