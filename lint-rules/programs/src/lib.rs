//! The command lines, environments and files of programs, read as those programs read them.

pub mod boolean;
pub mod catalogue;
pub mod command_line;
mod config_file;
pub mod dialect;
pub mod dialect_file;
pub mod duration;
mod effective;
mod environment;
pub mod expansion;
mod flag_table;
pub mod pattern;
mod placeholder;
mod reading;
pub mod recognise;
mod resolve;
mod setting;
pub mod shell;
mod suffix_hash;
mod words;

pub use catalogue::programs;
pub use command_line::CommandLine;
pub use config_file::{Answer, ConfigEntry, ConfigMap, ConfigMaps, Content};
pub use dialect::{
    ConfigFormat, IdentityBase, IdentityRule, Library, Program, Setting, SettingSpec, ValueSyntax,
};
pub use duration::Nanos;
pub use effective::default_origin;
pub use environment::Environment;
pub use reading::{Mention, NonString, Variable, VariableValue, Word};
pub use recognise::{Clue, Recognised};
pub use resolve::{
    AddedWord, ProgramReading, read_container, read_container_as, read_patched_container,
};
pub use setting::{Origin, OriginKind, Resolved, Sourced, Unknown};
