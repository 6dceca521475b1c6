//! Events of an election that the account may not write.

use crate::fix_orders::in_role;
use crate::{
    Check, Context, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    first_fitting,
};
use election::Elector;
use election::access::{AccessState, EventsAccess, account_title, in_words, place_words};

/// The record.
pub static RULE: Rule = Rule {
    id: "events-access-missing",
    group: Group::Access,
    summary: "the account lacks permission to write the events of leader election",
    severity: Severity::Info,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Bundle,
    fix: FixAvailability::Sometimes,
    reads: &[],
    check: Check::ElectorInWorld(check),
};

fn check<'w>(elector: &Elector<'w>, context: &Context<'_, 'w>, sink: &mut Sink<'_>) {
    if !elector.is_on() || elector.fragment || !elector.program.library.is_client_go() {
        return;
    }
    let access = context.access();
    let EventsAccess::Missing(verbs) = &access.events else {
        return;
    };
    // Where the lock itself is not granted, that has to be corrected first.
    if access.state != AccessState::Granted {
        return;
    }
    let account = &elector.account;
    let words = in_words(verbs);
    let namespace = place_words(access.namespace.as_deref());
    let title = account_title(account.namespace.as_deref(), &account.name);
    let message = first_fitting([
        format!("{title} lacks permission to {words} events"),
        format!("the account lacks permission to {words} events"),
    ]);
    let pair = access.through.first();
    let place = pair
        .and_then(|pair| pair.role.rules_place.or(pair.binding.place))
        .or(account.place)
        .unwrap_or_else(|| elector.name_place());
    let role = pair.map_or_else(
        || "a Role of the lock's namespace".to_owned(),
        |pair| pair.role.title(),
    );
    let mut draft = Draft::new(place, message)
        .help(format!(
            "Leader election works, but the events `became leader` and `stopped leading` cannot be written in {namespace}. \
             Each change of the leader leaves an error in the log instead."
        ))
        .remedy(format!(
            "Add {words} on `events` of the core group to {role}."
        ));
    // A right for one namespace has no place in a role that is bound for all of them.
    let own_role = pair.filter(|pair| !pair.binding.cluster && pair.role.rules_place.is_some());
    if let Some(orders) = own_role.and_then(|pair| in_role(pair.role, ("", "events"), verbs)) {
        draft = draft.fix("grant what is missing", false, orders);
    }
    sink.report(draft);
}
