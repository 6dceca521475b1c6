//! The command lines, environments and files of programs, read as those programs read them.

pub mod boolean;
pub mod command_line;
pub mod duration;
pub mod expansion;
pub mod shell;
