//! What happens when the pods of two revisions hold different locks.

use super::sink::Draft;
use super::terms::Severity;
use election::{Elector, Overlap, Rollout};
use manifest::text::FileSpan;

/// What happens when the pods of the two revisions hold different locks.
pub struct TwoLocks {
    /// How bad it is.
    pub severity: Severity,
    /// What happens, as the end of a sentence.
    pub consequence: String,
    /// What happens in production, and the remedy.
    pub help: String,
    /// What makes it so, if it is written.
    pub cause: Option<(FileSpan, String)>,
}

impl TwoLocks {
    /// What a rollout makes of it; `None` where there are no pods of one of the revisions.
    #[must_use]
    pub fn under(rollout: &Rollout, before: &Elector<'_>) -> Option<Self> {
        const TWICE: &str = "the two revisions do not see each other's lock, so both have a leader and \
             everything is worked on twice";
        let cause = &rollout.cause;
        let (severity, consequence, happens) = match rollout.overlap {
            Overlap::Never => return None,
            Overlap::Together => (
                Severity::Error,
                "old and new pods lead at the same time during the rollout".to_owned(),
                format!(
                    "{cause} runs pods of both revisions at once; {TWICE} until the last old pod has ended"
                ),
            ),
            Overlap::WhileEnding => (
                Severity::Warning,
                "the new pod leads while the old one still ends".to_owned(),
                format!(
                    "{cause} does not wait until the old pod has ended, and the new one need not wait for its lock; {TWICE} for as long as that takes"
                ),
            ),
            Overlap::Apart => (
                Severity::Warning,
                "the new pods do not wait for the lock of the old ones".to_owned(),
                format!(
                    "{cause} keeps the revisions apart as long as every old pod really ends; one on a node that is \
                     cut off, whose pod was deleted by force, may lead on, and no lock keeps the new ones from leading beside it"
                ),
            ),
            Overlap::UntilDeleted => (
                Severity::Warning,
                format!(
                    "both lead until the old {} is deleted",
                    before.object.kind_word()
                ),
                format!("{cause} ends no old pod; {TWICE} until somebody deletes it"),
            ),
            Overlap::Unknown => (
                Severity::Warning,
                "old and new pods may lead at the same time".to_owned(),
                format!("{cause} may run pods of both revisions at once; then {TWICE}"),
            ),
        };
        let remedy = match rollout.overlap {
            Overlap::Apart => {
                "; make sure that no old pod is left, or change it in two steps: scale to zero first, then change the lock"
            }
            Overlap::UntilDeleted => {
                "; delete the old one, or scale it to zero, before the new one is applied"
            }
            _ => {
                "; change it in two steps: scale to zero and wait until no pod is left, then change the lock and scale up again"
            }
        };
        Some(Self {
            severity,
            consequence,
            help: format!("{happens}{remedy}"),
            cause: rollout.place.map(|place| (place, cause.clone())),
        })
    }

    /// A finding about it.
    #[must_use]
    pub fn draft(self, place: FileSpan, what: &str) -> Draft {
        let draft = Draft::new(place, format!("{what}: {}", self.consequence))
            .severity(self.severity)
            .help(self.help);
        match self.cause {
            Some((cause, message)) if cause != place => draft.related(cause, message),
            _ => draft,
        }
    }
}
