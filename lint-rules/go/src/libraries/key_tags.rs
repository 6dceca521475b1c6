//! By which tags decoders find the keys of a struct's fields.

/// How a decoder finds a field's key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyTags {
    /// `json:"..."`; embedded structs have no key of their own.
    Json,
    /// `yaml:"..."`; without it a field's key is its name in small letters.
    Yaml,
}

impl KeyTags {
    /// The tags that a package of decoders goes by.
    pub(super) fn of(package: &str) -> Option<Self> {
        const JSON: &[&str] = &[
            "encoding/json",
            "sigs.k8s.io/yaml",
            "sigs.k8s.io/json",
            "github.com/ghodss/yaml",
            "k8s.io/apimachinery/pkg/util/yaml",
            "k8s.io/apimachinery/pkg/util/json",
        ];
        const YAML: &[&str] = &[
            "gopkg.in/yaml.v2",
            "gopkg.in/yaml.v3",
            "go.yaml.in/yaml/v2",
            "go.yaml.in/yaml/v3",
            "go.yaml.in/yaml/v4",
            "github.com/goccy/go-yaml",
        ];
        if JSON.contains(&package) {
            return Some(Self::Json);
        }
        YAML.contains(&package).then_some(Self::Yaml)
    }
}
