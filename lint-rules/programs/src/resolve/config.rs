//! Settings in files: mounted ConfigMaps, ConfigMaps read through the API, generated ones.

use super::super::config_file::{self, ConfigEntry, ConfigMaps, Found, Mounted};
use super::super::dialect::{ConfigSource, Setting, Text};
use super::super::environment::Environment;
use super::super::pattern::matches;
use super::super::placeholder::placeholder;
use super::super::reading::{VariableValue, Word};
use super::super::setting::{Origin, Unknown};
use super::ProgramReading;
use manifest::text::{FileSpan, Span};
use objects::{Container, LedgerCode, Object, Workload};

pub(super) struct Files<'a, 'w> {
    pub mounted: &'a [ConfigEntry<'w>],
    pub unknown: Option<Unknown>,
}

impl<'w> ProgramReading<'w> {
    /// Settings in files: mounted ConfigMaps, ConfigMaps read through the API, generated ones.
    pub(super) fn read_config(
        &mut self,
        workload: Workload<'w>,
        container: Container<'w>,
        maps: &dyn ConfigMaps<'w>,
        words: &[Word],
        environment: &Environment,
        files: &Files<'_, 'w>,
    ) {
        let Some(config) = self.program.config.as_ref() else {
            return;
        };
        let (entries, unknown) =
            self.config_entries(config, workload, container, maps, words, environment, files);
        for spec in self.program.settings.iter() {
            // Again: strongest last.
            let mut found_any = false;
            for key in spec.keys.iter().rev() {
                for entry in &entries {
                    if let Some(found) = config_file::find_key(entry, config.format, key) {
                        found_any = true;
                        self.mention_found(spec.setting, key, found);
                    }
                }
            }
            if let Some(because) = unknown
                .as_ref()
                .filter(|_| !found_any && !spec.keys.is_empty())
            {
                self.unknown.push((spec.setting, because.clone()));
            }
        }
    }

    fn mention_found(&mut self, setting: Setting, key: &str, found: Found) {
        let last = key.rsplit('.').next().unwrap_or(key);
        let origin = Origin {
            kind: found.kind,
            text: format!("{last}: {}", found.text),
            place: Some(found.place),
            name: key.to_owned(),
        };
        if placeholder(&found.text).is_some() {
            let because = Unknown {
                code: LedgerCode::Placeholder,
                reason: format!("`{}` is still to be filled in", origin.text),
                place: origin.place,
            };
            self.mention(setting, origin, None, false);
            self.unknown.push((setting, because));
            return;
        }
        self.mention(setting, origin, Some(found.text), false);
    }

    #[allow(clippy::too_many_arguments)]
    fn config_entries(
        &self,
        config: &ConfigSource,
        workload: Workload<'w>,
        container: Container<'w>,
        maps: &dyn ConfigMaps<'w>,
        words: &[Word],
        environment: &Environment,
        files: &Files<'_, 'w>,
    ) -> (Vec<ConfigEntry<'w>>, Option<Unknown>) {
        let object: Object<'w> = workload.object();
        let named = self.named_by_flag(&config.flags, words).or_else(|| {
            config
                .env
                .iter()
                .find_map(|name| match &environment.get(name)?.value {
                    VariableValue::Text(path) => Some((path.clone(), environment.get(name)?.place)),
                    _ => None,
                })
        });
        if let Some((path, place)) = named {
            // Some programs take a URI.
            let path = path.strip_prefix("file:").unwrap_or(&path).to_owned();
            return match config_file::mounted_at(workload, container, &path, maps) {
                Mounted::Entry(entry) => (vec![entry], None),
                Mounted::Unknown(because) => (Vec::new(), Some(because)),
                Mounted::Nothing => {
                    let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
                    let beside = entries_named(&maps.generated_beside(object), |key| key == name);
                    if beside.is_empty() {
                        let because = Unknown {
                            code: LedgerCode::FileOutsideInput,
                            reason: format!("the configuration file {path} is not in the input"),
                            place: Some(place),
                        };
                        (beside, Some(because))
                    } else {
                        (beside, None)
                    }
                }
            };
        }
        if let Some((folder, place)) = self.named_by_flag(&config.folder_flags, words) {
            if files.mounted.is_empty() {
                let because = files.unknown.clone().unwrap_or(Unknown {
                    code: LedgerCode::FileOutsideInput,
                    reason: format!("the files of {folder} are not in the input"),
                    place: Some(place),
                });
                return (Vec::new(), Some(because));
            }
            return (files.mounted.to_vec(), files.unknown.clone());
        }
        if !config.configmaps.is_empty() || !config.configmap_env.is_empty() {
            return self.api_config_map(config, object, maps, environment);
        }
        let fits = |key: &str| config.names.iter().any(|pattern| matches(pattern, key));
        let mut entries: Vec<ConfigEntry<'w>> = files
            .mounted
            .iter()
            .filter(|entry| fits(&entry.key))
            .cloned()
            .collect();
        if entries.is_empty() {
            entries = entries_named(&maps.generated_beside(object), fits);
        }
        let unknown = if entries.is_empty() {
            files.unknown.clone()
        } else {
            None
        };
        (entries, unknown.filter(|_| !config.names.is_empty()))
    }

    fn api_config_map(
        &self,
        config: &ConfigSource,
        object: Object<'w>,
        maps: &dyn ConfigMaps<'w>,
        environment: &Environment,
    ) -> (Vec<ConfigEntry<'w>>, Option<Unknown>) {
        let from_env = config
            .configmap_env
            .iter()
            .find_map(|name| environment.get(name));
        let names: Vec<String> = match from_env.map(|variable| &variable.value) {
            Some(VariableValue::Text(name)) => vec![name.clone()],
            Some(VariableValue::Unknown(because)) => return (Vec::new(), Some(because.clone())),
            Some(VariableValue::Field(_)) => return (Vec::new(), None),
            None => config
                .configmaps
                .iter()
                .map(|name| name.clone().into_owned())
                .collect(),
        };
        let mut unknown = None;
        for name in &names {
            match maps.config_map(object, name) {
                config_file::Answer::Known(map) => return (map.entries, None),
                config_file::Answer::Unknown(because) => unknown = Some(because),
            }
        }
        (Vec::new(), unknown)
    }

    fn named_by_flag(&self, flags: &[Text], words: &[Word]) -> Option<(String, FileSpan)> {
        self.command_line
            .occurrences
            .iter()
            .rev()
            .find_map(|occurrence| {
                if !flags.iter().any(|flag| *flag == occurrence.name) {
                    return None;
                }
                let at = occurrence.value_argument.unwrap_or(occurrence.argument);
                let place = words.get(at).map_or(
                    FileSpan {
                        file: manifest::text::FileId(0),
                        span: Span::new(0, 0),
                    },
                    |word| word.place,
                );
                Some((occurrence.value.clone()?, place))
            })
    }
}

fn entries_named<'w>(
    maps: &[config_file::ConfigMap<'w>],
    fits: impl Fn(&str) -> bool,
) -> Vec<ConfigEntry<'w>> {
    maps.iter()
        .flat_map(|map| &map.entries)
        .filter(|entry| fits(&entry.key))
        .cloned()
        .collect()
}
