//! One file to documents: decode, cut, filter, parse.

use std::ops::Range;
use std::sync::Arc;

use memchr::memmem;

use crate::text::{FileId, LineIndex, Position, to_offset};
use crate::tree::document::TextOrigin;
use crate::tree::parsed::{ParsedTree, document};
use crate::tree::{Document, MOST_BYTES, ReadError, ReadErrorCode, ReadLimits, Value};
use crate::{json, yaml};

use super::head::{Head, looks_like_an_object, mentions_an_object};
use super::line_counter::LineCounter;
use super::report::explain;
use super::split::{Piece, split};
use super::{Counts, ParsedFile, ReadOptions, decode};

/// Up to so many bytes a document of a kind that is not wanted is parsed, for its syntax alone.
const MAX_CHECKED_BYTES: usize = 16 * 1024;

/// Reads one file. Only a file that is too large is refused as a whole: otherwise documents
/// that cannot be read are listed and the others are delivered.
#[must_use]
pub fn read(file: FileId, bytes: &[u8], options: &ReadOptions<'_>) -> ParsedFile {
    let mut parsed = ParsedFile::default();
    run(file, bytes, options, |item| {
        match item {
            ReadItem::Document(document, _) => parsed.documents.push(document),
            ReadItem::Unread(unread, _) => parsed.unread.push(unread),
            ReadItem::Counts(counts) => parsed.counts = counts,
        }
        true
    });
    // Most files hold one document, and a list makes room for four.
    parsed.documents.shrink_to_fit();
    parsed
}

/// What kubectl reads of a file: the documents it delivers before the first error, and
/// that error.
#[must_use]
pub fn kubectl_view(bytes: &[u8]) -> (Vec<Document>, Option<ReadError>) {
    let mut documents = Vec::new();
    let mut first = None;
    let options = ReadOptions {
        filter: &|_| true,
        explicit: true,
        limits: ReadLimits::default(),
    };
    run(FileId(0), bytes, &options, |item| {
        match item {
            ReadItem::Document(document, is_before_bad_separator) => {
                if !is_before_bad_separator {
                    documents.push(document);
                }
                true
            }
            // kubectl accepts bad bytes, and never parses a document before a bad separator.
            ReadItem::Unread(unread, is_before_bad_separator) => {
                if is_before_bad_separator || unread.code == ReadErrorCode::Encoding {
                    return true;
                }
                first = Some(unread);
                false
            }
            ReadItem::Counts(_) => true,
        }
    });
    (documents, first)
}

/// What reading finds, in order. The flag is set if kubectl finds a bad separator before it
/// parses this document.
enum ReadItem {
    Document(Document, bool),
    Unread(ReadError, bool),
    Counts(Counts),
}

fn run(
    file: FileId,
    bytes: &[u8],
    options: &ReadOptions<'_>,
    mut deliver: impl FnMut(ReadItem) -> bool,
) {
    let most = options.limits.bytes.min(MOST_BYTES);
    let start = Position { line: 1, column: 1 };
    let unread = |position, code, reason, chunk| ReadError {
        file,
        position,
        code,
        reason,
        chunk,
    };
    if bytes.len() > most {
        let reason = format!("the file has {} bytes, more than {most}", bytes.len());
        deliver(ReadItem::Unread(
            unread(start, ReadErrorCode::TooLarge, reason, 0),
            false,
        ));
        return;
    }
    let decoded = decode::decode(bytes);
    let text = decoded.text.as_ref();
    let mut reader = FileReader {
        file,
        text,
        options,
        counts: Counts::default(),
        lines: LineCounter::new(text),
        json_problem: None,
    };
    if let Some(bad) = decoded.bad {
        let position = reader.lines.position(bad);
        let reason = "bytes that are not valid text were read as U+FFFD".to_owned();
        if !deliver(ReadItem::Unread(
            unread(position, ReadErrorCode::Encoding, reason, 0),
            false,
        )) {
            return;
        }
    }
    let (pieces, problem) = split(text);
    reader.json_problem = problem;
    for (chunk, piece) in pieces.into_iter().enumerate() {
        if let Some(next) = reader.piece(chunk, piece)
            && !deliver(next)
        {
            return;
        }
    }
    deliver(ReadItem::Counts(reader.counts));
}

struct FileReader<'a> {
    file: FileId,
    text: &'a str,
    options: &'a ReadOptions<'a>,
    counts: Counts,
    lines: LineCounter<'a>,
    /// Why the text is no JSON although it starts like it; for its first YAML piece.
    json_problem: Option<json::JsonError>,
}

impl FileReader<'_> {
    fn piece(&mut self, chunk: usize, piece: Piece) -> Option<ReadItem> {
        let unread = match piece {
            Piece::Json(range) => return self.document(chunk, range, true, false),
            Piece::Yaml {
                range,
                is_before_bad_separator,
            } => return self.document(chunk, range, false, is_before_bad_separator),
            Piece::BadSeparator(range) => {
                let line = self.text.get(range.clone()).unwrap_or_default();
                let shown: String = line.chars().take(60).collect();
                let reason = format!(
                    "{shown:?} is no document separator: nothing but a comment may follow '---'"
                );
                self.unread(chunk, range.start, ReadErrorCode::Syntax, reason)
            }
            Piece::BadJson(problem) => {
                let reason = format!("not valid JSON: {}", problem.reason);
                self.unread(chunk, problem.at, ReadErrorCode::Syntax, reason)
            }
        };
        // Faults of a file without any object are reported only if the user named the file.
        let matters = self.options.explicit || looks_like_an_object(self.text);
        matters.then_some(ReadItem::Unread(unread, false))
    }

    fn document(
        &mut self,
        chunk: usize,
        range: Range<usize>,
        is_json: bool,
        is_before_bad_separator: bool,
    ) -> Option<ReadItem> {
        let json_problem = if is_json {
            None
        } else {
            self.json_problem.take()
        };
        let text = self.text.get(range.clone()).unwrap_or_default();
        if !is_json && is_blank(text) {
            return None;
        }
        let head = Head::of(text);
        let looks_complete = head.kind.is_some() && head.api_version.is_some();
        let skip = |counts: &mut Counts| {
            counts.documents += 1;
            counts.objects += u32::from(looks_complete);
            counts.skipped += 1;
        };
        let is_mentioned = head.kind.is_some() || head.api_version.is_some();
        if !(self.options.explicit || is_mentioned || mentions_an_object(text)) {
            skip(&mut self.counts);
            return None;
        }
        let is_wanted = (self.options.filter)(&head);
        if !is_wanted && !needs_check(text) {
            skip(&mut self.counts);
            return None;
        }
        let full = with_line_feed(text, is_json);
        let parsed = if is_json {
            json::parse(&full, self.options.limits)
        } else {
            yaml::parse(&full, self.options.limits)
        };
        let failure = match parsed {
            Ok(parsed) if !is_wanted => {
                drop(parsed);
                skip(&mut self.counts);
                return None;
            }
            Ok(parsed) => {
                let document = self.assemble(Arc::from(full), &range, parsed)?;
                let is_large = is_json && text.len() > MAX_CHECKED_BYTES;
                if is_large && !self.options.explicit && is_data(&document) {
                    return None;
                }
                return Some(ReadItem::Document(document, is_before_bad_separator));
            }
            Err(failure) => failure,
        };
        self.counts.documents += 1;
        self.counts.objects += u32::from(looks_complete);
        if !self.options.explicit && !looks_like_an_object(text) {
            return None;
        }
        let (at, code, reason) = explain(text, &failure, json_problem.as_ref(), range.start);
        let unread = self.unread(chunk, at, code, reason);
        Some(ReadItem::Unread(unread, is_before_bad_separator))
    }

    /// The document of a parsed piece; `None` if it is null, which kubectl skips.
    fn assemble(
        &mut self,
        text: Arc<str>,
        range: &Range<usize>,
        parsed: ParsedTree,
    ) -> Option<Document> {
        let root = parsed.root?;
        let parsed = ParsedTree {
            arena: parsed.arena.trimmed(),
            ..parsed
        };
        let first = self.lines.position(range.start);
        let origin = Arc::new(TextOrigin {
            lines: LineIndex::new(Arc::clone(&text)),
            base: to_offset(range.start),
            line: first.line,
            column: first.column.saturating_sub(1),
        });
        let document = document(self.file, text, range.len(), origin, None, root, parsed);
        if document.root().is_null() {
            return None;
        }
        self.counts.documents += 1;
        let is_text = |key| {
            let value = document.root().get(key);
            value.is_some_and(|value| value.as_str().is_some_and(|text| !text.is_empty()))
        };
        self.counts.objects += u32::from(is_text("kind") && is_text("apiVersion"));
        Some(document)
    }

    fn unread(
        &mut self,
        chunk: usize,
        at: usize,
        code: ReadErrorCode,
        reason: String,
    ) -> ReadError {
        ReadError {
            file: self.file,
            position: self.lines.position(at),
            code,
            reason,
            chunk,
        }
    }
}

/// Whether a document that is not wanted is parsed all the same, so that one that cannot be read does not pass for one
/// that was: all small ones are; most bytes are those of large CustomResourceDefinitions, which are if something in
/// them cannot be right, or is a template, whose kind is not known before it is rendered.
#[must_use]
pub fn needs_check(text: &str) -> bool {
    const SUSPICIOUS: [&[u8]; 4] = [b"{{", b"\n<<<<<<< ", b"\n>>>>>>> ", b"\n\t"];
    text.len() <= MAX_CHECKED_BYTES
        || SUSPICIOUS
            .iter()
            .any(|sign| memmem::find(text.as_bytes(), sign).is_some())
}

/// Whether a document is a mapping without either key that makes an object. As large JSON it is data of something else,
/// such as an OpenAPI document of megabytes; a kustomization, whose kind may be left out, is small.
fn is_data(document: &Document) -> bool {
    let root = document.root();
    let has = |key| root.get(key).is_some();
    matches!(root.value(), Value::Mapping) && !has("kind") && !has("apiVersion")
}

/// kubectl's line reader ends every line with a line feed, the last one too.
fn with_line_feed(text: &str, is_json: bool) -> std::borrow::Cow<'_, str> {
    if is_json || text.ends_with('\n') {
        text.into()
    } else {
        format!("{text}\n").into()
    }
}

/// Whether there is nothing but comments, blank lines and a separator. A comment ends at any break that go-yaml takes
/// for one, so that a file with only carriage returns is no comment.
fn is_blank(text: &str) -> bool {
    text.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'])
        .all(|line| {
            let line = line.strip_prefix("---").unwrap_or(line).trim_start();
            line.is_empty() || line.starts_with('#')
        })
}
