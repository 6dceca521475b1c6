//! Locks whose name lies in the program's code: two workloads of one image that nothing tells apart have one lock.

use super::elector::{ElectionState, Elector};
use manifest::tree::Node;
use programs::{Resolved, Setting, VariableValue};

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
    let mut parts = vec![elector.image_repository()?.to_owned()];
    let first = elector.first_argument.min(elector.words.len());
    let subcommands = elector.words.get(..first).unwrap_or_default();
    for word in subcommands {
        parts.push(word.text.clone()?.to_string());
    }
    let line = &elector.command_line;
    for at in &line.positionals {
        parts.push(elector.words.get(*at)?.text.clone()?.to_string());
    }
    for flag in line.occurrences.iter().filter(|flag| tells(&flag.name)) {
        parts.push(format!("{}={:?}", flag.name, flag.value));
    }
    for variable in elector
        .variables
        .iter()
        .filter(|variable| tells(&variable.name))
    {
        match &variable.value {
            VariableValue::Text(text) => parts.push(format!("{}={text}", variable.name)),
            VariableValue::Field(field) => parts.push(format!("{} from {field}", variable.name)),
            VariableValue::Unknown(_) => return None,
        }
    }
    let volumes = elector.workload.pod_spec().get("volumes");
    for volume in volumes.into_iter().flat_map(Node::items) {
        let name = [&["configMap", "name"][..], &["secret", "secretName"]];
        let mut names = name
            .into_iter()
            .filter_map(|path| volume.at(path)?.as_str());
        parts.extend(names.next().map(str::to_owned));
    }
    Some(parts.join("\n"))
}

fn tells(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let mut words = name.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.any(|word| {
        !SILENT_WORDS.contains(&word) && TELLING_PARTS.iter().any(|part| word.contains(part))
    })
}
