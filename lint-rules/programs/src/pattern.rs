//! Patterns in which `*` stands for any text, also for none.

use std::str::Split;

/// Whether a whole text fits a pattern.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    // Most texts differ in their first or last byte: those are refused before the stars are looked for.
    let differ = |wanted: Option<&u8>, found: Option<&u8>| wanted != Some(&b'*') && wanted != found;
    let (wanted, found) = (pattern.as_bytes(), text.as_bytes());
    if differ(wanted.first(), found.first()) || differ(wanted.last(), found.last()) {
        return false;
    }
    // Byte by byte, and where one differs again from one byte further behind the last star. To split patterns at their
    // stars was 5 % of a review.
    let (mut at, mut to) = (0, 0);
    let mut last_star = None;
    while to < found.len() {
        match (wanted.get(at), last_star) {
            (Some(b'*'), _) => {
                last_star = Some((at, to));
                at += 1;
            }
            (Some(one), _) if Some(one) == found.get(to) => {
                at += 1;
                to += 1;
            }
            (_, Some((star, from))) => {
                last_star = Some((star, from + 1));
                (at, to) = (star + 1, from + 1);
            }
            _ => return false,
        }
    }
    let mut rest = wanted.iter().skip(at);
    rest.all(|byte| *byte == b'*')
}

/// What a pattern has before its first star, between its stars and after its last one; `None` without a star.
#[must_use]
pub fn parts(pattern: &str) -> Option<(&str, Split<'_, char>, &str)> {
    let mut parts = pattern.split('*');
    let start = parts.next()?;
    let end = parts.next_back()?;
    Some((start, parts, end))
}

/// A pattern with at least one star, split at its stars when the crate is built.
#[derive(Clone, Copy, Debug)]
pub struct SplitPattern {
    /// What texts begin with.
    pub start: &'static str,
    /// What they hold after that, in this order.
    pub middle: &'static [&'static str],
    /// What they end with after all of that.
    pub end: &'static str,
}

impl SplitPattern {
    /// Whether a whole text fits.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        // Most texts end or begin otherwise, which the last byte of each part shows: programs of one family begin alike.
        // Comparing all of them cost 7 % of a review.
        let (start, end, found) = (self.start.as_bytes(), self.end.as_bytes(), text.as_bytes());
        let begins_otherwise = start
            .split_last()
            .is_some_and(|(last, before)| found.get(before.len()) != Some(last));
        let ends_otherwise = end.last().is_some_and(|last| found.last() != Some(last));
        if begins_otherwise || ends_otherwise {
            return false;
        }
        holds(text, self.start, self.middle.iter().copied(), self.end)
    }
}

fn holds<'p>(
    text: &str,
    start: &str,
    middle: impl IntoIterator<Item = &'p str>,
    end: &str,
) -> bool {
    let inner = text.strip_prefix(start);
    let inner = inner.and_then(|rest| rest.strip_suffix(end));
    inner.is_some_and(|inner| middle.into_iter().try_fold(inner, after_first).is_some())
}

/// What follows the first occurrence of a word. Names are short, so that `str::find`, which first prepares a
/// search, costs more than a try at every byte.
fn after_first<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let Some(first) = word.as_bytes().first() else {
        return Some(text);
    };
    let last = text.len().checked_sub(word.len())?;
    let starts = text.as_bytes().get(..=last)?.iter().enumerate();
    starts
        .filter(|(_, byte)| *byte == first)
        .find_map(|(at, _)| text.get(at..)?.strip_prefix(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("a", "a", true),
            ("a", "ab", false),
            ("*", "", true),
            ("**", "abc", true),
            ("a*", "a", true),
            ("*a", "ba", true),
            ("*-controller", "s3-controller", true),
            ("*-controller", "controller", false),
            // Inside, and several.
            ("A_*_B", "A_X_B", true),
            ("A_*_B", "A__B", true),
            ("A_*_B", "A_B", false),
            ("A_*_B*", "A_X_BC", true),
            ("a*c*e", "abcde", true),
            ("a*c*e", "abde", false),
            ("a*b*c", "a-b-b-c", true),
            ("a**c", "ac", true),
            // One text is not used twice.
            ("ab*ba", "aba", false),
            ("a*ab*b", "aab", false),
            ("a*ab*b", "aabb", true),
            ("*é*", "aéb", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn it_matches_as_letter_by_letter(pattern in "[abé*]{0,6}", text in "[abé]{0,6}") {
            let expected = matches_by_letter(&pattern, &text);
            prop_assert_eq!(matches(&pattern, &text), expected);
            if let Some((start, middle, end)) = parts(&pattern) {
                let middle: Vec<&str> = middle.collect();
                prop_assert_eq!(holds(&text, start, middle.iter().copied(), end), expected);
            }
        }
    }

    fn matches_by_letter(pattern: &str, text: &str) -> bool {
        let (mut wanted, mut found) = (pattern.chars(), text.chars());
        match (wanted.next(), found.next()) {
            (None, None) => true,
            (Some('*'), None) => matches_by_letter(wanted.as_str(), text),
            (Some('*'), Some(_)) => {
                matches_by_letter(wanted.as_str(), text)
                    || matches_by_letter(pattern, found.as_str())
            }
            (Some(one), Some(other)) if one == other => {
                matches_by_letter(wanted.as_str(), found.as_str())
            }
            _ => false,
        }
    }
}
