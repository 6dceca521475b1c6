//! A corrected copy of a document, for where the parser and go-yaml disagree.
//!
//! go-yaml reads YAML 1.1, the parser YAML 1.2. Where go-yaml accepts a text that the
//! parser refuses, the copy is an equivalent text that both accept. Offsets are mapped
//! back, so that documents have the spans of the original.

use std::borrow::Cow;

/// How often a document is corrected and parsed again.
pub(super) const MAX_CORRECTION_ROUNDS: usize = 200;
/// Bytes of the largest document that is corrected.
pub(super) const MAX_CORRECTED_BYTES: usize = 1 << 20;
/// Bytes that are parsed again in all rounds for one document.
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
    /// Pairs of a byte of the copy and the byte of the original from which on both run in parallel.
    runs: Vec<(usize, usize)>,
}

impl CorrectedText {
    /// Applies corrections, which are in order and do not overlap.
    pub fn of(text: &str, corrections: &[Correction]) -> Self {
        let mut copy = Self {
            text: String::with_capacity(text.len() + corrections.len()),
            runs: vec![(0, 0)],
        };
        let mut copied = 0;
        for correction in corrections {
            copy.text
                .push_str(text.get(copied..correction.at).unwrap_or_default());
            copy.runs.push((copy.text.len(), correction.at));
            copy.text.push_str(&correction.insert);
            copied = correction.at + correction.remove;
            copy.runs.push((copy.text.len(), copied));
        }
        copy.text.push_str(text.get(copied..).unwrap_or_default());
        copy
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

/// How a document that the parser refuses may be corrected.
pub(super) enum CompatFix {
    /// Indent the quoted scalar that starts after this byte.
    Indent(usize),
    /// Put a blank before the comment here.
    Blank(usize),
    /// Spell the escape `\'` otherwise in the quoted scalar that starts here.
    Apostrophes(usize),
}

impl CompatFix {
    /// Adds the corrections; `false` if there is nothing new to correct.
    pub fn apply(self, text: &str, corrections: &mut Vec<Correction>) -> bool {
        match self {
            Self::Indent(from) => indent_quoted(text, from, corrections),
            Self::Blank(at) => {
                text.as_bytes().get(at) == Some(&b'#')
                    && add(
                        corrections,
                        Correction {
                            at,
                            remove: 0,
                            insert: " ".into(),
                        },
                    )
            }
            Self::Apostrophes(from) => spell_apostrophes(text, from, corrections),
        }
    }
}

/// Adds a correction in order; `false` if it is there already or collides.
fn add(corrections: &mut Vec<Correction>, correction: Correction) -> bool {
    let at = corrections.partition_point(|other| other.at < correction.at);
    if corrections
        .get(at)
        .is_some_and(|other| other.at == correction.at)
    {
        return false;
    }
    corrections.insert(at, correction);
    true
}

/// The corrections needed before any parsing: line ends of YAML 1.1 that are none in 1.2,
/// and a byte-order mark before the content, which go-yaml skips.
pub(super) fn initial(text: &str) -> Vec<Correction> {
    let bytes = text.as_bytes();
    let mut corrections = Vec::new();
    if memchr::memchr2(0xC2, 0xE2, bytes).is_some() {
        for lead in memchr::memchr2_iter(0xC2, 0xE2, bytes) {
            match bytes.get(lead..) {
                Some([0xC2, 0x85, ..]) => corrections.push(Correction::new(lead, 2, "\n")),
                Some([0xE2, 0x80, 0xA8 | 0xA9, ..]) => {
                    corrections.push(Correction::new(lead, 3, "\n"))
                }
                _ => {}
            }
        }
    }
    if memchr::memchr(0xEF, bytes).is_some() {
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if line.starts_with('\u{FEFF}') {
                add(&mut corrections, Correction::new(at, 3, ""));
                // Only the first one can be before the content.
                break;
            }
            let trimmed = line.trim();
            if !(trimmed.is_empty() || trimmed.starts_with('#') || line.starts_with("---")) {
                break;
            }
            at += line.len();
        }
    }
    corrections
}

/// Indents the lines of the quoted scalar that starts at or after `from`, where they are
/// indented less than it. Blanks at the start of such a line have no meaning, and go-yaml
/// does not require any; the parser does.
fn indent_quoted(text: &str, from: usize, corrections: &mut Vec<Correction>) -> bool {
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
                changed |= indent_line(bytes, at, column, corrections);
            }
            _ => at += 1,
        }
        // An escaped line feed: the line after it is indented as well.
        if !single && at >= 2 && bytes.get(at - 2..at) == Some(b"\\\n") {
            changed |= indent_line(bytes, at, column, corrections);
        }
    }
    changed
}

/// Spells `\'`, an escape go-yaml knows and YAML 1.2 does not, as `\x27` in the scalar
/// in double quotes at `from`.
fn spell_apostrophes(text: &str, from: usize, corrections: &mut Vec<Correction>) -> bool {
    let bytes = text.as_bytes();
    let mut at = from + 1;
    let mut changed = false;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => break,
            b'\\' => {
                if bytes.get(at + 1) == Some(&b'\'') {
                    changed |= add(corrections, Correction::new(at, 2, "\\x27"));
                }
                at += 2;
            }
            _ => at += 1,
        }
    }
    changed
}

fn indent_line(bytes: &[u8], at: usize, column: usize, corrections: &mut Vec<Correction>) -> bool {
    let rest = bytes.get(at..).unwrap_or_default();
    let blanks = rest.iter().take_while(|b| **b == b' ').count();
    // An empty line needs no indentation, and a document marker must stay one.
    let empty = matches!(rest.get(blanks), None | Some(b'\n' | b'\r'));
    if empty || blanks > column || rest.starts_with(b"...") {
        return false;
    }
    add(
        corrections,
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
        let corrections = [Correction::new(1, 0, "  "), Correction::new(3, 2, "\n")];
        let copy = CorrectedText::of("abcNNd", &corrections);
        assert_eq!(copy.text, "a  bc\nd");
        let back: Vec<usize> = (0..8).map(|at| copy.original(at)).collect();
        assert_eq!(back, [0, 1, 1, 1, 2, 3, 5, 6]);
    }

    #[test]
    fn quoted_lines_are_indented() {
        let mut corrections = Vec::new();
        assert!(indent_quoted("a: \"x\ny\n\nz\"\n", 2, &mut corrections));
        assert_eq!(corrections.iter().map(|e| e.at).collect::<Vec<_>>(), [6, 9]);
    }
}
