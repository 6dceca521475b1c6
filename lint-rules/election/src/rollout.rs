//! The rollout of a change: whether pods of the old and of the new revision run at once.
//!
//! After kube-controller-manager 1.36: `deployment/util` (`ResolveFenceposts`, `NewRSNewReplicas`),
//! `deployment/recreate.go`, `statefulset`, `daemon`. The new object's strategy governs the rollout.

use super::elector::Elector;
use super::rollout_bounds::{Bound, DEFAULT_BOUND, fenceposts};
use manifest::text::FileSpan;
use manifest::tree::Node;
use objects::WorkloadKind;

/// How pods of the two revisions meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlap {
    /// They run at the same time.
    Together,
    /// The new pod starts as soon as the old one is being terminated, before it has ended.
    WhileEnding,
    /// No new pod is started before the last old one is gone.
    Apart,
    /// There are no old pods, or no new ones.
    Never,
    /// The new pods are of another object: both run until somebody deletes the old one.
    UntilDeleted,
    /// Not known.
    Unknown,
}

/// The rollout of one workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rollout {
    /// How the revisions meet.
    pub overlap: Overlap,
    /// The reason, as a part of a sentence: `a rolling update with one pod more`.
    pub cause: String,
    /// The token that decides, if one is written.
    pub place: Option<FileSpan>,
}

impl Rollout {
    /// The rollout that turns the pods of one elector into those of another.
    #[must_use]
    pub fn between(before: &Elector<'_>, after: &Elector<'_>) -> Self {
        let old = Pods::of(before);
        let new = Pods::of(after);
        let none = |which: &str| Self::new(Overlap::Never, format!("{which} replicas"));
        if old == Pods::Exactly(0) {
            return none("a change of zero");
        }
        if new == Pods::Exactly(0) {
            return none("a change to zero");
        }
        if after.fragment {
            return Self::new(
                Overlap::Unknown,
                "a rollout by a strategy that is not in this patch",
            );
        }
        let rollout = Self::by_kind(after, old, new);
        // An overlay may still set a strategy where none is written.
        if after.unbuilt && rollout.place.is_none() && rollout.overlap == Overlap::Together {
            return Self::new(
                Overlap::Unknown,
                "a rollout by a strategy that kustomize may still change",
            );
        }
        rollout
    }

    /// Another object takes the place of a workload.
    #[must_use]
    pub fn of_another_object() -> Self {
        Self::new(
            Overlap::UntilDeleted,
            "another object in the place of the old one",
        )
    }

    /// Whether pods of both revisions are alive at the same time at some moment; `None`: not known.
    #[must_use]
    pub fn meets(&self) -> Option<bool> {
        match self.overlap {
            Overlap::Together | Overlap::WhileEnding | Overlap::UntilDeleted => Some(true),
            Overlap::Apart | Overlap::Never => Some(false),
            Overlap::Unknown => None,
        }
    }

    fn new(overlap: Overlap, cause: impl Into<String>) -> Self {
        Self {
            overlap,
            cause: cause.into(),
            place: None,
        }
    }

    fn at(mut self, elector: &Elector<'_>, node: Option<Node<'_>>) -> Self {
        self.place = node.map(|node| elector.object.place(node.span()));
        self
    }

    fn by_kind(after: &Elector<'_>, old: Pods, new: Pods) -> Self {
        let spec = after.workload.spec();
        let field = |path: &[&str]| spec.and_then(|spec| spec.at(path));
        match after.workload.kind() {
            WorkloadKind::Deployment => {
                let fields = StrategyFields {
                    kind: field(&["strategy", "type"]),
                    rolling: "RollingUpdate",
                    surge: field(&["strategy", "rollingUpdate", "maxSurge"]),
                    unavailable: field(&["strategy", "rollingUpdate", "maxUnavailable"]),
                };
                fields.rollout(after, old, new)
            }
            WorkloadKind::DeploymentConfig => {
                let fields = StrategyFields {
                    kind: field(&["strategy", "type"]),
                    rolling: "Rolling",
                    surge: field(&["strategy", "rollingParams", "maxSurge"]),
                    unavailable: field(&["strategy", "rollingParams", "maxUnavailable"]),
                };
                fields.rollout(after, old, new)
            }
            WorkloadKind::StatefulSet => {
                let kind = field(&["updateStrategy", "type"]);
                let partition = field(&["updateStrategy", "rollingUpdate", "partition"]);
                stateful(after, old.at_least().max(new.at_least()), kind, partition)
            }
            WorkloadKind::DaemonSet => {
                let kind = field(&["updateStrategy", "type"]);
                let cause = match kind.and_then(Node::as_str) {
                    Some("OnDelete") => ON_DELETE,
                    _ => "an update of a DaemonSet, node by node",
                };
                Self::new(Overlap::Together, cause).at(after, kind)
            }
            WorkloadKind::ReplicaSet => {
                let cause = "pods that are replaced as they are deleted";
                if old.at_least().max(new.at_least()) > 1 {
                    Self::new(Overlap::Together, cause)
                } else {
                    Self::new(Overlap::WhileEnding, cause)
                }
            }
            WorkloadKind::OtherScalable if after.object.kind_word() == "Rollout" => {
                let cause = "a progressive rollout, which runs both revisions on purpose";
                Self::new(Overlap::Together, cause).at(after, field(&["strategy"]))
            }
            WorkloadKind::OtherScalable if old.at_least().min(new.at_least()) > 1 => {
                Self::new(Overlap::Together, "an update pod by pod")
            }
            // Two pods of one name cannot exist.
            WorkloadKind::Pod => Self::new(Overlap::Apart, "a pod that is deleted and made anew"),
            WorkloadKind::OtherScalable | WorkloadKind::Job | WorkloadKind::Other => {
                Self::new(Overlap::Unknown, "an update of a kind of its own")
            }
        }
    }
}

/// How many pods one revision has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pods {
    Exactly(u32),
    /// A scaler may make more of them, and some scale to zero.
    AtLeast(u32),
    Unknown,
}

impl Pods {
    fn of(elector: &Elector<'_>) -> Self {
        let replicas = &elector.replicas;
        match replicas.count {
            Some(count) if replicas.scaler.is_some() => Self::AtLeast(count),
            Some(count) => Self::Exactly(count),
            None => Self::Unknown,
        }
    }

    /// The smallest number, of a workload that has pods at all.
    fn at_least(self) -> u32 {
        match self {
            Self::Exactly(count) | Self::AtLeast(count) => count.max(1),
            Self::Unknown => 1,
        }
    }
}

/// The fields of a Deployment's strategy.
struct StrategyFields<'w> {
    kind: Option<Node<'w>>,
    rolling: &'static str,
    surge: Option<Node<'w>>,
    unavailable: Option<Node<'w>>,
}

impl StrategyFields<'_> {
    fn rollout(&self, after: &Elector<'_>, old: Pods, new: Pods) -> Rollout {
        match self.kind.map(|kind| kind.as_str().unwrap_or_default()) {
            None | Some("") => {}
            Some("Recreate") => {
                return Rollout::new(Overlap::Apart, "`Recreate`").at(after, self.kind);
            }
            Some(kind) if kind == self.rolling => {}
            Some(kind) => {
                return Rollout::new(
                    Overlap::Unknown,
                    format!("strategy `{kind}`, which is not known"),
                )
                .at(after, self.kind);
            }
        }
        let desired = new.at_least();
        let bounds = fenceposts(
            self.surge.map_or(Some(DEFAULT_BOUND), Bound::of),
            self.unavailable.map_or(Some(DEFAULT_BOUND), Bound::of),
            desired,
        );
        let Some((surge, unavailable)) = bounds else {
            return Rollout::new(
                Overlap::Unknown,
                "a rolling update with bounds that cannot be read",
            )
            .at(after, self.surge.or(self.unavailable));
        };
        if surge > 0 {
            let more = match (new, surge) {
                (Pods::Exactly(_), 1) => "one pod more".to_owned(),
                (Pods::Exactly(_), surge) => format!("{surge} pods more"),
                _ => "more pods".to_owned(),
            };
            let by_default = if self.surge.is_none() {
                ", the default"
            } else {
                ""
            };
            let cause = format!("a rolling update with {more}{by_default}");
            return Rollout::new(Overlap::Together, cause).at(after, self.surge.or(self.kind));
        }
        let place = self.surge.or(self.unavailable).or(self.kind);
        // Without surge the new pods may be as many as are missing: those that the old revision
        // lacks, and those that may be unavailable.
        let both = old.at_least() < desired || desired > unavailable;
        let scaled = matches!((old, new), (Pods::Exactly(_), Pods::Exactly(_)));
        let (overlap, cause) = match (both, scaled) {
            (true, _) => (Overlap::Together, "a rolling update, some pods at a time"),
            (false, true) => (
                Overlap::WhileEnding,
                "a rolling update that replaces all pods at once",
            ),
            (false, false) => (
                Overlap::Unknown,
                "a rolling update of a number of pods that is not known",
            ),
        };
        Rollout::new(overlap, cause).at(after, place)
    }
}

/// Nothing rolls by itself: the first pod that somebody deletes comes back with the new revision beside the old ones.
const ON_DELETE: &str = "`OnDelete`, by which each pod is replaced when it is deleted";

/// One pod at a time from the highest ordinal down, each only when the old one of its name is gone.
fn stateful(
    after: &Elector<'_>,
    pods: u32,
    kind: Option<Node<'_>>,
    partition: Option<Node<'_>>,
) -> Rollout {
    let held = partition
        .and_then(Node::as_i64)
        .is_some_and(|partition| partition >= i64::from(pods));
    if held && kind.and_then(Node::as_str) != Some("OnDelete") {
        let cause = "a partition that holds all pods back";
        return Rollout::new(Overlap::Apart, cause).at(after, partition);
    }
    if pods > 1 {
        let cause = match kind.and_then(Node::as_str) {
            Some("OnDelete") => ON_DELETE,
            _ => "a StatefulSet, whose pods are replaced one by one",
        };
        return Rollout::new(Overlap::Together, cause).at(after, kind);
    }
    let cause = "a StatefulSet, whose pod is gone before the next one of its name starts";
    Rollout::new(Overlap::Apart, cause).at(after, kind)
}
