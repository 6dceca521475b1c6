//! Where the lines of outputs were written: found out by rendering again, once for the lines and once for the keys of the
//! values that set them, and only for outputs into which a report points.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use election::Elector;
use engine::{Input, Outcome, SettingKey, TracedLine, TracedPiece};
use manifest::text::{FileId, FileSpan, LineIndex, Span, to_index, to_offset};
use rendering::{
    ChartFile, KeyProof, LineSource, Markers, ValuesFile, WantedLine, marked, pieces,
    printing_templates, sections, trace,
};

use super::charts::FoundChart;
use super::helm::{self, ChartRelease};
use super::job::JobRunner;
use super::{Rendered, few_at_a_time};

/// An output with what is needed to render it again.
pub struct Traceable {
    /// Its number in the input.
    pub id: FileId,
    pub text: String,
    pub program: PathBuf,
    pub found: Arc<FoundChart>,
    pub release: ChartRelease,
    /// The files of values, the weakest first, with their numbers in the input.
    pub values: Vec<(Option<FileId>, ValuesFile)>,
    /// For each file of the chart, in the same order, which one of the input it is.
    pub sources: Vec<Option<FileId>>,
}

/// What was found out about one output.
struct Traced {
    lines: Vec<Option<LineSource>>,
    proofs: Vec<KeyProof>,
}

impl Rendered {
    /// Finds out where the lines of outputs were written into which an outcome points.
    pub fn trace(&self, input: &mut Input, wanted: &WantedPlaces) {
        let Some(runner) = &self.runner else {
            return;
        };
        let chosen: Vec<&Traceable> = self
            .traceable
            .iter()
            .filter(|one| in_file(&wanted.lines, one.id).next().is_some())
            .collect();
        if chosen.is_empty() {
            return;
        }
        let traced = few_at_a_time(&chosen, |traceable| traceable.traced(wanted, runner));
        for (traceable, traced) in chosen.into_iter().zip(traced) {
            traceable.put(input, &traced);
        }
    }
}

/// What is wanted of outputs.
#[derive(Debug, Default)]
pub struct WantedPlaces {
    /// Places of which the lines are wanted, those in `keys` among them.
    lines: BTreeSet<FileSpan>,
    /// Places of which the keys are wanted.
    keys: BTreeSet<FileSpan>,
}

impl WantedPlaces {
    /// What the findings and the ledger point at.
    pub fn of_findings(outcome: &Outcome<'_>) -> Self {
        let mut this = Self::default();
        let findings = outcome.findings.iter();
        for finding in findings.chain(&outcome.existing).chain(&outcome.removed) {
            this.keys.insert(finding.location.judged_place());
            // A fix may change one of these.
            let related = finding.related.iter();
            this.keys
                .extend(related.map(|one| one.location.judged_place()));
        }
        let entries = outcome.not_judged.iter();
        this.lines
            .extend(entries.map(|one| one.location.judged_place()));
        this.lines.extend(&this.keys);
        this
    }

    /// Where the settings of electors are written.
    pub fn of_electors(outcome: &Outcome<'_>) -> Self {
        let keys: BTreeSet<FileSpan> = outcome.electors.iter().flat_map(places_of).collect();
        Self {
            lines: keys.clone(),
            keys,
        }
    }

    /// Those in some outputs.
    pub fn within(mut self, outputs: &BTreeSet<FileId>) -> Self {
        self.lines.retain(|place| outputs.contains(&place.file));
        self
    }
}

/// The bytes of places in a file.
fn in_file(places: &BTreeSet<FileSpan>, file: FileId) -> impl Iterator<Item = Span> {
    let first = FileSpan {
        file,
        span: Span::new(0, 0),
    };
    places
        .range(first..)
        .map_while(move |place| (place.file == file).then_some(place.span))
}

/// Where the settings of an elector are written.
fn places_of(elector: &Elector<'_>) -> Vec<FileSpan> {
    let origins = [
        elector.switch.origin(),
        elector.lease.origin(),
        elector.renew.origin(),
        elector.retry.origin(),
        elector.lock_type.origin(),
        elector.lock_name.origin(),
        elector.lock_namespace.origin(),
        elector.releases.origin(),
        elector.replicas.origin.as_ref(),
    ];
    let origins = origins.into_iter().flatten();
    origins
        .filter_map(|origin| origin.place)
        .chain([elector.name_place()])
        .chain(elector.account.place)
        .chain(elector.identity.place)
        .collect()
}

impl Traceable {
    fn traced(&self, wanted: &WantedPlaces, runner: &JobRunner) -> Traced {
        let FoundChart { files, chart, .. } = &*self.found;
        let render = |files: &[ChartFile], overlay: Option<&str>| {
            helm::template(&self.program, files, &self.release, overlay, runner).ok()
        };
        let index = LineIndex::new(self.text.as_str().into());
        let texts: Vec<&str> = self.text.lines().collect();
        let numbers = |places: &BTreeSet<FileSpan>| -> Vec<usize> {
            let lines = in_file(places, self.id)
                .map(|span| to_index(index.position(span.start).line.saturating_sub(1)));
            let lines: BTreeSet<usize> = lines.collect();
            lines.into_iter().collect()
        };
        let wanted_lines = numbers(&wanted.lines);
        let printing = printing_templates(&self.text, (chart, files), &wanted_lines);
        let with_marks = render(&marked(files, &printing), None);
        let lines = trace(
            &self.text,
            with_marks.as_deref(),
            (chart, files),
            &wanted_lines,
        );

        let sections = sections(&self.text);
        let template = |number: usize| {
            let after = sections.partition_point(|section| section.first_line <= number);
            Some(sections.get(after.checked_sub(1)?)?.source)
        };
        let wanted: Vec<WantedLine<'_>> = numbers(&wanted.keys)
            .into_iter()
            .filter_map(|number| {
                Some(WantedLine {
                    number,
                    text: texts.get(number)?,
                    source: lines.get(number).copied().flatten(),
                    template: template(number),
                })
            })
            .collect();
        let values: Vec<ValuesFile> = self.values.iter().map(|(_, file)| file.clone()).collect();
        let markers = Markers::choose(&wanted, chart, files, &values);
        let proofs = markers.and_then(|markers| {
            let with_markers = render(files, Some(&markers.overlay()))?;
            Some(markers.prove(&self.text, &with_markers))
        });
        Traced {
            lines,
            proofs: proofs.unwrap_or_default(),
        }
    }

    /// Puts what was found out into the input.
    fn put(&self, input: &mut Input, traced: &Traced) {
        let mut lines = Vec::new();
        let mut starts = Vec::new();
        let indexes: Vec<Option<LineIndexed<'_>>> = self
            .found
            .files
            .iter()
            .map(|file| file.text().map(LineIndexed::of))
            .collect();
        let mut start = 0;
        for (text, source) in self
            .text
            .split_inclusive('\n')
            .zip(traced.lines.iter().copied().chain(std::iter::repeat(None)))
        {
            starts.push(start);
            let content = text.trim_end_matches(['\n', '\r']);
            let line = source.and_then(|source| {
                let file = self.sources.get(source.file).copied()??;
                let template = indexes.get(source.file)?.as_ref()?.line(source.line)?;
                Some(traced_line(start, content, file, template))
            });
            lines.extend(line);
            start += text.len();
        }
        let mut keys: Vec<SettingKey> = traced
            .proofs
            .iter()
            .filter_map(|proof| {
                let line = starts.get(proof.line)?;
                let (file, _) = self.values.get(proof.leaf.file)?;
                Some(SettingKey {
                    span: span(line + proof.part.start, line + proof.part.end),
                    // A file of the input may be made of others.
                    place: input.written_place(FileSpan {
                        file: (*file)?,
                        span: span(proof.leaf.span.start, proof.leaf.span.end),
                    }),
                    name: proof.leaf.name(),
                })
            })
            .collect();
        keys.sort_by_key(|key| key.span);
        if let Some(rendering) = input.rendering_mut(self.id) {
            rendering.lines = lines;
            rendering.keys = keys;
        }
    }
}

fn span(start: usize, end: usize) -> Span {
    Span::new(to_offset(start), to_offset(end))
}

/// The lines of a template.
struct LineIndexed<'t> {
    lines: Vec<(usize, &'t str)>,
}

impl<'t> LineIndexed<'t> {
    fn of(text: &'t str) -> Self {
        let mut start = 0;
        let lines = text.split_inclusive('\n').map(|line| {
            let found = (start, line.trim_end_matches(['\n', '\r']));
            start += line.len();
            found
        });
        Self {
            lines: lines.collect(),
        }
    }

    /// A line by its number from 1, and its first byte.
    fn line(&self, number: usize) -> Option<(usize, &'t str)> {
        self.lines.get(number.checked_sub(1)?).copied()
    }
}

fn traced_line(
    start: usize,
    content: &str,
    file: FileId,
    (template_start, template): (usize, &str),
) -> TracedLine {
    let piece = |piece: rendering::RenderedPiece| TracedPiece {
        start: to_offset(start + piece.start),
        source: FileSpan {
            file,
            span: span(
                template_start + piece.source_start,
                template_start + piece.source_end,
            ),
        },
        is_literal: piece.is_literal,
    };
    TracedLine {
        span: span(start, start + content.len()),
        pieces: pieces(content, template).into_iter().map(piece).collect(),
    }
}
