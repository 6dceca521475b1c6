//! The rights are granted in a namespace other than the lock's.

use crate::{
    Check, Context, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    first_fitting, without_access,
};
use election::Elector;
use election::access::{Access, AccessState, NearMiss, account_title, in_words, place_words};
use programs::Setting;

/// The record.
pub static RULE: Rule = Rule {
    id: "lease-access-elsewhere",
    group: Group::Access,
    summary: "the lock is in another namespace than the one where the account may use leases",
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
    let mut reported = Vec::new();
    for missing in &access.missing {
        let Some(NearMiss::Elsewhere(grant) | NearMiss::MovedAway { grant, .. }) = &missing.near
        else {
            continue;
        };
        let this = std::ptr::from_ref(grant.binding);
        if !reported.contains(&this) {
            reported.push(this);
            sink.report(draft(elector, access, this));
        }
    }
}

fn draft(
    elector: &Elector<'_>,
    access: &Access<'_>,
    binding: *const election::access::Binding,
) -> Draft {
    let grants = access
        .missing
        .iter()
        .filter_map(|missing| match &missing.near {
            Some(NearMiss::Elsewhere(grant) | NearMiss::MovedAway { grant, .. })
                if std::ptr::eq(grant.binding, binding) =>
            {
                Some((missing, *grant))
            }
            _ => None,
        });
    let (missing, grants): (Vec<_>, Vec<_>) = grants.unzip();
    let verbs = in_words(missing.iter().map(|one| &one.verb));
    let resources = in_words(missing.iter().map(|one| one.resource.resource()));
    let account = &elector.account;
    let title = account_title(account.namespace.as_deref(), &account.name);
    let moved = missing.iter().find_map(|one| match &one.near {
        Some(NearMiss::MovedAway {
            namespace, place, ..
        }) => Some((namespace.as_str(), *place)),
        _ => None,
    });
    let there = moved.map(|(namespace, _)| namespace).or_else(|| {
        let grant = grants.first()?;
        grant.binding.namespace.as_deref()
    });
    let lock = place_words(access.namespace.as_deref());
    let by_build = if moved.is_some() {
        " after kustomize's build"
    } else {
        ""
    };
    let granted = place_words(there);
    let message = first_fitting([
        format!("the rights on the lock are in {granted}{by_build}, but the lock is in {lock}"),
        format!("the rights are in {granted}{by_build}, but the lock is in {lock}"),
        "the rights on the lock are in another namespace than the lock".to_owned(),
    ]);
    let place = grants
        .first()
        .and_then(|grant| grant.binding.place)
        .or(account.place)
        .unwrap_or_else(|| elector.name_place());
    let words: Vec<&str> = missing.iter().map(|one| one.verb.as_str()).collect();
    let mut draft = Draft::new(place, message)
        .help(format!(
            "{title} may {verbs} {resources} in {granted}{by_build}, and not in {lock}. {}",
            without_access(elector, access, &words)
        ))
        .remedy(format!(
            "Put the Role and its binding into {lock}{}.",
            how_to_move(elector, there)
        ));
    if let Some(known) = elector.lock_namespace.known() {
        draft = draft
            .rests_on([&known.origin])
            .related_origin(&known.origin, "the lock's namespace");
    }
    if let Some((_, place)) = moved {
        draft = draft.related(place, "this moves every RoleBinding of the build");
    }
    if let Some(rule) = grants.first().and_then(|grant| grant.rule.place) {
        draft = draft.related(rule, "granted by this rule");
    }
    draft
}

/// The flag that sets the lock's namespace.
fn how_to_move(elector: &Elector<'_>, to: Option<&str>) -> String {
    let flag = elector.flag_of(Setting::LockNamespace);
    match (flag, to) {
        (Some(flag), Some(to)) => format!(", or the lock to the rights with `--{flag}={to}`"),
        _ => String::new(),
    }
}
