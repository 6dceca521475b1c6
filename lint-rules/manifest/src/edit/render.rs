//! New values as text, in block and in flow style.

use std::fmt::Write as _;

/// Words that YAML 1.1 reads as something else than text, in lower case.
const RESERVED_WORDS: [&str; 11] = [
    "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf",
];

/// A value to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewValue {
    /// Text, in quotes where it needs them.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A list.
    List(Vec<NewValue>),
    /// A mapping, in this order.
    Map(Vec<(String, NewValue)>),
}

impl NewValue {
    /// Text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A list of texts.
    #[must_use]
    pub fn texts<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        Self::List(texts.into_iter().map(Self::text).collect())
    }

    /// A mapping.
    #[must_use]
    pub fn map<const N: usize>(entries: [(&str, NewValue); N]) -> Self {
        let entries = entries.into_iter();
        Self::Map(
            entries
                .map(|(key, value)| (key.to_owned(), value))
                .collect(),
        )
    }

    fn is_short(&self) -> bool {
        match self {
            Self::Text(_) | Self::Number(_) => true,
            Self::List(items) => items.iter().all(|item| matches!(item, Self::Text(_))),
            Self::Map(entries) => entries.is_empty(),
        }
    }

    /// On one line; `json`: keys and texts in quotes.
    pub(super) fn flow(&self, json: bool) -> String {
        let list = |parts: Vec<String>| parts.join(", ");
        match self {
            Self::Text(text) => scalar(text, json),
            Self::Number(number) => number.to_string(),
            Self::List(items) => {
                format!(
                    "[{}]",
                    list(items.iter().map(|item| item.flow(json)).collect())
                )
            }
            Self::Map(entries) => {
                let entry = |(key, value): &(String, Self)| {
                    format!("{}: {}", scalar(key, json), value.flow(json))
                };
                format!("{{{}}}", list(entries.iter().map(entry).collect()))
            }
        }
    }

    /// In block style, at a column: the first line has no indentation, and there is no line end behind the last one.
    pub(super) fn block(&self, column: usize, newline: &str) -> String {
        let indent = " ".repeat(column);
        let lines: Vec<String> = match self {
            Self::Map(entries) => entries
                .iter()
                .map(|(key, value)| entry(key, value, column, newline))
                .collect(),
            Self::List(items) if !self.is_short() => items
                .iter()
                .map(|item| format!("- {}", item.block(column + 2, newline)))
                .collect(),
            other => vec![other.flow(false)],
        };
        lines.join(&format!("{newline}{indent}"))
    }
}

/// An entry in block style, at a column.
pub(super) fn entry(key: &str, value: &NewValue, column: usize, newline: &str) -> String {
    let key = scalar(key, false);
    if value.is_short() {
        return format!("{key}: {}", value.flow(false));
    }
    let inner = column + 2;
    let indent = " ".repeat(inner);
    format!("{key}:{newline}{indent}{}", value.block(inner, newline))
}

/// A text as a scalar that every YAML reader takes for this very text; `json`: in quotes, whether it needs them or not.
#[must_use]
pub fn scalar(text: &str, json: bool) -> String {
    if !json && is_plain(text) {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(letter);
            }
            // Some readers take the separators for the end of a line, and the mark for none of the text.
            odd if odd.is_control() || matches!(odd, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(odd));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether every YAML reader takes the bare text for this very text, in block and in flow style.
pub(super) fn is_plain(text: &str) -> bool {
    let body = text.strip_prefix("--").unwrap_or(text);
    let lower = text.to_ascii_lowercase();
    body.starts_with(|first: char| first.is_ascii_alphabetic())
        && body
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_./=$()".contains(&byte))
        && !RESERVED_WORDS.contains(&lower.as_str())
}
