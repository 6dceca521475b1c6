//! The objects that locks are made of.

use crate::ElectorFacts;

/// What a lock is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LockResource {
    /// `leases` of `coordination.k8s.io`.
    Leases,
    /// `configmaps` of the core group.
    ConfigMaps,
    /// `endpoints` of the core group.
    Endpoints,
    /// `kopfpeerings` of `kopf.dev`, of one namespace.
    KopfPeerings,
    /// `clusterkopfpeerings` of `kopf.dev`, which are in no namespace.
    ClusterKopfPeerings,
    /// `leases` of `akka.io`.
    AkkaLeases,
    /// `leases` of `pekko.apache.org`.
    PekkoLeases,
}

impl LockResource {
    /// Every resource of Kubernetes itself that can be a lock.
    pub const OF_KUBERNETES: [Self; 3] = [Self::Leases, Self::ConfigMaps, Self::Endpoints];

    /// Every resource that can be a lock.
    pub const ALL: [Self; 7] = [
        Self::Leases,
        Self::ConfigMaps,
        Self::Endpoints,
        Self::KopfPeerings,
        Self::ClusterKopfPeerings,
        Self::AkkaLeases,
        Self::PekkoLeases,
    ];

    /// The resource's name, in plural.
    #[must_use]
    pub const fn resource(self) -> &'static str {
        match self {
            Self::Leases | Self::AkkaLeases | Self::PekkoLeases => "leases",
            Self::ConfigMaps => "configmaps",
            Self::Endpoints => "endpoints",
            Self::KopfPeerings => "kopfpeerings",
            Self::ClusterKopfPeerings => "clusterkopfpeerings",
        }
    }

    /// Its API group; empty for the core group.
    #[must_use]
    pub const fn group(self) -> &'static str {
        match self {
            Self::Leases => "coordination.k8s.io",
            Self::ConfigMaps | Self::Endpoints => "",
            Self::KopfPeerings | Self::ClusterKopfPeerings => "kopf.dev",
            Self::AkkaLeases => "akka.io",
            Self::PekkoLeases => "pekko.apache.org",
        }
    }

    /// Another group in which the same resource may be: kopf 1.44, `kopf/_cogs/structs/references.py`.
    #[must_use]
    pub const fn older_group(self) -> Option<&'static str> {
        match self {
            Self::KopfPeerings | Self::ClusterKopfPeerings => Some("zalando.org"),
            _ => None,
        }
    }

    /// Whether it is in no namespace, so that only a ClusterRoleBinding grants it.
    #[must_use]
    pub const fn is_cluster_wide(self) -> bool {
        matches!(self, Self::ClusterKopfPeerings)
    }

    /// What a lock type means; the mixed types of client-go hold two objects, both of which must be allowed.
    #[must_use]
    pub fn of_type(word: &str) -> Option<&'static [Self]> {
        Some(match word {
            "leases" | "lease" => &[Self::Leases],
            "configmaps" | "configmap" | "configmap-owner-reference" => &[Self::ConfigMaps],
            "endpoints" => &[Self::Endpoints],
            "configmapsleases" => &[Self::ConfigMaps, Self::Leases],
            "endpointsleases" => &[Self::Endpoints, Self::Leases],
            "kopfpeering" => &[Self::KopfPeerings],
            "clusterkopfpeering" => &[Self::ClusterKopfPeerings],
            "leases.akka.io" => &[Self::AkkaLeases],
            "leases.pekko.apache.org" => &[Self::PekkoLeases],
            _ => return None,
        })
    }

    /// Whether a lock of a type is made of this, alone or beside another object.
    #[must_use]
    pub fn is_part_of(self, lock_type: &str) -> bool {
        Self::of_type(lock_type).is_some_and(|objects| objects.contains(&self))
    }

    /// The objects of all these lock types together; `None` if there are none, or one is not known.
    pub(super) fn of_all_types<'t>(
        words: impl Iterator<Item = &'t str>,
    ) -> Option<&'static [Self]> {
        const COMBINATIONS: [&[LockResource]; 7] = [
            &[LockResource::Leases],
            &[LockResource::ConfigMaps],
            &[LockResource::Endpoints],
            &[LockResource::ConfigMaps, LockResource::Leases],
            &[LockResource::Endpoints, LockResource::Leases],
            &[LockResource::Endpoints, LockResource::ConfigMaps],
            &[
                LockResource::Endpoints,
                LockResource::ConfigMaps,
                LockResource::Leases,
            ],
        ];
        let types: Option<Vec<_>> = words.map(Self::of_type).collect();
        let wanted: Vec<&Self> = types?.into_iter().flatten().collect();
        if wanted.is_empty() {
            return None;
        }
        COMBINATIONS.into_iter().find(|combination| {
            wanted.iter().all(|one| combination.contains(one))
                && combination.iter().all(|one| wanted.contains(&one))
        })
    }
}

impl ElectorFacts {
    /// Whether it surely locks a Lease of this cluster, alone or beside an older object.
    #[must_use]
    pub fn locks_lease(&self) -> bool {
        let lock_type = self.lock_type.as_deref();
        !self.lock_elsewhere && lock_type.is_some_and(|word| LockResource::Leases.is_part_of(word))
    }
}

/// Namespace and name of the Lease that an elector locks, alone or beside an older object; `None` if it locks none of this
/// cluster, or one that is not known.
#[must_use]
pub fn lease_of(elector: &ElectorFacts) -> Option<(&str, &str)> {
    if !elector.locks_lease() {
        return None;
    }
    Some((
        elector.lock_namespace.known()?,
        elector.lock_name.as_deref()?,
    ))
}
