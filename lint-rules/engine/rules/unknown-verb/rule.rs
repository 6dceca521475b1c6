//! A verb that Kubernetes does not know.

use crate::{
    Check, Draft, EditOrder, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    first_fitting,
};
use election::access::{PolicyRule, Role, lock_roles_of};
use objects::Object;

/// The record.
pub static RULE: Rule = Rule {
    id: "unknown-verb",
    group: Group::Access,
    summary: "a rule for locks with a word that is not a Kubernetes API verb",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::Sometimes,
    reads: &[],
    check: Check::Object(check),
};

/// Verbs of requests for resources (kubernetes 1.36, `apiserver/pkg/endpoints/request/requestinfo.go`).
const API_VERBS: &[&str] = &[
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
];

/// Verbs that Kubernetes checks for single resources beside those of requests: of roles (kubernetes 1.36,
/// `pkg/registry/rbac/escalation_check.go`), of certificates' signers (`plugin/pkg/admission/certificates`), of tokens' audiences
/// (`plugin/pkg/admission/noderestriction`), of PodSecurityPolicies (until 1.24). A rule for several resources may have them
/// rightly.
const SPECIAL_VERBS: &[&str] = &[
    "use",
    "bind",
    "escalate",
    "approve",
    "sign",
    "attest",
    "request-serviceaccounts-token-audience",
];

/// Who another user's requests are made as: `impersonate`, `impersonate:serviceaccount`, `impersonate-on:user-info:list`
/// (apiserver 1.36, `pkg/endpoints/filters/impersonation`).
fn is_impersonation(word: &str) -> bool {
    let first = word.split(':').next();
    matches!(first, Some("impersonate" | "impersonate-on"))
}

fn check(object: &Object<'_>, sink: &mut Sink<'_>) {
    for role in lock_roles_of(*object) {
        for rule in role.rules.iter().filter(|rule| is_about_locks(&role, rule)) {
            judge(rule, sink);
        }
    }
}

/// Whether a rule is for leases, or for ConfigMaps or Endpoints in a role for elections.
fn is_about_locks(role: &Role, rule: &PolicyRule) -> bool {
    let is_for_elections = || {
        let name = role.name.to_ascii_lowercase();
        let mut words = ["leader", "elect", "lock", "lease"].iter();
        words.any(|word| name.contains(word))
    };
    let has = |resource| rule.resources.has(resource);
    has("leases") || ((has("configmaps") || has("endpoints")) && is_for_elections())
}

fn judge(rule: &PolicyRule, sink: &mut Sink<'_>) {
    for (word, place) in rule.verbs.iter() {
        let Some(place) = place else { continue };
        if word == "*"
            || API_VERBS.contains(&word)
            || SPECIAL_VERBS.contains(&word)
            || is_impersonation(word)
        {
            continue;
        }
        let likely = likely_verb(word);
        let remedy = match likely {
            Some(verb) => format!("Write `{verb}`."),
            None => format!(
                "Use the verbs of the Kubernetes API: {}.",
                API_VERBS.join(", ")
            ),
        };
        let message = first_fitting([
            format!("`{word}` is not a Kubernetes API verb"),
            "this is not a Kubernetes API verb".to_owned(),
        ]);
        let mut draft = Draft::new(place, message)
            .help(
                "The API server accepts the rule, but the word grants nothing. Verbs are compared letter by letter with those \
                 that the API server derives from a request, and these are not the methods of HTTP.",
            )
            .remedy(remedy);
        if let Some(verb) = likely {
            draft = draft.fix(
                format!("write `{verb}`"),
                false,
                [EditOrder::Respell(place, verb.to_owned())],
            );
        }
        sink.report(draft);
    }
}

/// The verb that was certainly intended.
fn likely_verb(word: &str) -> Option<&'static str> {
    let word = word.trim().to_ascii_lowercase();
    let alias = match word.as_str() {
        "post" => "create",
        "put" | "replace" => "update",
        "read" => "get",
        "remove" => "delete",
        other => other,
    };
    API_VERBS.iter().find(|verb| **verb == alias).copied()
}
