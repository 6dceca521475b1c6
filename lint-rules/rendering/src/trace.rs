//! From the lines of what was rendered to the lines of the templates that printed them.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::chart::{Chart, ChartFile, LineSource};
use super::marks::strip;
use super::output::{OutputSection, sections};
use super::pieces::pieces;
use super::template::{PartKind, parts};

/// The templates whose objects hold these lines of an output. `wanted` as for [`trace`].
#[must_use]
pub fn printing_templates(
    rendered: &str,
    (chart, files): (&Chart, &[ChartFile]),
    wanted: &[usize],
) -> BTreeSet<String> {
    let all = sections(rendered).into_iter();
    all.filter(|section| {
        let next = wanted.partition_point(|number| *number < section.first_line);
        wanted
            .get(next)
            .is_some_and(|number| *number < section.end_line)
    })
    .filter_map(|section| chart.path_of(section.source, files))
    .collect()
}

/// For each line of an output of `helm template` the line that printed it, where that is known. `with_marks` is the
/// output for the chart of [`super::marked`]; without it, or where it differs in more than its marks, only lines whose
/// literal text stands on one line of their template are known. `wanted`: numbers of lines, from 0, sorted; what is found
/// out of others comes with these.
#[must_use]
pub fn trace(
    rendered: &str,
    with_marks: Option<&str>,
    (chart, files): (&Chart, &[ChartFile]),
    wanted: &[usize],
) -> Vec<Option<LineSource>> {
    let templates = TemplateLines::of(files);
    let lines: Vec<&str> = rendered.lines().collect();
    let mut known: Vec<Option<LineSource>> = vec![None; lines.len()];
    let marked_lines: Vec<&str> = with_marks
        .map(|text| text.lines().collect())
        .unwrap_or_default();
    let mut marked_sections: Vec<Option<OutputSection<'_>>> = with_marks
        .map(|text| sections(text).into_iter().map(Some).collect())
        .unwrap_or_default();
    for section in sections(rendered) {
        let range = section.first_line..section.end_line;
        let Some(own) = lines.get(range.clone()) else {
            continue;
        };
        // The objects of one template come in the same order.
        let twin = marked_sections
            .iter_mut()
            .find(|twin| {
                twin.as_ref()
                    .is_some_and(|twin| twin.source == section.source)
            })
            .and_then(Option::take);
        let first = wanted.partition_point(|number| *number < range.start);
        let end = wanted.partition_point(|number| *number < range.end);
        let wanted = wanted.get(first..end).unwrap_or_default();
        if wanted.is_empty() {
            continue;
        }
        let twin = twin.and_then(|twin| marked_lines.get(twin.first_line..twin.end_line));
        let found = twin
            .map(|twin| by_marks(own, twin, &templates))
            .filter(|found| found.iter().any(Option::is_some))
            .or_else(|| {
                let inside = wanted.iter().map(|number| number - range.start);
                by_text(own, section.source, (chart, files), inside)
            });
        if let (Some(found), Some(known)) = (found, known.get_mut(range)) {
            known.copy_from_slice(&found);
        }
    }
    known
}

/// The lines of a chart's files, which are found once.
struct TemplateLines<'f> {
    files: &'f [ChartFile],
    lines: Vec<OnceCell<Vec<&'f str>>>,
}

impl<'f> TemplateLines<'f> {
    fn of(files: &'f [ChartFile]) -> Self {
        Self {
            files,
            lines: files.iter().map(|_| OnceCell::new()).collect(),
        }
    }

    fn get(&self, source: LineSource) -> Option<&'f str> {
        let text = || self.files.get(source.file).and_then(ChartFile::text);
        let lines = self
            .lines
            .get(source.file)?
            .get_or_init(|| text().unwrap_or_default().lines().collect());
        lines.get(source.line.checked_sub(1)?).copied()
    }
}

/// The lines by their marks. A line without one is printed by the block above the next mark, if there is one.
fn by_marks(own: &[&str], twin: &[&str], templates: &TemplateLines<'_>) -> Vec<Option<LineSource>> {
    let twin = side_by_side(own, twin);
    let is_same = |(line, (plain, _)): &(&&str, &StrippedLine<'_>)| plain == **line;
    let same = own.iter().zip(&twin).filter(is_same).count();
    // Random values and checksums differ, and stand on the same lines all the same.
    if same * 10 < own.len() * 8 {
        return vec![None; own.len()];
    }
    let mut found: Vec<Option<LineSource>> = Vec::with_capacity(own.len());
    let mut open = 0;
    for (_, source) in twin {
        if let Some(source) = source {
            let prints_lines = templates.get(source).is_some_and(is_block);
            for earlier in found.iter_mut().skip(open) {
                *earlier = prints_lines.then_some(source);
            }
        }
        found.push(source);
        if source.is_some() {
            open = found.len();
        }
    }
    // A template that ends without a line feed has no mark there.
    found.resize(own.len(), None);
    found
}

/// A line without its marks, and what they say.
type StrippedLine<'t> = (Cow<'t, str>, Option<LineSource>);

/// The marked lines in the places of the plain ones: where an expression prints nothing, its mark stands alone on a line.
fn side_by_side<'t>(own: &[&str], twin: &[&'t str]) -> Vec<StrippedLine<'t>> {
    let mut lines = own.iter().peekable();
    let mut kept = Vec::with_capacity(own.len());
    for line in twin {
        let (plain, mark) = strip(line);
        let is_extra = mark.is_some()
            && plain.trim().is_empty()
            && lines.peek().is_none_or(|line| **line != plain);
        if !is_extra {
            lines.next();
            kept.push((plain, mark));
        }
    }
    kept
}

/// Whether a line of a template may print several lines: it has an expression.
pub(crate) fn is_block(line: &str) -> bool {
    parts(line).iter().any(|part| part.kind == PartKind::Output)
}

/// Lines whose literal text fits one line of the template alone.
fn by_text(
    own: &[&str],
    source: &str,
    (chart, files): (&Chart, &[ChartFile]),
    wanted: impl Iterator<Item = usize>,
) -> Option<Vec<Option<LineSource>>> {
    let path = chart.path_of(source, files)?;
    let file = files.iter().position(|file| file.path == path)?;
    let text = files.get(file)?.text()?;
    let templates: Vec<&str> = text.lines().collect();
    let fits = |line: &str, template: &str| {
        let pieces = pieces(line, template);
        let literals = pieces.iter().filter(|piece| piece.is_literal);
        let literal: usize = literals
            .map(|piece| piece.source_end - piece.source_start)
            .sum();
        // More than a dash and the end of a word.
        let is_whole = pieces.first().is_some_and(|piece| piece.is_literal);
        (is_whole && literal > 3).then_some(literal)
    };
    let one = |line: &str| {
        let mut best = None;
        let mut is_only = false;
        let may_fit = |(_, template): &(usize, &&str)| may_begin(line, template);
        for (number, template) in templates.iter().enumerate().filter(may_fit) {
            let Some(length) = fits(line, template) else {
                continue;
            };
            match best {
                Some((longest, _)) if length < longest => {}
                Some((longest, _)) if length == longest => is_only = false,
                _ => (best, is_only) = (Some((length, number)), true),
            }
        }
        let (_, number) = best.filter(|_| is_only)?;
        Some(LineSource {
            file,
            line: number + 1,
        })
    };
    let mut found = vec![None; own.len()];
    for number in wanted {
        if let (Some(line), Some(found)) = (own.get(number), found.get_mut(number)) {
            *found = one(line);
        }
    }
    Some(found)
}

/// Whether a line may begin with a text of the template's line: a look before both are aligned.
fn may_begin(line: &str, template: &str) -> bool {
    let line = line.trim_start();
    let word = line.split(' ').next().unwrap_or_default();
    let literal = template.split("{{").next().unwrap_or_default().trim();
    !word.is_empty()
        && (template.contains(word) || !literal.is_empty() && line.starts_with(literal))
}

/// The text of a line of a chart's file.
pub(crate) fn line_of(files: &[ChartFile], source: LineSource) -> Option<&str> {
    let text = files.get(source.file)?.text()?;
    text.lines().nth(source.line.checked_sub(1)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marked;

    fn chart(template: &str) -> (Chart, Vec<ChartFile>) {
        let file = |path: &str, text: &str| ChartFile {
            path: path.to_owned(),
            bytes: text.as_bytes().to_vec(),
        };
        let files = vec![
            file("Chart.yaml", "name: a\n"),
            file("templates/b.yaml", template),
        ];
        (Chart::read(&files).unwrap(), files)
    }

    const TEMPLATE: &str =
        "kind: A\n{{- if .x }}\nspec:\n  {{- toYaml .y | nindent 2 }}\n{{- end }}\nb: {{ .z }}\n";
    const RENDERED: &str =
        "---\n# Source: a/templates/b.yaml\nkind: A\nspec:\n  c: 1\n  d: 2\nb: 3\n";

    #[test]
    fn marks_tell_the_lines() {
        let (chart, files) = chart(TEMPLATE);
        // As helm would render the marked template.
        let printing = printing_templates(RENDERED, (&chart, &files), &[3]);
        assert_eq!(printing, BTreeSet::from(["templates/b.yaml".to_owned()]));
        let text = marked(&files, &printing)[1].text().unwrap().to_owned();
        let marked = format!("---\n# Source: a/templates/b.yaml\n{text}")
            .replace("{{- if .x }}\n", "")
            .replace("{{- end }}\n", "")
            .replace("  {{- toYaml .y | nindent 2 }}", "  c: 1\n  d: 2")
            .replace("{{ .z }}", "3");
        let found = trace(RENDERED, Some(&marked), (&chart, &files), &[3]);
        let lines: Vec<_> = found.iter().map(|one| one.map(|one| one.line)).collect();
        assert_eq!(
            lines,
            [None, None, Some(1), Some(3), Some(4), Some(4), Some(6)]
        );
    }

    #[test]
    fn without_marks_text_tells_some() {
        let (chart, files) = chart(TEMPLATE);
        let found = trace(RENDERED, None, (&chart, &files), &[2, 3, 4]);
        let lines: Vec<_> = found.iter().map(|one| one.map(|one| one.line)).collect();
        assert_eq!(lines, [None, None, Some(1), Some(3), None, None, None]);
        for elsewhere in [&[][..], &[1, 7]] {
            let found = trace(RENDERED, None, (&chart, &files), elsewhere);
            assert_eq!(found, [None; 7]);
        }
    }
}
