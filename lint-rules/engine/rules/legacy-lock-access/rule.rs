//! Rights for a lock that is no longer used.

use crate::{
    Check, Context, Draft, EditOrder, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    first_fitting,
};
use election::Elector;
use election::access::{Access, Grant, LockResource, PolicyRule, Role};
use manifest::text::FileSpan;

/// The record.
pub static RULE: Rule = Rule {
    id: "legacy-lock-access",
    group: Group::Access,
    summary: "an election role still grants configmaps or endpoints, although the lock is a Lease",
    severity: Severity::Info,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Bundle,
    fix: FixAvailability::Sometimes,
    reads: &[],
    check: Check::ElectorInWorld(check),
};

/// Resources of a role that exists for an election only.
const ELECTION_RESOURCES: &[&str] = &[
    "leases",
    "leasecandidates",
    "configmaps",
    "configmaps/status",
    "endpoints",
    "events",
];

fn check<'w>(elector: &Elector<'w>, context: &Context<'_, 'w>, sink: &mut Sink<'_>) {
    if !elector.is_on() || elector.fragment {
        return;
    }
    let access = context.access();
    if access.resources != [LockResource::Leases] {
        return;
    }
    for role in election_roles(access) {
        let mut rules = role.rules.iter().filter_map(legacy);
        let Some((word, place)) = rules.next() else {
            continue;
        };
        let more: Vec<(&str, FileSpan)> = rules.collect();
        sink.report(draft(role, word, place, &more));
    }
}

/// The roles that grant the lock and are for elections only.
fn election_roles<'p>(access: &Access<'p>) -> Vec<&'p Role> {
    let mut roles: Vec<&Role> = Vec::new();
    for Grant { source, .. } in &access.grants {
        let mut words = source.rules.iter().flat_map(|rule| rule.resources.texts());
        let known = roles.iter().any(|role| std::ptr::eq(*role, *source));
        if !known && words.all(|word| ELECTION_RESOURCES.contains(&word)) {
            roles.push(source);
        }
    }
    roles
}

/// The legacy lock that a rule lets the account write, and where.
fn legacy(rule: &PolicyRule) -> Option<(&'static str, FileSpan)> {
    let writes = ["create", "update", "patch", "*"];
    let core = rule.api_groups.has("") || rule.api_groups.has("*");
    if !core || !writes.iter().any(|verb| rule.verbs.has(verb)) {
        return None;
    }
    let word = ["configmaps", "endpoints"]
        .into_iter()
        .find(|word| rule.resources.has(word))?;
    Some((word, rule.resources.place_of(word)?))
}

fn draft(role: &Role, word: &str, place: FileSpan, more: &[(&str, FileSpan)]) -> Draft {
    let message = first_fitting([
        format!(
            "the lock is a Lease, but {} still grants `{word}`",
            role.title()
        ),
        format!("the lock is a Lease, but its role still grants `{word}`"),
    ]);
    let draft = Draft::new(place, message)
        .help(
            "Older releases needed the rule for a lock of another type. Whoever takes over the account can change every object \
             of that kind in the namespace.",
        )
        .remedy(format!(
            "Remove `{word}` from {}, if the program does not use them otherwise.",
            role.title()
        ));
    let draft = match orders(role) {
        Some(orders) => draft.fix("remove the rights to older locks", false, orders),
        None => draft,
    };
    more.iter().fold(draft, |draft, (word, place)| {
        draft.related(*place, format!("`{word}` is granted here, too"))
    })
}

/// The orders that take the rights to older locks out of a role: whole rules where they are for nothing else.
fn orders(role: &Role) -> Option<Vec<EditOrder>> {
    let mut orders = Vec::new();
    for rule in role.rules.iter().filter(|rule| legacy(rule).is_some()) {
        let is_legacy = |word: &str| matches!(word, "configmaps" | "endpoints");
        if rule.resources.texts().all(is_legacy) {
            orders.push(EditOrder::RemoveItem(rule.place?));
            continue;
        }
        for (_, place) in rule.resources.iter().filter(|(word, _)| is_legacy(word)) {
            orders.push(EditOrder::RemoveItem(place?));
        }
    }
    Some(orders)
}
