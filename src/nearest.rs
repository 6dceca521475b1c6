//! The word that was probably meant.

use strsim::osa_distance;

/// The candidate nearest to a word, if one is near enough to be meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let most = word.chars().count().div_ceil(3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (osa_distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_far_is_not_meant() {
        assert_eq!(nearest("proflie", ["profile", "limits"]), Some("profile"));
        // Two letters swapped count once.
        assert_eq!(nearest("ab", ["ba"]), Some("ba"));
        assert_eq!(nearest("whatever", ["profile", "limits"]), None);
    }
}
