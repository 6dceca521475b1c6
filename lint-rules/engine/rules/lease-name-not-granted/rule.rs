//! Rights that are limited to other names than the lock's.

use crate::{
    Check, Context, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    first_fitting, without_access,
};
use election::Elector;
use election::access::{
    Access, AccessState, Grant, MissingVerb, NearMiss, account_title, in_words,
};

/// The record.
pub static RULE: Rule = Rule {
    id: "lease-name-not-granted",
    group: Group::Access,
    summary: "the account may use leases of other names than its lock",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Bundle,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::ElectorInWorld(check),
};

fn check<'w>(elector: &Elector<'w>, context: &Context<'_, 'w>, sink: &mut Sink<'_>) {
    if !elector.is_on() || elector.fragment {
        return;
    }
    let access = context.access();
    if access.state != AccessState::Missing {
        return;
    }
    let mut rules: Vec<(Grant<'_>, Vec<&MissingVerb<'_>>)> = Vec::new();
    for missing in &access.missing {
        let Some(NearMiss::OtherNames(grant)) = &missing.near else {
            continue;
        };
        let known = rules
            .iter_mut()
            .find(|(other, _)| std::ptr::eq(other.rule, grant.rule));
        match known {
            Some((_, verbs)) => verbs.push(missing),
            None => rules.push((*grant, vec![missing])),
        }
    }
    for (grant, missing) in rules {
        sink.report(draft(elector, access, grant, &missing));
    }
}

fn draft(
    elector: &Elector<'_>,
    access: &Access<'_>,
    grant: Grant<'_>,
    missing: &[&MissingVerb<'_>],
) -> Draft {
    let names = &grant.rule.resource_names;
    let account = &elector.account;
    let own = elector.lock_name.value();
    let lock = access
        .second_lock
        .as_ref()
        .or(own)
        .map_or("", String::as_str);
    let verbs = in_words(missing.iter().map(|one| &one.verb));
    let resources = in_words(missing.iter().map(|one| one.resource.resource()));
    let granted = in_words(names.texts().take(5)).replace(" and ", " or ");
    let second = access
        .second_lock
        .as_ref()
        .map(|lock| format!("the rights do not hold for the second lock `{lock}`"));
    let message = second.unwrap_or_else(|| {
        first_fitting([
            format!("the rights are limited to the name {granted}, but the lock is `{lock}`"),
            format!("the rights are limited to other names than that of the lock `{lock}`"),
            "the rights are limited to other names than that of the lock".to_owned(),
        ])
    });
    let place = names
        .iter()
        .find_map(|(_, place)| place)
        .or(grant.rule.place)
        .or(account.place)
        .unwrap_or_else(|| elector.name_place());
    let words: Vec<&str> = missing.iter().map(|one| one.verb.as_str()).collect();
    let mut draft = Draft::new(place, message)
        .help(format!(
            "{} may {verbs} {resources} only of the name {granted}. {}",
            account_title(account.namespace.as_deref(), &account.name),
            without_access(elector, access, &words)
        ))
        .remedy(format!(
            "Write `{lock}` into `resourceNames` of {}{}.",
            grant.source.title(),
            if access.second_lock.is_some() {
                ", beside the other name"
            } else {
                ""
            }
        ));
    let first = elector.lock_name.known();
    if let Some(known) = first.filter(|_| access.second_lock.is_none()) {
        draft = draft
            .rests_on([&known.origin])
            .related_origin(&known.origin, "the lock's name");
    }
    draft
}
