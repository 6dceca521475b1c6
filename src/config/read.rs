//! The text of `.leaselint.yaml` to settings. It is read as manifests are, so every value
//! has its place.

use std::path::Path;

use engine::world::Bundling;
use engine::{self, Profile, Rule, Severity};
use manifest::file::{self, ReadOptions};
use manifest::text::{Position, Span};
use manifest::tree::{Entry, Node, ReadLimits, Value};

use super::mistake::{Mistake, render};
use super::{CONFIG_FILE, Config, ConfigError, ConfigFile, PathSet, ignores, limits, programs};
use crate::nearest::nearest;
use crate::selectors::RuleSelector;

const KEYS: [&str; 12] = [
    "profile",
    "limits",
    "rules",
    "select",
    "exclude",
    "force-exclude",
    "bundle",
    "ignore",
    "programs",
    "render",
    "admission",
    "custom-rules",
];

/// Reads the configuration of that path.
///
/// # Errors
/// All mistakes in it, rendered.
pub fn config(path: &Path, text: String) -> Result<Config, ConfigError> {
    let mut config = Config::default();
    let file = ConfigFile {
        name: path.display().to_string(),
        text,
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let mut mistakes = Vec::new();
    read(&mut config, folder, &file, &mut mistakes);
    if !mistakes.is_empty() {
        return Err(render(&file, mistakes));
    }
    config.file = Some(file);
    Ok(config)
}

fn read(config: &mut Config, folder: &Path, file: &ConfigFile, mistakes: &mut Vec<Mistake>) {
    let options = ReadOptions {
        filter: &|_| true,
        explicit: true,
        limits: ReadLimits::default(),
    };
    let reading = file::read(CONFIG_FILE, file.text.as_bytes(), &options);
    for unread in &reading.unread {
        mistakes.push(Mistake::new(
            span_at(&file.text, unread.position),
            unread.reason.clone(),
        ));
    }
    for second in reading.documents.iter().skip(1) {
        let message = "a configuration is one document";
        mistakes.push(Mistake::new(second.root().span(), message));
    }
    let Some(document) = reading.documents.first() else {
        return;
    };
    for duplicate in document.duplicates() {
        let message = format!("`{}` is given twice", duplicate.key);
        mistakes.push(Mistake::new(duplicate.span, message));
    }
    let root = document.root();
    if root.is_null() || !is_mapping(root, "the configuration", mistakes) {
        return;
    }
    let mut with_named = false;
    // The others may name these rules.
    if let Some(entry) = root
        .entry("custom-rules")
        .filter(|one| !one.value.is_null())
    {
        own_rules(entry, config, folder, mistakes);
    }
    for entry in root.entries() {
        let value = entry.value;
        if value.is_null() && KEYS.contains(&entry.key) {
            continue;
        }
        match entry.key {
            "profile" => {
                if let Some(profile) = profile(value, mistakes) {
                    config.settings.profile = profile;
                }
            }
            "limits" => limits::read(value, config, mistakes),
            "rules" => severities(value, config, mistakes),
            "select" => config.selected = selectors(value, &config.settings.rules, mistakes),
            "exclude" => config.exclude = exclude(value, folder, mistakes),
            "force-exclude" => with_named = boolean(value, "`force-exclude`", mistakes),
            "bundle" => {
                if let Some(bundling) = bundling(value, mistakes) {
                    config.settings.bundling = bundling;
                }
            }
            "ignore" => {
                let own = std::mem::take(&mut config.settings.rules);
                config.settings.ignores.entries =
                    ignores::read(value, folder, (&file.text, &own), mistakes);
                config.settings.rules = own;
            }
            "programs" => config.settings.programs = programs::read(value, &file.text, mistakes),
            "render" => config.render = super::render::read(value, folder, mistakes),
            #[cfg(feature = "serve")]
            "admission" => super::admission::read(value, config, mistakes),
            // It means nothing to a linter alone.
            #[cfg(not(feature = "serve"))]
            "admission" => {}
            "custom-rules" => {}
            other => mistakes.push(unknown_key(entry.key_span, other, &KEYS)),
        }
    }
    if with_named {
        config.exclude = config.exclude.take().map(PathSet::with_named);
    }
}

#[cfg(feature = "custom-rules")]
fn own_rules(entry: Entry<'_>, config: &mut Config, folder: &Path, mistakes: &mut Vec<Mistake>) {
    config.own_rules = super::custom_rules::read(entry.value, folder, mistakes);
    config.settings.rules = config.own_rules.iter().map(|own| own.rule).collect();
}

#[cfg(not(feature = "custom-rules"))]
fn own_rules(entry: Entry<'_>, _: &mut Config, _: &Path, mistakes: &mut Vec<Mistake>) {
    let message =
        "rules of your own are not built in: build leaselint with its feature `custom-rules`";
    mistakes.push(Mistake::new(entry.key_span, message));
}

/// A key that means nothing here.
pub fn unknown_key(span: Span, key: &str, known: &[&'static str]) -> Mistake {
    let mistake = Mistake::new(span, format!("unknown key `{key}`"));
    match nearest(key, known.iter().copied()) {
        Some(meant) => mistake.help(format!("did you mean `{meant}`?")),
        None => mistake.help(format!("known are {}", list(known))),
    }
}

/// Whether the node is a mapping, and a mistake if not.
pub fn is_mapping(node: Node<'_>, what: &str, mistakes: &mut Vec<Mistake>) -> bool {
    let fits = matches!(node.value(), Value::Mapping);
    if !fits {
        mistakes.push(Mistake::new(
            node.span(),
            format!("{what} must be a mapping of keys to values"),
        ));
    }
    fits
}

/// Whether the node is a sequence, and a mistake if not.
pub fn is_sequence(node: Node<'_>, what: &str, mistakes: &mut Vec<Mistake>) -> bool {
    let fits = matches!(node.value(), Value::Sequence);
    if !fits {
        mistakes.push(Mistake::new(node.span(), format!("{what} must be a list")));
    }
    fits
}

/// The text of a node, and a mistake if it is none.
pub fn text<'d>(node: Node<'d>, what: &str, mistakes: &mut Vec<Mistake>) -> Option<&'d str> {
    let text = node.as_str().filter(|text| !text.trim().is_empty());
    if text.is_none() {
        mistakes.push(Mistake::new(node.span(), format!("{what} must be text")));
    }
    text
}

/// Words as a sentence lists them.
pub fn list(words: &[&str]) -> String {
    words
        .iter()
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn profile(node: Node<'_>, mistakes: &mut Vec<Mistake>) -> Option<Profile> {
    const ALL: [Profile; 3] = [Profile::Recommended, Profile::Strict, Profile::Pedantic];
    let text = text(node, "`profile`", mistakes)?;
    let found = ALL.into_iter().find(|profile| profile.as_str() == text);
    if found.is_none() {
        mistakes.push(unknown_word(
            node,
            "profile",
            text,
            &ALL.map(Profile::as_str),
        ));
    }
    found
}

fn bundling(node: Node<'_>, mistakes: &mut Vec<Mistake>) -> Option<Bundling> {
    const ALL: [Bundling; 4] = [
        Bundling::Auto,
        Bundling::File,
        Bundling::Folder,
        Bundling::Input,
    ];
    let text = text(node, "`bundle`", mistakes)?;
    let found = ALL.into_iter().find(|bundling| bundling.as_str() == text);
    if found.is_none() {
        let known = ALL.map(Bundling::as_str);
        mistakes.push(unknown_word(node, "bundle", text, &known));
    }
    found
}

/// The rules and how much each matters. `off` is a boolean to YAML 1.1, so what counts is
/// what is written.
fn severities(node: Node<'_>, config: &mut Config, mistakes: &mut Vec<Mistake>) {
    if !is_mapping(node, "`rules`", mistakes) {
        return;
    }
    for entry in node.entries() {
        let selector = RuleSelector::new(entry.key);
        let rules = selector.rules(&config.settings.rules);
        if let Err(message) = &rules {
            mistakes.push(unknown_rule_or_group(entry.key_span, message));
        }
        let Some(severity) = severity(entry.value, mistakes) else {
            continue;
        };
        match rules.as_deref() {
            Ok([rule]) if rule.id == entry.key => {
                let id = rule.id.to_owned();
                config.settings.severities.insert(id, severity);
            }
            Ok(rules) => config.groups.push((rules.to_vec(), severity)),
            Err(_) => {}
        }
    }
}

/// How much a rule matters; `None` in it: it is off. Nothing, and a mistake, where it is no such word.
pub fn severity(node: Node<'_>, mistakes: &mut Vec<Mistake>) -> Option<Option<Severity>> {
    const WORDS: [&str; 4] = ["off", "info", "warning", "error"];
    Some(match node.scalar_text().unwrap_or_default() {
        "off" => None,
        "info" => Some(Severity::Info),
        "warning" => Some(Severity::Warning),
        "error" => Some(Severity::Error),
        other => {
            mistakes.push(unknown_word(node, "severity", other, &WORDS));
            return None;
        }
    })
}

/// The rules and groups of a list.
fn selectors(
    node: Node<'_>,
    own: &[&'static Rule],
    mistakes: &mut Vec<Mistake>,
) -> Vec<&'static Rule> {
    if !is_sequence(node, "`select`", mistakes) {
        return Vec::new();
    }
    let mut selectors = Vec::new();
    for item in node.items() {
        let Some(word) = text(item, "a rule or group", mistakes) else {
            continue;
        };
        match RuleSelector::new(word).rules(own) {
            Ok(rules) => selectors.extend(rules),
            Err(message) => mistakes.push(unknown_rule_or_group(item.span(), &message)),
        }
    }
    selectors
}

/// A name that is neither a rule's nor a group's: what is wrong, and the advice after the semicolon.
fn unknown_rule_or_group(span: Span, message: &str) -> Mistake {
    match message.split_once("; ") {
        Some((wrong, advice)) => Mistake::new(span, wrong).help(advice),
        None => Mistake::new(span, message),
    }
}

/// A rule id that is none.
pub fn unknown_rule(span: Span, id: &str) -> Mistake {
    let mistake = Mistake::new(span, format!("no rule is called `{id}`"));
    match nearest(id, engine::rules().iter().map(|entry| entry.rule.id)) {
        Some(meant) => mistake.help(format!("did you mean `{meant}`?")),
        None => mistake.help("`leaselint rules` lists them"),
    }
}

/// A word that is none of the known ones.
pub fn unknown_word(node: Node<'_>, what: &str, word: &str, known: &[&'static str]) -> Mistake {
    let message = if word.is_empty() {
        format!("the {what} is missing")
    } else {
        format!("unknown {what} `{word}`")
    };
    let mistake = Mistake::new(node.span(), message);
    match nearest(word, known.iter().copied()) {
        Some(meant) if !word.is_empty() => mistake.help(format!("did you mean `{meant}`?")),
        _ => mistake.help(format!("known are {}", list(known))),
    }
}

fn exclude(node: Node<'_>, folder: &Path, mistakes: &mut Vec<Mistake>) -> Option<PathSet> {
    if !is_sequence(node, "`exclude`", mistakes) {
        return None;
    }
    let mut patterns = Vec::new();
    for item in node.items() {
        patterns.push(text(item, "a pattern", mistakes)?);
    }
    match PathSet::new(folder, patterns, "the configuration's `exclude`") {
        Ok(scope) => Some(scope),
        Err((at, problem)) => {
            let span = node.items().nth(at).map_or(node.span(), |item| item.span());
            mistakes.push(Mistake::new(span, format!("not a pattern: {problem}")));
            None
        }
    }
}

/// `true` or `false`; anything else is a mistake, and false.
fn boolean(node: Node<'_>, what: &str, mistakes: &mut Vec<Mistake>) -> bool {
    match node.value() {
        Value::Bool(value) => value,
        _ => {
            let message = format!("{what} must be `true` or `false`");
            mistakes.push(Mistake::new(node.span(), message));
            false
        }
    }
}

/// The character at a line and column, as a span.
pub fn span_at(text: &str, position: Position) -> Span {
    let before = |number: u32| usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
    let lines = text.split_inclusive('\n').take(before(position.line));
    let line_start: usize = lines.map(str::len).sum();
    let line = text.get(line_start..).unwrap_or_default();
    let characters = line.chars().take(before(position.column));
    let start = line_start + characters.map(char::len_utf8).sum::<usize>();
    // A configuration is at most 1 MiB.
    let start = u32::try_from(start.min(text.len())).unwrap_or(0);
    Span::new(start, start + 1)
}
