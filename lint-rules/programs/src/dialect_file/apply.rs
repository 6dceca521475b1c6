//! What a record says, laid over what it inherits.

use super::words::*;
use super::*;

/// Lays a record over what it inherits.
pub(super) fn apply(mut program: Program, record: &Record) -> Result<Program, DialectError> {
    let id = &record.id;
    if !is_kebab(id) {
        return Err(mistake(id, "id", "must be lower-case words joined by `-`"));
    }
    program.id = owned(id);
    if let Some(name) = &record.name {
        program.name = owned(name);
    }
    if let Some(word) = &record.library {
        program.library = named(id, "library", word, LIBRARIES)?;
    }
    if let Some(word) = &record.parser {
        program.parser = named(id, "parser", word, PARSERS)?;
    }
    let switches = [
        (record.generic, &mut program.generic),
        (record.client_timeout, &mut program.client_timeout),
        (record.underscores, &mut program.underscores),
        (record.refuses_positionals, &mut program.refuses_positionals),
        (
            record.ignores_unknown_flags,
            &mut program.ignores_unknown_flags,
        ),
        (record.refuses_repeats, &mut program.refuses_repeats),
        (record.flags_complete, &mut program.flags_complete),
        (record.never_elects, &mut program.never_elects),
        (record.replicas_are_fine, &mut program.replicas_are_fine),
        (record.lock_elsewhere, &mut program.lock_elsewhere),
        (record.part_of_system, &mut program.part_of_system),
        (record.several_leaders, &mut program.several_leaders),
    ];
    for (written, field) in switches {
        if let Some(written) = written {
            *field = written;
        }
    }
    if let Some(words) = &record.other_flags {
        program.other_flags = flag_names(id, "other-flags", words)?;
    }
    if let Some(releases) = record.releases {
        program.releases = releases;
    }
    if let Some(seconds) = record.shutdown_seconds {
        program.shutdown_seconds = seconds;
    }
    apply_settings(&mut program, record)?;
    apply_lock(&mut program, record.lock.as_ref())?;
    if let Some(identity) = &record.identity {
        program.identity = identity_rule(id, identity)?;
    }
    if let Some(config) = &record.config {
        program.config = Some(config_source(id, config)?);
    }
    if let Some(known_by) = &record.known_by {
        program.recognise = recognition(id, known_by)?;
    }
    if let Some(versions) = &record.versions {
        let rules: Result<Vec<_>, _> = versions.iter().map(|rule| version_rule(id, rule)).collect();
        program.versions = Cow::Owned(rules?);
    }
    Ok(program)
}

pub(super) fn apply_settings(program: &mut Program, record: &Record) -> Result<(), DialectError> {
    let id = &record.id;
    let mut settings = program.settings.to_vec();
    for (setting, written) in record.settings.each() {
        let Some(SettingRecord(written)) = written else {
            continue;
        };
        let at = match settings.iter().position(|spec| spec.setting == setting) {
            Some(at) => at,
            None => {
                settings.push(blank_setting(setting));
                settings.len() - 1
            }
        };
        apply_setting(id, &mut settings[at], written)?;
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
    program.settings = Cow::Owned(settings);
    Ok(())
}

pub(super) fn without(list: &[Text], word: &str) -> List<Text> {
    Cow::Owned(list.iter().filter(|text| *text != word).cloned().collect())
}

pub(super) fn blank_setting(setting: Setting) -> SettingSpec {
    let syntax = match setting {
        Setting::Enable | Setting::ReleaseOnCancel => ValueSyntax::Bool(BOOLEANS[0].1),
        Setting::LeaseDuration | Setting::RenewDeadline | Setting::RetryPeriod => {
            ValueSyntax::Duration(DURATIONS[0].1)
        }
        Setting::LockName | Setting::LockNamespace | Setting::LockType | Setting::Identity => {
            ValueSyntax::Text
        }
    };
    SettingSpec {
        setting,
        flags: Cow::Borrowed(&[]),
        ignored_flags: Cow::Borrowed(&[]),
        env: Cow::Borrowed(&[]),
        keys: Cow::Borrowed(&[]),
        feature_gate: None,
        syntax,
        negative: false,
        default: None,
        derive: None,
        required: false,
        zero_is_default: false,
        unreadable_is_default: false,
    }
}

pub(super) fn apply_setting(
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
        spec.env = list(&words.0);
    }
    if let Some(words) = &written.keys {
        spec.keys = list(&words.0);
    }
    if let Some(gate) = &written.feature_gate {
        spec.feature_gate = Some(owned(gate));
    }
    if let Some(syntax) = &written.syntax {
        spec.syntax = value_syntax(id, &field("syntax"), syntax)?;
    }
    if let Some(default) = &written.default {
        spec.default = default.as_ref().map(|Scalar(text)| owned(text));
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

pub(super) fn apply_lock(
    program: &mut Program,
    lock: Option<&LockRecord>,
) -> Result<(), DialectError> {
    let Some(lock) = lock else { return Ok(()) };
    let defaults = [
        (Setting::LockName, &lock.name),
        (Setting::LockNamespace, &lock.namespace),
    ];
    for (setting, written) in defaults {
        let Some(written) = written else { continue };
        let settings = program.settings.to_mut();
        let at = match settings.iter().position(|spec| spec.setting == setting) {
            Some(at) => at,
            None => {
                settings.push(blank_setting(setting));
                settings.len() - 1
            }
        };
        settings[at].default = written.as_deref().map(owned);
    }
    program.settings.to_mut().sort_by_key(|spec| spec.setting);
    if let Some(kind) = &lock.kind {
        program.lock_type = kind.as_deref().map(owned);
    }
    if let Some(own_types) = &lock.own_types {
        program.own_lock_types = list(&own_types.0);
    }
    if let Some(older) = &lock.older_types {
        const OLDER: &[&str] = &["configmaps", "endpoints"];
        if let Some(word) = older.0.iter().find(|word| !OLDER.contains(&word.as_str())) {
            let problem = format!("`{word}` is none of {}", OLDER.join(", "));
            return Err(mistake(&program.id, "lock.older-types", problem));
        }
        program.older_lock_types = list(&older.0);
    }
    if let Some(verbs) = &lock.verbs {
        const VERBS: &[&str] = &[
            "get", "list", "watch", "create", "update", "patch", "delete",
        ];
        if let Some(word) = verbs.0.iter().find(|verb| !VERBS.contains(&verb.as_str())) {
            let problem = format!("`{word}` is none of {}", VERBS.join(", "));
            return Err(mistake(&program.id, "lock.verbs", problem));
        }
        program.own_lock_verbs = list(&verbs.0);
    }
    Ok(())
}

pub(super) fn identity_rule(
    id: &str,
    written: &IdentityRecord,
) -> Result<IdentityRule, DialectError> {
    let short;
    let rule = match written {
        IdentityRecord::Rule(rule) => rule,
        IdentityRecord::Base(base) => {
            short = IdentityFields {
                base: base.clone(),
                ..IdentityFields::default()
            };
            &short
        }
    };
    let base = named(id, "identity.base", &rule.base, IDENTITIES)?;
    let reads_env = matches!(base, IdentityBase::PodNameEnv | IdentityBase::Env);
    if reads_env && rule.env.is_none() {
        return Err(mistake(id, "identity.env", "must name the variable"));
    }
    Ok(IdentityRule {
        base,
        env: rule.env.as_deref().map(owned),
        required: rule.required,
        fallback: rule.fallback.as_deref().map(owned),
        falls_back_to_hostname: rule.else_hostname,
    })
}

pub(super) fn config_source(
    id: &str,
    written: &ConfigRecord,
) -> Result<ConfigSource, DialectError> {
    Ok(ConfigSource {
        flags: flag_names(id, "config.flags", &written.flags)?,
        folder_flags: flag_names(id, "config.folder-flags", &written.folder_flags)?,
        env: list(&written.env.0),
        names: list(&written.names.0),
        configmap_env: list(&written.configmap_env.0),
        configmaps: list(&written.configmaps.0),
        format: named(id, "config.format", &written.format, FORMATS)?,
        wins_over_flags: written.wins_over_flags,
    })
}

pub(super) fn recognition(id: &str, written: &KnownBy) -> Result<Recognition, DialectError> {
    for image in &written.images.0 {
        if image.is_empty()
            || image.contains([':', '@', ' '])
            || image.split('/').any(str::is_empty)
        {
            let problem =
                format!("`{image}`: only the end of an image path, without tag or digest");
            return Err(mistake(id, "known-by.images", problem));
        }
    }
    for command in &written.commands.0 {
        let first = command.split_whitespace().next().unwrap_or_default();
        if first.is_empty() || first.contains('/') {
            let problem =
                format!("`{command}`: the program's file name without folder, then subcommands");
            return Err(mistake(id, "known-by.commands", problem));
        }
    }
    let weak = |word: &str| written.weak.0.iter().any(|weak| weak == word);
    if let Some(other) = written
        .weak
        .0
        .iter()
        .find(|word| !["image", "command"].contains(&word.as_str()))
    {
        let problem = format!("`{other}`: `image` or `command`");
        return Err(mistake(id, "known-by.weak", problem));
    }
    Ok(Recognition {
        images: list(&written.images.0),
        commands: list(&written.commands.0),
        flags: flag_names(id, "known-by.flags", &written.flags)?,
        flags_together: flag_names(id, "known-by.flags-together", &written.flags_together)?,
        env: list(&written.env.0),
        env_together: list(&written.env_together.0),
        config_kinds: list(&written.config_kinds.0),
        config_keys: list(&written.config_keys.0),
        hint_flags: flag_names(id, "known-by.hint-flags", &written.hint_flags)?,
        hint_env: list(&written.hint_env.0),
        image_is_weak: weak("image"),
        command_is_weak: weak("command"),
        not_commands: list(&written.not_commands.0),
    })
}

pub(super) fn version_rule(id: &str, written: &VersionRecord) -> Result<VersionRule, DialectError> {
    let ends = [
        ("versions.from", &written.from),
        ("versions.before", &written.before),
    ];
    for (field, version) in ends {
        let numbers = version.as_deref().unwrap_or("0").split('.');
        if numbers
            .into_iter()
            .any(|number| number.parse::<u32>().is_err())
        {
            return Err(mistake(id, field, "must be a version such as `2.3`"));
        }
    }
    let timing = match written.timing.as_deref() {
        None => None,
        Some([lease, renew, retry]) => Some((owned(&lease.0), owned(&renew.0), owned(&retry.0))),
        Some(_) => {
            let problem = "must be three values: lease, renew, retry";
            return Err(mistake(id, "versions.timing", problem));
        }
    };
    let absent: Result<Vec<Setting>, _> = written
        .absent
        .0
        .iter()
        .map(|word| setting_named(id, "versions.absent", word))
        .collect();
    Ok(VersionRule {
        from: written.from.as_deref().map(owned),
        before: written.before.as_deref().map(owned),
        images: list(&written.images.0),
        lock_type: written.lock_type.as_deref().map(owned),
        enable: written.enable,
        timing,
        absent: Cow::Owned(absent?),
    })
}

/// `retry-period * 6`, `lease-duration / 2`, `renew-deadline + 5s if written`.
pub(super) fn derivation(formula: &str) -> Result<Derivation, String> {
    let (formula, only_if_written) = match formula.strip_suffix(" if written") {
        Some(formula) => (formula, true),
        None => (formula, false),
    };
    let mut words = formula.split_whitespace();
    let from = words.next().unwrap_or_default();
    let from = Setting::ALL
        .into_iter()
        .find(|setting| setting.name() == from)
        .ok_or_else(|| format!("`{from}` is no setting"))?;
    let mut derived = Derivation {
        from,
        numerator: 1,
        denominator: 1,
        plus: 0,
        only_if_written,
    };
    while let Some(operator) = words.next() {
        let operand = words.next().unwrap_or_default();
        let whole = |text: &str| {
            let number = text
                .parse::<i64>()
                .ok()
                .filter(|number| (1..=1_000_000).contains(number));
            number.ok_or_else(|| format!("`{operand}` is no whole number from 1 to 1000000"))
        };
        match operator {
            "*" => derived.numerator = whole(operand)?,
            "/" => derived.denominator = whole(operand)?,
            "+" => {
                let seconds = operand.strip_suffix('s').unwrap_or_default();
                derived.plus = whole(seconds)? * 1_000_000_000;
            }
            other => return Err(format!("`{other}`: only `*`, `/` and `+` are known")),
        }
    }
    Ok(derived)
}

pub(super) fn value_syntax(
    id: &str,
    field: &str,
    written: &SyntaxRecord,
) -> Result<ValueSyntax, DialectError> {
    let word = match written {
        SyntaxRecord::Words { on, off } => {
            return Ok(ValueSyntax::Words {
                on: list(&on.0),
                off: list(&off.0),
            });
        }
        SyntaxRecord::Named(word) => word.as_str(),
    };
    if word == "text" {
        return Ok(ValueSyntax::Text);
    }
    if let Some((_, syntax)) = BOOLEANS.iter().find(|(name, _)| *name == word) {
        return Ok(ValueSyntax::Bool(*syntax));
    }
    if let Some((_, syntax)) = DURATIONS.iter().find(|(name, _)| *name == word) {
        return Ok(ValueSyntax::Duration(*syntax));
    }
    let names = ["text"].into_iter();
    let names = names.chain(BOOLEANS.iter().map(|(name, _)| *name));
    let names: Vec<_> = names
        .chain(DURATIONS.iter().map(|(name, _)| *name))
        .collect();
    Err(mistake(
        id,
        field,
        format!("`{word}` is none of {}", names.join(", ")),
    ))
}
