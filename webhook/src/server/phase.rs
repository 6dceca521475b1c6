//! What a connection is doing, as a number that threads share.

/// What it is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Its TLS handshake.
    Handshake,
    /// Nothing yet since its handshake.
    Fresh,
    /// The head of a request.
    Headers,
    /// The body of a request.
    Body,
    /// A review.
    Review,
    /// An answer that the client does not read.
    Unread,
    /// Nothing.
    Idle,
}

impl Phase {
    pub(super) fn from(number: u8) -> Self {
        [
            Self::Handshake,
            Self::Fresh,
            Self::Headers,
            Self::Body,
            Self::Review,
            Self::Unread,
            Self::Idle,
        ]
        .into_iter()
        .find(|phase| phase.number() == number)
        .unwrap_or(Self::Idle)
    }

    #[expect(clippy::as_conversions, reason = "a variant without data, of few")]
    pub(super) const fn number(self) -> u8 {
        self as u8
    }
}
