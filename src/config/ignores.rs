//! `ignore`: findings that are silenced from the configuration, each with its reason.

use std::path::Path;
use std::sync::Arc;

use engine::ignores::{ConfigIgnore, Day, FilePattern, ObjectPattern};
use engine::{Location, Rule};
use manifest::text::{FileSpan, LineIndex, Span};
use manifest::tree::Node;

use super::mistake::Mistake;
use super::read::{is_mapping, is_sequence, text, unknown_key};
use super::severities::unknown_rule;
use super::{CONFIG_FILE, PathSet};

const KEYS: [&str; 5] = ["rule", "path", "object", "reason", "until"];

impl FilePattern for PathSet {
    fn matches(&self, name: &str) -> bool {
        self.holds_name(name)
    }
}

/// Reads `ignore` of a configuration in that folder, with that text and these rules of its own.
pub fn read(
    node: Node<'_>,
    folder: &Path,
    (source, own): (&str, &[&'static Rule]),
    mistakes: &mut Vec<Mistake>,
) -> Vec<ConfigIgnore> {
    if !is_sequence(node, "`ignore`", mistakes) {
        return Vec::new();
    }
    let lines = LineIndex::new(source.into());
    let items = node.items().enumerate();
    items
        .filter_map(|(at, item)| {
            let locate = |span| Location {
                place: FileSpan {
                    file: CONFIG_FILE,
                    span,
                },
                start: lines.position(span.start),
                end: lines.position(span.end),
                path: format!("$.ignore[{at}].rule"),
                rendered: None,
            };
            entry(item, (folder, own), locate, mistakes)
        })
        .collect()
}

fn entry(
    node: Node<'_>,
    (folder, own): (&Path, &[&'static Rule]),
    locate: impl Fn(Span) -> Location,
    mistakes: &mut Vec<Mistake>,
) -> Option<ConfigIgnore> {
    if !is_mapping(node, "an entry of `ignore`", mistakes) {
        return None;
    }
    let (mut rule, mut files, mut object, mut reason, mut until) = (None, None, None, None, None);
    for entry in node.entries() {
        let value = entry.value;
        match entry.key {
            "rule" => {
                if let Some(id) = text(value, "`rule`", mistakes) {
                    let mut among_own = own.iter().copied();
                    let found = among_own.find(|rule| rule.id == id);
                    match found.or_else(|| Some(engine::rule(id)?.rule)) {
                        Some(found) => rule = Some((found, value.span())),
                        None => mistakes.push(unknown_rule(value.span(), id, own)),
                    }
                }
            }
            "path" => {
                let pattern = text(value, "`path`", mistakes)?;
                match PathSet::new(folder, [pattern], "the configuration") {
                    Ok(scope) => files = Some::<Arc<dyn FilePattern>>(Arc::new(scope)),
                    Err((_, problem)) => mistakes.push(Mistake::new(
                        value.span(),
                        format!("not a pattern: {problem}"),
                    )),
                }
            }
            "object" => {
                let pattern = text(value, "`object`", mistakes)?;
                object = ObjectPattern::parse(pattern);
                if object.is_none() {
                    mistakes.push(
                        Mistake::new(value.span(), format!("`{pattern}` names no object"))
                            .help("objects look like `Deployment ops/controller`, `ops/controller` or `controller`"),
                    );
                }
            }
            "reason" => reason = text(value, "`reason`", mistakes),
            "until" => {
                let written = value.scalar_text().unwrap_or_default();
                match Day::parse(written) {
                    Some(day) => until = Some(day),
                    None => mistakes.push(
                        Mistake::new(value.span(), format!("`{written}` is not a date"))
                            .help("dates look like `2027-01-31`"),
                    ),
                }
            }
            other => mistakes.push(unknown_key(entry.key_span, other, &KEYS)),
        }
    }
    if node.get("rule").is_none() {
        mistakes.push(Mistake::new(
            node.span(),
            "an entry of `ignore` names a `rule`",
        ));
    }
    if node.get("reason").is_none() {
        mistakes.push(
            Mistake::new(node.span(), "an entry of `ignore` gives a `reason`")
                .help("write down why the finding does not matter here"),
        );
    }
    let (rule, span) = rule?;
    Some(ConfigIgnore {
        rule,
        files,
        object,
        reason: reason?.to_owned(),
        until,
        is_inherited: false,
        location: locate(span),
    })
}
