//! Names of programs, modules and folders.

/// File names that programs of many repositories have, and images that stand for one that is still to be named.
pub(crate) const GENERIC: &[&str] = &[
    "manager",
    "controller",
    "operator",
    "controller-manager",
    "main",
    "app",
    "server",
    "entrypoint",
    "bin",
];

/// How near a module's folder is to a folder: modules that hold it come first, the deepest before the others.
pub(crate) fn nearness(module: &str, folder: &str) -> usize {
    if is_within(folder, module) {
        module.len() + 1
    } else {
        0
    }
}

pub(crate) fn is_within(folder: &str, above: &str) -> bool {
    above.is_empty()
        || folder
            .strip_prefix(above)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The last word of a module's path that is no version.
pub(crate) fn last_word(module: &[String]) -> &str {
    let is_version = |word: &str| {
        let digits = word.strip_prefix('v').unwrap_or_default();
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut words = module.iter().rev();
    words
        .find(|word| !is_version(word))
        .map_or("", String::as_str)
}
