//! `export dialect`: programs that were read in source, as entries of `programs` in a configuration.

use std::fmt::Write as _;

use election::{Certainty, Elector};
use objects::ImageRef;
use programs::boolean::BoolSyntax;
use programs::command_line::ParserKind;
use programs::dialect::ConfigSource;
use programs::dialect_file::{format_word, identity_word, parser_word};
use programs::duration::DurationSyntax;
use programs::{IdentityRule, Program, Setting, SettingSpec, ValueSyntax};
use serde::Serialize;
use serde_yaml::{Mapping, Value};

use super::sources::Sources;

/// The entries of all programs of these electors that were read in source; `None` if there is none.
pub fn report<'e>(
    electors: impl Iterator<Item = &'e Elector<'e>>,
    sources: Sources<'_>,
) -> Option<String> {
    let mut entries: Vec<(ProgramEntry, String, Vec<&'static str>)> = Vec::new();
    for elector in electors.filter(|one| one.certainty() == Certainty::Read) {
        let Some(source) = elector.source.as_deref() else {
            continue;
        };
        let image = elector.image.as_deref().or(elector.container.image());
        let image = image.and_then(image_pattern);
        let known = entries
            .iter_mut()
            .find(|(entry, ..)| entry.id == elector.program.id);
        let (entry, missing) = match known {
            Some((entry, _, missing)) => (entry, missing),
            None => {
                let at = sources.input().locate(source.place).start;
                let file = sources.name(source.place.file);
                entries.push((
                    ProgramEntry::of(elector.program),
                    format!("{file}:{}", at.line),
                    Vec::new(),
                ));
                let Some((entry, _, missing)) = entries.last_mut() else {
                    continue;
                };
                (entry, missing)
            }
        };
        let of_elector = left_out(elector).filter(|name| !missing.contains(name));
        let of_elector: Vec<&'static str> = of_elector.collect();
        missing.extend(of_elector);
        let images = &mut entry.known_by.images;
        images.extend(image.filter(|image| !images.contains(image)));
    }
    if entries.is_empty() {
        return None;
    }
    let mut yaml = "programs:\n".to_owned();
    for (entry, place, missing) in &entries {
        let _ = writeln!(yaml, "# read in {place}");
        if !missing.is_empty() {
            let names = missing.join(", ");
            let _ = writeln!(yaml, "# not known without the source: {names}");
        }
        yaml.push_str(&serde_yaml::to_string(&[entry]).ok()?);
    }
    Some(yaml)
}

/// The settings that source tells of an elector and its entry does not: more decides them than an entry can say.
fn left_out(elector: &Elector<'_>) -> impl Iterator<Item = &'static str> {
    let settings = [
        (Setting::Enable, elector.switch.value().is_some()),
        (Setting::LeaseDuration, elector.lease.value().is_some()),
        (Setting::RenewDeadline, elector.renew.value().is_some()),
        (Setting::RetryPeriod, elector.retry.value().is_some()),
        (Setting::LockName, elector.lock_name.value().is_some()),
        (
            Setting::LockNamespace,
            elector.lock_in_pods_namespace || elector.lock_namespace.value().is_some(),
        ),
    ];
    let program = elector.program;
    settings.into_iter().filter_map(move |(setting, is_known)| {
        let is_said = program.spec(setting);
        let is_said = is_said.is_some_and(|spec| can_be_said(program, spec));
        (is_known && !is_said).then(|| setting.name())
    })
}

/// Whether an entry can say how a setting is taken: keys are of one file that it can name.
fn can_be_said(program: &Program, spec: &SettingSpec) -> bool {
    spec.keys.is_empty() || program.config.is_some()
}

/// An image's path without registry, tag and digest; `None` for one that is still to be named.
fn image_pattern(image: &str) -> Option<String> {
    // ko puts the real image in its place.
    if image.contains("://") {
        return None;
    }
    let segments = ImageRef::parse(image).segments();
    let path = match segments.as_slice() {
        [host, path @ ..] if host.contains(['.', ':']) || *host == "localhost" => path,
        [_] => return None,
        path => path,
    };
    (!path.is_empty()).then(|| path.join("/"))
}

/// One entry, in the shape of a record.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ProgramEntry {
    id: String,
    name: String,
    known_by: KnownByEntry,
    library: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_timeout: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parser: Option<&'static str>,
    settings: Mapping,
    #[serde(skip_serializing_if = "Option::is_none")]
    config: Option<ConfigSourceEntry>,
    lock: LockEntry,
    identity: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    releases: Option<bool>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    lock_elsewhere: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    several_leaders: bool,
}

#[derive(Serialize)]
struct KnownByEntry {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    images: Vec<String>,
    commands: Vec<String>,
}

/// The file that a program decodes.
#[derive(Serialize)]
struct ConfigSourceEntry {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    flags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    env: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    paths: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    required: bool,
    format: &'static str,
}

impl ConfigSourceEntry {
    fn of(config: &ConfigSource) -> Self {
        Self {
            flags: config.flags.clone(),
            env: config.env.clone(),
            paths: config.paths.clone(),
            required: config.required,
            format: format_word(config.format).unwrap_or_default(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct LockEntry {
    #[serde(skip_serializing_if = "Option::is_none", rename = "type")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    own_types: Vec<String>,
}

impl ProgramEntry {
    fn of(program: &Program) -> Self {
        let settings = program.settings.iter().filter_map(|spec| {
            let key = Value::from(spec.setting.name());
            Some((key, setting_entry(program, spec)?))
        });
        Self {
            id: program.id.to_string(),
            name: program.name.to_string(),
            known_by: KnownByEntry {
                images: Vec::new(),
                commands: program.recognise.commands.clone(),
            },
            library: program.library.name(),
            client_timeout: program.client_timeout,
            parser: Some(program.parser)
                .filter(|parser| *parser != ParserKind::Unknown)
                .and_then(parser_word),
            settings: settings.collect(),
            config: program.config.as_ref().map(ConfigSourceEntry::of),
            lock: LockEntry {
                kind: program.lock_type.as_deref().map(str::to_owned),
                own_types: program.own_lock_types.clone(),
            },
            identity: identity_entry(&program.identity),
            releases: program.releases,
            lock_elsewhere: program.lock_elsewhere,
            several_leaders: program.several_leaders,
        }
    }
}

/// How a setting is taken; `None` where a record has nothing to say.
fn setting_entry(program: &Program, spec: &SettingSpec) -> Option<Value> {
    let is_constant = spec.flags.is_empty() && spec.env.is_empty() && spec.keys.is_empty();
    // The record's own fields say these.
    let said_elsewhere = matches!(
        spec.setting,
        Setting::LockType | Setting::Identity | Setting::ReleaseOnCancel
    );
    if is_constant && (said_elsewhere || spec.default.is_none()) || !can_be_said(program, spec) {
        return None;
    }
    let mut entry = Mapping::new();
    let mut put = |key: &str, value: Value| {
        entry.insert(Value::from(key), value);
    };
    let carriers = [
        ("flags", &spec.flags),
        ("env", &spec.env),
        ("keys", &spec.keys),
    ];
    for (key, words) in carriers {
        if !words.is_empty() {
            put(key, Value::from(words.clone()));
        }
    }
    if spec.negative {
        put("negative", Value::from(true));
    }
    if spec.zero_is_default {
        put("zero-is-default", Value::from(true));
    }
    if spec.syntax == ValueSyntax::Duration(DurationSyntax::IntSeconds) {
        put("syntax", Value::from("seconds"));
    }
    if let Some(default) = spec.default.as_deref() {
        let value = match (&spec.syntax, default) {
            (ValueSyntax::Bool(BoolSyntax::GoParse), "true" | "false") => {
                Value::from(default == "true")
            }
            _ => Value::from(default),
        };
        put("default", value);
    }
    Some(Value::from(entry))
}

fn identity_entry(rule: &IdentityRule) -> Value {
    let base = identity_word(rule.base).unwrap_or_default();
    if rule.env.is_none() && rule.fallback.is_none() {
        return Value::from(base);
    }
    let mut entry = Mapping::new();
    let mut put = |key: &str, value: Value| {
        entry.insert(Value::from(key), value);
    };
    put("base", Value::from(base));
    if let Some(env) = rule.env.as_deref() {
        put("env", Value::from(env));
    }
    if let Some(fallback) = rule.fallback.as_deref() {
        put("fallback", Value::from(fallback));
    }
    if rule.falls_back_to_hostname {
        put("else-hostname", Value::from(true));
    }
    Value::from(entry)
}
