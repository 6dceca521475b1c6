//! The command lines, environments and files of programs, read as those programs read them.

pub mod boolean;
pub mod catalogue;
pub mod command_line;
pub mod dialect;
pub mod dialect_file;
pub mod duration;
pub mod expansion;
pub mod recognise;
pub mod shell;
