//! What charts render may apply further charts and folders.

use std::collections::BTreeSet;

use engine::Input;

use super::RenderSettings;
use super::charts::AppliedReleases;
use super::deliveries::{DeliveredPart, DeliverySearch, RepositoryPaths};
use super::disk::FileStore;
use super::kustomize::BuildRun;

/// What objects of an input apply, as far as it has been found.
#[derive(Default)]
pub struct FoundDeliveries<'s> {
    /// The charts that are not rendered yet.
    pub applied: AppliedReleases,
    pub search: DeliverySearch<'s>,
    /// `None`: nothing is rendered.
    pub settings: Option<&'s RenderSettings>,
    /// What was built so far; `None` before the first object is found.
    pub builds: Option<(BuildRun<'s>, RepositoryPaths)>,
}

impl<'s> FoundDeliveries<'s> {
    /// Nothing is found yet.
    pub fn none_yet(settings: &'s RenderSettings) -> Self {
        Self {
            settings: Some(settings),
            search: DeliverySearch::of(settings),
            ..Self::default()
        }
    }

    /// The charts that objects apply which charts have rendered since. What else they apply is built. `done`: the folders of
    /// charts that are rendered already.
    pub fn of_charts(
        &mut self,
        input: &mut Input,
        store: &dyn FileStore,
        done: &BTreeSet<String>,
    ) -> AppliedReleases {
        let mut applied = AppliedReleases::new();
        let Some(settings) = self.settings else {
            return applied;
        };
        let objects = self.search.new_ones(input, &BTreeSet::new());
        if objects.is_empty() {
            return applied;
        }
        let run = || BuildRun::of(input, settings);
        let (builds, paths) = self.builds.get_or_insert_with(run);
        for object in objects {
            let place = object.place();
            let mut found = Vec::new();
            for part in object.parts(input, paths, store, &builds.unbuilt) {
                match part {
                    DeliveredPart::Release { folder, .. } if done.contains(&folder) => {
                        let why = "the chart is rendered before what makes the object";
                        input.note_delivery(place, Err(why.to_owned()));
                    }
                    DeliveredPart::Release { folder, release } => {
                        applied.entry(folder).or_default().push(*release);
                    }
                    DeliveredPart::Build(build) if !builds.built.contains(&build.folder) => {
                        found.push(builds.delivered(build, store));
                    }
                    DeliveredPart::Build(build) if build.edits.is_empty() => {}
                    DeliveredPart::Build(_) => {
                        let why = "the kustomization is built before what makes the object";
                        input.note_delivery(place, Err(why.to_owned()));
                    }
                }
            }
            builds.build(input, found);
        }
        applied
    }
}
