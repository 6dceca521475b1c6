//! A change of rights that stops a running election: of an elector of two sides of files, or of one of the cluster.

use crate::{
    Change, Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    WithdrawnRights, after_withdrawal, first_fitting,
};
use election::Elector;
use election::access::{Access, AccessState, Need, account_title, in_words};
use manifest::text::FileSpan;
use objects::LedgerCode;

/// The record.
pub static RULE: Rule = Rule {
    id: "access-withdrawn",
    group: Group::Transitions,
    summary: "a change takes a permission away that an elector needs for its lock",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Change,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::ChangeOrWithdrawal(check_change, check_withdrawal),
};

fn check_change(change: &Change<'_, '_>, sink: &mut Sink<'_>) {
    let Some(after) = change.keeps_electing() else {
        return;
    };
    let before = change.before;
    // Rights that do not fit a new lock were not withdrawn; other rules report the new lock.
    let partial = before.fragment || after.fragment;
    if change.replaced || partial || !same_lock(before, after) {
        return;
    }
    let same_account = before.account.name == after.account.name
        && before.account.namespace == after.account.namespace;
    // The same need among the same objects has the same access.
    if same_account && change.has_one_world() && Need::of(before) == Need::of(after) {
        return;
    }
    let had = change.world_before.access(before);
    if had.state != AccessState::Granted {
        return;
    }
    let has = change.world_after.access(after);
    let verbs: Vec<(&str, &str)> = match &has.state {
        AccessState::Granted => return,
        AccessState::Missing => {
            let missing = has.missing.iter();
            missing
                .map(|one| (one.verb.as_str(), one.resource.resource()))
                .collect()
        }
        AccessState::Unknown(because) if because.code == NOTHING_LEFT && same_account => Vec::new(),
        AccessState::Unknown(because) => {
            let place = after.account.place.unwrap_or_else(|| after.name_place());
            sink.not_judged(
                because.place.unwrap_or(place),
                because.code,
                because.reason.clone(),
            );
            return;
        }
    };
    change.report(finding(after, &had, &has, &verbs, same_account), sink);
}

/// The ledger code where no binding of the account is left in the input.
const NOTHING_LEFT: LedgerCode = LedgerCode::RbacNotInInput;

/// Whether both have the same lock, as far as that is known.
fn same_lock(before: &Elector<'_>, after: &Elector<'_>) -> bool {
    before.lock_name.value() == after.lock_name.value()
        && before.lock_namespace.value() == after.lock_namespace.value()
        && before.lock_type.value() == after.lock_type.value()
}

fn finding(
    after: &Elector<'_>,
    had: &Access<'_>,
    has: &Access<'_>,
    verbs: &[(&str, &str)],
    same_account: bool,
) -> Draft {
    let title = account_title(after.account.namespace.as_deref(), &after.account.name);
    let runs_as = after.account.place.unwrap_or_else(|| after.name_place());
    let mut resources: Vec<&str> = verbs.iter().map(|(_, resource)| *resource).collect();
    resources.dedup();
    let what = match verbs {
        [] => "every right to its lock".to_owned(),
        verbs => {
            let words = in_words(verbs.iter().map(|(verb, _)| verb));
            format!("{words} on {}", in_words(&resources))
        }
    };
    let message = if same_account {
        first_fitting([
            format!("the change takes {what} from {title}"),
            format!("the change takes {what} from the elector's account"),
            "the change takes rights on the lock from the elector's account".to_owned(),
        ])
    } else {
        first_fitting([
            format!("the change runs the elector as {title}, which lacks {what}"),
            format!("the elector's new account lacks {what}"),
            "the elector's new account lacks rights on the lock".to_owned(),
        ])
    };
    let role = has.nearest_role;
    let place = if same_account {
        role.and_then(|pair| pair.role.rules_place.or(pair.binding.place))
            .or_else(|| has.bindings.first().and_then(|binding| binding.place))
            .unwrap_or(runs_as)
    } else {
        runs_as
    };
    let lost: Vec<&str> = verbs.iter().map(|(verb, _)| *verb).collect();
    let mut draft = Draft::new(place, message)
        .help(after_withdrawal(&lost))
        .remedy(
            "Give the account the rights through another role first, or take the workload down first.",
        );
    if runs_as != place {
        draft = draft.related(runs_as, format!("the elector runs as {title}"));
    }
    let mut shown: Vec<FileSpan> = vec![place];
    for grant in &had.grants {
        let lost = verbs.is_empty()
            || verbs
                .iter()
                .any(|(verb, _)| grant.rule.verbs.has(verb) || grant.rule.verbs.has("*"));
        let places = [grant.rule.place, grant.binding.place];
        for (place, words) in places
            .into_iter()
            .zip(["it was granted here", "and bound here"])
        {
            if let Some(place) = place.filter(|place| lost && !shown.contains(place)) {
                shown.push(place);
                draft = draft.related(place, words);
            }
        }
    }
    draft
}

fn check_withdrawal(rights: &WithdrawnRights<'_>, sink: &mut Sink<'_>) {
    let elector = rights.elector;
    let namespace = elector.object.namespace.as_deref().unwrap_or_default();
    let workload = elector.title();
    let account = match elector.is_hidden {
        true => format!("the account of an elector in namespace {namespace}"),
        false => format!("ServiceAccount {namespace}/{}", elector.account),
    };
    let verbs: Vec<String> = rights
        .verbs
        .iter()
        .map(|(resource, verb)| format!("{verb} {}", resource.resource()))
        .collect();
    let verbs = verbs.join(", ");
    let change = if rights.is_deleted {
        "deletion"
    } else {
        "change"
    };
    let message = first_fitting([
        format!("this {change} takes `{verbs}` from {account}"),
        format!("this {change} takes rights on a lock from {account}"),
        format!("this {change} takes rights on a lock from the account of an elector"),
    ]);
    let lost: Vec<&str> = rights.verbs.iter().map(|(_, verb)| verb.as_str()).collect();
    let remedy = match rights.is_deleted {
        // It may be a part of an uninstallation that has just begun.
        true => format!(
            "Nothing is to be done if {workload} is deleted as well. Else give the account `{verbs}` through another role first."
        ),
        false => format!(
            "Give the account `{verbs}` through another role first, or take {workload} down first."
        ),
    };
    sink.report(
        Draft::new(rights.object.head_place(), message)
            .help(format!(
                "{workload} takes part in leader election as {account}. {}",
                after_withdrawal(&lost)
            ))
            .remedy(remedy),
    );
}
