//! Settings in files: mounted ConfigMaps, ConfigMaps read through the API, generated ones.

use super::container_files::ContainerFiles;
use super::mentions::Mentions;
use super::spring_files::{json_variable, spring_entries};
use crate::command_line::CommandLine;
use crate::command_words::Word;
use crate::config_file::{FoundValue, find_key, unread_file};
use crate::config_map::{Answer, ConfigEntry, ConfigMap, ConfigMaps};
use crate::dialect::{ConfigFormat, ConfigSource, SettingSpec, ValueSyntax};
use crate::duration::Nanos;
use crate::environment::{Environment, VariableValue};
use crate::mounted_files::{Mounted, mounted_at};
use crate::origin::{Origin, Unknown};
use crate::pattern::matches;
use crate::placeholder::placeholder;
use crate::property_name::is_same_property;
use manifest::text::FileSpan;
use objects::{Container, LedgerCode, Workload};

/// Where files and their names come from.
pub(super) struct FileSources<'a, 'w> {
    /// The workload.
    pub workload: Workload<'w>,
    /// Its container.
    pub container: Container<'w>,
    /// ConfigMaps of the input.
    pub maps: &'a dyn ConfigMaps<'w>,
    /// Words of the command line.
    pub words: &'a [Word],
    /// As the program parses it.
    pub command_line: &'a CommandLine,
    /// The variables.
    pub environment: &'a Environment,
    /// The mounted files.
    pub files: &'a ContainerFiles<'w>,
    /// Its flags are properties of Java, whose names have several spellings.
    pub java: bool,
}

/// Reads the settings that stand in files.
pub(super) fn read_files(mentions: &mut Mentions<'_>, sources: &FileSources<'_, '_>) {
    let program = mentions.program;
    let Some(config) = program.config.as_ref() else {
        return;
    };
    let (entries, unknown, outweighed) = match config.format {
        ConfigFormat::Spring => spring_entries(sources, config),
        _ => {
            let (entries, unknown) = sources.entries(config);
            (entries, unknown, 0)
        }
    };
    for spec in program.settings.iter() {
        // Again: strongest last.
        let mut found_any = false;
        for key in spec.keys.iter().rev() {
            for (at, entry) in entries.iter().enumerate() {
                let Some(found) = find_key(entry, config.format, key) else {
                    continue;
                };
                found_any = true;
                match unknown.as_ref().filter(|_| at < outweighed) {
                    Some(because) => {
                        mentions.add(spec.setting, origin_of(key, &found), None, false);
                        mentions.add_unknown(spec.setting, because.clone());
                    }
                    None => {
                        if config.wins_over_flags {
                            mentions.clear_unknown(spec.setting);
                        }
                        mention_found(mentions, spec, config.format, key, found);
                    }
                }
            }
        }
        let is_open = !found_any && !spec.keys.is_empty();
        if let Some(because) = unknown.as_ref().filter(|_| is_open) {
            if config.wins_over_flags {
                mentions.withhold(spec.setting);
            }
            mentions.add_unknown(spec.setting, because.clone());
        }
    }
    for entry in sources.not_passed(config) {
        for spec in program.settings.iter() {
            let mut found = spec.keys.iter();
            let found = found.find_map(|key| Some((key, find_key(entry, config.format, key)?)));
            if let Some((key, found)) = found {
                let origin = origin_of(key, &found);
                mentions.add_not_passed(spec.setting, origin, found.text);
            }
        }
    }
}

/// Reads the settings that stand as JSON in a variable of Spring: they outweigh other variables, and properties of the
/// virtual machine (Spring Boot 3.3, "Externalized Configuration").
pub(super) fn read_json(mentions: &mut Mentions<'_>, container: Container<'_>) {
    let program = mentions.program;
    let format = program.config.as_ref().map(|config| config.format);
    if format != Some(ConfigFormat::Spring) {
        return;
    }
    let Some(entry) = json_variable(container) else {
        return;
    };
    for spec in program.settings.iter() {
        for key in spec.keys.iter().rev() {
            if let Some(found) = find_key(&entry, ConfigFormat::Spring, key) {
                mention_found(mentions, spec, ConfigFormat::Spring, key, found);
            }
        }
    }
}

pub(super) fn origin_of(key: &str, found: &FoundValue) -> Origin {
    let last = key.rsplit('.').next().unwrap_or(key);
    Origin {
        kind: found.kind,
        text: format!("{last}: {}", found.text),
        place: Some(found.place),
        name: key.to_owned(),
        holder: found.holder.clone(),
    }
}

fn mention_found(
    mentions: &mut Mentions<'_>,
    spec: &SettingSpec,
    format: ConfigFormat,
    key: &str,
    found: FoundValue,
) {
    let setting = spec.setting;
    let origin = origin_of(key, &found);
    if placeholder(&found.text).is_some() {
        let because = Unknown {
            code: LedgerCode::Placeholder,
            reason: format!("`{}` is still to be filled in", origin.text),
            place: origin.place,
        };
        mentions.add(setting, origin, None, false);
        mentions.add_unknown(setting, because);
        return;
    }
    let text = match (&spec.syntax, format) {
        (ValueSyntax::Duration(syntax), ConfigFormat::Component)
            if syntax.parse(&found.text) == Ok(Nanos::ZERO) =>
        {
            return;
        }
        // A text that no parser of booleans takes.
        (ValueSyntax::Bool(_), format) if found.quoted && format.refuses_quoted_booleans() => {
            format!("{:?}", found.text)
        }
        _ => found.text,
    };
    mentions.add(setting, origin, Some(spec.in_template(text)), false);
}

impl<'w> FileSources<'_, 'w> {
    /// The file at a path, and why it is not known.
    pub(super) fn at_path(
        &self,
        path: &str,
        place: Option<FileSpan>,
    ) -> (Vec<ConfigEntry<'w>>, Option<Unknown>) {
        match mounted_at(self.workload, self.container, path, self.maps) {
            Mounted::Entry(entry) => (vec![entry], None),
            Mounted::Unknown(because) => (Vec::new(), Some(because)),
            Mounted::Nothing => {
                let name = path.rsplit('/').next().unwrap_or(path);
                let beside =
                    entries_named(&self.maps.generated_beside(self.workload.object()), |key| {
                        key == name
                    });
                let because = beside.is_empty().then(|| Unknown {
                    code: LedgerCode::FileOutsideInput,
                    reason: format!("the configuration file {path} is not in the input"),
                    place,
                });
                (beside, because)
            }
        }
    }

    /// The files that a program reads, and why it may read others.
    fn entries(&self, config: &ConfigSource) -> (Vec<ConfigEntry<'w>>, Option<Unknown>) {
        if let Some((path, place)) = self.named(config) {
            // Some programs take a URI.
            let path = path.strip_prefix("file:").unwrap_or(&path);
            let (entries, unknown) = self.at_path(path, Some(place));
            let unread = unread_file(config.format, &entries, place);
            return (entries, unknown.or(unread));
        }
        if let Some((folder, place)) = self.named_by_flag(&config.folder_flags) {
            if self.files.mounted.is_empty() {
                let because = self.files.unknown.clone().unwrap_or(Unknown {
                    code: LedgerCode::FileOutsideInput,
                    reason: format!("the files of {folder} are not in the input"),
                    place: Some(place),
                });
                return (Vec::new(), Some(because));
            }
            return (self.files.mounted.to_vec(), self.files.unknown.clone());
        }
        if !config.configmaps.is_empty()
            || !config.configmap_env.is_empty()
            || !config.configmap_flags.is_empty()
        {
            return self.api_config_map(config);
        }
        if let [path] = &*config.paths
            && config.required
        {
            return self.at_path(path, None);
        }
        for path in config.paths.iter() {
            match mounted_at(self.workload, self.container, path, self.maps) {
                Mounted::Entry(entry) => return (vec![entry], None),
                Mounted::Unknown(because) => return (Vec::new(), Some(because)),
                Mounted::Nothing => {}
            }
        }
        let fits = |key: &str| config.names.iter().any(|pattern| matches(pattern, key));
        let mut entries: Vec<ConfigEntry<'w>> = self
            .files
            .mounted
            .iter()
            .filter(|entry| fits(&entry.key))
            .cloned()
            .collect();
        if entries.is_empty() {
            entries = entries_named(&self.maps.generated_beside(self.workload.object()), fits);
        }
        let unknown = match (config.format, entries.first().and_then(ConfigEntry::text)) {
            (ConfigFormat::Unread, Some((_, place))) => unread_file(config.format, &entries, place),
            _ if entries.is_empty() => self.files.unknown.clone(),
            _ => None,
        };
        (entries, unknown.filter(|_| !config.names.is_empty()))
    }

    /// The file that a flag or a variable names.
    fn named(&self, config: &ConfigSource) -> Option<(String, FileSpan)> {
        self.named_by_flag(&config.flags).or_else(|| {
            let mut names = config.env.iter();
            names.find_map(|name| self.named_by_variable(name))
        })
    }

    /// What a variable names, if that is known.
    pub(super) fn named_by_variable(&self, name: &str) -> Option<(String, FileSpan)> {
        let variable = self.environment.get(name)?;
        match &variable.value {
            VariableValue::Text(path) => Some((path.clone(), variable.place)),
            _ => None,
        }
    }

    /// The mounted files that look as if they were meant for a program which reads only what its command line names:
    /// nothing names one. Where the command line is in the image, it may.
    fn not_passed(&self, config: &ConfigSource) -> &[ConfigEntry<'w>] {
        let is_read_otherwise = !config.format.is_yaml()
            || !config.names.is_empty()
            || !config.paths.is_empty()
            || !config.folder_flags.is_empty()
            || !config.configmaps.is_empty();
        let may_be_named = self.words.is_empty()
            || !config.env.is_empty() && self.environment.open.is_some()
            || self.named(config).is_some();
        if config.flags.is_empty() || is_read_otherwise || may_be_named {
            return &[];
        }
        &self.files.mounted
    }

    /// A ConfigMap that the program reads through the API.
    fn api_config_map(&self, config: &ConfigSource) -> (Vec<ConfigEntry<'w>>, Option<Unknown>) {
        let by_flag = self.named_by_flag(&config.configmap_flags);
        let from_env = config
            .configmap_env
            .iter()
            .find_map(|name| self.environment.get(name));
        let names: Vec<String> = match (by_flag, from_env.map(|variable| &variable.value)) {
            (Some((name, _)), _) => vec![name],
            (None, Some(VariableValue::Text(name))) => vec![name.clone()],
            (None, Some(VariableValue::Unknown(because))) => {
                return (Vec::new(), Some(because.clone()));
            }
            (None, Some(VariableValue::Field(_))) => return (Vec::new(), None),
            (None, None) => config.configmaps.clone(),
        };
        let mut unknown = None;
        for name in &names {
            match self.maps.config_map(self.workload.object(), name) {
                Answer::Known(map) => return (map.entries, None),
                Answer::Unknown(because) => unknown = Some(because),
            }
        }
        (Vec::new(), unknown)
    }

    /// What a flag names, the last one of the command line.
    pub(super) fn named_by_flag(&self, flags: &[String]) -> Option<(String, FileSpan)> {
        let occurrences = self.command_line.occurrences.iter().rev();
        let relaxed = self.java;
        let is_one_of = |name: &str| {
            let is_it = |flag: &String| flag == name || relaxed && is_same_property(flag, name);
            flags.iter().any(is_it)
        };
        let mut named = occurrences.filter(|one| is_one_of(&one.name));
        named.find_map(|occurrence| {
            let at = occurrence.value_argument.unwrap_or(occurrence.argument);
            Some((occurrence.value.clone()?, self.words.get(at)?.place))
        })
    }
}

fn entries_named<'w>(maps: &[ConfigMap<'w>], fits: impl Fn(&str) -> bool) -> Vec<ConfigEntry<'w>> {
    maps.iter()
        .flat_map(|map| &map.entries)
        .filter(|entry| fits(&entry.key))
        .cloned()
        .collect()
}
