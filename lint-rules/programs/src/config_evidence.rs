//! What configuration files show of the program that reads them.

use crate::config_file::property_lines;
use crate::config_map::{ConfigEntry, EntryContent};
use manifest::tree::{Node, ReadLimits};
use manifest::yaml::parse_embedded;

/// Whether a configuration file holds any of the words that tell its kind: `kind`, or the group of `apiVersion`.
pub(super) fn kind_words(entry: &ConfigEntry<'_>) -> Vec<String> {
    fn of(root: Node<'_>) -> Vec<String> {
        let text = |key| root.get(key).and_then(Node::as_str).map(str::to_owned);
        let mut words: Vec<String> = text("kind").into_iter().collect();
        if let Some(version) = text("apiVersion") {
            words.push(version.split('/').next().unwrap_or_default().to_owned());
        }
        words
    }
    match &entry.content {
        EntryContent::Documents { documents, .. } => documents
            .iter()
            .flat_map(|document| of(document.root()))
            .collect(),
        EntryContent::Scalar(node) if looks_like_settings(node.as_str().unwrap_or_default()) => {
            parse_embedded(node.document(), *node, ReadLimits::default())
                .map_or_else(|_| Vec::new(), |d| of(d.root()))
        }
        _ => Vec::new(),
    }
}

/// The keys of a configuration file's blocks about elections, such as `leaderElection.leaderElect`, and of
/// such blocks one level down, such as `extensions.k8s_leader_elector`.
pub(super) fn election_keys(entry: &ConfigEntry<'_>) -> Vec<String> {
    fn of(root: Node<'_>) -> Vec<String> {
        root.entries()
            .flat_map(|block| {
                let inner = block.value.entries();
                let about = inner
                    .filter(move |entry| [block.key, entry.key].into_iter().any(names_election));
                about.map(move |entry| format!("{}.{}", block.key, entry.key))
            })
            .collect()
    }
    match &entry.content {
        EntryContent::Documents { documents, .. } | EntryContent::Text { documents, .. } => {
            documents
                .iter()
                .flat_map(|document| of(document.root()))
                .collect()
        }
        EntryContent::Scalar(node) if node.as_str().is_some_and(names_election) => {
            parse_embedded(node.document(), *node, ReadLimits::default())
                .map_or_else(|_| Vec::new(), |document| of(document.root()))
        }
        EntryContent::Scalar(_) => Vec::new(),
    }
}

/// How many names of properties of one file tell a program; a file that says more says it with the first.
const MAX_TELLING_PROPERTIES: usize = 64;

/// The names of properties about leaders, leases and elections in a file of properties, or in YAML that stands for
/// one: `spring.cloud.kubernetes.leader.election.enabled`.
pub(super) fn property_names(entry: &ConfigEntry<'_>) -> Vec<String> {
    let mut names = Vec::new();
    match &entry.content {
        EntryContent::Documents { documents, .. } => {
            for document in *documents {
                add_leaves(document.root(), "", 0, &mut names);
            }
        }
        EntryContent::Text {
            documents, text, ..
        } => {
            add_properties(text, &mut names);
            for document in *documents {
                add_leaves(document.root(), "", 0, &mut names);
            }
        }
        EntryContent::Scalar(node) => {
            let text = node.as_str().unwrap_or_default();
            if entry.key.ends_with(".properties") {
                add_properties(text, &mut names);
            } else if entry.key.ends_with(".conf") && tells(text) {
                add_dotted_words(text, &mut names);
            } else if entry.key.contains(".y")
                && tells(text)
                && let Ok(document) = parse_embedded(node.document(), *node, ReadLimits::default())
            {
                add_leaves(document.root(), "", 0, &mut names);
            }
        }
    }
    names
}

fn add_properties(text: &str, names: &mut Vec<String>) {
    let telling = property_lines(text).filter(|line| line.name.contains('.') && tells(line.name));
    names.extend(
        telling
            .take(MAX_TELLING_PROPERTIES)
            .map(|line| line.name.to_owned()),
    );
}

/// The dotted words of a text whose syntax is not read (HOCON), in keys and in values: what takes a lease of Akka names
/// its implementation, `"akka.coordination.lease.kubernetes"`.
fn add_dotted_words(text: &str, names: &mut Vec<String>) {
    let is_of_word =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
    let lines = text.lines().filter_map(|line| {
        let line = line.split('#').next()?;
        line.split("//").next()
    });
    let words = lines.flat_map(|line| line.split(move |letter| !is_of_word(letter)));
    let telling = words.filter(|word| word.matches('.').nth(1).is_some() && tells(word));
    names.extend(telling.take(MAX_TELLING_PROPERTIES).map(str::to_owned));
}

/// The dotted names of the values below a node, of three parts at least. A file may have them nested or flat.
fn add_leaves(node: Node<'_>, above: &str, depth: usize, names: &mut Vec<String>) {
    const MAX_DEPTH: usize = 12;
    for entry in node.entries() {
        if names.len() >= MAX_TELLING_PROPERTIES || depth > MAX_DEPTH {
            return;
        }
        let name = match above {
            "" => entry.key.to_owned(),
            above => format!("{above}.{}", entry.key),
        };
        if entry.value.entries().next().is_some() {
            add_leaves(entry.value, &name, depth + 1, names);
        } else if name.matches('.').nth(1).is_some() && tells(&name) {
            names.push(name);
        }
    }
}

/// Cheap: whether a text speaks of leaders, leases or elections.
fn tells(text: &str) -> bool {
    ["leader", "Leader", "lease", "Lease", "elect"]
        .iter()
        .any(|word| text.contains(word))
}

/// Cheap: whether a text speaks of a leader's election.
fn names_election(text: &str) -> bool {
    text.contains("eaderElect") || text.contains("leader_elector")
}

/// Cheap: whether a text can hold a configuration that is about elections at all.
fn looks_like_settings(text: &str) -> bool {
    text.contains("kind:") || text.contains("\"kind\"")
}
