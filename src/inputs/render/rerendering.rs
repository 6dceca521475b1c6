//! Charts rendered once more where the text of a file is another one now.

use std::collections::BTreeSet;
use std::sync::Arc;

use engine::{Input, InputFile, SettingKey, TracedLine, read_file};
use manifest::text::FileId;
use manifest::tree::ReadLimits;
use rendering::ChartFile;

use super::Rendered;
use super::charts::{FoundChart, render};
use super::input_files::{templates_in, values_files};
use super::job::JobRunner;
use super::tracing::{Traceable, WantedPlaces};

/// An output in the place of which a newer one is.
pub struct ReplacedOutput {
    traceable: Traceable,
    file: InputFile,
    templates: Vec<(u32, String)>,
    lines: Vec<TracedLine>,
    keys: Vec<SettingKey>,
}

impl Rendered {
    /// Renders what is made of files whose text has changed in the input. What it gave before, to put it back.
    ///
    /// # Errors
    /// Why it cannot be rendered, in words; then all is as it was.
    pub fn render_again(
        &mut self,
        input: &mut Input,
        changed: &BTreeSet<FileId>,
    ) -> Result<Vec<ReplacedOutput>, String> {
        let Some(runner) = &self.runner else {
            return Ok(Vec::new());
        };
        let mut replaced = Vec::new();
        let concerned = self.traceable.iter_mut().filter(|one| one.uses(changed));
        for traceable in concerned {
            match traceable.render_again(input, changed, runner) {
                Ok(old) => replaced.extend(old),
                Err(why) => {
                    self.put_back(input, replaced);
                    return Err(why);
                }
            }
        }
        Ok(replaced)
    }

    /// Puts outputs back as they were.
    pub fn put_back(&mut self, input: &mut Input, replaced: Vec<ReplacedOutput>) {
        for old in replaced.into_iter().rev() {
            let id = old.traceable.id;
            drop(input.replace(id, old.file));
            if let Some(rendering) = input.rendering_mut(id) {
                rendering.templates = old.templates;
                rendering.lines = old.lines;
                rendering.keys = old.keys;
            }
            let mut all = self.traceable.iter_mut();
            if let Some(one) = all.find(|one| one.id == id) {
                *one = old.traceable;
            }
        }
    }

    /// Finds out where lines of these outputs were written into which an outcome points.
    pub fn trace_again(
        &self,
        input: &mut Input,
        replaced: &[ReplacedOutput],
        wanted: WantedPlaces,
    ) {
        let outputs = replaced.iter().map(|old| old.traceable.id).collect();
        self.trace(input, &wanted.within(&outputs));
    }
}

impl Traceable {
    /// Whether something of it is written in one of these files.
    fn uses(&self, files: &BTreeSet<FileId>) -> bool {
        let sources = self.sources.iter().flatten();
        let values = self.values.iter().filter_map(|(id, _)| id.as_ref());
        sources.chain(values).any(|id| files.contains(id))
    }

    fn render_again(
        &mut self,
        input: &mut Input,
        changed: &BTreeSet<FileId>,
        runner: &JobRunner,
    ) -> Result<Option<ReplacedOutput>, String> {
        let text_of = |id: Option<FileId>| {
            let id = id.filter(|id| changed.contains(id))?;
            input.file(id)?.text.clone()
        };
        let with_text = |(file, id): (&ChartFile, &Option<FileId>)| match text_of(*id) {
            Some(text) => ChartFile {
                path: file.path.clone(),
                bytes: text.into_bytes(),
            },
            None => file.clone(),
        };
        let files = self.found.files.iter().zip(&self.sources).map(with_text);
        let found = Arc::new(FoundChart {
            folder: self.found.folder.clone(),
            file: self.found.file,
            files: files.collect(),
            chart: self.found.chart.clone(),
        });
        let mut release = self.release.clone();
        // Those that are given come last.
        let given = release.values.iter_mut().rev();
        for (given, (id, _)) in given.zip(self.values.iter().rev()) {
            if given.written.is_none() {
                given.text = text_of(*id).unwrap_or_else(|| std::mem::take(&mut given.text));
            }
        }
        let text = render(&self.program, &found, &release, runner).map_err(|why| why.reason)?;
        let values = values_files(input, (&found.chart, &found.files), &self.sources, &release);
        let mut file = read_file(
            self.id,
            input.name(self.id),
            text.as_bytes(),
            true,
            ReadLimits::default(),
        );
        file.attached = true;
        let Some(file) = input.replace(self.id, file) else {
            return Ok(None);
        };
        let Some(rendering) = input.rendering_mut(self.id) else {
            return Ok(None);
        };
        let templates = std::mem::replace(&mut rendering.templates, templates_in(&text));
        let (lines, keys) = (
            std::mem::take(&mut rendering.lines),
            std::mem::take(&mut rendering.keys),
        );
        let newer = Self {
            id: self.id,
            text,
            program: self.program.clone(),
            found,
            release,
            values,
            sources: self.sources.clone(),
        };
        Ok(Some(ReplacedOutput {
            traceable: std::mem::replace(self, newer),
            file,
            templates,
            lines,
            keys,
        }))
    }
}
