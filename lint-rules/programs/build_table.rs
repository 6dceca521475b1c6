//! `records/*.yaml` -> `programs.rs`: the dialects as static data, and tables to look them up.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::programs::dialect::{
    ConfigSource, Derivation, IdentityRule, Program, Recognition, SettingSpec, Text, ValueSyntax,
    VersionRule,
};
use crate::programs::dialect_file::{DialectFile, compile_all};
use crate::programs::pattern::parts;
use crate::programs::suffix_hash::suffix_hash;

/// Reads, checks and writes everything.
pub fn generate() -> Result<(), String> {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let folder = root.join("records");
    // The code behind the format is part of the build script, which cargo itself watches.
    println!("cargo::rerun-if-changed=records");
    let mut files = Vec::new();
    for path in yaml_files(&folder)? {
        let text =
            fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let file: DialectFile =
            serde_yaml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        files.push(file);
    }
    let programs = compile_all(&files, &[]).map_err(|error| error.to_string())?;
    let source = RustSource::of(&programs)?;
    let target = Path::new(&variable("OUT_DIR")?).join("programs.rs");
    fs::write(&target, source).map_err(|error| format!("{}: {error}", target.display()))
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|error| format!("{name}: {error}"))
}

/// The files in the order of their names.
fn yaml_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Rust source that grows; equal lists are written once.
#[derive(Default)]
struct RustSource {
    lists: BTreeMap<String, usize>,
    text: String,
}

impl RustSource {
    fn of(programs: &[Program]) -> Result<String, String> {
        let mut source = Self::default();
        let records: Vec<String> = programs
            .iter()
            .map(|program| source.program(program))
            .collect();
        let mut out = String::from("// Generated from programs/*.yaml.\n\n");
        out.push_str(&source.text);
        let _ = writeln!(
            out,
            "static PROGRAMS: &[Program] = &[\n{}\n];",
            records.join(",\n")
        );
        out.push_str(&tables(programs)?);
        Ok(out)
    }

    fn list(&mut self, kind: &str, items: &[String]) -> String {
        if items.is_empty() {
            return "Cow::Borrowed(&[])".to_owned();
        }
        let body = format!("[{kind}; {}] = [{}];", items.len(), items.join(", "));
        let next = self.lists.len();
        let number = *self.lists.entry(body.clone()).or_insert_with(|| {
            let _ = writeln!(self.text, "static LIST_{next}: {body}");
            next
        });
        format!("Cow::Borrowed(&LIST_{number})")
    }

    fn texts(&mut self, items: &[Text]) -> String {
        let items: Vec<String> = items.iter().map(text).collect();
        self.list("Text", &items)
    }

    fn program(&mut self, program: &Program) -> String {
        let settings: Vec<String> = program
            .settings
            .iter()
            .map(|spec| self.setting(spec))
            .collect();
        let versions: Vec<String> = program
            .versions
            .iter()
            .map(|rule| self.version(rule))
            .collect();
        let mut out = String::from("    Program {\n");
        let mut field = |name: &str, value: String| {
            let _ = writeln!(out, "        {name}: {value},");
        };
        field("id", text(&program.id));
        field("name", text(&program.name));
        field("family", text(&program.family));
        field("generic", program.generic.to_string());
        field("library", format!("Library::{:?}", program.library));
        field("client_timeout", program.client_timeout.to_string());
        field("parser", format!("ParserKind::{:?}", program.parser));
        field("underscores", program.underscores.to_string());
        field(
            "refuses_positionals",
            program.refuses_positionals.to_string(),
        );
        field(
            "ignores_unknown_flags",
            program.ignores_unknown_flags.to_string(),
        );
        field("refuses_repeats", program.refuses_repeats.to_string());
        field("flags_complete", program.flags_complete.to_string());
        field("other_flags", self.texts(&program.other_flags));
        field("settings", self.list("SettingSpec", &settings));
        field("identity", identity(&program.identity));
        field("releases", format!("{:?}", program.releases));
        field("lock_type", option(program.lock_type.as_ref().map(text)));
        field("own_lock_types", self.texts(&program.own_lock_types));
        field("older_lock_types", self.texts(&program.older_lock_types));
        field("own_lock_verbs", self.texts(&program.own_lock_verbs));
        field("never_elects", program.never_elects.to_string());
        field("replicas_are_fine", program.replicas_are_fine.to_string());
        field("lock_elsewhere", program.lock_elsewhere.to_string());
        field("part_of_system", program.part_of_system.to_string());
        field("several_leaders", program.several_leaders.to_string());
        field(
            "shutdown_seconds",
            format!("{:?}", program.shutdown_seconds),
        );
        field(
            "config",
            option(program.config.as_ref().map(|config| self.config(config))),
        );
        field("recognise", self.recognition(&program.recognise));
        field("versions", self.list("VersionRule", &versions));
        out.push_str("    }");
        out
    }

    fn setting(&mut self, spec: &SettingSpec) -> String {
        format!(
            "SettingSpec {{ setting: Setting::{:?}, flags: {}, ignored_flags: {}, env: {}, keys: {}, \
             feature_gate: {}, syntax: {}, negative: {}, default: {}, derive: {}, required: {}, \
             zero_is_default: {}, unreadable_is_default: {} }}",
            spec.setting,
            self.texts(&spec.flags),
            self.texts(&spec.ignored_flags),
            self.texts(&spec.env),
            self.texts(&spec.keys),
            option(spec.feature_gate.as_ref().map(text)),
            self.syntax(&spec.syntax),
            spec.negative,
            option(spec.default.as_ref().map(text)),
            option(spec.derive.as_ref().map(derivation)),
            spec.required,
            spec.zero_is_default,
            spec.unreadable_is_default,
        )
    }

    fn syntax(&mut self, syntax: &ValueSyntax) -> String {
        match syntax {
            ValueSyntax::Bool(syntax) => format!("ValueSyntax::Bool(BoolSyntax::{syntax:?})"),
            ValueSyntax::Duration(syntax) => {
                format!("ValueSyntax::Duration(DurationSyntax::{syntax:?})")
            }
            ValueSyntax::Text => "ValueSyntax::Text".to_owned(),
            ValueSyntax::Words { on, off } => {
                let (on, off) = (self.texts(on), self.texts(off));
                format!("ValueSyntax::Words {{ on: {on}, off: {off} }}")
            }
        }
    }

    fn config(&mut self, config: &ConfigSource) -> String {
        format!(
            "ConfigSource {{ flags: {}, folder_flags: {}, env: {}, names: {}, configmap_env: {}, \
             configmaps: {}, format: ConfigFormat::{:?}, wins_over_flags: {} }}",
            self.texts(&config.flags),
            self.texts(&config.folder_flags),
            self.texts(&config.env),
            self.texts(&config.names),
            self.texts(&config.configmap_env),
            self.texts(&config.configmaps),
            config.format,
            config.wins_over_flags,
        )
    }

    fn recognition(&mut self, known: &Recognition) -> String {
        format!(
            "Recognition {{ images: {}, commands: {}, flags: {}, flags_together: {}, env: {}, \
             env_together: {}, config_kinds: {}, config_keys: {}, hint_flags: {}, hint_env: {}, image_is_weak: {}, \
             command_is_weak: {}, not_commands: {} }}",
            self.texts(&known.images),
            self.texts(&known.commands),
            self.texts(&known.flags),
            self.texts(&known.flags_together),
            self.texts(&known.env),
            self.texts(&known.env_together),
            self.texts(&known.config_kinds),
            self.texts(&known.config_keys),
            self.texts(&known.hint_flags),
            self.texts(&known.hint_env),
            known.image_is_weak,
            known.command_is_weak,
            self.texts(&known.not_commands),
        )
    }

    fn version(&mut self, rule: &VersionRule) -> String {
        let absent: Vec<String> = rule
            .absent
            .iter()
            .map(|setting| format!("Setting::{setting:?}"))
            .collect();
        let timing = rule.timing.as_ref().map(|(lease, renew, retry)| {
            format!("({}, {}, {})", text(lease), text(renew), text(retry))
        });
        format!(
            "VersionRule {{ from: {}, before: {}, images: {}, lock_type: {}, enable: {:?}, timing: {}, absent: {} }}",
            option(rule.from.as_ref().map(text)),
            option(rule.before.as_ref().map(text)),
            self.texts(&rule.images),
            option(rule.lock_type.as_ref().map(text)),
            rule.enable,
            option(timing),
            self.list("Setting", &absent),
        )
    }
}

fn text(text: &Text) -> String {
    format!("Cow::Borrowed({text:?})")
}

fn option(value: Option<String>) -> String {
    value.map_or_else(|| "None".to_owned(), |value| format!("Some({value})"))
}

fn derivation(derived: &Derivation) -> String {
    let Derivation {
        from,
        numerator,
        denominator,
        plus,
        only_if_written,
    } = derived;
    format!(
        "Derivation {{ from: Setting::{from:?}, numerator: {numerator}, denominator: {denominator}, \
         plus: {plus}, only_if_written: {only_if_written} }}"
    )
}

fn identity(rule: &IdentityRule) -> String {
    format!(
        "IdentityRule {{ base: IdentityBase::{:?}, env: {}, required: {}, fallback: {}, \
         falls_back_to_hostname: {} }}",
        rule.base,
        option(rule.env.as_ref().map(text)),
        rule.required,
        option(rule.fallback.as_ref().map(text)),
        rule.falls_back_to_hostname,
    )
}

/// A table from words to the programs that they may mean, and one from patterns.
#[derive(Default)]
struct LookupTable {
    words: BTreeMap<String, Vec<u16>>,
    wild: BTreeMap<String, Vec<u16>>,
}

impl LookupTable {
    fn add(&mut self, word: &str, number: u16) {
        let numbers = if word.contains('*') {
            self.wild.entry(word.to_owned()).or_default()
        } else {
            self.words.entry(word.to_owned()).or_default()
        };
        if numbers.last() != Some(&number) {
            numbers.push(number);
        }
    }

    fn source(&self, name: &str) -> String {
        let mut out = String::new();
        let mut words: Vec<_> = self.words.iter().collect();
        words.sort_by_key(|(word, _)| (suffix_hash(word), *word));
        let _ = writeln!(out, "static {name}: &[(u64, &str, &[u16])] = &[");
        for (word, numbers) in words {
            let _ = writeln!(out, "    ({}, {word:?}, &{numbers:?}),", suffix_hash(word));
        }
        let _ = writeln!(out, "];");
        let first = |pattern: &String| pattern.bytes().next().unwrap_or_default();
        let firsts: Vec<u8> = self.wild.keys().map(first).collect();
        let _ = writeln!(out, "static {name}_FIRST: &[u8] = &{firsts:?};");
        let _ = writeln!(out, "static {name}_WILD: &[(SplitPattern, &[u16])] = &[");
        for (pattern, numbers) in &self.wild {
            let Some((start, middle, end)) = parts(pattern) else {
                continue;
            };
            let middle: Vec<&str> = middle.collect();
            let _ = writeln!(
                out,
                "    (SplitPattern {{ start: {start:?}, middle: &{middle:?}, end: {end:?} }}, &{numbers:?}),"
            );
        }
        out.push_str("];\n");
        out
    }
}

/// The lookup tables, and a list of the programs that stand for others.
fn tables(programs: &[Program]) -> Result<String, String> {
    let mut images = LookupTable::default();
    let mut repositories = LookupTable::default();
    let mut commands = LookupTable::default();
    let mut subcommands = LookupTable::default();
    let mut flags = LookupTable::default();
    let mut env = LookupTable::default();
    let mut kinds = LookupTable::default();
    let mut generic: Vec<u16> = Vec::new();
    for (number, program) in programs.iter().enumerate() {
        let number = u16::try_from(number).map_err(|error| error.to_string())?;
        if program.generic {
            generic.push(number);
        }
        let known = &program.recognise;
        for image in known.images.iter() {
            // Any image of a repository is looked up by the repository.
            match image.strip_suffix("/*") {
                Some(above) => repositories.add(last_segment(above), number),
                None => images.add(last_segment(image), number),
            }
        }
        for command in known.commands.iter() {
            // Where the program's name may be any or none, the word after it tells.
            let mut words = command.split_whitespace();
            match (words.next(), words.next()) {
                (Some("-"), Some(word)) => subcommands.add(word, number),
                (Some("-"), None) => return Err(format!("{}: a command says nothing", program.id)),
                (word, _) => commands.add(word.unwrap_or_default(), number),
            }
        }
        for flag in known.flags.iter().chain(known.flags_together.first()) {
            flags.add(flag.split('=').next().unwrap_or_default(), number);
        }
        for name in known.env.iter().chain(known.env_together.first()) {
            env.add(name, number);
        }
        for word in known.config_kinds.iter().chain(known.config_keys.iter()) {
            kinds.add(word, number);
        }
    }
    let mut out = String::new();
    let all = [
        ("IMAGES", images),
        ("REPOSITORIES", repositories),
        ("COMMANDS", commands),
        ("SUBCOMMANDS", subcommands),
        ("FLAGS", flags),
        ("ENV", env),
        ("CONFIG_KINDS", kinds),
    ];
    for (name, table) in &all {
        out.push_str(&table.source(name));
    }
    let _ = writeln!(out, "static GENERIC: &[u16] = &{generic:?};");
    Ok(out)
}

fn last_segment(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}
