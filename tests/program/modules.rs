//! The modules of a crate build on each other in one direction.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The sources of the crates that are shipped.
const CRATE_SOURCES: &[&str] = &[
    "certs/src",
    "cluster/src",
    "lint-rules/custom/src",
    "lint-rules/election/src",
    "lint-rules/engine/src",
    "lint-rules/go/src",
    "lint-rules/manifest/src",
    "lint-rules/objects/src",
    "lint-rules/programs/src",
    "lint-rules/rendering/src",
    "lint-rules/source/src",
    "live/src",
    "src",
    "webhook/src",
];

/// A module at the top of a crate, and those that it names.
type ModuleUses = BTreeMap<String, BTreeSet<String>>;

#[test]
fn no_modules_build_on_each_other() {
    for source in CRATE_SOURCES {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(source);
        let uses = module_uses(&root);
        let has_arrows = uses.values().any(|of| !of.is_empty());
        assert!(has_arrows, "no module of {source} names another");
        let left = without_ends(uses);
        assert!(
            left.is_empty(),
            "a circle among modules of {source}: {left:#?}"
        );
    }
}

#[test]
fn no_crate_of_the_rules_is_left_out() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("lint-rules");
    for entry in std::fs::read_dir(rules).expect("a folder") {
        let name = entry.expect("an entry").file_name();
        let source = format!("lint-rules/{}/src", name.to_str().expect("UTF-8"));
        assert!(CRATE_SOURCES.contains(&source.as_str()), "{source}");
    }
}

#[test]
fn a_circle_is_seen() {
    let of = |uses: &[(&str, &str)]| {
        let mut all = ModuleUses::new();
        for (module, used) in uses {
            all.entry((*module).to_owned())
                .or_default()
                .insert((*used).to_owned());
            all.entry((*used).to_owned()).or_default();
        }
        without_ends(all).into_keys().collect::<Vec<_>>()
    };
    assert_eq!(of(&[("a", "b"), ("b", "c")]), Vec::<String>::new());
    assert_eq!(of(&[("a", "b"), ("b", "c"), ("c", "b")]), ["b", "c"]);
}

/// What is left when modules that use no other, or that no other uses, are taken away again and again: the circles, and
/// what lies between them.
fn without_ends(mut uses: ModuleUses) -> ModuleUses {
    loop {
        let used: BTreeSet<String> = uses.values().flatten().cloned().collect();
        let before = uses.len();
        uses.retain(|module, of| !of.is_empty() && used.contains(module));
        let kept: BTreeSet<String> = uses.keys().cloned().collect();
        for of in uses.values_mut() {
            of.retain(|module| kept.contains(module));
        }
        if uses.len() == before && uses.values().all(|of| !of.is_empty()) {
            return uses;
        }
    }
}

/// Which modules at the top of a crate each of them names, by its own name or by what the crate's root takes from it.
fn module_uses(root: &Path) -> ModuleUses {
    let mut modules: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
    for path in files(root) {
        let inner = path.strip_prefix(root).expect("below");
        let name = inner
            .iter()
            .next()
            .and_then(|first| first.to_str())
            .expect("UTF-8");
        let name = name.trim_end_matches(".rs");
        if !["lib", "main"].contains(&name) {
            let text = std::fs::read_to_string(&path).expect("UTF-8");
            let depth = inner.iter().count();
            modules
                .entry(name.to_owned())
                .or_default()
                .push((depth, code_of(&text)));
        }
    }
    let origins = origins(root, modules.keys());
    let uses = |module: &String, sources: &Vec<(usize, String)>| {
        let named = sources
            .iter()
            .flat_map(|(depth, code)| names_at_root(code, *depth));
        let of = named.filter_map(|name| origins.get(&name));
        let of = of.filter(|used| *used != module).cloned().collect();
        (module.clone(), of)
    };
    modules
        .iter()
        .map(|(module, sources)| uses(module, sources))
        .collect()
}

/// For each name at the root of a crate the module that it comes from.
fn origins<'m>(root: &Path, modules: impl Iterator<Item = &'m String>) -> BTreeMap<String, String> {
    let mut origins: BTreeMap<String, String> = BTreeMap::new();
    for file in ["lib.rs", "main.rs"] {
        let text = std::fs::read_to_string(root.join(file)).unwrap_or_default();
        for (_, taken) in code_of(&text).split("pub use ").enumerate().skip(1) {
            let statement = taken.split(';').next().unwrap_or_default();
            if let Some((module, names)) = statement.split_once("::") {
                for name in words(names) {
                    origins.insert(name, module.to_owned());
                }
            }
        }
    }
    origins.extend(modules.map(|module| (module.clone(), module.clone())));
    origins
}

/// The names that a file takes from the root of its crate: `crate::name`, `crate::{name, other::inner}`, and with
/// `super` as far up as the file lies deep.
fn names_at_root(code: &str, depth: usize) -> Vec<String> {
    let above = "super::".repeat(depth);
    let mut names = Vec::new();
    for start in ["crate::", above.as_str()] {
        for (at, _) in code.match_indices(start) {
            let before = code.get(..at).and_then(|text| text.chars().next_back());
            if before
                .is_some_and(|letter| letter.is_alphanumeric() || letter == '_' || letter == ':')
            {
                continue;
            }
            let rest = code.get(at + start.len()..).unwrap_or_default();
            match rest.strip_prefix('{') {
                Some(list) => names.extend(first_names(list)),
                None => names.extend(words(rest).next()),
            }
        }
    }
    names
}

/// The first name of each item of a list, up to its closing brace.
fn first_names(list: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut depth = 0_usize;
    let mut item = String::new();
    for letter in list.chars() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.extend(words(&std::mem::take(&mut item)).next()),
            _ => {}
        }
        if letter != ',' || depth > 0 {
            item.push(letter);
        }
    }
    names.extend(words(&item).next());
    names
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.split(move |letter| !is_part(letter))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
}

/// A source without its comments and without the tests at its end.
fn code_of(text: &str) -> String {
    let code = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default();
    let lines = code
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// The files of a crate that hold no tests.
fn files(root: &Path) -> Vec<PathBuf> {
    let mut folders = vec![root.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .expect("UTF-8");
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(".rs") && !name.ends_with("tests.rs") {
                files.push(path);
            }
        }
    }
    files
}
