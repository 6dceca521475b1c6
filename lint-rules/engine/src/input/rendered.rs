//! The part of an input that programs made, and what it is made of.

use super::Input;
use crate::input_file::InputFile;
use crate::rendering::{Rendering, SettingKey, Unrendered};
use manifest::file::ParsedFile;
use manifest::text::{FileId, FileSpan};

impl Input {
    /// Adds a file that a program made of others.
    pub fn attach_rendering(&mut self, file: InputFile, rendering: Rendering) -> FileId {
        let id = self.next_id();
        self.files.push(file);
        self.renderings.get_or_insert_default().add(id, rendering);
        id
    }

    /// What is known of a file that a program made.
    #[must_use]
    pub fn rendering(&self, file: FileId) -> Option<&Rendering> {
        self.renderings.as_ref()?.of(file)
    }

    /// All files that programs made.
    pub(crate) fn renderings(&self) -> impl Iterator<Item = (FileId, &Rendering)> {
        let renderings = self.renderings.iter();
        renderings.flat_map(|renderings| renderings.iter())
    }

    /// The keys of values that set the token at a place in what was rendered.
    pub fn setting_keys(&self, place: FileSpan) -> impl Iterator<Item = &SettingKey> {
        let rendering = self.rendering(place.file).into_iter();
        rendering.flat_map(move |one| one.keys_of(place.span))
    }

    /// A key of values in words: `set in values.yaml:43 controller.leaseDuration`.
    #[must_use]
    pub fn describe_key(&self, key: &SettingKey) -> String {
        let file = self.shown_name(key.place.file);
        let file = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let line = self.locate(key.place).start.line;
        format!("set in {file}:{line} {}", key.name)
    }

    /// The same, to add to it.
    pub fn rendering_mut(&mut self, file: FileId) -> Option<&mut Rendering> {
        self.renderings.as_mut()?.of_mut(file)
    }

    /// Makes a file one of which something is rendered, so that it is not judged by itself.
    pub fn render_from(&mut self, id: FileId, text: String) {
        if let Some(file) = self.index(id).and_then(|at| self.files.get_mut(at)) {
            file.reading = ParsedFile::default();
            file.text = Some(text);
            self.renderings.get_or_insert_default().add_source(id);
        }
    }

    /// Whether something is rendered from a file.
    #[must_use]
    pub fn is_rendered_from(&self, file: FileId) -> bool {
        let renderings = self.renderings.as_ref();
        renderings.is_some_and(|renderings| renderings.has_source(file))
    }

    /// Adds something that is not rendered, for the ledger. Several releases of a chart are one entry.
    pub fn leave_unrendered(&mut self, unrendered: Unrendered) {
        let all = &mut self.renderings.get_or_insert_default().unrendered;
        if !all.contains(&unrendered) {
            all.push(unrendered);
        }
    }

    /// What is not rendered.
    pub(crate) fn unrendered(&self) -> &[Unrendered] {
        self.renderings
            .as_ref()
            .map_or(&[], |renderings| renderings.unrendered.as_slice())
    }

    /// The place where something was written: of a file that a program made, the one in its source.
    #[must_use]
    pub fn written_place(&self, place: FileSpan) -> FileSpan {
        let Some(rendering) = self.rendering(place.file) else {
            return place;
        };
        let written = rendering.written(place.span);
        let source = written.unwrap_or(rendering.root);
        // The source may be made of others itself.
        if source.file < place.file {
            self.written_place(source)
        } else {
            source
        }
    }

    /// Whether a file is one of those from which something is rendered, or gives values to that.
    pub(crate) fn is_source_of_rendering(&self, file: FileId) -> bool {
        self.renderings()
            .any(|(_, one)| one.sources.contains(&file))
    }

    /// Says what became of what an object applies: it is rendered, or why it is not.
    pub fn note_delivery(&mut self, object: FileSpan, outcome: Result<(), String>) {
        let renderings = self.renderings.get_or_insert_default();
        renderings.deliveries.insert(object, outcome);
    }

    /// What became of what an object applies, if that was looked at.
    pub(crate) fn delivery(&self, object: FileSpan) -> Option<&Result<(), String>> {
        self.renderings.as_ref()?.deliveries.get(&object)
    }
}
