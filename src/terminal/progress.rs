//! How far a long piece of work is, for who waits at a terminal.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};

/// Counts what is done and shows it on standard error, if that is a terminal.
pub struct Progress {
    verb: &'static str,
    things: &'static str,
    all: usize,
    step: usize,
    done: Mutex<usize>,
    is_shown: bool,
}

impl Progress {
    /// Of `all` things every `step`-th is shown, and the last one; nothing of fewer than `least`, which are done before anyone
    /// waits.
    pub fn new(
        (verb, things): (&'static str, &'static str),
        all: usize,
        step: usize,
        least: usize,
    ) -> Self {
        Self {
            verb,
            things,
            all,
            step,
            done: Mutex::new(0),
            is_shown: all >= least && io::stderr().is_terminal(),
        }
    }

    /// One more is done.
    pub fn advance(&self) {
        if !self.is_shown {
            return;
        }
        // Held while writing, so that threads write in the order of the numbers.
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        *done += 1;
        if let Some(line) = self.line(*done) {
            // Nothing is left to do if standard error is closed.
            drop(io::stderr().write_all(line.as_bytes()));
        }
    }

    /// What is shown when so many are done.
    fn line(&self, done: usize) -> Option<String> {
        let Self {
            verb, things, all, ..
        } = self;
        let end = if done == *all { "\n" } else { "" };
        let is_shown = done == *all || done.is_multiple_of(self.step);
        is_shown.then(|| format!("\r{verb} {done} of {all} {things}{end}"))
    }
}

#[cfg(test)]
mod tests {
    use super::Progress;

    #[test]
    fn every_step_and_the_end_are_shown() {
        let progress = Progress::new(("read", "files"), 250, 100, 0);
        let shown = (1..=250).filter_map(|done| progress.line(done));
        assert_eq!(
            shown.collect::<String>(),
            "\rread 100 of 250 files\rread 200 of 250 files\rread 250 of 250 files\n"
        );
    }
}
