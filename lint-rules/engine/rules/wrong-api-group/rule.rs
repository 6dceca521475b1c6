//! Leases under an API group that has none.

use crate::{
    Check, Draft, EditOrder, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    first_fitting,
};
use election::access::{PolicyRule, Role, lock_roles_of};
use manifest::text::FileSpan;
use objects::Object;
use strsim::levenshtein;

/// The record.
pub static RULE: Rule = Rule {
    id: "wrong-api-group",
    group: Group::Access,
    summary: "a rule for `leases` under an API group that has no leases",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::Sometimes,
    reads: &[],
    check: Check::Object(check),
};

/// The group of leases.
const LEASE_GROUP: &str = "coordination.k8s.io";

/// The other groups of Kubernetes itself (1.36, `pkg/controlplane` and the aggregated ones); the core group is empty.
const OTHER_KUBERNETES_GROUPS: &[&str] = &[
    "",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "apps",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "extensions",
    "flowcontrol.apiserver.k8s.io",
    "internal.apiserver.k8s.io",
    "metrics.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
    "storagemigration.k8s.io",
];

fn check(object: &Object<'_>, sink: &mut Sink<'_>) {
    for role in lock_roles_of(*object) {
        // Beside a right rule a wrong one does no harm: old scaffolds list all groups with all resources.
        if !role.rules.iter().any(is_right) {
            judge(&role, sink);
        }
    }
}

fn is_right(rule: &PolicyRule) -> bool {
    let group = rule.api_groups.has(LEASE_GROUP) || rule.api_groups.has("*");
    group && (rule.resources.has("leases") || rule.resources.has("*"))
}

fn judge(role: &Role, sink: &mut Sink<'_>) {
    for rule in &role.rules {
        if !rule.resources.has("leases") {
            continue;
        }
        let mut wrong: Vec<(&str, Option<FileSpan>)> = rule.api_groups.iter().collect();
        if wrong.is_empty() || !wrong.iter().all(|(group, _)| has_no_leases(group)) {
            continue;
        }
        // A misspelling of the right group is the token to correct.
        wrong.sort_by_key(|(group, _)| !is_slip(group));
        let Some((group, Some(place))) = wrong.first().copied() else {
            continue;
        };
        let named = if group.is_empty() {
            "the core group".to_owned()
        } else {
            format!("API group `{group}`")
        };
        let can_rewrite =
            is_slip(group) || rule.resources.texts().all(|resource| resource == "leases");
        let message = first_fitting([
            format!("{named} has no `leases`"),
            "this API group has no `leases`".to_owned(),
        ]);
        let mut draft = Draft::new(place, message)
            .help(format!(
                "The API server accepts the rule, but it grants nothing: leases are in `{LEASE_GROUP}`. Groups are compared \
                 letter by letter, without a version."
            ))
            .remedy(if can_rewrite {
                format!("Write `{LEASE_GROUP}`.")
            } else {
                format!("Give `leases` a rule of their own with the group `{LEASE_GROUP}`.")
            });
        if let Some(leases) = rule.resources.place_of("leases") {
            draft = draft.related(leases, "the leases");
        }
        if can_rewrite {
            draft = draft.fix(
                format!("write `{LEASE_GROUP}`"),
                false,
                [EditOrder::Respell(place, LEASE_GROUP.to_owned())],
            );
        }
        sink.report(draft);
    }
}

fn has_no_leases(group: &str) -> bool {
    OTHER_KUBERNETES_GROUPS.contains(&group) || is_slip(group)
}

/// Whether a group is a misspelling of that of leases.
fn is_slip(group: &str) -> bool {
    let lower = group.to_ascii_lowercase();
    let bare = lower.split('/').next().unwrap_or_default();
    let first = bare.split('.').next().unwrap_or_default();
    group != LEASE_GROUP
        && (bare == LEASE_GROUP
            || bare == "coordination"
            || bare.starts_with("coordination.k8s")
            || bare == "coordination.kubernetes.io"
            || (bare.ends_with("k8s.io")
                && !OTHER_KUBERNETES_GROUPS.contains(&bare)
                && levenshtein(first, "coordination") <= 2)
            || levenshtein(bare, LEASE_GROUP) <= 2)
}
