//! Where a report goes: colours, width, links.

mod links;
#[cfg(any(feature = "source", feature = "live"))]
mod progress;
mod visible;

use std::env;
use std::io::{self, IsTerminal};

use annotate_snippets::Renderer;
use annotate_snippets::renderer::DecorStyle;
use anstyle::{AnsiColor, Effects, Style};
use engine::Severity;

use crate::cli::ColorChoice;

#[cfg(any(feature = "source", feature = "live"))]
pub use progress::Progress;
pub use visible::{boundary, visible, visible_source};

/// Width of snippets where the terminal's is not known.
const DEFAULT_COLUMNS: usize = 120;

/// What is known of the reader's terminal.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Whether to colour.
    pub color: bool,
    /// Columns, if standard output is a terminal.
    pub columns: Option<usize>,
    /// Whether a text may be a link (OSC 8).
    pub links: bool,
}

impl Terminal {
    /// Looks at standard output and the environment.
    pub fn detect(choice: ColorChoice) -> Self {
        let is_terminal = io::stdout().is_terminal();
        let variable = |name: &str| env::var(name).ok();
        let color = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
                let is_forced =
                    |name| is_set(name) && env::var_os(name).is_some_and(|value| value != "0");
                let forced = is_forced("FORCE_COLOR") || is_forced("CLICOLOR_FORCE");
                !is_set("NO_COLOR") && (forced || (is_terminal && !is_dumb()))
            }
        };
        let columns = is_terminal
            .then(terminal_size::terminal_size)
            .flatten()
            .map(|(width, _)| usize::from(width.0).max(40));
        Self {
            color,
            columns,
            links: color && links::are_taken(is_terminal, variable),
        }
    }

    /// No colours and no terminal: what goes into logs.
    pub const fn plain() -> Self {
        Self {
            color: false,
            columns: None,
            links: false,
        }
    }

    /// Whether a person sees a whole screen and can type.
    #[cfg(feature = "live")]
    pub fn is_interactive(&self) -> bool {
        self.columns.is_some() && !is_dumb() && io::stdin().is_terminal()
    }

    /// The width to fold prose to.
    pub fn prose_width(&self) -> usize {
        self.columns.unwrap_or(DEFAULT_COLUMNS).min(100)
    }

    /// Renders findings with their source.
    pub fn renderer(&self) -> Renderer {
        let renderer = if self.color {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        renderer
            .decor_style(DecorStyle::Ascii)
            .term_width(self.columns.unwrap_or(DEFAULT_COLUMNS))
    }

    /// A text in a style, if colours are on.
    pub fn paint(&self, style: Style, text: &str) -> String {
        if self.color {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}

/// How a severity is painted.
pub const fn style_of(severity: Severity) -> Style {
    match severity {
        Severity::Error => BAD,
        Severity::Warning => DOUBTFUL,
        Severity::Info => ADVICE,
    }
}

/// The terminal only prints: it cannot move the cursor.
fn is_dumb() -> bool {
    env::var_os("TERM").is_some_and(|value| value == "dumb")
}

/// Headings and names.
pub const STRONG: Style = Style::new().effects(Effects::BOLD);
/// What may be left unread.
pub const FAINT: Style = Style::new().effects(Effects::DIMMED);
/// Code in prose.
pub const CODE: Style = AnsiColor::Cyan.on_default();
/// All is well.
pub const GOOD: Style = AnsiColor::Green.on_default().effects(Effects::BOLD);
/// A warning.
pub const DOUBTFUL: Style = AnsiColor::Yellow.on_default().effects(Effects::BOLD);
/// An error.
pub const BAD: Style = AnsiColor::BrightRed.on_default().effects(Effects::BOLD);
/// Advice.
pub const ADVICE: Style = AnsiColor::BrightBlue.on_default().effects(Effects::BOLD);
