//! What the engine is given to judge.

use super::input::Input;
use super::observation::Observation;
use super::side::Side;
use super::withdrawal::WithdrawnRights;

/// What is judged, and what is output of it.
#[derive(Clone, Copy)]
pub struct Task<'t, 'w> {
    pub(super) subject: TaskSubject<'t, 'w>,
    pub(super) output: TaskOutput,
    /// What was observed, of a live cluster.
    pub(super) observation: Option<&'t Observation>,
}

#[derive(Clone, Copy)]
pub(super) enum TaskSubject<'t, 'w> {
    /// An input as it is.
    Input(Side<'t, 'w>),
    /// What becomes of the one in the other.
    Change {
        before: Side<'t, 'w>,
        after: Side<'t, 'w>,
        scope: OldSide,
    },
    /// Rights that an elector of the cluster loses when the object of an input changes or goes.
    Withdrawal(&'w Input, WithdrawnRights<'t>),
}

/// How much of the old side of a change is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OldSide {
    Whole,
    /// What tells whether open errors and warnings of the new side are new.
    WhereItCounts,
}

/// What is output of a task.
#[derive(Clone, Copy, Debug)]
pub(super) struct TaskOutput {
    /// What the rules find, and the ledger.
    pub findings: bool,
    /// Each elector's access to its lock.
    pub access: bool,
    /// Which files were taken together.
    pub bundles: bool,
}

const FINDINGS: TaskOutput = TaskOutput {
    findings: true,
    access: false,
    bundles: false,
};

impl<'t, 'w> Task<'t, 'w> {
    /// The findings of an input.
    #[must_use]
    pub fn lint(side: impl Into<Side<'t, 'w>>) -> Self {
        Self {
            subject: TaskSubject::Input(side.into()),
            output: FINDINGS,
            observation: None,
        }
    }

    /// The electors of an input with their access to their locks. No rule runs.
    #[must_use]
    pub fn inspect(side: impl Into<Side<'t, 'w>>) -> Self {
        Self {
            subject: TaskSubject::Input(side.into()),
            output: TaskOutput {
                findings: false,
                access: true,
                bundles: false,
            },
            observation: None,
        }
    }

    /// The findings of a change.
    ///
    /// The ids of `after` count on from those of `before`, or the other way round: see [`Input::starting_at`].
    #[must_use]
    pub fn change(before: impl Into<Side<'t, 'w>>, after: impl Into<Side<'t, 'w>>) -> Self {
        Self {
            subject: TaskSubject::Change {
                before: before.into(),
                after: after.into(),
                scope: OldSide::Whole,
            },
            output: FINDINGS,
            observation: None,
        }
    }

    /// The findings that may stop a change: which open errors and warnings the new side has, and which of them are new.
    ///
    /// That costs little where there are none, as the old side is only judged by the rules behind them. All other
    /// findings of the new side are among those that both sides have, whether they are new or not, and nothing is
    /// reported of the old side by itself: what is removed, not judged or unread there.
    #[must_use]
    pub fn update(before: impl Into<Side<'t, 'w>>, after: impl Into<Side<'t, 'w>>) -> Self {
        Self {
            subject: TaskSubject::Change {
                before: before.into(),
                after: after.into(),
                scope: OldSide::WhereItCounts,
            },
            output: FINDINGS,
            observation: None,
        }
    }

    /// The findings about rights that an elector of the cluster loses with a change. `input` holds the object that changes.
    #[must_use]
    pub fn withdrawal(input: &'w Input, rights: WithdrawnRights<'t>) -> Self {
        Self {
            subject: TaskSubject::Withdrawal(input, rights),
            output: FINDINGS,
            observation: None,
        }
    }

    /// The same, with what was observed of a live cluster: for rules of the group `live`.
    #[must_use]
    pub fn observed(mut self, observation: &'t Observation) -> Self {
        self.observation = Some(observation);
        self
    }

    /// The same, and which files are taken together around the electors of an input.
    #[must_use]
    pub fn with_bundles(mut self) -> Self {
        self.output.bundles = true;
        self
    }
}
