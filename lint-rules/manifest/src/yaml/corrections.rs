//! A corrected copy of a document, for where the parser and go-yaml disagree.
//!
//! go-yaml reads YAML 1.1, the parser YAML 1.2. Where go-yaml accepts a text the
//! parser refuses, the copy says the same in words both accept; every offset is
//! mapped back, so that nothing of it shows.

use std::borrow::Cow;

/// How often a document may be corrected.
pub(super) const MAX_CORRECTION_ROUNDS: usize = 200;
/// Up to which size a document is corrected.
pub(super) const MAX_CORRECTED_BYTES: usize = 1 << 20;
/// How many bytes may be parsed over again for one document.
pub(super) const MAX_REPARSED_BYTES: usize = 32 << 20;

/// At `at`, `remove` bytes give way to `insert`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Correction {
    pub at: usize,
    pub remove: usize,
    pub insert: Cow<'static, str>,
}

impl Correction {
    fn new(at: usize, remove: usize, insert: &'static str) -> Self {
        Self {
            at,
            remove,
            insert: Cow::Borrowed(insert),
        }
    }
}

/// The corrected copy.
#[derive(Debug, Default)]
pub(super) struct CorrectedText {
    pub text: String,
    /// From which byte of the copy on which byte of the original stands there.
    runs: Vec<(usize, usize)>,
}

impl CorrectedText {
    /// Applies edits, which are in order and do not overlap.
    pub fn of(text: &str, edits: &[Correction]) -> Self {
        let mut scratch = Self {
            text: String::with_capacity(text.len() + edits.len()),
            runs: vec![(0, 0)],
        };
        let mut done = 0;
        for edit in edits {
            scratch
                .text
                .push_str(text.get(done..edit.at).unwrap_or_default());
            scratch.runs.push((scratch.text.len(), edit.at));
            scratch.text.push_str(&edit.insert);
            done = edit.at + edit.remove;
            scratch.runs.push((scratch.text.len(), done));
        }
        scratch.text.push_str(text.get(done..).unwrap_or_default());
        scratch
    }

    /// The byte of the original for a byte of the copy.
    pub fn original(&self, at: usize) -> usize {
        let after = self.runs.partition_point(|run| run.0 <= at);
        let Some((copy, original)) = after.checked_sub(1).and_then(|i| self.runs.get(i)) else {
            return at;
        };
        let most = self.runs.get(after).map_or(usize::MAX, |next| next.1);
        (original + (at - copy)).min(most)
    }
}

/// Adds an edit in order; `false` if it is there already or collides.
pub(super) fn add(edits: &mut Vec<Correction>, edit: Correction) -> bool {
    let at = edits.partition_point(|other| other.at < edit.at);
    if edits.get(at).is_some_and(|other| other.at == edit.at) {
        return false;
    }
    edits.insert(at, edit);
    true
}

/// What is known to need correction before any parsing: the line ends of YAML 1.1 that
/// are none in 1.2, and a byte-order mark before the content, which go-yaml passes over.
pub(super) fn known(text: &str) -> Vec<Correction> {
    let bytes = text.as_bytes();
    let mut edits = Vec::new();
    if memchr::memchr2(0xC2, 0xE2, bytes).is_some() {
        for lead in memchr::memchr2_iter(0xC2, 0xE2, bytes) {
            match bytes.get(lead..) {
                Some([0xC2, 0x85, ..]) => edits.push(Correction::new(lead, 2, "\n")),
                Some([0xE2, 0x80, 0xA8 | 0xA9, ..]) => edits.push(Correction::new(lead, 3, "\n")),
                _ => {}
            }
        }
    }
    if memchr::memchr(0xEF, bytes).is_some() {
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if line.starts_with('\u{FEFF}') {
                add(&mut edits, Correction::new(at, 3, ""));
                // Only the first one can stand before the content.
                break;
            }
            let trimmed = line.trim();
            if !(trimmed.is_empty() || trimmed.starts_with('#') || line.starts_with("---")) {
                break;
            }
            at += line.len();
        }
    }
    edits
}

/// Indents the lines of the quoted scalar that starts at or after `from`, as far as
/// they stand further left than it. Blanks at the start of such a line carry no
/// meaning, so go-yaml does not ask for any; the parser does.
pub(super) fn indent_quoted(text: &str, from: usize, edits: &mut Vec<Correction>) -> bool {
    let bytes = text.as_bytes();
    let Some(open) = bytes
        .get(from..)
        .and_then(|rest| memchr::memchr2(b'"', b'\'', rest))
    else {
        return false;
    };
    let open = from + open;
    let line_start =
        memchr::memrchr(b'\n', bytes.get(..open).unwrap_or_default()).map_or(0, |feed| feed + 1);
    let column = open - line_start;
    let single = bytes.get(open) == Some(&b'\'');
    let mut at = open + 1;
    let mut changed = false;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if !single => at += 2,
            b'\'' if single && bytes.get(at + 1) == Some(&b'\'') => at += 2,
            b'\'' if single => break,
            b'"' if !single => break,
            b'\n' => {
                at += 1;
                changed |= indent_line(bytes, at, column, edits);
            }
            _ => at += 1,
        }
        // An escaped line feed: the line after it counts as well.
        if !single && at >= 2 && bytes.get(at - 2..at) == Some(b"\\\n") {
            changed |= indent_line(bytes, at, column, edits);
        }
    }
    changed
}

/// Spells `\'`, an escape go-yaml knows and YAML 1.2 does not, as `\x27` in the scalar
/// in double quotes at `from`.
pub(super) fn spell_apostrophes(text: &str, from: usize, edits: &mut Vec<Correction>) -> bool {
    let bytes = text.as_bytes();
    let mut at = from + 1;
    let mut changed = false;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => break,
            b'\\' => {
                if bytes.get(at + 1) == Some(&b'\'') {
                    changed |= add(edits, Correction::new(at, 2, "\\x27"));
                }
                at += 2;
            }
            _ => at += 1,
        }
    }
    changed
}

fn indent_line(bytes: &[u8], at: usize, column: usize, edits: &mut Vec<Correction>) -> bool {
    let rest = bytes.get(at..).unwrap_or_default();
    let blanks = rest.iter().take_while(|b| **b == b' ').count();
    // An empty line needs no indentation, and a document marker must stay one.
    let empty = matches!(rest.get(blanks), None | Some(b'\n' | b'\r'));
    if empty || blanks > column || rest.starts_with(b"...") {
        return false;
    }
    add(
        edits,
        Correction {
            at,
            remove: 0,
            insert: Cow::Owned(" ".repeat(column + 1 - blanks)),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_map_back() {
        let edits = [Correction::new(1, 0, "  "), Correction::new(3, 2, "\n")];
        let scratch = CorrectedText::of("abcNNd", &edits);
        assert_eq!(scratch.text, "a  bc\nd");
        let back: Vec<usize> = (0..8).map(|at| scratch.original(at)).collect();
        assert_eq!(back, [0, 1, 1, 1, 2, 3, 5, 6]);
    }

    #[test]
    fn quoted_lines_are_indented() {
        let mut edits = Vec::new();
        assert!(indent_quoted("a: \"x\ny\n\nz\"\n", 2, &mut edits));
        assert_eq!(edits.iter().map(|e| e.at).collect::<Vec<_>>(), [6, 9]);
    }
}
