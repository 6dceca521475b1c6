//! ConfigMaps as carriers of settings: whole maps, and files inside them.

use std::borrow::Cow;

use super::dialect::ConfigFormat;
use super::pattern::matches;
use super::setting::{OriginKind, Unknown};
use manifest::text::{FileId, FileSpan, Span};
use manifest::tree::{Document, Node, ReadLimits, Value};
use manifest::yaml::parse_embedded;
use objects::{Container, Object, Workload};

/// What a question about something outside the workload is answered with.
#[derive(Clone, Debug)]
pub enum Answer<T> {
    /// It is this.
    Known(T),
    /// It is not known, because.
    Unknown(Unknown),
}

/// Who knows the ConfigMaps.
pub trait ConfigMaps<'w> {
    /// The ConfigMap of that name in the namespace of an object.
    fn config_map(&self, from: Object<'w>, name: &str) -> Answer<ConfigMap<'w>>;

    /// Configuration files that kustomize will put into ConfigMaps beside an object, whatever their names:
    /// used only to recognise programs and to read files of known names.
    fn generated_beside(&self, _from: Object<'w>) -> Vec<ConfigMap<'w>> {
        Vec::new()
    }
}

/// A ConfigMap, written or generated.
#[derive(Clone, Debug)]
pub struct ConfigMap<'w> {
    /// Its keys, in order; the last of a name wins.
    pub entries: Vec<ConfigEntry<'w>>,
}

/// One key of a ConfigMap.
#[derive(Clone, Debug)]
pub struct ConfigEntry<'w> {
    /// The key.
    pub key: Cow<'w, str>,
    /// Its content.
    pub content: Content<'w>,
}

/// Where the content of a key stands.
#[derive(Clone)]
pub enum Content<'w> {
    /// In a scalar of a ConfigMap object.
    Scalar(Node<'w>),
    /// In a YAML file that a generator names.
    Documents {
        /// The file.
        file: FileId,
        /// Its documents, as far as they were kept.
        documents: &'w [Document],
    },
    /// In any other text file, or a generator's literal.
    Text {
        /// The text.
        text: Cow<'w, str>,
        /// Where it begins; offsets in the text follow from there only if `exact`.
        place: FileSpan,
        /// Whether byte `n` of the text is byte `place.span.start + n` of the file.
        exact: bool,
        /// The text as YAML, where it is.
        documents: &'w [Document],
    },
}

impl std::fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Scalar(_) => "Scalar",
            Self::Documents { .. } => "Documents",
            Self::Text { .. } => "Text",
        })
    }
}

impl<'w> ConfigMap<'w> {
    /// The keys of a ConfigMap object.
    #[must_use]
    pub fn of(object: Object<'w>) -> Self {
        let data = object.node().get("data");
        let entries = data
            .into_iter()
            .flat_map(Node::entries)
            .map(|entry| ConfigEntry {
                key: Cow::Borrowed(entry.key),
                content: Content::Scalar(entry.value),
            })
            .collect();
        Self { entries }
    }

    /// The entry of that key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&ConfigEntry<'w>> {
        self.entries.iter().rev().find(|entry| entry.key == key)
    }
}

impl<'w> ConfigEntry<'w> {
    /// The content as text with its place, where it is a plain value.
    #[must_use]
    pub fn text(&self) -> Option<(&str, FileSpan)> {
        match &self.content {
            Content::Scalar(node) => {
                let place = FileSpan {
                    file: node.document().file(),
                    span: node.span(),
                };
                Some((node.scalar_text()?, place))
            }
            Content::Text { text, place, .. } => Some((text, *place)),
            Content::Documents { .. } => None,
        }
    }
}

/// A setting found in a configuration file.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// The value's text.
    pub text: String,
    /// Where it is written.
    pub place: FileSpan,
    /// In a ConfigMap object, or in another file.
    pub kind: OriginKind,
}

/// What a container's configuration file may be.
#[derive(Clone, Debug)]
pub(super) enum Mounted<'w> {
    /// It is this entry.
    Entry(ConfigEntry<'w>),
    /// It lies outside the input.
    Unknown(Unknown),
    /// Nothing is mounted there.
    Nothing,
}

/// The entry that stands at a path of the container's file system.
pub(super) fn mounted_at<'w>(
    workload: Workload<'w>,
    container: Container<'w>,
    path: &str,
    maps: &dyn ConfigMaps<'w>,
) -> Mounted<'w> {
    // A relative path counts from the working directory, which the image may set; `/` is the default.
    let folder = container
        .node()
        .get("workingDir")
        .and_then(Node::as_str)
        .unwrap_or("/");
    let relative = path.trim_start_matches("./");
    let absolute = format!("{}/{relative}", folder.trim_end_matches('/'));
    let path = if path.starts_with('/') {
        path
    } else {
        absolute.as_str()
    };
    let mut best: Option<(usize, Node<'w>, String)> = None;
    for mount in container
        .node()
        .get("volumeMounts")
        .into_iter()
        .flat_map(Node::items)
    {
        let Some(at) = mount.get("mountPath").and_then(Node::as_str) else {
            continue;
        };
        let at = at.trim_end_matches('/');
        let Some(rest) = path.strip_prefix(at) else {
            continue;
        };
        let sub = mount
            .get("subPath")
            .and_then(Node::as_str)
            .unwrap_or_default();
        let key = match (rest, sub) {
            ("", "") => continue,
            ("", sub) => sub.to_owned(),
            (rest, sub) if rest.starts_with('/') => {
                let rest = rest.trim_start_matches('/');
                if sub.is_empty() {
                    rest.to_owned()
                } else {
                    format!("{sub}/{rest}")
                }
            }
            _ => continue,
        };
        if best.as_ref().is_none_or(|(length, ..)| at.len() > *length) {
            best = Some((at.len(), mount, key));
        }
    }
    let Some((_, mount, key)) = best else {
        return Mounted::Nothing;
    };
    let Some(volume) = volume_of(workload, mount) else {
        return Mounted::Nothing;
    };
    for source in volume_maps(workload.object(), volume, maps) {
        match source {
            Answer::Known((map, items)) => {
                let wanted = items.map_or(Some(key.as_str()), |items| {
                    items
                        .items()
                        .find(|item| item.get("path").and_then(Node::as_str) == Some(key.as_str()))
                        .and_then(|item| item.get("key"))
                        .and_then(Node::as_str)
                });
                if let Some(entry) = wanted.and_then(|key| map.entry(key)) {
                    return Mounted::Entry(entry.clone());
                }
            }
            Answer::Unknown(because) => return Mounted::Unknown(because),
        }
    }
    Mounted::Nothing
}

/// The entries of a mounted ConfigMap, by the names that their files have in the container.
fn as_mounted<'w>(
    entries: Vec<ConfigEntry<'w>>,
    items: Option<Node<'w>>,
    mount: Node<'w>,
) -> Vec<ConfigEntry<'w>> {
    let text = |node: Node<'w>, key| node.get(key).and_then(Node::as_str);
    let sub = text(mount, "subPath").filter(|sub| !sub.is_empty());
    let file_of = |key: &str| -> Option<String> {
        let path = match items {
            None => key,
            Some(items) => {
                let mut items = items.items();
                text(items.find(|item| text(*item, "key") == Some(key))?, "path")?
            }
        };
        match sub {
            // One file, or a folder of the volume.
            Some(sub) if sub == path => text(mount, "mountPath").map(str::to_owned),
            Some(sub) => path.strip_prefix(sub)?.strip_prefix('/').map(str::to_owned),
            None => Some(path.to_owned()),
        }
    };
    let named = entries.into_iter().filter_map(|entry| {
        let path = file_of(&entry.key)?;
        let path = path.trim_end_matches('/');
        let name = path.rsplit('/').next().unwrap_or_default();
        Some(if name == entry.key {
            entry
        } else {
            ConfigEntry {
                key: Cow::Owned(name.to_owned()),
                ..entry
            }
        })
    });
    named.collect()
}

/// Every entry of every ConfigMap that a container mounts, and what of them is unknown.
pub(super) fn all_mounted<'w>(
    workload: Workload<'w>,
    container: Container<'w>,
    maps: &dyn ConfigMaps<'w>,
) -> (Vec<ConfigEntry<'w>>, Option<Unknown>) {
    let mut entries = Vec::new();
    let mut unknown = None;
    for mount in container
        .node()
        .get("volumeMounts")
        .into_iter()
        .flat_map(Node::items)
    {
        let Some(volume) = volume_of(workload, mount) else {
            continue;
        };
        for source in volume_maps(workload.object(), volume, maps) {
            match source {
                Answer::Known((map, items)) => {
                    entries.extend(as_mounted(map.entries, items, mount));
                }
                Answer::Unknown(because) => {
                    unknown.get_or_insert(because);
                }
            }
        }
    }
    (entries, unknown)
}

fn volume_of<'w>(workload: Workload<'w>, mount: Node<'w>) -> Option<Node<'w>> {
    let name = mount.get("name")?.as_str()?;
    workload
        .pod_spec()
        .get("volumes")?
        .items()
        .find(|volume| volume.get("name").and_then(Node::as_str) == Some(name))
}

type MountedMap<'w> = (ConfigMap<'w>, Option<Node<'w>>);

fn volume_maps<'w>(
    object: Object<'w>,
    volume: Node<'w>,
    maps: &dyn ConfigMaps<'w>,
) -> Vec<Answer<MountedMap<'w>>> {
    let mut answers = Vec::new();
    let projected = volume
        .at(&["projected", "sources"])
        .into_iter()
        .flat_map(Node::items);
    let plain = volume.get("configMap").into_iter();
    for source in plain.chain(projected.filter_map(|source| source.get("configMap"))) {
        let Some(name) = source.get("name").and_then(Node::as_str) else {
            continue;
        };
        answers.push(match maps.config_map(object, name) {
            Answer::Known(map) => Answer::Known((map, source.get("items"))),
            Answer::Unknown(because) => Answer::Unknown(Unknown {
                place: Some(object.place_of(source)),
                ..because
            }),
        });
    }
    answers
}

/// Whether a file's name says that it is YAML or JSON.
fn is_yaml_name(name: &str) -> bool {
    [".yaml", ".yml", ".json"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// Looks dotted keys up in a configuration file. The first key that is there wins.
pub(super) fn find_key(entry: &ConfigEntry<'_>, format: ConfigFormat, key: &str) -> Option<Found> {
    match (&entry.content, format) {
        (_, ConfigFormat::Keys) => {
            if !matches(key, &entry.key) {
                return None;
            }
            let (text, place) = entry.text()?;
            Some(Found {
                text: text.to_owned(),
                place,
                kind: OriginKind::ConfigMap,
            })
        }
        (Content::Documents { documents, .. }, _) => documents
            .iter()
            .find_map(|document| in_yaml(document.root(), key, OriginKind::File)),
        (Content::Scalar(node), ConfigFormat::Yaml) => in_embedded(*node, key),
        (Content::Scalar(node), ConfigFormat::Properties) => {
            let text = node.as_str()?;
            let file = node.document().file();
            let found = in_properties(text, key).map(|(range, value)| {
                let start = node.inner_offset(range.start);
                let end = node.inner_offset(range.end);
                let span = match (start, end) {
                    (Some(start), Some(end)) if start <= end => Span::new(start, end),
                    _ => node.span(),
                };
                Found {
                    text: value,
                    place: FileSpan { file, span },
                    kind: OriginKind::ConfigMap,
                }
            });
            if found.is_none() && is_yaml_name(&entry.key) {
                in_embedded(*node, key)
            } else {
                found
            }
        }
        (Content::Text { documents, .. }, ConfigFormat::Yaml) if !documents.is_empty() => documents
            .iter()
            .find_map(|document| in_yaml(document.root(), key, OriginKind::File)),
        (
            Content::Text {
                text, place, exact, ..
            },
            _,
        ) => {
            let (range, value) = in_properties(text, key)?;
            let span = match (u32::try_from(range.start), u32::try_from(range.end)) {
                (Ok(start), Ok(end)) if *exact => {
                    Span::new(place.span.start + start, place.span.start + end)
                }
                _ => place.span,
            };
            let place = FileSpan {
                file: place.file,
                span,
            };
            Some(Found {
                text: value,
                place,
                kind: OriginKind::File,
            })
        }
    }
}

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
        Content::Documents { documents, .. } => documents
            .iter()
            .flat_map(|document| of(document.root()))
            .collect(),
        Content::Scalar(node) if looks_like_settings(node.as_str().unwrap_or_default()) => {
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
        Content::Documents { documents, .. } | Content::Text { documents, .. } => documents
            .iter()
            .flat_map(|document| of(document.root()))
            .collect(),
        Content::Scalar(node) if node.as_str().is_some_and(names_election) => {
            parse_embedded(node.document(), *node, ReadLimits::default())
                .map_or_else(|_| Vec::new(), |document| of(document.root()))
        }
        Content::Scalar(_) => Vec::new(),
    }
}

/// Cheap: whether a text speaks of a leader's election.
fn names_election(text: &str) -> bool {
    text.contains("eaderElect") || text.contains("leader_elector")
}

/// Cheap: whether a text can hold a configuration that is about elections at all.
fn looks_like_settings(text: &str) -> bool {
    text.contains("kind:") || text.contains("\"kind\"")
}

fn in_embedded(node: Node<'_>, key: &str) -> Option<Found> {
    let text = node.as_str()?;
    let last = key.rsplit('.').next().unwrap_or(key);
    if !text.contains(last) {
        return None;
    }
    let document = parse_embedded(node.document(), node, ReadLimits::default()).ok()?;
    in_yaml(document.root(), key, OriginKind::ConfigMap)
}

fn in_yaml(root: Node<'_>, key: &str, kind: OriginKind) -> Option<Found> {
    let parts: Vec<&str> = key.split('.').collect();
    let node = at_dotted(root, &parts)?;
    let text = match node.value() {
        Value::Null | Value::Sequence | Value::Mapping => return None,
        _ => node.scalar_text()?.to_owned(),
    };
    let file = node.document().file();
    Some(Found {
        text,
        place: FileSpan {
            file,
            span: node.span(),
        },
        kind,
    })
}

/// What stands below a dotted key. `a.b.c: 1`, `a: {b: {c: 1}}` and `a.b: {c: 1}` are all in use; of two that
/// are there, the one with the longer key wins. Of blocks that a `*` fits, only one may have the key with
/// a value of its own: which of them is asked for cannot be told.
fn at_dotted<'w>(node: Node<'w>, parts: &[&str]) -> Option<Node<'w>> {
    if parts.is_empty() {
        return Some(node);
    }
    (1..=parts.len()).rev().find_map(|length| {
        let (key, rest) = parts.split_at(length);
        let key = key.join(".");
        if !key.contains('*') {
            return at_dotted(node.get(&key)?, rest);
        }
        let blocks = node.entries().filter(|block| matches(&key, block.key));
        let mut found = blocks.filter_map(|block| at_dotted(block.value, rest));
        let first = found.next()?;
        found
            .all(|other| other.scalar_text() == first.scalar_text())
            .then_some(first)
    })
}

/// `key: value`, `key=value` or `key value` lines, as Java properties and Flink's flat file have them.
fn in_properties(text: &str, key: &str) -> Option<(std::ops::Range<usize>, String)> {
    let mut found = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let trimmed = line.trim_start();
        if trimmed.starts_with(['#', '!']) {
            continue;
        }
        let Some(rest) = trimmed.strip_prefix(key) else {
            continue;
        };
        let after_name = rest.trim_start_matches([' ', '\t']);
        let value = match after_name.strip_prefix([':', '=']) {
            Some(value) => value,
            None if after_name.len() < rest.len() => after_name,
            None => continue,
        };
        let value_text = value.trim();
        let unquoted = value_text
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'))
            .or_else(|| {
                value_text
                    .strip_prefix('\'')
                    .and_then(|text| text.strip_suffix('\''))
            })
            .unwrap_or(value_text);
        let offset = start + (line.len() - value.trim_start().len());
        found = Some((offset..offset + value_text.len(), unquoted.to_owned()));
    }
    found
}
