//! Prose, folded to a width.

use std::borrow::Cow;

use anstream::adapter::strip_str;

use crate::terminal::Terminal;

/// Folds each line of a text; words longer than the width stay whole.
pub fn fold(text: &str, width: usize) -> String {
    let mut folded = String::with_capacity(text.len() + 16);
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            folded.push('\n');
        }
        let mut used = 0;
        for word in line.split(' ').filter(|word| !word.is_empty()) {
            let length = shown_length(word);
            if used > 0 && used + 1 + length > width {
                folded.push('\n');
                used = 0;
            } else if used > 0 {
                folded.push(' ');
                used += 1;
            }
            folded.push_str(word);
            used += length;
        }
    }
    folded
}

/// Characters of a word without the escape sequences that colour or link it.
fn shown_length(word: &str) -> usize {
    strip_str(word).map(|text| text.chars().count()).sum()
}

/// Lines folded to the width of a terminal. In a pipe they stay whole, for programs that look for them.
pub fn fold_on_terminal<'t>(text: &'t str, terminal: &Terminal) -> Cow<'t, str> {
    if terminal.columns.is_none() {
        return Cow::Borrowed(text);
    }
    let mut folded = fold(text, terminal.prose_width());
    if text.ends_with('\n') {
        folded.push('\n');
    }
    Cow::Owned(folded)
}

/// A number with its noun: `1 file`, `2 files`.
pub fn count(number: u32, one: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {one}s")
    }
}

/// The same of a length.
pub fn count_of(number: usize, one: &str) -> String {
    count(u32::try_from(number).unwrap_or(u32::MAX), one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_never_cut() {
        assert_eq!(fold("a bb ccc dddddddd e", 6), "a bb\nccc\ndddddddd\ne");
        assert_eq!(fold("one\n\ntwo", 10), "one\n\ntwo");
    }

    #[test]
    fn colours_take_no_room() {
        let colored = "\u{1b}[1m\u{1b}[91m1 error\u{1b}[0m, b";
        assert_eq!(fold(colored, 10), colored);
        let linked = "\u{1b}]8;;https://example.com/m\u{1b}\\page\u{1b}]8;;\u{1b}\\, b";
        assert_eq!(fold(linked, 7), linked);
        assert_eq!(fold("1 error, bb", 10), "1 error,\nbb");
    }

    #[test]
    fn only_lines_on_a_terminal_are_folded() {
        let at = |columns| {
            let terminal = Terminal {
                columns,
                ..Terminal::plain()
            };
            fold_on_terminal("Found 1 error.\nRead 1 file.\n", &terminal).into_owned()
        };
        assert_eq!(at(Some(12)), "Found 1\nerror.\nRead 1 file.\n");
        assert_eq!(at(None), "Found 1 error.\nRead 1 file.\n");
    }

    #[test]
    fn only_one_is_singular() {
        assert_eq!(
            [count(0, "file"), count(1, "file"), count(2, "file")],
            ["0 files", "1 file", "2 files"]
        );
    }
}
