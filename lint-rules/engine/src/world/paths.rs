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

/// The innermost folder that holds two folders, with a slash at its end; empty for the top.
pub(crate) fn shared_folder<'p>(a: &str, b: &'p str) -> &'p str {
    // By bytes: with many applications in one input, each is compared with all.
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let is_inside = |end: &usize| b.as_bytes().get(end - 1) == Some(&b'/');
    let end = (1..=same).rev().find(is_inside).unwrap_or(0);
    b.get(..end).unwrap_or_default()
}

/// How many folders a path names.
pub(crate) fn depth(folder: &str) -> usize {
    folder.bytes().filter(|byte| *byte == b'/').count()
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

    #[test]
    fn folders_share_whole_names() {
        assert_eq!(shared_folder("a/b/c/", "a/b/d/"), "a/b/");
        assert_eq!(shared_folder("a/b1/", "a/b2/"), "a/");
        assert_eq!(shared_folder("a/b/", "a/b/"), "a/b/");
        assert_eq!(shared_folder("a/é/", "a/è/"), "a/");
        assert_eq!(shared_folder("a/", ""), "");
        assert_eq!(depth(""), 0);
        assert_eq!(depth("a/b/"), 2);
    }
}
