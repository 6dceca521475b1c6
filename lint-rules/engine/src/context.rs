//! What a rule can look up about the objects around an elector.

use std::cell::OnceCell;

use crate::world::World;
use election::Elector;
use election::access::Access;

/// What is known around one elector. Answers that several rules need are made once.
pub struct Context<'s, 'w> {
    elector: &'s Elector<'w>,
    world: &'s dyn World<'w>,
    access: OnceCell<Access<'s>>,
}

impl<'s, 'w> Context<'s, 'w> {
    pub(super) fn new(elector: &'s Elector<'w>, world: &'s dyn World<'w>) -> Self {
        Self {
            elector,
            world,
            access: OnceCell::new(),
        }
    }

    /// The other objects.
    #[must_use]
    pub fn world(&self) -> &'s dyn World<'w> {
        self.world
    }

    /// Whether the elector's account may use its lock.
    #[must_use]
    pub fn access(&self) -> &Access<'s> {
        self.access.get_or_init(|| self.world.access(self.elector))
    }
}
