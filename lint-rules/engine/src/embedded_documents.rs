//! Configurations of installers that stand as text in a ConfigMap: those of kubeadm, k3s and RKE2. They become documents
//! of their own behind the one that holds them.

use manifest::tree::{Document, Node, ReadLimits};
use manifest::yaml::parse_embedded;
use objects::{
    Object, ObjectKind, Workload, gives_components_arguments, kind_if_alone, names_elections,
    objects_of,
};

/// Where kubeadm keeps the configuration of a cluster, to write the control plane's pods anew when it is upgraded
/// (kubernetes 1.31, `cmd/kubeadm/app/constants/constants.go`: `KubeadmConfigConfigMap`).
const KUBEADM_MAP: &str = "kubeadm-config";
const KUBEADM_KEY: &str = "ClusterConfiguration";

/// Documents, and behind each the configurations of installers in it.
pub(super) fn with_embedded(documents: Vec<Document>, limits: ReadLimits) -> Vec<Document> {
    if !documents.iter().any(may_embed) {
        return documents;
    }
    let mut all = Vec::with_capacity(documents.len());
    for document in documents {
        let embedded = embedded_in(&document, limits);
        all.push(document);
        all.extend(embedded);
    }
    all
}

/// Cheap: few documents do.
fn may_embed(document: &Document) -> bool {
    if kind_if_alone(document).is_some_and(|kind| kind != "ConfigMap") {
        return false;
    }
    let text = document.text();
    let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    has("ConfigMap") && (has(KUBEADM_MAP) || has("-arg")) && names_elections(text)
}

fn embedded_in(document: &Document, limits: ReadLimits) -> Vec<Document> {
    let (objects, _) = objects_of(document);
    let maps = objects
        .into_iter()
        .filter(|object| object.kind() == ObjectKind::ConfigMap);
    let texts = maps.flat_map(|map| {
        let data = map.node().get("data").into_iter().flat_map(Node::entries);
        data.filter(move |entry| holds_configuration(map, entry.key, entry.value))
    });
    texts
        .filter_map(|entry| parse_embedded(document, entry.value, limits).ok())
        .filter(|embedded| objects_of(embedded).0.into_iter().any(is_installer))
        .collect()
}

fn holds_configuration(map: Object<'_>, key: &str, value: Node<'_>) -> bool {
    let Some(text) = value.as_str() else {
        return false;
    };
    let is_kubeadm = map.name() == Some(KUBEADM_MAP) && key == KUBEADM_KEY;
    is_kubeadm && names_elections(text) || gives_components_arguments(text.as_bytes())
}

fn is_installer(object: Object<'_>) -> bool {
    Workload::of(object).is_some_and(|workload| workload.is_installer())
}
