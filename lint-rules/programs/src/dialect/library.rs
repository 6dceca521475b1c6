//! The libraries that elect.

/// The elector library: who checks the numbers and what they promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// KubeOps (.NET).
    KubeOps,
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
    /// client-go, the Python client and KubeOps replace the object (`update`); fabric8 6 and later sends a merge
    /// patch (`ResourceLock.update`), kubert a server-side apply (`kubert/src/lease.rs`).
    #[must_use]
    pub const fn lock_verbs(self) -> &'static [&'static str] {
        match self {
            Self::ClientGo | Self::ControllerRuntime | Self::Python | Self::KubeOps => {
                &["get", "create", "update"]
            }
            Self::Fabric8 | Self::Kubert => &["get", "create", "patch"],
            // operator-lib at 150f674, `leader/leader.go`: it creates the ConfigMap and looks whether its owner lives.
            Self::LeaderForLife => &["get", "create"],
            Self::Own | Self::Unknown => &[],
        }
    }

    /// Whether the library writes by server-side apply, which asks for `create` with the object's name.
    #[must_use]
    pub const fn applies(self) -> bool {
        matches!(self, Self::Kubert)
    }

    /// Whether the library refuses to start when `L <= R` or `R <= 1.2 * P`.
    #[must_use]
    pub const fn checks_timing(self) -> bool {
        matches!(
            self,
            Self::ClientGo | Self::ControllerRuntime | Self::Python
        )
    }
}
