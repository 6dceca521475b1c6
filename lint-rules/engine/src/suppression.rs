//! Who silenced a finding, and why.

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
    /// Every one.
    pub const ALL: [Self; 4] = [
        Self::Comment,
        Self::Annotation,
        Self::Config,
        Self::Baseline,
    ];

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
