//! What must hold of every input, one function for each fuzz target.
//!
//! The fuzzer calls them with whatever it can think of. An ordinary test of the engine calls them
//! with the seeds under `corpus/<target>/`, so that whatever once failed stays mended on stable.

mod command_lines;
mod comments;
mod judging;
mod scalars;
mod scripts;
mod sources;
mod yaml;

pub use command_lines::flag_parsers;
pub use comments::ignore_comments;
pub use judging::lint_buffer;
pub use scalars::durations;
pub use scripts::shell_unwrap;
pub use sources::{build_files, go_source};
pub use yaml::yaml_read;

/// A check of one input; it panics where something does not hold.
pub type Target = fn(&[u8]);

/// Every target with the folder of its seeds.
pub const TARGETS: &[(&str, Target)] = &[
    ("build_files", build_files),
    ("durations", durations),
    ("flag_parsers", flag_parsers),
    ("go_source", go_source),
    ("ignore_comments", ignore_comments),
    ("lint_buffer", lint_buffer),
    ("shell_unwrap", shell_unwrap),
    ("yaml_read", yaml_read),
];
