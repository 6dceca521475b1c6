//! Prose, folded to a width.

/// Folds each line of a text; words longer than the width stay whole.
pub fn fold(text: &str, width: usize) -> String {
    let mut folded = String::with_capacity(text.len() + 16);
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            folded.push('\n');
        }
        let mut used = 0;
        for word in line.split(' ').filter(|word| !word.is_empty()) {
            let length = word.chars().count();
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
    fn only_one_is_singular() {
        assert_eq!(
            [count(0, "file"), count(1, "file"), count(2, "file")],
            ["0 files", "1 file", "2 files"]
        );
    }
}
