//! The text of `.leaselint.yaml` to settings. It is read as manifests are, so every value
//! has its place.

use std::path::Path;

use engine::Profile;
use engine::world::Bundling;
use manifest::file::{self, ReadOptions};
use manifest::text::{Position, Span};
use manifest::tree::{Entry, Node, ReadLimits, Value};

use super::extends::{self, ExtensionChain, ReadConfig};
use super::mistake::{Mistake, render};
use super::severities::{selectors, severities};
use super::{
    CONFIG_FILE, Config, ConfigError, ConfigFile, PathSet, ignores, limits, per_path, programs,
};
use crate::file_name::file_name;
use crate::nearest::nearest;

const KEYS: [&str; 14] = [
    "extends",
    "per-path",
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

/// Reads the configuration of that path; `text_of` gives those that it extends.
///
/// # Errors
/// All mistakes in it, rendered.
pub fn config(path: &Path, text: String, text_of: &ReadConfig<'_>) -> Result<Config, ConfigError> {
    let mut config = Config::default();
    let mut chain = ExtensionChain::new(text_of);
    let mut file = extend(&mut config, path, text, &mut chain)?;
    file.extended = chain.into_read();
    config.file = Some(file);
    Ok(config)
}

/// Reads one file on top of what is there.
///
/// # Errors
/// All mistakes in it, rendered.
pub fn extend(
    config: &mut Config,
    path: &Path,
    text: String,
    chain: &mut ExtensionChain<'_>,
) -> Result<ConfigFile, ConfigError> {
    let file = ConfigFile {
        name: file_name(path),
        text,
        extended: Vec::new(),
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    chain.enter(path);
    let mut mistakes = Vec::new();
    read(config, folder, &file, (chain, &mut mistakes))?;
    chain.leave();
    match mistakes.is_empty() {
        true => Ok(file),
        false => Err(render(&file, mistakes)),
    }
}

fn read(
    config: &mut Config,
    folder: &Path,
    file: &ConfigFile,
    (chain, mistakes): (&mut ExtensionChain<'_>, &mut Vec<Mistake>),
) -> Result<(), ConfigError> {
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
        return Ok(());
    };
    for duplicate in document.duplicates() {
        let message = format!("`{}` is given twice", duplicate.key);
        mistakes.push(Mistake::new(duplicate.span, message));
    }
    let root = document.root();
    if root.is_null() || !is_mapping(root, "the configuration", mistakes) {
        return Ok(());
    }
    if let Some(others) = root.get("extends").filter(|others| !others.is_null()) {
        extends::read(others, folder, config, (chain, mistakes))?;
    }
    let mut with_named = false;
    let mut excluded = None;
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
            // Read before all others.
            "extends" => {}
            "per-path" => {
                let own = &config.settings.rules;
                let read = per_path::read(value, folder, own, mistakes);
                config.settings.per_path.extend(read);
            }
            "exclude" => excluded = exclude(value, folder, mistakes),
            "force-exclude" => with_named = boolean(value, "`force-exclude`", mistakes),
            "bundle" => {
                if let Some(bundling) = bundling(value, mistakes) {
                    config.settings.bundling = bundling;
                }
            }
            "ignore" => {
                let own = std::mem::take(&mut config.settings.rules);
                let mut entries = ignores::read(value, folder, (&file.text, &own), mistakes);
                for entry in &mut entries {
                    entry.is_inherited = chain.is_inside();
                }
                config.settings.ignores.entries.extend(entries);
                config.settings.rules = own;
            }
            "render" => config.render = super::render::read(value, folder, mistakes),
            "programs" => {
                let own = programs::read(value, &file.text, mistakes);
                config.settings.programs.splice(0..0, own);
            }
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
        excluded = excluded.map(PathSet::with_named);
    }
    if let Some(set) = excluded {
        config.exclude = Some(match config.exclude.take() {
            Some(others) => others.and(set),
            None => set,
        });
    }
    Ok(())
}

#[cfg(feature = "custom-rules")]
fn own_rules(entry: Entry<'_>, config: &mut Config, folder: &Path, mistakes: &mut Vec<Mistake>) {
    let read = super::custom_rules::read(entry.value, folder, mistakes);
    // A rule of a file that is extended gives way to one of the same id.
    let is_new = |own: &super::OwnRule| read.iter().all(|other| other.rule.id != own.rule.id);
    config.own_rules.retain(is_new);
    config.own_rules.extend(read);
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
    let text = text(node, "`profile`", mistakes)?;
    let mut all = Profile::ALL.into_iter();
    let found = all.find(|profile| profile.as_str() == text);
    if found.is_none() {
        let known = Profile::ALL.map(Profile::as_str);
        mistakes.push(unknown_word(node, "profile", text, &known));
    }
    found
}

fn bundling(node: Node<'_>, mistakes: &mut Vec<Mistake>) -> Option<Bundling> {
    let text = text(node, "`bundle`", mistakes)?;
    let mut all = Bundling::ALL.into_iter();
    let found = all.find(|bundling| bundling.as_str() == text);
    if found.is_none() {
        let known = Bundling::ALL.map(Bundling::as_str);
        mistakes.push(unknown_word(node, "bundle", text, &known));
    }
    found
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
