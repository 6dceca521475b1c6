//! The pod is killed before it releases its lock.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use manifest::tree::Node;

/// The record.
pub static RULE: Rule = Rule {
    id: "grace-period-too-short",
    group: Group::Replicas,
    summary: "the program releases its lock on exit, but the pod is killed before its shutdown may end",
    severity: Severity::Info,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[
        "spec.template.spec.containers[].lifecycle",
        "spec.template.spec.terminationGracePeriodSeconds",
    ],
    check: Check::Elector(check),
};

/// How long Kubernetes waits where nothing is written.
const DEFAULT_GRACE_SECONDS: i64 = 30;

/// The signals that Go programs take as a request to stop (controller-runtime v0.25 `pkg/manager/signals`,
/// apiserver 1.37 `pkg/server/signal_posix.go`).
const HANDLED_SIGNALS: [&str; 2] = ["SIGTERM", "SIGINT"];

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    if !elector.is_on() {
        return;
    }
    let Some(releases) = elector.releases.known().filter(|releases| releases.value) else {
        return;
    };
    if let Some(draft) = unhandled_signal(elector).or_else(|| short_grace(elector)) {
        sink.report(
            draft
                .rests_on([&releases.origin])
                .related_origin(&releases.origin, "the release on exit is chosen here"),
        );
    }
}

/// Less time than the shutdown takes, once the `preStop` hook has had its own.
fn short_grace(elector: &Elector<'_>) -> Option<Draft> {
    let shutdown = i64::from(elector.program.shutdown_seconds?);
    let written = elector
        .workload
        .pod_spec()
        .get("terminationGracePeriodSeconds");
    let hook = elector.container.node().at(&["lifecycle", "preStop"]);
    let slept = hook.and_then(slept_seconds).unwrap_or(0);
    // The default of 30 seconds is not a decision of the manifest's author, a hook that uses it up is.
    let node = match (written, hook) {
        (Some(written), _) => written,
        (None, Some(hook)) if slept > 0 => hook,
        _ => return None,
    };
    let grace = written.map_or(Some(DEFAULT_GRACE_SECONDS), |written| written.as_i64())?;
    let left = grace.saturating_sub(slept);
    if left >= shutdown {
        return None;
    }
    let (when, after_hook) = match slept {
        0 => (format!("after {grace}s"), String::new()),
        slept => (
            format!("{left}s after `preStop`"),
            format!(" The `preStop` hook takes {slept}s of the {grace}s."),
        ),
    };
    let message = format!(
        "the pod is killed {when}, but its shutdown may take {shutdown}s before the release"
    );
    let place = elector.object.place_of(node);
    let draft = Draft::new(place, message)
        .help(format!(
            "The shutdown of {} may need {shutdown}s before the lock is released.{after_hook} A busy leader is killed while \
             it holds the lock, and after every rollout the standbys wait until the lease expires, as after a crash.",
            elector.program.name
        ))
        .remedy(format!(
            "Set `terminationGracePeriodSeconds` above {}.",
            shutdown.saturating_add(slept)
        ));
    let hook_place = hook
        .filter(|_| slept > 0)
        .map(|hook| elector.object.place_of(hook));
    Some(match hook_place.filter(|hook| *hook != place) {
        Some(hook) => draft.related(hook, format!("the hook runs {slept}s first")),
        None => draft,
    })
}

/// How long a hook surely sleeps.
fn slept_seconds(hook: Node<'_>) -> Option<i64> {
    if let Some(seconds) = hook.at(&["sleep", "seconds"]) {
        return seconds.as_i64();
    }
    let command = hook.at(&["exec", "command"])?;
    let words: Vec<&str> = command.items().filter_map(Node::as_str).collect();
    let script = words.join(" ");
    let plain = ["sh -c ", "/bin/sh -c ", "bash -c ", "/bin/bash -c "]
        .iter()
        .find_map(|shell| script.strip_prefix(shell))
        .unwrap_or(&script);
    let seconds = plain
        .strip_prefix("sleep ")
        .or_else(|| plain.strip_prefix("/bin/sleep "))?;
    seconds.trim().trim_end_matches('s').parse().ok()
}

/// A signal for which programs on client-go have no handler, so that they end at once.
fn unhandled_signal(elector: &Elector<'_>) -> Option<Draft> {
    let node = elector.container.node().at(&["lifecycle", "stopSignal"])?;
    let signal = node.as_str()?;
    if !elector.program.library.is_client_go() || HANDLED_SIGNALS.contains(&signal) {
        return None;
    }
    let draft = Draft::new(
        elector.object.place_of(node),
        format!("the pod is stopped with {signal}, which its program does not handle"),
    );
    Some(
        draft
            .help(
                "Programs on client-go handle SIGTERM and SIGINT. Another signal ends them at once, without the release of \
                 the lock: after every rollout the standbys wait until the lease expires, as after a crash.",
            )
            .remedy("Remove `stopSignal`: the default is SIGTERM."),
    )
}
