//! An elector without a ServiceAccount token.

use crate::{
    Check, Context, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    first_fitting,
};
use election::Elector;
use election::access::account_title;
use manifest::text::FileSpan;
use manifest::tree::Node;
use objects::LedgerCode;
use programs::{Answer, Resolved};

/// The record.
pub static RULE: Rule = Rule {
    id: "token-not-mounted",
    group: Group::Access,
    summary: "the pod gets no ServiceAccount token, so the elector cannot use the API",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Bundle,
    fix: FixAvailability::None,
    reads: &["spec.template.spec.automountServiceAccountToken"],
    check: Check::ElectorInWorld(check),
};

fn check<'w>(elector: &Elector<'w>, context: &Context<'_, 'w>, sink: &mut Sink<'_>) {
    // A patch may hold only a part of the volumes.
    if !elector.may_be_on()
        || elector.fragment
        || elector.locks_elsewhere()
        || elector.may_be_static()
        || has_other_token(elector)
    {
        return;
    }
    let Some((place, by)) = refusal(elector, context, sink) else {
        return;
    };
    if let Resolved::Unknown(because) = &elector.switch {
        let reason = format!(
            "no token is mounted, and whether there is an election is not known: {}",
            because.reason
        );
        sink.not_judged(place, because.code, reason);
        return;
    }
    let message = first_fitting([
        format!("{by} sets `automountServiceAccountToken: false`, so there is no token"),
        "the account sets `automountServiceAccountToken: false`, so there is no token".to_owned(),
    ]);
    let mut draft = Draft::new(place, message)
        .help(
            "Without a token there is no in-cluster configuration. The program exits at start or cannot reach the API, so no \
             replica becomes leader.",
        )
        .remedy(
            "Set `automountServiceAccountToken: true` in the pod's spec, which outweighs the account's, or mount a projected \
             token at `/var/run/secrets/kubernetes.io/serviceaccount`.",
        );
    if let Some(origin) = elector.switch.origin() {
        draft = draft
            .rests_on([origin])
            .related_origin(origin, "leader election is enabled here");
    }
    sink.report(draft);
}

/// Where the token's mount is refused, and by which object: the pod's field takes precedence over the account's
/// (kubernetes 1.36, `plugin/pkg/admission/serviceaccount`).
fn refusal<'w>(
    elector: &Elector<'w>,
    context: &Context<'_, 'w>,
    sink: &mut Sink<'_>,
) -> Option<(FileSpan, String)> {
    let workload = elector.workload;
    if let Some(node) = workload.pod_spec().get("automountServiceAccountToken")
        && let Some(mounted) = node.as_bool()
    {
        let place = elector.object.place_of(node);
        return (!mounted).then(|| (place, "the pod's spec".to_owned()));
    }
    let account = &elector.account;
    let own_place = account.place.unwrap_or_else(|| elector.name_place());
    match context.world().service_account(workload, &account.name) {
        Answer::Known(Some(found)) if found.automount == Some(false) => {
            let title = account_title(account.namespace.as_deref(), &account.name);
            Some((found.place.unwrap_or(own_place), title))
        }
        Answer::Unknown(because) if because.code == LedgerCode::SeveralCandidates => {
            sink.not_judged(own_place, because.code, because.reason);
            None
        }
        _ => None,
    }
}

/// Whether the container mounts a token by a volume of its own.
fn has_other_token(elector: &Elector<'_>) -> bool {
    let text = |node: Node<'_>, key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
    let mounts = elector.container.node().get("volumeMounts");
    let mounted: Vec<String> = mounts
        .into_iter()
        .flat_map(Node::items)
        .filter_map(|mount| text(mount, "name"))
        .collect();
    let volumes = elector.workload.pod_spec().get("volumes");
    volumes.into_iter().flat_map(Node::items).any(|volume| {
        let is_mounted = text(volume, "name").is_some_and(|name| mounted.contains(&name));
        let sources = volume.at(&["projected", "sources"]);
        // A token from a Secret, as before Kubernetes 1.21, is recognised by its mount path.
        let projected = sources
            .into_iter()
            .flat_map(Node::items)
            .any(|source| source.get("serviceAccountToken").is_some());
        is_mounted
            && (projected || (volume.get("secret").is_some() && mounts_as_token(elector, volume)))
    })
}

fn mounts_as_token(elector: &Elector<'_>, volume: Node<'_>) -> bool {
    let name = volume.get("name").and_then(Node::as_str);
    let mounts = elector.container.node().get("volumeMounts");
    mounts.into_iter().flat_map(Node::items).any(|mount| {
        mount.get("name").and_then(Node::as_str) == name
            && mount
                .get("mountPath")
                .and_then(Node::as_str)
                .is_some_and(|path| {
                    path.trim_end_matches('/') == "/var/run/secrets/kubernetes.io/serviceaccount"
                })
    })
}
