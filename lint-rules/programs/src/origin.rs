//! A value knows where it came from.

use manifest::text::FileSpan;
use objects::LedgerCode;

use crate::dialect::Setting;

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OriginKind {
    /// An argument of the command line.
    Flag,
    /// A variable of the container.
    Env,
    /// A key of a ConfigMap, mounted or read through the API.
    ConfigMap,
    /// Any other file of the input.
    File,
    /// The program's own source.
    Code,
    /// The program's own default.
    Default,
    /// The default of the family that the program seems to belong to.
    Assumed,
}

impl OriginKind {
    /// Every one.
    pub const ALL: [Self; 7] = [
        Self::Flag,
        Self::Env,
        Self::ConfigMap,
        Self::File,
        Self::Code,
        Self::Default,
        Self::Assumed,
    ];

    /// The word in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Env => "env",
            Self::ConfigMap => "configmap",
            Self::File => "file",
            Self::Code => "code",
            Self::Default => "default",
            Self::Assumed => "assumed",
        }
    }
}

/// Where one value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The kind of carrier.
    pub kind: OriginKind,
    /// What is written there: `--leader-elect=true`, `LEASE_DURATION=15s`, `leaseDuration: 15s`;
    /// for a default, whose it is: `default of cert-manager controller`.
    pub text: String,
    /// The token that somebody wrote; `None` for defaults.
    pub place: Option<FileSpan>,
    /// The name of the flag (without dashes), variable or key; empty for defaults.
    pub name: String,
    /// For a key, where it stands, in words: `` `config.yaml` of ConfigMap `orders` ``.
    pub holder: Option<String>,
}

impl Origin {
    /// Whether the manifest says it, or a file that belongs to it: neither the program's source nor a default.
    #[must_use]
    pub fn is_in_manifest(&self) -> bool {
        self.is_written() && self.kind != OriginKind::Code
    }

    /// Whether somebody wrote the value into the input.
    #[must_use]
    pub fn is_written(&self) -> bool {
        !matches!(self.kind, OriginKind::Default | OriginKind::Assumed)
    }
}

/// A value with its origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Sourced<T> {
    /// The value the program will use.
    pub value: T,
    /// The text it was read from (for a default, the default's spelling).
    pub text: String,
    /// Where it comes from.
    pub origin: Origin,
}

/// Why a value is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The code of the ledger.
    pub code: LedgerCode,
    /// A sentence.
    pub reason: String,
    /// Where the unknown is written, if somewhere.
    pub place: Option<FileSpan>,
}

/// What is known of one setting.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolved<T> {
    /// The program will use this value.
    Known(Sourced<T>),
    /// Something is written that the program's parser refuses: it ends.
    Unreadable {
        /// The text as the program sees it.
        text: String,
        /// What its parser says.
        error: String,
        /// How a value is spelled for this setting.
        expected: String,
        /// Where it is written.
        origin: Origin,
    },
    /// It lies outside the input.
    Unknown(Unknown),
    /// The program has no such setting, or nothing is written and its default is not established.
    Absent,
}

impl<T> Resolved<T> {
    /// The value with its origin, if known.
    #[must_use]
    pub fn known(&self) -> Option<&Sourced<T>> {
        match self {
            Self::Known(sourced) => Some(sourced),
            _ => None,
        }
    }

    /// The value, if known.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        self.known().map(|sourced| &sourced.value)
    }

    /// Takes another answer in the place of one that is not known.
    pub(super) fn or_known(&mut self, other: Self) {
        if matches!(self, Self::Unknown(_)) && matches!(other, Self::Known(_)) {
            *self = other;
        }
    }

    /// Where it is written, if it is.
    #[must_use]
    pub fn origin(&self) -> Option<&Origin> {
        match self {
            Self::Known(sourced) => Some(&sourced.origin),
            Self::Unreadable { origin, .. } => Some(origin),
            Self::Unknown(_) | Self::Absent => None,
        }
    }

    /// Whether a value is written in the input (readable or not).
    #[must_use]
    pub fn is_written(&self) -> bool {
        self.origin().is_some_and(Origin::is_written)
    }
}

/// An argument, variable or key that speaks about an election setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// The setting.
    pub setting: Setting,
    /// Its origin: kind, text, place of the value token, name.
    pub origin: Origin,
    /// The value as the program sees it; `None` for a bare boolean flag, or when it is unknown.
    pub value: Option<String>,
    /// Another mention after it (or stronger than it) decides.
    pub overridden: bool,
    /// The program accepts it and does not use it.
    pub ignored: bool,
    /// It stands after the point where the program stops reading flags.
    pub after_stop: bool,
    /// It stands in a mounted file that nothing on the command line names.
    pub not_passed: bool,
}

impl Mention {
    /// Whether the program reads it and uses it, so that the last of these decides.
    #[must_use]
    pub const fn counts(&self) -> bool {
        !self.ignored && !self.after_stop && !self.not_passed
    }
}
