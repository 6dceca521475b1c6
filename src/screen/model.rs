//! What the screen shows, and what keys do to it.

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::time::Duration;

use engine::LeaseState;
use live::events::LiveEvent;
use live::record::LeaseKey;
use live::status::LeaseStatus;
use live::watching::LeaseWatch;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::reports::leases_json::not_read;
use crate::reports::leases_text::elector;

/// Events that are kept.
const KEPT_EVENTS: usize = 1000;
/// How much time a column of the lines of renewals may stand for.
const SCALES: [Duration; 5] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
];
/// The number of the one to begin with.
const USUAL_SCALE: usize = 1;
/// Lines that one page up or down scrolls.
const PAGE: usize = 10;

/// By what the Leases are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaseOrder {
    /// Namespace and name.
    Name,
    /// What is worst comes first.
    State,
    /// What was not renewed for the longest comes first.
    Age,
    /// What changed hands most often while it was watched comes first.
    Transitions,
}

impl LeaseOrder {
    /// The word on the screen.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::State => "state",
            Self::Age => "renewed",
            Self::Transitions => "transitions",
        }
    }

    const fn next(self) -> Self {
        match self {
            Self::Name => Self::State,
            Self::State => Self::Age,
            Self::Age => Self::Transitions,
            Self::Transitions => Self::Name,
        }
    }
}

/// Whether a key ends the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pressed {
    /// It goes on.
    Stay,
    /// It ends.
    Quit,
}

/// What the screen shows.
#[derive(Debug)]
pub struct Screen {
    /// Which part of the cluster is watched, in words.
    pub place: String,
    /// Whether colours are used.
    pub color: bool,
    /// How the Leases stood when they were last judged.
    pub leases: Vec<LeaseStatus>,
    /// When that was, from the beginning of the observation.
    pub now: Duration,
    /// What has happened, with the time of day; the newest last.
    pub events: VecDeque<(String, LiveEvent)>,
    /// Why the API server cannot be asked, and for how long nothing was seen.
    pub unreachable: Option<(String, Duration)>,
    /// What may not be read, a line each.
    pub gaps: Vec<String>,
    /// The order of the table.
    pub order: LeaseOrder,
    /// The other way round.
    pub is_reversed: bool,
    /// What a row has to hold.
    pub filter: String,
    /// The filter is being typed.
    pub is_typing: bool,
    /// The selected Lease; `None`: the first one.
    pub selected: Option<LeaseKey>,
    /// Rows above the first one that is drawn; the drawing keeps the selected one in sight.
    pub first_row: usize,
    /// The selected Lease is shown in detail.
    pub shows_detail: bool,
    /// Lines of the detail that are scrolled past.
    pub detail_scroll: usize,
    /// The keys are shown.
    pub shows_help: bool,
    scale: usize,
}

impl Screen {
    /// An empty one.
    pub fn new(place: String, color: bool) -> Self {
        Self {
            place,
            color,
            leases: Vec::new(),
            now: Duration::ZERO,
            events: VecDeque::new(),
            unreachable: None,
            gaps: Vec::new(),
            order: LeaseOrder::Name,
            is_reversed: false,
            filter: String::new(),
            is_typing: false,
            selected: None,
            first_row: 0,
            shows_detail: false,
            detail_scroll: 0,
            shows_help: false,
            scale: USUAL_SCALE,
        }
    }

    /// How much time a column of the lines of renewals stands for.
    pub fn scale(&self) -> Duration {
        SCALES
            .get(self.scale)
            .copied()
            .unwrap_or(SCALES[USUAL_SCALE])
    }

    /// Takes how everything stands now.
    pub fn refresh(&mut self, watch: &LeaseWatch<'_>) {
        self.now = watch.now();
        self.leases = watch.statuses();
        let unreachable = watch.unreachable();
        self.unreachable = unreachable.map(|(reason, since)| (reason.to_owned(), since));
        self.gaps = not_read(watch.gaps())
            .iter()
            .map(|gap| gap.line())
            .collect();
    }

    /// Takes what has happened.
    pub fn note(&mut self, time: &str, event: LiveEvent) {
        if self.events.len() == KEPT_EVENTS {
            self.events.pop_front();
        }
        self.events.push_back((time.to_owned(), event));
    }

    /// The rows of the table, filtered and sorted.
    pub fn rows(&self) -> Vec<&LeaseStatus> {
        let wanted = self.filter.to_lowercase();
        let holds = |lease: &&LeaseStatus| {
            let node = lease.pod.as_ref().map_or("", |pod| &*pod.node);
            let texts = [
                lease.key.to_string(),
                lease.state.as_str().to_owned(),
                lease.holder.to_string(),
                node.to_owned(),
                elector(lease),
            ];
            texts
                .iter()
                .any(|text| text.to_lowercase().contains(&wanted))
        };
        let mut rows: Vec<&LeaseStatus> = self.leases.iter().filter(holds).collect();
        match self.order {
            LeaseOrder::Name => {}
            LeaseOrder::State => rows.sort_by_key(|lease| severity(lease.state)),
            LeaseOrder::Age => rows.sort_by(|a, b| {
                let age = |lease: &LeaseStatus| lease.renewed.map_or(f64::MIN, |age| age.seconds);
                age(b).total_cmp(&age(a))
            }),
            LeaseOrder::Transitions => {
                rows.sort_by_key(|lease| Reverse((lease.transitions_seen, lease.transitions)));
            }
        }
        if self.is_reversed {
            rows.reverse();
        }
        rows
    }

    /// The number of the selected row.
    pub fn selected_row(&self, rows: &[&LeaseStatus]) -> usize {
        let is_it = |lease: &&LeaseStatus| Some(&lease.key) == self.selected.as_ref();
        rows.iter().position(is_it).unwrap_or(0)
    }

    /// What has happened to a Lease and to the API server; the newest first.
    pub fn events_of(&self, key: &LeaseKey) -> impl Iterator<Item = &(String, LiveEvent)> {
        let events = self.events.iter().rev();
        events.filter(move |(_, event)| event.key.as_ref().is_none_or(|of| of == key))
    }

    /// Does what a key says.
    pub fn press(&mut self, key: KeyEvent) -> Pressed {
        if key.kind == KeyEventKind::Release {
            return Pressed::Stay;
        }
        if key.modifiers.contains(KeyModifiers::CONTROL) {
            return match key.code {
                KeyCode::Char('c') => Pressed::Quit,
                _ => Pressed::Stay,
            };
        }
        if self.is_typing {
            self.typed(key.code);
            return Pressed::Stay;
        }
        if self.shows_help {
            self.shows_help = false;
            return Pressed::Stay;
        }
        match key.code {
            KeyCode::Char('q') => return Pressed::Quit,
            KeyCode::Char('?' | 'h') => self.shows_help = true,
            KeyCode::Char('/') => self.is_typing = true,
            KeyCode::Char('s') => self.order = self.order.next(),
            KeyCode::Char('r') => self.is_reversed = !self.is_reversed,
            KeyCode::Char('+') => self.scale = self.scale.saturating_sub(1),
            KeyCode::Char('-') => self.scale = (self.scale + 1).min(SCALES.len() - 1),
            KeyCode::Enter => {
                self.shows_detail = !self.shows_detail;
                self.detail_scroll = 0;
            }
            KeyCode::Esc if self.shows_detail => self.shows_detail = false,
            KeyCode::Esc => self.filter.clear(),
            KeyCode::Up | KeyCode::Char('k') => self.select(|row, _| row.saturating_sub(1)),
            KeyCode::Down | KeyCode::Char('j') => self.select(|row, last| (row + 1).min(last)),
            KeyCode::Home | KeyCode::Char('g') => self.select(|_, _| 0),
            KeyCode::End | KeyCode::Char('G') => self.select(|_, last| last),
            KeyCode::PageUp if self.shows_detail => {
                self.detail_scroll = self.detail_scroll.saturating_sub(PAGE);
            }
            KeyCode::PageDown if self.shows_detail => self.detail_scroll += PAGE,
            KeyCode::PageUp => self.select(|row, _| row.saturating_sub(PAGE)),
            KeyCode::PageDown => self.select(|row, last| (row + PAGE).min(last)),
            _ => {}
        }
        Pressed::Stay
    }

    fn typed(&mut self, code: KeyCode) {
        match code {
            KeyCode::Enter => self.is_typing = false,
            KeyCode::Esc => {
                self.is_typing = false;
                self.filter.clear();
            }
            KeyCode::Backspace => {
                self.filter.pop();
            }
            KeyCode::Char(character) => self.filter.push(character),
            _ => {}
        }
    }

    /// Selects another row, by the number of the present one and of the last.
    fn select(&mut self, of: impl Fn(usize, usize) -> usize) {
        let rows = self.rows();
        let row = of(self.selected_row(&rows), rows.len().saturating_sub(1));
        self.selected = rows.get(row).map(|lease| lease.key.clone());
        self.detail_scroll = 0;
    }
}

/// What is worst is the least.
const fn severity(state: LeaseState) -> u8 {
    match state {
        LeaseState::Expired => 0,
        LeaseState::Shared => 1,
        LeaseState::Orphaned => 2,
        LeaseState::Late => 3,
        LeaseState::Unconfirmed => 4,
        LeaseState::Held => 5,
        LeaseState::Released => 6,
        LeaseState::NeverHeld => 7,
        LeaseState::Abandoned => 8,
    }
}
