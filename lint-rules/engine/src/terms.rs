//! The words by which rules are sorted: severities, groups, profiles, needs.

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Advice.
    Info,
    /// Goes wrong under a fault that does happen, or is almost certainly not what was meant.
    Warning,
    /// Will not start, can never lead, or two leaders need no unusual fault.
    Error,
}

impl Severity {
    /// Every one, the worst first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Info];

    /// The word in reports, configuration and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// One step milder; advice stays advice.
    #[must_use]
    pub const fn milder(self) -> Self {
        match self {
            Self::Error => Self::Warning,
            Self::Warning | Self::Info => Self::Info,
        }
    }
}

/// The groups of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// What the library and the API accept, and what the numbers promise.
    Timing,
    /// Standbys that exist and can take over.
    Replicas,
    /// Every candidate is someone else.
    Identity,
    /// The elector may use its Lease.
    Access,
    /// One lock, one election.
    Lock,
    /// The program reads what was written.
    Flags,
    /// Lease objects, and other objects that can stop an election.
    Objects,
    /// Safe now, unsafe as a change.
    Transitions,
    /// What the program's own source says.
    Code,
    /// What the cluster says.
    Live,
    /// The input itself.
    Input,
    /// The user's own rules.
    Custom,
}

impl Group {
    /// The word in `rules` and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Timing => "timing",
            Self::Replicas => "replicas",
            Self::Identity => "identity",
            Self::Access => "access",
            Self::Lock => "lock",
            Self::Flags => "flags",
            Self::Objects => "objects",
            Self::Transitions => "transitions",
            Self::Code => "code",
            Self::Live => "live",
            Self::Input => "input",
            Self::Custom => "custom",
        }
    }
}

/// From which profile on a rule speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// The default.
    Recommended,
    /// More rules and severities.
    Strict,
    /// Strict, and matters of taste.
    Pedantic,
}

impl Profile {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Recommended, Self::Strict, Self::Pedantic];

    /// The word in configuration and options.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recommended => "recommended",
            Self::Strict => "strict",
            Self::Pedantic => "pedantic",
        }
    }
}

/// What a rule must see to judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Needs {
    /// One file's object alone.
    File,
    /// The other objects of the bundle or the cluster.
    Bundle,
    /// The old and the new object.
    Change,
    /// The live cluster.
    Live,
}

impl Needs {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::File, Self::Bundle, Self::Change, Self::Live];

    /// The word in `rules` and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Bundle => "bundle",
            Self::Change => "change",
            Self::Live => "live",
        }
    }
}

/// Whether a rule's findings carry fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixAvailability {
    /// Never.
    None,
    /// Where the right text is certain.
    Sometimes,
    /// Always.
    Always,
}

impl FixAvailability {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::None, Self::Sometimes, Self::Always];

    /// The word in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Sometimes => "sometimes",
            Self::Always => "always",
        }
    }
}
