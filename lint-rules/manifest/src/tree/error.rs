//! What could not be read, and why.

use crate::text::{FileId, Position};

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// The file.
    pub file: FileId,
    /// Where it shows.
    pub position: Position,
    /// What sort of trouble it is.
    pub code: ReadErrorCode,
    /// What is wrong, for people.
    pub reason: String,
    /// Which piece of the file, from 0.
    pub chunk: usize,
}

/// Why something could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReadErrorCode {
    /// It is not valid YAML or JSON.
    Syntax,
    /// It is a template that has to be rendered first.
    Template,
    /// Bytes that are no text.
    Encoding,
    /// The file is too big.
    TooLarge,
    /// The file could not be opened or read.
    Io,
    /// It is nested too deeply, or has too many nodes, or its aliases expand too far.
    Limit,
    /// A chart or a kustomization that could not be rendered.
    NotRendered,
}

impl ReadErrorCode {
    /// Every code.
    pub const ALL: &[Self] = &[
        Self::Syntax,
        Self::Template,
        Self::Encoding,
        Self::TooLarge,
        Self::Io,
        Self::Limit,
        Self::NotRendered,
    ];

    /// What happened: Markdown, without a full stop.
    #[must_use]
    pub const fn cause(self) -> &'static str {
        match self {
            Self::Syntax => "it is not valid YAML or JSON, or kubectl would refuse it",
            Self::Template => "it is a template (`{{ }}`, `{% %}`) that has to be rendered first",
            Self::Encoding => {
                "it holds bytes that are not text; they are read as U+FFFD and the rest is judged"
            }
            Self::TooLarge => "the file is larger than `limits.largestFile`",
            Self::Io => "it could not be opened or read",
            Self::Limit => {
                "it is nested too deeply, has too many nodes, or its aliases expand too far"
            }
            Self::NotRendered => {
                "it is a chart or a kustomization, and the program that renders it is missing or failed"
            }
        }
    }

    /// The code as it appears in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Template => "template",
            Self::Encoding => "encoding",
            Self::TooLarge => "too-large",
            Self::Io => "io",
            Self::Limit => "limit",
            Self::NotRendered => "not-rendered",
        }
    }
}
