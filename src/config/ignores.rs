//! `ignore`: findings that are silenced from the configuration, each with its reason.

use std::path::Path;

use engine::{self, Finding, Rule};
use manifest::text::Span;
use manifest::tree::Node;
use objects::ObjectName;

use super::mistake::Mistake;
use super::read::{is_mapping, is_sequence, text, unknown_key, unknown_rule};
use super::{Scope, date};

const KEYS: [&str; 5] = ["rule", "path", "object", "reason", "until"];

/// One entry.
#[derive(Debug)]
pub struct Ignore {
    /// The rule it silences.
    pub rule: &'static Rule,
    /// Only in these files.
    pub path: Option<Scope>,
    /// Only about this object.
    pub object: Option<ObjectPattern>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds, in days since 1970-01-01, and as written.
    pub until: Option<(i64, String)>,
    /// Where the rule's id is written.
    pub span: Span,
}

impl Ignore {
    /// Whether it speaks of a finding in a file of that name.
    pub fn matches(&self, finding: &Finding, file: &str) -> bool {
        finding.rule.id == self.rule.id
            && self
                .object
                .as_ref()
                .is_none_or(|object| object.matches(&finding.object))
            && self.path.as_ref().is_none_or(|path| path.holds_name(file))
    }

    /// Whether its day is over.
    pub fn has_expired(&self, today: Option<i64>) -> bool {
        matches!((&self.until, today), (Some((last, _)), Some(today)) if *last < today)
    }
}

/// An object by kind, namespace and name, each of which may be left out; `*` stands for any text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectPattern {
    kind: Option<String>,
    namespace: Option<String>,
    name: String,
}

impl ObjectPattern {
    /// `Deployment ops/controller`, `Deployment/controller`, `ops/controller` or `controller`.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (mut kind, rest) = match text.split_once(char::is_whitespace) {
            Some((kind, rest)) => (Some(kind.to_owned()), rest.trim()),
            None => (None, text),
        };
        let (namespace, name) = match rest.split_once('/') {
            // Kinds are capitalised, namespaces never are.
            Some((first, name))
                if kind.is_none() && first.starts_with(|c: char| c.is_ascii_uppercase()) =>
            {
                kind = Some(first.to_owned());
                (None, name)
            }
            Some((namespace, name)) => (Some(namespace.to_owned()), name),
            None => (None, rest),
        };
        let well_formed = !name.is_empty() && !name.contains(['/', ' ']);
        well_formed.then(|| Self {
            kind,
            namespace,
            name: name.to_owned(),
        })
    }

    fn matches(&self, object: &ObjectName) -> bool {
        let namespace = object.namespace.as_deref().unwrap_or_default();
        self.kind
            .as_ref()
            .is_none_or(|kind| kind.eq_ignore_ascii_case(&object.kind))
            && self
                .namespace
                .as_ref()
                .is_none_or(|pattern| fits(pattern, namespace))
            && fits(&self.name, &object.name)
    }
}

/// Whether a text fits a pattern in which `*` stands for any text.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}

/// Reads `ignore`.
pub fn read(node: Node<'_>, folder: &Path, mistakes: &mut Vec<Mistake>) -> Vec<Ignore> {
    if !is_sequence(node, "`ignore`", mistakes) {
        return Vec::new();
    }
    node.items()
        .filter_map(|item| entry(item, folder, mistakes))
        .collect()
}

fn entry(node: Node<'_>, folder: &Path, mistakes: &mut Vec<Mistake>) -> Option<Ignore> {
    if !is_mapping(node, "an entry of `ignore`", mistakes) {
        return None;
    }
    let (mut rule, mut path, mut object, mut reason, mut until) = (None, None, None, None, None);
    for entry in node.entries() {
        let value = entry.value;
        match entry.key {
            "rule" => {
                if let Some(id) = text(value, "`rule`", mistakes) {
                    match engine::rule(id) {
                        Some(found) => rule = Some((found.rule, value.span())),
                        None => mistakes.push(unknown_rule(value.span(), id)),
                    }
                }
            }
            "path" => {
                let pattern = text(value, "`path`", mistakes)?;
                match Scope::new(folder, [pattern]) {
                    Ok(scope) => path = Some(scope),
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
                match date::parse(written) {
                    Some(day) => until = Some((day, written.to_owned())),
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
    Some(Ignore {
        rule,
        path,
        object,
        reason: reason?.to_owned(),
        until,
        span,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(kind: &str, namespace: Option<&str>, name: &str) -> ObjectName {
        ObjectName {
            api_version: "v1".to_owned(),
            kind: kind.to_owned(),
            namespace: namespace.map(str::to_owned),
            name: name.to_owned(),
        }
    }

    #[test]
    fn objects_are_named_in_four_ways() {
        let object = name("Deployment", Some("ops"), "controller");
        for (pattern, expected) in [
            ("Deployment ops/controller", true),
            ("deployment ops/controller", true),
            ("Deployment/controller", true),
            ("ops/controller", true),
            ("controller", true),
            ("*/cont*ler", true),
            ("StatefulSet/controller", false),
            ("other/controller", false),
            ("control", false),
        ] {
            let parsed = ObjectPattern::parse(pattern).expect("well formed");
            assert_eq!(parsed.matches(&object), expected, "{pattern}");
        }
        assert_eq!(ObjectPattern::parse("a/b/c"), None);
        assert_eq!(
            ObjectPattern::parse("Deployment "),
            ObjectPattern::parse("Deployment")
        );
    }

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text, expected) in [
            ("a*", "a", true),
            ("*", "", true),
            ("a*b*c", "a-b-b-c", true),
            ("ab*ba", "aba", false),
            ("a", "ab", false),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }
}
