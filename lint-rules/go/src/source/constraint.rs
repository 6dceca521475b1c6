//! Which files are built: `//go:build` lines and the ends of file names, for Linux on amd64.

const SYSTEMS: &[&str] = &[
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "illumos",
    "ios",
    "js",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
];
const MACHINES: &[&str] = &[
    "386", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le",
    "riscv64", "s390x", "wasm",
];

/// Whether a file's name is one of a program that runs in a container.
pub(crate) fn is_built(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some(stem) = name.strip_suffix(".go") else {
        return false;
    };
    let ends_in = |words: &[&str]| {
        let last = stem.rsplit('_').next().unwrap_or_default();
        stem.contains('_') && words.contains(&last)
    };
    !(stem.ends_with("_test") || ends_in(SYSTEMS) || ends_in(MACHINES))
}

/// Whether the build constraint at the head of a text, if it has one, holds in a container.
pub(crate) fn fits_platform(text: &str) -> bool {
    for line in text.lines() {
        let line = line.trim();
        if let Some(expression) = line.strip_prefix("//go:build ") {
            return holds(expression);
        }
        if !line.is_empty() && !line.starts_with("//") && !line.starts_with("/*") {
            break;
        }
    }
    true
}

/// Whether a build expression holds without any tag but the platform's.
fn holds(expression: &str) -> bool {
    // Or binds weakest; parentheses are rare enough to be taken for "built" where they make a difference.
    if expression.contains('(') {
        return !expression.contains("ignore") && !expression.contains("tools");
    }
    expression.split("||").any(|all| {
        all.split("&&").all(|tag| {
            let tag = tag.trim();
            let (negated, tag) = match tag.strip_prefix('!') {
                Some(tag) => (true, tag.trim()),
                None => (false, tag),
            };
            let set = matches!(
                tag,
                "linux" | "amd64" | "unix" | "cgo" | "gc" | "goexperiment"
            ) || tag.starts_with("go1.");
            set != negated
        })
    })
}
