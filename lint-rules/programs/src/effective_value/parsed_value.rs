//! What a program's parser makes of the text of a value.

use crate::boolean::BoolReading;
use crate::dialect::ValueSyntax;

/// What a parser makes of a text.
pub(super) enum ParsedValue<T> {
    /// The program uses it.
    Value(T),
    /// The program ignores the text, and its default holds.
    Default,
    /// The program ends, with this error.
    Refused(String),
}

impl<T> ParsedValue<T> {
    pub(super) fn map<U>(self, change: impl FnOnce(T) -> U) -> ParsedValue<U> {
        match self {
            Self::Value(value) => ParsedValue::Value(change(value)),
            Self::Default => ParsedValue::Default,
            Self::Refused(error) => ParsedValue::Refused(error),
        }
    }
}

pub(super) fn read_switch(syntax: &ValueSyntax, text: &str) -> ParsedValue<bool> {
    match syntax {
        ValueSyntax::Bool(syntax) => match syntax.parse(text) {
            BoolReading::Value(value) => ParsedValue::Value(value),
            BoolReading::Default => ParsedValue::Default,
            BoolReading::Refused => ParsedValue::Refused(format!("{text:?} is no boolean")),
        },
        ValueSyntax::Words { on, off } => {
            if on.iter().any(|word| word == text) {
                ParsedValue::Value(true)
            } else if off.iter().any(|word| word == text) {
                ParsedValue::Value(false)
            } else {
                ParsedValue::Refused(format!("{text:?} is not one of its words"))
            }
        }
        ValueSyntax::Duration(_) | ValueSyntax::Text | ValueSyntax::Meanings(_) => {
            ParsedValue::Default
        }
    }
}

/// How values are spelled, for a message.
pub(super) fn describe(syntax: &ValueSyntax) -> String {
    match syntax {
        ValueSyntax::Bool(syntax) => syntax.describe().to_owned(),
        ValueSyntax::Duration(syntax) => syntax.describe().to_owned(),
        ValueSyntax::Text => "text".to_owned(),
        ValueSyntax::Meanings(meanings) => {
            let words: Vec<&str> = meanings.iter().map(|one| one.word.as_ref()).collect();
            format!("one of {}", words.join(", "))
        }
        ValueSyntax::Words { on, off } => {
            let words: Vec<&str> = on.iter().chain(off.iter()).map(AsRef::as_ref).collect();
            format!("one of {}", words.join(", "))
        }
    }
}
