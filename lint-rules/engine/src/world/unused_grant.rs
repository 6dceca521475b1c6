//! The right to a Lease that is not used: everything for an election is there although it is off.

use super::World;
use election::access::{Access, AccessState, Grant, LockResource};
use election::{ElectionState, Elector};
use programs::{Resolved, Setting, Unknown};

/// A right to a Lease of a program whose election is not enabled.
pub enum UnusedGrant<'p> {
    /// The account may use its Lease, by a rule that names leases.
    Certain(Grant<'p>),
    /// There is such a rule, and whether it counts is not known.
    Uncertain(Grant<'p>, Unknown),
}

/// The right to a Lease of an elector that is off because nothing is written; `None` if it has none.
///
/// A rule for everything proves nothing, nor does one that another elector with the same account
/// needs. A program that has its identity from a variable is prepared only with that variable.
pub fn unused_grant<'p, 'w>(
    elector: &Elector<'w>,
    access: &Access<'p>,
    world: &dyn World<'w>,
) -> Option<UnusedGrant<'p>> {
    let program = elector.program;
    let is_left_off = elector.state == ElectionState::Off
        && matches!(&elector.switch, Resolved::Known(switch) if !switch.origin.is_in_manifest())
        && !elector.misspells_its_switch()
        && program.spec(Setting::Enable).is_some()
        && !program.never_elects
        && !elector.fragment;
    if !is_left_off || elector.identity.missing && elector.identity.required {
        return None;
    }
    if access.resources != [LockResource::Leases] {
        return None;
    }
    let grant = access.grants.iter().find(|grant| names_leases(grant))?;
    let name = elector.container.name();
    let own = elector.object.object_name();
    let is_explained = world.electors_around(elector.object).iter().any(|other| {
        let is_other = other.object != own || *other.container != *name;
        is_other
            && other.state != ElectionState::Off
            && *other.account == *elector.account.name
            && other.object.namespace == own.namespace
    });
    if is_explained {
        return None;
    }
    match &access.state {
        AccessState::Granted => Some(UnusedGrant::Certain(*grant)),
        AccessState::Unknown(because) => Some(UnusedGrant::Uncertain(*grant, because.clone())),
        AccessState::Missing => None,
    }
}

fn names_leases(grant: &Grant<'_>) -> bool {
    grant.rule.resources.has("leases") && grant.rule.api_groups.has("coordination.k8s.io")
}
