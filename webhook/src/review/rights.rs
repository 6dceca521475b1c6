//! Roles and bindings: whether their change or deletion takes from an elector of the cluster what it
//! needs. A deletion is never denied, only commented on: it may be part of taking everything down.

use engine::{self, Finding, Input, Severity};
use objects::Object;

use super::judge::{Judgement, Said};
use super::objects::only_object;
use super::request::{Operation, Request};
use super::{Kind, Mode, Policy, mode_in};
use crate::cluster::{Reading, Watched, Withdrawal, withdrawals};

/// The rule that speaks of this.
const RULE: &str = "access-withdrawn";

/// The watched resource of a role or binding that changes or goes.
pub(super) fn watched(request: &Request<'_>, kind: Kind) -> Option<Watched> {
    let sub_resource = &*request.sub_resource;
    let takes = matches!(request.operation, Operation::Update | Operation::Delete);
    if !takes || !sub_resource.is_empty() {
        return None;
    }
    match kind {
        Kind::Role => Some(Watched::Roles),
        Kind::ClusterRole => Some(Watched::ClusterRoles),
        Kind::RoleBinding => Some(Watched::RoleBindings),
        Kind::ClusterRoleBinding => Some(Watched::ClusterRoleBindings),
        _ => None,
    }
}

/// Adds what the change takes away. Of what belongs to the whole cluster each elector's own namespace
/// says in which mode.
pub(super) fn judge(
    request: &Request<'_>,
    what: Watched,
    mode: Mode,
    policy: &Policy,
    reading: &Reading<'_>,
    (before, after): (&Input, Option<&Input>),
    judgement: &mut Judgement,
) {
    let Some(rule) = engine::rule(RULE).map(|entry| entry.rule) else {
        return;
    };
    let severity = match policy.settings.severities.get(RULE) {
        Some(None) => return,
        Some(Some(severity)) => *severity,
        None => rule.severity,
    };
    let goes = request.operation == Operation::Delete;
    let after = after.filter(|_| !goes);
    if !goes && after.is_none() {
        return;
    }
    let input = after.unwrap_or(before);
    let Some(object) = only_object(input).filter(|object| !is_ignored(*object)) else {
        return;
    };
    let Some(was) = before.documents().next() else {
        return;
    };
    let is = after.and_then(|after| after.documents().next());
    judgement.judged = true;
    let found = match withdrawals(reading, what, was, is) {
        Ok(found) => found,
        Err(doubt) => {
            judgement.not_judged = Some(format!(
                "whether this takes rights from an elector was not judged: {}",
                doubt.reason
            ));
            return;
        }
    };
    for withdrawal in found {
        let where_it_runs = withdrawal.elector.object.namespace.as_deref();
        let mode = match where_it_runs.filter(|_| request.namespace.is_empty()) {
            Some(namespace) => mode_in(namespace, policy.mode, Some(reading)),
            None => Some(mode),
        };
        let Some(mode) = mode else { continue };
        let finding = finding(rule, severity, input, object, goes, &withdrawal);
        if !policy.silences(&finding) {
            judgement.said.push(Said {
                finding,
                is_new: true,
                is_settled: !goes,
                rests_on_watches: true,
                mode,
            });
        }
    }
}

/// Whether the object carries the annotation that ignores this rule, with a reason.
fn is_ignored(object: Object<'_>) -> bool {
    let key = format!("leaselint.io/ignore.{RULE}");
    let reason = object.annotations().and_then(|all| all.get(&key));
    reason
        .and_then(|reason| reason.as_str())
        .is_some_and(|reason| !reason.trim().is_empty())
}

fn finding(
    rule: &'static engine::Rule,
    severity: Severity,
    input: &Input,
    object: Object<'_>,
    goes: bool,
    withdrawal: &Withdrawal<'_>,
) -> Finding {
    let elector = withdrawal.elector;
    let namespace = elector.object.namespace.as_deref().unwrap_or_default();
    let verbs: Vec<String> = withdrawal
        .verbs
        .iter()
        .map(|(resource, verb)| format!("{verb} {}", resource.resource()))
        .collect();
    let verbs = verbs.join(", ");
    let change = if goes { "deletion" } else { "change" };
    let message = format!(
        "this {change} takes `{verbs}` from ServiceAccount {namespace}/{}, with which {} {namespace}/{} takes part in an \
         election",
        elector.account, elector.object.kind, elector.object.name
    );
    let help = format!(
        "its leader stops at the end of its renew deadline, and nobody can take over; first give the account `{verbs}` \
         through another role, or take {} {namespace}/{} down",
        elector.object.kind, elector.object.name
    );
    let object_name = object.object_name();
    let fingerprint = format!(
        "{RULE}/{namespace}/{}/{}/{}",
        elector.object.kind, elector.object.name, elector.container
    );
    Finding {
        rule,
        severity,
        message,
        help,
        object: object_name,
        container: None,
        location: input.locate(object.head_place()),
        related: Vec::new(),
        fixes: Vec::new(),
        suppressed: None,
        fingerprint,
    }
}
