//! What the remedies of findings advise.

use engine::{Engine, Group, Input, Task, read_file};
use manifest::text::FileId;
use manifest::tree::ReadLimits;
use programs::Setting;
use programs::duration::go_duration;

use crate::support::one;

#[test]
fn advice_spells_the_flags_of_an_unlisted_program_as_its_command_line_does() {
    for (args, expected) in [
        (
            "--leader-elect, --renew-deadline=10s",
            Some("lease-duration"),
        ),
        (
            "--leader-elect, --leader-election-retry-period=2s",
            Some("leader-election-lease-duration"),
        ),
        (
            "--leader-election, --leaderElectionRetryPeriod=2s",
            Some("leaderElectionLeaseDuration"),
        ),
        (
            "--leader-elect-resource-name=x",
            Some("leader-elect-lease-duration"),
        ),
        (
            "--leader-elect, --leader-lease-duration=20s",
            Some("leader-lease-duration"),
        ),
        ("--leader-elect", None),
        ("--leader-elect, --leader-election-id=x", None),
    ] {
        let container = format!("          args: [{args}]\n");
        let flag = one("registry.example/ops/operator:v1", &container, |elector| {
            elector.flag_of(Setting::LeaseDuration).map(str::to_owned)
        });
        assert_eq!(flag.as_deref(), expected, "{args}");
    }
    let listed = one(
        "registry.k8s.io/sig-storage/csi-attacher:v4.8.0",
        "",
        |elector| elector.flag_of(Setting::LeaseDuration).map(str::to_owned),
    );
    assert_eq!(listed.as_deref(), Some("leader-election-lease-duration"));
}

/// The remedy of the only finding of a rule.
fn remedy_of(rule: &str, text: &str) -> String {
    let id = FileId(0);
    let read = read_file(id, "a.yaml", text.as_bytes(), false, ReadLimits::default());
    let input = Input::new(vec![read]);
    let engine = Engine::default();
    let outcome = engine.judge(Task::lint(&input));
    let mut found = outcome.findings.iter().filter(|one| one.rule.id == rule);
    let remedy = found.next().expect("found").remedy.clone();
    assert!(found.next().is_none(), "one finding");
    remedy
}

#[test]
fn advice_for_one_pod_asks_for_nothing_that_program_and_workload_do_not_have() {
    let workload = |kind: &str, strategy: &str, image: &str, args: &str| {
        format!(
            "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: x, namespace: \
             ops}}\nspec:\n  replicas: 1\n  selector: {{matchLabels: {{a: b}}}}\n{strategy}  \
             template:\n    metadata: {{labels: {{a: b}}}}\n    spec:\n      containers:\n        \
             - name: c\n          image: {image}\n          args: [{args}]\n"
        )
    };
    let recreate = "  strategy: {type: Recreate}\n";
    let (unlisted, listed) = (
        "registry.example/ops/operator:v1",
        "quay.io/jetstack/cert-manager-approver-policy:v0.14.1",
    );
    for (kind, strategy, image, args, expected) in [
        (
            "Deployment",
            "",
            unlisted,
            "--leader-elect",
            "Set `replicas: 2`. If one pod is intended, disable leader election and use `strategy: Recreate`.",
        ),
        (
            "Deployment",
            recreate,
            unlisted,
            "--leader-elect",
            "Set `replicas: 2`. If one pod is intended, disable leader election.",
        ),
        (
            "StatefulSet",
            "",
            unlisted,
            "--leader-elect",
            "Set `replicas: 2`. If one pod is intended, disable leader election.",
        ),
        // Nothing disables the leader election of this one.
        (
            "Deployment",
            "",
            listed,
            "--log-level=1",
            "Set `replicas: 2`. If one pod is intended, use `strategy: Recreate`.",
        ),
        (
            "Deployment",
            recreate,
            listed,
            "--log-level=1",
            "Set `replicas: 2`.",
        ),
    ] {
        let remedy = remedy_of("single-replica", &workload(kind, strategy, image, args));
        assert_eq!(remedy, expected, "{kind} {strategy}{image}");
    }
}

/// What the remedies about durations propose for a component with these seconds: flag and value, as milliseconds.
fn proposed(lease: u32, renew: u32, retry: u32, releases: bool) -> Vec<(String, String, i64)> {
    let (image, prefix) = if releases {
        (
            "quay.io/jetstack/cert-manager-controller:v1.20.0",
            "leader-election",
        )
    } else {
        (
            "registry.k8s.io/kube-controller-manager:v1.34.0",
            "leader-elect",
        )
    };
    let text = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: x, namespace: ops}}\nspec:\n  replicas: 2\n  selector: \
         {{matchLabels: {{a: b}}}}\n  template:\n    metadata: {{labels: {{a: b}}}}\n    spec:\n      containers:\n        - \
         name: c\n          image: {image}\n          args: [--{prefix}-lease-duration={lease}s, \
         --{prefix}-renew-deadline={renew}s, --{prefix}-retry-period={retry}s]\n"
    );
    let id = FileId(0);
    let read = read_file(id, "a.yaml", text.as_bytes(), false, ReadLimits::default());
    let input = Input::new(vec![read]);
    let engine = Engine::default();
    let outcome = engine.judge(Task::lint(&input));
    let timing = outcome
        .findings
        .iter()
        .filter(|one| one.rule.group == Group::Timing);
    timing
        .flat_map(|finding| {
            let orders = finding.remedy.split('`').filter_map(|part| {
                let (flag, value) = part.strip_prefix("--")?.split_once('=')?;
                let value = go_duration(value).ok()?;
                Some((flag.to_owned(), value.0 / 1_000_000))
            });
            let orders: Vec<(String, i64)> = orders.collect();
            orders
                .into_iter()
                .map(|(flag, value)| (finding.rule.id.to_owned(), flag, value))
        })
        .collect()
}

#[test]
fn no_duration_gets_two_opposite_remedies() {
    let (mut proposals, mut opposite) = (0, Vec::new());
    for releases in [false, true] {
        for lease in [2, 5, 8, 15, 35, 60, 137, 270] {
            for renew in [1, 2, 5, 10, 30, 40, 107, 240] {
                for retry in [1, 2, 5, 8, 15, 26, 60] {
                    let all = proposed(lease, renew, retry, releases);
                    for (end, now) in [
                        ("lease-duration", lease),
                        ("renew-deadline", renew),
                        ("retry-period", retry),
                    ] {
                        let now = i64::from(now) * 1000;
                        let values = all.iter().filter(|(_, flag, _)| flag.ends_with(end));
                        let values: Vec<i64> = values.map(|(_, _, value)| *value).collect();
                        let (up, down) = (
                            values.iter().any(|value| *value > now),
                            values.iter().any(|value| *value < now),
                        );
                        if up && down {
                            opposite
                                .push(format!("{lease}s {renew}s {retry}s {releases}: {all:?}"));
                        }
                        proposals += values.len();
                    }
                }
            }
        }
    }
    assert!(opposite.is_empty(), "{}", opposite.join("\n"));
    assert!(proposals > 500, "{proposals}");
}
