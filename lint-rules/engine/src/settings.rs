//! What the user configured, as far as the engine cares.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::day::Day;
use super::ignores::{ConfigIgnores, FilePattern};
use super::limits::Limits;
use super::rule::Rule;
use super::terms::{Profile, Severity};
use crate::world::Bundling;
use programs::Program;

/// What the user configured, as far as the engine cares.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which rules speak.
    pub profile: Profile,
    /// Targets and limits.
    pub limits: Limits,
    /// Severities by rule id; `None`: the rule is off.
    pub severities: BTreeMap<String, Option<Severity>>,
    /// Severities for some files, the last one that holds counts; `None`: nothing is reported there.
    pub per_path: Vec<PathSeverities>,
    /// The ids of the only rules that run, whatever the profile; `None`: the profile decides.
    pub selected: Option<BTreeSet<&'static str>>,
    /// What belongs together, where the user says it.
    pub bundling: Bundling,
    /// The user's own programs; they come before the built-in ones.
    pub programs: Vec<Program>,
    /// Rules beside the built-in ones. What they read is read of live objects, too: see [`Engine::fields`](crate::Engine::fields).
    pub rules: Vec<&'static Rule>,
    /// The findings that the configuration ignores.
    pub ignores: ConfigIgnores,
    /// The day on which ignores are read, for those with an expiry; `None`: nothing expires.
    pub today: Option<Day>,
    /// For an answer of a few lines, which has no place for more: the ledger stays empty, nothing is
    /// counted, no line and column is looked up, and of infos neither path nor fingerprint.
    pub brief: bool,
}

/// Severities by rule id for the findings in some files.
#[derive(Clone, Debug)]
pub struct PathSeverities {
    /// The files.
    pub files: Arc<dyn FilePattern>,
    /// Severities by rule id; `None`: nothing is reported.
    pub severities: BTreeMap<String, Option<Severity>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            profile: Profile::Recommended,
            limits: Limits::default(),
            severities: BTreeMap::new(),
            per_path: Vec::new(),
            selected: None,
            bundling: Bundling::Auto,
            programs: Vec::new(),
            rules: Vec::new(),
            ignores: ConfigIgnores::default(),
            today: None,
            brief: false,
        }
    }
}

impl Settings {
    /// The severity that is configured for a rule in a file of that name, if one is; `None` in it: nothing is reported.
    #[must_use]
    pub fn severity_in(&self, rule: &Rule, file: &str) -> Option<Option<Severity>> {
        let mut entries = self.per_path.iter().rev();
        entries.find_map(|entry| {
            let severity = entry.severities.get(rule.id)?;
            entry.files.matches(file).then_some(*severity)
        })
    }

    /// Whether a rule runs: it is not switched off, and it is selected, or, where nothing is, its severity is configured
    /// or the profile includes it.
    #[must_use]
    pub fn is_active(&self, rule: &Rule) -> bool {
        match (self.severities.get(rule.id), &self.selected) {
            (Some(None), _) => false,
            (_, Some(selected)) => selected.contains(rule.id),
            (Some(Some(_)), None) => true,
            (None, None) => rule.profile <= self.profile,
        }
    }
}
