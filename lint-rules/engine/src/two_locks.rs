//! What happens when the pods of two revisions hold different locks.

use super::sink::Draft;
use super::terms::Severity;
use super::titles::first_fitting;
use election::{Elector, Overlap, Rollout};
use manifest::text::FileSpan;

/// What happens when the pods of the two revisions hold different locks.
pub struct TwoLocks {
    /// How bad it is.
    pub severity: Severity,
    /// What happens, as the end of a message.
    pub consequence: String,
    /// What happens in production, in sentences.
    pub help: String,
    /// What to do, in sentences.
    pub remedy: String,
    /// What makes it so, if it is written.
    pub cause: Option<(FileSpan, String)>,
}

impl TwoLocks {
    /// What a rollout makes of it; `None` where there are no pods of one of the revisions.
    #[must_use]
    pub fn under(rollout: &Rollout, before: &Elector<'_>) -> Option<Self> {
        const TWICE: &str =
            "The two revisions hold different locks, so each has a leader (split brain)";
        let cause = &rollout.cause;
        let (severity, consequence, help) = match rollout.overlap {
            Overlap::Never => return None,
            Overlap::Together => (
                Severity::Error,
                "old and new pods lead together".to_owned(),
                format!(
                    "The rollout ({cause}) runs pods of both revisions at once. {TWICE} until the last old pod has ended."
                ),
            ),
            Overlap::WhileEnding => (
                Severity::Warning,
                "the new pod leads while the old one ends".to_owned(),
                format!(
                    "The rollout ({cause}) does not wait until the old pod has ended, and the new pod need not wait for its \
                     lock. {TWICE} for as long as that takes."
                ),
            ),
            Overlap::Apart => (
                Severity::Warning,
                "the new pods do not wait for the old lock".to_owned(),
                format!(
                    "The rollout ({cause}) keeps the revisions apart as long as every old pod really ends. An old pod on a node \
                     that is cut off, or that was deleted by force, may lead on, and no lock keeps the new pods from leading \
                     beside it (split brain)."
                ),
            ),
            Overlap::UntilDeleted => (
                Severity::Warning,
                format!(
                    "both lead until the old {} is deleted",
                    before.object.kind_word()
                ),
                format!(
                    "This change ({cause}) ends no old pod. {TWICE} until the old object is deleted."
                ),
            ),
            Overlap::Unknown => (
                Severity::Warning,
                "old and new pods may lead together".to_owned(),
                format!(
                    "The rollout ({cause}) may run pods of both revisions at once. {TWICE} in that case."
                ),
            ),
        };
        let has_replicas = before.workload.kind().has_replicas();
        let remedy = match rollout.overlap {
            Overlap::UntilDeleted => {
                "Delete the old object before the new one is applied, and wait until none of its pods is left."
            }
            Overlap::Apart if has_replicas => {
                "Make sure that no old pod is left, or change it in two steps: scale to zero first, then change the lock."
            }
            _ if has_replicas => {
                "Change it in two steps: scale to zero and wait until no pod is left, then change the lock and scale up again."
            }
            _ => {
                "Change it in two steps: delete the workload and wait until no pod is left, then apply the new one."
            }
        };
        Some(Self {
            severity,
            consequence,
            help,
            remedy: remedy.to_owned(),
            cause: rollout.place.map(|place| (place, cause.clone())),
        })
    }

    /// A finding about it: what changes, in full and without the values.
    #[must_use]
    pub fn draft(self, place: FileSpan, what: [&str; 2]) -> Draft {
        let [full, short] = what;
        let message = first_fitting([
            format!("{full}: {}", self.consequence),
            format!("{short}: {}", self.consequence),
        ]);
        let draft = Draft::new(place, message)
            .help(self.help)
            .remedy(self.remedy)
            .severity(self.severity);
        match self.cause {
            Some((cause, message)) if cause != place => draft.related(cause, message),
            _ => draft,
        }
    }
}
