//! Places in Go files as places of the input.

use std::collections::BTreeMap;
use std::sync::Arc;

use go::SourcePosition;
use manifest::text::{FileId, FileSpan, Span, to_index, to_offset};

/// The Go files that facts point into.
#[derive(Debug, Default)]
pub(crate) struct SourcePlaces {
    /// By `SourcePosition::file`.
    files: BTreeMap<u32, PlacedFile>,
}

#[derive(Debug)]
struct PlacedFile {
    id: FileId,
    text: Arc<str>,
}

/// The longest line of source that is shown as an origin.
const MAX_SHOWN_LETTERS: usize = 80;

impl SourcePlaces {
    pub(crate) fn add(&mut self, file: u32, id: FileId, text: &str) {
        let text = Arc::from(text);
        self.files.insert(file, PlacedFile { id, text });
    }

    /// The token at a position.
    pub(crate) fn span(&self, at: SourcePosition) -> Option<FileSpan> {
        let file = self.files.get(&at.file)?;
        let rest = file.text.get(to_index(at.offset)..)?;
        let length = token_length(rest);
        Some(FileSpan {
            file: file.id,
            span: Span::new(at.offset, at.offset.saturating_add(to_offset(length))),
        })
    }

    /// The line of source at a position, without blanks around it.
    pub(crate) fn line(&self, at: SourcePosition) -> String {
        let Some(file) = self.files.get(&at.file) else {
            return String::new();
        };
        let offset = to_index(at.offset);
        let before = file.text.get(..offset).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = file.text.get(start..).unwrap_or_default();
        let line = line.lines().next().unwrap_or_default().trim();
        let line = line.trim_end_matches(['{', ',']);
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.chars().count() <= MAX_SHOWN_LETTERS {
            return line;
        }
        let mut short: String = line.chars().take(MAX_SHOWN_LETTERS - 1).collect();
        short.push('…');
        short
    }
}

/// Bytes of the token that a text begins with: a name with its members, a literal, or one character.
fn token_length(text: &str) -> usize {
    let first = text.chars().next();
    match first {
        Some(quote @ ('"' | '`')) => {
            let inner = text.get(1..).unwrap_or_default();
            let end = inner.find([quote, '\n']);
            end.map_or(1, |end| end + 2).min(text.len())
        }
        Some(first) if first.is_alphanumeric() || first == '_' => text
            .find(|character: char| {
                !(character.is_alphanumeric() || character == '_' || character == '.')
            })
            .unwrap_or(text.len()),
        Some(first) => first.len_utf8(),
        None => 0,
    }
}
