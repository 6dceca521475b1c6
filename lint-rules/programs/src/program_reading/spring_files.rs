//! The property files that Spring Boot reads beside those in the image.

use std::borrow::Cow;

use super::files::FileSources;
use super::variables::java_words;
use crate::config_file::{find_key, is_of_profile};
use crate::config_map::{ConfigEntry, EntryContent};
use crate::dialect::{ConfigFormat, ConfigSource};
use crate::environment::VariableValue;
use crate::mounted_files::{Mounted, mounted_at};
use crate::origin::Unknown;
use manifest::text::FileSpan;
use manifest::tree::Node;
use objects::{Container, LedgerCode};

/// Prefixes of a location that are no part of the path.
const LOCATION_PREFIXES: [&str; 2] = ["optional:", "file:"];

/// The property that names the active profiles, its variable, and the profile where none is active.
const PROFILES: &str = "spring.profiles.active";
const PROFILES_VARIABLE: &str = "SPRING_PROFILES_ACTIVE";
const DEFAULT_PROFILE: &str = "default";

/// The variable that holds properties as JSON.
const JSON_VARIABLE: &str = "SPRING_APPLICATION_JSON";

/// The files that a program reads, the strongest last; why there may be others; and how many of the first ones these
/// others may outweigh.
///
/// Beside each file those of the active profiles are read, `application-prod.yaml` beside `application.yaml`, and they
/// are stronger (Spring Boot 3.3, `StandardConfigDataLocationResolver`).
///
/// Locations are separated by commas or semicolons. One that ends in `/` is a folder with files of the usual names;
/// one without a scheme, or with a scheme other than `file:`, is in the image (Spring Boot 3.3,
/// `StandardConfigDataLocationResolver`). Without a location the working folder and `config/` below it are searched;
/// the working folder of an image is not known.
pub(super) fn spring_entries<'w>(
    sources: &FileSources<'_, 'w>,
    config: &ConfigSource,
) -> (Vec<ConfigEntry<'w>>, Option<Unknown>, usize) {
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
    let parts = locations
        .iter()
        .flat_map(|(text, _)| text.split([',', ';']));
    let parts: Vec<&str> = parts.map(str::trim).collect();
    for location in &parts {
        found.look_at(location, "", sources, config);
    }
    let mut outweighed = 0;
    match active_profiles(sources, &found.entries) {
        Ok(profiles) => {
            // In each location the profiles follow the plain files, and what comes later is stronger.
            let mut all = Found::default();
            for location in &parts {
                all.look_at(location, "", sources, config);
                for profile in &profiles {
                    all.look_at(location, &format!("-{profile}"), sources, config);
                }
            }
            found = all;
        }
        Err(because) => {
            found.unknown.get_or_insert(because);
            outweighed = found.entries.len();
        }
    }
    if found.entries.is_empty() && found.unknown.is_none() {
        found.unknown = mounted_by_chance(sources, config);
    }
    let last = found.entries.iter().rposition(depends_on_profiles);
    if let Some((at, entry)) = last.and_then(|at| Some((at, found.entries.get(at)?))) {
        let because = Unknown {
            code: LedgerCode::FileOutsideInput,
            reason: format!(
                "{} has several documents, and which of them apply depends on the active profiles",
                entry.key
            ),
            place: Some(sources.container.name_place()),
        };
        found.unknown.get_or_insert(because);
        outweighed = outweighed.max(at + 1);
    }
    (found.entries, found.unknown, outweighed)
}

/// The profiles that are active, the strongest last.
fn active_profiles<'w>(
    sources: &FileSources<'_, 'w>,
    plain: &[ConfigEntry<'w>],
) -> Result<Vec<String>, Unknown> {
    // The order of Spring Boot: arguments, JSON, properties of the virtual machine, variables, files.
    let by_flag = || {
        let (text, _) = sources.named_by_flag(&[PROFILES.to_owned()])?;
        Some(text)
    };
    let by_json = || {
        let entry = json_variable(sources.container)?;
        Some(find_key(&entry, ConfigFormat::Spring, PROFILES)?.text)
    };
    let by_property = || {
        let mut words = java_words(sources.environment).into_iter().rev();
        let named = words.find_map(|word| {
            let word = word.strip_prefix("-D")?.strip_prefix(PROFILES)?;
            word.strip_prefix('=')
        });
        named.map(str::to_owned)
    };
    let given = by_flag().or_else(by_json).or_else(by_property);
    let text = match (given, sources.environment.get(PROFILES_VARIABLE)) {
        (Some(text), _) => text,
        (None, Some(variable)) => match &variable.value {
            VariableValue::Text(text) => text.clone(),
            _ if !has_profile_files(sources) => return Ok(Vec::new()),
            _ => {
                return Err(Unknown {
                    code: LedgerCode::VariableOutsideInput,
                    reason: format!(
                        "{PROFILES_VARIABLE} says which files of profiles are read, and its value is not in the input"
                    ),
                    place: Some(variable.place),
                });
            }
        },
        (None, None) => {
            let mut plain = plain.iter().rev();
            let found = plain.find_map(|entry| find_key(entry, ConfigFormat::Spring, PROFILES));
            found.map_or_else(|| DEFAULT_PROFILE.to_owned(), |found| found.text)
        }
    };
    let profiles = text
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    Ok(profiles.map(str::to_owned).collect())
}

/// Whether a file of a profile is mounted.
fn has_profile_files(sources: &FileSources<'_, '_>) -> bool {
    let mut mounted = sources.files.mounted.iter();
    mounted.any(|entry| entry.key.starts_with("application-"))
}

/// Whether a file has documents about elections that may apply or not, by the active profiles. Of a text of a ConfigMap
/// the first document alone is read, so each after it may be one.
fn depends_on_profiles(entry: &ConfigEntry<'_>) -> bool {
    match &entry.content {
        EntryContent::Scalar(node) => {
            let text = node.as_str().unwrap_or_default().trim_start_matches("---");
            text.split_once("\n---")
                .is_some_and(|(_, later)| objects::names_elections(later))
        }
        EntryContent::Documents { documents, .. } | EntryContent::Text { documents, .. } => {
            let mut documents = documents.iter();
            documents.any(|one| is_of_profile(one) && objects::names_elections(one.text()))
        }
    }
}

/// The properties that a variable of a container holds as JSON.
pub(super) fn json_variable<'w>(container: Container<'w>) -> Option<ConfigEntry<'w>> {
    let variables = container.node().get("env")?.items();
    let is_it = |one: &Node<'_>| one.get("name").and_then(Node::as_str) == Some(JSON_VARIABLE);
    let value = variables.rev().find(is_it)?.get("value")?;
    value.as_str()?;
    Some(ConfigEntry {
        key: Cow::Borrowed("application.yaml"),
        content: EntryContent::Scalar(value),
    })
}

#[derive(Default)]
struct Found<'w> {
    entries: Vec<ConfigEntry<'w>>,
    unknown: Option<Unknown>,
}

impl<'w> Found<'w> {
    /// Takes in what a location holds, with this end of the files' names before the dot.
    fn look_at(
        &mut self,
        location: &str,
        end: &str,
        sources: &FileSources<'_, 'w>,
        config: &ConfigSource,
    ) {
        let path = LOCATION_PREFIXES.iter().fold(location, |rest, prefix| {
            rest.strip_prefix(prefix).unwrap_or(rest)
        });
        if !path.starts_with(['/', '.']) {
            return;
        }
        let with_end = |path: &str| match path.rsplit_once('.') {
            Some((stem, kind)) if !end.is_empty() => format!("{stem}{end}.{kind}"),
            _ => path.to_owned(),
        };
        if !path.ends_with('/') {
            self.add(&with_end(path), sources);
            return;
        }
        // The first name is the strongest.
        for name in config.names.iter().rev() {
            self.add(&with_end(&format!("{path}{name}")), sources);
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
    let is_usual = |entry: &&ConfigEntry<'_>| config.names.iter().any(|name| *name == entry.key);
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
