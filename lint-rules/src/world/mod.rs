//! What is known and what is not: the other objects of the input.
//!
//! Questions are answered *known* or *unknown, because*. This implementation is built from
//! files; one built from watches of a cluster answers the same questions.

mod kustomize;
mod nearness;

use std::borrow::Cow;
use std::collections::HashMap;

use crate::election::{Scaler, Scalers, Surroundings};
use crate::engine::Input;
use crate::objects::{NestedList, Object, ObjectKind, Workload, WorkloadKind, objects_of};
use crate::programs::{Answer, ConfigMap, ConfigMaps, Unknown};
use crate::source::FileId;
use crate::yaml::Node;

use kustomize::Kustomizations;
use nearness::{Folder, nearest};

/// The objects of one input, indexed.
pub struct FileWorld<'w> {
    input: &'w Input,
    objects: Vec<Object<'w>>,
    nested: Vec<NestedList<'w>>,
    folders: Vec<Folder<'w>>,
    config_maps: HashMap<&'w str, Vec<Object<'w>>>,
    scalers: Vec<Object<'w>>,
    kustomizations: Kustomizations<'w>,
}

impl<'w> FileWorld<'w> {
    /// Indexes all objects of an input.
    #[must_use]
    pub fn of(input: &'w Input) -> Self {
        let mut objects = Vec::new();
        let mut nested = Vec::new();
        for document in input.documents() {
            let (found, list) = objects_of(document);
            objects.extend(found);
            nested.extend(list);
        }
        let mut config_maps: HashMap<&str, Vec<Object<'w>>> = HashMap::new();
        let mut scalers = Vec::new();
        for object in &objects {
            match object.kind() {
                ObjectKind::ConfigMap => {
                    if let Some(name) = object.name() {
                        config_maps.entry(name).or_default().push(*object);
                    }
                }
                ObjectKind::HorizontalPodAutoscaler | ObjectKind::ScaledObject => {
                    scalers.push(*object);
                }
                _ => {}
            }
        }
        let folders = input
            .files()
            .iter()
            .map(|file| Folder::of(&file.name))
            .collect();
        let kustomizations = Kustomizations::of(input);
        Self {
            input,
            objects,
            nested,
            folders,
            config_maps,
            scalers,
            kustomizations,
        }
    }

    /// All objects, in order of file and place.
    #[must_use]
    pub fn objects(&self) -> &[Object<'w>] {
        &self.objects
    }

    /// Lists inside lists: kubectl refuses such files.
    #[must_use]
    pub fn nested_lists(&self) -> &[NestedList<'w>] {
        &self.nested
    }

    fn folder(&self, file: FileId) -> Folder<'w> {
        self.folders
            .get(file.0 as usize)
            .copied()
            .unwrap_or_default()
    }
}

/// Files that generators of kustomizations name and that are not in the input.
#[must_use]
pub fn generator_files(input: &Input) -> Vec<String> {
    Kustomizations::of(input).generator_files(input)
}

/// Whether two namespaces may be the same: where one is not written it comes with `kubectl -n`.
fn may_be_same(a: Option<&str>, b: Option<&str>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    }
}

impl<'w> ConfigMaps<'w> for FileWorld<'w> {
    fn config_map(&self, from: Object<'w>, name: &str) -> Answer<ConfigMap<'w>> {
        let written = self.config_maps.get(name).map_or(&[][..], Vec::as_slice);
        let candidates: Vec<Object<'w>> = written
            .iter()
            .copied()
            .filter(|map| may_be_same(map.namespace(), from.namespace()))
            .collect();
        let both_named = |map: &Object<'w>| map.namespace().is_some() && from.namespace().is_some();
        match nearest(
            &candidates,
            self.folder(from.file()),
            |map| self.folder(map.file()),
            both_named,
        ) {
            Ok(Some(map)) => return Answer::Known(ConfigMap::of(*map)),
            Ok(None) => {}
            Err(count) => {
                return Answer::Unknown(Unknown {
                    code: "several-candidates",
                    reason: format!(
                        "{count} ConfigMaps named {name} are equally near in the input"
                    ),
                    place: None,
                });
            }
        }
        match self
            .kustomizations
            .generated(self.input, self.folder(from.file()), from.file(), name)
        {
            Ok(Some(map)) => return Answer::Known(map),
            Ok(None) => {}
            Err(count) => {
                return Answer::Unknown(Unknown {
                    code: "kustomize-not-built",
                    reason: format!(
                        "{count} kustomizations generate ConfigMap {name} for this workload"
                    ),
                    place: None,
                });
            }
        }
        Answer::Unknown(Unknown {
            code: "configmap-not-in-input",
            reason: format!("ConfigMap {name} is not in the input"),
            place: None,
        })
    }

    fn generated_beside(&self, from: Object<'w>) -> Vec<ConfigMap<'w>> {
        self.kustomizations
            .all_generated(self.input, self.folder(from.file()))
    }
}

/// The workload that a scaler names: kind (`None`: not written) and name.
fn target<'w>(scaler: Object<'w>) -> Option<(Option<&'w str>, &'w str)> {
    let reference = scaler.node().at(&["spec", "scaleTargetRef"])?;
    let kind = reference.get("kind").and_then(Node::as_str);
    Some((kind, reference.get("name")?.as_str()?))
}

impl<'w> Scalers<'w> for FileWorld<'w> {
    fn scaler(&self, workload: Workload<'w>) -> Answer<Option<Scaler>> {
        let object = workload.object();
        let mine: Vec<Object<'w>> = self
            .scalers
            .iter()
            .copied()
            .filter(|scaler| may_be_same(scaler.namespace(), object.namespace()))
            .filter(|scaler| {
                target(*scaler).is_some_and(|(kind, name)| {
                    Some(name) == object.name()
                        && kind.unwrap_or("Deployment") == object.kind_word()
                })
            })
            .collect();
        let both_named =
            |scaler: &Object<'w>| scaler.namespace().is_some() && object.namespace().is_some();
        let folder = self.folder(object.file());
        match nearest(
            &mine,
            folder,
            |scaler| self.folder(scaler.file()),
            both_named,
        ) {
            Ok(Some(scaler)) => Answer::Known(Some(scaler_of(*scaler))),
            Ok(None) => Answer::Known(self.kustomizations.replicas(self.input, object)),
            Err(count) => Answer::Unknown(Unknown {
                code: "several-candidates",
                reason: format!("{count} scalers name this workload"),
                place: None,
            }),
        }
    }
}

fn scaler_of(scaler: Object<'_>) -> Scaler {
    let keda = scaler.kind() == ObjectKind::ScaledObject;
    let (field, default) = if keda {
        ("minReplicaCount", 0)
    } else {
        ("minReplicas", 1)
    };
    let node = scaler.node().at(&["spec", field]);
    let minimum = node
        .and_then(Node::as_i64)
        .and_then(|number| u32::try_from(number).ok())
        .unwrap_or(default);
    let namespace = scaler
        .namespace()
        .map(|namespace| format!("{namespace}/"))
        .unwrap_or_default();
    Scaler {
        minimum,
        place: node.map_or_else(|| scaler.head_place(), |node| scaler.place_of(node)),
        text: format!("{field}: {minimum}"),
        name: format!(
            "{} {namespace}{}",
            scaler.kind_word(),
            scaler.name().unwrap_or_default()
        ),
    }
}

impl<'w> Surroundings<'w> for FileWorld<'w> {
    fn is_unbuilt(&self, object: Object<'w>) -> bool {
        self.kustomizations.changes(self.input, object.file())
    }

    fn image(&self, object: Object<'w>, written: &'w str) -> Cow<'w, str> {
        self.kustomizations
            .image(self.input, object.file(), written)
            .map_or(Cow::Borrowed(written), Cow::Owned)
    }

    fn is_fragment(&self, workload: Workload<'w>) -> bool {
        let object = workload.object();
        if self.kustomizations.is_patch(self.input, object.file()) {
            return true;
        }
        // A whole workload of these kinds needs a selector and labels that it selects (apps/v1).
        let needs_labels = matches!(
            workload.kind(),
            WorkloadKind::Deployment
                | WorkloadKind::StatefulSet
                | WorkloadKind::DaemonSet
                | WorkloadKind::ReplicaSet
        );
        let has_selector = workload
            .spec()
            .and_then(|spec| spec.get("selector"))
            .is_some();
        needs_labels && !has_selector && workload.pod_labels().is_none()
    }
}
