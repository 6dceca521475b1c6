//! A dialect as data: how one program takes its leader-election settings.
//!
//! No program's name stands in code. The built-in records are compiled from
//! `programs/*.yaml` when the crate is built; a user's own have the same shape.

use std::borrow::Cow;

use super::boolean::BoolSyntax;
use super::command_line::ParserKind;
use super::duration::DurationSyntax;

/// Text that is static in the built-in catalogue and owned in a user's own.
pub type Text = Cow<'static, str>;
/// A list that is static in the built-in catalogue and owned in a user's own.
pub type List<T> = Cow<'static, [T]>;

/// The nine settings of an election.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Setting {
    /// The switch.
    Enable,
    /// LeaseDuration, `L`.
    LeaseDuration,
    /// RenewDeadline, `R`.
    RenewDeadline,
    /// RetryPeriod, `P`.
    RetryPeriod,
    /// Name of the lock object.
    LockName,
    /// Namespace of the lock object.
    LockNamespace,
    /// Type of the lock object.
    LockType,
    /// The candidate's identity (holderIdentity).
    Identity,
    /// Whether the lock is given up on a voluntary stop.
    ReleaseOnCancel,
}

impl Setting {
    /// All settings, in the order of the enum.
    pub const ALL: [Self; 9] = [
        Self::Enable,
        Self::LeaseDuration,
        Self::RenewDeadline,
        Self::RetryPeriod,
        Self::LockName,
        Self::LockNamespace,
        Self::LockType,
        Self::Identity,
        Self::ReleaseOnCancel,
    ];

    /// The name used in dialect files and messages, such as `lease-duration`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enable => "enable",
            Self::LeaseDuration => "lease-duration",
            Self::RenewDeadline => "renew-deadline",
            Self::RetryPeriod => "retry-period",
            Self::LockName => "lock-name",
            Self::LockNamespace => "lock-namespace",
            Self::LockType => "lock-type",
            Self::Identity => "identity",
            Self::ReleaseOnCancel => "release-on-cancel",
        }
    }

    /// The words a message uses, such as `lease duration`.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Enable => "leader-election switch",
            Self::LeaseDuration => "lease duration",
            Self::RenewDeadline => "renew deadline",
            Self::RetryPeriod => "retry period",
            Self::LockName => "lock name",
            Self::LockNamespace => "lock namespace",
            Self::LockType => "lock type",
            Self::Identity => "identity",
            Self::ReleaseOnCancel => "release on exit",
        }
    }
}

/// How the text of a value is read.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueSyntax {
    /// A boolean.
    Bool(BoolSyntax),
    /// A duration.
    Duration(DurationSyntax),
    /// Free text.
    Text,
    /// One of a list of words. For a switch: the words that turn it on, and those that turn it off.
    Words {
        /// Words that mean "on" (or the accepted words of any other setting).
        on: List<Text>,
        /// Words that mean "off".
        off: List<Text>,
    },
}

/// A value computed from another setting: `from * numerator / denominator + plus`.
#[derive(Clone, Debug, PartialEq)]
pub struct Derivation {
    /// The setting it follows.
    pub from: Setting,
    /// Multiplier.
    pub numerator: i64,
    /// Divisor, at least 1.
    pub denominator: i64,
    /// Added, in nanoseconds.
    pub plus: i64,
    /// Only when the other setting is written in the input; otherwise the default holds.
    pub only_if_written: bool,
}

/// How one program takes one setting. A program without the setting has no such record.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingSpec {
    /// Which setting.
    pub setting: Setting,
    /// Flag names without dashes; the first is the current spelling.
    pub flags: List<Text>,
    /// Flags that the program accepts and does not use.
    pub ignored_flags: List<Text>,
    /// Environment variables, strongest first; `*` matches any text.
    pub env: List<Text>,
    /// Keys of a configuration file, dotted, strongest first.
    pub keys: List<Text>,
    /// The gate of `--feature-gates` (`Name=true`) that sets it.
    pub feature_gate: Option<Text>,
    /// How the text is read.
    pub syntax: ValueSyntax,
    /// For the switch: true means off.
    pub negative: bool,
    /// The program's own default, in that syntax. `None`: not established.
    /// For the lock namespace `@pod` is the pod's own namespace.
    pub default: Option<Text>,
    /// Computed from another setting.
    pub derive: Option<Derivation>,
    /// Election cannot start without a value.
    pub required: bool,
    /// A written zero (or, for text, an empty value) means the default.
    pub zero_is_default: bool,
    /// A text that cannot be read means the default instead of ending the program.
    pub unreadable_is_default: bool,
}

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
            Self::LeaderForLife | Self::Own | Self::Unknown => &[],
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

/// What a candidate's identity is made of when no setting overrides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityBase {
    /// Host name and a random UUID, or a UUID or random text alone: always unique.
    HostnameUuid,
    /// The bare host name, or the host name with a constant suffix.
    Hostname,
    /// The variable named in `IdentityRule::env`, meant to hold the pod's name.
    PodNameEnv,
    /// Another variable named in `IdentityRule::env`.
    Env,
    /// A flag (the identity setting's flags).
    Flag,
    /// The node's name.
    NodeName,
    /// A constant.
    Literal,
    /// Not established.
    Unknown,
}

/// How a program builds its identity.
#[derive(Clone, Debug, PartialEq)]
pub struct IdentityRule {
    /// What it is made of.
    pub base: IdentityBase,
    /// The variable it is read from, for `PodNameEnv`, `Env` and `NodeName`.
    pub env: Option<Text>,
    /// The program does not start (or never leads) without that variable.
    pub required: bool,
    /// The constant used when the variable is missing; every replica then has the same.
    pub fallback: Option<Text>,
    /// Without the variable the identity is the host name (set by the container runtime for `HOSTNAME`).
    pub falls_back_to_hostname: bool,
}

/// Where a program reads its configuration file.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigSource {
    /// Flags whose value is the file's path in the container.
    pub flags: List<Text>,
    /// Flags whose value is a folder in which each file name is a key (a mounted ConfigMap).
    pub folder_flags: List<Text>,
    /// Variables whose value is the file's path.
    pub env: List<Text>,
    /// File names (last path segment) that the program reads when nothing names one; `*` matches any text.
    pub names: List<Text>,
    /// Variables whose value is the name of a ConfigMap read through the API.
    pub configmap_env: List<Text>,
    /// Names of ConfigMaps read through the API when no variable names one.
    pub configmaps: List<Text>,
    /// What is in the file.
    pub format: ConfigFormat,
    /// The file's value wins over a flag.
    pub wins_over_flags: bool,
}

/// What a configuration file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigFormat {
    /// YAML or JSON with dotted paths as keys.
    Yaml,
    /// `key: value` or `key=value` lines (Java properties, Flink's flat YAML).
    Properties,
    /// Each key of the ConfigMap is a setting.
    Keys,
}

/// Hints by which a program is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Recognition {
    /// Ends of the image path (registry host, tag and digest cut off), by whole segments:
    /// `linkerd/controller` matches `cr.l5d.io/linkerd/controller:1`. `*` matches any text in a segment.
    pub images: List<Text>,
    /// Beginnings of the command line: the program's file name, then subcommands; words separated by blanks.
    /// A word may be `*`. Without a program name (`-` as first word) only subcommands are compared.
    pub commands: List<Text>,
    /// Flags of which one is enough evidence.
    pub flags: List<Text>,
    /// Flags that must all be there together.
    pub flags_together: List<Text>,
    /// Variables of which one is enough evidence.
    pub env: List<Text>,
    /// Variables that must all be there together.
    pub env_together: List<Text>,
    /// `kind` or API group of a configuration file that is enough evidence.
    pub config_kinds: List<Text>,
    /// Keys, two levels deep, of a configuration file that the command line names; one is enough evidence.
    pub config_keys: List<Text>,
    /// Flags that prove nothing alone, but back up a weak image or command.
    pub hint_flags: List<Text>,
    /// Variables that prove nothing alone, but back up a weak image or command.
    pub hint_env: List<Text>,
    /// Image evidence counts only if a command, flag or variable agrees (generic image names).
    pub image_is_weak: bool,
    /// Command evidence counts only with an image, flag or variable (generic command names).
    pub command_is_weak: bool,
    /// Words of the command line that rule the program out.
    pub not_commands: List<Text>,
}

/// A difference that holds only for some versions, told by the image tag.
#[derive(Clone, Debug, PartialEq)]
pub struct VersionRule {
    /// First version it holds for, inclusive (`2.0`); `None`: from the beginning.
    pub from: Option<Text>,
    /// First version it no longer holds for (`2.3`); `None`: open.
    pub before: Option<Text>,
    /// Ends of the images whose tags tell this program's version; empty: any image's.
    pub images: List<Text>,
    /// The lock type then.
    pub lock_type: Option<Text>,
    /// The switch's default then.
    pub enable: Option<bool>,
    /// Timing defaults then: lease, renew, retry in the setting's syntax.
    pub timing: Option<(Text, Text, Text)>,
    /// Settings that the program did not have then.
    pub absent: List<Setting>,
}

/// One program, with everything its family says already merged in.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// Permanent id, kebab-case.
    pub id: Text,
    /// The name shown to people.
    pub name: Text,
    /// The family it follows.
    pub family: Text,
    /// Stands for programs that nobody lists; its defaults are assumptions.
    pub generic: bool,
    /// The elector library.
    pub library: Library,
    /// Renewals go through a client with a timeout of max(1s, R/2).
    pub client_timeout: bool,
    /// How the command line is parsed.
    pub parser: ParserKind,
    /// `_` in flag names is read as `-`.
    pub underscores: bool,
    /// The program ends when words are left over on its command line.
    pub refuses_positionals: bool,
    /// Unknown flags are ignored instead of ending the program.
    pub ignores_unknown_flags: bool,
    /// The same flag twice ends the program.
    pub refuses_repeats: bool,
    /// Every flag about elections is listed here, so another one is unknown to the program.
    pub flags_complete: bool,
    /// Flags that have to do with elections and are none of the settings.
    pub other_flags: List<Text>,
    /// How it takes each setting.
    pub settings: List<SettingSpec>,
    /// How its identity is made.
    pub identity: IdentityRule,
    /// Whether it gives up its lock on a voluntary stop, where no setting says so. `None`: not known.
    pub releases: Option<bool>,
    /// The lock's type where no setting says so: `leases`, `configmaps`, `endpoints`, or a word of its own.
    pub lock_type: Option<Text>,
    /// Lock types other than `leases` that this program's own code accepts.
    pub own_lock_types: List<Text>,
    /// What a program of this kind that nobody lists may lock instead, if it is an old one.
    pub older_lock_types: List<Text>,
    /// The verbs it needs on its lock, where they are not simply its library's.
    pub own_lock_verbs: List<Text>,
    /// The program has no election at all.
    pub never_elects: bool,
    /// Several replicas without election are right (sharding, or a server).
    pub replicas_are_fine: bool,
    /// The lock lives in another cluster.
    pub lock_elsewhere: bool,
    /// Part of Kubernetes or the platform: its lock belongs into kube-system.
    pub part_of_system: bool,
    /// Several replicas lead at once by design (a lease for each bucket or part).
    pub several_leaders: bool,
    /// Longest time its shutdown is known to take before it releases, in seconds.
    pub shutdown_seconds: Option<u32>,
    /// Files it reads.
    pub config: Option<ConfigSource>,
    /// How it is known.
    pub recognise: Recognition,
    /// Differences by version.
    pub versions: List<VersionRule>,
}

impl Program {
    /// The verbs it needs on its lock; none where that is not established.
    pub fn lock_verbs(&self) -> impl Iterator<Item = &str> {
        let library = if self.own_lock_verbs.is_empty() {
            self.library.lock_verbs()
        } else {
            &[]
        };
        let own = self.own_lock_verbs.iter().map(AsRef::as_ref);
        own.chain(library.iter().copied())
    }

    /// How the program takes a setting, if it has it.
    #[must_use]
    pub fn spec(&self, setting: Setting) -> Option<&SettingSpec> {
        self.settings.iter().find(|spec| spec.setting == setting)
    }
}
