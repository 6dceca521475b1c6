//! The rules: their list, and the page of one.

use std::fmt::Write;

#[cfg(feature = "schema")]
use custom::words;
use engine::{FixAvailability, Group, Profile, Rule, RuleEntry};
#[cfg(feature = "schema")]
use engine::{Needs, Severity};
use serde::Serialize;

use super::fold::fold;
use super::json::render;
use super::markdown;
use crate::terminal::{FAINT, STRONG, Terminal, style_of};

/// The groups in the order of the catalogue.
const GROUPS: [Group; 11] = [
    Group::Timing,
    Group::Replicas,
    Group::Identity,
    Group::Access,
    Group::Lock,
    Group::Flags,
    Group::Objects,
    Group::Transitions,
    Group::Code,
    Group::Live,
    Group::Input,
];

/// All rules, group by group.
pub fn table(entries: &[RuleEntry], terminal: &Terminal) -> String {
    let width = entries
        .iter()
        .map(|entry| entry.rule.id.len())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for group in GROUPS {
        let rules: Vec<&Rule> = entries
            .iter()
            .map(|entry| entry.rule)
            .filter(|rule| rule.group == group)
            .collect();
        if rules.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        let _ = writeln!(text, "{}", terminal.paint(STRONG, group.as_str()));
        for rule in rules {
            let severity = format!("{:7}", rule.severity.as_str());
            let severity = terminal.paint(style_of(rule.severity), &severity);
            let before = format!("  {:width$}  {severity}  ", rule.id);
            // What does not fit beside the rule goes on below.
            let indent = width + 13;
            let about = format!("{}{}", rule.summary, remark(rule));
            let room = terminal
                .columns
                .map_or(usize::MAX, |columns| columns.saturating_sub(indent).max(30));
            let lines = fold(about.trim_end(), room);
            let lines = lines.replace('\n', &format!("\n{:indent$}", ""));
            let _ = writeln!(text, "{before}{lines}");
        }
    }
    let _ = writeln!(
        text,
        "\n{} rules. `leaselint explain RULE` shows the page of one.",
        entries.len()
    );
    text
}

/// All rules for programs, sorted by id.
pub fn json(entries: &[RuleEntry]) -> String {
    let rules = entries
        .iter()
        .map(|entry| RuleOut::new(entry.rule))
        .collect();
    render(&Catalogue {
        schema: "leaselint/rules/v1",
        rules,
    })
}

/// The page of one rule.
pub fn page(entry: &RuleEntry, terminal: &Terminal) -> String {
    let rule = entry.rule;
    let mut text = format!(
        "{} {}\n{}\n\n",
        terminal.paint(
            style_of(rule.severity),
            &format!("{}[{}]", rule.severity.as_str(), rule.id)
        ),
        rule.summary,
        terminal.paint(
            FAINT,
            &format!(
                "group {}, profile {}, {}{}",
                rule.group.as_str(),
                rule.profile.as_str(),
                match rule.fix {
                    FixAvailability::None => "no fix",
                    FixAvailability::Sometimes => "sometimes with a fix",
                    FixAvailability::Always => "with a fix",
                },
                if rule.needs_target {
                    ", speaks once the configuration sets a target"
                } else {
                    ""
                },
            )
        ),
    );
    text.push_str(&markdown::render(without_title(entry.page), terminal));
    let _ = writeln!(text, "\n{}", rule.url());
    text
}

/// The page of one rule for programs; `page` is Markdown.
pub fn page_json(entry: &RuleEntry) -> String {
    render(&RulePage {
        schema: "leaselint/rule/v1",
        rule: RuleOut::new(entry.rule),
        page: entry.page,
    })
}

/// The page without its title, which is the rule's id once more.
fn without_title(page: &str) -> &str {
    match page.split_once('\n') {
        Some((title, rest)) if title.starts_with("# ") => rest.trim_start(),
        _ => page,
    }
}

/// What sets a rule apart from those that always speak and look at one file.
fn remark(rule: &Rule) -> String {
    if rule.needs_target {
        return " (off until the configuration sets a target)".to_owned();
    }
    match rule.profile {
        Profile::Recommended => String::new(),
        profile => format!(" ({})", profile.as_str()),
    }
}

/// All rules.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Catalogue {
    /// The name of this shape.
    schema: &'static str,
    /// The rules, sorted by id.
    rules: Vec<RuleOut>,
}

/// One rule with its page.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RulePage {
    /// The name of this shape.
    schema: &'static str,
    #[serde(flatten)]
    rule: RuleOut,
    /// Its page, in Markdown.
    page: &'static str,
}

/// A rule.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Rule")
)]
#[serde(rename_all = "camelCase")]
struct RuleOut {
    /// Its id.
    id: &'static str,
    /// Its group, to which others may be added.
    group: &'static str,
    /// How much its findings matter.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = words(&Severity::ALL, Severity::as_str))))]
    severity: &'static str,
    /// The mildest profile in which it runs.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = words(&Profile::ALL, Profile::as_str))))]
    profile: &'static str,
    /// What it has to see.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = words(&Needs::ALL, Needs::as_str))))]
    needs: &'static str,
    /// Whether it is silent until the configuration sets a target.
    needs_target: bool,
    /// Whether its findings have fixes.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = words(&FixAvailability::ALL, FixAvailability::as_str))))]
    fix: &'static str,
    /// What it finds, a phrase.
    summary: &'static str,
    /// Its page.
    url: String,
}

impl RuleOut {
    fn new(rule: &Rule) -> Self {
        Self {
            id: rule.id,
            group: rule.group.as_str(),
            severity: rule.severity.as_str(),
            profile: rule.profile.as_str(),
            needs: rule.needs.as_str(),
            needs_target: rule.needs_target,
            fix: rule.fix.as_str(),
            summary: rule.summary,
            url: rule.url(),
        }
    }
}
