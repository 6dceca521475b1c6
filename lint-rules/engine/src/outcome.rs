//! What one run of the engine returns.

use std::collections::BTreeMap;

use super::finding::{Finding, NotJudged};
use super::rule::{Profile, Severity};
use super::sink::Limits;
use crate::world::Bundling;
use election::Elector;
use election::access::{Access, AccessState};
use manifest::tree::ReadError;
use programs::{Program, Unknown};

/// What the user configured, as far as the engine cares.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which rules speak.
    pub profile: Profile,
    /// Targets and limits.
    pub limits: Limits,
    /// Severities by rule id; `None`: the rule is off.
    pub severities: BTreeMap<String, Option<Severity>>,
    /// What belongs together, where the user says it.
    pub bundling: Bundling,
    /// The user's own programs; they come before the built-in ones.
    pub programs: Vec<Program>,
    /// Days since 1970-01-01, for ignores with an expiry; `None`: nothing expires.
    pub today: Option<i64>,
    /// For an answer of a few lines, which has no place for more: the ledger stays empty, nothing is
    /// counted, no line and column is looked up, and of infos neither path nor fingerprint.
    pub brief: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            profile: Profile::Recommended,
            limits: Limits::default(),
            severities: BTreeMap::new(),
            bundling: Bundling::Auto,
            programs: Vec::new(),
            today: None,
            brief: false,
        }
    }
}

/// Something that was read in a way the reader of the report should know of.
#[derive(Clone, Debug)]
pub struct InternalError {
    /// The rule that failed.
    pub rule: &'static str,
    /// What it said.
    pub message: String,
}

/// Counts of one run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files read.
    pub files: u32,
    /// Documents in them, skipped ones too.
    pub documents: u32,
    /// Documents that are Kubernetes objects.
    pub objects: u32,
    /// Containers that take part in an election, or may.
    pub electors: u32,
    /// Findings by severity, without the suppressed ones.
    pub errors: u32,
    /// See `errors`.
    pub warnings: u32,
    /// See `errors`.
    pub infos: u32,
    /// Silenced findings.
    pub suppressed: u32,
    /// Entries in the ledger of things not judged.
    pub not_judged: u32,
    /// Entries in the list of things not read.
    pub unread: u32,
}

/// Whether an elector's account may use its lock, told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessSummary {
    /// `granted`, `missing` or `unknown`.
    pub state: &'static str,
    /// Why it is not known.
    pub because: Option<Unknown>,
    /// What the lock is made of: `leases`, and another resource for client-go's mixed types.
    pub resources: Vec<&'static str>,
    /// The verbs that are granted nowhere, each once.
    pub missing: Vec<String>,
    /// Bindings and their roles that grant what is needed: `RoleBinding ops/x`, `Role ops/x`.
    pub through: Vec<(String, String)>,
    /// The files that were taken together for the answer, in words.
    pub within: Option<String>,
}

impl AccessSummary {
    pub(super) fn of(access: &Access<'_>) -> Self {
        let mut missing: Vec<String> = Vec::new();
        for one in &access.missing {
            if !missing.contains(&one.verb) {
                missing.push(one.verb.clone());
            }
        }
        let because = match &access.state {
            AccessState::Unknown(because) => Some(because.clone()),
            AccessState::Granted | AccessState::Missing => None,
        };
        Self {
            state: access.state.as_str(),
            because,
            resources: access
                .resources
                .iter()
                .map(|resource| resource.resource())
                .collect(),
            missing,
            through: access
                .through
                .iter()
                .map(|pair| (pair.binding.title(), pair.role.title()))
                .collect(),
            within: access.within.clone(),
        }
    }
}

/// What one run of the engine returns.
pub struct Outcome<'w> {
    /// Sorted by file, place and rule; suppressed ones among them.
    pub findings: Vec<Finding>,
    /// Sorted likewise.
    pub not_judged: Vec<NotJudged>,
    /// What could not be read.
    pub unread: Vec<ReadError>,
    /// Every elector, in order of file and place.
    pub electors: Vec<Elector<'w>>,
    /// Each elector's access, in the same order; empty unless it was asked for.
    pub access: Vec<AccessSummary>,
    /// Rules that failed; the others still ran.
    pub internal: Vec<InternalError>,
    /// Counts.
    pub summary: Summary,
}
