//! Which key of the values sets a part of a line: proven by rendering again with values of their own at the candidate
//! keys, a different one at each, and seeing them stand in the line.

use std::ops::Range;

use serde_json::{Map, Value as Json};

use super::chart::{Chart, ChartFile, LineSource};
use super::output::{OutputSection, sections};
use super::references::{ValueReference, references};
use super::trace::{is_block, line_of};
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
    /// The template, as helm names it: `operator/charts/sub/templates/x.yaml`.
    pub template: Option<&'t str>,
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
        chart: &Chart,
        files: &[ChartFile],
        values: &[ValuesFile],
    ) -> Option<Self> {
        let values = Values::of(values);
        let mut chosen: Vec<usize> = Vec::new();
        let known = wanted.iter().map(|line| {
            let template = line.source.and_then(|source| line_of(files, source));
            let template = template.unwrap_or_default();
            let refers = references(template);
            // Whole objects out of a dictionary, or what is included.
            let is_unnamed = refers.is_empty() && is_block(template);
            (line, line.chart_inside(chart, files), refers, is_unnamed)
        });
        let known: Vec<_> = known.collect();
        // References that are written are likelier than texts that stand there by chance.
        for is_certain in [true, false] {
            for (line, inside, refers, is_unnamed) in &known {
                for (number, leaf) in values.leaves.iter().enumerate() {
                    let is_candidate = if is_certain {
                        refers.iter().any(|one| names(one, leaf, inside, line.text))
                            || (line.source.is_none() && is_of(leaf, inside, line.text))
                            || (*is_unnamed && is_number_in(leaf, line.text))
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

impl WantedLine<'_> {
    /// The keys below which the values of the chart inside the chart are that prints the line; none for the chart itself.
    fn chart_inside(&self, chart: &Chart, files: &[ChartFile]) -> Vec<String> {
        // An alias is in the name of the template alone, and one that is packed has no other.
        let inside = |path: &str| {
            let (name, _) = path.strip_prefix("charts/")?.split_once('/')?;
            Some(name.to_owned())
        };
        let template = self.template.and_then(|template| template.split_once('/'));
        let named = template.and_then(|(_, path)| inside(path));
        let file = self.source.and_then(|source| files.get(source.file));
        let folder = file.and_then(|file| inside(&file.path));
        let of_folder = folder.map(|folder| chart.keys_of(&folder, files));
        match (named, of_folder) {
            (Some(named), Some(keys)) if keys.contains(&named) => vec![named],
            // A template of the chart itself may print what one inside it defines.
            (_, Some(keys)) => keys,
            (Some(named), None) => vec![named],
            (None, None) => Vec::new(),
        }
    }
}

/// Whether a value is one of a chart inside the chart, and stands in a line by itself.
fn is_of(leaf: &ValueLeaf, inside: &[String], line: &str) -> bool {
    let keys = leaf.keys();
    let is_below = keys
        .first()
        .is_some_and(|first| inside.iter().any(|one| one == first));
    is_below && is_word_of(leaf, line)
}

/// Whether a value is a number that stands in a line by itself: for lines that are printed by an expression that names no
/// value, since numbers are too short to tell.
fn is_number_in(leaf: &ValueLeaf, line: &str) -> bool {
    leaf.kind == LeafKind::Integer && is_word_of(leaf, line)
}

fn is_word_of(leaf: &ValueLeaf, line: &str) -> bool {
    !leaf.text.is_empty()
        && line
            .split([' ', '=', '"', '\'', ','])
            .any(|word| word == leaf.text)
}

/// Whether a text is long enough not to stand somewhere by chance.
fn is_telling(leaf: &ValueLeaf) -> bool {
    leaf.kind == LeafKind::Text
        && leaf.text.len() >= MIN_TELLING_BYTES
        && !matches!(leaf.text.as_str(), "true" | "false" | "null")
}

/// Whether a reference may be to a value that stands in a line. In a chart inside the chart the values are those below its
/// name, and the global ones.
fn names(reference: &ValueReference, leaf: &ValueLeaf, inside: &[String], line: &str) -> bool {
    if leaf.text.is_empty() || !(line.contains(&leaf.text) || leaf.text.contains("{{")) {
        return false;
    }
    let keys = leaf.keys();
    match reference {
        ValueReference::Last(last) => keys.last() == Some(&last.as_str()),
        ValueReference::Whole(path) => {
            let own = match inside {
                [_, ..] if path.first().is_none_or(|first| first != "global") => {
                    keys.split_first().and_then(|(first, rest)| {
                        inside.iter().any(|one| one == first).then_some(rest)
                    })
                }
                _ => Some(keys.as_slice()),
            };
            own.is_some_and(|own| {
                own.len() >= path.len() && own.iter().zip(path).all(|(own, named)| own == named)
            })
        }
    }
}

#[cfg(test)]
mod tests;
