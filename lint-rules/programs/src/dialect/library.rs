//! The libraries that elect.

use serde::{Deserialize, Serialize};

use super::super::duration::Nanos;

/// The elector library: who checks the numbers and what they promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Library {
    /// client-go `tools/leaderelection`, directly or in an equal copy.
    ClientGo,
    /// sigs.k8s.io/controller-runtime, which uses client-go.
    ControllerRuntime,
    /// fabric8 kubernetes-client, also below the Java Operator SDK and Flink.
    Fabric8,
    /// kubernetes-client/python.
    Python,
    /// kubert (Rust), server-side apply.
    Kubert,
    /// KubeOps (.NET), on kubernetes-client/csharp.
    KubeOps,
    /// kubernetes-client/java.
    KubernetesJava,
    /// Apache Camel's Kubernetes cluster service.
    Camel,
    /// kube-leader-election (Rust).
    KubeLeaderElection,
    /// kopf (Python): peering objects with priorities.
    Kopf,
    /// Bonny (Elixir).
    Bonny,
    /// Akka's and Pekko's lease.
    Akka,
    /// operator-lib leader-for-life: no lease at all.
    LeaderForLife,
    /// Objects of its own (kopf, Patroni).
    Own,
    /// Not known.
    Unknown,
}

impl Library {
    /// The name shown to people and in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClientGo => "client-go",
            Self::ControllerRuntime => "controller-runtime",
            Self::Fabric8 => "fabric8",
            Self::Python => "kubernetes-python",
            Self::Kubert => "kubert",
            Self::KubeOps => "kubeops",
            Self::KubernetesJava => "kubernetes-java",
            Self::Camel => "camel",
            Self::KubeLeaderElection => "kube-leader-election",
            Self::Kopf => "kopf",
            Self::Bonny => "bonny",
            Self::Akka => "akka",
            Self::LeaderForLife => "leader-for-life",
            Self::Own => "own",
            Self::Unknown => "unknown",
        }
    }

    /// Whether it is client-go's code that elects (so that its checks and promises hold).
    #[must_use]
    pub const fn is_client_go(self) -> bool {
        matches!(self, Self::ClientGo | Self::ControllerRuntime)
    }

    /// The verbs that the library needs on its lock; none where that is not known.
    ///
    /// client-go, the Java and Python clients and KubeOps replace the object (`update`); fabric8 6 and later and
    /// kube-leader-election send a merge patch (`ResourceLock.update`, `src/lib.rs`), kubert a server-side apply
    /// (`kubert/src/lease.rs`).
    #[must_use]
    pub const fn lock_verbs(self) -> &'static [&'static str] {
        match self {
            Self::ClientGo
            | Self::ControllerRuntime
            | Self::Python
            | Self::KubeOps
            | Self::KubernetesJava => &["get", "create", "update"],
            Self::Fabric8 | Self::Kubert | Self::KubeLeaderElection => &["get", "create", "patch"],
            // operator-lib at 150f674, `leader/leader.go`: it creates the ConfigMap and looks whether its owner lives.
            Self::LeaderForLife => &["get", "create"],
            Self::Camel | Self::Kopf | Self::Bonny | Self::Akka | Self::Own | Self::Unknown => &[],
        }
    }

    /// Whether the election is mandatory as soon as its lock is named: kopf 1.44, `--peering`; the default one is used
    /// only where it exists.
    #[must_use]
    pub const fn elects_when_lock_is_named(self) -> bool {
        matches!(self, Self::Kopf)
    }

    /// Whether the library writes by server-side apply, which asks for `create` with the object's name.
    #[must_use]
    pub const fn applies(self) -> bool {
        matches!(self, Self::Kubert)
    }

    /// What the library demands of the three durations before it elects; nothing where it takes any.
    #[must_use]
    pub const fn timing_check(self) -> Option<TimingCheck> {
        match self {
            // client-go `NewLeaderElector`; the Python client compares the same.
            Self::ClientGo | Self::ControllerRuntime | Self::Python => Some(TimingCheck::CLIENT_GO),
            // Camel `KubernetesClusterService.lockConfigWithGroupNameAndDefaults`: the jitter factor is 1.2.
            Self::Camel => Some(TimingCheck::CLIENT_GO),
            // fabric8 4.10 to 7, `LeaderElectorBuilder.validate`: `R > P + ceil(1.2 P)`.
            Self::Fabric8 => Some(TimingCheck::FACTOR_2_2),
            // kubernetes-client/java, `LeaderElector`: `R > P`.
            Self::KubernetesJava => Some(TimingCheck::FACTOR_1),
            Self::Kubert
            | Self::KubeOps
            | Self::KubeLeaderElection
            | Self::LeaderForLife
            | Self::Kopf
            | Self::Bonny
            | Self::Akka
            | Self::Own
            | Self::Unknown => None,
        }
    }

    /// Whether a candidate compares its own wall clock with the time that the holder wrote, so that an offset between
    /// the clocks of two nodes takes away from the margin. The others measure with their own clock how long the lock
    /// has not changed.
    #[must_use]
    pub const fn compares_wall_clocks(self) -> bool {
        matches!(
            self,
            Self::Fabric8
                | Self::Kubert
                | Self::KubeLeaderElection
                | Self::Kopf
                | Self::Bonny
                | Self::Akka
        )
    }
}

/// What a library demands of lease duration, renew deadline and retry period: `L > R`, and `R > factor · P`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimingCheck {
    /// The factor in tenths: 12 is 1.2.
    tenths: i64,
}

impl TimingCheck {
    const FACTOR_1: Self = Self { tenths: 10 };
    /// client-go's: `R > 1.2 · P`.
    pub const CLIENT_GO: Self = Self { tenths: 12 };
    const FACTOR_2_2: Self = Self { tenths: 22 };

    /// What the renew deadline must be above, for a retry period.
    #[must_use]
    pub fn least_renew(self, retry: Nanos) -> Nanos {
        let least = i128::from(retry.0) * i128::from(self.tenths) / 10;
        Nanos(i64::try_from(least).unwrap_or(if least < 0 { i64::MIN } else { i64::MAX }))
    }

    /// The factor as a message names it: `1.2`.
    #[must_use]
    pub const fn factor_text(self) -> &'static str {
        match self.tenths {
            22 => "2.2",
            12 => "1.2",
            _ => "1",
        }
    }
}
