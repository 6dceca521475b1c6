//! A binding whose role or account does not exist.

use crate::{Check, Context, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use election::access::{Access, AccessState, DanglingBinding, account_title};
use objects::LedgerCode;

/// The record.
pub static RULE: Rule = Rule {
    id: "dangling-binding",
    group: Group::Access,
    summary: "a binding for an elector gives a role, or names an account, that does not exist",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Bundle,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::ElectorInWorld(check),
};

fn check<'w>(elector: &Elector<'w>, context: &Context<'_, 'w>, sink: &mut Sink<'_>) {
    if !elector.may_be_on() || elector.fragment {
        return;
    }
    let access = context.access();
    if !may_lack_access(access) {
        return;
    }
    for dangling in &access.dangling {
        sink.report(draft(elector, *dangling));
    }
}

/// Whether something is missing, or the account has no binding at all.
fn may_lack_access(access: &Access<'_>) -> bool {
    match &access.state {
        AccessState::Missing => true,
        AccessState::Unknown(because) => because.code == LedgerCode::RbacNotInInput,
        AccessState::Granted => false,
    }
}

fn draft(elector: &Elector<'_>, dangling: DanglingBinding<'_>) -> Draft {
    let binding = dangling.binding;
    let account = &elector.account;
    let own = account_title(account.namespace.as_deref(), &account.name);
    let subject = dangling.subject.and_then(|at| binding.subjects.get(at));
    let (place, message, help) = match subject {
        Some(subject) => {
            let named = account_title(subject.namespace.as_deref(), &subject.name);
            (
                subject.namespace_place.or(subject.place),
                format!(
                    "{} names {named}, which is nowhere to be found; the elector runs as {own}",
                    binding.title()
                ),
                "a binding to an account that does not exist is accepted and grants nothing, so the elector may not use its \
                 lock and nobody leads; name the namespace of the account that the pod has",
            )
        }
        None => (
            binding.role.place,
            format!(
                "{} gives {}, which is nowhere to be found",
                binding.title(),
                binding.role_title()
            ),
            "a binding to a role that does not exist is accepted and grants nothing, without a word: the elector may not use \
             its lock and nobody leads; correct the name or the kind (a binding cannot be changed: delete it and create it \
             anew), or add the role",
        ),
    };
    let place = place
        .or(binding.place)
        .or(account.place)
        .unwrap_or_else(|| elector.name_place());
    let runs_as = account.place.unwrap_or_else(|| elector.name_place());
    let mut draft = Draft::new(place, message).help(help);
    if runs_as != place {
        draft = draft.related(runs_as, format!("the elector runs as {own}"));
    }
    match elector.switch.origin() {
        Some(origin) => draft.rests_on([origin]),
        None => draft,
    }
}
