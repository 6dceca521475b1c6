//! `per-path`: other severities for some files.

use std::path::Path;
use std::sync::Arc;

use engine::{PathSeverities, Rule};
use manifest::tree::Node;

use super::PathSet;
use super::mistake::Mistake;
use super::read::{is_mapping, is_sequence, text, unknown_key};
use super::severities::NamedSeverities;

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
    let NamedSeverities { rules, groups } = NamedSeverities::read(rules, own, mistakes);
    let of_groups = groups.into_iter().flat_map(|(group, severity)| {
        let group = group.into_iter();
        group.map(move |rule| (rule, severity))
    });
    // The later ones are stronger.
    let severities = of_groups
        .chain(rules)
        .map(|(rule, severity)| (rule.id.to_owned(), severity))
        .collect();
    Some(PathSeverities { files, severities })
}
