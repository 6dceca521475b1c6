//! The word that was probably meant.

/// The candidate nearest to a word, if one is near enough to be meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let most = word.chars().count().div_ceil(3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours from one text to the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut previous = None;
    for (row, from) in a.chars().enumerate() {
        let mut current = vec![row + 1];
        let mut left = row + 1;
        for (column, to) in b.iter().enumerate() {
            let cell =
                |cells: &[usize], at: usize| cells.get(at).copied().unwrap_or(usize::MAX / 2);
            let replaced = cell(&last, column) + usize::from(from != *to);
            let mut best = replaced.min(cell(&last, column + 1) + 1).min(left + 1);
            let swapped = column
                .checked_sub(1)
                .is_some_and(|at| b.get(at) == Some(&from) && previous == Some(*to));
            if swapped {
                best = best.min(cell(&before_last, column - 1) + 1);
            }
            current.push(best);
            left = best;
        }
        before_last = last;
        last = current;
        previous = Some(from);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted() {
        for (a, b, expected) in [
            ("", "abc", 3),
            ("rule", "rules", 1),
            ("porfile", "profile", 1),
            ("same", "same", 0),
        ] {
            assert_eq!(distance(a, b), expected, "{a} -> {b}");
        }
    }

    #[test]
    fn what_is_far_is_not_meant() {
        assert_eq!(nearest("proflie", ["profile", "limits"]), Some("profile"));
        assert_eq!(nearest("whatever", ["profile", "limits"]), None);
    }
}
