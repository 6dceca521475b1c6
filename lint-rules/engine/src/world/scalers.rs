//! Which scaler decides a workload's number of pods.

use std::collections::HashMap;
use std::rc::Rc;

use super::input_objects::{InputObjects, ObjectsByName, may_be_same};
use super::kustomize::Overrides;
use super::patches::PatchedPlaces;
use super::proximity::Proximity;
use super::scale_target::{ScaleTarget, scaler_of};
use election::Scaler;
use objects::{LedgerCode, Object, ObjectKind, Workload};
use programs::{Answer, Unknown};

/// The scalers of an input, and what builds set in their place.
pub(crate) struct ScalerIndex<'w> {
    /// By the name of what they scale.
    by_target: ObjectsByName<'w>,
    overrides: Rc<Overrides<'w>>,
    patched: Rc<PatchedPlaces<'w>>,
    proximity: Rc<Proximity<'w>>,
}

impl<'w> ScalerIndex<'w> {
    pub(crate) fn of(
        objects: &InputObjects<'w>,
        overrides: &Rc<Overrides<'w>>,
        patched: &Rc<PatchedPlaces<'w>>,
        proximity: &Rc<Proximity<'w>>,
    ) -> Self {
        let mut by_target: ObjectsByName<'w> = HashMap::new();
        for object in objects.all() {
            if matches!(
                object.kind(),
                ObjectKind::HorizontalPodAutoscaler | ObjectKind::ScaledObject
            ) && let Some(ScaleTarget { name, .. }) = ScaleTarget::of(*object)
            {
                by_target.entry(name).or_default().push(*object);
            }
        }
        Self {
            by_target,
            overrides: Rc::clone(overrides),
            patched: Rc::clone(patched),
            proximity: Rc::clone(proximity),
        }
    }

    /// The scaler of a workload, or the number that every build gives it.
    pub(crate) fn scaler(&self, workload: Workload<'w>) -> Answer<Option<Scaler>> {
        let object = workload.object();
        let candidates = self.by_target.get(object.name().unwrap_or_default());
        let candidates: Vec<Object<'w>> = candidates
            .into_iter()
            .flatten()
            .copied()
            .filter(|scaler| may_be_same(scaler.namespace(), object.namespace()))
            .filter(|scaler| ScaleTarget::of(*scaler).is_some_and(|target| target.is(object)))
            .collect();
        match self.proximity.choose(&candidates, object) {
            Ok(None) => self.built_replicas(workload),
            Ok(Some(scaler)) => match scaler_of(scaler) {
                Ok(None) => self.built_replicas(workload),
                Ok(scaler) => Answer::Known(scaler),
                Err(because) => Answer::Unknown(because),
            },
            Err(count) => Answer::Unknown(Unknown {
                code: LedgerCode::SeveralCandidates,
                reason: format!("{count} scalers name this workload"),
                place: None,
            }),
        }
    }

    /// The number that builds give a workload which no scaler scales.
    fn built_replicas(&self, workload: Workload<'w>) -> Answer<Option<Scaler>> {
        let number = self.overrides.replicas(workload.object());
        if number.is_some() {
            return Answer::Known(number);
        }
        let patched = self.patched.of_replicas(workload);
        patched
            .unless_kept("the number of replicas")
            .map_or(Answer::Known(None), Answer::Unknown)
    }
}
