//! Which scaler decides a workload's number of pods.

use std::rc::Rc;

use super::input_objects::InputObjects;
use super::kustomize::Overrides;
use super::named_objects::NamedObjects;
use super::patches::PatchedPlaces;
use super::proximity::Proximity;
use super::scale_target::{ScaleTarget, scaler_of};
use election::Scaler;
use objects::{LedgerCode, Object, ObjectKind, Workload};
use programs::{Answer, Unknown};

/// The scalers of an input, and what builds set in their place.
pub(crate) struct ScalerIndex<'w> {
    /// By the name of what they scale.
    by_target: NamedObjects<'w>,
    overrides: Rc<Overrides<'w>>,
    patched: Rc<PatchedPlaces<'w>>,
}

impl<'w> ScalerIndex<'w> {
    pub(crate) fn of(
        objects: &InputObjects<'w>,
        overrides: &Rc<Overrides<'w>>,
        patched: &Rc<PatchedPlaces<'w>>,
        proximity: &Rc<Proximity<'w>>,
    ) -> Self {
        let is_scaler = |object: &&Object<'w>| {
            let kinds = [
                ObjectKind::HorizontalPodAutoscaler,
                ObjectKind::ScaledObject,
            ];
            kinds.contains(&object.kind())
        };
        let scalers = objects.all().iter().filter(is_scaler);
        let by_target =
            scalers.filter_map(|scaler| Some((ScaleTarget::of(*scaler)?.name, *scaler)));
        Self {
            by_target: NamedObjects::of(by_target, proximity),
            overrides: Rc::clone(overrides),
            patched: Rc::clone(patched),
        }
    }

    /// The scaler of a workload, or the number that every build gives it.
    pub(crate) fn scaler(&self, workload: Workload<'w>) -> Answer<Option<Scaler>> {
        let object = workload.object();
        let name = object.name().unwrap_or_default();
        let is_target =
            |scaler: &Object<'w>| ScaleTarget::of(*scaler).is_some_and(|target| target.is(object));
        match self.by_target.choose_accepted(name, object, is_target) {
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
