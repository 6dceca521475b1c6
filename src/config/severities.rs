//! Rules and groups in a configuration: how much each matters, and which run.

use engine::{Rule, Severity};
use manifest::text::Span;
use manifest::tree::Node;

use super::Config;
use super::mistake::Mistake;
use super::read::{is_mapping, is_sequence, text, unknown_word};
use crate::nearest::nearest;
use crate::selectors::RuleSelector;

/// The rules and how much each matters. `off` is a boolean to YAML 1.1, so what counts is
/// what is written.
pub fn severities(node: Node<'_>, config: &mut Config, mistakes: &mut Vec<Mistake>) {
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
pub fn selectors(
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
pub fn unknown_rule_or_group(span: Span, message: &str) -> Mistake {
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
