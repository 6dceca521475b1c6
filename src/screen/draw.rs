//! How the screen looks.

use std::borrow::Cow;

use engine::LeaseState;
use live::status::LeaseStatus;
use live::trail::{TrailStretch, Trails};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::detail::{self, DetailPane};
use super::help;
use super::line::{glyph, stretches};
use super::model::Screen;
use crate::reports::leases_text::{duration, elector, holder_name, renewed, short};
use crate::terminal::visible;

/// Columns of a screen on which everything has its place.
const WIDE: u16 = 140;
/// Rows of the table that stay above the detail.
const ROWS_ABOVE_DETAIL: u16 = 6;
/// What stands between two columns.
const GAP: &str = " ";

/// Draws the screen; the first row moves so that the selected one is in sight, and the detail scrolls no further than its end.
pub fn draw(frame: &mut Frame<'_>, screen: &mut Screen, trails: Option<&Trails>) {
    let notices = notices(screen);
    let height = frame.area().height;
    let (table_height, detail_height) = if screen.shows_detail {
        let fixed = 2 + u16::try_from(notices.len()).unwrap_or(u16::MAX);
        let table = ROWS_ABOVE_DETAIL.min(height.saturating_sub(fixed) / 2);
        (Constraint::Length(table), Constraint::Fill(1))
    } else {
        (Constraint::Fill(1), Constraint::Length(0))
    };
    let [head, notes, table, pane, foot] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(u16::try_from(notices.len()).unwrap_or(u16::MAX)),
        table_height,
        detail_height,
        Constraint::Length(1),
    ])
    .areas(frame.area());
    frame.render_widget(Paragraph::new(heading(screen, head.width)), head);
    frame.render_widget(Paragraph::new(notices), notes);
    draw_table(frame, screen, trails, table);
    if screen.shows_detail {
        let rows = screen.rows();
        let lease = rows.get(screen.selected_row(&rows)).copied();
        let (widget, scroll) = detail::widget(&DetailPane { screen, lease }, pane);
        frame.render_widget(widget, pane);
        screen.detail_scroll = scroll;
    }
    frame.render_widget(Paragraph::new(keys(screen)), foot);
    if screen.shows_help {
        help::draw(frame, screen);
    }
}

/// How many there are of each state, and what is looked at.
fn heading(screen: &Screen, width: u16) -> Line<'static> {
    let mut spans = vec![Span::styled(
        format!("{} leases", screen.leases.len()),
        strong(),
    )];
    for state in LeaseState::ALL {
        let number = screen.leases.iter().filter(|lease| lease.state == state);
        let number = number.count();
        if number > 0 {
            let text = format!("  {number} {}", state.as_str());
            spans.push(Span::styled(text, state_style(state, screen.color)));
        }
    }
    let place = format!(
        "{}, watched for {}",
        screen.place,
        short(screen.now.as_secs_f64())
    );
    let used: usize = spans.iter().map(Span::width).sum();
    let space = usize::from(width).saturating_sub(used + place.chars().count());
    if space >= 2 {
        spans.push(Span::raw(" ".repeat(space)));
        spans.push(Span::styled(place, faint()));
    }
    Line::from(spans)
}

/// What everything else has to be read with in mind.
fn notices(screen: &Screen) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if let Some((reason, since)) = &screen.unreachable {
        let since = short(since.as_secs_f64());
        let text = format!("nothing seen for {since}, Leases cannot be read: {reason}");
        let style = in_color(
            Style::new().add_modifier(Modifier::REVERSED),
            Color::Red,
            screen.color,
        );
        lines.push(Line::styled(visible(&text).into_owned(), style));
    }
    if let Some(gap) = screen.gaps.first() {
        let more = match screen.gaps.len() {
            1 => String::new(),
            all => format!(" (and {} more)", all - 1),
        };
        let text = format!("{gap}{more}");
        lines.push(Line::styled(visible(&text).into_owned(), faint()));
    }
    lines
}

/// The last line: keys, or the filter that is typed.
fn keys(screen: &Screen) -> Line<'static> {
    if screen.is_typing {
        return Line::from(format!(
            "/{}_   Enter keeps the filter, Esc clears it",
            screen.filter
        ));
    }
    let order = screen.order.as_str();
    let reversed = if screen.is_reversed {
        " (reversed)"
    } else {
        ""
    };
    let filter = match screen.filter.as_str() {
        "" => "/ filter".to_owned(),
        filter => format!("/ filter: {filter}"),
    };
    let text = format!("q quit  ? help  Enter detail  s sort: {order}{reversed}  {filter}");
    Line::styled(text, faint())
}

/// How wide each column is; 0 leaves it out.
struct ColumnWidths {
    name: u16,
    state: u16,
    holder: u16,
    node: u16,
    elector: u16,
    renewed: u16,
    duration: u16,
    transitions: u16,
    line: u16,
}

impl ColumnWidths {
    fn of(width: u16, rows: &[&LeaseStatus]) -> Self {
        let widest = |text: &dyn Fn(&LeaseStatus) -> String, least: u16, most: u16| {
            let widths = rows.iter().map(|lease| text(lease).chars().count());
            let widest = u16::try_from(widths.max().unwrap_or(0)).unwrap_or(most);
            widest.clamp(least, most)
        };
        let is_wide = width >= WIDE;
        let part =
            |of_narrow: u16, of_wide: u16| width * if is_wide { of_wide } else { of_narrow } / 100;
        let mut widths = Self {
            name: widest(&|lease| lease.key.to_string(), 5, part(26, 18).max(5)),
            state: widest(&|lease| lease.state.as_str().to_owned(), 5, 11),
            holder: widest(&holder_name, 6, part(18, 17).max(6)),
            node: 0,
            elector: 0,
            renewed: 7,
            duration: 0,
            transitions: 5,
            line: 0,
        };
        if is_wide {
            widths.node = widest(&node_name, 4, part(0, 10));
            widths.elector = widest(&elector, 7, part(0, 17));
            widths.duration = widest(&duration, 8, 20);
        }
        let others = [
            widths.name,
            widths.state,
            widths.holder,
            widths.node,
            widths.elector,
            widths.renewed,
            widths.duration,
            widths.transitions,
        ];
        let used: u16 = others
            .iter()
            .filter(|width| **width > 0)
            .map(|width| width + 1)
            .sum();
        widths.line = width.saturating_sub(used);
        widths
    }
}

fn draw_table(frame: &mut Frame<'_>, screen: &mut Screen, trails: Option<&Trails>, area: Rect) {
    let visible_rows = usize::from(area.height.saturating_sub(1));
    let (mut lines, first_row);
    {
        let rows = screen.rows();
        let selected = screen.selected_row(&rows);
        let last_first = (rows.len()).saturating_sub(visible_rows);
        let lowest = (selected + 1).saturating_sub(visible_rows);
        first_row = screen
            .first_row
            .clamp(lowest, selected.max(lowest))
            .min(last_first.max(lowest));
        let widths = ColumnWidths::of(area.width, &rows);
        lines = vec![titles(screen, &widths)];
        for (number, lease) in rows.iter().enumerate().skip(first_row).take(visible_rows) {
            let trail = trails.map_or_else(Vec::new, |trails| {
                stretches(trails, lease, screen.now, screen.scale(), widths.line)
            });
            let mut line = row(lease, &widths, &trail, screen.color);
            if number == selected {
                line = line.style(Style::new().add_modifier(Modifier::REVERSED));
            }
            lines.push(line);
        }
        if rows.is_empty() {
            let text = match screen.leases.is_empty() {
                true => "no Leases here",
                false => "the filter hides every Lease",
            };
            lines.push(Line::styled(text, faint()));
        }
    }
    screen.first_row = first_row;
    frame.render_widget(Paragraph::new(lines), area);
}

fn titles(screen: &Screen, widths: &ColumnWidths) -> Line<'static> {
    let scale = screen.scale();
    let span = scale * u32::from(widths.line);
    let line = format!("RENEWALS, last {}", short(span.as_secs_f64()));
    let cells = [
        ("LEASE", widths.name),
        ("STATE", widths.state),
        ("HOLDER", widths.holder),
        ("NODE", widths.node),
        ("ELECTOR", widths.elector),
        ("RENEWED", widths.renewed),
        ("DURATION", widths.duration),
        ("TRANS", widths.transitions),
        (line.as_str(), widths.line),
    ];
    let mut text = String::new();
    for (title, width) in cells.into_iter().filter(|(_, width)| *width > 0) {
        text.push_str(&cell(title, width));
        text.push_str(GAP);
    }
    Line::styled(text, strong())
}

fn row(
    lease: &LeaseStatus,
    widths: &ColumnWidths,
    trail: &[TrailStretch],
    color: bool,
) -> Line<'static> {
    let plain = Style::new();
    let transitions = lease.transitions.unwrap_or_default().to_string();
    let cells = [
        (lease.key.to_string(), widths.name, plain),
        (
            lease.state.as_str().to_owned(),
            widths.state,
            state_style(lease.state, color),
        ),
        (holder_name(lease), widths.holder, plain),
        (node_name(lease), widths.node, plain),
        (elector(lease), widths.elector, plain),
        (renewed(lease), widths.renewed, plain),
        (duration(lease), widths.duration, plain),
        (transitions, widths.transitions, plain),
    ];
    let mut spans = Vec::new();
    for (text, width, style) in cells.into_iter().filter(|(_, width, _)| *width > 0) {
        spans.push(Span::styled(cell(&text, width), style));
        spans.push(Span::raw(GAP));
    }
    for stretch in trail {
        spans.push(Span::styled(
            glyph(*stretch).to_string(),
            stretch_style(*stretch, color),
        ));
    }
    Line::from(spans)
}

/// Where the holder runs.
fn node_name(lease: &LeaseStatus) -> String {
    let node = lease.pod.as_ref().map(|pod| pod.node.to_string());
    node.filter(|node| !node.is_empty())
        .unwrap_or_else(|| "-".to_owned())
}

/// A text as wide as its column: of what is too long both ends stay, as names differ at the end.
pub fn cell(text: &str, width: u16) -> String {
    let width = usize::from(width);
    let text = visible(text);
    let length = text.chars().count();
    let shown: Cow<'_, str> = if length <= width {
        text
    } else if width < 4 {
        text.chars().take(width).collect::<String>().into()
    } else {
        let end = (width - 1) / 2;
        let begin = width - 1 - end;
        let head = text.chars().take(begin);
        let tail = text.chars().skip(length - end);
        head.chain(['…']).chain(tail).collect::<String>().into()
    };
    format!("{shown:width$}")
}

/// A state in its colour.
pub fn state_style(state: LeaseState, color: bool) -> Style {
    match state {
        LeaseState::Held => in_color(Style::new(), Color::Green, color),
        LeaseState::Late | LeaseState::Orphaned => in_color(strong(), Color::Yellow, color),
        LeaseState::Expired | LeaseState::Shared => in_color(strong(), Color::LightRed, color),
        LeaseState::Released
        | LeaseState::NeverHeld
        | LeaseState::Abandoned
        | LeaseState::Unconfirmed => faint(),
    }
}

/// A stretch of a line of renewals in its colour.
pub fn stretch_style(stretch: TrailStretch, color: bool) -> Style {
    match stretch {
        TrailStretch::Renewed | TrailStretch::Held => in_color(Style::new(), Color::Green, color),
        TrailStretch::Late => in_color(Style::new(), Color::Yellow, color),
        TrailStretch::Expired => in_color(strong(), Color::LightRed, color),
        TrailStretch::Acquired | TrailStretch::Released => {
            in_color(strong(), Color::LightBlue, color)
        }
        TrailStretch::Before | TrailStretch::Blind | TrailStretch::Free => faint(),
    }
}

fn in_color(style: Style, foreground: Color, color: bool) -> Style {
    if color { style.fg(foreground) } else { style }
}

/// Headings and names.
pub const fn strong() -> Style {
    Style::new().add_modifier(Modifier::BOLD)
}

/// What may be left unread.
pub const fn faint() -> Style {
    Style::new().add_modifier(Modifier::DIM)
}
