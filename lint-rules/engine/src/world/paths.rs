//! Folders of paths.

/// The folder of a normalized path, with a slash at its end; empty for the top.
pub(crate) fn folder_of(path: &str) -> &str {
    let end = path.rfind('/').map_or(0, |slash| slash + 1);
    path.get(..end).unwrap_or_default()
}

/// The folders around a folder (with a slash at its end) and itself, from the top: `a/`, `a/b/` of `a/b/`.
pub(crate) fn folders_down_to(folder: &str) -> impl DoubleEndedIterator<Item = &str> {
    folder
        .match_indices('/')
        .filter_map(|(slash, _)| folder.get(..=slash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_end_with_a_slash() {
        assert_eq!(folder_of("a/b/c.yaml"), "a/b/");
        assert_eq!(folder_of("c.yaml"), "");
        assert!(folders_down_to("a/b/").eq(["a/", "a/b/"]));
    }
}
