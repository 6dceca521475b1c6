//! The settings of an election, and how a program takes each.

use serde::{Deserialize, Serialize};

use super::super::boolean::BoolSyntax;
use super::super::duration::{DurationSyntax, Nanos};

/// The nine settings of an election.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
pub enum Setting {
    /// The switch.
    Enable,
    /// LeaseDuration, `L`.
    LeaseDuration,
    /// RenewDeadline, `R`.
    RenewDeadline,
    /// RetryPeriod, `P`.
    RetryPeriod,
    /// Name of the lock object.
    LockName,
    /// Namespace of the lock object.
    LockNamespace,
    /// Type of the lock object.
    LockType,
    /// The candidate's identity (holderIdentity).
    Identity,
    /// Whether the lock is released on a voluntary stop.
    ReleaseOnCancel,
}

impl Setting {
    /// All settings, in the order of the enum.
    pub const ALL: [Self; 9] = [
        Self::Enable,
        Self::LeaseDuration,
        Self::RenewDeadline,
        Self::RetryPeriod,
        Self::LockName,
        Self::LockNamespace,
        Self::LockType,
        Self::Identity,
        Self::ReleaseOnCancel,
    ];

    /// The name used in dialect files and messages, such as `lease-duration`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enable => "enable",
            Self::LeaseDuration => "lease-duration",
            Self::RenewDeadline => "renew-deadline",
            Self::RetryPeriod => "retry-period",
            Self::LockName => "lock-name",
            Self::LockNamespace => "lock-namespace",
            Self::LockType => "lock-type",
            Self::Identity => "identity",
            Self::ReleaseOnCancel => "release-on-cancel",
        }
    }

    /// The words a message uses, such as `lease duration`.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Enable => "leader-election switch",
            Self::LeaseDuration => "lease duration",
            Self::RenewDeadline => "renew deadline",
            Self::RetryPeriod => "retry period",
            Self::LockName => "lock name",
            Self::LockNamespace => "lock namespace",
            Self::LockType => "lock type",
            Self::Identity => "identity",
            Self::ReleaseOnCancel => "release on exit",
        }
    }
}

/// How the text of a value is read.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub enum ValueSyntax {
    /// A boolean.
    Bool(BoolSyntax),
    /// A duration.
    Duration(DurationSyntax),
    /// Free text.
    Text,
    /// Words that stand for other values, such as a boolean that selects the type of the lock.
    Meanings(Vec<Meaning>),
    /// One of a list of words. For a switch: the words that turn it on, and those that turn it off.
    Words {
        /// Words that mean "on" (or the accepted words of any other setting).
        on: Vec<String>,
        /// Words that mean "off".
        off: Vec<String>,
    },
}

/// A word, and the value that it stands for.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Meaning {
    /// The word as it is written.
    pub word: String,
    /// What it stands for.
    pub value: String,
}

/// A value computed from another setting: `from * numerator / denominator + plus`.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Derivation {
    /// The setting it follows.
    pub from: Setting,
    /// Multiplier.
    pub numerator: i64,
    /// Divisor, at least 1.
    pub denominator: i64,
    /// Added, in nanoseconds.
    pub plus: i64,
    /// Only when the other setting is written in the input; otherwise the default holds.
    pub only_if_written: bool,
}

impl Derivation {
    /// The value that follows from one of the other setting; `None` if it is out of range.
    #[must_use]
    pub fn of(&self, value: Nanos) -> Option<Nanos> {
        let scaled = i128::from(value.0) * i128::from(self.numerator)
            / i128::from(self.denominator.max(1))
            + i128::from(self.plus);
        i64::try_from(scaled).ok().map(Nanos)
    }
}

/// How one program takes one setting. A program without the setting has no such record.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct SettingSpec {
    /// Which setting.
    pub setting: Setting,
    /// Flag names without dashes; the first is the current spelling.
    pub flags: Vec<String>,
    /// Flags that the program accepts and does not use.
    pub ignored_flags: Vec<String>,
    /// Environment variables, strongest first; `*` matches any text.
    pub env: Vec<String>,
    /// Keys of a configuration file, dotted, strongest first.
    pub keys: Vec<String>,
    /// The gate of `--feature-gates` (`Name=true`) that sets it.
    pub feature_gate: Option<String>,
    /// How the text is read.
    pub syntax: ValueSyntax,
    /// For the switch: true means off.
    pub negative: bool,
    /// The program's own default, in that syntax. `None`: not established.
    /// For the lock namespace `@pod` is the pod's own namespace.
    pub default: Option<String>,
    /// What variables and files give is only a part of the value, which stands for `{}` here.
    pub template: Option<String>,
    /// Computed from another setting.
    pub derive: Option<Derivation>,
    /// Election cannot start without a value.
    pub required: bool,
    /// A written zero (or, for text, an empty value) means the default.
    pub zero_is_default: bool,
    /// A text that cannot be read means the default instead of ending the program.
    pub unreadable_is_default: bool,
}

impl SettingSpec {
    /// What variables and files give, put into the value that it is a part of.
    #[must_use]
    pub fn in_template(&self, text: String) -> String {
        match &self.template {
            Some(template) if !text.is_empty() => template.replace("{}", &text),
            _ => text,
        }
    }
}
