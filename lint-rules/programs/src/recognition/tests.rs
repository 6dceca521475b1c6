//! What the tables are for must not change what they find.

use proptest::prelude::*;

use super::*;
use crate::dialect::Recognition;
use crate::programs;

/// As [`recognise`], asking every program.
fn by_asking_all(evidence: &Evidence<'_>) -> Option<&'static str> {
    let parts = EvidenceParts::of(evidence);
    if parts.runs_utility() {
        return None;
    }
    let mut best = Best::default();
    for program in programs().filter(|program| !program.generic) {
        best.consider(program, &parts);
    }
    let found = best.found.or_else(|| {
        let mut generic = programs().filter(|program| program.generic);
        generic.find_map(|program| stands_for(program, &parts))
    });
    found.map(|found| found.program.id.as_ref())
}

/// Words out of the catalogue's own patterns, their stars filled in.
fn words(of: fn(&Recognition) -> Vec<&String>) -> impl Strategy<Value = String> {
    let mut all: Vec<&str> = programs()
        .flat_map(|program| of(&program.recognise))
        .map(AsRef::as_ref)
        .collect();
    all.sort_unstable();
    all.dedup();
    (prop::sample::select(all), "[a-z]{0,2}").prop_map(|(word, star)| word.replace('*', &star))
}

fn image() -> impl Strategy<Value = Option<String>> {
    let known = words(|known| known.images.iter().collect());
    let before = prop::sample::select(vec!["", "registry.example.com/", "example/"]);
    let whole = (before, known).prop_map(|(before, known)| format!("{before}{known}:v1.2.3"));
    prop::option::of(whole)
}

fn flags() -> impl Strategy<Value = Vec<String>> {
    let known = words(|known| {
        let lists = [&known.flags, &known.flags_together, &known.hint_flags];
        lists.into_iter().flat_map(|list| list.iter()).collect()
    });
    let end = prop::sample::select(vec!["", "=true", "=x"]);
    let flag = (known, end).prop_map(|(flag, end)| match flag.contains('=') {
        true => format!("--{flag}"),
        false => format!("--{flag}{end}"),
    });
    prop::collection::vec(flag, 0..4)
}

fn variables() -> impl Strategy<Value = Vec<String>> {
    let known = words(|known| {
        let lists = [&known.env, &known.env_together, &known.hint_env];
        lists.into_iter().flat_map(|list| list.iter()).collect()
    });
    prop::collection::vec(known, 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn looking_up_finds_what_asking_every_program_finds(
        image in image(),
        command in prop::option::of(words(|known| known.commands.iter().collect())),
        flags in flags(),
        variables in variables(),
        kind in prop::option::of(words(|known| known.config_kinds.iter().collect())),
        key in prop::option::of(words(|known| known.config_keys.iter().collect())),
    ) {
        let command = command.unwrap_or_default();
        let words = command.split_whitespace().filter(|word| *word != "-");
        let mut argv: Vec<&str> = words.collect();
        let has_command = !argv.is_empty() && !command.starts_with('-');
        argv.extend(flags.iter().map(String::as_str));
        let env: Vec<&str> = variables.iter().map(String::as_str).collect();
        let kinds: Vec<&str> = kind.iter().map(String::as_str).collect();
        let keys: Vec<&str> = key.iter().map(String::as_str).collect();
        let evidence = Evidence {
            image: image.as_deref(),
            argv: &argv,
            has_command,
            env: &env,
            config_kinds: &kinds,
            config_keys: &keys,
            workload_name: "x",
            container_name: "y",
        };
        let found = recognise(&evidence, &[]).map(|found| found.program.id.as_ref());
        prop_assert_eq!(found, by_asking_all(&evidence));
    }
}
