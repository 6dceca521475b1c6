//! What other objects need to know of an elector: small and owned, so that those of a whole cluster fit in memory.

use std::borrow::Cow;

use super::elector::{ElectionState, Elector};
use super::lock_in_code::lock_in_code;
use manifest::text::FileSpan;
use manifest::tree::Node;
use objects::{LedgerCode, ObjectName};
use programs::{Nanos, OriginKind, Resolved};

/// The namespace in which an elector locks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LockNamespace {
    /// This one.
    Known(Box<str>),
    /// The pod's own, which the manifest does not name: it is set by `kubectl -n`.
    Own,
    /// Not known.
    Unknown,
}

impl LockNamespace {
    /// The namespace, if it is known.
    #[must_use]
    pub fn known(&self) -> Option<&str> {
        match self {
            Self::Known(namespace) => Some(namespace),
            Self::Own | Self::Unknown => None,
        }
    }
}

/// One elector, reduced to what decides about others.
#[derive(Clone, Debug, PartialEq)]
pub struct ElectorFacts {
    /// The workload.
    pub object: ObjectName,
    /// Only its namespace may be named.
    pub is_hidden: bool,
    /// The container's name.
    pub container: Box<str>,
    /// The program's name for messages.
    pub program: Box<str>,
    /// The image without tag and digest, if it is known.
    pub image: Option<Box<str>>,
    /// Whether the election runs.
    pub state: ElectionState,
    /// The lock's type, if known.
    pub lock_type: Option<Box<str>>,
    /// The lock's namespace.
    pub lock_namespace: LockNamespace,
    /// The lock's name, if known.
    pub lock_name: Option<Box<str>>,
    /// Where the name lies in the program's code or in a default that is not known: what it may depend on. Two programs
    /// with the same have one lock, whatever its name is.
    pub lock_in_code: Option<Box<str>>,
    /// The lock's name is only assumed.
    pub lock_assumed: bool,
    /// The lock is in another cluster.
    pub lock_elsewhere: bool,
    /// Several replicas lead at once by design.
    pub several_leaders: bool,
    /// Kustomize still changes names, namespaces or accounts before this is applied.
    pub unbuilt: bool,
    /// The account's name; its namespace is the workload's.
    pub account: Box<str>,
    /// `replicas: 0`, which an autoscaler leaves alone.
    pub is_scaled_to_zero: bool,
    /// RenewDeadline, if known.
    pub renew: Option<Nanos>,
    /// The token that names the lock, else the container's name; `None` for one of a live cluster.
    pub place: Option<FileSpan>,
    /// The container's name; `None` for one of a live cluster.
    pub name_place: Option<FileSpan>,
}

impl ElectorFacts {
    /// The facts of an elector.
    #[must_use]
    pub fn of(elector: &Elector<'_>) -> Self {
        let boxed = |text: &String| text.as_str().into();
        let assumed = |origin: &programs::Origin| origin.kind == OriginKind::Assumed;
        // A default lock that may not exist is claimed by no one.
        let is_optional =
            elector.program.library.elects_when_lock_is_named() && !elector.lock_name.is_written();
        Self {
            object: elector.object.object_name(),
            is_hidden: false,
            container: elector.container.name().into(),
            program: elector.program.name.as_str().into(),
            image: elector.image_repository().map(Into::into),
            state: elector.state,
            lock_type: elector.lock_type.value().map(boxed),
            lock_namespace: lock_namespace(elector),
            lock_name: elector
                .lock_name
                .value()
                .filter(|_| !is_optional)
                .map(boxed),
            lock_in_code: lock_in_code(elector).map(Into::into),
            lock_assumed: elector.lock_name.origin().is_some_and(assumed),
            lock_elsewhere: elector.locks_elsewhere(),
            several_leaders: elector.program.several_leaders,
            unbuilt: elector.unbuilt,
            account: elector.account.name.as_str().into(),
            is_scaled_to_zero: elector.workload.replicas().and_then(Node::as_i64) == Some(0),
            renew: elector.renew.value().copied(),
            place: Some(elector.place_of(&elector.lock_name)),
            name_place: Some(elector.name_place()),
        }
    }

    /// The same for who sees this namespace: of an elector in another one nothing but its namespace is named.
    #[must_use]
    pub fn shown_to(&self, namespace: &str) -> Cow<'_, Self> {
        if self
            .object
            .namespace
            .as_deref()
            .is_none_or(|own| own == namespace)
        {
            return Cow::Borrowed(self);
        }
        Cow::Owned(Self {
            is_hidden: true,
            ..self.clone()
        })
    }

    /// What the lock is found by beside its namespace: its name, or what the name in the program's code depends on.
    #[must_use]
    pub fn lock_title(&self) -> Option<&str> {
        let name = self.lock_name.as_deref();
        name.or(self.lock_in_code.as_deref())
    }

    /// The workload with its namespace, for messages: `Deployment ops/controller`.
    #[must_use]
    pub fn title(&self) -> String {
        let ObjectName {
            kind,
            namespace,
            name,
            ..
        } = &self.object;
        match namespace {
            Some(namespace) if self.is_hidden => format!("a workload in namespace {namespace}"),
            Some(namespace) => format!("{kind} {namespace}/{name}"),
            None => format!("{kind} {name}"),
        }
    }

    /// Whether an elector of another workload surely claims the same lock, and is not a replica of this one.
    #[must_use]
    pub fn is_rival_of(&self, other: &Self) -> bool {
        // One workload may be defined twice, such as with and without its namespace.
        let is_same = self.object.kind == other.object.kind && self.has_name_of(other);
        self.claims_lock_of(other) && !is_same && !self.is_replica_pod_of(other)
    }

    /// Whether the workloads have one name, and may have one namespace.
    #[must_use]
    pub fn has_name_of(&self, other: &Self) -> bool {
        let may_be_one = match (&self.object.namespace, &other.object.namespace) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        self.object.name == other.object.name && may_be_one
    }

    /// Whether both are bare pods of one image: replicas that were written one by one.
    fn is_replica_pod_of(&self, other: &Self) -> bool {
        let are_pods = self.object.kind == "Pod" && other.object.kind == "Pod";
        are_pods && self.image.is_some() && self.image == other.image
    }

    /// Whether both claim the same lock for sure: type, namespace and name are known and the same.
    #[must_use]
    pub fn claims_lock_of(&self, other: &Self) -> bool {
        let both_own = self.lock_namespace == LockNamespace::Own
            && other.lock_namespace == LockNamespace::Own
            && self.object.namespace == other.object.namespace;
        let same_namespace = both_own
            || matches!((self.lock_namespace.known(), other.lock_namespace.known()), (Some(a), Some(b)) if a == b);
        same_namespace
            && (self.lock_name.is_some() || self.lock_in_code.is_some())
            && self.lock_name == other.lock_name
            && self.lock_in_code == other.lock_in_code
            && self.lock_type.is_some()
            && self.lock_type == other.lock_type
            && !self.lock_elsewhere
            && !other.lock_elsewhere
    }
}

fn lock_namespace(elector: &Elector<'_>) -> LockNamespace {
    match &elector.lock_namespace {
        Resolved::Known(known) => LockNamespace::Known(known.value.as_str().into()),
        Resolved::Unknown(unknown) if unknown.code == LedgerCode::NamespaceNotWritten => {
            LockNamespace::Own
        }
        _ => LockNamespace::Unknown,
    }
}
