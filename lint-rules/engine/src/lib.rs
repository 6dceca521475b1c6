//! The engine: the registry of rules, running them, ignores, the order of findings.
//!
//! It never logs, prints or exits. It returns an outcome: findings, ledger, statistics.

mod change;
mod comparison;
mod context;
mod durations;
mod engine;
pub mod fields;
mod finding;
pub mod ignores;
mod input;
mod location;
mod object_pairs;
mod outcome;
mod pairing;
mod repository_path;
mod rule;
mod run;
mod settings;
mod side;
mod sink;
mod summary;
mod task;
mod titles;
mod transitions;
mod two_locks;
mod withdrawal;
pub mod world;

pub use change::{Change, SettingChange};
pub use context::Context;
pub use engine::Engine;
pub use fields::read_object;
pub use finding::{Edit, Finding, Fix, Location, NotJudged, Related, SuppressedBy, Suppression};
pub use input::{Excerpt, Input, InputFile, read_attachment, read_file};
pub use outcome::{AccessSummary, InternalError, Outcome};
pub use repository_path::{has_drive, path_from_root};
pub use rule::{
    Check, FixAvailability, Group, Needs, Profile, Rule, RuleEntry, Severity, rule, rules,
};
pub use settings::{Limits, Settings};
pub use side::Side;
pub use sink::{Draft, Sink};
pub use summary::Summary;
pub use task::Task;
pub use titles::{MAX_TITLE_CHARACTERS, first_fitting};
pub use two_locks::TwoLocks;
pub use withdrawal::WithdrawnRights;
pub use world::wanted_attachments;
