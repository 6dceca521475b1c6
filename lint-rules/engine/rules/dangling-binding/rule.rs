//! A binding whose role or account does not exist.

use crate::{
    Check, Context, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    first_fitting,
};
use election::Elector;
use election::access::{Access, AccessState, DanglingBinding, account_title};
use objects::LedgerCode;

/// The record.
pub static RULE: Rule = Rule {
    id: "dangling-binding",
    group: Group::Access,
    summary: "a binding for an elector refers to a role or an account that is not defined",
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
        sink.report(draft(
            elector,
            *dangling,
            access.state == AccessState::Missing,
        ));
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

/// The finding; `is_missing`: the input proves that the account lacks permission, rather than holding no binding of it.
fn draft(elector: &Elector<'_>, dangling: DanglingBinding<'_>, is_missing: bool) -> Draft {
    let binding = dangling.binding;
    let account = &elector.account;
    let own = account_title(account.namespace.as_deref(), &account.name);
    let subject = dangling.subject.and_then(|at| binding.subjects.get(at));
    let title = binding.title();
    let (place, message, what, remedy) = match subject {
        Some(subject) => {
            let named = account_title(subject.namespace.as_deref(), &subject.name);
            let namespace_place = subject.namespace_place;
            let is_namesake = *subject.name == *account.name;
            (
                namespace_place.filter(|_| is_namesake).or(subject.place),
                first_fitting([
                    format!("{title} names {named}, which is not defined in the input"),
                    format!("the binding names {named}, which is not defined in the input"),
                    "the binding names an account that is not defined in the input".to_owned(),
                ]),
                "an account",
                format!("Name {own} as the subject of {title}."),
            )
        }
        None => {
            let role = binding.role_title();
            (
                binding.role.place,
                first_fitting([
                    format!("{title} refers to {role}, which is not defined in the input"),
                    format!("the binding refers to {role}, which is not defined in the input"),
                    "the binding refers to a role that is not defined in the input".to_owned(),
                ]),
                "a role",
                match dangling.role_elsewhere.and_then(|role| role.namespace.as_deref().zip(Some(role))) {
                    Some((namespace, role)) => format!(
                        "{} is in namespace {namespace}, and a RoleBinding finds its Role in its own namespace alone: put both \
                         into the lock's namespace.",
                        role.title()
                    ),
                    None => "Correct the name or the kind of the role, or add the role. A `roleRef` cannot be changed: \
                             delete the binding and create it again."
                        .to_owned(),
                },
            )
        }
    };
    let consequence = if is_missing {
        format!(
            "The elector runs as {own} and lacks permission on its lock, so no replica becomes leader."
        )
    } else {
        format!(
            "The elector runs as {own}, and the input holds no other binding of that account. If there is none elsewhere, no \
             replica becomes leader."
        )
    };
    let help = format!(
        "The API server accepts a binding to {what} that does not exist, and it grants nothing. {consequence}"
    );
    let place = place
        .or(binding.place)
        .or(account.place)
        .unwrap_or_else(|| elector.name_place());
    let runs_as = account.place.unwrap_or_else(|| elector.name_place());
    let mut draft = Draft::new(place, message).help(help).remedy(remedy);
    if runs_as != place {
        draft = draft.related(runs_as, format!("the elector runs as {own}"));
    }
    match elector.switch.origin() {
        Some(origin) => draft.rests_on([origin]),
        None => draft,
    }
}
