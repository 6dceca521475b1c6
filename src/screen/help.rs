//! The keys, and what the lines of renewals mean.

use live::trail::TrailStretch;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph};

use super::draw::{stretch_style, strong};
use super::line::glyph;
use super::model::Screen;

const KEYS: [(&str, &str); 10] = [
    ("q, Ctrl-C", "quit"),
    ("Up, Down, Home, End", "select a Lease"),
    ("PgUp, PgDn", "ten rows, or lines of the detail"),
    ("Enter", "the selected Lease in detail, or no more"),
    ("/", "filter by name, state, holder, node, elector"),
    ("Esc", "close the detail, then clear the filter"),
    ("s", "sort by name, state, renewal, transitions"),
    ("r", "the other way round"),
    ("+, -", "less or more time in a column of the lines"),
    ("?", "this help"),
];

const STRETCHES: [(TrailStretch, &str); 8] = [
    (TrailStretch::Renewed, "renewed"),
    (TrailStretch::Held, "held, the renewal is young enough"),
    (
        TrailStretch::Late,
        "not renewed for longer than the renew deadline",
    ),
    (
        TrailStretch::Expired,
        "not renewed for longer than the duration",
    ),
    (TrailStretch::Acquired, "acquired by another candidate"),
    (TrailStretch::Released, "released by its holder"),
    (TrailStretch::Free, "no holder"),
    (
        TrailStretch::Blind,
        "nothing seen: the API server did not answer",
    ),
];

/// Draws it over everything else.
pub fn draw(frame: &mut Frame<'_>, screen: &Screen) {
    let mut lines = Vec::new();
    for (key, meaning) in KEYS {
        lines.push(Line::from(vec![
            Span::styled(format!(" {key:20} "), strong()),
            Span::raw(meaning),
        ]));
    }
    lines.push(Line::default());
    for (stretch, meaning) in STRETCHES {
        lines.push(Line::from(vec![
            Span::styled(
                format!(" {:20} ", glyph(stretch).to_string().repeat(3)),
                stretch_style(stretch, screen.color),
            ),
            Span::raw(meaning),
        ]));
    }
    let widest = lines.iter().map(Line::width).max().unwrap_or(0);
    let area = centered(
        frame.area(),
        u16::try_from(widest + 3).unwrap_or(u16::MAX),
        u16::try_from(lines.len() + 2).unwrap_or(u16::MAX),
    );
    frame.render_widget(Clear, area);
    frame.render_widget(
        Paragraph::new(lines).block(Block::bordered().title(" any key closes this ")),
        area,
    );
}

fn centered(whole: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(whole.width), height.min(whole.height));
    Rect {
        x: whole.x + (whole.width - width) / 2,
        y: whole.y + (whole.height - height) / 2,
        width,
        height,
    }
}
