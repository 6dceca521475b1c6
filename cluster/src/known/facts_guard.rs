//! The facts while a review reads them.

use std::time::Duration;

use parking_lot::RwLockReadGuard;

use super::facts::Facts;
use super::watch_states::{Belief, View, WatchStates};
use super::world::ClusterWorld;
use crate::resource::WatchedResource;

/// Whoever applies an application sends its objects one right after the other.
const MOTION_PERIOD: Duration = Duration::from_secs(2);

/// The label by which a namespace sets its own mode.
pub const MODE_LABEL: &str = "leaselint.io/mode";
/// The words of that label.
const MODES: [&str; 4] = ["audit", "warn", "enforce", "off"];
/// The label by which a namespace says what becomes of errors about changes: `warn` or `deny`.
const TRANSITIONS_LABEL: &str = "leaselint.io/transitions";

/// What a namespace says of the mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelledMode<'s> {
    /// Nothing: what is configured holds.
    None,
    /// This.
    Is(&'s str),
    /// It was not seen yet. The API server takes no object into a namespace that it does not have, so the
    /// watch is a moment behind.
    NotSeen,
    /// Its labels were not read: it may have switched denials off.
    NotKnown,
}

/// The facts while they are read.
#[derive(Debug)]
pub struct FactsGuard<'s> {
    pub(crate) facts: RwLockReadGuard<'s, Facts>,
    pub(crate) view: View,
    pub(crate) status: &'s WatchStates,
}

impl FactsGuard<'_> {
    /// The cluster as the engine asks it.
    #[must_use]
    pub fn world(&self) -> ClusterWorld<'_> {
        ClusterWorld::new(&self.facts, self.view)
    }

    /// How far each resource can be believed.
    #[must_use]
    pub fn view(&self) -> View {
        self.view
    }

    /// What a namespace says of the mode, in the label [`MODE_LABEL`].
    #[must_use]
    pub fn mode(&self, namespace: &str) -> LabelledMode<'_> {
        match (
            self.view.belief(WatchedResource::Namespaces),
            self.facts.labels(namespace),
        ) {
            // Who does not let this program see namespaces has no use for their labels.
            (Belief::Forbidden, None) => LabelledMode::None,
            (Belief::Ready, None) => LabelledMode::NotSeen,
            (Belief::NotSynced, _) | (Belief::Stale, None) => LabelledMode::NotKnown,
            // What was seen holds, also if it may not be seen any more: an API server that has just
            // started forbids for a moment what it allows.
            (Belief::Ready | Belief::Stale | Belief::Forbidden, Some(labels)) => labels
                .iter()
                .find(|(key, _)| **key == *MODE_LABEL)
                .map_or(LabelledMode::None, |(_, value)| LabelledMode::Is(value)),
        }
    }

    /// What a namespace says in the label of its mode, if that is no mode.
    #[must_use]
    pub fn misspelt_mode(&self, namespace: &str) -> Option<&str> {
        let word = self.label(namespace, MODE_LABEL)?;
        (!MODES.contains(&word)).then_some(word)
    }

    /// What a namespace says in the label about changes.
    #[must_use]
    pub fn transitions(&self, namespace: &str) -> Option<&str> {
        self.label(namespace, TRANSITIONS_LABEL)
    }

    fn label(&self, namespace: &str, key: &str) -> Option<&str> {
        let mut labels = self.facts.labels(namespace)?.iter();
        let (_, value) = labels.find(|(one, _)| **one == *key)?;
        Some(value)
    }

    /// Whether a workload is there, as far as that is known.
    #[must_use]
    pub fn may_have_workload(&self, what: WatchedResource, namespace: &str, name: &str) -> bool {
        self.view.doubt(&[what]).is_some() || self.facts.workload(what, namespace, name).is_some()
    }

    /// Whether namespaces, accounts or rights have changed just now: then somebody is probably applying
    /// an application, and more of it was sent than was seen.
    #[must_use]
    pub fn is_in_motion(&self) -> bool {
        self.status.has_moved_within(MOTION_PERIOD)
    }

    pub(crate) fn facts(&self) -> &Facts {
        &self.facts
    }
}
