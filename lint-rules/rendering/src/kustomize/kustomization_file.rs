//! What a kustomization takes from other files.

use manifest::text::FileId;
use manifest::tree::{Document, Node, Value};

use crate::chart::read_yaml;

/// Lists of files, of folders of other kustomizations, or of what comes from elsewhere.
const RESOURCE_LISTS: [&str; 3] = ["resources", "bases", "components"];
/// Lists of files that say how the build goes.
const FILE_LISTS: [&str; 6] = [
    "crds",
    "configurations",
    "generators",
    "transformers",
    "validators",
    "patchesStrategicMerge",
];
/// Lists of mappings with a `path`.
const PATH_LISTS: [&str; 3] = ["patches", "patchesJson6902", "replacements"];

/// A kustomization, as far as it names other files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KustomizationFile {
    /// A component is only a part of other kustomizations.
    pub is_component: bool,
    /// Files and folders from which objects come, as written.
    pub resources: Vec<String>,
    /// Files of patches, as written.
    pub patches: Vec<String>,
    /// Files of generated ConfigMaps, as written, without their keys.
    pub contents: Vec<String>,
    /// Further files that the build reads and that may name others.
    pub others: Vec<String>,
    /// What is written in it in the place of a file that the build reads.
    pub embedded: Vec<String>,
    /// It has helm render charts, which fetches them.
    pub uses_helm: bool,
}

impl KustomizationFile {
    /// Reads one; `None` if it is none.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        Self::of(&read_yaml(FileId(0), bytes)?)
    }

    /// The one that a document is; `None` if it is none.
    #[must_use]
    pub fn of(document: &Document) -> Option<Self> {
        let root = document.root();
        if !matches!(root.value(), Value::Mapping) {
            return None;
        }
        let kind = root.get("kind").and_then(Node::as_str);
        let list = |key: &str| texts(root, key);
        let mut patches = Vec::new();
        let mut others = Vec::new();
        let mut embedded = Vec::new();
        for key in PATH_LISTS {
            for item in items(root, key) {
                let path = item.get("path").and_then(Node::as_str).map(str::to_owned);
                if key == "replacements" {
                    others.extend(path);
                } else {
                    patches.extend(path);
                }
            }
        }
        for key in FILE_LISTS {
            let (written, named): (Vec<_>, Vec<_>) =
                list(key).into_iter().partition(|text| is_embedded(text));
            if key == "patchesStrategicMerge" {
                patches.extend(named);
            } else {
                others.extend(named);
                embedded.extend(written);
            }
        }
        let openapi = root
            .get("openapi")
            .and_then(|one| one.get("path")?.as_str());
        others.extend(openapi.map(str::to_owned));
        let mut contents = Vec::new();
        for key in ["configMapGenerator", "secretGenerator"] {
            for generator in items(root, key) {
                for list in ["files", "envs"] {
                    let named = texts(generator, list).into_iter();
                    contents.extend(named.map(|text| match text.split_once('=') {
                        Some((_, path)) => path.to_owned(),
                        None => text,
                    }));
                }
                let env = generator.get("env").and_then(Node::as_str);
                contents.extend(env.map(str::to_owned));
            }
        }
        Some(Self {
            is_component: kind == Some("Component"),
            resources: RESOURCE_LISTS.into_iter().flat_map(list).collect(),
            patches,
            contents,
            others,
            embedded,
            uses_helm: ["helmCharts", "helmChartInflationGenerator"]
                .iter()
                .any(|key| root.get(key).is_some_and(|value| !value.is_null())),
        })
    }

    /// What of it may be the folder of another one, as written.
    pub fn possible_folders(&self) -> impl Iterator<Item = &str> {
        let named = self.others.iter().chain(&self.resources);
        named.map(String::as_str)
    }

    /// What it takes from elsewhere: nothing of it is fetched.
    #[must_use]
    pub fn remote(&self) -> Option<&str> {
        let all = self.resources.iter().chain(&self.patches);
        let all = all.chain(&self.contents).chain(&self.others);
        all.map(String::as_str).find(|named| is_remote(named))
    }
}

/// Whether an entry of a list of files is the text itself.
pub(super) fn is_embedded(entry: &str) -> bool {
    entry.contains('\n') || entry.trim_start().starts_with('{')
}

/// Whether kustomize would fetch it: a URL, or a repository in git's ways of writing.
fn is_remote(named: &str) -> bool {
    named.contains("://")
        || named.contains("git::")
        || named.starts_with("git@")
        || ["github.com/", "gitlab.com/", "bitbucket.org/"]
            .iter()
            .any(|host| named.starts_with(host))
        || named.contains("?ref=")
}

fn items<'d>(root: Node<'d>, key: &str) -> impl Iterator<Item = Node<'d>> + use<'d> {
    root.get(key).into_iter().flat_map(Node::items)
}

fn texts(root: Node<'_>, key: &str) -> Vec<String> {
    items(root, key)
        .filter_map(Node::as_str)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_kustomization_names() {
        let text = "\
kind: Component
resources: [../base, a.yaml]
patches:
  - path: b.yaml
  - patch: '- op: remove'
patchesStrategicMerge: [c.yaml, \"kind: A\\n\"]
configMapGenerator: [{name: x, files: [k=d.conf, e.conf]}]
transformers: [t.yaml, \"kind: B\\n\"]
";
        let read = KustomizationFile::read(text.as_bytes()).unwrap();
        assert!(read.is_component);
        assert_eq!(read.resources, ["../base", "a.yaml"]);
        assert_eq!(read.patches, ["b.yaml", "c.yaml"]);
        assert_eq!(read.contents, ["d.conf", "e.conf"]);
        assert_eq!(read.others, ["t.yaml"]);
        assert_eq!(read.embedded, ["kind: B\n"]);
        assert_eq!(read.remote(), None);
    }

    #[test]
    fn what_comes_from_elsewhere_is_seen() {
        for remote in [
            "https://example.com/a.yaml",
            "github.com/a/b//c?ref=v1",
            "git@github.com:a/b",
            "ssh://git@example.com/a",
            "a/b?ref=main",
        ] {
            for text in [
                format!("resources: ['{remote}']"),
                format!("patches: [{{path: '{remote}'}}]"),
                format!("openapi: {{path: '{remote}'}}"),
                format!("configMapGenerator: [{{name: x, files: ['a={remote}']}}]"),
            ] {
                let read = KustomizationFile::read(text.as_bytes()).unwrap();
                assert_eq!(read.remote(), Some(remote), "{text}");
            }
        }
    }
}
