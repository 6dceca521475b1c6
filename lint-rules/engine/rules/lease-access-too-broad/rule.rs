//! More rights on leases than one lock needs.

use crate::{
    Check, Context, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    first_fitting,
};
use election::Elector;
use election::access::{AccessState, Grant, account_title, in_words, place_words};

/// The record.
pub static RULE: Rule = Rule {
    id: "lease-access-too-broad",
    group: Group::Access,
    summary: "the account may change leases of every namespace, or do anything with them, for one lock",
    severity: Severity::Info,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Bundle,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::ElectorInWorld(check),
};

/// Verbs with which one account can take another one's lock.
const WRITE_VERBS: &[&str] = &["update", "patch", "delete", "deletecollection"];

fn check<'w>(elector: &Elector<'w>, context: &Context<'_, 'w>, sink: &mut Sink<'_>) {
    // The rights of Kubernetes' own components are Kubernetes' decision.
    if !elector.is_on() || elector.fragment || elector.program.part_of_system {
        return;
    }
    let access = context.access();
    if access.state != AccessState::Granted {
        return;
    }
    let of_leases = |grant: &&Grant<'_>| {
        let rule = grant.rule;
        let any_group = rule.api_groups.has("*") || rule.api_groups.has("coordination.k8s.io");
        any_group
            && (rule.resources.has("leases") || rule.resources.has("*"))
            && rule.resource_names.is_empty()
    };
    let broad = access.grants.iter().filter(of_leases).find(|grant| {
        grant.rule.verbs.has("*") || (grant.binding.cluster && write_verbs(grant).next().is_some())
    });
    if let Some(grant) = broad {
        sink.report(draft(elector, *grant, access.namespace.as_deref()));
    }
}

fn write_verbs<'g>(grant: &'g Grant<'_>) -> impl Iterator<Item = &'g str> {
    grant
        .rule
        .verbs
        .texts()
        .filter(|verb| WRITE_VERBS.contains(verb))
}

fn draft(elector: &Elector<'_>, grant: Grant<'_>, namespace: Option<&str>) -> Draft {
    let rule = grant.rule;
    let account = &elector.account;
    let title = account_title(account.namespace.as_deref(), &account.name);
    let everything = rule.verbs.has("*");
    let may = if everything {
        "do anything with".to_owned()
    } else {
        in_words(write_verbs(&grant))
    };
    let lock = place_words(namespace);
    let message = if grant.binding.cluster {
        first_fitting([
            format!("{title} may {may} leases of every namespace"),
            format!("the account may {may} leases of every namespace"),
            "the account may change leases of every namespace".to_owned(),
        ])
    } else {
        first_fitting([
            format!("{title} may {may} leases of {lock}"),
            format!("the account may {may} leases of {lock}"),
            "the account may do anything with the leases of its namespace".to_owned(),
        ])
    };
    let word = if everything {
        rule.verbs.place_of("*")
    } else {
        rule.resources
            .place_of("leases")
            .or_else(|| rule.resources.place_of("*"))
    };
    let place = word
        .or(rule.place)
        .or(grant.binding.place)
        .or(account.place)
        .unwrap_or_else(|| elector.name_place());
    let reach = if grant.binding.cluster {
        "every other election of the cluster and hold back the heartbeats of its nodes"
    } else {
        "every other election of the namespace"
    };
    let name = elector.lock_name.value().map_or_else(
        || "under the lock's name".to_owned(),
        |name| format!("under `resourceNames: [{name}]`"),
    );
    let others = in_words(
        elector
            .program
            .lock_verbs()
            .filter(|verb| *verb != "create"),
    );
    let draft = Draft::new(place, message)
        .help(format!(
            "The program needs one lock in {lock}. Whoever takes over this account can stop {reach}."
        ))
        .remedy(format!(
            "Use a Role in the lock's namespace with `create`, and {others} {name}. `leaselint export rbac` writes it."
        ));
    match grant.binding.place {
        Some(bound) if bound != place => draft.related(bound, "bound here"),
        _ => draft,
    }
}
