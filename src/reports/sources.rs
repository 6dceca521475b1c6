//! Names and texts of everything a report may point into: the input, and the configuration.

use custom::SourceNames;
use engine::{Excerpt, Input};
use manifest::text::{FileId, FileSpan};

use crate::config::{CONFIG_FILE, ConfigFile};

/// What a report may point into.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    input: &'a Input,
    /// The old side of a change.
    before: Option<&'a Input>,
    config: Option<&'a ConfigFile>,
    /// The input is objects of a live cluster, which are in no file.
    is_live: bool,
}

impl<'a> Sources<'a> {
    pub fn new(input: &'a Input, config: Option<&'a ConfigFile>) -> Self {
        Self {
            input,
            before: None,
            config,
            is_live: false,
        }
    }

    /// The same for an input of objects of a live cluster.
    #[cfg(feature = "live")]
    #[must_use]
    pub fn of_cluster(mut self) -> Self {
        self.is_live = true;
        self
    }

    /// The name of a file; `None` where a name stands for an object of a live cluster.
    pub fn file_name(&self, file: FileId) -> Option<&'a str> {
        (!self.is_live || (self.config.is_some() && file == CONFIG_FILE)).then(|| self.name(file))
    }

    /// The same, with the old side of a change.
    #[must_use]
    pub fn with_before(mut self, before: &'a Input) -> Self {
        self.before = Some(before);
        self
    }

    /// The old side of a change.
    pub fn before(&self) -> Option<&'a Input> {
        self.before
    }

    /// The side that holds a file.
    fn side(&self, file: FileId) -> &'a Input {
        match self.before {
            Some(before) if before.file(file).is_some() => before,
            _ => self.input,
        }
    }

    /// The input alone.
    pub fn input(&self) -> &'a Input {
        self.input
    }

    /// The name of a file as reports show it.
    pub fn name(&self, file: FileId) -> &'a str {
        match self.config {
            Some(config) if file == CONFIG_FILE => &config.name,
            _ => self.side(file).shown_name(file),
        }
    }

    /// The text around a place.
    pub fn excerpt(&self, place: FileSpan) -> Option<Excerpt<'a>> {
        match self.config {
            Some(config) if place.file == CONFIG_FILE => Some(Excerpt {
                text: &config.text,
                base: 0,
                first_line: 1,
            }),
            _ => self.side(place.file).excerpt(place),
        }
    }
}

impl<'a> SourceNames<'a> for Sources<'a> {
    fn name(self, file: FileId) -> &'a str {
        Sources::name(&self, file)
    }

    fn input(self) -> &'a Input {
        self.input
    }
}
