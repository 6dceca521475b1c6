//! What a run takes together, for reports.

use super::input::Input;
use super::outcome::Settings;
use super::run::electors_in;
use crate::world::{FileWorld, Together};

/// What belongs together around the electors of an input, in the order of the input.
#[must_use]
pub fn taken_together(input: &Input, settings: &Settings) -> Vec<Together> {
    let world = FileWorld::of(input, settings.bundling);
    let electors = electors_in(world.objects(), &world, settings);
    world.taken_together(&electors)
}
