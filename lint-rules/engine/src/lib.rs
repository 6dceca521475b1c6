//! The engine: the registry of rules, running, suppressing, sorting.
//!
//! It never logs, prints or exits. It returns an outcome: findings, ledger, statistics.

mod change;
mod changes;
mod compare;
mod context;
mod durations;
pub mod fields;
mod finding;
pub mod ignores;
mod input;
mod location;
mod outcome;
mod pairing;
mod rule;
mod run;
mod sink;
mod suppress;
pub mod world;

pub use change::{Change, Pair, Side, TwoLocks};
pub use changes::{
    ChangeOutcome, judge_change, judge_change_among, judge_update, judge_update_among,
};
pub use context::Context;
pub use fields::read_object;
pub use finding::{Edit, Finding, Fix, Location, NotJudged, Related, SuppressedBy, Suppression};
pub use input::{Excerpt, Input, InputFile, read_attachment, read_file};
pub use outcome::{AccessSummary, InternalError, Outcome, Settings, Summary};
pub use rule::{Check, Entry, FixAvailability, Group, Needs, Profile, Rule, Severity, rule, rules};
pub use run::{bundles_around_electors, count_by_rule, inspect, judge, judge_among};
pub use sink::{Draft, Limits, Sink};
pub use world::wanted_attachments;
