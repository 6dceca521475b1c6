//! The requests that an elector makes for its lock.

use super::authorization::AccessRequest;
use super::lock_resource::LockResource;
use crate::Elector;
use objects::LedgerCode;
use programs::{Resolved, Unknown};

/// Where the lock is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NeededNamespace {
    /// In this namespace.
    Written(String),
    /// In the pod's own namespace, which the manifest does not name (it comes with `kubectl -n`): it matches any.
    PodNamespace,
    /// Not known.
    Unknown(Unknown),
}

/// The requests that an elector makes for its lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need<'w> {
    /// The objects of the lock: two for client-go's mixed types.
    pub resources: &'static [LockResource],
    /// The verbs on each.
    pub verbs: Vec<&'w str>,
    /// The lock's namespace.
    pub namespace: NeededNamespace,
    /// The lock's name.
    pub name: Result<String, Unknown>,
    /// It creates the lock by server-side apply: its `create` request carries the lock's name.
    pub applies: bool,
    /// Why the lock is only one of several objects: versions of the program differ. `resources` are all of them. An
    /// account that may use all may use the right one; what it lacks proves nothing.
    pub one_of_several: Option<Unknown>,
    /// The name of a lock that it takes beside the first.
    pub second: Option<Result<String, Unknown>>,
}

impl<'w> Need<'w> {
    /// The need of an elector in the cluster it runs in.
    ///
    /// # Errors
    /// Why that is not known: the lock is in another cluster, is of a type that is not known, or the program's
    /// library is not known.
    pub fn of(elector: &Elector<'w>) -> Result<Self, Unknown> {
        if let Some(because) = elsewhere(elector) {
            return Err(because);
        }
        let mut one_of_several = None;
        let resources = match &elector.lock_type {
            Resolved::Known(known) => LockResource::of_type(&known.value),
            Resolved::Unreadable { .. } => None,
            Resolved::Unknown(because) => {
                let types = &elector.program.possible_lock_types;
                let all = LockResource::of_all_types(types.iter().map(AsRef::as_ref));
                one_of_several = all.is_some().then(|| because.clone());
                match all {
                    Some(all) => Some(all),
                    None => return Err(because.clone()),
                }
            }
            Resolved::Absent => elector
                .program
                .library
                .is_client_go()
                .then_some(&[LockResource::Leases][..]),
        };
        // An operator on kopf without a namespace serves the whole cluster, and so does its peering.
        let is_cluster_wide = resources == Some(&[LockResource::KopfPeerings][..])
            && matches!(elector.lock_namespace, Resolved::Absent);
        let resources = match is_cluster_wide {
            true => Some(&[LockResource::ClusterKopfPeerings][..]),
            false => resources,
        };
        let verbs: Vec<&str> = elector.program.lock_verbs().collect();
        let (Some(resources), false) = (resources, verbs.is_empty()) else {
            return Err(Unknown {
                code: LedgerCode::LockNotKnown,
                reason: format!(
                    "what {} does with its lock is not known",
                    elector.program.name
                ),
                place: None,
            });
        };
        Ok(Self {
            resources,
            verbs,
            namespace: match resources.iter().all(|resource| resource.is_cluster_wide()) {
                true => NeededNamespace::Written(String::new()),
                false => namespace_of(elector),
            },
            name: name_of(elector),
            applies: elector.program.library.applies(),
            one_of_several,
            second: elector.second_lock(),
        })
    }

    /// The same need of the second lock, if there is one.
    pub(super) fn of_second_lock(&self) -> Option<Self> {
        Some(Self {
            name: self.second.clone()?,
            second: None,
            ..self.clone()
        })
    }

    /// The same need of a pod that runs in this namespace.
    #[must_use]
    pub(super) fn with_pod_in(&self, namespace: &str) -> Self {
        let mut need = self.clone();
        if need.namespace == NeededNamespace::PodNamespace {
            need.namespace = NeededNamespace::Written(namespace.to_owned());
        }
        need
    }

    /// The same need where kustomize still changes the pod's namespace, and the lock's with it.
    #[must_use]
    pub fn in_pods_namespace(&self, pods: Option<&str>) -> Self {
        let mut need = self.clone();
        if matches!(&need.namespace, NeededNamespace::Written(written) if Some(written.as_str()) == pods)
        {
            need.namespace = NeededNamespace::PodNamespace;
        }
        need
    }

    /// The needs of an older version of the library, where the lock's type is only assumed: for a program without a
    /// record, or with a record that leaves the lock open.
    #[must_use]
    pub(super) fn of_older_library(&self, elector: &Elector<'w>) -> Vec<Self> {
        const OLDER_LOCKS: [&[LockResource]; 2] =
            [&[LockResource::ConfigMaps], &[LockResource::Endpoints]];
        let program = elector.program;
        if !program.library.is_client_go() || self.resources != [LockResource::Leases] {
            return Vec::new();
        }
        let may_be = |resource: &LockResource| match &elector.lock_type {
            Resolved::Absent => true,
            known => {
                let mut older = program.older_lock_types.iter();
                program.generic
                    && !known.is_written()
                    && older.any(|word| *word == *resource.resource())
            }
        };
        OLDER_LOCKS
            .into_iter()
            .filter(|resources| resources.iter().all(may_be))
            .map(|resources| Self {
                resources,
                ..self.clone()
            })
            .collect()
    }

    /// The request that the elector makes with a verb.
    #[must_use]
    pub fn request<'r>(&'r self, resource: LockResource, verb: &'r str) -> AccessRequest<'r> {
        // A list or a watch has a name only with a field selector, which no library uses here.
        let named = match verb {
            "create" => self.applies,
            "list" | "watch" => false,
            _ => true,
        };
        let name = self.name.as_deref().ok().filter(|_| named);
        AccessRequest {
            namespace: self.namespace(),
            verb,
            group: resource.group(),
            resource: resource.resource(),
            subresource: "",
            name: name.unwrap_or_default(),
        }
    }

    /// The lock's namespace for a request; `None` matches any.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        match &self.namespace {
            NeededNamespace::Written(namespace) => Some(namespace),
            NeededNamespace::PodNamespace | NeededNamespace::Unknown(_) => None,
        }
    }
}

/// Why the lock is, or may be, in another cluster: the account's rights then decide nothing.
fn elsewhere(elector: &Elector<'_>) -> Option<Unknown> {
    if elector.container.component().is_some() {
        return Some(Unknown {
            code: LedgerCode::StaticPod,
            reason: "a component that an installer starts has credentials of the host, and no ServiceAccount"
                .to_owned(),
            place: None,
        });
    }
    if elector.may_be_static() {
        return Some(Unknown {
            code: LedgerCode::StaticPod,
            reason: "a pod on the host's network without an account of its own may be a static one, which the kubelet \
                     starts and which has credentials of the host"
                .to_owned(),
            place: None,
        });
    }
    if !elector.locks_elsewhere() {
        return None;
    }
    let mut flags = elector.command_line.occurrences.iter();
    let flag = flags.find(|flag| flag.name == "kubeconfig");
    let word = flag.and_then(|flag| elector.words.get(flag.argument));
    let variable = elector.variable("KUBECONFIG");
    let reason = if elector.program.lock_elsewhere {
        format!("the lock of {} is in another cluster", elector.program.name)
    } else {
        "with a kubeconfig of its own the program is not the pod's ServiceAccount".to_owned()
    };
    Some(Unknown {
        code: LedgerCode::OtherCluster,
        reason,
        place: word
            .map(|word| word.place)
            .or_else(|| variable.map(|variable| variable.place)),
    })
}

fn namespace_of(elector: &Elector<'_>) -> NeededNamespace {
    match &elector.lock_namespace {
        // A parameter of a template may become any namespace.
        Resolved::Known(known) if elector.object.has_parameter(&known.value) => {
            NeededNamespace::PodNamespace
        }
        // kopf takes patterns and lists of namespaces, and has a lock in each that fits.
        Resolved::Known(known) if known.value.contains(['*', '?', '!', ',']) => {
            NeededNamespace::Unknown(Unknown {
                code: LedgerCode::LockNamespaceUnknown,
                reason: format!("`{}` is not the name of one namespace", known.value),
                place: known.origin.place,
            })
        }
        Resolved::Known(known) => NeededNamespace::Written(known.value.clone()),
        Resolved::Unknown(because) if because.code == LedgerCode::NamespaceNotWritten => {
            NeededNamespace::PodNamespace
        }
        Resolved::Unknown(because) => NeededNamespace::Unknown(because.clone()),
        Resolved::Unreadable { origin, .. } => NeededNamespace::Unknown(Unknown {
            code: LedgerCode::LockNamespaceUnknown,
            reason: "the lock's namespace cannot be read".into(),
            place: origin.place,
        }),
        Resolved::Absent => NeededNamespace::Unknown(Unknown {
            code: LedgerCode::LockNamespaceUnknown,
            reason: format!(
                "where {} has its lock is decided outside the input",
                elector.program.name
            ),
            place: None,
        }),
    }
}

fn name_of(elector: &Elector<'_>) -> Result<String, Unknown> {
    let unknown = |reason: String, place| Unknown {
        code: LedgerCode::LockNameUnknown,
        reason,
        place,
    };
    match &elector.lock_name {
        Resolved::Known(known) if elector.object.has_parameter(&known.value) => Err(unknown(
            "the lock's name is a parameter of the template".into(),
            known.origin.place,
        )),
        Resolved::Known(known) => Ok(known.value.clone()),
        Resolved::Unknown(because) => Err(because.clone()),
        Resolved::Unreadable { origin, .. } => Err(unknown(
            "the lock's name cannot be read".into(),
            origin.place,
        )),
        Resolved::Absent => Err(unknown(
            format!(
                "the name of {}'s lock is decided outside the input",
                elector.program.name
            ),
            None,
        )),
    }
}
