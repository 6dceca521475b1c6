//! The ConfigMaps that a container mounts, as files.

use std::borrow::Cow;

use crate::config_map::{Answer, ConfigEntry, ConfigMap, ConfigMaps};
use crate::origin::Unknown;
use manifest::tree::Node;
use objects::{Container, Object, Workload};

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
