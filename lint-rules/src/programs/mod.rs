//! The command lines, environments and files of programs, read as those programs read them.

