//! The configuration files that a container mounts, and what they show of its program.

use crate::config_evidence::{election_keys, kind_words, property_names};
use crate::config_map::{ConfigEntry, ConfigMaps};
use crate::mounted_files::all_mounted;
use crate::origin::Unknown;
use objects::{Container, Workload};

/// The mounted files of a container.
pub(super) struct ContainerFiles<'w> {
    /// The files.
    pub mounted: Vec<ConfigEntry<'w>>,
    /// Why more may be mounted than is known.
    pub unknown: Option<Unknown>,
    /// `kind` and API group of each of them.
    pub kinds: Vec<String>,
    /// Election keys of those that the command line names: another file may be for another program, which
    /// this one starts. Names of properties of all of them, since folders name those.
    pub keys: Vec<String>,
}

impl<'w> ContainerFiles<'w> {
    pub(super) fn of(
        workload: Workload<'w>,
        container: Container<'w>,
        maps: &dyn ConfigMaps<'w>,
        command_line: &[&str],
    ) -> Self {
        let (mounted, unknown) = all_mounted(workload, container, maps);
        let is_named =
            |entry: &&ConfigEntry<'_>| command_line.iter().any(|word| names_file(word, &entry.key));
        let named = mounted.iter().filter(is_named);
        Self {
            kinds: mounted.iter().flat_map(kind_words).collect(),
            keys: named
                .flat_map(election_keys)
                .chain(mounted.iter().flat_map(property_names))
                .collect(),
            mounted,
            unknown,
        }
    }
}

/// Whether a word of the command line ends in a file's name, as a path does: `--config=/etc/manager.yaml`.
fn names_file(word: &str, file: &str) -> bool {
    word.strip_suffix(file)
        .is_some_and(|before| before.is_empty() || before.ends_with(['/', '=']))
}
