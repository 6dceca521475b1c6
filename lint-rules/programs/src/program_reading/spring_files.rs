//! The property files that Spring Boot reads beside those in the image.

use super::files::FileSources;
use crate::config_map::ConfigEntry;
use crate::dialect::ConfigSource;
use crate::mounted_files::{Mounted, mounted_at};
use crate::origin::Unknown;
use manifest::text::FileSpan;
use manifest::tree::Node;
use objects::LedgerCode;

/// Prefixes of a location that are no part of the path.
const LOCATION_PREFIXES: [&str; 2] = ["optional:", "file:"];

/// The files that a program reads, the strongest last, and why there may be others.
///
/// Locations are separated by commas or semicolons. One that ends in `/` is a folder with files of the usual names;
/// one without a scheme, or with a scheme other than `file:`, is in the image (Spring Boot 3.3,
/// `StandardConfigDataLocationResolver`). Without a location the working folder and `config/` below it are searched;
/// the working folder of an image is not known.
pub(super) fn spring_entries<'w>(
    sources: &FileSources<'_, 'w>,
    config: &ConfigSource,
) -> (Vec<ConfigEntry<'w>>, Option<Unknown>) {
    let by_flags = config
        .flags
        .iter()
        .filter_map(|flag| sources.named_by_flag(std::slice::from_ref(flag)));
    let by_variables = config
        .env
        .iter()
        .filter_map(|name| sources.named_by_variable(name));
    let mut locations: Vec<(String, FileSpan)> = by_variables.chain(by_flags).collect();
    if let Some(folder) = sources.container.node().get("workingDir") {
        let place = sources.workload.object().place_of(folder);
        let folder = folder.as_str().unwrap_or("/").trim_end_matches('/');
        for default in [format!("{folder}/"), format!("{folder}/config/")] {
            locations.insert(0, (default, place));
        }
    }
    let mut found = Found::default();
    for (text, _) in &locations {
        for location in text.split([',', ';']) {
            found.look_at(location.trim(), sources, config);
        }
    }
    if found.entries.is_empty() && found.unknown.is_none() {
        found.unknown = mounted_by_chance(sources, config);
    }
    (found.entries, found.unknown)
}

#[derive(Default)]
struct Found<'w> {
    entries: Vec<ConfigEntry<'w>>,
    unknown: Option<Unknown>,
}

impl<'w> Found<'w> {
    fn look_at(&mut self, location: &str, sources: &FileSources<'_, 'w>, config: &ConfigSource) {
        let path = LOCATION_PREFIXES.iter().fold(location, |rest, prefix| {
            rest.strip_prefix(prefix).unwrap_or(rest)
        });
        if !path.starts_with(['/', '.']) {
            return;
        }
        if !path.ends_with('/') {
            self.add(path, sources);
            return;
        }
        // The first name is the strongest.
        for name in config.names.iter().rev() {
            self.add(&format!("{path}{name}"), sources);
        }
    }

    fn add(&mut self, path: &str, sources: &FileSources<'_, 'w>) {
        match mounted_at(sources.workload, sources.container, path, sources.maps) {
            Mounted::Entry(entry) => self.entries.push(entry),
            Mounted::Unknown(because) => {
                self.unknown.get_or_insert(because);
            }
            Mounted::Nothing => {}
        }
    }
}

/// A file of a usual name that is mounted where no location says: the program reads it if it is in its working
/// folder, or in `config/` below that.
fn mounted_by_chance(sources: &FileSources<'_, '_>, config: &ConfigSource) -> Option<Unknown> {
    let is_usual = |entry: &&ConfigEntry<'_>| config.names.contains(&entry.key);
    let entry = sources.files.mounted.iter().find(is_usual)?;
    if sources
        .container
        .node()
        .get("workingDir")
        .and_then(Node::as_str)
        .is_some()
    {
        return None;
    }
    Some(Unknown {
        code: LedgerCode::FileOutsideInput,
        reason: format!(
            "{} is read only if it is in the working folder, which the image decides",
            entry.key
        ),
        place: Some(sources.container.name_place()),
    })
}
