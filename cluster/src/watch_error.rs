//! Why a list or a watch ends early, and how long to rest after that.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::time::Duration;

use thiserror::Error;
use tokio::time::sleep;

/// How long until something is requested again that stays forbidden.
pub(crate) const REFUSED_RETRY_PAUSE: Duration = Duration::from_secs(60);
/// How long until something is requested again that the API does not have: well below the time after which what was
/// seen is doubted.
const ABSENT_RETRY_PAUSE: Duration = Duration::from_secs(30);
/// Pauses after a failure: at first, and at most.
pub(crate) const RETRY_PAUSES: (Duration, Duration) =
    (Duration::from_millis(800), Duration::from_secs(30));

/// Why a list or a watch ended early.
#[derive(Debug, Error)]
pub enum WatchError {
    /// HTTP 403 (or 401).
    #[error("forbidden: {0}")]
    Forbidden(String),
    /// HTTP 404: the API does not have this resource.
    #[error("the API does not have it")]
    Absent,
    /// HTTP 410: the version is too old, so all of it has to be listed again.
    #[error("the version is too old")]
    Gone,
    /// Anything else: worth another attempt.
    #[error("{0}")]
    Failed(String),
}

impl From<kube::Error> for WatchError {
    fn from(error: kube::Error) -> Self {
        if let kube::Error::Api(status) = &error {
            return Self::of(status.code, status.message.clone());
        }
        Self::Failed(error.to_string())
    }
}

impl WatchError {
    /// What an HTTP status means.
    #[must_use]
    pub fn of(code: u16, message: String) -> Self {
        match code {
            401 | 403 => Self::Forbidden(message),
            404 => Self::Absent,
            410 => Self::Gone,
            _ => Self::Failed(message),
        }
    }
}

impl From<http::Error> for WatchError {
    fn from(error: http::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Pauses that grow after each failure, a little different in every replica.
#[derive(Debug)]
pub(crate) struct Pauses {
    next: Duration,
}

impl Pauses {
    pub const fn new() -> Self {
        Self {
            next: RETRY_PAUSES.0,
        }
    }

    pub async fn rest(&mut self) {
        self.rest_at_most(RETRY_PAUSES.1).await;
    }

    async fn rest_at_most(&mut self, most: Duration) {
        sleep(jittered(self.next)).await;
        self.next = (self.next * 2).min(most);
    }
}

/// Between three quarters and five quarters of a time.
#[must_use]
pub fn jittered(time: Duration) -> Duration {
    // Each state is keyed at random, which is all the randomness that is needed here.
    let random = RandomState::new().build_hasher().finish() % 1024;
    let part = u32::try_from(random).unwrap_or_default();
    time * 3 / 4 + time / 2 * part / 1024
}

/// Rests where trying again at once is of no use.
pub(crate) async fn rest_after(failure: &WatchError, pauses: &mut Pauses) {
    match failure {
        // An API server that has just started forbids for a moment what it allows: so at first it is
        // requested again soon.
        WatchError::Forbidden(_) => pauses.rest_at_most(REFUSED_RETRY_PAUSE).await,
        WatchError::Absent => sleep(jittered(ABSENT_RETRY_PAUSE)).await,
        // Also of a version that is too old: one that was listed just now should not be.
        WatchError::Gone | WatchError::Failed(_) => pauses.rest().await,
    }
}
