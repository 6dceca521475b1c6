//! Which key of the values sets a part of a line: proven by rendering again with values of their own at the candidate
//! keys, a different one at each, and seeing them stand in the line.

use std::ops::Range;

use serde_json::{Map, Value as Json};

use super::chart::{ChartFile, LineSource};
use super::output::{OutputSection, sections};
use super::references::{ValueReference, references};
use super::trace::line_of;
use super::values::{ValueLeaf, Values};
use super::values_file::{LeafKind, ValuesFile};

/// More keys are not tried in one rendering: each may make it fail.
const MAX_CANDIDATES: usize = 96;

/// Shorter texts stand everywhere.
const MIN_TELLING_BYTES: usize = 3;

/// The first number that is put at a key of a number. Five digits, so that Go prints it without an exponent.
const FIRST_NUMBER: usize = 31_013;

/// A line of a rendered text of which the keys are wanted.
#[derive(Clone, Copy, Debug)]
pub struct WantedLine<'t> {
    /// Its number in the text, from 0.
    pub number: usize,
    /// Its text.
    pub text: &'t str,
    /// What printed it.
    pub source: Option<LineSource>,
}

/// Candidate keys with the value that is put at each.
#[derive(Debug)]
pub struct Markers {
    values: Values,
    chosen: Vec<Marker>,
    wanted: Vec<usize>,
}

#[derive(Debug)]
struct Marker {
    /// The number of its leaf.
    leaf: usize,
    text: String,
}

/// A part of a line that a key sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyProof {
    /// The number of the line, from 0.
    pub line: usize,
    /// The bytes of the line that the key sets.
    pub part: Range<usize>,
    /// The key, and where it is set.
    pub leaf: ValueLeaf,
}

impl Markers {
    /// Chooses the keys that may set a part of these lines; `None` if there is none. `values`: the weakest first.
    #[must_use]
    pub fn choose(
        wanted: &[WantedLine<'_>],
        files: &[ChartFile],
        values: &[ValuesFile],
    ) -> Option<Self> {
        let values = Values::of(values);
        let mut chosen: Vec<usize> = Vec::new();
        // References that are written are likelier than texts that stand there by chance.
        for is_certain in [true, false] {
            for line in wanted {
                let template = line.source.and_then(|source| line_of(files, source));
                let inside = line.source.and_then(|source| chart_inside(files, source));
                let refers = references(template.unwrap_or_default());
                for (number, leaf) in values.leaves.iter().enumerate() {
                    let is_candidate = if is_certain {
                        refers.iter().any(|one| names(one, leaf, inside, line.text))
                    } else {
                        is_telling(leaf) && line.text.contains(&leaf.text)
                    };
                    if is_candidate && !chosen.contains(&number) && chosen.len() < MAX_CANDIDATES {
                        chosen.push(number);
                    }
                }
            }
        }
        if chosen.is_empty() {
            return None;
        }
        let marker = |(count, leaf): (usize, usize)| Marker {
            leaf,
            text: match values.leaves.get(leaf).map(|leaf| leaf.kind) {
                Some(LeafKind::Integer) => (FIRST_NUMBER + 7 * count).to_string(),
                _ => format!("lmkq{count}z"),
            },
        };
        Some(Self {
            chosen: chosen.into_iter().enumerate().map(marker).collect(),
            values,
            wanted: wanted.iter().map(|line| line.number).collect(),
        })
    }

    /// The values to add as the last file, as JSON.
    #[must_use]
    pub fn overlay(&self) -> String {
        let mut overlay = Json::Object(Map::new());
        for marker in &self.chosen {
            let Some(leaf) = self.values.leaves.get(marker.leaf) else {
                continue;
            };
            let value = match (leaf.kind, marker.text.parse::<i64>()) {
                (LeafKind::Integer, Ok(number)) => Json::Number(number.into()),
                _ => Json::String(marker.text.clone()),
            };
            self.values.put(&mut overlay, &leaf.path, value);
        }
        overlay.to_string()
    }

    /// What the rendering with the overlay proves about the wanted lines of the plain one.
    #[must_use]
    pub fn prove(&self, rendered: &str, with_markers: &str) -> Vec<KeyProof> {
        let lines: Vec<&str> = rendered.lines().collect();
        let marked: Vec<&str> = with_markers.lines().collect();
        let plain_sections = sections(rendered);
        let marked_sections = sections(with_markers);
        let mut proofs = Vec::new();
        for number in &self.wanted {
            let Some(line) = lines.get(*number) else {
                continue;
            };
            let around = plain_sections
                .iter()
                .find(|section| (section.first_line..section.end_line).contains(number));
            let Some(around) = around else { continue };
            let nth = nth_of_template(&plain_sections, around);
            let twins = marked_sections
                .iter()
                .filter(|section| section.source == around.source);
            let mut found = Vec::new();
            for (at, twin) in twins.enumerate() {
                let is_twin = at == nth && length(twin) == length(around);
                let same = is_twin.then(|| twin.first_line + number - around.first_line);
                let all = marked
                    .get(twin.first_line..twin.end_line)
                    .unwrap_or_default();
                for (offset, candidate) in all.iter().enumerate() {
                    let is_same_line = same == Some(twin.first_line + offset);
                    found.extend(self.compare(line, candidate, is_same_line, *number));
                }
            }
            found.sort_by_key(|proof: &KeyProof| (proof.part.start, proof.part.end));
            found.dedup_by(|a, b| a.part == b.part && a.leaf == b.leaf);
            proofs.extend(found);
        }
        proofs
    }

    /// What one line of the rendering with markers proves about a line of the plain one: with the original values in the
    /// place of the markers they are the same, or they stand at the same place and all around the one marker is the same.
    fn compare(
        &self,
        line: &str,
        candidate: &str,
        is_same_line: bool,
        number: usize,
    ) -> Vec<KeyProof> {
        let marks = self.marks_in(candidate);
        if marks.is_empty() {
            return Vec::new();
        }
        let mut plain = String::with_capacity(line.len());
        let mut proofs = Vec::new();
        let mut copied = 0;
        for (range, leaf) in &marks {
            plain.push_str(candidate.get(copied..range.start).unwrap_or_default());
            let start = plain.len();
            plain.push_str(&leaf.text);
            copied = range.end;
            proofs.push(KeyProof {
                line: number,
                part: start..plain.len(),
                leaf: (*leaf).clone(),
            });
        }
        plain.push_str(candidate.get(copied..).unwrap_or_default());
        if plain == line {
            return proofs;
        }
        let [(range, leaf)] = marks.as_slice() else {
            return Vec::new();
        };
        let before = candidate.get(..range.start).unwrap_or_default();
        let after = candidate.get(range.end..).unwrap_or_default();
        let fits = is_same_line
            && line.len() > before.len() + after.len()
            && line.starts_with(before)
            && line.ends_with(after);
        if !fits {
            return Vec::new();
        }
        vec![KeyProof {
            line: number,
            part: before.len()..line.len() - after.len(),
            leaf: (*leaf).clone(),
        }]
    }

    /// The markers in a line, in order.
    fn marks_in(&self, line: &str) -> Vec<(Range<usize>, &ValueLeaf)> {
        let mut found = Vec::new();
        for marker in &self.chosen {
            let Some(leaf) = self.values.leaves.get(marker.leaf) else {
                continue;
            };
            for (at, text) in line.match_indices(&marker.text) {
                let end = at + text.len();
                let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
                let bytes = line.as_bytes();
                let before = at.checked_sub(1).and_then(|at| bytes.get(at));
                if !is_digit(before) && !is_digit(bytes.get(end)) {
                    found.push((at..end, leaf));
                }
            }
        }
        found.sort_by_key(|(range, _)| range.start);
        found
    }
}

fn length(section: &OutputSection<'_>) -> usize {
    section.end_line - section.first_line
}

/// Which object of its template a section is.
fn nth_of_template(all: &[OutputSection<'_>], one: &OutputSection<'_>) -> usize {
    let before = all
        .iter()
        .filter(|section| section.source == one.source && section.first_line < one.first_line);
    before.count()
}

/// The chart inside the chart that a line is of.
fn chart_inside(files: &[ChartFile], source: LineSource) -> Option<&str> {
    let path = &files.get(source.file)?.path;
    Some(path.strip_prefix("charts/")?.split_once('/')?.0)
}

/// Whether a text is long enough not to stand somewhere by chance.
fn is_telling(leaf: &ValueLeaf) -> bool {
    leaf.kind == LeafKind::Text
        && leaf.text.len() >= MIN_TELLING_BYTES
        && !matches!(leaf.text.as_str(), "true" | "false" | "null")
}

/// Whether a reference may be to a value that stands in a line. In a chart inside the chart the values are those below its
/// name, and the global ones.
fn names(reference: &ValueReference, leaf: &ValueLeaf, inside: Option<&str>, line: &str) -> bool {
    if leaf.text.is_empty() || !(line.contains(&leaf.text) || leaf.text.contains("{{")) {
        return false;
    }
    let keys = leaf.keys();
    match reference {
        ValueReference::Last(last) => keys.last() == Some(&last.as_str()),
        ValueReference::Whole(path) => {
            let own = match inside {
                Some(chart) if path.first().is_none_or(|first| first != "global") => keys
                    .split_first()
                    .and_then(|(first, rest)| (*first == chart).then_some(rest)),
                _ => Some(keys.as_slice()),
            };
            own.is_some_and(|own| {
                own.len() >= path.len() && own.iter().zip(path).all(|(own, named)| own == named)
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "args:\n- --lease={{ .Values.election.lease }}\n- --elect={{ .Values.election.enabled }}\nreplicas: {{ .Values.count }}\n";
    const VALUES: &str = "count: 2\nelection:\n  lease: 15s\n  enabled: true\nother: 15s\n";

    fn render(lease: &str, on: &str, count: &str) -> String {
        let text = TEMPLATE
            .replace("{{ .Values.election.lease }}", lease)
            .replace("{{ .Values.election.enabled }}", on)
            .replace("{{ .Values.count }}", count);
        format!("---\n# Source: a/templates/b.yaml\n{text}")
    }

    fn markers() -> Markers {
        let files = [ChartFile {
            path: "templates/b.yaml".to_owned(),
            bytes: TEMPLATE.as_bytes().to_vec(),
        }];
        let rendered = render("15s", "true", "2");
        let lines: Vec<&str> = rendered.lines().collect();
        let wanted = [3, 4, 5].map(|number| WantedLine {
            number,
            text: lines[number],
            source: Some(LineSource {
                file: 0,
                line: number - 1,
            }),
        });
        let values = ValuesFile::of_text(None, VALUES);
        Markers::choose(&wanted, &files, &[values]).unwrap()
    }

    #[test]
    fn keys_are_proven_by_what_changes() {
        let markers = markers();
        assert_eq!(
            markers.overlay(),
            r#"{"count":31027,"election":{"enabled":"lmkq1z","lease":"lmkq0z"},"other":"lmkq3z"}"#
        );
        let proofs = markers.prove(
            &render("15s", "true", "2"),
            &render("lmkq0z", "lmkq1z", "31027"),
        );
        let shown: Vec<_> = proofs
            .iter()
            .map(|proof| (proof.line, proof.part.clone(), proof.leaf.name()))
            .collect();
        assert_eq!(
            shown,
            [
                (3, 10..13, "election.lease".to_owned()),
                (4, 10..14, "election.enabled".to_owned()),
                (5, 10..11, "count".to_owned()),
            ]
        );
        assert_eq!(VALUES.get(proofs[0].leaf.span.clone()), Some("15s"));
    }

    #[test]
    fn a_key_that_changes_something_else_is_not_named() {
        let markers = markers();
        let with_markers = render("lmkq3z-x", "true", "2");
        let plain = render("15s-y", "true", "2");
        assert_eq!(markers.prove(&plain, &with_markers), []);
        assert_eq!(markers.prove(&plain, &plain), []);
    }

    #[test]
    fn what_a_template_makes_of_a_value_counts_at_the_same_place() {
        let markers = markers();
        let proofs = markers.prove(
            &render("\"fifteen\"", "true", "2"),
            &render("\"lmkq0z\"", "true", "2"),
        );
        assert_eq!(proofs.len(), 1);
        assert_eq!(
            (proofs[0].part.clone(), proofs[0].leaf.name()),
            (11..18, "election.lease".to_owned())
        );
    }
}
