//! `custom-rules`: the user's own rules, each with its query, its requirement and its tests.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use custom::{CustomRule, Query, QueryNode, Requirement, RuleSubject, requirement_of_pattern};
use engine::{Rule, Severity};
use manifest::text::Span;
use manifest::tree::{Node, Value};

use super::mistake::Mistake;
use super::read::{is_mapping, is_sequence, list, text, unknown_key, unknown_word};
use super::severities::severity;
use crate::selectors::is_taken;

const KEYS: [&str; 10] = [
    "id", "severity", "for", "kind", "select", "where", "require", "message", "help", "tests",
];

const OPERATORS: [&str; 9] = [
    "exists",
    "equals",
    "one-of",
    "matches",
    "at-least",
    "at-most",
    "less-than",
    "greater-than",
    "not",
];

/// Requirements in requirements.
const MAX_NESTING: usize = 8;

/// A rule of the user's own, as the program holds it.
#[derive(Debug)]
pub struct OwnRule {
    /// What the engine runs.
    pub rule: &'static Rule,
    /// Whether it selected anything.
    pub custom: &'static CustomRule,
    /// Files in which it must find something so often.
    pub tests: Vec<OwnRuleTest>,
}

/// A test of such a rule.
#[derive(Debug)]
pub struct OwnRuleTest {
    /// The file to judge.
    pub file: PathBuf,
    /// As it is written.
    pub name: String,
    /// How many findings there must be.
    pub finds: usize,
}

/// Reads `custom-rules` of a configuration in that folder.
pub fn read(node: Node<'_>, folder: &Path, mistakes: &mut Vec<Mistake>) -> Vec<OwnRule> {
    let mut rules: Vec<OwnRule> = Vec::new();
    if !is_sequence(node, "`custom-rules`", mistakes) {
        return rules;
    }
    for item in node.items() {
        let before = mistakes.len();
        let Some(rule) = rule(item, folder, mistakes) else {
            continue;
        };
        if rules.iter().any(|other| other.rule.id == rule.rule.id) {
            let span = item.get("id").unwrap_or(item).span();
            let message = format!("`{}` is given twice", rule.rule.id);
            mistakes.push(Mistake::new(span, message));
        } else if mistakes.len() == before {
            rules.push(rule);
        }
    }
    rules
}

fn rule(node: Node<'_>, folder: &Path, mistakes: &mut Vec<Mistake>) -> Option<OwnRule> {
    if !is_mapping(node, "an entry of `custom-rules`", mistakes) {
        return None;
    }
    for entry in node.entries() {
        if !KEYS.contains(&entry.key) {
            mistakes.push(unknown_key(entry.key_span, entry.key, &KEYS));
        }
    }
    for key in ["id", "for", "select", "require", "message"] {
        if node.get(key).is_none() {
            let message = format!("an entry of `custom-rules` needs `{key}`");
            mistakes.push(Mistake::new(node.span(), message));
        }
    }
    let id = node.get("id").and_then(|value| id(value, mistakes));
    let severity = match node.get("severity") {
        Some(value) => match severity(value, mistakes) {
            Some(None) => {
                let message = "a rule of your own has the severity `info`, `warning` or `error`";
                let help = "`off` for its id under `rules` switches it off";
                mistakes.push(Mistake::new(value.span(), message).help(help));
                None
            }
            severity => severity.flatten(),
        },
        None => Some(Severity::Warning),
    };
    let subject = subject(node, mistakes);
    let select = node.get("select").and_then(|value| query(value, mistakes));
    let conditions = node.get("where").map(|value| conditions(value, mistakes));
    let require = node
        .get("require")
        .and_then(|value| requirement(value, 0, mistakes));
    let message = node
        .get("message")
        .and_then(|value| text(value, "`message`", mistakes));
    let help = node
        .get("help")
        .and_then(|value| text(value, "`help`", mistakes));
    let tests = node
        .get("tests")
        .map(|value| tests(value, folder, mistakes));
    let custom = CustomRule {
        subject: subject?,
        select: select?,
        conditions: conditions.unwrap_or_default(),
        require: require?,
        message: one_line(message?),
        help: help.map(one_line).unwrap_or_default(),
        has_matched: AtomicBool::new(false),
    };
    let (custom, rule) = custom.into_rule(id?, severity?);
    Some(OwnRule {
        rule,
        custom,
        tests: tests.unwrap_or_default(),
    })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A name in kebab-case that is none of leaselint's own.
fn id<'d>(node: Node<'d>, mistakes: &mut Vec<Mistake>) -> Option<&'d str> {
    let id = text(node, "`id`", mistakes)?;
    let is_kebab = id.starts_with(|first: char| first.is_ascii_lowercase())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && id.len() <= 60;
    if !is_kebab {
        mistakes.push(
            Mistake::new(node.span(), format!("`{id}` cannot be the id of a rule"))
                .help("ids are lower-case letters, digits and `-`, at most 60"),
        );
        return None;
    }
    if is_taken(id) {
        let message = format!("`{id}` is the name of a rule or group of leaselint");
        mistakes.push(Mistake::new(node.span(), message));
        return None;
    }
    Some(id)
}

fn subject(node: Node<'_>, mistakes: &mut Vec<Mistake>) -> Option<RuleSubject> {
    const WORDS: [&str; 2] = ["elector", "object"];
    let value = node.get("for")?;
    let kinds = node.get("kind");
    match text(value, "`for`", mistakes)? {
        "elector" => {
            if let Some(kinds) = kinds {
                let message = "`kind` goes with `for: object`";
                mistakes.push(Mistake::new(kinds.span(), message));
            }
            Some(RuleSubject::Elector)
        }
        "object" => Some(RuleSubject::Object(
            kinds
                .map(|value| kinds_of(value, mistakes))
                .unwrap_or_default(),
        )),
        other => {
            mistakes.push(unknown_word(value, "word", other, &WORDS));
            None
        }
    }
}

fn kinds_of(node: Node<'_>, mistakes: &mut Vec<Mistake>) -> Vec<String> {
    let words: Vec<Node<'_>> = match node.value() {
        Value::Sequence => node.items().collect(),
        _ => vec![node],
    };
    let mut kinds = Vec::new();
    for word in words {
        let Some(kind) = text(word, "a kind", mistakes) else {
            continue;
        };
        if objects::is_read_kind(kind) {
            kinds.push(kind.to_owned());
        } else {
            mistakes.push(
                Mistake::new(word.span(), format!("objects of kind `{kind}` are not read"))
                    .help("kinds that have to do with elections are: workloads, scalers, RBAC, leases, webhooks, policies"),
            );
        }
    }
    kinds
}

/// A query, with its mistake where it stands.
fn query(node: Node<'_>, mistakes: &mut Vec<Mistake>) -> Option<Query> {
    let text = text(node, "a JSONPath", mistakes)?;
    query_of(text, node.span(), &|at| node.inner_offset(at), mistakes)
}

fn query_of(
    text: &str,
    span: Span,
    offset: &dyn Fn(usize) -> Option<u32>,
    mistakes: &mut Vec<Mistake>,
) -> Option<Query> {
    match Query::parse(text) {
        Ok(query) => Some(query),
        Err(mistake) => {
            let at = offset(mistake.at).unwrap_or(span.start);
            mistakes.push(Mistake::new(Span::new(at, at + 1), mistake.message));
            None
        }
    }
}

fn conditions(node: Node<'_>, mistakes: &mut Vec<Mistake>) -> Vec<(Query, Requirement)> {
    if !is_mapping(node, "`where`", mistakes) {
        return Vec::new();
    }
    let mut conditions = Vec::new();
    for entry in node.entries() {
        let start = entry.key_span.start;
        // A key in quotes has the same letters one byte later, unless there are escapes in it.
        let quote = u32::from(usize::try_from(entry.key_span.len()) == Ok(entry.key.len() + 2));
        let offset = |at: usize| Some(start + quote + u32::try_from(at).ok()?);
        let query = query_of(entry.key, entry.key_span, &offset, mistakes);
        let requirement = match entry.value.value() {
            Value::Mapping => requirement(entry.value, 0, mistakes),
            Value::Sequence => one_of(entry.value, mistakes),
            _ => literal(entry.value, mistakes).map(Requirement::Equals),
        };
        conditions.extend(query.zip(requirement));
    }
    conditions
}

/// What must hold, and a mistake if nothing is said.
fn requirement(node: Node<'_>, depth: usize, mistakes: &mut Vec<Mistake>) -> Option<Requirement> {
    if !is_mapping(node, "what is required", mistakes) {
        return None;
    }
    if depth > MAX_NESTING {
        mistakes.push(Mistake::new(node.span(), "`not` is nested too deeply"));
        return None;
    }
    let mut all = Vec::new();
    let before = mistakes.len();
    for entry in node.entries() {
        let value = entry.value;
        let number = |mistakes: &mut Vec<Mistake>| number(value, mistakes);
        let one = match entry.key {
            "exists" => match value.value() {
                Value::Bool(wanted) => Some(Requirement::Exists(wanted)),
                _ => {
                    let message = "`exists` must be `true` or `false`";
                    mistakes.push(Mistake::new(value.span(), message));
                    None
                }
            },
            "equals" => literal(value, mistakes).map(Requirement::Equals),
            "one-of" => one_of(value, mistakes),
            "matches" => pattern(value, mistakes),
            "at-least" => number(mistakes).map(Requirement::AtLeast),
            "at-most" => number(mistakes).map(Requirement::AtMost),
            "less-than" => number(mistakes).map(Requirement::LessThan),
            "greater-than" => number(mistakes).map(Requirement::GreaterThan),
            "not" => requirement(value, depth + 1, mistakes)
                .map(|inner| Requirement::Not(Box::new(inner))),
            other => {
                mistakes.push(unknown_key(entry.key_span, other, &OPERATORS));
                None
            }
        };
        all.extend(one);
    }
    if all.is_empty() && mistakes.len() == before {
        let message = format!("nothing is required; known are {}", list(&OPERATORS));
        mistakes.push(Mistake::new(node.span(), message));
    }
    (!all.is_empty()).then_some(Requirement::All(all))
}

fn number(node: Node<'_>, mistakes: &mut Vec<Mistake>) -> Option<f64> {
    let number = QueryNode::of(node).and_then(|node| node.number());
    if number.is_none() {
        mistakes.push(Mistake::new(node.span(), "must be a number"));
    }
    number
}

fn pattern(node: Node<'_>, mistakes: &mut Vec<Mistake>) -> Option<Requirement> {
    match requirement_of_pattern(text(node, "`matches`", mistakes)?) {
        Ok(requirement) => Some(requirement),
        Err(problem) => {
            let message = format!("not a regular expression: {problem}");
            mistakes.push(Mistake::new(node.span(), message));
            None
        }
    }
}

fn literal(node: Node<'_>, mistakes: &mut Vec<Mistake>) -> Option<QueryNode> {
    let literal = QueryNode::of(node);
    if literal.is_none() {
        mistakes.push(Mistake::new(node.span(), "this value is too large"));
    }
    literal
}

fn one_of(node: Node<'_>, mistakes: &mut Vec<Mistake>) -> Option<Requirement> {
    if !is_sequence(node, "`one-of`", mistakes) {
        return None;
    }
    let values = node.items().map(|item| literal(item, mistakes));
    Some(Requirement::OneOf(values.collect::<Option<_>>()?))
}

fn tests(node: Node<'_>, folder: &Path, mistakes: &mut Vec<Mistake>) -> Vec<OwnRuleTest> {
    if !is_sequence(node, "`tests`", mistakes) {
        return Vec::new();
    }
    let mut tests = Vec::new();
    for item in node.items() {
        if !is_mapping(item, "a test", mistakes) {
            continue;
        }
        for entry in item.entries() {
            if !["file", "finds"].contains(&entry.key) {
                mistakes.push(unknown_key(entry.key_span, entry.key, &["file", "finds"]));
            }
        }
        let file = item
            .get("file")
            .and_then(|file| text(file, "`file`", mistakes));
        let finds = item.get("finds").and_then(|finds| finds.as_i64());
        let finds = finds.and_then(|finds| usize::try_from(finds).ok());
        match (file, finds) {
            (Some(file), Some(finds)) => tests.push(OwnRuleTest {
                file: folder.join(file),
                name: file.to_owned(),
                finds,
            }),
            (file, finds) => {
                let missing = match (file, finds) {
                    (None, _) => "a test names a `file`",
                    _ => "a test says in `finds` how many findings there are",
                };
                mistakes.push(Mistake::new(item.span(), missing));
            }
        }
    }
    tests
}
