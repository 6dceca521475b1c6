//! ConfigMaps that kustomizations generate.
//!
//! A generator makes a ConfigMap from files (`files`, one key each, named like the file or as in `key=path`) and from
//! `literals` (`key=value`). `envs` are not read. The name gets a suffix made of the content, which the build also
//! writes into what refers to it; so the written names fit together, and the generated ones do not matter here.

use std::borrow::Cow;
use std::rc::Rc;

use super::builds::Builds;
use super::kustomization::{Kustomization, texts};
use manifest::paths::join;
use manifest::text::{FileId, FileSpan, Span};
use manifest::tree::Node;
use programs::{ConfigEntry, ConfigMap, EntryContent};

/// The generated ConfigMaps of all kustomizations.
pub(crate) struct GeneratedConfigMaps<'w> {
    builds: Rc<Builds<'w>>,
}

impl<'w> GeneratedConfigMaps<'w> {
    pub(crate) fn of(builds: &Rc<Builds<'w>>) -> Self {
        Self {
            builds: Rc::clone(builds),
        }
    }

    /// The generated ConfigMap of a name that an object of a file refers to: of a kustomization beside the file or in
    /// the folder above, else of those that hold the file. `Err` with their number if several generate it
    /// differently.
    pub(crate) fn named(&self, file: FileId, name: &str) -> Result<Option<ConfigMap<'w>>, usize> {
        let named = |kustomization: &Kustomization<'w>| {
            let mut generators = kustomization.generators();
            generators.find(|one| one.get("name").and_then(Node::as_str) == Some(name))
        };
        let holding = |path: &str| {
            let holders = self.builds.holders_of_path(path).into_iter();
            holders.filter_map(|holder| self.builds.kustomizations().get(holder))
        };
        for kustomization in self.near(file) {
            if let Some(generator) = named(kustomization) {
                // One that holds it may replace what it generates, or merge something into it (`behavior`).
                let above = holding(kustomization.folder());
                return match above.filter(|one| named(one).is_some()).count() {
                    0 => Ok(Some(self.generate(kustomization, generator))),
                    others => Err(others + 1),
                };
            }
        }
        if self.builds.kustomizations().is_empty() {
            return Ok(None);
        }
        let mut found: Vec<ConfigMap<'w>> = holding(self.builds.files().path(file))
            .filter_map(|one| Some(self.generate(one, named(one)?)))
            .collect();
        match found.len() {
            0 | 1 => Ok(found.pop()),
            several => Err(several),
        }
    }

    /// Every ConfigMap that is generated beside a file or in the folder above.
    pub(crate) fn beside(&self, file: FileId) -> Vec<ConfigMap<'w>> {
        self.near(file)
            .flat_map(|one| one.generators().map(move |generator| (one, generator)))
            .map(|(kustomization, generator)| self.generate(kustomization, generator))
            .collect()
    }

    /// Kustomizations in the folder of a file, then in the folder above.
    fn near(&self, file: FileId) -> impl Iterator<Item = &Kustomization<'w>> {
        let folders = match self.builds.kustomizations().is_empty() {
            true => Vec::new(),
            false => {
                let own = self
                    .builds
                    .files()
                    .folder(file)
                    .trim_end_matches('/')
                    .to_owned();
                let above = join(&own, "..");
                vec![own, above]
            }
        };
        folders
            .into_iter()
            .flat_map(|folder| self.builds.kustomizations().in_folder(&folder))
            .filter_map(|id| self.builds.kustomizations().get(*id))
    }

    fn generate(&self, kustomization: &Kustomization<'w>, generator: Node<'w>) -> ConfigMap<'w> {
        let files = texts(generator, "files");
        let files = files.filter_map(|file| self.file_entry(kustomization, file));
        let literals = generator.get("literals").into_iter().flat_map(Node::items);
        ConfigMap {
            entries: files.chain(literals.filter_map(literal_entry)).collect(),
        }
    }

    fn file_entry(
        &self,
        kustomization: &Kustomization<'w>,
        file: &'w str,
    ) -> Option<ConfigEntry<'w>> {
        let (key, path) = file
            .split_once('=')
            .unwrap_or_else(|| (file.rsplit('/').next().unwrap_or(file), file));
        let id = self.builds.files().at_path(&kustomization.path(path))?;
        let source = self.builds.files().file(id)?;
        let documents = &source.reading.documents;
        let content = match &source.text {
            Some(text) => EntryContent::Text {
                text: Cow::Borrowed(text.as_str()),
                place: FileSpan {
                    file: id,
                    span: Span::new(0, 0),
                },
                exact: true,
                documents,
            },
            None => EntryContent::Documents {
                file: id,
                documents,
            },
        };
        Some(ConfigEntry {
            key: Cow::Borrowed(key),
            content,
        })
    }
}

fn literal_entry(literal: Node<'_>) -> Option<ConfigEntry<'_>> {
    let (key, value) = literal.as_str()?.split_once('=')?;
    let place = FileSpan {
        file: literal.document().file(),
        span: literal.span(),
    };
    Some(ConfigEntry {
        key: Cow::Borrowed(key),
        content: EntryContent::Text {
            text: Cow::Borrowed(value),
            place,
            exact: false,
            documents: &[],
        },
    })
}
