//! Rules and groups in a configuration: how much each matters, and which run.

use engine::{Rule, Severity};
use manifest::text::Span;
use manifest::tree::Node;

use super::Config;
use super::mistake::Mistake;
use super::read::{is_mapping, is_sequence, text, unknown_word};
use crate::nearest::nearest;
use crate::selectors::RuleSelector;

/// How much the rules of one mapping matter; `None`: they are off.
#[derive(Default)]
pub struct NamedSeverities {
    /// Of single rules.
    pub rules: Vec<(&'static Rule, Option<Severity>)>,
    /// Of the rules of a group. What a rule has of its own is stronger.
    pub groups: Vec<(Vec<&'static Rule>, Option<Severity>)>,
}

impl NamedSeverities {
    /// Reads a mapping of rules and groups. `off` is a boolean to YAML 1.1, so what counts is what is written. `own`: the
    /// rules of the configuration.
    pub fn read(node: Node<'_>, own: &[&'static Rule], mistakes: &mut Vec<Mistake>) -> Self {
        let mut named = Self::default();
        if !is_mapping(node, "`rules`", mistakes) {
            return named;
        }
        for entry in node.entries() {
            let rules = RuleSelector::new(entry.key).rules(own);
            if let Err(message) = &rules {
                mistakes.push(unknown_rule_or_group(entry.key_span, message));
            }
            let Some(severity) = severity(entry.value, mistakes) else {
                continue;
            };
            match rules.as_deref() {
                Ok([rule]) if rule.id == entry.key => named.rules.push((rule, severity)),
                Ok(rules) => named.groups.push((rules.to_vec(), severity)),
                Err(_) => {}
            }
        }
        named
    }
}

/// The rules and how much each matters, on top of what the files say that this one extends.
pub fn severities(node: Node<'_>, config: &mut Config, mistakes: &mut Vec<Mistake>) {
    let NamedSeverities { rules, groups } =
        NamedSeverities::read(node, &config.settings.rules, mistakes);
    let severities = &mut config.settings.severities;
    // A group of this file is stronger than a rule of one that it extends.
    for (group, severity) in &groups {
        for rule in group {
            match severities.get_mut(rule.id) {
                Some(own) if own.is_some() => *own = *severity,
                // What was off runs as the profile has it.
                Some(_) => drop(severities.remove(rule.id)),
                None => {}
            }
        }
    }
    for (rule, severity) in rules {
        severities.insert(rule.id.to_owned(), severity);
    }
    config.groups.extend(groups);
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

/// A rule id that is none. `own`: the rules of the configuration.
pub fn unknown_rule(span: Span, id: &str, own: &[&'static Rule]) -> Mistake {
    let mistake = Mistake::new(span, format!("no rule is called `{id}`"));
    let built_in = engine::rules().iter().map(|entry| entry.rule.id);
    match nearest(id, built_in.chain(own.iter().map(|rule| rule.id))) {
        Some(meant) => mistake.help(format!("did you mean `{meant}`?")),
        None => mistake.help("`leaselint rules` lists them"),
    }
}
