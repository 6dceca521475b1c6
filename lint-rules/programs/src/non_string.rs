//! Items of `command`, `args` and `env` that YAML does not take for strings.

use manifest::text::FileSpan;
use manifest::tree::{Node, Value};

/// An item of `command`, `args` or `env.value` that is not a string.
#[derive(Clone, Debug, PartialEq)]
pub struct NonString {
    /// The token.
    pub place: FileSpan,
    /// As written.
    pub text: String,
    /// What YAML makes of it: `boolean`, `number`, `null`, `list`, `mapping`.
    pub kind: &'static str,
    /// `args`, `command` or `env`; `extraArgs` of a component that an installer starts.
    pub list: &'static str,
    /// The variable's name, for `env`.
    pub variable: Option<String>,
}

/// What YAML makes of a scalar or collection that should have been a string.
pub(super) fn kind_of(node: Node<'_>) -> &'static str {
    match node.value() {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Integer(_) | Value::Float(_) => "number",
        Value::String(_) => "string",
        Value::Sequence => "list",
        Value::Mapping => "mapping",
    }
}
