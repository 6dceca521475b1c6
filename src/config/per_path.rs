//! `per-path`: other severities for some files.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use engine::{PathSeverities, Rule, Severity};
use manifest::tree::Node;

use super::PathSet;
use super::mistake::Mistake;
use super::read::{is_mapping, is_sequence, text, unknown_key};
use super::severities::{severity, unknown_rule_or_group};
use crate::selectors::RuleSelector;

const KEYS: [&str; 2] = ["path", "rules"];

/// Reads `per-path` of a configuration in that folder, with these rules of its own.
pub fn read(
    node: Node<'_>,
    folder: &Path,
    own: &[&'static Rule],
    mistakes: &mut Vec<Mistake>,
) -> Vec<PathSeverities> {
    if !is_sequence(node, "`per-path`", mistakes) {
        return Vec::new();
    }
    let items = node.items();
    items
        .filter_map(|item| entry(item, folder, own, mistakes))
        .collect()
}

fn entry(
    node: Node<'_>,
    folder: &Path,
    own: &[&'static Rule],
    mistakes: &mut Vec<Mistake>,
) -> Option<PathSeverities> {
    if !is_mapping(node, "an entry of `per-path`", mistakes) {
        return None;
    }
    for entry in node.entries().filter(|entry| !KEYS.contains(&entry.key)) {
        mistakes.push(unknown_key(entry.key_span, entry.key, &KEYS));
    }
    let (Some(path), Some(rules)) = (node.get("path"), node.get("rules")) else {
        let message = "an entry of `per-path` names a `path` and `rules`";
        mistakes.push(Mistake::new(node.span(), message));
        return None;
    };
    let pattern = text(path, "`path`", mistakes)?;
    let files = match PathSet::new(folder, [pattern], "the configuration's `per-path`") {
        Ok(set) => Arc::new(set),
        Err((_, problem)) => {
            mistakes.push(Mistake::new(
                path.span(),
                format!("not a pattern: {problem}"),
            ));
            return None;
        }
    };
    if !is_mapping(rules, "`rules`", mistakes) {
        return None;
    }
    let mut of_groups: Vec<(Vec<&'static Rule>, Option<Severity>)> = Vec::new();
    let mut severities = BTreeMap::new();
    for entry in rules.entries() {
        let named = match RuleSelector::new(entry.key).rules(own) {
            Ok(named) => named,
            Err(message) => {
                mistakes.push(unknown_rule_or_group(entry.key_span, &message));
                continue;
            }
        };
        let Some(severity) = severity(entry.value, mistakes) else {
            continue;
        };
        match named.as_slice() {
            [rule] if rule.id == entry.key => {
                severities.insert(rule.id.to_owned(), severity);
            }
            _ => of_groups.push((named, severity)),
        }
    }
    for (group, severity) in of_groups {
        for rule in group {
            severities.entry(rule.id.to_owned()).or_insert(severity);
        }
    }
    Some(PathSeverities { files, severities })
}
