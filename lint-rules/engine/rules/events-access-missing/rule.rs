//! Events of an election that the account may not write.

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
    fix: FixAvailability::None,
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
    let verbs = in_words(verbs);
    let namespace = place_words(access.namespace.as_deref());
    let title = account_title(account.namespace.as_deref(), &account.name);
    let message = first_fitting([
        format!("{title} lacks permission to {verbs} events"),
        format!("the account lacks permission to {verbs} events"),
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
    sink.report(
        Draft::new(place, message)
            .help(format!(
                "Leader election works, but the events `became leader` and `stopped leading` cannot be written in {namespace}. \
                 Each change of the leader leaves an error in the log instead."
            ))
            .remedy(format!(
                "Add {verbs} on `events` of the core group to {role}."
            )),
    );
}
