//! Whether a replica may be called.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use crate::Timestamp;

/// Whether a replica may be called; can be asked while a round is under way.
#[derive(Debug)]
pub struct CertificateReadiness {
    stale_after: Duration,
    /// Seconds since 1970; before that, never.
    asked_at: AtomicI64,
    is_trusted: AtomicBool,
}

impl CertificateReadiness {
    /// Whether the replica serves a certificate that clients are configured to trust (as far as that is
    /// known) and has looked at the Secret lately ([`RotationPolicy::stale_after`](super::RotationPolicy::stale_after)).
    pub fn is_ready(&self, now: Timestamp) -> bool {
        let asked_at = Timestamp::from_unix(self.asked_at.load(Ordering::Acquire));
        // A look that lies ahead was judged by a clock that has gone back since.
        let age = now.since(asked_at).max(asked_at.since(now));
        self.is_trusted.load(Ordering::Acquire) && age <= self.stale_after
    }

    pub(super) const fn new(stale_after: Duration) -> Self {
        Self {
            stale_after,
            asked_at: AtomicI64::new(0),
            is_trusted: AtomicBool::new(false),
        }
    }

    pub(super) fn note(&self, asked_at: Timestamp, is_trusted: bool) {
        self.is_trusted.store(is_trusted, Ordering::Release);
        self.asked_at.store(asked_at.unix(), Ordering::Release);
    }
}
