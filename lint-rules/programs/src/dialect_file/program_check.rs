//! What must hold for every program.

use super::super::boolean::BoolReading;
use super::super::dialect::{Program, Setting, SettingSpec, ValueSyntax};
use super::error::{DialectError, mistake};

/// What only the finished program shows.
pub(super) fn check(program: &Program) -> Result<(), DialectError> {
    let id = &program.id;
    if program.never_elects && !program.settings.is_empty() {
        return Err(mistake(
            id,
            "never-elects",
            "a program without election has no settings",
        ));
    }
    let known = &program.recognise;
    let is_known = !known.images.is_empty()
        || !known.commands.is_empty()
        || !known.flags.is_empty()
        || !known.flags_together.is_empty()
        || !known.env.is_empty()
        || !known.env_together.is_empty()
        || !known.config_kinds.is_empty()
        || !known.config_keys.is_empty();
    if !is_known && !program.generic {
        return Err(mistake(
            id,
            "known-by",
            "nothing tells how this program is known",
        ));
    }
    if known.image_is_weak && known.images.is_empty() {
        return Err(mistake(
            id,
            "known-by.weak",
            "there is no image that could be weak",
        ));
    }
    if known.command_is_weak && known.commands.is_empty() {
        return Err(mistake(
            id,
            "known-by.weak",
            "there is no command that could be weak",
        ));
    }
    for spec in program.settings.iter() {
        check_setting(program, spec)?;
    }
    let versions = program.versions.iter();
    for then in versions.filter_map(|rule| rule.program.as_ref()) {
        for spec in then.settings.iter() {
            check_setting(then, spec)?;
        }
    }
    Ok(())
}

fn check_setting(program: &Program, spec: &SettingSpec) -> Result<(), DialectError> {
    let id = &program.id;
    let field = |name: &str| format!("settings.{}.{name}", spec.setting.name());
    let is_duration = matches!(
        spec.setting,
        Setting::LeaseDuration | Setting::RenewDeadline | Setting::RetryPeriod
    );
    if is_duration != matches!(spec.syntax, ValueSyntax::Duration(_)) {
        let problem = if is_duration {
            "must be a duration"
        } else {
            "cannot be a duration"
        };
        return Err(mistake(id, &field("syntax"), problem));
    }
    if let Some(default) = &spec.default {
        if !readable(&spec.syntax, default) {
            let problem = format!("`{default}` cannot be read in the setting's own syntax");
            return Err(mistake(id, &field("default"), problem));
        }
        if spec.required {
            let problem = "a setting that must be written has no default";
            return Err(mistake(id, &field("default"), problem));
        }
    }
    let mut next = spec.derive.as_ref();
    let mut steps = 0;
    while let Some(derive) = next {
        steps += 1;
        if steps > Setting::ALL.len() {
            return Err(mistake(id, &field("derive"), "goes round in a circle"));
        }
        let Some(from) = program.spec(derive.from) else {
            let problem = format!("the program has no setting `{}`", derive.from.name());
            return Err(mistake(id, &field("derive"), problem));
        };
        if !is_duration || !matches!(from.syntax, ValueSyntax::Duration(_)) {
            return Err(mistake(
                id,
                &field("derive"),
                "only durations can be derived",
            ));
        }
        next = from.derive.as_ref();
    }
    Ok(())
}

/// Whether a default is readable in its syntax.
fn readable(syntax: &ValueSyntax, text: &str) -> bool {
    match syntax {
        ValueSyntax::Bool(syntax) => {
            text == "false" || matches!(syntax.parse(text), BoolReading::Value(_))
        }
        ValueSyntax::Duration(syntax) => syntax.parse(text).is_ok(),
        ValueSyntax::Text => true,
        ValueSyntax::Meanings(meanings) => meanings.iter().any(|meaning| meaning.word == text),
        ValueSyntax::Words { on, off } => on.iter().chain(off.iter()).any(|word| word == text),
    }
}
