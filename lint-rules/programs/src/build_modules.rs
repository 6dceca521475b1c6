//! What the build script needs of this folder; the crate itself has no such module.

pub mod boolean;
pub mod command_line;
pub mod dialect;
pub mod dialect_file;
pub mod duration;
pub mod pattern;
pub mod suffix_hash;
