//! Messages are titles: short enough for a line, whatever names the manifest holds.

/// Characters of the longest message.
pub const MAX_TITLE_CHARACTERS: usize = 90;

/// The first of these messages that is short enough, the fullest first; the last one if none is.
#[must_use]
pub fn first_fitting<const N: usize>(candidates: [String; N]) -> String {
    let mut last = String::new();
    for candidate in candidates {
        if candidate.chars().count() <= MAX_TITLE_CHARACTERS {
            return candidate;
        }
        last = candidate;
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fullest_title_that_fits_is_taken() {
        let full = "a".repeat(MAX_TITLE_CHARACTERS);
        let short = "b".to_owned();
        assert_eq!(first_fitting([full.clone(), short.clone()]), full);
        assert_eq!(first_fitting([format!("{full}a"), short.clone()]), short);
        assert_eq!(
            first_fitting([format!("{full}a"), format!("{full}b")]),
            format!("{full}b")
        );
    }
}
