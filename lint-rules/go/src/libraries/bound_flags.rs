//! Settings structs whose fields a library binds to flags or fills with defaults, as data.

use crate::term::Syntax;

/// A flag that a library binds to a field of its settings.
pub(super) struct BoundFlag {
    pub field: &'static str,
    pub flag: &'static str,
    pub syntax: Syntax,
    /// `None`: what the field holds when the flags are bound.
    pub default: Option<&'static str>,
}

/// A function or method that binds flags.
pub(super) struct BoundFlags {
    pub package: &'static str,
    pub function: &'static str,
    pub is_method: bool,
    pub receiver: &'static str,
    pub flags: &'static [BoundFlag],
}

const fn bound(
    field: &'static str,
    flag: &'static str,
    syntax: Syntax,
    default: Option<&'static str>,
) -> BoundFlag {
    BoundFlag {
        field,
        flag,
        syntax,
        default,
    }
}

/// k8s.io/component-base `config/options/leaderelectionconfig.go`; fluxcd/pkg `runtime/leaderelection`.
pub(super) const BOUND_FLAGS: &[BoundFlags] = &[
    BoundFlags {
        package: "k8s.io/component-base/config/options",
        function: "BindLeaderElectionFlags",
        is_method: false,
        receiver: "",
        flags: &[
            bound("LeaderElect", "leader-elect", Syntax::Boolean, None),
            bound(
                "LeaseDuration.Duration",
                "leader-elect-lease-duration",
                Syntax::Duration,
                None,
            ),
            bound(
                "RenewDeadline.Duration",
                "leader-elect-renew-deadline",
                Syntax::Duration,
                None,
            ),
            bound(
                "RetryPeriod.Duration",
                "leader-elect-retry-period",
                Syntax::Duration,
                None,
            ),
            bound(
                "ResourceLock",
                "leader-elect-resource-lock",
                Syntax::Text,
                None,
            ),
            bound(
                "ResourceName",
                "leader-elect-resource-name",
                Syntax::Text,
                None,
            ),
            bound(
                "ResourceNamespace",
                "leader-elect-resource-namespace",
                Syntax::Text,
                None,
            ),
        ],
    },
    BoundFlags {
        package: "github.com/fluxcd/pkg/runtime/leaderelection",
        function: "BindFlags",
        is_method: true,
        receiver: "Options",
        flags: &[
            bound(
                "Enable",
                "enable-leader-election",
                Syntax::Boolean,
                Some("false"),
            ),
            bound(
                "ReleaseOnCancel",
                "leader-election-release-on-cancel",
                Syntax::Boolean,
                Some("true"),
            ),
            bound(
                "LeaseDuration",
                "leader-election-lease-duration",
                Syntax::Duration,
                Some("35s"),
            ),
            bound(
                "RenewDeadline",
                "leader-election-renew-deadline",
                Syntax::Duration,
                Some("30s"),
            ),
            bound(
                "RetryPeriod",
                "leader-election-retry-period",
                Syntax::Duration,
                Some("5s"),
            ),
        ],
    },
];

/// What component-base's `RecommendedDefaultLeaderElectionConfiguration` fills in where it is zero.
pub(super) const COMPONENT_DEFAULTS: &[(&str, Syntax, &str)] = &[
    ("LeaderElect", Syntax::Boolean, "true"),
    ("LeaseDuration.Duration", Syntax::Duration, "15s"),
    ("RenewDeadline.Duration", Syntax::Duration, "10s"),
    ("RetryPeriod.Duration", Syntax::Duration, "2s"),
    ("ResourceLock", Syntax::Text, "endpoints"),
];

/// The fields of that struct that have no default.
pub(super) const COMPONENT_NAMES: &[(&str, Syntax, &str)] = &[
    ("ResourceName", Syntax::Text, ""),
    ("ResourceNamespace", Syntax::Text, ""),
];
