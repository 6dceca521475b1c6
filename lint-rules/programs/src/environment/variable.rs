//! One variable.

use crate::origin::Unknown;
use manifest::text::FileSpan;

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
