//! One word while it is read: its fields, and the variables in it.

use super::ShellWord;
use super::environment::ShellEnvironment;

/// The word being read: finished fields, and the one at hand.
pub(super) struct WordBuilder {
    pub(super) fields: Vec<(String, bool)>,
    pub(super) text: String,
    pub(super) unknown: bool,
    /// A field exists even if its text is empty, as with `""`.
    pub(super) started: bool,
    pub(super) verbatim: bool,
    pub(super) splits: bool,
    pub(super) spliced: Vec<ShellWord>,
}

impl WordBuilder {
    pub(super) fn push(&mut self, character: char) {
        self.started = true;
        self.text.push(character);
    }

    /// Adds an expansion; `None` is a value from outside the input.
    pub(super) fn add(&mut self, value: Option<&str>, quoted: bool) {
        self.verbatim = false;
        match value {
            None => (self.unknown, self.started) = (true, true),
            Some(value) if quoted || !self.splits => self.text.push_str(value),
            Some(value) => {
                for character in value.chars() {
                    if matches!(character, ' ' | '\t' | '\n') {
                        self.finish_field();
                    } else {
                        self.push(character);
                    }
                }
            }
        }
    }

    pub(super) fn finish_field(&mut self) {
        if self.started {
            self.fields
                .push((std::mem::take(&mut self.text), self.unknown));
        }
        (self.started, self.unknown) = (false, false);
    }
}

/// `NAME`, `NAME:-text` or `NAME-text` of `${...}`; every other form is left unknown.
pub(super) fn braced(
    inside: &str,
    environment: &mut ShellEnvironment<'_, '_>,
    parameters: &[ShellWord],
) -> Option<String> {
    if let [digit @ b'1'..=b'9'] = inside.as_bytes() {
        return parameter(char::from(*digit), parameters)
            .filter(|value| environment.has_room_for(value.len()));
    }
    let name = name_prefix(inside);
    let operator = inside.get(name.len()..)?;
    if name.is_empty() {
        return None;
    }
    let value = environment.value(name);
    match operator
        .strip_prefix(':')
        .unwrap_or(operator)
        .strip_prefix('-')
    {
        _ if operator.is_empty() => value,
        Some(default) if operator.starts_with(':') && value.as_deref() == Some("") => {
            (!default.contains(['$', '`', '\\', '"', '\''])).then(|| default.to_owned())
        }
        Some(_) => value,
        None => None,
    }
}

pub(super) fn parameter(digit: char, parameters: &[ShellWord]) -> Option<String> {
    let index = usize::try_from(digit.to_digit(10)?).ok()?.checked_sub(1)?;
    match parameters.get(index) {
        Some(word) if word.unknown => None,
        Some(word) => Some(word.text.clone()),
        None => Some(String::new()),
    }
}

/// The longest variable name at the start, if any.
pub(super) fn name_prefix(text: &str) -> &str {
    let end = text
        .bytes()
        .enumerate()
        .take_while(|(at, b)| {
            *b == b'_' || b.is_ascii_alphabetic() || (*at > 0 && b.is_ascii_digit())
        })
        .count();
    text.get(..end).unwrap_or_default()
}

pub(super) fn assigned_name(text: &str) -> Option<&str> {
    let name = name_prefix(text);
    let is_assigned = text.get(name.len()..)?.starts_with('=');
    (!name.is_empty() && is_assigned).then_some(name)
}
