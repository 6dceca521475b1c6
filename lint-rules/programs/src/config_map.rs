//! ConfigMaps as carriers of settings.

use std::borrow::Cow;

use crate::origin::Unknown;
use manifest::text::{FileId, FileSpan};
use manifest::tree::{Document, Node};
use objects::Object;

/// What a question about something outside the workload is answered with.
#[derive(Clone, Debug)]
pub enum Answer<T> {
    /// It is this.
    Known(T),
    /// It is not known, because.
    Unknown(Unknown),
}

/// Who knows the ConfigMaps.
pub trait ConfigMaps<'w> {
    /// The ConfigMap of that name in the namespace of an object.
    fn config_map(&self, from: Object<'w>, name: &str) -> Answer<ConfigMap<'w>>;

    /// Configuration files that kustomize will put into ConfigMaps beside an object, whatever their names:
    /// used only to recognise programs and to read files of known names.
    fn generated_beside(&self, _from: Object<'w>) -> Vec<ConfigMap<'w>> {
        Vec::new()
    }
}

/// A ConfigMap, written or generated.
#[derive(Clone, Debug)]
pub struct ConfigMap<'w> {
    /// Its keys, in order; the last of a name wins.
    pub entries: Vec<ConfigEntry<'w>>,
}

/// One key of a ConfigMap.
#[derive(Clone, Debug)]
pub struct ConfigEntry<'w> {
    /// The key.
    pub key: Cow<'w, str>,
    /// Its content.
    pub content: EntryContent<'w>,
}

/// Where the content of a key stands.
#[derive(Clone)]
pub enum EntryContent<'w> {
    /// In a scalar of a ConfigMap object.
    Scalar(Node<'w>),
    /// In a YAML file that a generator names.
    Documents {
        /// The file.
        file: FileId,
        /// Its documents, as far as they were kept.
        documents: &'w [Document],
    },
    /// In any other text file, or a generator's literal.
    Text {
        /// The text.
        text: Cow<'w, str>,
        /// Where it begins; offsets in the text follow from there only if `exact`.
        place: FileSpan,
        /// Whether byte `n` of the text is byte `place.span.start + n` of the file.
        exact: bool,
        /// The text as YAML, where it is.
        documents: &'w [Document],
    },
}

impl std::fmt::Debug for EntryContent<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Scalar(_) => "Scalar",
            Self::Documents { .. } => "Documents",
            Self::Text { .. } => "Text",
        })
    }
}

impl<'w> ConfigMap<'w> {
    /// The keys of a ConfigMap object.
    #[must_use]
    pub fn of(object: Object<'w>) -> Self {
        let data = object.node().get("data");
        let entries = data
            .into_iter()
            .flat_map(Node::entries)
            .map(|entry| ConfigEntry {
                key: Cow::Borrowed(entry.key),
                content: EntryContent::Scalar(entry.value),
            })
            .collect();
        Self { entries }
    }

    /// The entry of that key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&ConfigEntry<'w>> {
        self.entries.iter().rev().find(|entry| entry.key == key)
    }
}

impl<'w> ConfigEntry<'w> {
    /// The content as text with its place, where it is a plain value.
    #[must_use]
    pub fn text(&self) -> Option<(&str, FileSpan)> {
        match &self.content {
            EntryContent::Scalar(node) => {
                let place = FileSpan {
                    file: node.document().file(),
                    span: node.span(),
                };
                Some((node.scalar_text()?, place))
            }
            EntryContent::Text { text, place, .. } => Some((text, *place)),
            EntryContent::Documents { .. } => None,
        }
    }
}
