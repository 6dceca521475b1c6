//! Roles and bindings: what their change or deletion takes from electors of the cluster. A deletion is never denied, only
//! commented on: it may be part of taking everything down.

use engine::{Input, Task, WithdrawnRights};
use objects::Object;

use super::judge::Judgement;
use super::mode::mode_in;
use super::objects::only_object;
use super::request::{Operation, Request};
use super::review_finding::DenialTerms;
use super::{ActivePolicy, AnnotationAuthority, Mode, ReviewedKind};
use crate::cluster::{FactsGuard, WatchedResource, withdrawals};

/// The watched resource of a role or binding that changes or goes.
pub(super) fn watched(request: &Request<'_>, kind: ReviewedKind) -> Option<WatchedResource> {
    let sub_resource = &*request.sub_resource;
    let takes = matches!(request.operation, Operation::Update | Operation::Delete);
    if !takes || !sub_resource.is_empty() {
        return None;
    }
    match kind {
        ReviewedKind::Role => Some(WatchedResource::Roles),
        ReviewedKind::ClusterRole => Some(WatchedResource::ClusterRoles),
        ReviewedKind::RoleBinding => Some(WatchedResource::RoleBindings),
        ReviewedKind::ClusterRoleBinding => Some(WatchedResource::ClusterRoleBindings),
        _ => None,
    }
}

/// Adds what the change takes away. Of what belongs to the whole cluster each elector's own namespace says in which mode.
pub(super) fn judge(
    request: &Request<'_>,
    what: WatchedResource,
    mode: Mode,
    policy: &ActivePolicy,
    reading: &FactsGuard<'_>,
    (before, after): (&Input, Option<&Input>),
    judgement: &mut Judgement,
) {
    let is_deleted = request.operation == Operation::Delete;
    let after = after.filter(|_| !is_deleted);
    if !is_deleted && after.is_none() {
        return;
    }
    let input = after.unwrap_or(before);
    let counts_annotations = policy.admission.ignores == AnnotationAuthority::Anybody;
    let is_reported =
        |object: &Object<'_>| !counts_annotations || policy.engine.reports_withdrawals_by(object);
    let Some(object) = only_object(input).filter(is_reported) else {
        return;
    };
    let Some(was) = before.documents().next() else {
        return;
    };
    let is = after.and_then(|after| after.documents().next());
    judgement.judged = true;
    let found = match withdrawals(reading, &request.namespace, what, was, is) {
        Ok(found) => found,
        Err(doubt) => {
            judgement.not_judged = Some(format!(
                "whether this takes rights from an elector was not judged: {}",
                doubt.reason
            ));
            return;
        }
    };
    for withdrawal in &found {
        let namespace = withdrawal.elector.object.namespace.as_deref();
        let mode = match namespace.filter(|_| request.namespace.is_empty()) {
            Some(namespace) => mode_in(namespace, policy.mode, Some(reading)),
            None => Some(mode),
        };
        let Some(mode) = mode else { continue };
        let mode = if request.is_of_control_plane() {
            mode.min(Mode::Warn)
        } else {
            mode
        };
        let terms = DenialTerms::of(policy, mode, namespace, Some(reading));
        let rights = WithdrawnRights {
            object,
            is_deleted,
            elector: &withdrawal.elector,
            verbs: &withdrawal.verbs,
        };
        let outcome = policy.engine.judge(Task::withdrawal(input, rights));
        for mut finding in outcome.findings {
            judgement.notes.extend(terms.reopen(&mut finding));
            if finding.is_open() {
                let mut finding = terms.finding(finding, true, !is_deleted);
                finding.rests_on_watches = true;
                judgement.findings.push(finding);
            }
        }
        let failed = outcome.internal.iter().map(|error| error.rule);
        judgement.failed_rules.extend(failed);
    }
}
