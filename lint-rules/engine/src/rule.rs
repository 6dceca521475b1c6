//! A rule is a record and a function.

use super::book::book_address;
use super::change::Change;
use super::context::Context;
use super::faulty_ignore::FaultyIgnore;
use super::observation::{LiveElector, LiveLease};
use super::own_check::OwnCheck;
use super::sink::Sink;
use super::withdrawal::WithdrawnRights;
use crate::world::World;
use election::Elector;
use manifest::tree::Document;
use objects::Object;

use super::terms::{FixAvailability, Group, Needs, Profile, Severity};

/// What a rule looks at, and the function that looks.
#[derive(Clone, Copy)]
pub enum Check {
    /// Every elector of the input.
    Elector(fn(&Elector<'_>, &mut Sink<'_>)),
    /// Every elector, and every container with a program that is known never to elect.
    Program(fn(&Elector<'_>, &mut Sink<'_>)),
    /// Every elector, with what is known of the objects around it.
    ElectorInWorld(for<'s, 'w> fn(&Elector<'w>, &Context<'s, 'w>, &mut Sink<'_>)),
    /// The same, and every object with what is known of those around it.
    ElectorOrObjectInWorld(
        for<'s, 'w> fn(&Elector<'w>, &Context<'s, 'w>, &mut Sink<'_>),
        for<'w> fn(&Object<'w>, &dyn World<'w>, &mut Sink<'_>),
    ),
    /// Every object of the input that is read.
    Object(fn(&Object<'_>, &mut Sink<'_>)),
    /// Every object, with what is known of those around it.
    ObjectInWorld(for<'w> fn(&Object<'w>, &dyn World<'w>, &mut Sink<'_>)),
    /// Every document.
    Document(fn(&Document, &mut Sink<'_>)),
    /// Every elector as it was and as it will be; runs only where a change is judged.
    Change(for<'w> fn(&Change<'_, 'w>, &mut Sink<'_>)),
    /// The same, and every elector of a cluster that loses rights when one role or binding changes or goes.
    ChangeOrWithdrawal(
        for<'w> fn(&Change<'_, 'w>, &mut Sink<'_>),
        fn(&WithdrawnRights<'_>, &mut Sink<'_>),
    ),
    /// Every Lease of a live cluster that was observed.
    Lease(for<'s, 'w> fn(&LiveLease<'s, 'w>, &mut Sink<'_>)),
    /// Every elector of a live cluster, with what was observed there.
    LiveElector(for<'s, 'w> fn(&LiveElector<'s, 'w>, &mut Sink<'_>)),
    /// Every elector or every object, by a rule of the user's own.
    Own(&'static dyn OwnCheck),
    /// Every ignore that silences nothing, after all others.
    Ignore(fn(&FaultyIgnore<'_>, &mut Sink<'_>)),
}

/// The record of one rule.
pub struct Rule {
    /// Public and permanent, kebab-case; the name of its folder.
    pub id: &'static str,
    /// Its group.
    pub group: Group,
    /// One line, lower-case start, no full stop.
    pub summary: &'static str,
    /// The severity where the rule says no other.
    pub severity: Severity,
    /// From which profile on it speaks.
    pub profile: Profile,
    /// Speaks only when the configuration gives it a target.
    pub needs_target: bool,
    /// What it must see.
    pub needs: Needs,
    /// Whether findings carry fixes.
    pub fix: FixAvailability,
    /// The fields of an object that it reads beyond what the views of electors and objects read, as paths of
    /// [`manifest::tree::FieldMask`]: `spec.template.spec.containers[].livenessProbe`. A path into `spec.template` means
    /// the pod template of every kind. The webhook reads nothing else.
    pub reads: &'static [&'static str],
    /// What it looks at.
    pub check: Check,
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rule")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Rule {
    /// Whether it judges rights that other objects grant, which may come or go in the next moment.
    #[must_use]
    pub fn judges_rights_of_others(&self) -> bool {
        matches!(self.check, Check::ChangeOrWithdrawal(..))
    }

    /// Where the rule is explained on the web; made from its id. Of the user's own rules, what such rules are.
    #[must_use]
    pub fn url(&self) -> String {
        match self.check {
            Check::Own(_) => book_address("configuration", "rules-of-your-own"),
            _ => book_address("rules", self.id),
        }
    }
}
