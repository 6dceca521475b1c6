//! Admission policies: what the API server, Kyverno and Gatekeeper do with writes of leases by policies of the cluster.
//!
//! ValidatingAdmissionPolicy and MutatingAdmissionPolicy are those of Kubernetes 1.37
//! (`k8s.io/apiserver/pkg/admission/plugin/policy`), which leaves leases out of nothing.

use super::ADMISSION_GROUP;
use super::condition::{LeaseWrite, Requester, decide};
use super::webhook::{Exposure, LEASE_GROUP, lease_writes};
use crate::{Label, Object, Selector};
use manifest::tree::Node;

/// What a policy does with every write of a Lease, as far as it can be shown.
#[derive(Clone, Copy)]
pub enum PolicyEffect<'d> {
    /// It refuses them.
    Denies {
        /// The expression or word that does.
        at: Node<'d>,
    },
    /// It changes them.
    Changes {
        /// The rule that matches leases.
        at: Node<'d>,
    },
    /// Its rules match leases, and what it does with them is not known.
    Open {
        /// What is not known.
        at: Node<'d>,
        /// A part of a sentence.
        reason: &'static str,
    },
}

/// A namespace without anything particular, in which an elector may have its Lease.
const ANY_NAMESPACE: Option<&str> = None;

/// What a policy does with writes of leases; `None` if it is no policy, or does nothing with them. `around`: objects
/// among which its bindings are.
#[must_use]
pub fn effect_on_leases<'d>(policy: Object<'d>, around: &[Object<'d>]) -> Option<PolicyEffect<'d>> {
    match (policy.group(), policy.kind_word()) {
        (ADMISSION_GROUP, "ValidatingAdmissionPolicy" | "MutatingAdmissionPolicy") => {
            of_api_server(policy, around)
        }
        ("kyverno.io", "ClusterPolicy" | "Policy") => of_kyverno(policy),
        ("constraints.gatekeeper.sh", _) => of_gatekeeper(policy),
        _ => None,
    }
}

fn of_api_server<'d>(policy: Object<'d>, around: &[Object<'d>]) -> Option<PolicyEffect<'d>> {
    let spec = policy.node().get("spec")?;
    let constraints = spec.get("matchConstraints")?;
    let rules = |field| constraints.get(field).into_iter().flat_map(Node::items);
    let matching = || {
        let named = |rule: Node<'d>| rule.get("resourceNames").is_some();
        rules("resourceRules").filter_map(move |rule| Some((named(rule), lease_writes(rule)?)))
    };
    let renews = |(_, exposure): &(bool, Exposure<'d>)| exposure.operation == "UPDATE";
    let whole = matching().find(|one| renews(one) && !one.0);
    let (_, exposure) = whole.or_else(|| matching().next())?;
    let at = exposure.resource;
    let partial = match whole {
        Some(_) => None,
        None if matching().any(|one| renews(&one)) => Some("it is for some names only"),
        None => Some("it judges their creation alone, and a Lease that is there is renewed"),
    };
    if rules("excludeResourceRules").any(|rule| lease_writes(rule).is_some()) {
        return None;
    }
    let open = |at, reason| Some(PolicyEffect::Open { at, reason });
    if Selector::of(constraints.get("objectSelector")).decide(|_| Label::Missing) == Ok(false) {
        return None;
    }
    let write = LeaseWrite {
        namespace: ANY_NAMESPACE,
        operation: exposure.operation,
        requester: Requester::Other,
    };
    for condition in expressions(spec, "matchConditions") {
        match truth(condition, &write) {
            Some(true) => {}
            Some(false) => return None,
            None => return open(condition, "its match conditions cannot be decided here"),
        }
    }
    if let Some(selector) = constraints.get("namespaceSelector")
        && Selector::of(Some(selector)) != Selector::default()
    {
        return open(selector, "it is for some namespaces only");
    }
    let bindings: Vec<Object<'d>> = around
        .iter()
        .filter(|binding| binds(binding, policy))
        .copied()
        .collect();
    let Some(first) = bindings.first() else {
        return open(at, "its binding is not in the input");
    };
    if are_alternatives(&bindings) {
        return open(at, "its binding is defined several times, and differently");
    }
    let narrowed = |binding: &Object<'d>| binding.node().at(&["spec", "matchResources"]);
    if let Some(narrowed) = narrowed(first) {
        return open(narrowed, "its binding is for a part of what it matches");
    }
    if policy.kind_word() == "MutatingAdmissionPolicy" {
        let depends = mutations(spec).any(|one| one.as_str().is_none_or(|one| one.contains('?')));
        let depends = depends.then_some("what it changes depends on the object");
        return match partial.or(depends) {
            Some(reason) => open(at, reason),
            None => Some(PolicyEffect::Changes { at }),
        };
    }
    if !bindings.iter().any(denies) {
        return None;
    }
    let refusing = expressions(spec, "validations").find(|one| truth(*one, &write) == Some(false));
    match refusing {
        Some(refusing) => match partial {
            Some(reason) => open(at, reason),
            None => Some(PolicyEffect::Denies { at: refusing }),
        },
        None => {
            let unknown =
                expressions(spec, "validations").find(|one| truth(*one, &write).is_none());
            unknown.and_then(|at| open(at, "its validations cannot be decided here"))
        }
    }
}

fn expressions<'d>(spec: Node<'d>, field: &str) -> impl Iterator<Item = Node<'d>> + use<'d> {
    let list = spec.get(field).into_iter().flat_map(Node::items);
    list.filter_map(|one| one.get("expression"))
}

/// The expressions of a MutatingAdmissionPolicy.
fn mutations<'d>(spec: Node<'d>) -> impl Iterator<Item = Node<'d>> + use<'d> {
    let list = spec.get("mutations").into_iter().flat_map(Node::items);
    list.filter_map(|one| {
        let how = one
            .get("applyConfiguration")
            .or_else(|| one.get("jsonPatch"));
        how?.get("expression")
    })
}

/// Whether an expression holds for a write of a Lease, which has no labels or annotations: kubelets and the
/// control plane do not.
fn truth(expression: Node<'_>, write: &LeaseWrite<'_>) -> Option<bool> {
    const ABSENT: [&str; 2] = [
        "has(object.metadata.labels",
        "has(object.metadata.annotations",
    ];
    let mut text = expression.as_str()?.to_owned();
    for absent in ABSENT {
        while let Some(start) = text.find(absent) {
            let end = text.get(start..)?.find(')')? + start;
            text.replace_range(start..=end, "false");
        }
    }
    decide(&text, write)
}

/// Whether a binding of a ValidatingAdmissionPolicy refuses what the policy finds.
fn denies(binding: &Object<'_>) -> bool {
    let actions = binding.node().at(&["spec", "validationActions"]);
    let mut actions = actions.into_iter().flat_map(Node::items);
    actions.any(|action| action.as_str() == Some("Deny"))
}

/// Whether one binding is defined several times, so that only one definition is applied, and they do different things.
fn are_alternatives(bindings: &[Object<'_>]) -> bool {
    let does = |one: &Object<'_>| {
        (
            denies(one),
            one.node().at(&["spec", "matchResources"]).is_some(),
        )
    };
    let differ = |a: &Object<'_>, b: &Object<'_>| a.name() == b.name() && does(a) != does(b);
    let mut rest = bindings;
    while let Some((first, others)) = rest.split_first() {
        if others.iter().any(|other| differ(first, other)) {
            return true;
        }
        rest = others;
    }
    false
}

fn binds(binding: &Object<'_>, policy: Object<'_>) -> bool {
    let kind = binding.kind_word().strip_suffix("Binding");
    let name = binding.node().at(&["spec", "policyName"]);
    binding.group() == policy.group()
        && kind == Some(policy.kind_word())
        && name.and_then(Node::as_str) == policy.name()
}

/// Kyverno: `spec.rules[].match`, with `validate.deny` without conditions as the one thing that surely denies.
fn of_kyverno<'d>(policy: Object<'d>) -> Option<PolicyEffect<'d>> {
    let spec = policy.node().get("spec")?;
    let mut found: Option<PolicyEffect<'d>> = None;
    for rule in spec.get("rules").into_iter().flat_map(Node::items) {
        let Some(at) = rule.get("match").and_then(kyverno_kind) else {
            continue;
        };
        let excludes = rule.get("exclude").and_then(kyverno_kind).is_some();
        let is_judging = ["validate", "mutate"]
            .iter()
            .any(|word| rule.get(word).is_some());
        if excludes || !is_judging {
            continue;
        }
        let enforces = [
            rule.at(&["validate", "failureAction"]),
            spec.get("validationFailureAction"),
        ];
        let action = enforces.into_iter().flatten().next().and_then(Node::as_str);
        let is_enforced = action.is_some_and(|action| action.eq_ignore_ascii_case("enforce"));
        if rule.get("validate").is_some() && !is_enforced {
            continue;
        }
        let conditions = ["preconditions", "celPreconditions", "exclude"];
        // A Policy is for its own namespace.
        let is_bare = policy.kind_word() == "ClusterPolicy"
            && conditions.iter().all(|word| rule.get(word).is_none())
            && rule.get("match").is_some_and(takes_every_lease);
        let deny = rule.at(&["validate", "deny"]);
        let denies_all = deny.filter(|deny| is_bare && deny.get("conditions").is_none());
        if let Some(at) = denies_all {
            return Some(PolicyEffect::Denies { at });
        }
        found.get_or_insert(PolicyEffect::Open {
            at,
            reason: "what its rules ask cannot be decided here",
        });
    }
    found
}

/// Whether a `match` of Kyverno asks for nothing but kinds: no names, namespaces, operations, selectors or users.
fn takes_every_lease(block: Node<'_>) -> bool {
    let asks_for_kinds = |one: Node<'_>| {
        let resources = one.get("resources");
        one.entries().count() == 1 && resources.is_some_and(|asked| asked.entries().count() == 1)
    };
    match (block.get("any"), block.get("all")) {
        (Some(any), None) => any
            .items()
            .any(|one| asks_for_kinds(one) && kyverno_kind(one).is_some()),
        (None, Some(all)) => all.items().all(asks_for_kinds),
        (None, None) => asks_for_kinds(block),
        (Some(_), Some(_)) => false,
    }
}

/// The kind in a `match` or `exclude` of Kyverno that is a Lease's.
fn kyverno_kind(block: Node<'_>) -> Option<Node<'_>> {
    let lists = ["any", "all"];
    let nested = lists.iter().filter_map(|word| block.get(word));
    let blocks = nested.flat_map(Node::items).chain([block]);
    blocks
        .filter_map(|block| block.at(&["resources", "kinds"]))
        .flat_map(Node::items)
        .find(|kind| {
            matches!(
                kind.as_str(),
                Some(
                    "*" | "*/*"
                        | "*/*/*"
                        | "Lease"
                        | "coordination.k8s.io/v1/Lease"
                        | "coordination.k8s.io/*/Lease"
                        | "*/Lease"
                )
            )
        })
}

/// Gatekeeper: a constraint, whose template decides in Rego.
fn of_gatekeeper<'d>(constraint: Object<'d>) -> Option<PolicyEffect<'d>> {
    let spec = constraint.node().get("spec");
    let action = spec.and_then(|spec| spec.get("enforcementAction")?.as_str());
    if action.is_some_and(|action| action != "deny") {
        return None;
    }
    let kinds = spec.and_then(|spec| spec.at(&["match", "kinds"]));
    let at = match kinds {
        None => spec.unwrap_or(constraint.node()),
        Some(kinds) => kinds.items().find_map(|entry| {
            let has = |field: &str, wanted: &str| {
                let mut words = entry.get(field).into_iter().flat_map(Node::items);
                words.find(|word| {
                    word.as_str()
                        .is_some_and(|word| word == "*" || word == wanted)
                })
            };
            has("apiGroups", LEASE_GROUP)?;
            has("kinds", "Lease")
        })?,
    };
    Some(PolicyEffect::Open {
        at,
        reason: "what its template does cannot be decided here",
    })
}
