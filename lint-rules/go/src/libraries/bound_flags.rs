//! Settings structs whose fields a library binds to flags or fills with defaults, as data.

use crate::term::TextSyntax;

/// A flag that a library binds to a field of its settings.
pub(super) struct BoundFlag {
    pub field: &'static str,
    pub flag: &'static str,
    pub syntax: TextSyntax,
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
    syntax: TextSyntax,
    default: Option<&'static str>,
) -> BoundFlag {
    BoundFlag {
        field,
        flag,
        syntax,
        default,
    }
}

/// k8s.io/component-base `config/options/leaderelectionconfig.go`; fluxcd/pkg `runtime/leaderelection`;
/// aws-controllers-k8s/runtime `pkg/config`.
pub(super) const BOUND_FLAGS: &[BoundFlags] = &[
    BoundFlags {
        package: "k8s.io/component-base/config/options",
        function: "BindLeaderElectionFlags",
        is_method: false,
        receiver: "",
        flags: &[
            bound("LeaderElect", "leader-elect", TextSyntax::Boolean, None),
            bound(
                "LeaseDuration.Duration",
                "leader-elect-lease-duration",
                TextSyntax::Duration,
                None,
            ),
            bound(
                "RenewDeadline.Duration",
                "leader-elect-renew-deadline",
                TextSyntax::Duration,
                None,
            ),
            bound(
                "RetryPeriod.Duration",
                "leader-elect-retry-period",
                TextSyntax::Duration,
                None,
            ),
            bound(
                "ResourceLock",
                "leader-elect-resource-lock",
                TextSyntax::Text,
                None,
            ),
            bound(
                "ResourceName",
                "leader-elect-resource-name",
                TextSyntax::Text,
                None,
            ),
            bound(
                "ResourceNamespace",
                "leader-elect-resource-namespace",
                TextSyntax::Text,
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
                TextSyntax::Boolean,
                Some("false"),
            ),
            bound(
                "ReleaseOnCancel",
                "leader-election-release-on-cancel",
                TextSyntax::Boolean,
                Some("true"),
            ),
            bound(
                "LeaseDuration",
                "leader-election-lease-duration",
                TextSyntax::Duration,
                Some("35s"),
            ),
            bound(
                "RenewDeadline",
                "leader-election-renew-deadline",
                TextSyntax::Duration,
                Some("30s"),
            ),
            bound(
                "RetryPeriod",
                "leader-election-retry-period",
                TextSyntax::Duration,
                Some("5s"),
            ),
        ],
    },
    BoundFlags {
        package: "github.com/aws-controllers-k8s/runtime/pkg/config",
        function: "BindFlags",
        is_method: true,
        receiver: "Config",
        flags: &[
            bound(
                "EnableLeaderElection",
                "enable-leader-election",
                TextSyntax::Boolean,
                Some("false"),
            ),
            bound(
                "LeaderElectionNamespace",
                "leader-election-namespace",
                TextSyntax::Text,
                Some(""),
            ),
        ],
    },
];

/// What component-base's `RecommendedDefaultLeaderElectionConfiguration` fills in where it is zero.
pub(super) const COMPONENT_DEFAULTS: &[(&str, TextSyntax, &str)] = &[
    ("LeaderElect", TextSyntax::Boolean, "true"),
    ("LeaseDuration.Duration", TextSyntax::Duration, "15s"),
    ("RenewDeadline.Duration", TextSyntax::Duration, "10s"),
    ("RetryPeriod.Duration", TextSyntax::Duration, "2s"),
    ("ResourceLock", TextSyntax::Text, "endpoints"),
];

/// The fields of that struct that have no default.
pub(super) const COMPONENT_NAMES: &[(&str, TextSyntax, &str)] = &[
    ("ResourceName", TextSyntax::Text, ""),
    ("ResourceNamespace", TextSyntax::Text, ""),
];

/// Whether a type's methods bind flags of the table: its other methods leave them as they are.
pub(super) fn binds_flags(package: &str, ty: &str) -> bool {
    let mut methods = BOUND_FLAGS.iter().filter(|bound| bound.is_method);
    methods.any(|bound| bound.package == package && bound.receiver == ty)
}
