//! Labels. All of them have few values, whatever clients send.

use std::fmt::{Error, Write as _};

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};

use crate::review::{Decision, Operation, ReviewedKind};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ReviewLabels {
    pub decision: Decision,
    pub operation: Operation,
    pub kind: ReviewedKind,
    pub dry_run: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct FindingLabels {
    pub rule: &'static str,
    pub severity: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct WatchLabels {
    pub resource: &'static str,
    pub state: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct RuleLabels {
    pub rule: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct RejectionLabels {
    pub reason: Rejection,
}

/// Why something was turned away or closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rejection {
    /// No free place for another connection.
    TooManyConnections,
    /// An idle connection was closed to make room for a new one.
    MadeRoom,
    /// The TLS handshake failed.
    Handshake,
    /// The TLS handshake took too long.
    SlowHandshake,
    /// The head of a request took too long.
    SlowHeaders,
    /// A body took too long.
    SlowBody,
    /// A client did not read its answer.
    Unread,
    /// A body above the limit.
    BodyTooLarge,
    /// A body that ended early.
    BodyCut,
    /// Not a POST to `/validate` with JSON.
    NotAReview,
    /// A body that is no AdmissionReview.
    Malformed,
    /// Too much at work.
    Overload,
    /// The API server would not have waited for the answer.
    TooLate,
    /// The review panicked; always a bug.
    Panic,
}

impl Rejection {
    /// All of them.
    pub(super) const ALL: [Self; 14] = [
        Self::TooManyConnections,
        Self::MadeRoom,
        Self::Handshake,
        Self::SlowHandshake,
        Self::SlowHeaders,
        Self::SlowBody,
        Self::Unread,
        Self::BodyTooLarge,
        Self::BodyCut,
        Self::NotAReview,
        Self::Malformed,
        Self::Overload,
        Self::TooLate,
        Self::Panic,
    ];

    /// The word in metrics and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooManyConnections => "too-many-connections",
            Self::MadeRoom => "made-room",
            Self::Handshake => "handshake",
            Self::SlowHandshake => "slow-handshake",
            Self::SlowHeaders => "slow-headers",
            Self::SlowBody => "slow-body",
            Self::Unread => "unread-answer",
            Self::BodyTooLarge => "body-too-large",
            Self::BodyCut => "body-cut",
            Self::NotAReview => "not-a-review",
            Self::Malformed => "malformed",
            Self::Overload => "overload",
            Self::TooLate => "too-late",
            Self::Panic => "panic",
        }
    }
}

impl EncodeLabelValue for Rejection {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), Error> {
        encoder.write_str(self.as_str())
    }
}

impl EncodeLabelValue for Decision {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), Error> {
        encoder.write_str(self.as_str())
    }
}

impl EncodeLabelValue for Operation {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), Error> {
        encoder.write_str(self.as_str())
    }
}

impl EncodeLabelValue for ReviewedKind {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), Error> {
        encoder.write_str(self.as_str())
    }
}
