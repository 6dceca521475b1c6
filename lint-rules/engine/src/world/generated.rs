//! ConfigMaps that kustomizations generate.

use std::borrow::Cow;

use super::kustomize::{Kustomization, Kustomizations, texts};
use super::nearness::Folder;
use super::paths::normal;
use crate::Input;
use manifest::text::{FileId, FileSpan};
use manifest::tree::Node;
use programs::{ConfigEntry, ConfigMap, Content};

impl<'w> Kustomizations<'w> {
    /// The generated ConfigMap of that name: of a kustomization near the folder, else of those that
    /// hold the file. `Err` with their number if several generate it differently.
    pub(super) fn generated(
        &self,
        input: &'w Input,
        from: Folder<'w>,
        file: FileId,
        name: &str,
    ) -> Result<Option<ConfigMap<'w>>, usize> {
        let named =
            |generator: &Node<'w>| generator.get("name").and_then(Node::as_str) == Some(name);
        for kustomization in self.near(from) {
            if let Some(generator) = kustomization.generators().find(named) {
                // One that holds it may replace what it generates, or merge something into it.
                let above = self.holders(&kustomization.folder);
                let again = above
                    .iter()
                    .filter(|one| one.generators().any(|one| named(&one)));
                return match again.count() {
                    0 => Ok(Some(self.generate(input, kustomization, generator))),
                    others => Err(others + 1),
                };
            }
        }
        if self.list.is_empty() {
            return Ok(None);
        }
        let path = normal("", input.name(file));
        let mut found = Vec::new();
        for kustomization in self.holders(&path) {
            if let Some(generator) = kustomization.generators().find(named) {
                found.push(self.generate(input, kustomization, generator));
            }
        }
        if found.len() > 1 {
            Err(found.len())
        } else {
            Ok(found.pop())
        }
    }

    /// Every generated ConfigMap near a folder.
    pub(super) fn all_generated(&self, input: &'w Input, from: Folder<'w>) -> Vec<ConfigMap<'w>> {
        self.near(from)
            .flat_map(|kustomization| kustomization.generators().map(move |g| (kustomization, g)))
            .map(|(kustomization, generator)| self.generate(input, kustomization, generator))
            .collect()
    }

    /// Kustomizations in the folder itself, then in the folder above.
    pub(super) fn near(&self, from: Folder<'w>) -> impl Iterator<Item = &Kustomization<'w>> {
        let own = normal(from.path(), "");
        let above = normal(from.path(), "..");
        let there = (above != own).then_some(above);
        std::iter::once(own)
            .chain(there)
            .filter_map(|folder| self.by_folder.get(&folder))
            .flatten()
            .filter_map(|at| self.list.get(*at))
    }

    fn generate(
        &self,
        input: &'w Input,
        kustomization: &Kustomization<'w>,
        generator: Node<'w>,
    ) -> ConfigMap<'w> {
        let mut entries = Vec::new();
        for file in texts(generator, "files") {
            let (key, path) = file
                .split_once('=')
                .unwrap_or_else(|| (file.rsplit('/').next().unwrap_or(file), file));
            let full = normal(&kustomization.folder, path);
            let Some(id) = self.by_path.get(&full) else {
                continue;
            };
            let Some(source) = input.file(*id) else {
                continue;
            };
            let content = match &source.text {
                Some(text) => Content::Text {
                    text: Cow::Borrowed(text.as_str()),
                    place: FileSpan {
                        file: *id,
                        span: manifest::text::Span::new(0, 0),
                    },
                    exact: true,
                    documents: &source.reading.documents,
                },
                None => Content::Documents {
                    file: *id,
                    documents: &source.reading.documents,
                },
            };
            entries.push(ConfigEntry {
                key: Cow::Borrowed(key),
                content,
            });
        }
        for node in generator.get("literals").into_iter().flat_map(Node::items) {
            let Some((key, value)) = node.as_str().and_then(|text| text.split_once('=')) else {
                continue;
            };
            let place = FileSpan {
                file: node.document().file(),
                span: node.span(),
            };
            entries.push(ConfigEntry {
                key: Cow::Borrowed(key),
                content: Content::Text {
                    text: Cow::Borrowed(value),
                    place,
                    exact: false,
                    documents: &[],
                },
            });
        }
        ConfigMap { entries }
    }
}
