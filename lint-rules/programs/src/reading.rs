//! What a container's manifest gives its program: words, variables, and what they say about elections.

use std::sync::Arc;

use super::dialect::Setting;
use super::setting::{Origin, Unknown};
use manifest::text::FileSpan;

/// One word of the command line the program sees.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// After expansion; `None` when a part of it lies outside the input.
    pub text: Option<Arc<str>>,
    /// As written in the manifest.
    pub written: Arc<str>,
    /// The list item (or the part of a script) it comes from.
    pub place: FileSpan,
    /// `$(VAR)` references that nothing declares (or that are declared later), as written: `$(VAR)`.
    pub unresolved: Vec<String>,
    /// There is no text because it would be longer than any program is given.
    pub excess: bool,
    /// Part of `command` (otherwise of `args`).
    pub in_command: bool,
}

/// An argument, variable or key that speaks about an election setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// The setting.
    pub setting: Setting,
    /// Its origin: kind, text, place of the value token, name.
    pub origin: Origin,
    /// The value as the program sees it; `None` for a bare boolean flag, or when it is unknown.
    pub value: Option<String>,
    /// Another mention after it (or stronger than it) decides.
    pub overridden: bool,
    /// The program accepts it and does not use it.
    pub ignored: bool,
    /// It stands after the point where the program stops reading flags.
    pub after_stop: bool,
}

/// An item of `command`, `args` or `env.value` that is not a string.
#[derive(Clone, Debug, PartialEq)]
pub struct NonString {
    /// The token.
    pub place: FileSpan,
    /// As written.
    pub text: String,
    /// What YAML makes of it: `boolean`, `number`, `null`, `list`, `mapping`.
    pub kind: &'static str,
    /// `args`, `command` or `env`.
    pub list: &'static str,
    /// The variable's name, for `env`.
    pub variable: Option<String>,
}

/// One variable of the container.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub value: VariableValue,
    /// The entry's `name` scalar (or the envFrom item).
    pub place: FileSpan,
    /// The value's token, if it has one.
    pub value_place: Option<FileSpan>,
    /// `$(VAR)` references that nothing declares before it.
    pub unresolved: Vec<String>,
}

/// What a variable holds.
#[derive(Clone, Debug, PartialEq)]
pub enum VariableValue {
    /// Text, after expansion.
    Text(String),
    /// A field of the pod: `metadata.name`, `spec.nodeName` and so on.
    Field(String),
    /// It lies outside the input.
    Unknown(Unknown),
}
