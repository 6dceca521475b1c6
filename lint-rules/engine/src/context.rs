//! What a rule can look up about the objects around an elector.

use std::cell::OnceCell;

use crate::world::World;
use election::Elector;
use election::access::Access;

/// What is known around one elector. Answers that several rules need are made once.
pub struct Context<'s, 'w> {
    elector: &'s Elector<'w>,
    /// The electors before it, in the order of the input.
    earlier: &'s [Elector<'w>],
    /// Those after it.
    later: &'s [Elector<'w>],
    world: &'s dyn World<'w>,
    access: OnceCell<Access<'s>>,
}

impl<'s, 'w> Context<'s, 'w> {
    /// Contexts of electors, in their order.
    pub(super) fn of_all(
        electors: &'s [Elector<'w>],
        world: &'s dyn World<'w>,
    ) -> impl Iterator<Item = Self> {
        let with_earlier = electors.iter().enumerate();
        with_earlier.map(move |(at, elector)| Self {
            elector,
            earlier: electors.get(..at).unwrap_or_default(),
            later: electors.get(at + 1..).unwrap_or_default(),
            world,
            access: OnceCell::new(),
        })
    }

    /// The electors in containers of the same pod that come before this one.
    pub fn earlier_in_pod(&self) -> impl Iterator<Item = &'s Elector<'w>> {
        let own = self.elector;
        let before = self.earlier.iter().rev();
        before.take_while(move |other| is_in_pod_of(own, other))
    }

    /// The electors in other containers of the same pod.
    pub fn others_in_pod(&self) -> impl Iterator<Item = &'s Elector<'w>> {
        let own = self.elector;
        let after = self.later.iter();
        let after = after.take_while(move |other| is_in_pod_of(own, other));
        self.earlier_in_pod().chain(after)
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

/// Whether two electors stand in one object.
fn is_in_pod_of(elector: &Elector<'_>, other: &Elector<'_>) -> bool {
    let place = |elector: &Elector<'_>| {
        let node = elector.object.node();
        (elector.object.file(), node.span().start)
    };
    place(elector) == place(other)
}
