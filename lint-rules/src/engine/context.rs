//! What a rule may ask about the objects around an elector.

use crate::world::World;

/// What is known around one elector. Answers that several rules need are made once.
pub struct Context<'s, 'w> {
    world: &'s dyn World<'w>,
}

impl<'s, 'w> Context<'s, 'w> {
    pub(super) fn new(world: &'s dyn World<'w>) -> Self {
        Self { world }
    }

    /// The other objects.
    #[must_use]
    pub fn world(&self) -> &'s dyn World<'w> {
        self.world
    }
}
