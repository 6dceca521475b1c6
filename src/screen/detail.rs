//! The selected Lease in detail: who holds it, what its elector promises, and what has happened to it.

use live::status::LeaseStatus;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Paragraph};

use super::draw::{faint, state_style, strong};
use super::model::Screen;
use crate::reports::fold::fold;
use crate::reports::leases_events::words;
use crate::reports::leases_text::{duration, elector, renewed, short};
use crate::reports::promises::{assumptions, sentences};
use crate::terminal::visible;

/// Events that are shown before the promises; all of them come after.
const LAST_EVENTS: usize = 4;
/// Columns of the names of facts.
const NAME_COLUMNS: usize = 13;
/// Narrower lines of prose are not folded any further.
const MIN_PROSE: usize = 20;

/// What is shown in detail.
pub struct DetailPane<'s> {
    /// The screen it is a part of.
    pub screen: &'s Screen,
    /// The selected Lease; `None`: there is none.
    pub lease: Option<&'s LeaseStatus>,
}

/// The pane as scrolled, and how many lines are scrolled past: no more than there are.
pub fn widget(pane: &DetailPane<'_>, area: Rect) -> (Paragraph<'static>, usize) {
    let Some(lease) = pane.lease else {
        return (Paragraph::new(Line::default()), 0);
    };
    let width = usize::from(area.width).max(MIN_PROSE);
    let lines = lines(pane.screen, lease, width);
    let height = usize::from(area.height.saturating_sub(1));
    let most = lines.len().saturating_sub(height);
    let scroll = pane.screen.detail_scroll.min(most);
    let rest = most - scroll;
    let mut title = vec![
        Span::styled(format!(" {} ", visible(&lease.key.to_string())), strong()),
        Span::styled(
            format!("{} ", lease.state.as_str()),
            state_style(lease.state, pane.screen.color),
        ),
    ];
    if rest > 0 {
        title.push(Span::styled(format!("{rest} more lines: PgDn "), faint()));
    }
    let shown: Vec<Line<'static>> = lines.into_iter().skip(scroll).take(height).collect();
    let block = Block::new().borders(Borders::TOP).title(Line::from(title));
    (Paragraph::new(shown).block(block), scroll)
}

fn lines(screen: &Screen, lease: &LeaseStatus, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for (name, value) in facts(lease) {
        for (number, line) in fold(&visible(&value), width - NAME_COLUMNS)
            .lines()
            .enumerate()
        {
            let name = if number == 0 { name } else { "" };
            lines.push(Line::from(vec![
                Span::styled(format!("{name:NAME_COLUMNS$}"), faint()),
                Span::raw(line.to_owned()),
            ]));
        }
    }
    let events: Vec<String> = screen
        .events_of(&lease.key)
        .map(|(time, event)| format!("{time}  {}", words(event)))
        .collect();
    lines.push(Line::styled(
        "what has happened, the newest first",
        strong(),
    ));
    let nothing = format!(
        "  nothing but renewals since it is watched: {}",
        short(lease.observed.max(lease.unchanged).as_secs_f64())
    );
    if events.is_empty() {
        lines.push(Line::raw(nothing));
    }
    let (last, older) = events.split_at(events.len().min(LAST_EVENTS));
    lines.extend(items(last, width));
    lines.push(Line::styled(
        "what the numbers of its elector promise",
        strong(),
    ));
    match &lease.promises {
        Some(promises) => {
            let mut texts = sentences(&promises.figures, promises.releases);
            texts.extend(assumptions(&promises.assumed));
            lines.extend(items(&texts, width));
        }
        None => lines.push(Line::raw(
            "  nothing: its elector or its numbers are not known",
        )),
    }
    if !older.is_empty() {
        lines.push(Line::styled("what has happened before", strong()));
        lines.extend(items(older, width));
    }
    lines
}

fn facts(lease: &LeaseStatus) -> Vec<(&'static str, String)> {
    let pod = match (&lease.pod, lease.holder_is_gone) {
        (Some(pod), _) if pod.node.is_empty() => format!("{}/{}", pod.namespace, pod.name),
        (Some(pod), _) => format!("{}/{} on {}", pod.namespace, pod.name, pod.node),
        (None, true) => "gone".to_owned(),
        (None, false) => "not known".to_owned(),
    };
    let holder = match (&*lease.holder, lease.renewed) {
        ("", _) => "none".to_owned(),
        (holder, None) => holder.to_owned(),
        (holder, Some(_)) => format!("{holder}, renewed {} ago", renewed(lease)),
    };
    let seconds = |length: Option<std::time::Duration>| {
        length.map_or_else(
            || "?".to_owned(),
            |length| format!("{}s", length.as_secs_f64()),
        )
    };
    let timing = format!(
        "duration {}, renew deadline {}, retry period {}",
        duration(lease),
        seconds(lease.renew_deadline),
        seconds(lease.retry_period)
    );
    let transitions = format!(
        "{}, {} of them while it is watched",
        lease.transitions.unwrap_or_default(),
        lease.transitions_seen
    );
    vec![
        ("holder", holder),
        ("pod", pod),
        ("elector", elector(lease)),
        ("timing", timing),
        ("transitions", transitions),
    ]
}

/// Each text as an item, folded.
fn items(texts: &[String], width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for text in texts {
        for (number, line) in fold(&visible(text), width - 4).lines().enumerate() {
            let mark = if number == 0 { "  - " } else { "    " };
            lines.push(Line::raw(format!("{mark}{line}")));
        }
    }
    lines
}
