//! Where the bytes of a scalar's value are in the source.
//!
//! The value is already known, so the source is not decoded again: both are walked
//! side by side, and line folding, chomping and indentation fall out of the comparison.

use crate::text::{escape, to_index, to_offset};

use super::Style;

/// A run of the value and the run of the source it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct OffsetRun {
    value: u32,
    value_len: u32,
    source: u32,
    /// Equal to `value_len` where source and value agree byte for byte.
    source_len: u32,
}

/// The runs of one scalar, in order. Between runs are folded line ends.
#[derive(Clone, Debug, Default)]
pub(crate) struct OffsetMap {
    runs: Vec<OffsetRun>,
    /// The answer when there is no run.
    fallback: u32,
}

impl OffsetMap {
    /// Where a byte of the value starts in the source.
    pub fn source(&self, value: u32) -> u32 {
        let after = self.runs.partition_point(|run| run.value <= value);
        let Some(run) = after.checked_sub(1).and_then(|at| self.runs.get(at)) else {
            return self.runs.first().map_or(self.fallback, |run| run.source);
        };
        let into = value - run.value;
        if into >= run.value_len {
            run.source + run.source_len
        } else if run.value_len == run.source_len {
            run.source + into
        } else {
            run.source
        }
    }

    /// Where a run of the value that ends before byte `value` ends in the source.
    pub fn source_end(&self, value: u32) -> u32 {
        let after = self.runs.partition_point(|run| run.value < value);
        let Some(run) = after.checked_sub(1).and_then(|at| self.runs.get(at)) else {
            return self.source(value);
        };
        let into = value - run.value;
        if into < run.value_len && run.value_len == run.source_len {
            run.source + into
        } else {
            run.source + run.source_len
        }
    }

    /// The map of the scalar at `start..end` of `text`.
    pub fn of_scalar(text: &str, start: u32, end: u32, style: Style, value: &str) -> Self {
        let mut walk = ScalarWalk {
            source: text.get(..to_index(end)).unwrap_or(text),
            value,
            at: to_index(start),
            done: 0,
            map: Self {
                runs: Vec::new(),
                fallback: start,
            },
        };
        match style {
            Style::Literal | Style::Folded => walk.block(),
            Style::SingleQuoted | Style::DoubleQuoted => {
                walk.at += 1;
                walk.flow(style);
            }
            Style::Plain | Style::Block | Style::Flow => walk.flow(Style::Plain),
        }
        walk.map
    }
}

struct ScalarWalk<'t> {
    source: &'t str,
    value: &'t str,
    /// Next byte of the source.
    at: usize,
    /// Bytes of the value accounted for.
    done: usize,
    map: OffsetMap,
}

impl<'t> ScalarWalk<'t> {
    fn left(&self) -> &'t str {
        self.value.get(self.done..).unwrap_or_default()
    }

    fn run(&mut self, value_len: usize, source_len: usize) {
        let run = OffsetRun {
            value: to_offset(self.done),
            value_len: to_offset(value_len),
            source: to_offset(self.at),
            source_len: to_offset(source_len),
        };
        self.at += source_len;
        self.done += value_len;
        if run.value_len == run.source_len
            && let Some(last) = self.map.runs.last_mut()
            && last.value_len == last.source_len
            && last.value + last.value_len == run.value
            && last.source + last.source_len == run.source
        {
            last.value_len += run.value_len;
            last.source_len += run.source_len;
        } else if run.value_len > 0 {
            self.map.runs.push(run);
        }
    }

    /// Skips the line ends of the value between two lines.
    fn fold(&mut self) {
        let left = self.left();
        let feeds = left.len() - left.trim_start_matches('\n').len();
        self.done += if feeds > 0 {
            feeds
        } else {
            usize::from(left.starts_with(' '))
        };
    }

    /// The walk starts at the first line with content, behind its indentation, which
    /// is that of the whole scalar.
    fn block(&mut self) {
        let before = self.source.get(..self.at).unwrap_or_default();
        let indent = before.len() - before.rfind('\n').map_or(0, |feed| feed + 1);
        let left = self.left();
        // Empty lines before the first content are line feeds of the value.
        self.done += left.len() - left.trim_start_matches('\n').len();
        let mut line_start = self.at - indent;
        while self.done < self.value.len() {
            let Some(rest) = self
                .source
                .get(line_start..)
                .filter(|rest| !rest.is_empty())
            else {
                return;
            };
            let line_len = rest.find('\n').unwrap_or(rest.len());
            let line = rest.get(..line_len).unwrap_or(rest);
            let line = line.strip_suffix('\r').unwrap_or(line);
            let content = line.get(indent..).unwrap_or_default();
            // Lines without content are line feeds too, which the next one skips.
            if !content.is_empty() {
                if !self.map.runs.is_empty() {
                    self.fold();
                }
                if !self.left().starts_with(content) {
                    return;
                }
                self.at = line_start + indent;
                self.run(content.len(), content.len());
            }
            line_start += line_len + 1;
        }
    }

    fn flow(&mut self, style: Style) {
        while self.done < self.value.len() {
            let Some(rest) = self.source.get(self.at..).filter(|rest| !rest.is_empty()) else {
                return;
            };
            let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            let after = rest.get(blanks..).unwrap_or_default();
            if after.starts_with(['\n', '\r']) {
                let folded = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
                self.at += folded;
                self.fold();
                continue;
            }
            if blanks > 0 {
                self.run(blanks, blanks);
                continue;
            }
            let (value_len, source_len) = match (style, rest.as_bytes()) {
                (Style::SingleQuoted, [b'\'', b'\'', ..]) => (1, 2),
                (Style::SingleQuoted, [b'\'', ..]) | (Style::DoubleQuoted, [b'"', ..]) => return,
                (Style::DoubleQuoted, [b'\\', b'\n' | b'\r', ..]) => {
                    // An escaped line end adds nothing; empty lines after it do.
                    let folded = rest.len()
                        - rest
                            .trim_start_matches('\\')
                            .trim_start_matches([' ', '\t', '\r', '\n'])
                            .len();
                    self.at += folded;
                    let left = self.left();
                    self.done += left.len() - left.trim_start_matches('\n').len();
                    continue;
                }
                (Style::DoubleQuoted, [b'\\', ..]) => self.escape(rest),
                _ => {
                    let same = self.same(rest);
                    if same == 0 {
                        return;
                    }
                    (same, same)
                }
            };
            self.run(value_len, source_len);
        }
    }

    /// How much of the source from here is taken over as it is.
    fn same(&self, rest: &str) -> usize {
        let stop = |b: &u8| !matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b'\\' | b'\'' | b'"');
        let bytes = rest.as_bytes();
        // At least one character, whatever it is.
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let more = bytes
            .get(first..)
            .unwrap_or_default()
            .iter()
            .take_while(|b| stop(b))
            .count();
        let len = (first + more).min(self.left().len());
        if self.left().as_bytes().get(..len) == bytes.get(..len) {
            len
        } else {
            0
        }
    }

    /// Lengths of the character that an escape denotes and of the escape.
    fn escape(&self, rest: &str) -> (usize, usize) {
        let source_len = match rest.as_bytes().get(1) {
            Some(b'x') => 4,
            Some(b'U') => 10,
            Some(b'u') => escape(rest).1,
            _ => 2,
        };
        let value_len = self.left().chars().next().map_or(0, char::len_utf8);
        (value_len, source_len.min(rest.len()))
    }
}
