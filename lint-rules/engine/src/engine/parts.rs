//! An input that is judged part by part, as all of it at once would be too much to hold.

use super::Engine;
use super::run::{Run, RunSoFar, UnusedIgnores};
use crate::input::Input;
use crate::observation::Observation;
use crate::outcome::Outcome;
use crate::side::{Side, SideModel};
use crate::summary::{number, unread};
use election::Elector;
use manifest::text::FileId;
use manifest::tree::ReadError;
use std::collections::HashSet;

/// Judges an input part by part. What an object's neighbours say comes from the world, so a part may lack them; what was
/// observed of a Lease is judged beside the electors of its own part alone.
pub struct PartedRun<'e> {
    engine: &'e Engine,
    so_far: RunSoFar,
    unread: Vec<ReadError>,
    electors: usize,
}

impl Engine {
    /// Begins to judge an input part by part.
    #[must_use]
    pub fn parts(&self) -> PartedRun<'_> {
        PartedRun {
            engine: self,
            so_far: RunSoFar::default(),
            unread: Vec::new(),
            electors: 0,
        }
    }
}

impl<'e> PartedRun<'e> {
    /// Judges a part, with the numbers that its files have in the whole input; returns its electors.
    pub fn judge<'w>(
        &mut self,
        part: Side<'_, 'w>,
        observation: Option<&Observation>,
    ) -> Vec<Elector<'w>>
    where
        'e: 'w,
    {
        let engine = self.engine;
        let model = SideModel::of(part, engine.settings());
        let mut run = Run::new(engine, part.input).after_parts(std::mem::take(&mut self.so_far));
        run.check_all(engine.active(), &model);
        if let Some(observation) = observation {
            run.check_observed(engine.active(), &model, observation);
        }
        run.apply_ignores(model.objects(), UnusedIgnores::OfManifests);
        run.note_unjudged_objects(&model);
        self.so_far = run.so_far();
        self.unread.extend(unread(part.input, model.nested()));
        let electors = model.into_electors();
        self.electors += electors.len();
        electors
    }

    /// The files that findings and entries of the ledger point into, as far as the input was judged.
    #[must_use]
    pub fn files(&self) -> HashSet<FileId> {
        self.so_far.files().collect()
    }

    /// The outcome of all parts. `input` has the files of all of them, judged or as text; its places are no longer looked at.
    #[must_use]
    pub fn finish(self, input: &Input) -> Outcome<'static> {
        let mut run = Run::new(self.engine, input).after_parts(self.so_far);
        run.report_unused_entries();
        let mut outcome = Outcome {
            unread: self.unread,
            ..run.into_outcome().without_electors()
        };
        outcome.count(input);
        outcome.summary.electors = number(self.electors);
        outcome
    }
}
