//! What patches, replacements and variables of kustomizations change: where, and mostly not into what.
//!
//! Patches are not applied. A value that every build replaces is not what will run, and a right that any
//! build may change is not proven. Which words patches put on command lines is read as well: that one of them is
//! about an election is enough to know that the workload without it does not show everything.

mod change;
mod command_lines;
mod field_path;
mod json_patch;
mod object_path;
mod patch;
mod patched_places;
mod strategic_merge;
mod target;

pub(crate) use command_lines::{ContainerPosition, PatchedCommandLines};
pub(crate) use patched_places::PatchedPlaces;
