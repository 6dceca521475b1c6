//! The objects of a review, as far as they are read.

use engine::ignores::KEY_PREFIX;
use engine::{Input, InputFile};
use manifest::json::{Cursor, JsonError, ObjectOptions, are_same};
use manifest::text::FileId;
use manifest::tree::{Document, FieldMask, Node, ReadError, ReadLimits};
use objects::{Object, Workload, objects_of};

use crate::cluster::{FactsGuard, WatchedResource};

/// The file that stands for the object as it will be.
pub(super) const NEW_FILE: FileId = FileId(0);
/// The file that stands for the object as it was.
pub(super) const OLD_FILE: FileId = FileId(1);

/// What is too much for one object: it is allowed, and the answer says that it was not judged. An API server takes requests
/// of 3 MiB and etcd 1.5 MiB by default, so no object that somebody needs comes near; the bounds keep a hostile one
/// from filling the memory and from taking longer than the API server waits.
const LIMITS: ReadLimits = ReadLimits {
    bytes: 3 << 20,
    nodes: 100_000,
    members: 4_000,
    alias_expansion: 0,
    depth: 255,
};

/// Containers of one pod that are judged. Each may be an elector with findings of its own.
pub(super) const MAX_CONTAINERS: usize = 100;
/// Bytes that describe them, all together. Linux gives a program 128 KiB in one argument.
pub(super) const MAX_CONTAINER_BYTES: usize = 512 << 10;

/// How an object of a review is read.
pub(super) fn options(file: FileId, fields: &FieldMask) -> ObjectOptions<'_> {
    ObjectOptions {
        file,
        limits: LIMITS,
        fields,
        implied: &[],
    }
}

/// The objects of a review, as far as they are judged.
#[derive(Debug, Default)]
pub(super) struct ReviewedObjects {
    /// The object as it will be, or why it cannot be read.
    pub new: Option<Result<Document, ReadError>>,
    /// The object as it was.
    pub old: OldObject,
}

/// The object as it was.
#[derive(Debug, Default)]
#[expect(clippy::large_enum_variant, reason = "one in a review, moved twice")]
pub(super) enum OldObject {
    /// There is none, or it is not needed or cannot be read.
    #[default]
    None,
    /// It has the same spec as the new one, and neither silences a finding: whatever can be found in the new one could be
    /// found in it.
    SameSpec,
    /// What was read of it.
    Read(Document),
}

impl OldObject {
    /// An old object that cannot be read proves nothing about a change.
    pub fn of(read: Result<Document, ReadError>) -> Self {
        read.map_or(Self::None, Self::Read)
    }
}

impl ReviewedObjects {
    /// Whether the old object, at which the cursor is, need not be read: then the cursor is behind it. Most updates of controllers leave the spec as it is, byte for byte.
    pub fn settle_without(&mut self, cursor: &mut Cursor<'_>) -> bool {
        let Some(Ok(new)) = &self.new else {
            return false;
        };
        if is_leaving(new) {
            return cursor.skip().is_ok();
        }
        if !has_same_spec(cursor, new) {
            return false;
        }
        self.old = OldObject::SameSpec;
        true
    }
}

/// Whether the old object at the cursor has the spec of the new one, byte for byte, and neither an ignore: then the
/// cursor is behind it.
fn has_same_spec(cursor: &mut Cursor<'_>, new: &Document) -> bool {
    let spec = new.root().get("spec").and_then(|spec| {
        let (start, end) = (spec.span().start, spec.span().end);
        new.text()
            .get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
    });
    let Some(spec) = spec.filter(|_| !has_ignore(new)) else {
        return false;
    };
    let (mut is_same, mut has_ignore) = (false, false);
    let mut ahead = cursor.clone();
    let walked = ahead.members(|cursor, key| match key {
        "metadata" if cursor.is_object() => cursor.members(|cursor, key| match key {
            "annotations" if cursor.is_object() => cursor.members(|cursor, key| {
                has_ignore |= key.starts_with(KEY_PREFIX);
                cursor.skip()
            }),
            _ => cursor.skip(),
        }),
        "spec" => {
            is_same = cursor.skip_if(spec);
            // It differs: what follows is read from the beginning.
            let stop = JsonError {
                at: 0,
                reason: String::new(),
            };
            if is_same { Ok(()) } else { Err(stop) }
        }
        _ => cursor.skip(),
    });
    let settles = walked.is_ok() && is_same && !has_ignore;
    if settles {
        *cursor = ahead;
    }
    settles
}

/// Whether two objects have the same spec in all that is read of it, and neither silences a finding: then whatever can be
/// found in the new one could be found in the old one. So it is after every restart of a rollout.
pub(super) fn have_same_spec(new: &Document, old: &Document) -> bool {
    match (new.root().get("spec"), old.root().get("spec")) {
        (Some(one), Some(two)) => are_same(one, two) && !has_ignore(new) && !has_ignore(old),
        _ => false,
    }
}

fn has_ignore(document: &Document) -> bool {
    let annotations = document.root().at(&["metadata", "annotations"]);
    annotations.is_some_and(|all| all.entries_beginning(KEY_PREFIX).next().is_some())
}

/// The input of one object.
pub(super) fn input_of(document: Document) -> Input {
    let file = document.file();
    Input::starting_at(file, vec![InputFile::of_object("object", document)])
}

/// Whether an input has no more containers than are judged.
pub(super) fn is_judged_in_time(input: &Input) -> bool {
    let (mut count, mut bytes) = (0_usize, 0_usize);
    for document in input.documents() {
        for workload in objects_of(document).0.into_iter().filter_map(Workload::of) {
            for key in ["containers", "initContainers"] {
                let Some(list) = workload.pod_spec().get(key) else {
                    continue;
                };
                for container in list.items() {
                    count += 1;
                    bytes += usize::try_from(container.span().len()).unwrap_or(usize::MAX);
                }
            }
        }
    }
    count <= MAX_CONTAINERS && bytes <= MAX_CONTAINER_BYTES
}

/// Whether an object is on its way out.
pub(super) fn is_leaving(document: &Document) -> bool {
    let at = document.root().at(&["metadata", "deletionTimestamp"]);
    at.is_some_and(|at| !at.is_null())
}

/// Whether a controller of Kubernetes itself makes the object of another one, which is judged in its place. Anybody may
/// write that there is an owner, so one of a kind that is watched counts only if it is there.
pub(super) fn is_made_of_another(document: &Document, cluster: Option<&FactsGuard<'_>>) -> bool {
    let namespace = document.root().at(&["metadata", "namespace"]);
    let namespace = namespace.and_then(Node::as_str).unwrap_or_default();
    is_controlled(document, |own_kind, owner| {
        // A controller makes objects of one kind, so an owner of any other is no reason to leave an object out.
        match (own_kind, owner.group, owner.kind) {
            ("ReplicaSet", "apps", "Deployment") | ("Pod", "apps", "StatefulSet" | "DaemonSet") => {
                let what = WatchedResource::of_workload(owner.kind);
                what.zip(cluster).is_none_or(|(what, cluster)| {
                    cluster.may_have_workload(what, namespace, owner.name)
                })
            }
            ("Pod", "apps", "ReplicaSet")
            | ("Pod", "batch", "Job")
            | ("Pod", "", "ReplicationController")
            | ("Job", "batch", "CronJob") => true,
            _ => false,
        }
    })
}

/// Whether the controller of a kind that somebody else brings makes the object of another one. That one was judged, but
/// whether it is there is not known.
pub(super) fn is_made_of_a_custom_workload(document: &Document) -> bool {
    is_controlled(document, |own_kind, owner| {
        matches!(
            (own_kind, owner.group, owner.kind),
            ("ReplicaSet", "argoproj.io", "Rollout")
                | (
                    "ReplicationController",
                    "apps.openshift.io",
                    "DeploymentConfig"
                )
        )
    })
}

/// An owner, as an object names it.
struct NamedOwner<'d> {
    group: &'d str,
    kind: &'d str,
    name: &'d str,
}

/// Whether an object names a controller of which this holds, together with its own kind.
fn is_controlled<'d>(
    document: &'d Document,
    holds: impl Fn(&'d str, NamedOwner<'d>) -> bool,
) -> bool {
    let text = |node: Node<'d>, key: &str| node.get(key).and_then(Node::as_str).unwrap_or_default();
    let own_kind = text(document.root(), "kind");
    let owners = document.root().at(&["metadata", "ownerReferences"]);
    owners.into_iter().flat_map(Node::items).any(|owner| {
        let is_controller = owner.get("controller").and_then(Node::as_bool) == Some(true);
        let api_version = text(owner, "apiVersion");
        let owner = NamedOwner {
            group: api_version.split_once('/').map_or("", |(group, _)| group),
            kind: text(owner, "kind"),
            name: text(owner, "name"),
        };
        is_controller && holds(own_kind, owner)
    })
}

/// The only object of an input.
pub(super) fn only_object(input: &Input) -> Option<Object<'_>> {
    let documents = input.documents();
    documents.flat_map(|document| objects_of(document).0).next()
}
