//! `$(NAME)` and `${NAME}` in build files, as far as the file itself gives their values.

use std::collections::HashMap;

/// Variables with their values as written.
#[derive(Debug, Default)]
pub(super) struct BuildVariables(HashMap<String, String>);

/// Values within values that are followed.
const MOST_STEPS: u32 = 64;
/// A longer text is given up.
const MOST_BYTES: usize = 4096;

impl BuildVariables {
    /// Notes a value; the first of a name stays, as with `?=` and defaults of `ARG`.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.0
            .entry(name.to_owned())
            .or_insert_with(|| value.trim().to_owned());
    }

    /// A text with the values that are known put in. What is not known stays as it is.
    pub(super) fn expand(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for _ in 0..MOST_STEPS {
            let Some(next) = self.step(&text) else { break };
            if next.len() > MOST_BYTES {
                break;
            }
            text = next;
        }
        text
    }

    /// The text with the first known variable replaced; `None` if there is none.
    fn step(&self, text: &str) -> Option<String> {
        for (at, _) in text.match_indices('$') {
            let (before, rest) = text.split_at_checked(at)?;
            let rest = rest.get(1..)?;
            let (name, after) = match rest.chars().next() {
                Some('(') => rest.get(1..)?.split_once(')')?,
                Some('{') => rest.get(1..)?.split_once('}')?,
                Some(first) if first.is_alphabetic() || first == '_' => {
                    let end = rest
                        .find(|character: char| !character.is_alphanumeric() && character != '_')
                        .unwrap_or(rest.len());
                    rest.split_at_checked(end)?
                }
                _ => continue,
            };
            let name = name.split(":-").next().unwrap_or(name);
            if let Some(value) = self.0.get(name.trim())
                && !value.contains(&format!("({name})"))
            {
                return Some(format!("{before}{value}{after}"));
            }
        }
        None
    }
}

/// The words of a line of shell, quotes taken off, and `;`, `&&`, `||` and `|` as words of their own.
pub(super) fn shell_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote: Option<char> = None;
    let mut depth = 0_u32;
    let mut characters = text.chars().peekable();
    let end = |word: &mut String, words: &mut Vec<String>| {
        if !word.is_empty() {
            words.push(std::mem::take(word));
        }
    };
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (Some('\''), _) => word.push(character),
            (_, '\\') => word.extend(characters.next().filter(|next| *next != '\n')),
            (Some(_), _) => word.push(character),
            (None, '\'' | '"') => quote = Some(character),
            // Blanks within `$(...)` are part of the word.
            (None, '(' | '{') if word.ends_with('$') || depth > 0 => {
                depth += 1;
                word.push(character);
            }
            (None, ')' | '}') if depth > 0 => {
                depth -= 1;
                word.push(character);
            }
            (None, _) if depth > 0 => word.push(character),
            (None, ';' | '&' | '|') => {
                end(&mut word, &mut words);
                let mut operator = character.to_string();
                while let Some(next) = characters.next_if_eq(&character) {
                    operator.push(next);
                }
                words.push(operator);
            }
            (None, _) if character.is_whitespace() => end(&mut word, &mut words),
            (None, _) => word.push(character),
        }
    }
    end(&mut word, &mut words);
    words
}
