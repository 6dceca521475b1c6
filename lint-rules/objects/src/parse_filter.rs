//! Which documents are worth parsing. Most bytes of real manifests are CustomResourceDefinitions.

use memchr::memmem;

use manifest::file::Head;

/// Kinds that are always read.
const READ_KINDS: &[&str] = &[
    "APIService",
    "ClusterRole",
    "ClusterRoleBinding",
    "ClusterServiceVersion",
    "CronJob",
    "DaemonSet",
    "Deployment",
    "DeploymentConfig",
    "HorizontalPodAutoscaler",
    "Job",
    "Kustomization",
    "Component",
    "Lease",
    "List",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Pod",
    "ReplicaSet",
    "ReplicationController",
    "ResourceQuota",
    "Role",
    "RoleBinding",
    "Rollout",
    "ScaledObject",
    "ServiceAccount",
    "StatefulSet",
    "Template",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
];

/// Kinds of Flux and Argo CD that apply a chart or a folder, with their API groups.
const DELIVERY_KINDS: [(&str, &str); 4] = [
    ("argoproj.io", "Application"),
    ("argoproj.io", "ApplicationSet"),
    ("helm.toolkit.fluxcd.io", "HelmRelease"),
    ("kustomize.toolkit.fluxcd.io", "Kustomization"),
];

/// The API group of the objects that name what Flux applies, and those of them by which it is found.
const DELIVERY_SOURCES: (&str, [&str; 1]) = ("source.toolkit.fluxcd.io", ["HelmChart"]);

/// Whether an object applies a chart or a folder with values of its own.
pub(super) fn is_delivery(api_version: &str, kind: &str) -> bool {
    DELIVERY_KINDS.contains(&(group_of(api_version), kind))
}

fn is_delivery_source(api_version: &str, kind: &str) -> bool {
    let (group, kinds) = DELIVERY_SOURCES;
    group_of(api_version) == group && kinds.contains(&kind)
}

fn group_of(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

/// The API groups of policies of Kyverno and Gatekeeper.
const POLICY_GROUPS: [&str; 2] = ["kyverno.io/", "constraints.gatekeeper.sh/"];

/// Kinds that never matter, whatever is in them.
const SKIPPED_KINDS: &[&str] = &[
    "CustomResourceDefinition",
    "CustomResourceDefinitionList",
    "Secret",
];

/// The port at which the API server calls the Services of webhooks and APIServices, unless they name another one.
const CALLED_PORT: &[u8] = b"443";

/// ConfigMaps larger than this are read only if they name elections.
const SMALL_CONFIG_MAP_BYTES: usize = 16 * 1024;

/// Configuration files of k3s and RKE2 are small.
const SMALL_SERVER_CONFIG_BYTES: usize = 16 * 1024;

/// Words of which one stands in every configuration of an election.
const ELECTION_WORDS: &[&[u8]] = &[
    b"eader",
    b"EADER",
    b"lease-duration",
    b"leaseDuration",
    b"vip_lease",
];

/// Whether a text has a word that stands in every configuration of an election.
#[must_use]
pub fn names_elections(text: &str) -> bool {
    ELECTION_WORDS
        .iter()
        .any(|word| memmem::find(text.as_bytes(), word).is_some())
}

/// Whether a file seems to be a configuration of k3s or RKE2 that gives arguments about elections. It is no object, so
/// nothing else in it tells that it matters.
#[must_use]
pub fn gives_components_arguments(bytes: &[u8]) -> bool {
    const ENDING: &[u8] = b"-arg";
    const PROGRAMS: [&[u8]; 2] = [b"controller-manager", b"kube-scheduler"];
    let is_key = |end: usize| {
        let before = bytes.get(..end).unwrap_or_default();
        PROGRAMS.iter().any(|program| before.ends_with(program))
    };
    bytes.len() <= SMALL_SERVER_CONFIG_BYTES
        && memmem::find_iter(bytes, ENDING).any(is_key)
        && ELECTION_WORDS
            .iter()
            .any(|word| memmem::find(bytes, word).is_some())
}

/// Whether objects of a kind are read, those with certain words in them at least.
#[must_use]
pub fn is_read_kind(kind: &str) -> bool {
    READ_KINDS.contains(&kind) || kind == "ConfigMap"
}

/// Whether a document is worth parsing, by its head alone.
#[must_use]
pub fn is_wanted(head: &Head<'_>) -> bool {
    let Some(kind) = head.kind else {
        // No plain `kind` at column 0: JSON, a flow mapping, an odd indentation. Parse and see.
        return true;
    };
    if READ_KINDS.contains(&kind) {
        return true;
    }
    if SKIPPED_KINDS.contains(&kind) {
        return false;
    }
    let version = head.api_version.unwrap_or_default();
    if is_delivery(version, kind) || is_delivery_source(version, kind) {
        return true;
    }
    // A policy may be of any kind there is a template for.
    let is_policy = head
        .api_version
        .is_some_and(|version| POLICY_GROUPS.iter().any(|group| version.starts_with(group)));
    if is_policy {
        return true;
    }
    match kind {
        "Service" => memmem::find(head.text.as_bytes(), CALLED_PORT).is_some(),
        "ConfigMap" => head.text.len() <= SMALL_CONFIG_MAP_BYTES || names_elections(head.text),
        _ if kind.ends_with("List") => {
            // A typed list: its items take its kind.
            READ_KINDS.contains(&kind.trim_end_matches("List"))
                || memmem::find(head.text.as_bytes(), b"kind:").is_some()
                    && memmem::find(head.text.as_bytes(), b"ontainers").is_some()
        }
        _ => {
            memmem::find(head.text.as_bytes(), b"ontainers:").is_some()
                || names_elections(head.text)
        }
    }
}
