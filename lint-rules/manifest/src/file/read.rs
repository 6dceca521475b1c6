//! Reading a file: cut, look, parse, and say what could not be read.

use std::ops::Range;
use std::sync::Arc;

use memchr::memmem;

use crate::text::{FileId, LineIndex, Position, count_characters};
use crate::tree::arena::number;
use crate::tree::document::TextOrigin;
use crate::tree::parsed::{ParseFailure, ParsedTree, document};
use crate::tree::{Document, MOST_BYTES, ReadError, ReadErrorCode, ReadLimits};
use crate::{json, yaml};

use super::head::{Head, looks_like_an_object, mentions_an_object};
use super::split::{Piece, split};
use super::{Counts, ParsedFile, ReadOptions, decode};

/// Reads one file. Nothing is ever refused as a whole but a file too big: documents
/// that cannot be read are listed and the others delivered.
#[must_use]
pub fn read(file: FileId, bytes: &[u8], options: &ReadOptions<'_>) -> ParsedFile {
    let mut reading = ParsedFile::default();
    run(file, bytes, options, |step| {
        match step {
            ReadEvent::Document(document, _) => reading.documents.push(document),
            ReadEvent::Unread(unread, _) => reading.unread.push(unread),
            ReadEvent::Counts(counts) => reading.counts = counts,
        }
        true
    });
    reading
}

/// What kubectl makes of a file: the documents it delivers before the first error, and
/// that error.
#[must_use]
pub fn kubectl_view(bytes: &[u8]) -> (Vec<Document>, Option<ReadError>) {
    let mut documents = Vec::new();
    let mut first = None;
    let options = ReadOptions {
        wanted: &|_| true,
        explicit: true,
        limits: ReadLimits::default(),
    };
    run(FileId(0), bytes, &options, |step| {
        match step {
            ReadEvent::Document(document, spoiled) => {
                if !spoiled {
                    documents.push(document);
                }
                true
            }
            // kubectl does not mind bad bytes, and never parses a spoiled document.
            ReadEvent::Unread(unread, spoiled) => {
                if spoiled || unread.code == ReadErrorCode::Encoding {
                    return true;
                }
                first = Some(unread);
                false
            }
            ReadEvent::Counts(_) => true,
        }
    });
    (documents, first)
}

/// What comes out of reading, in order. The flag says that kubectl finds a bad
/// separator before it looks at this document.
#[allow(clippy::large_enum_variant, reason = "handed on at once, never stored")]
enum ReadEvent {
    Document(Document, bool),
    Unread(ReadError, bool),
    Counts(Counts),
}

fn run(
    file: FileId,
    bytes: &[u8],
    options: &ReadOptions<'_>,
    mut step: impl FnMut(ReadEvent) -> bool,
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
        step(ReadEvent::Unread(
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
        lines: LineCounter::default(),
        json_problem: None,
    };
    if let Some(bad) = decoded.bad {
        let position = reader.position(bad);
        let reason = "bytes that are not valid text were read as U+FFFD".to_owned();
        if !step(ReadEvent::Unread(
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
            && !step(next)
        {
            return;
        }
    }
    step(ReadEvent::Counts(reader.counts));
}

struct FileReader<'a> {
    file: FileId,
    text: &'a str,
    options: &'a ReadOptions<'a>,
    counts: Counts,
    lines: LineCounter,
    /// Why the text is no JSON although it starts like it; for its first YAML piece.
    json_problem: Option<json::Problem>,
}

/// How many lines start before a byte, found by going forwards only.
#[derive(Default)]
struct LineCounter {
    at: usize,
    feeds: u32,
}

impl FileReader<'_> {
    fn piece(&mut self, chunk: usize, piece: Piece) -> Option<ReadEvent> {
        let unread = match piece {
            Piece::Json(range) => return self.document(chunk, range, true, false),
            Piece::Yaml { range, spoiled } => return self.document(chunk, range, false, spoiled),
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
        // A text without any object is no business of ours unless it was asked for.
        let matters = self.options.explicit || looks_like_an_object(self.text);
        matters.then_some(ReadEvent::Unread(unread, false))
    }

    fn document(
        &mut self,
        chunk: usize,
        range: Range<usize>,
        is_json: bool,
        spoiled: bool,
    ) -> Option<ReadEvent> {
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
        let pass = |counts: &mut Counts| {
            counts.documents += 1;
            counts.objects += u32::from(looks_complete);
            counts.skipped += 1;
        };
        if !self.options.explicit && !mentions_an_object(text) {
            pass(&mut self.counts);
            return None;
        }
        let wanted = (self.options.wanted)(&head);
        // What nobody wants may still be a template, and then it is not what it says.
        let braces = memmem::find(text.as_bytes(), b"{{");
        if !wanted && braces.is_none() {
            pass(&mut self.counts);
            return None;
        }
        let full = with_line_feed(text, is_json);
        let parsed = if is_json {
            json::parse(&full, self.options.limits, &json::NOTHING).map(|(parsed, _)| parsed)
        } else {
            yaml::parse(&full, self.options.limits)
        };
        let failure = match parsed {
            Ok(parsed) if !wanted => {
                drop(parsed);
                pass(&mut self.counts);
                return None;
            }
            Ok(parsed) => {
                let document = self.assemble(Arc::from(full), &range, parsed)?;
                return Some(ReadEvent::Document(document, spoiled));
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
        Some(ReadEvent::Unread(unread, spoiled))
    }

    /// The document of a parsed piece; `None` if it is null, which kubectl passes over.
    fn assemble(
        &mut self,
        text: Arc<str>,
        range: &Range<usize>,
        parsed: ParsedTree,
    ) -> Option<Document> {
        let root = parsed.root?;
        let first = self.position(range.start);
        let origin = Arc::new(TextOrigin {
            lines: LineIndex::new(Arc::clone(&text)),
            base: number(range.start),
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
            position: self.position(at),
            code,
            reason,
            chunk,
        }
    }

    fn position(&mut self, at: usize) -> Position {
        let at = at.min(self.text.len());
        let bytes = self.text.as_bytes();
        if at < self.lines.at {
            self.lines = LineCounter::default();
        }
        let passed = bytes.get(self.lines.at..at).unwrap_or_default();
        let feeds = memchr::memchr_iter(b'\n', passed).count();
        self.lines.feeds = self.lines.feeds.saturating_add(number(feeds));
        self.lines.at = at;
        let before = bytes.get(..at).unwrap_or_default();
        let start = memchr::memrchr(b'\n', before).map_or(0, |feed| feed + 1);
        Position {
            line: self.lines.feeds.saturating_add(1),
            column: count_characters(before.get(start..).unwrap_or_default()).saturating_add(1),
        }
    }
}

/// kubectl's line reader ends every line with a line feed, the last one too.
fn with_line_feed(text: &str, is_json: bool) -> std::borrow::Cow<'_, str> {
    if is_json || text.ends_with('\n') {
        text.into()
    } else {
        format!("{text}\n").into()
    }
}

/// Whether there is nothing but comments, blank lines and a separator.
fn is_blank(text: &str) -> bool {
    text.lines().all(|line| {
        let line = line.strip_prefix("---").unwrap_or(line).trim_start();
        line.is_empty() || line.starts_with('#')
    })
}

/// Where and how a failure is reported.
fn explain(
    text: &str,
    failure: &ParseFailure,
    json_problem: Option<&json::Problem>,
    base: usize,
) -> (usize, ReadErrorCode, String) {
    if failure.code == ReadErrorCode::Limit {
        return (base + failure.at, failure.code, failure.reason.clone());
    }
    for (mark, what) in [("{{", "a Helm or Go template"), ("{%", "a Jinja template")] {
        if let Some(at) = memmem::find(text.as_bytes(), mark.as_bytes()) {
            let reason = format!("it looks like {what}: render it first and check the result");
            return (base + at, ReadErrorCode::Template, reason);
        }
    }
    // A brace and a quote: it was meant to be JSON, so JSON's complaint fits better.
    let meant_as_json = text
        .trim_start()
        .strip_prefix('{')
        .is_some_and(|rest| rest.trim_start().starts_with('"'));
    if let Some(problem) = json_problem.filter(|_| meant_as_json) {
        let reason = format!("not valid JSON: {}", problem.reason);
        return (problem.at, ReadErrorCode::Syntax, reason);
    }
    let reason = format!("not valid YAML: {}", failure.reason);
    (base + failure.at, ReadErrorCode::Syntax, reason)
}
