//! Electors of the cluster that lose what they need when a role or a binding changes or goes.

use std::borrow::Cow;

use election::access::{AccountName, Binding, LockResource, RightsChange, Role};
use election::{ElectionState, ElectorFacts};
use manifest::tree::Document;
use programs::Unknown;

use super::facts_guard::FactsGuard;
use super::object_facts::{Fact, fact_of};
use crate::resource::WatchedResource;

/// An elector that loses what it needs.
#[derive(Debug)]
pub struct Withdrawal<'s> {
    /// The elector, without its name where it is in another namespace than the request.
    pub elector: Cow<'s, ElectorFacts>,
    /// The verbs it loses, and on which of its lock's objects.
    pub verbs: Vec<(LockResource, String)>,
}

/// What is kept of a role or a binding.
enum Rights {
    Role(Role),
    Binding(Option<Binding>),
}

fn rights_of(what: WatchedResource, document: &Document) -> Option<Rights> {
    match fact_of(what, document).ok()?.fact {
        Fact::Role(role) => Some(Rights::Role(role)),
        Fact::Binding(binding) => Some(Rights::Binding(binding)),
        _ => None,
    }
}

/// The electors that lose a verb they had and need, when a role or binding becomes `after`, or goes. `from` is the
/// namespace of the request; empty for what belongs to the whole cluster.
///
/// Where the account is gone already, or the namespace is on its way out, all of the application is about to go: then
/// nothing is lost by a deletion.
///
/// # Errors
/// Why that is not known, if what changes can have to do with locks at all.
pub fn withdrawals<'s>(
    reading: &'s FactsGuard<'_>,
    from: &str,
    what: WatchedResource,
    before: &Document,
    after: Option<&Document>,
) -> Result<Vec<Withdrawal<'s>>, Unknown> {
    let before = rights_of(what, before);
    let after = after.and_then(|document| rights_of(what, document));
    let change = match (&before, &after) {
        (Some(Rights::Role(before)), Some(Rights::Role(after))) => {
            // Of an aggregated role the rules are those of its parts, whatever is written in it.
            let same_rules = before.rules == after.rules || after.aggregation.is_some();
            if same_rules
                && before.labels == after.labels
                && before.aggregation == after.aggregation
            {
                return Ok(Vec::new());
            }
            RightsChange::Role {
                before: Some(before),
                after: Some(after),
            }
        }
        (Some(Rights::Role(before)), None) => {
            if before.rules.is_empty() && before.aggregation.is_none() {
                return Ok(Vec::new());
            }
            RightsChange::Role {
                before: Some(before),
                after: None,
            }
        }
        (Some(Rights::Binding(Some(before))), after) => {
            let after = match after {
                Some(Rights::Binding(after)) => after.as_ref(),
                _ => None,
            };
            if after == Some(before) {
                return Ok(Vec::new());
            }
            RightsChange::Binding {
                before: Some(before),
                after,
            }
        }
        _ => return Ok(Vec::new()),
    };
    let facts = reading.facts();
    let accounts = change.accounts(&facts.policy);
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let doubt = reading.view().doubt(&WatchedResource::RBAC);
    if let Some(doubt) = doubt.or_else(|| reading.view().doubt(&WatchedResource::WORKLOADS)) {
        return Err(doubt);
    }
    let is_deletion = after.is_none();
    let sees_accounts = reading
        .view()
        .doubt(&[WatchedResource::ServiceAccounts])
        .is_none();
    let mut found = Vec::new();
    for elector in facts.electors(None) {
        let Some(namespace) = elector.facts.object.namespace.as_deref() else {
            continue;
        };
        if elector.facts.state == ElectionState::Off
            || elector.facts.is_scaled_to_zero
            || !accounts.has(namespace, &elector.facts.account)
        {
            continue;
        }
        let has_lost_account =
            || sees_accounts && facts.account(namespace, &elector.facts.account).is_none();
        if is_deletion && (facts.is_leaving(namespace) || has_lost_account()) {
            continue;
        }
        let Some(need) = elector
            .need
            .as_ref()
            .map(super::workload_facts::KnownNeed::need)
        else {
            continue;
        };
        let account = AccountName {
            namespace: Some(namespace),
            name: &elector.facts.account,
        };
        let verbs = change.withdraws(&need, account, &facts.policy);
        if !verbs.is_empty() {
            found.push(Withdrawal {
                elector: elector.facts.shown_to(from),
                verbs,
            });
        }
    }
    found.sort_by(|a, b| {
        let key = |one: &Withdrawal<'_>| {
            (
                one.elector.object.namespace.clone(),
                one.elector.object.kind.clone(),
                one.elector.object.name.clone(),
                one.elector.container.clone(),
            )
        };
        key(a).cmp(&key(b))
    });
    Ok(found)
}

#[cfg(test)]
#[path = "withdrawn_tests.rs"]
mod tests;
