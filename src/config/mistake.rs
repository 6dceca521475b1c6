//! Mistakes in the configuration, shown in place.

use annotate_snippets::{AnnotationKind, Group, Level, Snippet};
use manifest::text::Span;

use super::{ConfigError, ConfigFile};
use crate::terminal::{Terminal, boundary, visible, visible_source};

/// One mistake.
#[derive(Clone, Debug)]
pub struct Mistake {
    /// The token at fault.
    pub span: Span,
    /// What is wrong: lower-case start, no full stop.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
}

impl Mistake {
    /// A mistake at a token.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            help: None,
        }
    }

    /// The same with what would be right.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// So many mistakes are shown; each is shown with the text around it.
const MAX_SHOWN: usize = 50;

/// The mistakes, each with its line.
pub fn render(file: &ConfigFile, mut mistakes: Vec<Mistake>) -> ConfigError {
    mistakes.sort_by_key(|mistake| (mistake.span.start, mistake.span.end));
    let renderer = Terminal::plain().renderer();
    let mut text = String::new();
    for mistake in mistakes.iter().take(MAX_SHOWN) {
        let source = file.text.as_str();
        let start = boundary(source, offset(mistake.span.start));
        let end = boundary(source, offset(mistake.span.end)).max(start);
        // A mistake of several lines is shown by its first.
        let first_line = source.get(start..end).and_then(|text| text.lines().next());
        let end = start + first_line.unwrap_or_default().trim_end().len();
        let snippet = Snippet::source(visible_source(source).into_owned())
            .path(visible(&file.name).into_owned())
            .annotation(AnnotationKind::Primary.span(start..end));
        let title = Level::ERROR
            .primary_title(visible(&mistake.message).into_owned())
            .id("configuration");
        let mut group = Group::with_title(title).element(snippet);
        if let Some(help) = &mistake.help {
            group = group.element(Level::HELP.message(visible(help).into_owned()));
        }
        text.push_str(&renderer.render(&[group]));
        text.push_str("\n\n");
    }
    if let Some(left @ 1..) = mistakes.len().checked_sub(MAX_SHOWN) {
        text.push_str(&format!("{left} more mistakes\n\n"));
    }
    ConfigError::Mistakes(text)
}

/// A byte of the text. A configuration is at most 1 MiB.
fn offset(byte: u32) -> usize {
    usize::try_from(byte).unwrap_or(usize::MAX)
}
