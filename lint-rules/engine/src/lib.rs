//! The engine: the registry of rules, running them, ignores, the order of findings.
//!
//! It never logs, prints or exits. It returns an outcome: findings, ledger, statistics.

mod change;
mod comparison;
mod context;
mod day;
mod durations;
mod engine;
mod faulty_ignore;
pub mod fields;
mod finding;
mod fix;
pub mod ignores;
mod input;
mod limits;
mod location;
mod object_pairs;
mod outcome;
mod pairing;
mod registry;
mod repository_path;
mod rule;
mod settings;
mod side;
mod sink;
mod summary;
mod suppression;
mod task;
mod terms;
mod titles;
mod two_locks;
mod withdrawal;
pub mod world;

pub use change::{Change, SettingChange};
pub use context::Context;
pub use engine::Engine;
pub use fields::read_object;
pub use finding::{Finding, Location, NotJudged, Related};
pub use fix::{Edit, Fix};
pub use input::{Excerpt, Input, InputFile, read_attachment, read_file};
pub use limits::Limits;
pub use outcome::{AccessSummary, InternalError, Outcome};
pub use registry::{RuleEntry, rule, rules};
pub use repository_path::{has_drive, path_from_root};
pub use rule::{Check, Rule};
pub use settings::Settings;
pub use side::Side;
pub use sink::{Draft, Sink};
pub use summary::Summary;
pub use suppression::{SuppressedBy, Suppression};
pub use task::Task;
pub use terms::{FixAvailability, Group, Needs, Profile, Severity};
pub use titles::{MAX_TITLE_CHARACTERS, first_fitting};
pub use two_locks::TwoLocks;
pub use withdrawal::WithdrawnRights;
pub use world::wanted_attachments;
