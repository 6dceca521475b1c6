//! The files of a build in the order in which they act: what stands in a later one replaces what an earlier one says.

use manifest::file::{self, ReadOptions};
use manifest::text::{FileId, Span};
use manifest::tree::{Document, Node, ReadLimits};
use manifest::yaml::parse_embedded;

use super::kustomization_file::is_embedded;
use crate::substitution::Variables;

/// One file of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KustomizeLayer {
    /// What it is.
    pub kind: LayerKind,
    /// Its text.
    pub text: String,
}

/// What a file of a build is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerKind {
    /// Objects.
    Resource,
    /// Patches.
    Patch,
    /// The kustomization itself, with what is written in it.
    Kustomization,
    /// What a ConfigMap is generated of.
    Content,
}

/// The files of a build, read.
#[derive(Debug)]
pub struct LayerSet {
    pub(crate) documents: Vec<LayerDocument>,
    /// Files of contents: their numbers and texts.
    pub(crate) contents: Vec<(usize, String)>,
    /// Variables that are filled in after the build.
    pub variables: Option<Variables>,
}

/// A document of a build's file.
#[derive(Debug)]
pub(crate) struct LayerDocument {
    /// The number of its file.
    pub file: usize,
    pub kind: LayerKind,
    pub document: Document,
}

/// A place in a file of a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LayerPlace {
    pub file: usize,
    pub span: Span,
}

impl LayerSet {
    /// Reads the files of a build, the first that acts first.
    #[must_use]
    pub fn read(layers: &[KustomizeLayer]) -> Self {
        let mut this = Self {
            documents: Vec::new(),
            contents: Vec::new(),
            variables: None,
        };
        for (number, layer) in layers.iter().enumerate() {
            if layer.kind == LayerKind::Content {
                this.contents.push((number, layer.text.clone()));
                continue;
            }
            let options = ReadOptions {
                filter: &|_| true,
                explicit: true,
                limits: ReadLimits::default(),
            };
            let read = file::read(FileId(0), layer.text.as_bytes(), &options);
            for document in read.documents {
                let inline = match layer.kind {
                    LayerKind::Kustomization => inline_patches(&document),
                    _ => Vec::new(),
                };
                this.documents.push(LayerDocument {
                    file: number,
                    kind: layer.kind,
                    document,
                });
                this.documents
                    .extend(inline.into_iter().map(|document| LayerDocument {
                        file: number,
                        kind: LayerKind::Patch,
                        document,
                    }));
            }
        }
        this
    }

    /// Whether a text becomes another one once its variables are filled in.
    pub(crate) fn becomes(&self, written: Option<&str>, built: &str) -> bool {
        let filled = || self.variables.as_ref()?.fill(written?).ok();
        written == Some(built) || filled().is_some_and(|filled| filled == built)
    }
}

/// The patches that are written in a kustomization.
fn inline_patches(document: &Document) -> Vec<Document> {
    let root = document.root();
    let list = |key: &str| root.get(key).into_iter().flat_map(Node::items);
    let texts = list("patches")
        .chain(list("patchesJson6902"))
        .filter_map(|patch| patch.get("patch"))
        .chain(list("patchesStrategicMerge").filter(|one| one.as_str().is_some_and(is_embedded)));
    texts
        .filter_map(|node| parse_embedded(document, node, ReadLimits::default()).ok())
        .collect()
}
