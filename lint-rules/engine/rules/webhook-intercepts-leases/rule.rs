//! An admission webhook that is called for writes of leases.

use crate::world::{RenewalWait, World, renewal_wait};
use crate::{
    Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink, first_fitting,
};
use election::{ElectionState, ElectorFacts};
use manifest::text::FileSpan;
use objects::admission::{Exposure, Reach, Reached, Webhook, is_system_namespace, webhooks_of};
use objects::{Label, LedgerCode, Object};
use programs::{Answer, Nanos};

/// The record.
pub static RULE: Rule = Rule {
    id: "webhook-intercepts-leases",
    group: Group::Objects,
    summary: "an admission webhook is called for every renewal of a lease",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Bundle,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::ObjectInWorld(check),
};

/// Namespaces of the cluster itself, and whose leases are there.
const SYSTEM_NAMESPACES: [(&str, &str); 2] = [
    ("kube-node-lease", "the nodes' heartbeats (kube-node-lease)"),
    ("kube-system", "the control plane's locks (kube-system)"),
];

/// How long every control plane waits for one request of a renewal: half of its renew deadline of 10s.
const CONTROL_PLANE_TIMEOUT: Nanos = Nanos::from_seconds(5);

/// An elector whose renewal the webhook may hold for longer than the elector waits, its renew deadline, and how long.
type SlowedElector = (String, Nanos, RenewalWait);

fn check<'w>(object: &Object<'w>, world: &dyn World<'w>, sink: &mut Sink<'_>) {
    for webhook in webhooks_of(*object) {
        let Some(exposure) = webhook.lease_writes() else {
            continue;
        };
        // Electors and kubelets create their Leases without labels.
        if webhook.object_selector().decide(|_| Label::Missing) == Ok(false) {
            continue;
        }
        judge(object, webhook, exposure, world, sink);
    }
}

fn title(elector: &ElectorFacts) -> String {
    format!("{} {}", elector.object.kind, elector.object.name)
}

fn judge<'w>(
    object: &Object<'w>,
    webhook: Webhook<'w>,
    exposure: Exposure<'w>,
    world: &dyn World<'w>,
    sink: &mut Sink<'_>,
) {
    let place = object.place_of(exposure.resource);
    let reach = |namespace: Option<&str>| match namespace
        .map(|name| world.namespace_labels(*object, name))
    {
        Some(Answer::Known(labels)) => webhook.reach(exposure, namespace, Some(&labels)),
        _ => webhook.reach(exposure, namespace, None),
    };
    let mut reached = Reached::default();
    for (namespace, whose) in SYSTEM_NAMESPACES {
        reached.note(reach(Some(namespace)), whose.to_owned());
    }
    let own = webhook.service_namespace();
    if let Some(own) = own.filter(|own| !is_system_namespace(own)) {
        let whose = format!("the leases of its own namespace ({own})");
        reached.note(reach(Some(own)), whose);
    }
    let timeout = Nanos::from_seconds(webhook.timeout_seconds());
    let reaches = |reach: &Reach| matches!(reach, Reach::Surely | Reach::UnlessLabelled(_));
    let control_plane_renew = Nanos(CONTROL_PLANE_TIMEOUT.0 * 2);
    let mut slowed: Option<SlowedElector> = renewal_wait(webhook, world)
        .filter(|wait| Nanos::from_seconds(wait.seconds) >= CONTROL_PLANE_TIMEOUT)
        .map(|wait| ("the control plane".to_owned(), control_plane_renew, wait));
    for elector in world.electors_around(*object) {
        if elector.state != ElectionState::On || !elector.locks_lease() {
            continue;
        }
        let namespace = elector.lock_namespace.known();
        let is_listed =
            namespace.is_some_and(is_system_namespace) || (own.is_some() && namespace == own);
        let reach = reach(namespace);
        let is_reached = if is_listed {
            reaches(&reach)
        } else {
            reached.note(reach, format!("the election of {}", title(elector)))
        };
        // Half the renew deadline, at least a second: the timeout of client-go's own client.
        let outlasts = |renew: &Nanos| timeout >= Nanos(renew.0 / 2).max(Nanos::SECOND);
        if let Some(renew) = elector.renew.filter(|renew| is_reached && outlasts(renew)) {
            slowed.get_or_insert_with(|| (title(elector), renew, RenewalWait::alone(webhook)));
        }
    }
    let name = webhook.name();
    let Some((whose, unless_labelled)) = reached.reached_names() else {
        if let Some((code, reason, at)) = reached.unknown {
            let reason = format!("webhook `{name}` is called for leases; {reason}");
            sink.not_judged(at.unwrap_or(place), code, reason);
        }
        return;
    };
    if world.is_unbuilt(*object) {
        let reason =
            format!("webhook `{name}` is called for leases, but a kustomization still changes it");
        sink.not_judged(place, LedgerCode::KustomizeNotBuilt, reason);
        return;
    }
    // Kubernetes puts no such label on its namespaces, so none is left out by default.
    let whose = match unless_labelled {
        Some(label) => format!("{whose} (unless they have the label `{label}`)"),
        None => whose,
    };
    sink.report(finding(place, webhook, exposure, &whose, slowed.as_ref()));
}

fn only_if(holds: bool, clause: &'static str) -> &'static str {
    if holds { clause } else { "" }
}

fn finding(
    place: FileSpan,
    webhook: Webhook<'_>,
    exposure: Exposure<'_>,
    whose: &str,
    slowed: Option<&SlowedElector>,
) -> Draft {
    let refuses = webhook.refuses_on_failure();
    let writes = match exposure.operation {
        "UPDATE" => "lease renewals",
        _ => "new leases",
    };
    let denies = only_if(refuses, " and denies them on failure");
    let message = first_fitting([
        format!("webhook `{}` intercepts {writes}{denies}", webhook.name()),
        format!("the webhook intercepts {writes}{denies}"),
    ]);
    let reaches = |namespace: &str| whose.contains(namespace);
    let why = match slowed {
        Some((title, renew, wait)) => format!(
            "The webhook {}may take {}s, but {title} gives up a renewal after half its renew deadline of {renew}. While the \
             webhook hangs, {title} can lose the leadership{}.",
            wait.with_whom(),
            wait.seconds,
            only_if(!refuses, ", also with `failurePolicy: Ignore`"),
        ),
        None if refuses => format!(
            "While it is down or cannot be reached, no candidate can acquire or renew these leases{}, and what would restart the \
             webhook may not run either.",
            only_if(reaches("kube-node-lease"), ", nodes become NotReady")
        ),
        None => format!(
            "While it hangs, every renewal waits up to {}s before the failure is ignored{}.",
            webhook.timeout_seconds(),
            only_if(
                reaches("kube-system"),
                ", of the 5s after which the control plane gives it up"
            )
        ),
    };
    let remedy = if exposure.is_named() {
        "Remove `leases` from the rule. Nothing in a Lease needs admission."
    } else {
        "Name the resources that the webhook judges, or leave leases out with `matchConditions: [{name: not-leases, \
         expression: '!(request.resource.group == \"coordination.k8s.io\" && request.resource.resource == \"leases\")'}]`."
    };
    let severity = if refuses || slowed.is_some() {
        Severity::Error
    } else {
        Severity::Warning
    };
    let draft = Draft::new(place, message)
        .help(format!("It reaches {whose}. {why}"))
        .remedy(remedy)
        .severity(severity);
    let related = [
        ("failurePolicy", "what happens when it fails"),
        ("timeoutSeconds", "how long a renewal may wait for it"),
        ("namespaceSelector", "this does not leave them out"),
    ];
    related.into_iter().fold(draft, |draft, (field, text)| {
        match webhook.place_of(field) {
            Some(place) => draft.related(place, text),
            None => draft,
        }
    })
}
