//! One file of the input, and how it is read.

use manifest::file::{self, ParsedFile, ReadOptions};
use manifest::text::FileId;
use manifest::tree::{Document, ReadLimits};

use crate::embedded_documents::with_embedded;

/// One file of the input, read.
pub struct InputFile {
    /// Its name as reports show it.
    pub name: String,
    /// What was read.
    pub reading: ParsedFile,
    /// The text of a file that is not YAML and that a kustomization puts into a ConfigMap.
    pub text: Option<String>,
    /// Read only because another file names it: not counted as a file of the input.
    pub attached: bool,
}

/// Whether a file's name is that of a kustomization, whose `kind` may be left out.
pub(crate) fn is_kustomization(name: &str) -> bool {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    matches!(
        last,
        "kustomization.yaml" | "kustomization.yml" | "Kustomization"
    )
}

/// Reads one file. Needs no other file, so files may be read side by side.
#[must_use]
pub fn read_file(
    id: FileId,
    name: &str,
    bytes: &[u8],
    explicit: bool,
    limits: ReadLimits,
) -> InputFile {
    let kustomization = is_kustomization(name);
    let options = ReadOptions {
        filter: &|head| kustomization || objects::is_wanted(head),
        explicit: explicit || kustomization || objects::gives_components_arguments(bytes),
        limits,
    };
    let mut reading = file::read(id, bytes, &options);
    reading.documents = with_embedded(reading.documents, limits);
    InputFile {
        name: name.to_owned(),
        reading,
        text: None,
        attached: false,
    }
}

impl InputFile {
    /// The same without its documents, once they are judged.
    #[must_use]
    pub fn judged(mut self) -> Self {
        self.reading.documents = Vec::new();
        self
    }

    /// The file of one object.
    #[must_use]
    pub fn of_object(name: &str, document: Document) -> Self {
        Self {
            name: name.to_owned(),
            reading: ParsedFile {
                documents: with_embedded(vec![document], ReadLimits::default()),
                unread: Vec::new(),
                counts: file::Counts {
                    documents: 1,
                    objects: 1,
                    skipped: 0,
                },
            },
            text: None,
            attached: false,
        }
    }
}

/// Reads a file that a kustomization puts into a ConfigMap and that is no file of the input itself.
#[must_use]
pub fn read_attachment(id: FileId, name: &str, bytes: &[u8], limits: ReadLimits) -> InputFile {
    let yaml = [".yaml", ".yml", ".json"]
        .iter()
        .any(|end| name.ends_with(end));
    // A configuration file has no kind, so every document is read; many that are YAML are not
    // called so (`nfd-master.conf`), and what is no YAML may still be properties.
    let options = ReadOptions {
        filter: &|_| true,
        explicit: true,
        limits,
    };
    let mut reading = file::read(id, bytes, &options);
    reading.counts = file::Counts::default();
    if yaml {
        return InputFile {
            name: name.to_owned(),
            reading,
            text: None,
            attached: true,
        };
    }
    if !reading.unread.is_empty() {
        reading.documents.clear();
        reading.unread.clear();
    }
    let text = (bytes.len() <= limits.bytes).then(|| String::from_utf8_lossy(bytes).into_owned());
    InputFile {
        name: name.to_owned(),
        reading,
        text,
        attached: true,
    }
}
