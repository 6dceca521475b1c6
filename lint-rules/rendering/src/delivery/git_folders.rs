//! The generator of an `ApplicationSet` that gives the folders of a repository.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobMatcher};
use manifest::tree::Node;

use super::{is_set, items, text_at};

/// The keys of each folder that a generator gives. `all`: the paths of all folders of the repository.
pub(super) fn folders(
    generator: Node<'_>,
    all: &[String],
) -> Result<Vec<BTreeMap<String, String>>, String> {
    for key in ["files", "template", "values", "pathParamPrefix"] {
        if is_set(generator, key) {
            return Err(format!("the `{key}` of its git generator is not read here"));
        }
    }
    let mut patterns = Vec::new();
    for directory in items(generator, "directories") {
        let pattern = text_at(directory, &["path"]).unwrap_or_default();
        if pattern.contains(['[', '\\', '{']) {
            return Err(format!("its folders are all that {pattern} stands for"));
        }
        let is_excluded = directory.get("exclude").and_then(Node::as_bool) == Some(true);
        patterns.push((folder_matcher(pattern)?, is_excluded));
    }
    let is_given = |folder: &&String| {
        let is_hidden = folder.split('/').any(|name| name.starts_with('.'));
        let is_met = |excluded: bool| {
            let mut patterns = patterns.iter();
            patterns.any(|(pattern, one)| *one == excluded && pattern.is_match(folder))
        };
        !is_hidden && is_met(false) && !is_met(true)
    };
    let mut given: Vec<&String> = all.iter().filter(is_given).collect();
    given.sort();
    Ok(given.into_iter().map(|folder| keys_of(folder)).collect())
}

/// What a template may name of a folder, with `path` once as a text and once as the mapping that a template of Go sees.
fn keys_of(folder: &str) -> BTreeMap<String, String> {
    let name = folder.rsplit('/').next().unwrap_or(folder);
    let mut keys = BTreeMap::from([
        ("path".to_owned(), folder.to_owned()),
        ("path.path".to_owned(), folder.to_owned()),
        ("path.basename".to_owned(), name.to_owned()),
    ]);
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    // Other names are changed in ways of their own.
    if name.chars().all(|c| is_plain(c) || c == '-') && name.starts_with(is_plain) {
        keys.insert("path.basenameNormalized".to_owned(), name.to_owned());
    }
    for (number, part) in folder.split('/').enumerate() {
        keys.insert(format!("path[{number}]"), part.to_owned());
    }
    keys
}

/// What Go's `path.Match` matches with a pattern of `*` and `?`, which stand for no slash.
fn folder_matcher(pattern: &str) -> Result<GlobMatcher, String> {
    // Two stars are one there, and any number of folders here.
    let mut single = pattern.to_owned();
    while single.contains("**") {
        single = single.replace("**", "*");
    }
    let glob = GlobBuilder::new(&single).literal_separator(true).build();
    let glob =
        glob.map_err(|error| format!("its folders are all that {pattern} stands for: {error}"))?;
    Ok(glob.compile_matcher())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_of_many_stars_ends() {
        let pattern = "*a".repeat(60) + "b";
        let matcher = folder_matcher(&pattern).unwrap();
        assert!(!matcher.is_match("a".repeat(250)));
    }

    #[test]
    fn patterns_stand_for_no_slash() {
        for (pattern, path, is_met) in [
            ("apps/*", "apps/a", true),
            ("apps/*", "apps/a/b", false),
            ("apps/*", "apps", false),
            ("*/prod-?", "a/prod-1", true),
            ("*/prod-?", "a/prod-12", false),
            ("a*c*e", "abcde", true),
            ("a*c*e", "abcd", false),
            ("**", "a", true),
            ("**", "a/b", false),
            ("a***b", "axb", true),
        ] {
            let matcher = folder_matcher(pattern).unwrap();
            assert_eq!(matcher.is_match(path), is_met, "{pattern} {path}");
        }
    }
}
