//! The settings of a record, laid over inherited ones.

use super::super::boolean::BoolSyntax;
use super::super::dialect::{Program, Setting, SettingSpec, ValueSyntax};
use super::super::duration::DurationSyntax;
use super::error::{DialectError, mistake};
use super::record::Record;
use super::scalar::Scalar;
use super::setting_record::{SettingFields, SettingRecord};
use super::value_syntax::{derivation, value_syntax};
use super::words::flag_names;

pub(super) fn apply_settings(program: &mut Program, record: &Record) -> Result<(), DialectError> {
    let id = &record.id;
    let mut settings = program.settings.to_vec();
    for (setting, written) in record.settings.each() {
        let Some(SettingRecord(written)) = written else {
            continue;
        };
        apply_setting(id, spec_of(&mut settings, setting), written)?;
    }
    for word in &record.absent.0 {
        let before = settings.len();
        settings.retain(|spec| spec.setting.name() != word);
        let mut found = settings.len() < before;
        for spec in &mut settings {
            if spec.flags.iter().any(|flag| flag == word) {
                spec.flags = without(&spec.flags, word);
                found = true;
            }
            if spec.ignored_flags.iter().any(|flag| flag == word) {
                spec.ignored_flags = without(&spec.ignored_flags, word);
                found = true;
            }
        }
        if !found {
            let problem = format!("`{word}` is neither a setting nor a flag that is inherited");
            return Err(mistake(id, "absent", problem));
        }
    }
    settings.sort_by_key(|spec| spec.setting);
    program.settings = settings;
    Ok(())
}

/// The record of a setting, a blank one if there was none.
pub(super) fn spec_of(settings: &mut Vec<SettingSpec>, setting: Setting) -> &mut SettingSpec {
    let at = match settings.iter().position(|spec| spec.setting == setting) {
        Some(at) => at,
        None => {
            settings.push(blank_setting(setting));
            settings.len() - 1
        }
    };
    #[expect(
        clippy::indexing_slicing,
        reason = "the position was just found or made"
    )]
    &mut settings[at]
}

fn without(list: &[String], word: &str) -> Vec<String> {
    list.iter().filter(|text| *text != word).cloned().collect()
}

fn blank_setting(setting: Setting) -> SettingSpec {
    let syntax = match setting {
        Setting::Enable | Setting::ReleaseOnCancel => ValueSyntax::Bool(BoolSyntax::GoParse),
        Setting::LeaseDuration | Setting::RenewDeadline | Setting::RetryPeriod => {
            ValueSyntax::Duration(DurationSyntax::Go)
        }
        Setting::LockName | Setting::LockNamespace | Setting::LockType | Setting::Identity => {
            ValueSyntax::Text
        }
    };
    SettingSpec {
        setting,
        flags: Vec::new(),
        ignored_flags: Vec::new(),
        env: Vec::new(),
        keys: Vec::new(),
        feature_gate: None,
        syntax,
        negative: false,
        default: None,
        template: None,
        derive: None,
        required: false,
        zero_is_default: false,
        unreadable_is_default: false,
    }
}

fn apply_setting(
    id: &str,
    spec: &mut SettingSpec,
    written: &SettingFields,
) -> Result<(), DialectError> {
    let field = |name: &str| format!("settings.{}.{name}", spec.setting.name());
    if let Some(words) = &written.flags {
        spec.flags = flag_names(id, &field("flags"), words)?;
    }
    if let Some(words) = &written.ignored_flags {
        spec.ignored_flags = flag_names(id, &field("ignored-flags"), words)?;
    }
    if let Some(words) = &written.env {
        spec.env = words.0.clone();
    }
    if let Some(words) = &written.keys {
        spec.keys = words.0.clone();
    }
    if let Some(gate) = &written.feature_gate {
        spec.feature_gate = Some(gate.to_owned());
    }
    if let Some(syntax) = &written.syntax {
        spec.syntax = value_syntax(id, &field("syntax"), syntax)?;
    }
    if let Some(default) = &written.default {
        spec.default = default.as_ref().map(|Scalar(text)| text.clone());
    }
    if let Some(template) = &written.template {
        if template.matches("{}").count() != 1 {
            return Err(mistake(
                id,
                &field("template"),
                "must have one `{}`, where the value goes",
            ));
        }
        spec.template = Some(template.to_owned());
    }
    if let Some(formula) = &written.derive {
        spec.derive = match formula.as_str() {
            "none" => None,
            formula => Some(
                derivation(formula).map_err(|problem| mistake(id, &field("derive"), problem))?,
            ),
        };
    }
    if written.negative == Some(true) && spec.setting != Setting::Enable {
        return Err(mistake(
            id,
            &field("negative"),
            "only the switch can be negative",
        ));
    }
    spec.negative = written.negative.unwrap_or(spec.negative);
    spec.required = written.required.unwrap_or(spec.required);
    spec.zero_is_default = written.zero_is_default.unwrap_or(spec.zero_is_default);
    spec.unreadable_is_default = written
        .unreadable_is_default
        .unwrap_or(spec.unreadable_is_default);
    Ok(())
}
