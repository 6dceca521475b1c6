//! A rule is a record and a function. Nothing else in the code knows a rule's name.

use super::change::Change;
use super::context::Context;
use super::sink::Sink;
use crate::world::World;
use election::Elector;
use manifest::tree::Document;
use objects::Object;

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
    /// What the cluster says.
    Live,
    /// The input itself.
    Input,
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
            Self::Live => "live",
            Self::Input => "input",
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

/// What a rule looks at, and the function that looks.
#[derive(Clone, Copy)]
pub enum Check {
    /// Every elector of the input.
    Elector(fn(&Elector<'_>, &mut Sink<'_>)),
    /// Every elector, with what is known of the objects around it.
    ElectorInWorld(for<'s, 'w> fn(&Elector<'w>, &Context<'s, 'w>, &mut Sink<'_>)),
    /// Every object of the input that is read.
    Object(fn(&Object<'_>, &mut Sink<'_>)),
    /// Every object, with what is known of those around it.
    ObjectInWorld(for<'w> fn(&Object<'w>, &dyn World<'w>, &mut Sink<'_>)),
    /// Every document.
    Document(fn(&Document, &mut Sink<'_>)),
    /// Every elector as it was and as it will be; runs only where a change is judged.
    Change(for<'w> fn(&Change<'_, 'w>, &mut Sink<'_>)),
    /// Made by the engine itself, from what it saw while running the others.
    Engine,
}

/// The record of one rule.
pub struct Rule {
    /// Public and permanent, kebab-case; the name of its folder.
    pub id: &'static str,
    /// Its group.
    pub group: Group,
    /// One line, lower-case start, no full stop.
    pub summary: &'static str,
    /// The severity where the rule says no other.
    pub severity: Severity,
    /// From which profile on it speaks.
    pub profile: Profile,
    /// Speaks only when the configuration gives it a target.
    pub needs_target: bool,
    /// What it must see.
    pub needs: Needs,
    /// Whether findings carry fixes.
    pub fix: FixAvailability,
    /// The fields of an object that it reads beyond what the views of electors and objects read, as paths of
    /// [`manifest::tree::FieldMask`]: `spec.template.spec.containers[].livenessProbe`. A path into `spec.template` means
    /// the pod template of every kind. The webhook reads nothing else.
    pub reads: &'static [&'static str],
    /// What it looks at.
    pub check: Check,
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rule")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A rule with its page of documentation.
#[derive(Debug)]
pub struct Entry {
    /// The record.
    pub rule: &'static Rule,
    /// The Markdown of `rule.md`.
    pub page: &'static str,
}

impl Rule {
    /// Where the rule is explained on the web; made from its id.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://leaselint.io/rules/{}", self.id)
    }
}

include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// All rules, sorted by id.
#[must_use]
pub fn rules() -> &'static [Entry] {
    ENTRIES
}

/// The rule of that id.
#[must_use]
pub fn rule(id: &str) -> Option<&'static Entry> {
    ENTRIES
        .binary_search_by(|entry| entry.rule.id.cmp(id))
        .ok()
        .and_then(|at| ENTRIES.get(at))
}
