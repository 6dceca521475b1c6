//! A right to `create` that is limited to names.

use crate::fix_orders::part_create;
use crate::{
    Check, Context, Draft, EditOrder, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    first_fitting, without_access,
};
use election::Elector;
use election::access::{Access, AccessState, Grant, NearMiss, account_title, place_words};
use manifest::text::FileSpan;

/// The record.
pub static RULE: Rule = Rule {
    id: "create-by-name",
    group: Group::Access,
    summary: "`create` in a rule with resourceNames, where it never matches",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Bundle,
    fix: FixAvailability::Sometimes,
    reads: &[],
    check: Check::ElectorInWorld(check),
};

fn check<'w>(elector: &Elector<'w>, context: &Context<'_, 'w>, sink: &mut Sink<'_>) {
    // With the election off by default the rule is as useless; an election that is turned off explicitly is not judged.
    if elector.fragment || (!elector.may_be_on() && elector.switch.is_written()) {
        return;
    }
    let access = context.access();
    let only: Vec<Grant<'_>> = access
        .missing
        .iter()
        .filter_map(|missing| match &missing.near {
            Some(NearMiss::CreateByName(grant)) => Some(*grant),
            _ => None,
        })
        .collect();
    if let Some(grant) = only.first()
        && elector.is_on()
    {
        sink.report(broken(elector, access, *grant));
        return;
    }
    if !only.is_empty() || !is_granted(access) {
        return;
    }
    for grant in &access.useless_creates {
        if let Some(place) = grant.rule.verbs.place_of("create") {
            sink.report(dead(access, *grant, place));
        }
    }
}

/// Whether another rule grants `create`, so that this one is only misleading.
fn is_granted(access: &Access<'_>) -> bool {
    let creates = |grant: &Grant<'_>| {
        grant.rule.resource_names.is_empty()
            && (grant.rule.verbs.has("create") || grant.rule.verbs.has("*"))
    };
    access.state == AccessState::Granted || access.grants.iter().any(creates)
}

/// Where the verb and the names are written.
fn places(grant: Grant<'_>) -> (Option<FileSpan>, Option<FileSpan>) {
    let verbs = &grant.rule.verbs;
    let verb = verbs.place_of("create").or_else(|| verbs.place_of("*"));
    let names = grant
        .rule
        .resource_names
        .iter()
        .find_map(|(_, place)| place);
    (verb, names)
}

fn broken(elector: &Elector<'_>, access: &Access<'_>, grant: Grant<'_>) -> Draft {
    let account = &elector.account;
    let (verb, names) = places(grant);
    let place = verb
        .or(grant.rule.place)
        .or(account.place)
        .unwrap_or_else(|| elector.name_place());
    let resource = access
        .resources
        .first()
        .map_or("leases", |first| first.resource());
    let title = account_title(account.namespace.as_deref(), &account.name);
    let message = first_fitting([
        format!("{title} cannot `create` {resource}: the verb never matches under `resourceNames`"),
        format!(
            "the account cannot `create` {resource}: the verb never matches under `resourceNames`"
        ),
    ]);
    let mut draft = Draft::new(place, message)
        .help(format!(
            "A request to create has no name when it is authorised, so {title} lacks permission in {}. {}",
            place_words(access.namespace.as_deref()),
            without_access(elector, access, &["create"])
        ))
        .remedy(format!(
            "Give {} a rule of its own for `create` without `resourceNames`, and leave the other verbs under the name.",
            grant.source.title()
        ));
    if let Some(origin) = elector.switch.origin() {
        draft = draft.rests_on([origin]);
    }
    if let Some(orders) = access
        .resources
        .first()
        .and_then(|lock| part_create(grant, *lock))
    {
        draft = draft.fix("give `create` a rule of its own", false, orders);
    }
    match names {
        Some(names) => draft.related(names, "the names"),
        None => draft,
    }
}

fn dead(access: &Access<'_>, grant: Grant<'_>, place: FileSpan) -> Draft {
    let other = access.grants.iter().find(|other| {
        other.rule.resource_names.is_empty()
            && (other.rule.verbs.has("create") || other.rule.verbs.has("*"))
    });
    let draft = Draft::new(
        place,
        "`create` never matches under `resourceNames`, and another rule grants it",
    )
    .help(
        "A request to create has no name when it is authorised, so the verb grants nothing here. If the other rule is removed \
         because of it, the lock can no longer be created.",
    )
    .remedy(format!("Remove `create` from this rule of {}.", grant.source.title()))
    .severity(Severity::Info);
    // A rule without a verb is none.
    let draft = if grant.rule.verbs.texts().count() > 1 {
        draft.fix("remove `create`", true, [EditOrder::RemoveItem(place)])
    } else {
        draft
    };
    match other.and_then(|other| other.rule.place) {
        Some(rule) => draft.related(rule, "granted by this rule"),
        None => draft,
    }
}
