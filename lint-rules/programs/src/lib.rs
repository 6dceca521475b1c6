//! The command lines, environments and files of programs, read as those programs read them.

pub mod boolean;
pub mod catalogue;
pub mod command_line;
mod command_words;
mod config_evidence;
mod config_file;
mod config_map;
pub mod dialect;
pub mod dialect_file;
pub mod duration;
mod effective_value;
mod environment;
pub mod expansion;
mod fields;
mod flag_table;
mod mounted_files;
mod non_string;
mod origin;
pub mod pattern;
mod placeholder;
mod program_reading;
mod property_name;
mod reading_by_source;
pub mod recognition;
pub mod shell;
mod source;
mod suffix_hash;

pub use catalogue::programs;
pub use command_line::CommandLine;
pub use command_words::Word;
pub use config_map::{Answer, ConfigEntry, ConfigMap, ConfigMaps, EntryContent};
pub use dialect::{
    ConfigFormat, IdentityBase, IdentityRule, Library, Program, Setting, SettingSpec,
    SourceReading, TimingCheck, ValueSyntax,
};
pub use duration::Nanos;
pub use effective_value::default_origin;
pub use environment::{Environment, Variable, VariableValue};
pub use fields::FIELDS;
pub use non_string::NonString;
pub use origin::{Mention, Origin, OriginKind, Resolved, Sourced, Unknown};
pub use program_reading::{
    AddedWord, ProgramReading, UnknownFlag, is_about_elections, read_container, read_container_as,
    read_patched_container,
};
pub use reading_by_source::{SourceContainer, read_container_from_source};
pub use recognition::{Clue, Recognised};
pub use source::{
    FileKeyAnswer, IdentityPiece, LossBehaviour, ProgramFiles, ProgramInputs, ProgramSources,
    RunContext, SourceBehaviour, SourceFacts, SourceIdentity, SourceMatch, SourceTie, TiedProgram,
};
