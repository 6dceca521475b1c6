//! How many requests a second are sent at most.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// Lets at most so many requests begin within any second. Clones share it.
#[derive(Clone, Debug)]
pub struct RequestPace {
    /// When the last requests began, of which there are as many as may begin within a second.
    begun: Arc<Mutex<VecDeque<Instant>>>,
    per_second: usize,
}

impl RequestPace {
    /// At most so many a second.
    #[must_use]
    pub fn new(per_second: NonZeroU32) -> Self {
        Self {
            begun: Arc::default(),
            per_second: usize::try_from(per_second.get()).unwrap_or(usize::MAX),
        }
    }

    /// Waits until a request may begin.
    pub async fn turn(&self) {
        let mut begun = self.begun.lock().await;
        if begun.len() >= self.per_second
            && let Some(first) = begun.pop_front()
        {
            sleep_until(first + Duration::from_secs(1)).await;
        }
        begun.push_back(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn no_second_holds_more_than_was_allowed() {
        let pace = RequestPace::new(NonZeroU32::new(3).unwrap());
        let start = Instant::now();
        let mut times = Vec::new();
        for _ in 0..8 {
            pace.turn().await;
            times.push(start.elapsed().as_millis());
        }
        assert_eq!(times, [0, 0, 0, 1000, 1000, 1000, 2000, 2000]);
    }
}
