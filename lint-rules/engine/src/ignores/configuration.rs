//! Ignores of the configuration.

use std::fmt;
use std::sync::Arc;

use super::{Day, ObjectPattern};
use crate::finding::{Finding, Location};
use crate::input::Input;
use crate::rule::Rule;

/// A set of files by their names. How paths are compared is the matter of whoever reads the configuration.
pub trait FilePattern: fmt::Debug + Send + Sync {
    /// Whether a file of the input is one of them.
    fn matches(&self, name: &str) -> bool;
}

/// What the configuration ignores.
#[derive(Clone, Debug, Default)]
pub struct ConfigIgnores {
    /// Its entries, in order.
    pub entries: Vec<ConfigIgnore>,
    /// Which of them can be called unused.
    pub coverage: IgnoreCoverage,
}

/// How much of what a configuration is written for a run looks at. It tells which entries can be called unused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IgnoreCoverage {
    /// One object, or one change: no entry can be.
    #[default]
    Single,
    /// Some files: entries for files that are among them, or for all.
    Part,
    /// Everything: each entry.
    Whole,
}

/// One entry.
#[derive(Clone, Debug)]
pub struct ConfigIgnore {
    /// The rule whose findings it silences.
    pub rule: &'static Rule,
    /// Only in these files.
    pub files: Option<Arc<dyn FilePattern>>,
    /// Only of these objects.
    pub object: Option<ObjectPattern>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Day>,
    /// It comes from a file that others share: of what it silences elsewhere nothing is known here.
    pub is_inherited: bool,
    /// Where the rule is named in the configuration.
    pub location: Location,
}

impl ConfigIgnore {
    /// Whether it speaks of a finding in a file of that name.
    pub(super) fn covers(&self, finding: &Finding, file: &str) -> bool {
        finding.rule.id == self.rule.id
            && self
                .object
                .as_ref()
                .is_none_or(|object| object.matches(&finding.object))
            && self.files.as_ref().is_none_or(|files| files.matches(file))
    }

    /// Whether it speaks of files of an input: a run over the files of one commit says nothing about an entry for others.
    pub(super) fn speaks_of(&self, input: &Input) -> bool {
        self.files
            .as_ref()
            .is_none_or(|files| input.files().iter().any(|file| files.matches(&file.name)))
    }
}
