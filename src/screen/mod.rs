//! `leases --watch` on a terminal: a live table of the Leases over the whole screen.
//!
//! [`model`] is what is shown and what keys do to it, [`draw`] how it looks; neither knows a clock, a terminal or a cluster.

mod detail;
mod draw;
mod help;
mod line;
mod model;
#[cfg(test)]
mod screen_tests;

use std::io;
use std::pin::pin;
use std::time::Duration;

use live::watching::{LeaseWatch, time_of_day};
use ratatui::crossterm::event::{self, Event};
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval};

use model::Pressed;
pub use model::Screen;

/// How often the Leases are judged and drawn anew.
const REFRESH: Duration = Duration::from_millis(500);

/// Shows the Leases until somebody quits, or `end` is there. However it ends, the terminal is as before.
///
/// # Errors
/// The terminal cannot be used.
pub async fn run(
    watch: &mut LeaseWatch<'_>,
    mut screen: Screen,
    end: impl Future<Output = ()>,
) -> io::Result<()> {
    let mut end = pin!(end);
    let mut refresh = interval(REFRESH);
    refresh.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // From here on a panic restores the terminal before it says what it is.
    let mut terminal = ratatui::try_init()?;
    let _restored = RestoredTerminal;
    let mut input = input();
    loop {
        let is_seen = tokio::select! {
            () = &mut end => return Ok(()),
            event = input.recv() => match event {
                None => return Ok(()),
                Some(Event::Key(key)) if screen.press(key) == Pressed::Quit => return Ok(()),
                Some(_) => true,
            },
            happened = watch.next() => {
                for event in happened {
                    screen.note(&time_of_day(), event);
                }
                false
            }
            _ = refresh.tick() => {
                screen.refresh(watch);
                true
            }
        };
        if is_seen {
            terminal.draw(|frame| draw::draw(frame, &mut screen, watch.trails()))?;
        }
    }
}

/// Restores the terminal when it is dropped.
struct RestoredTerminal;

impl Drop for RestoredTerminal {
    fn drop(&mut self) {
        ratatui::restore();
    }
}

/// What is typed. The thread that reads it ends with the program.
fn input() -> mpsc::UnboundedReceiver<Event> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        while let Ok(event) = event::read() {
            if sender.send(event).is_err() {
                return;
            }
        }
    });
    receiver
}
