//! Why a folder gave nothing to read: a run that judges nothing must not pass for one that found nothing.

use std::path::Path;

use ignore::gitignore::Gitignore;
use ignore::{DirEntry, Match, WalkBuilder};

use super::walk::{is_hidden, is_manifest, path_from, shown};
use crate::config::PathSet;

/// So many files are looked at; what is left out is mostly left out by one pattern.
const MAX_FILES: usize = 10_000;

/// The files whose patterns leave files out, as ripgrep reads them; the last one wins.
const IGNORE_FILES: [&str; 2] = [".gitignore", ".ignore"];

/// A sentence about a folder in which no file was taken.
pub fn reason(root: &Path, no_ignore: bool, exclude: Option<&PathSet>) -> String {
    let folder = match shown(root, root).as_str() {
        "." => "this folder".to_owned(),
        name => format!("folder {}", name.escape_debug()),
    };
    let everything = WalkBuilder::new(root)
        .standard_filters(false)
        .follow_links(false)
        .sort_by_file_name(Ord::cmp)
        .build();
    let left_out: Vec<DirEntry> = everything
        .take(MAX_FILES)
        .filter_map(Result::ok)
        .filter(is_manifest)
        .collect();
    let Some(first) = left_out.first() else {
        return format!("{folder} holds no file that ends in .yaml, .yml or .json");
    };
    let name = shown(root, first.path());
    let name = name.escape_debug();
    let cause = cause(root, first.path(), no_ignore, exclude);
    match left_out.len() {
        1 => format!("{folder} holds one file, {name}, which is left out: {cause}"),
        count => format!("all {count} files of {folder} are left out, {name} first: {cause}"),
    }
}

fn cause(root: &Path, path: &Path, no_ignore: bool, exclude: Option<&PathSet>) -> String {
    if is_hidden(root, path) {
        return "hidden files and folders are not searched".to_owned();
    }
    let absolute = path_from(root, path);
    if let Some((pattern, source)) = exclude.and_then(|exclude| exclude.pattern_for(&absolute)) {
        return format!("`{pattern}` in {source}");
    }
    let ignored = absolute
        .ancestors()
        .skip(1)
        .filter(|_| !no_ignore)
        .find_map(|folder| {
            IGNORE_FILES
                .iter()
                .rev()
                .find_map(|name| pattern_of(&folder.join(name), &absolute))
        });
    ignored.unwrap_or_else(|| "a pattern of git's own configuration matches".to_owned())
}

/// The pattern of an ignore file that matches a path.
fn pattern_of(ignore_file: &Path, path: &Path) -> Option<String> {
    if !ignore_file.is_file() {
        return None;
    }
    let (patterns, _) = Gitignore::new(ignore_file);
    match patterns.matched_path_or_any_parents(path, false) {
        Match::Ignore(glob) => Some(format!(
            "`{}` in {} (--no-ignore takes it all the same)",
            glob.original().escape_debug(),
            ignore_file.display().to_string().escape_debug()
        )),
        Match::None | Match::Whitelist(_) => None,
    }
}
