//! Files that a program made of others: where what stands in them was written.

use std::collections::{BTreeMap, BTreeSet};

use objects::LedgerCode;

use manifest::text::{FileId, FileSpan, Position, Span};

/// A file that a program made: the output of `helm template` or of `kustomize build`.
#[derive(Debug)]
pub struct Rendering {
    /// The program with its command: `helm template`.
    pub by: &'static str,
    /// The release, where there is one.
    pub release: Option<String>,
    /// The object that applies it, where that is known.
    pub applied_by: Option<AppliedBy>,
    /// Where a finding stands whose source is not known: the `Chart.yaml` or the kustomization.
    pub root: FileSpan,
    /// The files of the input of which it is made, the root among them.
    pub sources: BTreeSet<FileId>,
    /// From which bytes on the text comes from which template, as the program names it; sorted.
    pub templates: Vec<(u32, String)>,
    /// The lines of which it is known where they were written, sorted.
    pub lines: Vec<TracedLine>,
    /// The keys of values that were proven to set something, sorted.
    pub keys: Vec<SettingKey>,
}

/// An object of Flux or Argo CD that has something rendered with values of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AppliedBy {
    /// Where its name is written.
    pub place: FileSpan,
    /// What it is: `HelmRelease`.
    pub kind: String,
}

/// A line of a rendered text with the source of each of its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TracedLine {
    /// Its bytes, without the line feed.
    pub span: Span,
    /// Its parts, sorted and not empty.
    pub pieces: Vec<TracedPiece>,
}

/// A part of a rendered line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TracedPiece {
    /// Its first byte in the rendered text; it ends where the next one begins.
    pub start: u32,
    /// Where it was written.
    pub source: FileSpan,
    /// The same bytes stand there; otherwise an expression that gives them.
    pub is_literal: bool,
}

/// A key of a values file that sets a part of a rendered text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingKey {
    /// The part that it sets.
    pub span: Span,
    /// Where the value is written.
    pub place: FileSpan,
    /// The key, such as `controller.leaseDuration`.
    pub name: String,
}

/// Where something stands in a rendered text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RenderedPlace {
    /// The bytes, in the rendered file.
    pub place: FileSpan,
    /// The first character.
    pub start: Position,
    /// The program with its command.
    pub by: &'static str,
    /// The release, where there is one.
    pub release: Option<String>,
    /// The template, as the program names it.
    pub template: Option<String>,
    /// The line, without spaces around it.
    pub text: String,
    /// Whether it is known where it was written.
    pub is_traced: bool,
}

/// A chart, a kustomization or an object that names one, that is not rendered on purpose or for want of its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unrendered {
    /// Where it is.
    pub place: FileSpan,
    /// Why, as a word.
    pub code: LedgerCode,
    /// Why, as a sentence.
    pub reason: String,
}

impl Rendering {
    /// Where a part of the text was written, if that is known. Of a part of several lines the first one counts.
    #[must_use]
    pub fn written(&self, span: Span) -> Option<FileSpan> {
        let after = self
            .lines
            .partition_point(|line| line.span.start <= span.start);
        let line = self.lines.get(after.checked_sub(1)?)?;
        if span.start > line.span.end {
            return None;
        }
        let last = span
            .end
            .min(line.span.end)
            .saturating_sub(1)
            .max(span.start);
        let first = line.piece(span.start)?;
        let start = if first.is_literal {
            first
                .source
                .span
                .start
                .saturating_add(span.start.saturating_sub(first.start))
        } else {
            first.source.span.start
        };
        let end_piece = line
            .piece(last)
            .filter(|piece| piece.source.file == first.source.file);
        let end = end_piece.map_or(first.source.span.end, |piece| {
            if piece.is_literal {
                let inside = last.saturating_sub(piece.start).saturating_add(1);
                let end = piece.source.span.start.saturating_add(inside);
                end.min(piece.source.span.end)
            } else {
                piece.source.span.end
            }
        });
        Some(FileSpan {
            file: first.source.file,
            span: Span::new(start, end.max(start)),
        })
    }

    /// The keys that set a part of the text.
    pub fn keys_of(&self, span: Span) -> impl Iterator<Item = &SettingKey> {
        self.keys
            .iter()
            .filter(move |key| key.span.start < span.end && span.start < key.span.end)
    }

    /// The template of a byte, as the program names it.
    #[must_use]
    pub fn template_at(&self, offset: u32) -> Option<&str> {
        let after = self
            .templates
            .partition_point(|(start, _)| *start <= offset);
        let (_, name) = self.templates.get(after.checked_sub(1)?)?;
        Some(name)
    }
}

impl TracedLine {
    fn piece(&self, offset: u32) -> Option<&TracedPiece> {
        let after = self.pieces.partition_point(|piece| piece.start <= offset);
        self.pieces.get(after.saturating_sub(1))
    }
}

/// The renderings of an input, by their files, whose numbers rise.
#[derive(Debug, Default)]
pub(crate) struct Renderings {
    made: Vec<(FileId, Rendering)>,
    /// The files of which something is made.
    sources: BTreeSet<FileId>,
    /// What is not rendered.
    pub unrendered: Vec<Unrendered>,
    /// The objects that apply charts and folders: whether that is rendered, or why not.
    pub deliveries: BTreeMap<FileSpan, Result<(), String>>,
}

impl Renderings {
    pub(crate) fn add(&mut self, file: FileId, rendering: Rendering) {
        self.made.push((file, rendering));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (FileId, &Rendering)> {
        self.made.iter().map(|(file, rendering)| (*file, rendering))
    }

    pub(crate) fn add_source(&mut self, file: FileId) {
        self.sources.insert(file);
    }

    pub(crate) fn has_source(&self, file: FileId) -> bool {
        self.sources.contains(&file)
    }

    pub(crate) fn of(&self, file: FileId) -> Option<&Rendering> {
        let at = self.made.binary_search_by_key(&file, |(file, _)| *file);
        self.made.get(at.ok()?).map(|(_, rendering)| rendering)
    }

    pub(crate) fn of_mut(&mut self, file: FileId) -> Option<&mut Rendering> {
        let at = self.made.binary_search_by_key(&file, |(file, _)| *file);
        self.made.get_mut(at.ok()?).map(|(_, rendering)| rendering)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(start: u32, end: u32) -> FileSpan {
        FileSpan {
            file: FileId(3),
            span: Span::new(start, end),
        }
    }

    #[test]
    fn a_token_is_found_in_its_pieces() {
        // `- --leader-elect=true`, from 100 on, of `- --leader-elect={{ .Values.elect }}` at 40.
        let piece = |start, source, is_literal| TracedPiece {
            start,
            source,
            is_literal,
        };
        let rendering = Rendering {
            by: "helm template",
            release: None,
            applied_by: None,
            root: at(0, 0),
            sources: BTreeSet::from([FileId(3)]),
            templates: vec![(0, "a".to_owned()), (90, "b".to_owned())],
            lines: vec![TracedLine {
                span: Span::new(100, 121),
                pieces: vec![piece(100, at(40, 57), true), piece(117, at(57, 76), false)],
            }],
            keys: Vec::new(),
        };
        assert_eq!(rendering.written(Span::new(102, 121)), Some(at(42, 76)));
        assert_eq!(rendering.written(Span::new(102, 108)), Some(at(42, 48)));
        assert_eq!(rendering.written(Span::new(118, 120)), Some(at(57, 76)));
        // Several lines: the first one.
        assert_eq!(rendering.written(Span::new(102, 300)), Some(at(42, 76)));
        assert_eq!(rendering.written(Span::new(130, 140)), None);
        assert_eq!(rendering.written(Span::new(50, 60)), None);
        assert_eq!(rendering.template_at(89), Some("a"));
        assert_eq!(rendering.template_at(90), Some("b"));
    }
}
