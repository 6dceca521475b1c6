//! Which values an expression of a template refers to.

use super::template::{inner, parts};

/// A reference to values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ValueReference {
    /// `.Values.a.b`: keys from the top of the values on.
    Whole(Vec<String>),
    /// `.b`, where what the dot stands for is not known: the last key.
    Last(String),
}

/// What the expressions of a line refer to.
pub(crate) fn references(line: &str) -> Vec<ValueReference> {
    let mut found = Vec::new();
    for part in parts(line) {
        if !part.text.starts_with("{{") {
            continue;
        }
        for word in words(inner(part.text)) {
            let path: Vec<&str> = word.split('.').skip(1).collect();
            let reference = match path.as_slice() {
                ["Values", keys @ ..] if !keys.is_empty() => {
                    ValueReference::Whole(keys.iter().map(|key| (*key).to_owned()).collect())
                }
                [
                    "Values" | "Release" | "Chart" | "Capabilities" | "Files" | "Template",
                    ..,
                ] => continue,
                [.., last] if !last.is_empty() => ValueReference::Last((*last).to_owned()),
                _ => continue,
            };
            if !found.contains(&reference) {
                found.push(reference);
            }
        }
    }
    found
}

/// The words of an expression that hold a dot and begin with it or with a variable.
fn words(expression: &str) -> impl Iterator<Item = &str> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | '-');
    expression
        .split(move |c: char| !is_word(c))
        .filter(|word| word.starts_with('.') || (word.starts_with('$') && word.contains('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_named_whole_or_by_their_last_key() {
        let line = "- --x={{ .Values.a.b | default $.Values.c }}-{{ .enabled }} {{ $root.Values.d }} {{ .Release.Name }}";
        let whole = |keys: &[&str]| {
            ValueReference::Whole(keys.iter().map(|key| (*key).to_owned()).collect())
        };
        assert_eq!(
            references(line),
            [
                whole(&["a", "b"]),
                whole(&["c"]),
                ValueReference::Last("enabled".to_owned()),
                whole(&["d"]),
            ]
        );
        assert_eq!(references("plain .Values.a"), []);
    }
}
