//! A verb that the elector needs on its lock is granted nowhere.

use crate::{
    Check, Context, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    first_fitting, without_access,
};
use election::Elector;
use election::access::{
    Access, AccessState, LockResource, MissingVerb, NearMiss, SpareRole, account_title, in_words,
    place_words, resource_words,
};
use manifest::text::FileSpan;
use programs::Resolved;

/// The record.
pub static RULE: Rule = Rule {
    id: "lease-access-missing",
    group: Group::Access,
    summary: "the account lacks permission on its lock",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Bundle,
    fix: FixAvailability::Sometimes,
    reads: &[],
    check: Check::ElectorInWorld(check),
};

fn check<'w>(elector: &Elector<'w>, context: &Context<'_, 'w>, sink: &mut Sink<'_>) {
    if !elector.may_be_on() || elector.fragment {
        return;
    }
    let own_place = elector
        .account
        .place
        .unwrap_or_else(|| elector.name_place());
    let access = context.access();
    match (&access.state, &elector.switch) {
        (AccessState::Granted, _) => {}
        (AccessState::Unknown(because), _) => {
            sink.not_judged(
                because.place.unwrap_or(own_place),
                because.code,
                because.reason.clone(),
            );
        }
        (AccessState::Missing, Resolved::Unknown(because)) => {
            let reason = format!(
                "the account lacks rights for an election, and whether there is one is not known: {}",
                because.reason
            );
            sink.not_judged(own_place, because.code, reason);
        }
        (AccessState::Missing, _) => {
            for resource in access.resources {
                report(elector, access, *resource, sink);
            }
        }
    }
}

/// Whether another rule explains why this verb is missing.
fn is_explained(access: &Access<'_>, missing: &MissingVerb<'_>) -> bool {
    match &missing.near {
        Some(
            NearMiss::CreateByName(_)
            | NearMiss::OtherNames(_)
            | NearMiss::Elsewhere(_)
            | NearMiss::MovedAway { .. }
            | NearMiss::RoleNotFound(_),
        ) => true,
        Some(NearMiss::SubjectElsewhere { grant, .. }) => access
            .dangling
            .iter()
            .any(|dangling| std::ptr::eq(dangling.binding, grant.binding)),
        Some(NearMiss::WrongGroup { .. } | NearMiss::UnknownVerb { .. }) | None => false,
    }
}

fn report(elector: &Elector<'_>, access: &Access<'_>, resource: LockResource, sink: &mut Sink<'_>) {
    let missing: Vec<&MissingVerb<'_>> = access
        .missing
        .iter()
        .filter(|one| one.resource == resource && !is_explained(access, one))
        .collect();
    if missing.is_empty() {
        return;
    }
    let verbs = in_words(missing.iter().map(|one| &one.verb));
    let account = &elector.account;
    let (namespace, needed) = where_needed(access);
    let word = resource.resource();
    let title = account_title(account.namespace.as_deref(), &account.name);
    let message = first_fitting([
        format!("{title} lacks permission to {verbs} {word}"),
        format!("the account lacks permission to {verbs} {word}"),
        "the account lacks permission to use its lock".to_owned(),
    ]);
    let spare = access.spare_role.as_ref();
    let role = access.nearest_role.filter(|_| spare.is_none());
    let binding = access.bindings.first();
    let place = spare
        .and_then(SpareRole::place)
        .or_else(|| role.and_then(|pair| pair.role.rules_place.or(pair.binding.place)))
        .or_else(|| binding.and_then(|binding| binding.place))
        .or(account.place)
        .unwrap_or_else(|| elector.name_place());
    let rights = format!("{verbs} on {}", resource_words(resource));
    let is_wide = resource.is_cluster_wide();
    let remedy = match role {
        _ if spare.is_some() => spare.map(|spare| spare.order(&title)).unwrap_or_default(),
        // A right for one namespace has no place in a ClusterRole that is bound for all of them.
        Some(pair) if pair.role.rules_place.is_some() && pair.binding.cluster == is_wide => {
            format!("Add {rights} to {}.", pair.role.title())
        }
        _ if is_wide => {
            format!("Bind a ClusterRole with {rights} to {title} by a ClusterRoleBinding.")
        }
        _ => format!("Bind a Role of {namespace} with {rights} to {title}."),
    };
    let words: Vec<&str> = missing.iter().map(|one| one.verb.as_str()).collect();
    let consequence = without_access(elector, access, &words);
    let draft = Draft::new(place, message);
    let mut draft = match access.instead {
        None if spare.is_some() => draft.help(format!("{consequence} {needed}")).remedy(remedy),
        None => draft
            .help(format!("{consequence} {needed}"))
            .remedy(format!("{remedy} `leaselint export rbac` writes the smallest Role.")),
        // The lock of a program without a record is assumed, and its rights contradict that.
        Some(older) => draft
            .help(format!(
                "That the lock is a Lease is assumed. The account may use {}, which programs on old libraries \
                 (controller-runtime before 0.7) lock. If this one locks a Lease, it lacks the rights. {consequence}",
                resource_words(older)
            ))
            .remedy(format!("{remedy} Do so only if the program locks a Lease."))
            .severity(Severity::Warning),
    };
    if let Some(origin) = elector.switch.origin() {
        draft = draft.rests_on([origin]);
    }
    let runs_as = account.place.unwrap_or_else(|| elector.name_place());
    if runs_as != place {
        draft = draft.related(runs_as, format!("the elector runs as {title}"));
    }
    let bound = role.and_then(|pair| pair.binding.place);
    if let Some(bound) = bound.filter(|bound| *bound != place) {
        draft = draft.related(bound, "bound here");
    }
    let mut shown: Vec<FileSpan> = Vec::new();
    for (place, words) in missing.iter().filter_map(|one| wrong_word(one, resource)) {
        if !shown.contains(&place) {
            shown.push(place);
            draft = draft.related(place, words);
        }
    }
    // A wrong word that keeps a rule from granting is corrected by the rule that finds it.
    if missing.iter().all(|one| one.near.is_none()) {
        draft = draft.fix_grant(elector, access, resource, &words);
    }
    sink.report(draft);
}

/// Where the rights are needed, and the sentence that says so.
fn where_needed(access: &Access<'_>) -> (String, String) {
    if access.in_every_namespace {
        let needed = "No binding grants the rights in any namespace.";
        return ("the lock's namespace".to_owned(), needed.to_owned());
    }
    let namespace = place_words(access.namespace.as_deref());
    let needed = format!("The rights are needed in {namespace}.");
    (namespace, needed)
}

/// The word that keeps a rule from granting a verb.
fn wrong_word(missing: &MissingVerb<'_>, resource: LockResource) -> Option<(FileSpan, String)> {
    match &missing.near {
        Some(NearMiss::WrongGroup {
            group: "", place, ..
        }) => Some((
            (*place)?,
            format!("the core group has no {}", resource.resource()),
        )),
        Some(NearMiss::WrongGroup { group, place, .. }) => Some((
            (*place)?,
            format!("`{group}` is not `{}`", resource.group()),
        )),
        Some(NearMiss::UnknownVerb { verb, place, .. }) => {
            Some(((*place)?, format!("`{verb}` is not a Kubernetes API verb")))
        }
        _ => None,
    }
}
