//! Libraries that elect for their callers, as data.

use crate::registries::candidate::{LibraryKind, OnLoss};

use super::bound_flags::BOUND_FLAGS;

/// Where a wrapper takes a setting from.
#[derive(Clone, Copy)]
pub(super) enum From {
    /// A constant, read by the setting's syntax.
    Constant(&'static str),
    /// An argument of the call.
    Argument(usize),
    /// An argument with a suffix.
    ArgumentAnd(usize, &'static str),
    /// An argument; a default where it is empty.
    ArgumentOr(usize, &'static str),
    /// A flag, with the library's default.
    Flag(&'static str, &'static str),
    /// A flag whose default is a field of an argument if that is set, else the library's.
    FlagOver(&'static str, usize, &'static str, &'static str),
    /// The opposite of a flag.
    NotFlag(&'static str, &'static str),
    /// A variable; a default where it is empty.
    Variable(&'static str, &'static str),
    /// A key of the configuration file, with the library's default.
    Key(&'static str, &'static str),
    /// The opposite of such a key.
    NotKey(&'static str, &'static str),
    /// The pod's namespace.
    PodNamespace,
    /// A flag for the namespace, else the pod's.
    FlagOrPodNamespace(&'static str),
    /// Host name and a random text.
    UniqueHostName,
    /// The bare host name.
    HostName,
    /// Several, computed by the library.
    Computed(&'static str),
    /// There is none.
    None,
}

/// A function that makes an elector.
pub(super) struct LibraryWrapper {
    pub packages: &'static [&'static str],
    pub functions: &'static [&'static str],
    pub library: LibraryKind,
    pub enable: From,
    pub timing: [From; 3],
    pub lock_type: From,
    pub lock_name: From,
    pub lock_namespace: From,
    pub identity: From,
    pub release: From,
    pub on_loss: OnLoss,
    pub client_timeout: bool,
    pub several_leaders: bool,
}

/// The packages of rancher/wrangler that elect, by major version.
const WRANGLER_PACKAGES: &[&str] = &[
    "github.com/rancher/wrangler/pkg/leader",
    "github.com/rancher/wrangler/v2/pkg/leader",
    "github.com/rancher/wrangler/v3/pkg/leader",
];

/// LeaseDuration, RenewDeadline and RetryPeriod of wrangler, the same for all of its functions.
const WRANGLER_TIMING: [From; 3] = [
    From::Variable("CATTLE_ELECTION_LEASE_DURATION", "45s"),
    From::Variable("CATTLE_ELECTION_RENEW_DEADLINE", "30s"),
    From::Variable("CATTLE_ELECTION_RETRY_PERIOD", "2s"),
];

/// Sources: openshift/library-go `pkg/controller/controllercmd`, `pkg/config/leaderelection`; knative/pkg
/// `injection/sharedmain`, `leaderelection`; rancher/wrangler `pkg/leader`; kubernetes-csi/csi-lib-utils
/// `leaderelection`; kubernetes/cloud-provider `app`, `options`; spotahome/kooper `controller/leaderelection`;
/// operator-framework/operator-lib `leader`.
pub(super) const WRAPPERS: &[LibraryWrapper] = &[
    LibraryWrapper {
        packages: &["github.com/openshift/library-go/pkg/controller/controllercmd"],
        functions: &["NewControllerCommandConfig"],
        library: LibraryKind::ClientGo,
        enable: From::NotKey("leaderElection.disable", "false"),
        timing: [
            From::Key("leaderElection.leaseDuration", "137s"),
            From::Key("leaderElection.renewDeadline", "107s"),
            From::Key("leaderElection.retryPeriod", "26s"),
        ],
        lock_type: From::Constant("leases"),
        lock_name: From::ArgumentAnd(0, "-lock"),
        lock_namespace: From::FlagOrPodNamespace("namespace"),
        identity: From::UniqueHostName,
        release: From::Constant("true"),
        on_loss: OnLoss::Exits,
        client_timeout: false,
        several_leaders: false,
    },
    LibraryWrapper {
        packages: &["knative.dev/pkg/injection/sharedmain"],
        functions: &[
            "Main",
            "MainNamed",
            "MainWithContext",
            "MainWithConfig",
            "WebhookMainWithContext",
            "WebhookMainWithConfig",
        ],
        library: LibraryKind::ClientGo,
        enable: From::NotFlag("disable-ha", "false"),
        timing: [
            From::Key("lease-duration", "60s"),
            From::Key("renew-deadline", "40s"),
            From::Key("retry-period", "10s"),
        ],
        lock_type: From::Constant("leases"),
        lock_name: From::Computed("one lease for each reconciler and bucket"),
        lock_namespace: From::Variable("SYSTEM_NAMESPACE", ""),
        identity: From::UniqueHostName,
        release: From::Constant("true"),
        on_loss: OnLoss::Rejoins,
        client_timeout: false,
        several_leaders: true,
    },
    LibraryWrapper {
        packages: WRANGLER_PACKAGES,
        functions: &["RunOrDie"],
        library: LibraryKind::ClientGo,
        enable: From::Constant("true"),
        timing: WRANGLER_TIMING,
        lock_type: From::Computed("configmapsleases before wrangler 1.1, leases after"),
        lock_name: From::Argument(2),
        lock_namespace: From::ArgumentOr(1, "kube-system"),
        identity: From::HostName,
        release: From::Constant("true"),
        on_loss: OnLoss::Exits,
        client_timeout: false,
        several_leaders: false,
    },
    LibraryWrapper {
        packages: WRANGLER_PACKAGES,
        functions: &["NewManager"],
        library: LibraryKind::ClientGo,
        enable: From::Constant("true"),
        timing: WRANGLER_TIMING,
        lock_type: From::Constant("leases"),
        lock_name: From::Argument(1),
        lock_namespace: From::ArgumentOr(0, "kube-system"),
        identity: From::HostName,
        release: From::Constant("true"),
        on_loss: OnLoss::Exits,
        client_timeout: false,
        several_leaders: false,
    },
    LibraryWrapper {
        packages: &["github.com/kubernetes-csi/csi-lib-utils/leaderelection"],
        functions: &["NewLeaderElection", "NewLeaderElectionWithLeases"],
        library: LibraryKind::ClientGo,
        enable: From::Constant("true"),
        timing: [
            From::Constant("15s"),
            From::Constant("10s"),
            From::Constant("5s"),
        ],
        lock_type: From::Constant("leases"),
        lock_name: From::Argument(1),
        lock_namespace: From::Variable("POD_NAMESPACE", "@pod"),
        identity: From::HostName,
        release: From::Constant("false"),
        on_loss: OnLoss::Exits,
        client_timeout: false,
        several_leaders: false,
    },
    LibraryWrapper {
        packages: &["k8s.io/cloud-provider/app"],
        functions: &["NewCloudControllerManagerCommand"],
        library: LibraryKind::ClientGo,
        enable: From::FlagOver(
            "leader-elect",
            0,
            "Generic.LeaderElection.LeaderElect",
            "true",
        ),
        timing: [
            From::FlagOver(
                "leader-elect-lease-duration",
                0,
                "Generic.LeaderElection.LeaseDuration.Duration",
                "15s",
            ),
            From::FlagOver(
                "leader-elect-renew-deadline",
                0,
                "Generic.LeaderElection.RenewDeadline.Duration",
                "10s",
            ),
            From::FlagOver(
                "leader-elect-retry-period",
                0,
                "Generic.LeaderElection.RetryPeriod.Duration",
                "2s",
            ),
        ],
        lock_type: From::Flag("leader-elect-resource-lock", "leases"),
        lock_name: From::FlagOver(
            "leader-elect-resource-name",
            0,
            "Generic.LeaderElection.ResourceName",
            "cloud-controller-manager",
        ),
        lock_namespace: From::FlagOver(
            "leader-elect-resource-namespace",
            0,
            "Generic.LeaderElection.ResourceNamespace",
            "kube-system",
        ),
        identity: From::UniqueHostName,
        release: From::Constant("false"),
        on_loss: OnLoss::Exits,
        client_timeout: true,
        several_leaders: false,
    },
    LibraryWrapper {
        packages: &[
            "github.com/spotahome/kooper/controller/leaderelection",
            "github.com/spotahome/kooper/v2/controller/leaderelection",
        ],
        functions: &["NewDefault"],
        library: LibraryKind::ClientGo,
        enable: From::Constant("true"),
        timing: [
            From::Constant("15s"),
            From::Constant("10s"),
            From::Constant("2s"),
        ],
        lock_type: From::Computed("configmaps or leases, by kooper's version"),
        lock_name: From::Argument(0),
        lock_namespace: From::Argument(1),
        identity: From::UniqueHostName,
        release: From::Constant("false"),
        on_loss: OnLoss::Returns,
        client_timeout: false,
        several_leaders: false,
    },
    LibraryWrapper {
        packages: &[
            "github.com/operator-framework/operator-lib/leader",
            "github.com/operator-framework/operator-sdk/pkg/leader",
        ],
        functions: &["Become"],
        library: LibraryKind::LeaderForLife,
        enable: From::Constant("true"),
        timing: [From::None, From::None, From::None],
        lock_type: From::Constant("configmaps"),
        lock_name: From::Argument(1),
        lock_namespace: From::PodNamespace,
        identity: From::Variable("POD_NAME", ""),
        release: From::Constant("false"),
        on_loss: OnLoss::Unknown,
        client_timeout: false,
        several_leaders: false,
    },
];

/// Whether an import path or a module's path belongs to a library of the table.
pub(crate) fn speaks_of_wrapper(path: &str) -> bool {
    let of = |known: &str| {
        known == path
            || known
                .strip_prefix(path)
                .is_some_and(|rest| rest.starts_with('/'))
    };
    WRAPPERS
        .iter()
        .any(|wrapper| wrapper.packages.iter().any(|known| of(known)))
        || BOUND_FLAGS.iter().any(|bound| of(bound.package))
}
