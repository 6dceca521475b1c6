//! A program that was read in source, in the shape of a record.

use go::carriers::{Carrier, carriers};
use go::evaluate::{Defaults, Evaluated, Part, evaluate};
use go::program::{SourceElector, SourceProgram};
use go::term::{SharedTerm, TermKind, TermOperator};
use go::{FlagLibrary, LibraryKind};
use programs::boolean::BoolSyntax;
use programs::command_line::ParserKind;
use programs::dialect::{LibraryVersion, Recognition};
use programs::duration::DurationSyntax;
use programs::{
    IdentityBase, IdentityRule, Library, Nanos, Program, Setting, SettingSpec, ValueSyntax,
};

use crate::settings_file::{CarriedKind, SettingsFile};

/// The record of a program's elector. `names` are the file names by which it is started.
pub(crate) fn record_of(
    program: &SourceProgram,
    elector: &SourceElector,
    names: &[String],
) -> Program {
    let name = names.first().cloned().unwrap_or_default();
    let id = match elector.command.as_slice() {
        [] => name.clone(),
        command => format!("{name}-{}", command.join("-")),
    };
    let library = match elector.library {
        LibraryKind::ClientGo => Library::ClientGo,
        LibraryKind::ControllerRuntime => Library::ControllerRuntime,
        LibraryKind::LeaderForLife => Library::LeaderForLife,
    };
    let lock_type = plain(&elector.lock_type);
    let file = SettingsFile::of(terms(elector).into_iter().map(|(_, term)| term));
    Program {
        id: id.clone(),
        name: id,
        family: "source".to_owned(),
        generic: false,
        library,
        library_version: elector.version.clone(),
        client_timeout: elector.client_timeout,
        unchecked_timing: false,
        parser: parser_of(program),
        underscores: false,
        refuses_positionals: false,
        ignores_unknown_flags: false,
        refuses_repeats: false,
        // Libraries may add flags of their own.
        flags_complete: false,
        other_flags: Vec::new(),
        settings: settings(elector, file.as_ref()),
        identity: identity(elector),
        releases: evaluated_truth(&elector.release),
        own_lock_types: own_lock_types(library, elector, lock_type.as_deref()),
        lock_type,
        older_lock_types: Vec::new(),
        own_lock_verbs: Vec::new(),
        never_elects: false,
        replicas_are_fine: false,
        lock_elsewhere: elector.lock_elsewhere,
        part_of_system: false,
        several_leaders: elector.several_leaders,
        shutdown_seconds: None,
        leader_only_probes: Vec::new(),
        config: file.as_ref().map(SettingsFile::source),
        read: None,
        recognise: recognition(elector, names),
        versions: Vec::new(),
        of_unknown_version: None,
        version_unknown: false,
        second_lock: None,
        possible_lock_types: Vec::new(),
    }
}

/// The lock's type, if the library's version still takes it although newer ones refuse it. What is not known is not held
/// against it.
fn own_lock_types(
    library: Library,
    elector: &SourceElector,
    lock_type: Option<&str>,
) -> Vec<String> {
    let Some(kind) = lock_type.filter(|kind| *kind != "leases") else {
        return Vec::new();
    };
    let version = elector.version.as_deref().and_then(LibraryVersion::parse);
    let takes = version.and_then(|version| library.takes_lock_type_at(version, kind));
    match takes {
        Some(false) => Vec::new(),
        Some(true) | None => vec![kind.to_owned()],
    }
}

fn parser_of(program: &SourceProgram) -> ParserKind {
    let library = program.flags.iter().map(|flag| flag.library).max();
    match library {
        Some(FlagLibrary::Flag) => ParserKind::GoFlag,
        Some(FlagLibrary::Pflag) => ParserKind::Pflag,
        Some(FlagLibrary::Kingpin) => ParserKind::Kingpin,
        Some(FlagLibrary::UrfaveCli) => ParserKind::UrfaveCli,
        Some(FlagLibrary::Kong) => ParserKind::Kong,
        None => ParserKind::Unknown,
    }
}

fn recognition(elector: &SourceElector, names: &[String]) -> Recognition {
    let commands = names.iter().map(|name| {
        let words = std::iter::once(name).chain(&elector.command);
        let words: Vec<&str> = words.map(String::as_str).collect();
        words.join(" ")
    });
    Recognition {
        images: Vec::new(),
        commands: commands.collect(),
        flags: Vec::new(),
        flags_together: Vec::new(),
        env: Vec::new(),
        env_together: Vec::new(),
        config_kinds: Vec::new(),
        config_keys: Vec::new(),
        hint_flags: Vec::new(),
        hint_env: Vec::new(),
        image_is_weak: false,
        command_is_weak: false,
        not_commands: Vec::new(),
    }
}

/// The terms of an elector's settings.
fn terms(elector: &SourceElector) -> [(Setting, &SharedTerm); 9] {
    [
        (Setting::Enable, &elector.enable),
        (Setting::LeaseDuration, &elector.lease_duration),
        (Setting::RenewDeadline, &elector.renew_deadline),
        (Setting::RetryPeriod, &elector.retry_period),
        (Setting::LockName, &elector.lock_name),
        (Setting::LockNamespace, &elector.lock_namespace),
        (Setting::LockType, &elector.lock_type),
        (Setting::Identity, &elector.identity),
        (Setting::ReleaseOnCancel, &elector.release),
    ]
}

fn settings(elector: &SourceElector, file: Option<&SettingsFile>) -> Vec<SettingSpec> {
    let specs = terms(elector).into_iter();
    let specs = specs.filter_map(|(setting, term)| match file {
        Some(file) if SettingsFile::decides(term) => spec_with_file(setting, term, file),
        _ => spec(setting, term),
    });
    specs.collect()
}

const fn is_duration(setting: Setting) -> bool {
    matches!(
        setting,
        Setting::LeaseDuration | Setting::RenewDeadline | Setting::RetryPeriod
    )
}

fn spec(setting: Setting, term: &SharedTerm) -> Option<SettingSpec> {
    let (mut flags, mut env, mut keys): (Vec<String>, Vec<String>, Vec<String>) =
        Default::default();
    let mut negative = false;
    // `time.Duration(seconds) * time.Second`
    let seconds = seconds_of(term).filter(|_| is_duration(setting));
    let found = carriers(seconds.unwrap_or(term));
    let default = match &found {
        Ok(found) => {
            negative = found.negative;
            for carrier in &found.carriers {
                match carrier {
                    Carrier::Flag(name) => flags.push(name.clone()),
                    Carrier::Variable(name) => env.push(name.clone()),
                    Carrier::Key(name) => keys.push(name.clone()),
                }
            }
            match seconds {
                Some(_) => default_seconds(term),
                None => default_text(setting, &found.default),
            }
        }
        // Without its inputs it would be another value than the program's.
        Err(_) if has_inputs(term) => None,
        Err(_) => default_text(setting, term),
    };
    if flags.is_empty() && env.is_empty() && keys.is_empty() && default.is_none() {
        return None;
    }
    Some(SettingSpec {
        flags,
        env,
        keys,
        negative,
        default,
        ..bare_spec(setting, seconds.is_some())
    })
}

/// A setting that keys of the program's file decide, if a record can say how.
fn spec_with_file(setting: Setting, term: &SharedTerm, file: &SettingsFile) -> Option<SettingSpec> {
    let kinds: &[CarriedKind] = match setting {
        Setting::Enable | Setting::ReleaseOnCancel => &[CarriedKind::Truth],
        _ if is_duration(setting) => &[CarriedKind::Duration, CarriedKind::Seconds],
        _ => &[CarriedKind::Text],
    };
    let mut kinds = kinds.iter();
    let (kind, found) = kinds.find_map(|kind| Some((*kind, file.carriers(term, *kind)?)))?;
    let default = match (kind, found.default.as_ref()) {
        (CarriedKind::Truth, Some(Evaluated::Truth(truth))) => {
            Some((*truth != found.negative).to_string())
        }
        (CarriedKind::Seconds, _) => default_seconds(term),
        (_, default) => default.and_then(|default| text_of(setting, default)),
    };
    Some(SettingSpec {
        flags: found.flags,
        env: found.variables,
        keys: found.keys,
        negative: found.negative,
        default,
        zero_is_default: found.zero_is_default,
        ..bare_spec(setting, kind == CarriedKind::Seconds)
    })
}

/// A setting that nothing carries. `in_seconds`: a number of seconds.
fn bare_spec(setting: Setting, in_seconds: bool) -> SettingSpec {
    let syntax = match setting {
        Setting::Enable | Setting::ReleaseOnCancel => ValueSyntax::Bool(BoolSyntax::GoParse),
        _ if is_duration(setting) => ValueSyntax::Duration(match in_seconds {
            true => DurationSyntax::IntSeconds,
            false => DurationSyntax::Go,
        }),
        _ => ValueSyntax::Text,
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

/// What a duration is multiplied from, if it is a number of seconds.
fn seconds_of(term: &SharedTerm) -> Option<&SharedTerm> {
    const SECOND: i64 = 1_000_000_000;
    let TermKind::Operation(TermOperator::Multiply, left, right) = &term.kind else {
        return None;
    };
    let has_inputs = |one: &&SharedTerm| has_inputs(one);
    if right.as_integer() == Some(SECOND) {
        return Some(left).filter(has_inputs);
    }
    (left.as_integer() == Some(SECOND))
        .then_some(right)
        .filter(has_inputs)
}

fn default_seconds(term: &SharedTerm) -> Option<String> {
    match evaluate(term, &Defaults).ok()? {
        Evaluated::Integer(nanos) if nanos % 1_000_000_000 == 0 => {
            Some((nanos / 1_000_000_000).to_string())
        }
        _ => None,
    }
}

/// Whether a term depends on flags, variables or files.
fn has_inputs(term: &SharedTerm) -> bool {
    term.any(&mut |part| {
        matches!(
            part.kind,
            TermKind::Flag(_)
                | TermKind::FlagGiven(_)
                | TermKind::Variable(_)
                | TermKind::VariableSet(_)
                | TermKind::Key(..)
                | TermKind::KeyGiven(_)
                | TermKind::Lookup(..)
        )
    })
}

fn default_text(setting: Setting, term: &SharedTerm) -> Option<String> {
    text_of(setting, &evaluate(term, &Defaults).ok()?)
}

/// A value as a record writes it.
fn text_of(setting: Setting, value: &Evaluated) -> Option<String> {
    match value {
        Evaluated::Truth(truth) => Some(truth.to_string()),
        Evaluated::Integer(number) => Some(Nanos(*number).to_string()),
        Evaluated::Text(parts) => match parts.as_slice() {
            [Part::Text(text)] => Some(text.clone()),
            [Part::PodNamespace] if setting == Setting::LockNamespace => Some("@pod".to_owned()),
            _ => None,
        },
        Evaluated::Nothing | Evaluated::Real(_) => None,
    }
}

fn plain(term: &SharedTerm) -> Option<String> {
    let text = evaluate(term, &Defaults).ok()?.plain_text()?;
    (!text.is_empty()).then_some(text)
}

fn evaluated_truth(term: &SharedTerm) -> Option<bool> {
    match evaluate(term, &Defaults).ok()? {
        Evaluated::Truth(truth) => Some(truth),
        _ => None,
    }
}

fn identity(elector: &SourceElector) -> IdentityRule {
    let variable = carriers(&elector.identity).ok().and_then(|found| {
        found
            .carriers
            .into_iter()
            .find_map(|carrier| match carrier {
                Carrier::Variable(name) => Some(name),
                _ => None,
            })
    });
    let default = evaluate(&elector.identity, &Defaults);
    let (base, fallback) = match &default {
        Ok(Evaluated::Text(parts)) if parts.contains(&Part::Random) => {
            (IdentityBase::HostnameUuid, None)
        }
        Ok(Evaluated::Text(parts)) if parts.contains(&Part::HostName) => {
            (IdentityBase::Hostname, None)
        }
        Ok(value) => match value.plain_text().filter(|text| !text.is_empty()) {
            Some(text) if variable.is_none() => (IdentityBase::Literal, Some(text)),
            fallback if variable.is_some() => (IdentityBase::Env, fallback),
            _ => (IdentityBase::Unknown, None),
        },
        Err(_) => (IdentityBase::Unknown, None),
    };
    IdentityRule {
        falls_back_to_hostname: variable.is_some() && base == IdentityBase::Hostname,
        base: if variable.is_some() {
            IdentityBase::Env
        } else {
            base
        },
        env: variable,
        required: false,
        fallback,
    }
}
