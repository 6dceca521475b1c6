//! Locks whose name lies in the program's code: two workloads of one image that nothing tells apart have one lock.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::elector::{ElectionState, Elector};
use manifest::tree::Node;
use programs::{Resolved, Setting, VariableValue};

/// Finds [`TELLING_PARTS`]. A search for each by itself, over a copy in small letters, cost 8 % of a review. A table of all
/// states would find them faster, but to make it was 10 % of the lint of one file.
static TELLING_WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let parts = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .build(TELLING_PARTS);
    #[expect(
        clippy::expect_used,
        reason = "a few short constants; a test searches for them"
    )]
    parts.expect("short words make a small automaton")
});

/// Parts of the names of flags and variables that may decide the name of a lock.
const TELLING_PARTS: &[&str] = &[
    "class",
    "config",
    "controller",
    "elect",
    "group",
    "id",
    "instance",
    "kind",
    "lease",
    "lock",
    "mode",
    "name",
    "partition",
    "prefix",
    "role",
    "shard",
    "suffix",
];

/// Words that hold such a part and decide nothing.
const SILENT_WORDS: &[&str] = &["namespace", "namespaces", "provider"];

/// What a lock's name may depend on, if the name lies in the program's code: the image, the subcommands, and every flag,
/// variable and mounted object that may tell one installation from another. `None`: the name is known, or is decided
/// outside the input.
pub(super) fn lock_in_code(elector: &Elector<'_>) -> Option<String> {
    let is_in_code = matches!(elector.lock_name, Resolved::Absent)
        && elector.deciding_mention(Setting::LockName).is_none();
    let container = elector.container.node();
    let is_open = elector.opaque.is_some() || container.get("envFrom").is_some();
    if !is_in_code || is_open || elector.state != ElectionState::On {
        return None;
    }
    let mut decided_by = elector.image_repository()?.to_owned();
    let first = elector.first_argument.min(elector.words.len());
    let subcommands = elector.words.get(..first).unwrap_or_default();
    for word in subcommands {
        decided_by.extend(["\n", word.text.as_deref()?]);
    }
    let line = &elector.command_line;
    for at in &line.positionals {
        decided_by.extend(["\n", elector.words.get(*at)?.text.as_deref()?]);
    }
    for flag in line.occurrences.iter().filter(|flag| tells(&flag.name)) {
        decided_by.extend(["\n", flag.name.as_str(), "="]);
        match &flag.value {
            Some(value) => decided_by.extend(["\"", value.as_str()]),
            None => decided_by.push('?'),
        }
    }
    for variable in elector
        .variables
        .iter()
        .filter(|variable| tells(&variable.name))
    {
        match &variable.value {
            VariableValue::Text(text) => {
                decided_by.extend(["\n", variable.name.as_ref(), "=", text.as_str()])
            }
            VariableValue::Field(field) => {
                decided_by.extend(["\n", variable.name.as_ref(), " from ", field.as_str()]);
            }
            VariableValue::Unknown(_) => return None,
        }
    }
    let volumes = elector.workload.pod_spec().get("volumes");
    for volume in volumes.into_iter().flat_map(Node::items) {
        let name = [&["configMap", "name"][..], &["secret", "secretName"]];
        let mut names = name
            .into_iter()
            .filter_map(|path| volume.at(path)?.as_str());
        if let Some(name) = names.next() {
            decided_by.extend(["\n", name]);
        }
    }
    Some(decided_by)
}

/// Whether a flag or variable of this name may tell one installation from another.
fn tells(name: &str) -> bool {
    let mut found = TELLING_WORDS.find_iter(name);
    found.any(|part| {
        let word = word_around(name, part.start());
        !SILENT_WORDS
            .iter()
            .any(|silent| word.eq_ignore_ascii_case(silent))
    })
}

/// The letters and digits around a place of a name.
fn word_around(name: &str, at: usize) -> &str {
    let is_outside = |letter: char| !letter.is_ascii_alphanumeric();
    let (before, after) = name.split_at_checked(at).unwrap_or((name, ""));
    let start = before.rfind(is_outside).map_or(0, |end| end + 1);
    let len = after.find(is_outside).unwrap_or(after.len());
    name.get(start..at + len).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::tells;

    #[test]
    fn a_part_counts_unless_its_word_decides_nothing() {
        for (name, expected) in [
            ("ingress-class", true),
            ("INSTANCE_NAME", true),
            ("shardId", true),
            ("namespace", false),
            ("WATCH_NAMESPACES", false),
            ("cloud-provider", false),
            ("namespace-prefix", true),
            ("NAMESPACE_ID", true),
            ("namespaceid", true),
            ("é-name", true),
            ("verbosity", false),
            ("", false),
        ] {
            assert_eq!(tells(name), expected, "{name}");
        }
    }
}
