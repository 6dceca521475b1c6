//! Tables from words to the programs that they may mean.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::programs::dialect::Program;
use crate::programs::pattern::parts;
use crate::programs::suffix_hash::suffix_hash;

/// A table from words to the programs that they may mean, and one from patterns.
#[derive(Default)]
struct LookupTable {
    words: BTreeMap<String, Vec<u16>>,
    wild: BTreeMap<String, Vec<u16>>,
}

impl LookupTable {
    fn add(&mut self, word: &str, number: u16) {
        let numbers = if word.contains('*') {
            self.wild.entry(word.to_owned()).or_default()
        } else {
            self.words.entry(word.to_owned()).or_default()
        };
        if numbers.last() != Some(&number) {
            numbers.push(number);
        }
    }

    fn source(&self, name: &str) -> String {
        let mut out = String::new();
        let mut words: Vec<_> = self.words.iter().collect();
        words.sort_by_key(|(word, _)| (suffix_hash(word), *word));
        let _ = writeln!(out, "static {name}: &[(u64, &str, &[u16])] = &[");
        for (word, numbers) in words {
            let _ = writeln!(out, "    ({}, {word:?}, &{numbers:?}),", suffix_hash(word));
        }
        let _ = writeln!(out, "];");
        let first = |pattern: &String| pattern.bytes().next().unwrap_or_default();
        let firsts: Vec<u8> = self.wild.keys().map(first).collect();
        let _ = writeln!(out, "static {name}_FIRST: &[u8] = &{firsts:?};");
        let _ = writeln!(out, "static {name}_WILD: &[(SplitPattern, &[u16])] = &[");
        for (pattern, numbers) in &self.wild {
            let Some((start, middle, end)) = parts(pattern) else {
                continue;
            };
            let middle: Vec<&str> = middle.collect();
            let _ = writeln!(
                out,
                "    (SplitPattern {{ start: {start:?}, middle: &{middle:?}, end: {end:?} }}, &{numbers:?}),"
            );
        }
        out.push_str("];\n");
        out
    }
}

/// The lookup tables, and a list of the programs that stand for others.
pub fn tables(programs: &[Program]) -> Result<String, String> {
    let mut images = LookupTable::default();
    let mut repositories = LookupTable::default();
    let mut commands = LookupTable::default();
    let mut subcommands = LookupTable::default();
    let mut flags = LookupTable::default();
    let mut env = LookupTable::default();
    let mut kinds = LookupTable::default();
    let mut generic: Vec<u16> = Vec::new();
    for (number, program) in programs.iter().enumerate() {
        let number = u16::try_from(number).map_err(|error| error.to_string())?;
        if program.generic {
            generic.push(number);
        }
        let known = &program.recognise;
        for image in known.images.iter() {
            // Any image of a repository is looked up by the repository.
            match image.strip_suffix("/*") {
                Some(above) => repositories.add(last_segment(above), number),
                None => images.add(last_segment(image), number),
            }
        }
        for command in known.commands.iter() {
            // Where the program's name may be any or none, the word after it tells.
            let mut words = command.split_whitespace();
            match (words.next(), words.next()) {
                (Some("-"), Some(word)) => subcommands.add(word, number),
                (Some("-"), None) => return Err(format!("{}: a command says nothing", program.id)),
                (word, _) => commands.add(word.unwrap_or_default(), number),
            }
        }
        for flag in known.flags.iter().chain(known.flags_together.first()) {
            flags.add(flag.split('=').next().unwrap_or_default(), number);
        }
        for name in known.env.iter().chain(known.env_together.first()) {
            env.add(name, number);
        }
        for word in known.config_kinds.iter().chain(known.config_keys.iter()) {
            kinds.add(word, number);
        }
    }
    let mut out = String::new();
    let all = [
        ("IMAGES", images),
        ("REPOSITORIES", repositories),
        ("COMMANDS", commands),
        ("SUBCOMMANDS", subcommands),
        ("FLAGS", flags),
        ("ENV", env),
        ("CONFIG_KINDS", kinds),
    ];
    for (name, table) in &all {
        out.push_str(&table.source(name));
    }
    let _ = writeln!(out, "static GENERIC: &[u16] = &{generic:?};");
    let names = flags_by_length(programs);
    let _ = writeln!(out, "static GENERIC_FLAGS: &[&str] = &{names:?};");
    Ok(out)
}

/// The names of the flags that a program which is not listed may have, each once, the shortest first.
fn flags_by_length(programs: &[Program]) -> Vec<&str> {
    let generic = programs.iter().filter(|program| program.generic);
    let specs = generic.flat_map(|program| program.settings.iter());
    let mut names: Vec<&str> = specs
        .flat_map(|spec| spec.flags.iter().map(AsRef::as_ref))
        .collect();
    names.sort_unstable_by_key(|name| (name.len(), *name));
    names.dedup();
    names
}

fn last_segment(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}
