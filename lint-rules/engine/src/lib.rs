//! The engine: the registry of rules, running them, ignores, the order of findings.
//!
//! It never logs, prints or exits. It returns an outcome: findings, ledger, statistics.

mod access_summary;
mod baseline;
mod change;
mod comparison;
mod context;
mod day;
mod durations;
mod edit_order;
mod engine;
mod faulty_ignore;
pub mod fields;
mod finding;
mod fix;
pub mod fix_orders;
pub mod ignores;
mod input;
mod input_file;
mod limits;
mod location;
mod lost_verbs;
mod object_pairs;
mod observation;
mod outcome;
mod own_check;
mod pairing;
mod registry;
mod releases;
mod rendering;
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

pub use access_summary::AccessSummary;
pub use baseline::{Baseline, BaselineEntry, BaselineMistake};
pub use change::{Change, SettingChange};
pub use context::Context;
pub use edit_order::EditOrder;
pub use engine::{Engine, PartedRun};
pub use fields::read_object;
pub use finding::{Finding, Location, NotJudged, Related};
pub use fix::{Edit, Fix};
pub use input::{Excerpt, Input};
pub use input_file::{InputFile, read_attachment, read_file};
pub use limits::Limits;
pub use lost_verbs::{after_withdrawal, without_access};
pub use observation::{LeaseState, LiveElector, LiveLease, Observation, ObservedLease};
pub use outcome::{InternalError, Outcome};
pub use own_check::OwnCheck;
pub use registry::{RuleEntry, rule, rules};
pub use rendering::{
    AppliedBy, RenderedPlace, Rendering, SettingKey, TracedLine, TracedPiece, Unrendered,
};
pub use repository_path::{has_drive, path_from_root};
pub use rule::{Check, Rule};
pub use settings::{PathSeverities, Settings};
pub use side::Side;
pub use sink::{Draft, DraftWithHelp, DraftWithMessage, Sink};
pub use summary::Summary;
pub use suppression::{SuppressedBy, Suppression};
pub use task::Task;
pub use terms::{FixAvailability, Group, Needs, Profile, Severity};
pub use titles::{MAX_TITLE_CHARACTERS, first_fitting};
pub use two_locks::TwoLocks;
pub use withdrawal::WithdrawnRights;
pub use world::wanted_attachments;
