//! Libraries that elect for their callers, as data.

use crate::registries::candidate::{LibraryKind, OnLoss};

use super::wrappers::{From, LibraryWrapper};

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

/// A provisioner of storage, by the way its lock is made.
const fn provisioner(
    packages: &'static [&'static str],
    name: usize,
    lock_type: &'static str,
) -> LibraryWrapper {
    LibraryWrapper {
        packages,
        functions: &["NewProvisionController"],
        library: LibraryKind::ClientGo,
        enable: From::OptionOr("LeaderElection", "true"),
        timing: [
            From::OptionOr("LeaseDuration", "15s"),
            From::OptionOr("RenewDeadline", "10s"),
            From::OptionOr("RetryPeriod", "2s"),
        ],
        lock_type: From::Constant(lock_type),
        lock_name: From::ArgumentReplaced(name, "/", "-"),
        lock_namespace: From::OptionOrVariable("LeaderElectionNamespace", "POD_NAMESPACE"),
        identity: From::UniqueHostName,
        release: From::Constant("false"),
        on_loss: OnLoss::Exits,
        client_timeout: false,
        several_leaders: false,
    }
}

/// A key of the ConfigMap that knative reads (knative/pkg `leaderelection/config.go`).
const fn knative_key(key: &'static str, default: &'static str) -> From {
    From::MapKey(
        "CONFIG_LEADERELECTION_NAME",
        "config-leader-election",
        key,
        default,
    )
}

/// Sources: openshift/library-go `pkg/controller/controllercmd`, `pkg/config/leaderelection`; knative/pkg
/// `injection/sharedmain`, `leaderelection`; rancher/wrangler `pkg/leader`; kubernetes-csi/csi-lib-utils
/// `leaderelection`; kubernetes/cloud-provider `app`, `options`; spotahome/kooper `controller/leaderelection`;
/// operator-framework/operator-lib `leader`; kubernetes-sigs/sig-storage-lib-external-provisioner `controller`;
/// kubernetes/kubernetes `cmd/kube-scheduler/app`.
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
            knative_key("lease-duration", "60s"),
            knative_key("renew-deadline", "40s"),
            knative_key("retry-period", "10s"),
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
        lock_type: From::Since(
            "github.com/rancher/wrangler",
            (1, 1),
            "configmapsleases",
            "leases",
        ),
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
        lock_name: From::ArgumentReplaced(1, ".", "-"),
        lock_namespace: From::Variable("POD_NAMESPACE", "@pod"),
        identity: From::HostName,
        release: From::Constant("false"),
        on_loss: OnLoss::Exits,
        client_timeout: false,
        several_leaders: false,
    },
    LibraryWrapper {
        packages: &["github.com/kubernetes-csi/csi-lib-utils/leaderelection"],
        functions: &["RunWithLeaderElection"],
        library: LibraryKind::ClientGo,
        enable: From::Flag("leader-election", "false"),
        timing: [
            From::Flag("leader-election-lease-duration", "15s"),
            From::Flag("leader-election-renew-deadline", "10s"),
            From::Flag("leader-election-retry-period", "5s"),
        ],
        lock_type: From::Constant("leases"),
        lock_name: From::ArgumentReplaced(4, ".", "-"),
        lock_namespace: From::FlagOrPodNamespace("leader-election-namespace"),
        identity: From::HostName,
        release: From::Argument(6),
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
            // operator-sdk's own, and its copies.
            "*/pkg/leader",
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
    provisioner(
        &[
            "github.com/kubernetes-incubator/external-storage/lib/controller",
            "sigs.k8s.io/sig-storage-lib-external-provisioner/controller",
            "sigs.k8s.io/sig-storage-lib-external-provisioner/v5/controller",
            "sigs.k8s.io/sig-storage-lib-external-provisioner/v6/controller",
            "sigs.k8s.io/sig-storage-lib-external-provisioner/v7/controller",
            "sigs.k8s.io/sig-storage-lib-external-provisioner/v8/controller",
        ],
        1,
        "endpoints",
    ),
    provisioner(
        &["sigs.k8s.io/sig-storage-lib-external-provisioner/v9/controller"],
        1,
        "endpointsleases",
    ),
    provisioner(
        &[
            "sigs.k8s.io/sig-storage-lib-external-provisioner/v10/controller",
            "sigs.k8s.io/sig-storage-lib-external-provisioner/v11/controller",
            "sigs.k8s.io/sig-storage-lib-external-provisioner/v12/controller",
            "sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller",
        ],
        2,
        "leases",
    ),
    LibraryWrapper {
        packages: &["k8s.io/kubernetes/cmd/kube-scheduler/app"],
        functions: &["NewSchedulerCommand"],
        library: LibraryKind::ClientGo,
        enable: From::FlagOverKey("leader-elect", "leaderElection.leaderElect", "true"),
        timing: [
            From::FlagOverKey(
                "leader-elect-lease-duration",
                "leaderElection.leaseDuration",
                "15s",
            ),
            From::FlagOverKey(
                "leader-elect-renew-deadline",
                "leaderElection.renewDeadline",
                "10s",
            ),
            From::FlagOverKey(
                "leader-elect-retry-period",
                "leaderElection.retryPeriod",
                "2s",
            ),
        ],
        lock_type: From::FlagOverKey(
            "leader-elect-resource-lock",
            "leaderElection.resourceLock",
            "leases",
        ),
        lock_name: From::FlagOverKey(
            "leader-elect-resource-name",
            "leaderElection.resourceName",
            "kube-scheduler",
        ),
        lock_namespace: From::FlagOverKey(
            "leader-elect-resource-namespace",
            "leaderElection.resourceNamespace",
            "kube-system",
        ),
        identity: From::UniqueHostName,
        release: From::Since("k8s.io/kubernetes", (1, 22), "false", "true"),
        on_loss: OnLoss::Exits,
        client_timeout: true,
        several_leaders: false,
    },
];

/// Packages whose results have methods that change a setting.
const CHAINED_PACKAGES: &[&str] = &["github.com/kubernetes-csi/csi-lib-utils/leaderelection"];

/// These methods, each with the setting.
const CHAINED_METHODS: &[(&str, &str)] = &[
    ("WithNamespace", "namespace"),
    ("WithIdentity", "identity"),
    ("WithLeaseDuration", "lease"),
    ("WithRenewDeadline", "renew"),
    ("WithRetryPeriod", "retry"),
];

/// Packages whose results have methods that make a command, the only one that elects, by the beginning of their names.
const COMMAND_METHODS: &[(&str, &str)] = &[(
    "github.com/openshift/library-go/pkg/controller/controllercmd",
    "NewCommand",
)];

/// The setting that a method of a wrapper's result changes.
pub(super) fn chained_setting(package: &str, method: &str) -> Option<&'static str> {
    let mut methods = CHAINED_METHODS.iter();
    let (_, setting) = methods.find(|(known, _)| *known == method)?;
    CHAINED_PACKAGES.contains(&package).then_some(*setting)
}

/// Whether a method of a wrapper's result makes the command that runs it.
pub(super) fn makes_command(package: &str, method: &str) -> bool {
    let mut methods = COMMAND_METHODS.iter();
    methods.any(|(known, start)| *known == package && method.starts_with(start))
}
