//! A readiness probe that only the leader passes.

use crate::{
    Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink, first_fitting,
};
use election::Elector;
use manifest::tree::Node;
use objects::WorkloadKind;

/// The record.
pub static RULE: Rule = Rule {
    id: "readiness-waits-for-leadership",
    group: Group::Replicas,
    summary: "a readiness probe that only the leader can pass, so that rollouts hang",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &["spec.template.spec.containers[].readinessProbe"],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    if !elector.may_be_on() {
        return;
    }
    let Some(probe) = elector.container.node().get("readinessProbe") else {
        return;
    };
    let path = probe.at(&["httpGet", "path"]);
    let service = probe.at(&["grpc", "service"]);
    let command = probe
        .at(&["exec", "command"])
        .into_iter()
        .flat_map(Node::items);
    let Some(node) = path
        .into_iter()
        .chain(service)
        .chain(command)
        .find(|node| node.as_str().is_some_and(names_leadership))
        .or_else(|| answered_by_the_leader(elector, probe))
    else {
        return;
    };
    if elector.replicas.count == Some(1) && recreates(elector) {
        return;
    }
    let name = &elector.program.name;
    let message = match node.as_str() {
        Some(text) if names_leadership(text) => first_fitting([
            format!(
                "the readiness probe asks for leadership (`{text}`), which a standby never has"
            ),
            "the readiness probe asks for leadership, which a standby never has".to_owned(),
        ]),
        Some(text) if probe.get("exec").is_some() => first_fitting([
            format!("the readiness probe looks for `{text}`, which only the leader makes"),
            "the readiness probe looks for a file that only the leader makes".to_owned(),
        ]),
        Some(text) => first_fitting([
            format!(
                "the readiness probe asks for `{text}`, which {name} answers on the leader alone"
            ),
            format!("the readiness probe asks for what {name} answers on the leader alone"),
            "the readiness probe asks for what only the leader answers".to_owned(),
        ]),
        None => first_fitting([
            format!(
                "the readiness probe names no service, and {name} then answers on the leader alone"
            ),
            "the readiness probe names no service, and then only the leader answers".to_owned(),
        ]),
    };
    let mut draft = Draft::new(elector.container.place(node), message)
        .help(
            "Standbys never become ready. In a rolling update the new pod waits for the lock, and the old pod is kept until the \
             new one is ready. The rollout fails after `progressDeadlineSeconds`, and `helm --wait` does not end before.",
        )
        .remedy(
            "Probe something that standbys answer too, such as the health of the process. If only the leader may receive \
             requests, route to it by a label that it sets.",
        );
    if let Some(origin) = elector.switch.origin() {
        draft = draft.related_origin(origin, "leader election is enabled here");
    }
    sink.report(draft);
}

/// The path or gRPC service of a probe that this program, by its record, answers on the leader alone, or the file that
/// it makes there.
fn answered_by_the_leader<'w>(elector: &Elector<'w>, probe: Node<'w>) -> Option<Node<'w>> {
    let is_leaders = |text: &str| {
        let mut probes = elector.program.leader_only_probes.iter();
        elector.is_on() && probes.any(|one| one == text)
    };
    // The program makes such a file when it becomes leader, so that it tells of the election itself.
    let command = probe.at(&["exec", "command"]).into_iter();
    let is_file = |word: &Node<'w>| {
        let mut files = elector.program.leader_only_probes.iter();
        files.any(|file| word.as_str() == Some(file))
    };
    if let Some(file) = command.flat_map(Node::items).find(is_file) {
        return Some(file);
    }
    if let Some(grpc) = probe.get("grpc") {
        let service = grpc.get("service");
        let name = service.and_then(Node::as_str).unwrap_or_default();
        return is_leaders(name).then_some(service.unwrap_or(grpc));
    }
    let path = probe.at(&["httpGet", "path"])?;
    path.as_str().is_some_and(is_leaders).then_some(path)
}

/// Whether a text names leadership, not the election: `/healthz/leader-election` is a check that standbys pass.
fn names_leadership(text: &str) -> bool {
    // Most probes have no such word: this saves an allocation.
    let mut parts = text.as_bytes().windows(4);
    if !parts.any(|part| part.eq_ignore_ascii_case(b"lead")) {
        return false;
    }
    let mut text = text.to_ascii_lowercase();
    for election in [
        "leader-elect",
        "leader_elect",
        "leaderelect",
        "leader/elect",
        "leader.elect",
    ] {
        text = text.replace(election, "elect");
    }
    let ready = |rest: &str| matches!(rest, "ship" | "z" | "ready" | "readyz" | "only" | "status");
    text.split(|letter: char| !letter.is_ascii_alphanumeric())
        .any(|word| {
            word == "leading"
                || word.ends_with("leader")
                || word.strip_prefix("leader").is_some_and(ready)
        })
}

/// Whether the old pod ends before the new one starts, so that no rollout waits for its readiness.
fn recreates(elector: &Elector<'_>) -> bool {
    let strategy = elector
        .workload
        .spec()
        .and_then(|spec| spec.at(&["strategy", "type"]));
    elector.workload.kind() == WorkloadKind::Deployment
        && strategy.and_then(Node::as_str) == Some("Recreate")
}
