//! What a run of a program has come to so far: flags, commands, keys of its configuration, electors.
//!
//! The interpreter holds them, what is known of libraries fills them.

pub(crate) mod candidate;
pub(crate) mod commands;
pub(crate) mod flags;
pub(crate) mod found;
pub(crate) mod viper;
