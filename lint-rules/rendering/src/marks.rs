//! Marks at the ends of lines that say which line of which template printed them.
//!
//! A mark is a comment of YAML, so what is rendered with marks is read as the same objects by the renderer. Taken away
//! again, what is left must be what was rendered without marks: a line of which that does not hold says nothing.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::chart::{ChartFile, LineSource, is_template};
use super::template::{PartKind, TemplatePart, parts};

/// What a mark begins with.
const BEGIN: &str = "#@leaselint.";

/// The files of a chart with marks in those of its templates that are in `printing`, and in all that define what others
/// include. A mark names a file by its place in the list. The rest stays as it is: a text of several lines without
/// quotes, as descriptions of CRDs have it, ends at a comment, and helm refuses the whole chart for one such template.
#[must_use]
pub fn marked(files: &[ChartFile], printing: &BTreeSet<String>) -> Vec<ChartFile> {
    let one = |(number, file): (usize, &ChartFile)| match file.text() {
        Some(text)
            if is_template(&file.path) && (printing.contains(&file.path) || defines(text)) =>
        {
            ChartFile {
                path: file.path.clone(),
                bytes: mark(text, number).into_bytes(),
            }
        }
        _ => file.clone(),
    };
    files.iter().enumerate().map(one).collect()
}

/// Whether a template defines what others may include.
fn defines(text: &str) -> bool {
    let opens = PartKind::Open {
        is_definition: true,
    };
    text.contains("{{") && parts(text).iter().any(|part| part.kind == opens)
}

/// A template with marks at the ends of its lines, as far as they can do no harm.
fn mark(text: &str, file: usize) -> String {
    let parts = parts(text);
    let mut marked = String::with_capacity(text.len() * 2);
    let mut copied = 0;
    let mut line = 1;
    let mut scopes = Scopes::default();
    let mut content = LineContent::default();
    for part in &parts {
        if part.kind != PartKind::Literal {
            scopes.enter(part.kind);
            let breaks = part.text.matches('\n').count();
            if breaks > 0 {
                line += breaks;
                content = LineContent::default();
            }
            content.add_action(part);
            continue;
        }
        for piece in part.text.split_inclusive('\n') {
            let words = piece.trim();
            content.add_text(words);
            if !piece.ends_with('\n') {
                continue;
            }
            let start = piece.as_ptr().addr() - text.as_ptr().addr();
            if content.may_be_marked(words.is_empty(), scopes.are_in_definition()) {
                let end = start + piece.trim_end().len();
                // Behind an action, the line's space is the part's own.
                marked.push_str(text.get(copied..end).unwrap_or_default());
                marked.push_str(&format!(" {BEGIN}{file}.{line}@"));
                copied = end;
            }
            line += 1;
            content = LineContent::default();
        }
    }
    marked.push_str(text.get(copied..).unwrap_or_default());
    marked
}

/// Blocks that are open.
#[derive(Default)]
struct Scopes(Vec<bool>);

impl Scopes {
    fn enter(&mut self, kind: PartKind) {
        match kind {
            PartKind::Open { is_definition } => self.0.push(is_definition),
            PartKind::End => {
                self.0.pop();
            }
            PartKind::Literal | PartKind::Output | PartKind::Silent => {}
        }
    }

    /// What is printed inside may become a part of a word.
    fn are_in_definition(&self) -> bool {
        self.0.contains(&true)
    }
}

/// What stands on a line of a template.
#[derive(Default)]
struct LineContent {
    /// Its first words.
    first: String,
    has_text: bool,
    has_output: bool,
    /// The last action takes away the end of the line.
    is_joined: bool,
    /// An output fills lines of its own.
    is_block: bool,
}

impl LineContent {
    fn add_text(&mut self, words: &str) {
        // Helm parts objects there.
        if words.is_empty() || words == "---" {
            return;
        }
        if self.first.is_empty() && !self.has_output {
            words.clone_into(&mut self.first);
        }
        self.has_text = true;
        self.is_joined = false;
    }

    fn add_action(&mut self, part: &TemplatePart<'_>) {
        self.is_joined = part.trims_right;
        if part.kind == PartKind::Output {
            self.has_output = true;
            self.is_block |= part.text.contains("indent") || part.text.contains("toYaml");
        }
    }

    fn may_be_marked(&self, ends_with_action: bool, is_in_definition: bool) -> bool {
        if ends_with_action && self.is_joined {
            return false;
        }
        if !is_in_definition {
            return self.has_text || self.has_output;
        }
        // Of a definition only what cannot be a part of a word: a key, an item, a block.
        let is_key = self.first.split_once(':').is_some_and(|(key, value)| {
            (value.is_empty() || value.starts_with(' '))
                && !key.is_empty()
                && key
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"._/-\"'".contains(&b))
        });
        is_key || self.first.starts_with("- ") || (self.is_block && !self.has_text)
    }
}

/// A line without its marks, and what the first of them says.
pub(crate) fn strip(line: &str) -> (Cow<'_, str>, Option<LineSource>) {
    let Some(first) = find(line) else {
        return (Cow::Borrowed(line), None);
    };
    let source = first.source;
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(found) = find(rest) {
        plain.push_str(rest.get(..found.start).unwrap_or_default());
        rest = rest.get(found.end..).unwrap_or_default();
    }
    plain.push_str(rest);
    (Cow::Owned(plain), Some(source))
}

struct FoundMark {
    start: usize,
    end: usize,
    source: LineSource,
}

fn find(line: &str) -> Option<FoundMark> {
    let mut from = 0;
    loop {
        let at = from + line.get(from..)?.find(BEGIN)?;
        // The first line of an object has lost the space before.
        let before = line.get(..at).unwrap_or_default();
        let start = at - usize::from(before.ends_with(' '));
        let rest = line.get(at + BEGIN.len()..)?;
        let read = || {
            let (numbers, _) = rest.split_once('@')?;
            let (file, number) = numbers.split_once('.')?;
            let source = LineSource {
                file: file.parse().ok()?,
                line: number.parse().ok()?,
            };
            Some((source, numbers.len() + 1))
        };
        if let Some((source, length)) = read() {
            let end = at + BEGIN.len() + length;
            return Some(FoundMark { start, end, source });
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        text.split_inclusive('\n')
            .map(|line| strip(line).0.into_owned())
            .collect()
    }

    /// The lines that carry a mark.
    fn lines(text: &str) -> Vec<usize> {
        let marked = mark(text, 7);
        assert_eq!(plain(&marked), text);
        let found = marked.lines().filter_map(|line| strip(line).1);
        found
            .map(|source| {
                assert_eq!(source.file, 7);
                source.line
            })
            .collect()
    }

    #[test]
    fn lines_that_print_are_marked() {
        let template = "kind: A\n{{- if .x }}\nspec: {{ .y }}\n  {{- toYaml .z | nindent 2 }}\n{{- end }}\n\nb: 1  \n";
        assert_eq!(lines(template), [1, 3, 4, 7]);
        assert!(mark(template, 0).contains("b: 1 #@leaselint.0.7@  \n"));
    }

    #[test]
    fn templates_that_neither_print_nor_define_stay_as_they_are() {
        let file = |path: &str, text: &str| ChartFile {
            path: path.to_owned(),
            bytes: text.as_bytes().to_vec(),
        };
        let files = [
            file("templates/crds.yaml", "description: one\n  two\n"),
            file(
                "templates/_names.tpl",
                "{{ define \"a\" }}\nb: c\n{{ end }}\n",
            ),
            file("templates/role.yaml", "kind: Role\n"),
            file("values.yaml", "a: b\n"),
        ];
        let printing = BTreeSet::from(["templates/role.yaml".to_owned()]);
        let marked = marked(&files, &printing);
        let texts: Vec<_> = marked.iter().filter_map(ChartFile::text).collect();
        assert_eq!(
            texts,
            [
                "description: one\n  two\n",
                "{{ define \"a\" }}\nb: c #@leaselint.1.2@\n{{ end }}\n",
                "kind: Role #@leaselint.2.1@\n",
                "a: b\n",
            ]
        );
    }

    #[test]
    fn an_end_that_is_taken_away_is_not_marked() {
        assert_eq!(lines("a: {{ .x -}}\n b\n"), [2]);
        assert_eq!(lines("a: {{ if .x -}}\n  b\n{{- end }}\n"), [2]);
    }

    #[test]
    fn words_of_definitions_are_not_marked() {
        let helper = "{{- define \"name\" -}}\n{{- if .x }}\n{{- .x }}\n{{- else }}\nname-{{ .y }}\n{{- end }}\n{{- end }}\n";
        assert!(lines(helper).is_empty());
        let labels = "{{- define \"labels\" }}\napp: {{ .x }}\n- b\n{{ toYaml .z | indent 2 }}\n{{- end }}\nc: d\n";
        assert_eq!(lines(labels), [2, 3, 4, 6]);
    }

    #[test]
    fn actions_of_several_lines_are_counted() {
        assert_eq!(lines("a: {{ printf\n \"x\" }}\nb: 1\n"), [2, 3]);
    }

    #[test]
    fn what_only_looks_like_a_mark_stays() {
        for line in [
            "a #@leaselint.",
            "a #@leaselint.x.1@",
            "a #@leaselint.1.@ b",
        ] {
            assert_eq!(strip(line), (Cow::Borrowed(line), None));
        }
    }
}
