//! Source with the tokens that matter underlined.
//!
//! The renderer's cost grows with the text it is given, so it gets only the lines between
//! the first and the last mark.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Patch, Snippet};
use engine::{Edit, Excerpt};
use manifest::text::FileSpan;

use super::sources::Sources;
use crate::terminal::{boundary, visible, visible_source};

/// Marks further apart than this get windows of their own.
const WINDOW_BYTES: usize = 16 * 1024;

/// A place to show.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Where.
    pub place: FileSpan,
    /// What to say there; may be empty.
    pub label: String,
    /// The place a finding is about, not one that explains it.
    pub primary: bool,
}

/// Windows with the places underlined, the one with the primary place first.
pub fn causes(sources: Sources<'_>, shown: &[Shown]) -> Vec<Snippet<'static, Annotation<'static>>> {
    let mut windows: Vec<Window<'_, &Shown>> = Vec::new();
    for mark in shown {
        if let Some(excerpt) = sources.excerpt(mark.place) {
            let span = first_line(&excerpt, within(&excerpt, mark.place));
            add(&mut windows, excerpt, mark.place, span, mark);
        }
    }
    let snippet = |window: Window<'_, &Shown>| {
        let range = window.range();
        let mut snippet = window.snippet(sources);
        for (span, mark) in window.marks {
            let kind = if mark.primary {
                AnnotationKind::Primary
            } else {
                AnnotationKind::Context
            };
            let span = span.start - range.start..span.end - range.start;
            let label = (!mark.label.is_empty()).then(|| visible(&mark.label).into_owned());
            snippet = snippet.annotation(kind.span(span).label(label));
        }
        snippet
    };
    windows.into_iter().map(snippet).collect()
}

/// Windows with edits as differences.
pub fn changes(sources: Sources<'_>, edits: &[Edit]) -> Vec<Snippet<'static, Patch<'static>>> {
    let mut windows: Vec<Window<'_, String>> = Vec::new();
    for edit in edits {
        if let Some(excerpt) = sources.excerpt(edit.place) {
            let span = within(&excerpt, edit.place);
            // The line before is shown as changed where it is.
            let is_line_before = |other: &Edit| {
                let end = within(&excerpt, other.place).end;
                let between = excerpt.text.get(end..span.start);
                other.place.file == edit.place.file
                    && other.place < edit.place
                    && between.is_some_and(|between| !between.contains('\n'))
            };
            let (span, text) = if edits.iter().any(is_line_before) {
                (span, edit.text.clone())
            } else {
                as_whole_lines(excerpt.text, span, &edit.text)
            };
            add(&mut windows, excerpt, edit.place, span, text);
        }
    }
    let snippet = |window: Window<'_, String>| {
        let range = window.range();
        let mut snippet = window.snippet(sources);
        for (span, text) in window.marks {
            let span = span.start - range.start..span.end - range.start;
            let text = text.replace("\r\n", "\n");
            snippet = snippet.patch(Patch::new(span, visible_source(&text).into_owned()));
        }
        snippet
    };
    windows.into_iter().map(snippet).collect()
}

/// A change of whole lines, from the end of the line before them to their own end, as one from their start to the start of the
/// line behind them: the line before is then not shown as changed. Other changes as they are.
fn as_whole_lines(text: &str, span: Range<usize>, new: &str) -> (Range<usize>, String) {
    let from = |at: usize| text.get(at..).unwrap_or_default();
    let newline = match from(span.end) {
        rest if rest.starts_with("\r\n") => "\r\n",
        rest if rest.starts_with('\n') => "\n",
        _ => return (span, new.to_owned()),
    };
    let is_of_lines = |part: &str| part.is_empty() || part.starts_with(newline);
    if !is_of_lines(new) || !is_of_lines(text.get(span.clone()).unwrap_or_default()) {
        return (span, new.to_owned());
    }
    let lines = new.strip_prefix(newline);
    let lines = lines.map_or_else(String::new, |lines| format!("{lines}{newline}"));
    (span.start + newline.len()..span.end + newline.len(), lines)
}

/// Marks in one text that are shown together.
struct Window<'a, M> {
    excerpt: Excerpt<'a>,
    place: FileSpan,
    marks: Vec<(Range<usize>, M)>,
}

impl<M> Window<'_, M> {
    /// Whole lines from the first mark to the last.
    fn range(&self) -> Range<usize> {
        let text = self.excerpt.text;
        let start = self
            .marks
            .iter()
            .map(|(span, _)| span.start)
            .min()
            .unwrap_or(0);
        let end = self
            .marks
            .iter()
            .map(|(span, _)| span.end)
            .max()
            .unwrap_or(0);
        let from = text
            .get(..start)
            .and_then(|before| before.rfind('\n'))
            .map_or(0, |at| at + 1);
        let to = text
            .get(end..)
            .and_then(|after| after.find('\n'))
            .map_or(text.len(), |at| end + at);
        // The other half of a line end is not shown.
        let shown = text.get(end..to).unwrap_or_default();
        from..end + shown.strip_suffix('\r').unwrap_or(shown).len()
    }

    fn snippet<T: Clone>(&self, sources: Sources<'_>) -> Snippet<'static, T> {
        let range = self.range();
        let before = self.excerpt.text.get(..range.start).unwrap_or_default();
        let lines = before.bytes().filter(|byte| *byte == b'\n').count();
        let text = self.excerpt.text.get(range).unwrap_or_default();
        Snippet::source(visible_source(text).into_owned())
            .line_start(as_usize(self.excerpt.first_line) + lines)
            .path(visible(sources.name(self.place.file)).into_owned())
    }
}

/// Puts a mark into a window that is near, or opens one.
fn add<'a, M>(
    windows: &mut Vec<Window<'a, M>>,
    excerpt: Excerpt<'a>,
    place: FileSpan,
    span: Range<usize>,
    mark: M,
) {
    let near = windows.iter_mut().find(|window| {
        window.place.file == place.file
            && window.excerpt.base == excerpt.base
            && window
                .marks
                .iter()
                .any(|(other, _)| other.start.abs_diff(span.start) < WINDOW_BYTES)
    });
    match near {
        Some(window) => window.marks.push((span, mark)),
        None => windows.push(Window {
            excerpt,
            place,
            marks: vec![(span, mark)],
        }),
    }
}

/// A place as bytes of its excerpt, on character boundaries.
fn within(excerpt: &Excerpt<'_>, place: FileSpan) -> Range<usize> {
    let at = |offset: u32| {
        let offset = as_usize(offset.saturating_sub(excerpt.base));
        boundary(excerpt.text, offset)
    };
    let start = at(place.span.start);
    start..at(place.span.end).max(start)
}

/// A number of a position as an index; on a machine of 16 bits, where it may not fit, the last one.
pub fn as_usize(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A place of several lines is shown by its first.
fn first_line(excerpt: &Excerpt<'_>, span: Range<usize>) -> Range<usize> {
    let text = excerpt.text.get(span.clone()).unwrap_or_default();
    let line = text.lines().next().unwrap_or_default().trim_end();
    span.start..span.start + line.len()
}
