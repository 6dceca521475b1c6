//! An elector that reads its namespace from a file that the pod does not have.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use manifest::tree::Node;
use programs::{Library, Resolved, Setting};

/// The record.
pub static RULE: Rule = Rule {
    id: "namespace-file-missing",
    group: Group::Access,
    summary: "the lock's namespace is read from a file beside the token, and the pod has no such file",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[
        "spec.template.spec.automountServiceAccountToken",
        "spec.template.spec.volumes",
        "spec.template.spec.containers[].volumeMounts",
    ],
    check: Check::Elector(check),
};

/// Where the token and the namespace are mounted (kubernetes 1.37, `plugin/pkg/admission/serviceaccount`;
/// controller-runtime 0.25, `pkg/leaderelection`).
const ACCOUNT_FOLDER: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// Why the pod has no such file.
struct MissingFile<'w> {
    /// Where that is written.
    node: Node<'w>,
    message: &'static str,
    /// What brings the file, as an order.
    source: &'static str,
}

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    // A patch may hold only a part of the volumes.
    if !elector.may_be_on()
        || elector.fragment
        || elector.program.library != Library::ControllerRuntime
    {
        return;
    }
    // A written namespace is used as it is.
    if elector.lock_namespace.is_written() || !takes_the_pods_namespace(elector) {
        return;
    }
    let missing = match volume_at_account_folder(elector) {
        Some(volume) => projected_without_file(volume),
        None => nothing_mounted(elector),
    };
    let Some(MissingFile {
        node,
        message,
        source,
    }) = missing
    else {
        return;
    };
    let place = elector.object.place_of(node);
    if let Resolved::Unknown(because) = &elector.switch {
        let reason = format!(
            "the file `namespace` is missing beside the token, and whether this program elects is not known: {}",
            because.reason
        );
        sink.not_judged(place, because.code, reason);
        return;
    }
    let draft = Draft::new(place, message)
    .help(
        "controller-runtime takes the lock's namespace from this file when none is configured. Without the file the \
         program exits at start, and no replica becomes leader.",
    )
    .remedy(match elector.flag_of(Setting::LockNamespace) {
        Some(flag) => format!("{source}, or set `--{flag}`."),
        None => format!("{source}."),
    });
    let draft = match elector.switch.origin() {
        Some(origin) => draft
            .rests_on([origin])
            .related_origin(origin, "leader election is enabled here"),
        None => draft,
    };
    // Of a program that is not listed the library is an assumption.
    sink.report(if elector.program.generic {
        draft.severity(Severity::Warning)
    } else {
        draft
    });
}

/// A volume in the place of the kubelet's own, without the file.
fn projected_without_file(volume: Node<'_>) -> Option<MissingFile<'_>> {
    let sources = volume.at(&["projected", "sources"]);
    let mut sources = sources.into_iter().flat_map(Node::items).peekable();
    if sources.peek().is_none() || sources.any(has_namespace) {
        return None;
    }
    Some(MissingFile {
        node: volume,
        message: "the projected volume at the ServiceAccount's folder has no file `namespace`",
        source: "Add a `downwardAPI` source with path `namespace` and field `metadata.namespace` to the volume",
    })
}

/// Neither the kubelet's volume nor another one. Without a kubeconfig, `token-not-mounted` says so.
fn nothing_mounted<'w>(elector: &Elector<'w>) -> Option<MissingFile<'w>> {
    let node = elector
        .workload
        .pod_spec()
        .get("automountServiceAccountToken")?;
    (node.as_bool() == Some(false) && elector.locks_elsewhere()).then_some(MissingFile {
        node,
        message: "no token is mounted, so the file with the lock's namespace beside it is missing",
        source: "Mount a `downwardAPI` volume with path `namespace` and field `metadata.namespace` at \
                 `/var/run/secrets/kubernetes.io/serviceaccount`",
    })
}

/// Whether the lock's namespace is the pod's by default.
fn takes_the_pods_namespace(elector: &Elector<'_>) -> bool {
    let spec = elector.program.spec(Setting::LockNamespace);
    spec.and_then(|spec| spec.default.as_deref()) == Some("@pod")
}

/// The volume that the container mounts where the account's token usually is.
fn volume_at_account_folder<'w>(elector: &Elector<'w>) -> Option<Node<'w>> {
    let mounts = elector.container.node().get("volumeMounts");
    let mount = mounts.into_iter().flat_map(Node::items).find(|mount| {
        let path = mount.get("mountPath").and_then(Node::as_str);
        path.is_some_and(|path| path.trim_end_matches('/') == ACCOUNT_FOLDER)
    })?;
    let name = mount.get("name").and_then(Node::as_str)?;
    let volumes = elector.workload.pod_spec().get("volumes");
    volumes
        .into_iter()
        .flat_map(Node::items)
        .find(|volume| volume.get("name").and_then(Node::as_str) == Some(name))
}

/// Whether a source of a projected volume brings the file.
fn has_namespace(source: Node<'_>) -> bool {
    let of_kind = |kind: &str| source.at(&[kind, "items"]);
    let named = ["downwardAPI", "configMap", "secret"]
        .into_iter()
        .filter_map(of_kind)
        .flat_map(Node::items)
        .any(|item| item.get("path").and_then(Node::as_str) == Some("namespace"));
    // Without `items` every key is a file, and which there are is not known here. The cluster's certificate is.
    let is_whole = ["configMap", "secret"].into_iter().any(|kind| {
        source.get(kind).is_some_and(|found| {
            found.get("items").is_none()
                && found.get("name").and_then(Node::as_str) != Some("kube-root-ca.crt")
        })
    });
    named || is_whole
}
