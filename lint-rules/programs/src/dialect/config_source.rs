//! Configuration files of programs.

use serde::{Deserialize, Serialize};

/// Where a program reads its configuration file.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct ConfigSource {
    /// Flags whose value is the file's path in the container.
    pub flags: Vec<String>,
    /// Flags whose value is a folder in which each file name is a key (a mounted ConfigMap).
    pub folder_flags: Vec<String>,
    /// Variables whose value is the file's path.
    pub env: Vec<String>,
    /// Paths in the container that the program reads when nothing names one, strongest first.
    pub paths: Vec<String>,
    /// File names (last path segment) that the program reads when nothing names one, wherever they are mounted; `*`
    /// matches any text.
    pub names: Vec<String>,
    /// Flags whose value is the name of a ConfigMap read through the API.
    pub configmap_flags: Vec<String>,
    /// Variables whose value is the name of a ConfigMap read through the API.
    pub configmap_env: Vec<String>,
    /// Names of ConfigMaps read through the API when no variable names one.
    pub configmaps: Vec<String>,
    /// What is in the file.
    pub format: ConfigFormat,
    /// The file's value wins over a flag.
    pub wins_over_flags: bool,
    /// The program does not run without its file: where the input has none, the image has it.
    pub required: bool,
}

/// What a configuration file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum ConfigFormat {
    /// YAML or JSON with dotted paths as keys.
    Yaml,
    /// The same, as an object that apimachinery decodes: a boolean in quotes is refused, and a duration of zero is the
    /// default (component-base, `config/v1alpha1/defaults.go`).
    Component,
    /// The same, as a struct of Go that a library of YAML fills: a boolean in quotes is refused.
    Decoded,
    /// `key: value` or `key=value` lines (Java properties, Flink's flat YAML).
    Properties,
    /// Each key of the ConfigMap is a setting.
    Keys,
    /// Each key of the ConfigMap is a setting, or a YAML text with settings as keys.
    KeysOrYaml,
    /// Spring Boot's property files, YAML or properties: what names them may name folders, and the names of properties
    /// are compared without dashes, underscores and case.
    Spring,
    /// A syntax that is not read, such as INI: what a file decides that is named is unknown.
    Unread,
}

impl ConfigFormat {
    /// Whether the file is YAML or JSON with dotted paths as keys.
    #[must_use]
    pub const fn is_yaml(self) -> bool {
        matches!(self, Self::Yaml | Self::Component | Self::Decoded)
    }

    /// Whether a boolean in quotes is refused.
    pub(crate) const fn refuses_quoted_booleans(self) -> bool {
        matches!(self, Self::Component | Self::Decoded)
    }
}
