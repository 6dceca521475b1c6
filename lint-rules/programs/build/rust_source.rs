//! Programs as Rust source.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::lookup_table::tables;
use crate::programs::dialect::{
    ConfigSource, Derivation, IdentityRule, Meaning, Program, Recognition, SecondLock, SettingSpec,
    SourceFact, SourceReading, Text, ValueSyntax, Variant, VersionRule,
};

/// Rust source that grows; equal lists are written once.
#[derive(Default)]
pub struct RustSource {
    lists: BTreeMap<String, usize>,
    /// How many variants of programs there are so far.
    variants: usize,
    text: String,
}

impl RustSource {
    /// The whole file.
    pub fn of(programs: &[Program]) -> Result<String, String> {
        let mut source = Self::default();
        let records: Vec<String> = programs
            .iter()
            .map(|program| source.program(program))
            .collect();
        let mut out = String::from("// Generated from records/*.yaml.\n\n");
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
        let common = program.of_unknown_version.as_ref();
        let common = common.map(|common| self.variant(common));
        let mut out = String::from("    Program {\n");
        let mut field = |name: &str, value: String| {
            let _ = writeln!(out, "        {name}: {value},");
        };
        field("id", text(&program.id));
        field("name", text(&program.name));
        field("family", text(&program.family));
        field("generic", program.generic.to_string());
        field("library", format!("Library::{:?}", program.library));
        field(
            "library_version",
            option(program.library_version.as_ref().map(text)),
        );
        field("client_timeout", format!("{:?}", program.client_timeout));
        field("unchecked_timing", program.unchecked_timing.to_string());
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
        field(
            "second_lock",
            option(program.second_lock.as_ref().map(second_lock)),
        );
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
            "leader_only_probes",
            self.texts(&program.leader_only_probes),
        );
        field(
            "config",
            option(program.config.as_ref().map(|config| self.config(config))),
        );
        field(
            "read",
            option(program.read.as_ref().map(|read| self.source_reading(read))),
        );
        field("recognise", self.recognition(&program.recognise));
        field("versions", self.list("VersionRule", &versions));
        field("of_unknown_version", option(common));
        field("version_unknown", program.version_unknown.to_string());
        field(
            "possible_lock_types",
            self.texts(&program.possible_lock_types),
        );
        out.push_str("    }");
        out
    }

    fn setting(&mut self, spec: &SettingSpec) -> String {
        format!(
            "SettingSpec {{ setting: Setting::{:?}, flags: {}, ignored_flags: {}, env: {}, keys: {}, \
             feature_gate: {}, syntax: {}, negative: {}, default: {}, template: {}, derive: {}, \
             required: {}, \
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
            option(spec.template.as_ref().map(text)),
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
            ValueSyntax::Meanings(meanings) => {
                let meanings: Vec<String> = meanings.iter().map(meaning).collect();
                format!("ValueSyntax::Meanings({})", self.list("Meaning", &meanings))
            }
            ValueSyntax::Words { on, off } => {
                let (on, off) = (self.texts(on), self.texts(off));
                format!("ValueSyntax::Words {{ on: {on}, off: {off} }}")
            }
        }
    }

    fn config(&mut self, config: &ConfigSource) -> String {
        format!(
            "ConfigSource {{ flags: {}, folder_flags: {}, env: {}, paths: {}, names: {}, configmap_flags: {}, \
             configmap_env: {}, configmaps: {}, format: ConfigFormat::{:?}, wins_over_flags: {}, required: {} }}",
            self.texts(&config.flags),
            self.texts(&config.folder_flags),
            self.texts(&config.env),
            self.texts(&config.paths),
            self.texts(&config.names),
            self.texts(&config.configmap_flags),
            self.texts(&config.configmap_env),
            self.texts(&config.configmaps),
            config.format,
            config.wins_over_flags,
            config.required,
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

    fn source_reading(&mut self, read: &SourceReading) -> String {
        let facts: Vec<String> = read.facts.iter().map(source_fact).collect();
        format!(
            "SourceReading {{ repository: {}, revision: {}, date: {}, facts: {} }}",
            text(&read.repository),
            text(&read.revision),
            text(&read.date),
            self.list("SourceFact", &facts),
        )
    }

    fn version(&mut self, rule: &VersionRule) -> String {
        let program = rule.program.as_ref();
        let program = program.map(|program| self.variant(program));
        format!(
            "VersionRule {{ from: {}, before: {}, images: {}, program: {} }}",
            option(rule.from.as_ref().map(text)),
            option(rule.before.as_ref().map(text)),
            self.texts(&rule.images),
            option(program),
        )
    }

    fn variant(&mut self, variant: &Variant) -> String {
        let program = self.program(variant.program());
        let number = self.variants;
        self.variants += 1;
        let _ = writeln!(self.text, "static VARIANT_{number}: Program = {program};");
        format!("Variant::BuiltIn(&VARIANT_{number})")
    }
}

fn text(text: &Text) -> String {
    format!("Cow::Borrowed({text:?})")
}

fn option(value: Option<String>) -> String {
    value.map_or_else(|| "None".to_owned(), |value| format!("Some({value})"))
}

fn source_fact(fact: &SourceFact) -> String {
    format!(
        "SourceFact {{ fact: {}, place: {} }}",
        text(&fact.fact),
        text(&fact.place)
    )
}

fn meaning(meaning: &Meaning) -> String {
    format!(
        "Meaning {{ word: {}, value: {} }}",
        text(&meaning.word),
        text(&meaning.value)
    )
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

fn second_lock(lock: &SecondLock) -> String {
    format!(
        "SecondLock {{ name: {}, flag: {}, config_flag: {} }}",
        text(&lock.name),
        text(&lock.flag),
        option(lock.config_flag.as_ref().map(text))
    )
}
