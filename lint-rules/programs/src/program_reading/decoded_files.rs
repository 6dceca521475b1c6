//! The keys of files that a program's source decodes.

use super::files::{FileSources, origin_of};
use crate::config_file::{find_key, has_block};
use crate::config_map::{Answer, ConfigEntry};
use crate::dialect::ConfigFormat;
use crate::origin::Unknown;
use crate::placeholder::placeholder;
use crate::source::{FileKeyAnswer, ProgramFiles};
use objects::LedgerCode;

impl ProgramFiles for FileSources<'_, '_> {
    fn key(&self, path: &str, key: &str) -> FileKeyAnswer {
        let word = self.words.iter().rev().find(|word| {
            word.text
                .as_deref()
                .is_some_and(|text| text.ends_with(path))
        });
        let (entries, unknown) = self.at_path(path, word.map(|word| word.place));
        match unknown {
            Some(because) => FileKeyAnswer::Unknown(because),
            None => answer_of(&entries, ConfigFormat::Decoded, key),
        }
    }

    fn map_key(&self, name: &str, key: &str) -> FileKeyAnswer {
        match self.maps.config_map(self.workload.object(), name) {
            Answer::Known(map) => answer_of(&map.entries, ConfigFormat::Keys, key),
            Answer::Unknown(because) => FileKeyAnswer::Unknown(because),
        }
    }

    fn searched(&self) -> Option<Unknown> {
        let is_file = |value: &str| {
            [".yaml", ".yml", ".json", ".toml"]
                .iter()
                .any(|end| value.ends_with(end))
        };
        let occurrences = &self.command_line.occurrences;
        let mut named = occurrences.iter();
        let named = named.find(|flag| flag.value.as_deref().is_some_and(is_file));
        let place = named.and_then(|flag| self.words.get(flag.argument));
        let file = match (named, self.files.mounted.first()) {
            (Some(flag), _) => format!("the file of --{}", flag.name),
            (None, Some(entry)) => format!("{}, which is mounted", entry.key),
            (None, None) => return self.files.unknown.clone(),
        };
        Some(Unknown {
            code: LedgerCode::FileOutsideInput,
            reason: format!("its configuration may stand in {file}"),
            place: place.map(|word| word.place),
        })
    }
}

/// What the first of several files that has a key has there.
fn answer_of(entries: &[ConfigEntry<'_>], format: ConfigFormat, key: &str) -> FileKeyAnswer {
    let Some(found) = entries
        .iter()
        .find_map(|entry| find_key(entry, format, key))
    else {
        let is_block = entries.iter().any(|entry| has_block(entry, key));
        return match is_block {
            true => FileKeyAnswer::Block,
            false => FileKeyAnswer::Absent,
        };
    };
    let origin = origin_of(key, &found);
    if placeholder(&found.text).is_some() {
        return FileKeyAnswer::Unknown(Unknown {
            code: LedgerCode::Placeholder,
            reason: format!("`{}` is still to be filled in", origin.text),
            place: origin.place,
        });
    }
    // A text that no parser of booleans takes.
    let is_quoted = found.quoted && matches!(&*found.text, "true" | "false");
    let text = match is_quoted {
        true => format!("{:?}", found.text),
        false => found.text,
    };
    FileKeyAnswer::Text(text, origin)
}
