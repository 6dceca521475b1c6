//! The file format of dialects: what people write, and how it becomes `Program`s.
//!
//! Used when this crate is built (for `programs/*.yaml`) and when it runs (for a
//! user's own programs). `programs/README.md` describes every field.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

use super::boolean::{BoolReading, BoolSyntax};
use super::command_line::ParserKind;
use super::dialect::{
    ConfigFormat, ConfigSource, Derivation, IdentityBase, IdentityRule, Library, List, Program,
    Recognition, Setting, SettingSpec, Text, ValueSyntax, VersionRule,
};
use super::duration::DurationSyntax;

/// A file of `programs/`, or the part of a configuration file that lists programs.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DialectFile {
    /// What the programs of this file have in common.
    #[serde(default)]
    pub family: Option<Record>,
    /// The programs.
    #[serde(default)]
    pub programs: Vec<Record>,
}

/// A family or a program. What is left out is inherited.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct Record {
    pub id: String,
    #[serde(default)]
    pub name: Option<String>,
    /// The family shown to people, where it is not the file's.
    #[serde(default)]
    pub family: Option<String>,
    /// Id of a family or program whose facts are taken over first (never its recognition).
    #[serde(default)]
    pub like: Option<String>,
    #[serde(default)]
    pub known_by: Option<KnownBy>,
    #[serde(default)]
    pub generic: Option<bool>,
    #[serde(default)]
    pub library: Option<String>,
    #[serde(default)]
    pub client_timeout: Option<bool>,
    #[serde(default)]
    pub parser: Option<String>,
    #[serde(default)]
    pub underscores: Option<bool>,
    #[serde(default)]
    pub refuses_positionals: Option<bool>,
    #[serde(default)]
    pub ignores_unknown_flags: Option<bool>,
    #[serde(default)]
    pub refuses_repeats: Option<bool>,
    #[serde(default)]
    pub flags_complete: Option<bool>,
    #[serde(default)]
    pub other_flags: Option<Words>,
    #[serde(default)]
    pub settings: SettingRecords,
    #[serde(default)]
    pub absent: Words,
    #[serde(default)]
    pub lock: Option<LockRecord>,
    #[serde(default)]
    pub identity: Option<IdentityRecord>,
    #[serde(default, deserialize_with = "given")]
    pub releases: Option<Option<bool>>,
    #[serde(default)]
    pub never_elects: Option<bool>,
    #[serde(default)]
    pub replicas_are_fine: Option<bool>,
    #[serde(default)]
    pub lock_elsewhere: Option<bool>,
    #[serde(default)]
    pub part_of_system: Option<bool>,
    #[serde(default)]
    pub several_leaders: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    pub shutdown_seconds: Option<Option<u32>>,
    #[serde(default)]
    pub config: Option<ConfigRecord>,
    #[serde(default)]
    pub versions: Option<Vec<VersionRecord>>,
}

/// The nine settings; a plain value in place of a record is the default alone.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct SettingRecords {
    #[serde(default)]
    pub enable: Option<SettingRecord>,
    #[serde(default)]
    pub lease_duration: Option<SettingRecord>,
    #[serde(default)]
    pub renew_deadline: Option<SettingRecord>,
    #[serde(default)]
    pub retry_period: Option<SettingRecord>,
    #[serde(default)]
    pub lock_name: Option<SettingRecord>,
    #[serde(default)]
    pub lock_namespace: Option<SettingRecord>,
    #[serde(default)]
    pub lock_type: Option<SettingRecord>,
    #[serde(default)]
    pub identity: Option<SettingRecord>,
    #[serde(default)]
    pub release_on_cancel: Option<SettingRecord>,
}

impl SettingRecords {
    fn each(&self) -> [(Setting, Option<&SettingRecord>); 9] {
        [
            (Setting::Enable, self.enable.as_ref()),
            (Setting::LeaseDuration, self.lease_duration.as_ref()),
            (Setting::RenewDeadline, self.renew_deadline.as_ref()),
            (Setting::RetryPeriod, self.retry_period.as_ref()),
            (Setting::LockName, self.lock_name.as_ref()),
            (Setting::LockNamespace, self.lock_namespace.as_ref()),
            (Setting::LockType, self.lock_type.as_ref()),
            (Setting::Identity, self.identity.as_ref()),
            (Setting::ReleaseOnCancel, self.release_on_cancel.as_ref()),
        ]
    }
}

/// How one setting is taken.
#[derive(Clone, Debug, Default)]
pub struct SettingRecord(SettingFields);

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct SettingFields {
    #[serde(default)]
    flags: Option<Words>,
    #[serde(default)]
    ignored_flags: Option<Words>,
    #[serde(default)]
    env: Option<Words>,
    #[serde(default)]
    keys: Option<Words>,
    #[serde(default)]
    feature_gate: Option<String>,
    #[serde(default)]
    syntax: Option<SyntaxRecord>,
    #[serde(default)]
    negative: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    default: Option<Option<Scalar>>,
    #[serde(default)]
    derive: Option<String>,
    #[serde(default)]
    required: Option<bool>,
    #[serde(default)]
    zero_is_default: Option<bool>,
    #[serde(default)]
    unreadable_is_default: Option<bool>,
}

/// Text as it was written, whatever YAML takes it for.
#[derive(Clone, Debug)]
struct Scalar(String);

/// One word or a list of words.
#[derive(Clone, Debug, Default)]
pub struct Words(Vec<String>);

/// The name of a syntax, or words that mean on and off.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "the name of a syntax, or {on: [...], off: [...]}"
)]
enum SyntaxRecord {
    Named(String),
    Words {
        on: Words,
        #[serde(default)]
        off: Words,
    },
}

/// Defaults of the lock, and its type.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct LockRecord {
    #[serde(default, deserialize_with = "given")]
    pub name: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    pub namespace: Option<Option<String>>,
    #[serde(default, rename = "type", deserialize_with = "given")]
    pub kind: Option<Option<String>>,
    #[serde(default)]
    pub own_types: Option<Words>,
}

/// A word, or how the identity is read from a variable.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "a word such as `hostname-uuid`, or {base, env, required, fallback, else-hostname}"
)]
#[allow(missing_docs)]
pub enum IdentityRecord {
    Base(String),
    Rule(IdentityFields),
}

/// The long form of an identity.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct IdentityFields {
    pub base: String,
    #[serde(default)]
    pub env: Option<String>,
    #[serde(default)]
    pub required: bool,
    #[serde(default)]
    pub fallback: Option<String>,
    #[serde(default)]
    pub else_hostname: bool,
}

/// Where a configuration file is found.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct ConfigRecord {
    #[serde(default)]
    pub flags: Words,
    #[serde(default)]
    pub folder_flags: Words,
    #[serde(default)]
    pub env: Words,
    #[serde(default)]
    pub names: Words,
    #[serde(default)]
    pub configmap_env: Words,
    #[serde(default)]
    pub configmaps: Words,
    pub format: String,
    #[serde(default)]
    pub wins_over_flags: bool,
}

/// How a program is known.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct KnownBy {
    #[serde(default)]
    pub images: Words,
    #[serde(default)]
    pub commands: Words,
    #[serde(default)]
    pub flags: Words,
    #[serde(default)]
    pub flags_together: Words,
    #[serde(default)]
    pub env: Words,
    #[serde(default)]
    pub config_kinds: Words,
    #[serde(default)]
    pub hint_flags: Words,
    #[serde(default)]
    pub hint_env: Words,
    /// `image`, `command` or both.
    #[serde(default)]
    pub weak: Words,
    #[serde(default)]
    pub not_commands: Words,
}

/// A difference between versions.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct VersionRecord {
    #[serde(default)]
    pub from: Option<String>,
    #[serde(default)]
    pub before: Option<String>,
    #[serde(default)]
    pub images: Words,
    #[serde(default)]
    pub lock_type: Option<String>,
    #[serde(default)]
    pub enable: Option<bool>,
    #[serde(default)]
    timing: Option<Vec<Scalar>>,
    #[serde(default)]
    pub absent: Words,
}

/// What is wrong with a dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialectError {
    /// Id of the family or program.
    pub program: String,
    /// The field, dotted, such as `settings.lease-duration.default`.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

impl fmt::Display for DialectError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            program,
            field,
            problem,
        } = self;
        write!(out, "program `{program}`: {field}: {problem}")
    }
}

impl std::error::Error for DialectError {}

/// Compiles one file that refers to nothing outside.
///
/// # Errors
/// The first mistake in the file.
pub fn compile(file: DialectFile) -> Result<Vec<Program>, DialectError> {
    compile_all(&[file], &[])
}

/// Compiles files whose records may build on one another's families and programs, and on `known` ones.
///
/// # Errors
/// The first mistake in the files.
pub fn compile_all(files: &[DialectFile], known: &[Program]) -> Result<Vec<Program>, DialectError> {
    let bases = Bases { files, known };
    bases.refuse_duplicates()?;
    let mut programs = Vec::new();
    for file in files {
        for record in &file.programs {
            let program = bases.program(record, file.family.as_ref(), 0)?;
            check(&program)?;
            programs.push(program);
        }
        if let Some(family) = &file.family {
            bases.family(family, 0)?;
        }
    }
    Ok(programs)
}

/// Where `like` is looked up.
struct Bases<'a> {
    files: &'a [DialectFile],
    known: &'a [Program],
}

impl Bases<'_> {
    const DEEPEST: usize = 8;

    fn refuse_duplicates(&self) -> Result<(), DialectError> {
        let mut ids: Vec<&str> = Vec::new();
        let mut families: Vec<&str> = Vec::new();
        for file in self.files {
            if let Some(family) = &file.family {
                if families.contains(&family.id.as_str()) {
                    return Err(mistake(&family.id, "id", "two families have this id"));
                }
                families.push(&family.id);
            }
            for record in &file.programs {
                if ids.contains(&record.id.as_str()) {
                    return Err(mistake(&record.id, "id", "two programs have this id"));
                }
                ids.push(&record.id);
            }
        }
        Ok(())
    }

    fn family(&self, record: &Record, depth: usize) -> Result<Program, DialectError> {
        let base = match &record.like {
            Some(like) => self.like(record, like, depth)?,
            None => blank(&record.id),
        };
        let mut family = apply(base, record)?;
        family.family = owned(&record.id);
        Ok(family)
    }

    fn program(
        &self,
        record: &Record,
        family: Option<&Record>,
        depth: usize,
    ) -> Result<Program, DialectError> {
        let base = match (&record.like, family) {
            (Some(like), _) => self.like(record, like, depth)?,
            (None, Some(family)) => self.family(family, depth + 1)?,
            (None, None) => blank(&record.id),
        };
        let mut base = base;
        base.recognise = no_recognition();
        base.generic = false;
        base.name = Cow::Borrowed("");
        if let (Some(_), Some(family)) = (&record.like, family) {
            base.family = owned(&family.id);
        }
        if let Some(family) = &record.family {
            base.family = owned(family);
        }
        let mut program = apply(base, record)?;
        if program.name.is_empty() {
            program.name = owned(&record.id);
        }
        Ok(program)
    }

    fn like(&self, record: &Record, like: &str, depth: usize) -> Result<Program, DialectError> {
        if depth > Self::DEEPEST {
            return Err(mistake(&record.id, "like", "goes round in a circle"));
        }
        for file in self.files {
            if let Some(family) = file.family.as_ref().filter(|family| family.id == like)
                && !std::ptr::eq(family, record)
            {
                return self.family(family, depth + 1);
            }
        }
        for file in self.files {
            if let Some(base) = file.programs.iter().find(|base| base.id == like)
                && !std::ptr::eq(base, record)
            {
                return self.program(base, file.family.as_ref(), depth + 1);
            }
        }
        self.known
            .iter()
            .find(|program| program.id == like)
            .or_else(|| {
                let of_family = |program: &&Program| program.family == like;
                self.known
                    .iter()
                    .filter(of_family)
                    .find(|program| program.generic)
            })
            .cloned()
            .ok_or_else(|| mistake(&record.id, "like", format!("no program or family `{like}`")))
    }
}

/// A program of which nothing is known.
fn blank(family: &str) -> Program {
    Program {
        id: Cow::Borrowed(""),
        name: Cow::Borrowed(""),
        family: owned(family),
        generic: false,
        library: Library::Unknown,
        client_timeout: false,
        parser: ParserKind::Unknown,
        underscores: false,
        refuses_positionals: false,
        ignores_unknown_flags: false,
        refuses_repeats: false,
        flags_complete: false,
        other_flags: Cow::Borrowed(&[]),
        settings: Cow::Borrowed(&[]),
        identity: IdentityRule {
            base: IdentityBase::Unknown,
            env: None,
            required: false,
            fallback: None,
            falls_back_to_hostname: false,
        },
        releases: None,
        lock_type: None,
        own_lock_types: Cow::Borrowed(&[]),
        never_elects: false,
        replicas_are_fine: false,
        lock_elsewhere: false,
        part_of_system: false,
        several_leaders: false,
        shutdown_seconds: None,
        config: None,
        recognise: no_recognition(),
        versions: Cow::Borrowed(&[]),
    }
}

const fn no_recognition() -> Recognition {
    Recognition {
        images: Cow::Borrowed(&[]),
        commands: Cow::Borrowed(&[]),
        flags: Cow::Borrowed(&[]),
        flags_together: Cow::Borrowed(&[]),
        env: Cow::Borrowed(&[]),
        config_kinds: Cow::Borrowed(&[]),
        hint_flags: Cow::Borrowed(&[]),
        hint_env: Cow::Borrowed(&[]),
        image_is_weak: false,
        command_is_weak: false,
        not_commands: Cow::Borrowed(&[]),
    }
}

/// Lays a record over what it inherits.
fn apply(mut program: Program, record: &Record) -> Result<Program, DialectError> {
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
    apply_lock(&mut program, record.lock.as_ref());
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

fn apply_settings(program: &mut Program, record: &Record) -> Result<(), DialectError> {
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

fn without(list: &[Text], word: &str) -> List<Text> {
    Cow::Owned(list.iter().filter(|text| *text != word).cloned().collect())
}

fn blank_setting(setting: Setting) -> SettingSpec {
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

fn apply_lock(program: &mut Program, lock: Option<&LockRecord>) {
    let Some(lock) = lock else { return };
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
}

fn identity_rule(id: &str, written: &IdentityRecord) -> Result<IdentityRule, DialectError> {
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

fn config_source(id: &str, written: &ConfigRecord) -> Result<ConfigSource, DialectError> {
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

fn recognition(id: &str, written: &KnownBy) -> Result<Recognition, DialectError> {
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
        config_kinds: list(&written.config_kinds.0),
        hint_flags: flag_names(id, "known-by.hint-flags", &written.hint_flags)?,
        hint_env: list(&written.hint_env.0),
        image_is_weak: weak("image"),
        command_is_weak: weak("command"),
        not_commands: list(&written.not_commands.0),
    })
}

fn version_rule(id: &str, written: &VersionRecord) -> Result<VersionRule, DialectError> {
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
fn derivation(formula: &str) -> Result<Derivation, String> {
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

fn value_syntax(
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

/// What only the finished program shows.
fn check(program: &Program) -> Result<(), DialectError> {
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
        || !known.config_kinds.is_empty();
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
    for rule in program.versions.iter() {
        let Some((lease, renew, retry)) = &rule.timing else {
            continue;
        };
        let values = [
            (Setting::LeaseDuration, lease),
            (Setting::RenewDeadline, renew),
            (Setting::RetryPeriod, retry),
        ];
        for (setting, value) in values {
            let readable = program
                .spec(setting)
                .is_some_and(|spec| readable(&spec.syntax, value));
            if !readable {
                let problem = format!("`{value}` cannot be read as {}", setting.words());
                return Err(mistake(id, "versions.timing", problem));
            }
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
        ValueSyntax::Words { on, off } => on.iter().chain(off.iter()).any(|word| word == text),
    }
}

const LIBRARIES: &[(&str, Library)] = &[
    ("client-go", Library::ClientGo),
    ("controller-runtime", Library::ControllerRuntime),
    ("fabric8", Library::Fabric8),
    ("kubernetes-python", Library::Python),
    ("kubert", Library::Kubert),
    ("kubeops", Library::KubeOps),
    ("leader-for-life", Library::LeaderForLife),
    ("own", Library::Own),
    ("unknown", Library::Unknown),
];

const IDENTITIES: &[(&str, IdentityBase)] = &[
    ("hostname-uuid", IdentityBase::HostnameUuid),
    ("hostname", IdentityBase::Hostname),
    ("pod-name-env", IdentityBase::PodNameEnv),
    ("env", IdentityBase::Env),
    ("flag", IdentityBase::Flag),
    ("node-name", IdentityBase::NodeName),
    ("literal", IdentityBase::Literal),
    ("unknown", IdentityBase::Unknown),
];

const PARSERS: &[(&str, ParserKind)] = &[
    ("pflag", ParserKind::Pflag),
    ("go-flag", ParserKind::GoFlag),
    ("kingpin", ParserKind::Kingpin),
    ("kong", ParserKind::Kong),
    ("click", ParserKind::Click),
    ("urfave-cli", ParserKind::UrfaveCli),
    ("viper", ParserKind::Viper),
    ("java-properties", ParserKind::JavaProperties),
    ("unknown", ParserKind::Unknown),
];

const BOOLEANS: &[(&str, BoolSyntax)] = &[
    ("bool", BoolSyntax::GoParse),
    ("true-false", BoolSyntax::TrueFalse),
    ("yes-no", BoolSyntax::YesNo),
    ("exact-true", BoolSyntax::ExactTrue),
    ("java-bool", BoolSyntax::Java),
];

const DURATIONS: &[(&str, DurationSyntax)] = &[
    ("go-duration", DurationSyntax::Go),
    ("gateway-duration", DurationSyntax::Gateway),
    (
        "go-duration-or-nanoseconds",
        DurationSyntax::NfdNumberIsNanoseconds,
    ),
    ("seconds", DurationSyntax::IntSeconds),
    ("milliseconds", DurationSyntax::IntMillis),
    ("iso8601", DurationSyntax::Iso8601),
    ("flink-duration", DurationSyntax::Flink),
    ("spring-duration", DurationSyntax::Spring),
];

const FORMATS: &[(&str, ConfigFormat)] = &[
    ("yaml", ConfigFormat::Yaml),
    ("properties", ConfigFormat::Properties),
    ("keys", ConfigFormat::Keys),
];

fn named<T: Copy>(
    id: &str,
    field: &str,
    word: &str,
    names: &[(&str, T)],
) -> Result<T, DialectError> {
    if let Some((_, value)) = names.iter().find(|(name, _)| *name == word) {
        return Ok(*value);
    }
    let names: Vec<_> = names.iter().map(|(name, _)| *name).collect();
    Err(mistake(
        id,
        field,
        format!("`{word}` is none of {}", names.join(", ")),
    ))
}

fn setting_named(id: &str, field: &str, word: &str) -> Result<Setting, DialectError> {
    let names = Setting::ALL.map(|setting| (setting.name(), setting));
    named(id, field, word, &names)
}

fn flag_names(id: &str, field: &str, words: &Words) -> Result<List<Text>, DialectError> {
    if let Some(word) = words
        .0
        .iter()
        .find(|word| word.starts_with('-') || word.is_empty())
    {
        return Err(mistake(
            id,
            field,
            format!("`{word}`: flags are written without dashes"),
        ));
    }
    Ok(list(&words.0))
}

fn mistake(program: &str, field: &str, problem: impl Into<String>) -> DialectError {
    DialectError {
        program: program.to_owned(),
        field: field.to_owned(),
        problem: problem.into(),
    }
}

fn is_kebab(id: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    id.split('-').all(word)
}

fn owned(text: &str) -> Text {
    Cow::Owned(text.to_owned())
}

fn list(words: &[String]) -> List<Text> {
    Cow::Owned(words.iter().map(|word| owned(word)).collect())
}

/// Tells a field that is written as `null` from one that is left out.
fn given<'de, D, T>(input: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(input).map(Some)
}

struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a word, a number or a boolean")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar(value.to_string()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar(value.to_string()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Scalar, E> {
        Ok(Scalar(value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Scalar, E> {
        Ok(Scalar(value.to_string()))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar(value.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(ScalarVisitor)
    }
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct WordsVisitor;

        impl<'de> Visitor<'de> for WordsVisitor {
            type Value = Words;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a word or a list of words")
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<Words, E> {
                Ok(Words(vec![value.to_owned()]))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Words, A::Error> {
                let mut words = Vec::new();
                while let Some(Scalar(word)) = items.next_element()? {
                    words.push(word);
                }
                Ok(Words(words))
            }
        }

        input.deserialize_any(WordsVisitor)
    }
}

impl<'de> Deserialize<'de> for SettingRecord {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct SettingVisitor;

        fn constant<E: de::Error>(value: Result<Scalar, E>) -> Result<SettingRecord, E> {
            Ok(SettingRecord(SettingFields {
                default: Some(Some(value?)),
                ..SettingFields::default()
            }))
        }

        impl<'de> Visitor<'de> for SettingVisitor {
            type Value = SettingRecord;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a default, or a mapping that says how the setting is taken")
            }

            fn visit_bool<E: de::Error>(self, value: bool) -> Result<SettingRecord, E> {
                constant(ScalarVisitor.visit_bool(value))
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<SettingRecord, E> {
                constant(ScalarVisitor.visit_i64(value))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<SettingRecord, E> {
                constant(ScalarVisitor.visit_u64(value))
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<SettingRecord, E> {
                constant(ScalarVisitor.visit_f64(value))
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<SettingRecord, E> {
                constant(ScalarVisitor.visit_str(value))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<SettingRecord, A::Error> {
                let fields = de::value::MapAccessDeserializer::new(map);
                SettingFields::deserialize(fields).map(SettingRecord)
            }
        }

        input.deserialize_any(SettingVisitor)
    }
}
