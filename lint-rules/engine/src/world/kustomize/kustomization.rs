//! One kustomization file: its fields, and the files that they name.

use super::super::paths::folder_of;
use crate::input_file::is_kustomization;
use manifest::paths::join;
use manifest::text::FileSpan;
use manifest::tree::{Document, Node, Value};

/// Fields whose entries are files, folders of other kustomizations, or URLs that the build takes in. `bases` is
/// the older word for folders in `resources`; a component is applied to what its kustomization holds.
pub(crate) const RESOURCE_FIELDS: [&str; 3] = ["resources", "bases", "components"];

/// Fields whose entries are patches: strategic merges or JSON patches, inline (`patch`) or in a file (`path`), with
/// a `target`. `patchesJson6902` is the older one.
const PATCH_FIELDS: [&str; 2] = ["patches", "patchesJson6902"];

/// One kustomization file.
pub(crate) struct Kustomization<'w> {
    /// Its folder: a normalized path, without a slash at its end.
    folder: String,
    root: Node<'w>,
}

impl<'w> Kustomization<'w> {
    /// The kustomization in a file, which has at most one document; `None` if the file's name is another.
    pub(crate) fn of(path: &str, documents: &'w [Document]) -> Option<Self> {
        if !is_kustomization(path) {
            return None;
        }
        Some(Self {
            folder: folder_of(path).trim_end_matches('/').to_owned(),
            root: documents.first()?.root(),
        })
    }

    /// Its folder: a normalized path, without a slash at its end.
    pub(crate) fn folder(&self) -> &str {
        &self.folder
    }

    /// The normalized path of something that it names.
    pub(crate) fn path(&self, named: &str) -> String {
        join(&self.folder, named)
    }

    /// Whether a field is written, and not as null.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.root.get(field).is_some_and(|node| !node.is_null())
    }

    /// The text of a field.
    pub(crate) fn text(&self, field: &str) -> Option<&'w str> {
        self.root.get(field)?.as_str()
    }

    /// Where the value of a field is written.
    pub(crate) fn place(&self, field: &str) -> Option<FileSpan> {
        let node = self.root.get(field)?;
        Some(FileSpan {
            file: node.document().file(),
            span: node.span(),
        })
    }

    /// The entries of a list.
    pub(crate) fn items(&self, field: &str) -> impl Iterator<Item = Node<'w>> + use<'w> {
        self.root.get(field).into_iter().flat_map(Node::items)
    }

    /// The entries of a list that are texts.
    pub(crate) fn texts(&self, field: &str) -> impl Iterator<Item = &'w str> + use<'w> {
        texts(self.root, field)
    }

    /// What its build takes in, as written.
    pub(crate) fn resources(&self) -> impl Iterator<Item = &'w str> + use<'w> {
        let root = self.root;
        let fields = RESOURCE_FIELDS.into_iter();
        fields.flat_map(move |field| texts(root, field))
    }

    /// Its generators of ConfigMaps.
    pub(crate) fn generators(&self) -> impl Iterator<Item = Node<'w>> + use<'w> {
        self.items("configMapGenerator")
    }

    /// Its patches with a target, in the order of the file.
    pub(crate) fn patches(&self) -> impl Iterator<Item = Node<'w>> + use<'w> {
        let root = self.root;
        let lists = PATCH_FIELDS.into_iter();
        lists.flat_map(move |field| root.get(field).into_iter().flat_map(Node::items))
    }

    /// Its strategic merges without a target. Each entry is the path of a file or the merge itself.
    pub(crate) fn merges(&self) -> impl Iterator<Item = Node<'w>> + use<'w> {
        self.items("patchesStrategicMerge")
    }

    /// The files of its patches, as written.
    pub(crate) fn patch_files(&self) -> impl Iterator<Item = &'w str> + use<'w> {
        let merges = self.merges().filter_map(Node::as_str);
        let merges = merges.filter(|text| !is_inline_merge(text));
        let patches = self.patches();
        let patches = patches.filter(|patch| matches!(patch.value(), Value::Mapping));
        merges.chain(patches.filter_map(|patch| patch.get("path")?.as_str()))
    }

    /// The files of its replacements, as written.
    pub(crate) fn replacement_files(&self) -> impl Iterator<Item = &'w str> + use<'w> {
        let replacements = self.items("replacements");
        replacements.filter_map(|one| one.get("path")?.as_str())
    }
}

/// The entries of a list that are texts.
pub(crate) fn texts<'w>(node: Node<'w>, field: &str) -> impl Iterator<Item = &'w str> + use<'w> {
    let list = node.get(field).into_iter().flat_map(Node::items);
    list.filter_map(Node::as_str)
}

/// Whether an entry of `patchesStrategicMerge` is the merge itself, not the path of a file.
pub(crate) fn is_inline_merge(text: &str) -> bool {
    text.contains('\n') || text.trim_start().starts_with('{')
}
