//! One YAML document: the parser's events to the builder.
//!
//! No other file uses the parser.

use granit_parser::{
    ErrorKind, Event, Options, Parser, ScalarStyle, StructureStyle, Tag as RawTag,
};

use crate::tree::parsed::{ParseFailure, ParsedTree};
use crate::tree::{NodeId, ReadLimits, Style};

use super::builder::{Builder, ScalarToken};
use super::corrections::{CompatFix, CorrectedText};
use super::go_yaml_checks;
use super::scalar::Tag;

struct ParseAttempt<'t> {
    builder: Builder<'t>,
    copy: Option<&'t CorrectedText>,
    root: Option<NodeId>,
    comments: Vec<(usize, usize)>,
    /// Whether there is a tab in the input, so that tabs before tokens and in indentation have to be checked.
    has_tabs: bool,
    /// How many flow collections are open.
    flow: usize,
    /// One past the last event.
    last_end: usize,
}

fn options(text: &str) -> Options {
    granit_parser::options! {
        // kubectl's line reader ends every line itself; an embedded text is read as
        // it is, and go-yaml adds no line feed either.
        block_scalar_eof_without_line_feed: true,
        emit_anchor_events: memchr::memchr(b'&', text.as_bytes()).is_some(),
        // Comments are bounded by the text.
        max_buffered_comment_events: usize::MAX,
        // A byte-order mark within a document is content, as in libyaml; one before all
        // content is removed beforehand.
        bom_inside_document_as_content: true,
    }
}

/// Why an attempt failed, and the correction after which another one may not.
pub(super) type YamlRefusal = (ParseFailure, Option<CompatFix>);

/// Parses `input`, which is `text` or its corrected copy.
pub(super) fn attempt<'t>(
    text: &'t str,
    input: &'t str,
    copy: Option<&'t CorrectedText>,
    limits: ReadLimits,
) -> Result<ParsedTree, YamlRefusal> {
    let mut parser = Parser::new_from_str_with_options(input, options(input));
    let mut state = ParseAttempt {
        builder: Builder::new(text, limits),
        copy,
        root: None,
        comments: Vec::new(),
        has_tabs: memchr::memchr(b'\t', input.as_bytes()).is_some(),
        flow: 0,
        last_end: 0,
    };
    let mut started = false;
    let mut ended = false;
    let mut ignored = None;
    while let Some(next) = parser.next_event() {
        let (event, span) = match next {
            Ok((event, span)) => (event, span.byte_range().unwrap_or(0..0)),
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(0);
                let original = state.original(at);
                // go-yaml reads one document and nothing after it.
                let is_past_end = state.is_past_end(error.kind());
                if ended || is_past_end {
                    ignored = Some(original);
                    break;
                }
                return Err(state.refusal(error.kind(), error.info(), at));
            }
        };
        match event {
            Event::StreamEnd => break,
            Event::DocumentStart(..) if started => {
                ignored = Some(state.original(span.start));
                break;
            }
            Event::DocumentStart(..) => {
                started = true;
                let before = input.get(..span.start).unwrap_or_default();
                if before.lines().any(|line| line.starts_with("...")) {
                    // go-yaml skips end markers between documents only.
                    let failure = ParseFailure::syntax(0, "a document cannot start with '...'");
                    return Err((failure, None));
                }
            }
            Event::DocumentEnd => ended = true,
            event => {
                if let Err(failure) = state.take(event, span.start, span.end, input) {
                    return Err((failure, None));
                }
            }
        }
    }
    let mut builder = state.builder;
    if let Some(root) = state.root {
        builder.finish(root).map_err(|failure| (failure, None))?;
    }
    state.comments.sort_unstable();
    Ok(ParsedTree {
        arena: builder.arena,
        root: state.root,
        comments: state.comments,
        duplicates: builder.duplicates,
        ignored,
    })
}

impl ParseAttempt<'_> {
    fn original(&self, at: usize) -> usize {
        self.copy.map_or(at, |copy| copy.original(at))
    }

    /// Whether go-yaml would have stopped before it saw this error.
    fn is_past_end(&self, kind: &ErrorKind) -> bool {
        let Some(root) = self.root else { return false };
        let style = self.builder.style_of(root);
        match kind {
            ErrorKind::ExpectedDocumentStart | ErrorKind::InvalidDocumentEnd => true,
            ErrorKind::InvalidTrailingSingleQuotedScalar
            | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
                matches!(style, Some(Style::SingleQuoted | Style::DoubleQuoted))
            }
            // go-yaml reads one token ahead, so it has seen what is no token at all; and a
            // colon would have made the collection a key.
            ErrorKind::UnexpectedCharacter { .. }
            | ErrorKind::UnclosedQuotedScalar
            | ErrorKind::UnknownQuotedScalarEscape
            | ErrorKind::MappingValueNotAllowed
            | ErrorKind::MissingDocumentEndBeforeDirective => false,
            _ => style == Some(Style::Flow),
        }
    }

    /// Turns a refusal by YAML 1.1 into a failure at a place of the original.
    fn check(&self, outcome: Result<(), go_yaml_checks::CheckFailure>) -> Result<(), ParseFailure> {
        outcome.map_err(|(at, reason)| ParseFailure::syntax(self.original(at), reason))
    }

    fn refusal(&self, kind: &ErrorKind, info: String, at: usize) -> YamlRefusal {
        let original = self.original(at);
        let failure = if matches!(kind, ErrorKind::RecursionLimitExceeded) {
            ParseFailure::limit(original, "it is nested too deeply")
        } else {
            ParseFailure::syntax(original, info)
        };
        let fix = match kind {
            ErrorKind::InvalidQuotedScalarIndent => {
                Some(CompatFix::Indent(self.original(self.last_end)))
            }
            ErrorKind::CommentNotSeparated => Some(CompatFix::Blank(original)),
            ErrorKind::UnknownQuotedScalarEscape => Some(CompatFix::Apostrophes(original)),
            _ => None,
        };
        (failure, fix)
    }

    fn take(
        &mut self,
        event: Event<'_>,
        copy_start: usize,
        copy_end: usize,
        input: &str,
    ) -> Result<(), ParseFailure> {
        let (start, end) = (self.original(copy_start), self.original(copy_end));
        let complete = match event {
            Event::Comment(..) => {
                self.comments.push((start, end));
                return Ok(());
            }
            Event::Anchor(_, name) => return self.check(go_yaml_checks::name(&name, copy_start)),
            Event::Alias(anchor) => {
                let name = input.get(copy_start + 1..copy_end).unwrap_or_default();
                self.check(go_yaml_checks::name(name, copy_start))?;
                self.builder.alias(anchor, start, end)?
            }
            Event::Scalar(value, style, anchor, tag) => {
                if self.has_tabs && self.flow == 0 {
                    self.check(go_yaml_checks::tabs_before(input, copy_start))?;
                }
                let style = scalar_style(style);
                // What is not there at all is null, or empty text if tagged so.
                let absent = style == Style::Plain && copy_end <= copy_start;
                let value = if absent { "" } else { value.as_ref() };
                match style {
                    Style::Plain if self.flow > 0 => {
                        self.check(go_yaml_checks::plain_in_flow(value, copy_start))?;
                    }
                    Style::DoubleQuoted => {
                        self.check(go_yaml_checks::escapes(input, copy_start, copy_end))?;
                    }
                    Style::Literal | Style::Folded if self.has_tabs => {
                        self.check(go_yaml_checks::block_scalar(input, copy_start, copy_end))?;
                    }
                    _ => {}
                }
                if self.flow > 0 && self.builder.expects_key() {
                    self.check(go_yaml_checks::key_on_one_line(input, copy_start, copy_end))?;
                }
                let quoted = matches!(style, Style::SingleQuoted | Style::DoubleQuoted);
                self.builder.scalar(&ScalarToken {
                    value,
                    tag: tag_of(tag.as_deref()),
                    style,
                    anchor,
                    content: start + usize::from(quoted),
                    start,
                    end: trimmed_end(self.builder.text, start, end),
                })?
            }
            Event::SequenceStart(style, anchor, _) => {
                self.open(start, false, style, anchor)?;
                None
            }
            Event::MappingStart(style, anchor, _) => {
                self.open(start, true, style, anchor)?;
                None
            }
            Event::SequenceEnd | Event::MappingEnd => {
                // A flow collection ends with its bracket, a block one nowhere.
                let flow = self.builder.in_flow();
                if flow {
                    self.flow = self.flow.saturating_sub(1);
                }
                self.builder.close(flow.then_some(end))?
            }
            _ => None,
        };
        if complete.is_some() && self.root.is_none() {
            self.root = complete;
        }
        self.last_end = copy_end.max(copy_start);
        Ok(())
    }

    fn open(
        &mut self,
        start: usize,
        mapping: bool,
        style: StructureStyle,
        anchor: usize,
    ) -> Result<(), ParseFailure> {
        let style = match style {
            StructureStyle::Flow => {
                self.flow += 1;
                Style::Flow
            }
            StructureStyle::Block => Style::Block,
        };
        self.builder.open(start, mapping, style, anchor)
    }
}

/// A scalar's end without the white space that the parser includes.
fn trimmed_end(text: &str, start: usize, end: usize) -> usize {
    let source = text.as_bytes().get(start..end).unwrap_or_default();
    let is_content = |byte: &u8| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let last = source.iter().rposition(is_content);
    start + last.map_or(0, |last| last + 1)
}

fn scalar_style(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

fn tag_of(tag: Option<&RawTag>) -> Tag {
    let Some(tag) = tag else { return Tag::None };
    let mut name = String::with_capacity(tag.handle().len() + tag.suffix().len());
    name.push_str(tag.handle());
    name.push_str(tag.suffix());
    Tag::from_name(&name)
}
