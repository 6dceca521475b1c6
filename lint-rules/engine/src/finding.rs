//! What the engine says: findings, the ledger of things not judged, notes.

use super::rule::{Rule, Severity};
use manifest::text::FileSpan;
use objects::{LedgerCode, ObjectName};

pub use super::location::Location;

/// A second place that explains a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub location: Location,
    /// What is there, lower-case start, no full stop.
    pub message: String,
}

/// One replacement of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes to replace.
    pub place: FileSpan,
    /// The new text.
    pub text: String,
}

/// A way to mend a finding by editing the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an order: `set the renew deadline to 10s`.
    pub title: String,
    /// Keeps the meaning of everything but the fault.
    pub safe: bool,
    /// Sorted, not overlapping.
    pub edits: Vec<Edit>,
}

/// Who silenced a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuppressedBy {
    /// A comment in the file.
    Comment,
    /// An annotation of the object.
    Annotation,
    /// The configuration.
    Config,
    /// A baseline.
    Baseline,
}

impl SuppressedBy {
    /// The word in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Annotation => "annotation",
            Self::Config => "config",
            Self::Baseline => "baseline",
        }
    }
}

/// A silenced finding says by whom and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// Who.
    pub by: SuppressedBy,
    /// The reason that was given.
    pub reason: String,
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// After all that makes it milder or stricter.
    pub severity: Severity,
    /// The fault with the object's own values; lower-case start, no full stop.
    pub message: String,
    /// What happens in production, and the remedy.
    pub help: String,
    /// The object it is about.
    pub object: ObjectName,
    /// The container, where it is about one.
    pub container: Option<String>,
    /// The token at fault.
    pub location: Location,
    /// Places that explain it.
    pub related: Vec<Related>,
    /// Ways to mend it.
    pub fixes: Vec<Fix>,
    /// Set when an ignore silences it.
    pub suppressed: Option<Suppression>,
    /// Stable across edits elsewhere: made of rule, object, container and path.
    pub fingerprint: String,
}

/// Something a rule could not judge, and why.
#[derive(Clone, Debug)]
pub struct NotJudged {
    /// The rule.
    pub rule: &'static Rule,
    /// The object.
    pub object: ObjectName,
    /// The container.
    pub container: Option<String>,
    /// Where the unknown is.
    pub location: Location,
    /// A short kebab-case word of a documented list.
    pub code: LedgerCode,
    /// A sentence.
    pub reason: String,
}
