//! Which alerts of `export alerts` fire on which series, asked of Prometheus' own promtool.

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::process::Command;

use super::not_tested::not_tested;
use super::workspace::Workspace;

/// Two Leases: of 15/10/2, of which no failover takes longer than 24 s, and of 137/107/26 with 252 s.
const LEASES: &str = r#"{"schema": "leaselint/leases/v1", "leases": [
    {"namespace": "shop", "name": "orders", "state": "held", "kind": "election", "holder": "a", "durationSeconds": 15,
     "renewDeadlineSeconds": 10.0, "retryPeriodSeconds": 2.0,
     "object": {"apiVersion": "apps/v1", "kind": "Deployment", "namespace": "shop", "name": "orders"}},
    {"namespace": "shop", "name": "long", "state": "held", "kind": "election", "holder": "b", "durationSeconds": 137,
     "renewDeadlineSeconds": 107.0, "retryPeriodSeconds": 26.0,
     "object": {"apiVersion": "apps/v1", "kind": "Deployment", "namespace": "shop", "name": "long"}}]}"#;

/// What is recorded every 15 s, and which alerts fire at a minute, by name.
struct Situation {
    title: &'static str,
    series: &'static [(&'static str, &'static str)],
    /// Minutes from the beginning.
    at: u32,
    /// `LeaderElectionLeaseExpired`, one for each alert that fires.
    fires: &'static [&'static str],
}

const AGE: &str = "leaselint_lease_seconds_since_renewal{namespace=\"shop\",lease=\"orders\"}";
const LONG_AGE: &str = "leaselint_lease_seconds_since_renewal{namespace=\"shop\",lease=\"long\"}";
const EXPIRED: &str =
    "leaselint_lease_state{namespace=\"shop\",lease=\"orders\",state=\"expired\"}";
const ORPHANED: &str =
    "leaselint_lease_state{namespace=\"shop\",lease=\"orders\",state=\"orphaned\"}";
const ABANDONED: &str =
    "leaselint_lease_state{namespace=\"shop\",lease=\"orders\",state=\"abandoned\"}";
const UNCONFIRMED: &str =
    "leaselint_lease_state{namespace=\"shop\",lease=\"orders\",state=\"unconfirmed\"}";
const RELEASED: &str =
    "leaselint_lease_state{namespace=\"shop\",lease=\"orders\",state=\"released\"}";
const NEVER_HELD: &str =
    "leaselint_lease_state{namespace=\"shop\",lease=\"orders\",state=\"never-held\"}";
const HELD: &str = "leaselint_lease_held{namespace=\"shop\",lease=\"orders\"}";
const CANDIDATES: &str = "leaselint_lease_has_candidates{namespace=\"shop\",lease=\"orders\"}";
const TRANSITIONS: &str = "leaselint_lease_transitions_total{namespace=\"shop\",lease=\"orders\"}";

const OF_MONITOR: &[Situation] = &[
    Situation {
        title: "a leader that is gone",
        series: &[(AGE, "1 1 16 31 46+15x10"), (EXPIRED, "0 0 1x12")],
        at: 2,
        fires: &["LeaderElectionLeaseExpired"],
    },
    Situation {
        title: "a leader that renews",
        series: &[(AGE, "1x240"), (EXPIRED, "0x240")],
        at: 30,
        fires: &[],
    },
    Situation {
        title: "a rollout in which the Lease runs out once",
        series: &[(AGE, "1x100 16 22 1x100"), (EXPIRED, "0x203")],
        at: 26,
        fires: &[],
    },
    Situation {
        title: "a release",
        series: &[(AGE, "1x4 stale"), (EXPIRED, "0x200")],
        at: 30,
        fires: &[],
    },
    Situation {
        title: "a program that was uninstalled",
        series: &[(AGE, "1 1 16+15x200"), (ABANDONED, "0 0 1x200")],
        at: 30,
        fires: &[],
    },
    Situation {
        title: "a program that was scaled to zero while it held its Lease",
        series: &[
            (AGE, "1x40 16+15x200"),
            (EXPIRED, "0x240"),
            (ABANDONED, "0x42 1x198"),
        ],
        at: 30,
        fires: &[],
    },
    Situation {
        title: "it is not known yet which of these it is",
        series: &[(AGE, "1 1 16+15x8"), (UNCONFIRMED, "0 0 1x8")],
        at: 2,
        fires: &[],
    },
    Situation {
        title: "one of two monitors is cut off",
        series: &[
            (
                "leaselint_lease_seconds_since_renewal{namespace=\"shop\",lease=\"orders\",instance=\"a\"}",
                "1+15x100",
            ),
            (
                "leaselint_lease_seconds_since_renewal{namespace=\"shop\",lease=\"orders\",instance=\"b\"}",
                "1x100",
            ),
        ],
        at: 20,
        fires: &[],
    },
    Situation {
        title: "a healthy leader with a long duration",
        series: &[(LONG_AGE, "0+15x8 0+15x8 0+15x8 0+15x8")],
        at: 8,
        fires: &[],
    },
    Situation {
        title: "a long failover that is within its bounds",
        series: &[(LONG_AGE, "0x200 0+15x16 0x20")],
        at: 54,
        fires: &[],
    },
    Situation {
        title: "a leader with a long duration that is gone",
        series: &[(LONG_AGE, "0+15x20")],
        at: 5,
        fires: &["LeaderElectionLeaseExpired"],
    },
    Situation {
        title: "a Lease that stays released although its workload runs",
        series: &[
            (RELEASED, "0x4 1x40"),
            (HELD, "1x4 0x40"),
            (CANDIDATES, "_x5 1x39"),
        ],
        at: 5,
        fires: &["LeaderElectionNoHolder"],
    },
    Situation {
        title: "a Lease that was never held although its workload runs",
        series: &[
            (NEVER_HELD, "1x40"),
            (HELD, "0x40"),
            (CANDIDATES, "_x2 1x38"),
        ],
        at: 5,
        fires: &["LeaderElectionNoHolder"],
    },
    // 2 min after its start it acquires the Lease; the wait is 24 s and 2 min.
    Situation {
        title: "a rollout of a program that takes long to start",
        series: &[
            (RELEASED, "0x4 1x9 0x40"),
            (HELD, "1x4 0x9 1x40"),
            (CANDIDATES, "_x5 0 1x7 stale"),
        ],
        at: 4,
        fires: &[],
    },
    Situation {
        title: "a release, and then nothing runs",
        series: &[
            (RELEASED, "0x4 1x80"),
            (HELD, "1x4 0x80"),
            (CANDIDATES, "_x5 0x79"),
        ],
        at: 15,
        fires: &[],
    },
    Situation {
        title: "a release by a pod that takes a minute to end, and then nothing runs",
        series: &[
            (RELEASED, "0x4 1x80"),
            (HELD, "1x4 0x80"),
            (CANDIDATES, "_x5 1x5 0x74"),
        ],
        at: 15,
        fires: &[],
    },
    Situation {
        title: "a release, and it is not known what runs",
        series: &[(RELEASED, "0x4 1x80"), (HELD, "1x4 0x80")],
        at: 15,
        fires: &[],
    },
    Situation {
        title: "one of two monitors is cut off while a Lease is free",
        series: &[
            (
                "leaselint_lease_state{namespace=\"shop\",lease=\"orders\",state=\"released\",instance=\"a\"}",
                "1x80",
            ),
            (
                "leaselint_lease_has_candidates{namespace=\"shop\",lease=\"orders\",instance=\"a\"}",
                "1x80",
            ),
            (
                "leaselint_lease_held{namespace=\"shop\",lease=\"orders\",instance=\"a\"}",
                "0x80",
            ),
            (
                "leaselint_lease_held{namespace=\"shop\",lease=\"orders\",instance=\"b\"}",
                "1x80",
            ),
        ],
        at: 15,
        fires: &[],
    },
    Situation {
        title: "the holder's pod is gone for longer than a failover",
        series: &[(AGE, "1 1 16 1x10"), (ORPHANED, "0 0 1x10")],
        at: 2,
        fires: &["LeaderElectionHolderGone"],
    },
    Situation {
        title: "the holder's pod was gone, and another took over",
        series: &[(AGE, "1x20"), (ORPHANED, "0 0 1 0x20")],
        at: 2,
        fires: &[],
    },
    Situation {
        title: "holders come and go",
        series: &[(
            TRANSITIONS,
            "4x100 5x10 6x10 7x10 8x10 9x10 10x10 11x10 12x10 13x10",
        )],
        at: 47,
        fires: &["LeaderElectionFlapping"],
    },
    Situation {
        title: "two rollouts",
        series: &[(TRANSITIONS, "4x100 5x50 6x100")],
        at: 60,
        fires: &[],
    },
    Situation {
        title: "renewals come late again and again",
        series: &[(
            AGE,
            "1 12 1 12 1 12 1 12 1 12 1 12 1 12 1 12 1 12 1 12 1 12 1 12 1 12 1 12 1 12 1 12 1 12 1 12 1 12 1 12",
        )],
        at: 9,
        fires: &["LeaderElectionRenewalsLate"],
    },
];

const RENEWED: &str = "kube_lease_renew_time{namespace=\"shop\",lease=\"orders\"}";
const OWNED: &str = "kube_lease_owner{namespace=\"shop\",lease=\"orders\",lease_holder=\"a\"}";
const NEXT: &str = "kube_lease_owner{namespace=\"shop\",lease=\"orders\",lease_holder=\"b\"}";
const LONG_RENEWED: &str = "kube_lease_renew_time{namespace=\"shop\",lease=\"long\"}";
const LONG_OWNED: &str = "kube_lease_owner{namespace=\"shop\",lease=\"long\",lease_holder=\"b\"}";
const LONG_REPLICAS: &str =
    "kube_deployment_status_replicas{namespace=\"shop\",deployment=\"long\"}";
const FREE: &str = "kube_lease_owner{namespace=\"shop\",lease=\"orders\",lease_holder=\"\"}";
const REPLICAS: &str = "kube_deployment_status_replicas{namespace=\"shop\",deployment=\"orders\"}";

// The time of promtool begins at 0.
const OF_KUBE_STATE_METRICS: &[Situation] = &[
    Situation {
        title: "a leader that is gone",
        series: &[(RENEWED, "0x40"), (OWNED, "1x40"), (REPLICAS, "2x40")],
        at: 5,
        fires: &["LeaderElectionLeaseExpired"],
    },
    Situation {
        title: "a leader that renews",
        series: &[(RENEWED, "0+15x40"), (OWNED, "1x40"), (REPLICAS, "2x40")],
        at: 5,
        fires: &[],
    },
    Situation {
        title: "a program that was uninstalled",
        series: &[(RENEWED, "0x40"), (OWNED, "1x40")],
        at: 5,
        fires: &[],
    },
    Situation {
        title: "a program that was scaled to zero",
        series: &[(RENEWED, "0x40"), (OWNED, "1x40"), (REPLICAS, "0x40")],
        at: 5,
        fires: &[],
    },
    Situation {
        title: "a Lease that stays released although its workload runs",
        series: &[(RENEWED, "0x40"), (FREE, "1x40"), (REPLICAS, "2x40")],
        at: 5,
        fires: &["LeaderElectionNoHolder"],
    },
    Situation {
        title: "a release in a rollout",
        series: &[
            (RENEWED, "0+15x20 300+15x20"),
            (OWNED, "1x19 stale"),
            (FREE, "_x19 1 stale"),
            (NEXT, "_x21 1x20"),
            (REPLICAS, "2x41"),
        ],
        at: 6,
        fires: &[],
    },
    Situation {
        title: "a release, and then nothing runs",
        series: &[(RENEWED, "0x40"), (FREE, "1x40"), (REPLICAS, "0x40")],
        at: 5,
        fires: &[],
    },
    Situation {
        title: "a healthy leader with a long duration",
        series: &[
            (LONG_RENEWED, "0x7 105x7 210x7 315x7"),
            (LONG_OWNED, "1x32"),
            (LONG_REPLICAS, "2x32"),
        ],
        at: 7,
        fires: &[],
    },
    Situation {
        title: "eight holders within an hour",
        series: &[
            (RENEWED, "0+15x200"),
            (REPLICAS, "2x200"),
            (OWNED, "1x8 stale"),
            (NEXT, "_x9 1x8 stale"),
            (
                "kube_lease_owner{namespace=\"shop\",lease=\"orders\",lease_holder=\"c\"}",
                "_x18 1x8 stale",
            ),
            (
                "kube_lease_owner{namespace=\"shop\",lease=\"orders\",lease_holder=\"d\"}",
                "_x27 1x8 stale",
            ),
            (
                "kube_lease_owner{namespace=\"shop\",lease=\"orders\",lease_holder=\"e\"}",
                "_x36 1x8 stale",
            ),
            (
                "kube_lease_owner{namespace=\"shop\",lease=\"orders\",lease_holder=\"f\"}",
                "_x45 1x8 stale",
            ),
            (
                "kube_lease_owner{namespace=\"shop\",lease=\"orders\",lease_holder=\"g\"}",
                "_x54 1x8 stale",
            ),
            (
                "kube_lease_owner{namespace=\"shop\",lease=\"orders\",lease_holder=\"h\"}",
                "_x63 1x80",
            ),
        ],
        at: 18,
        fires: &["LeaderElectionFlapping"],
    },
];

/// The tests of promtool: for each alert of the rules whether it fires, with nothing said of its labels but those of the
/// Lease.
fn tests(situations: &[Situation]) -> String {
    let mut text = "rule_files: [rules.yaml]\nevaluation_interval: 15s\ntests:\n".to_owned();
    for situation in situations {
        let _ = writeln!(
            text,
            "- name: {}\n  interval: 15s\n  input_series:",
            situation.title
        );
        for (series, values) in situation.series {
            let _ = writeln!(text, "  - series: '{series}'\n    values: '{values}'");
        }
        text.push_str("  promql_expr_test:\n");
        // One sample for each alert that fires.
        let _ = writeln!(
            text,
            "  - expr: count by (alertname) (ALERTS{{alertstate=\"firing\"}})\n    eval_time: {}m\n    exp_samples:{}",
            situation.at,
            if situation.fires.is_empty() {
                " []"
            } else {
                ""
            }
        );
        for alert in situation.fires {
            let _ = writeln!(
                text,
                "    - labels: '{{alertname=\"{alert}\"}}'\n      value: 1"
            );
        }
    }
    text
}

/// Prometheus' promtool, if there is one.
fn promtool() -> Option<OsString> {
    let promtool = std::env::var_os("LEASELINT_PROMTOOL").unwrap_or_else(|| "promtool".into());
    if Command::new(&promtool).arg("--version").output().is_err() {
        not_tested(
            "no promtool (LEASELINT_PROMTOOL names one; `go build github.com/prometheus/prometheus/cmd/promtool`)",
        );
        return None;
    }
    Some(promtool)
}

/// Runs promtool in the folder of a workspace.
fn check(promtool: &OsStr, workspace: &Workspace, arguments: &[&str]) {
    let output = Command::new(promtool)
        .current_dir(workspace.path())
        .args(arguments)
        .output()
        .expect("promtool runs");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn the_queries_of_the_dashboards_are_queries() {
    let Some(promtool) = promtool() else { return };
    for file in ["monitor", "charts/leaselint"] {
        let root = env!("CARGO_MANIFEST_DIR");
        let file = format!("{root}/deploy/{file}/dashboard.json");
        let text = std::fs::read_to_string(file).expect("the dashboard");
        let dashboard: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let panels = dashboard["panels"].as_array().expect("panels");
        let targets = panels
            .iter()
            .flat_map(|panel| panel["targets"].as_array().expect("targets"));
        let mut rules = "groups: [{name: dashboard, rules: [\n".to_owned();
        for (number, target) in targets.enumerate() {
            let query = target["expr"].as_str().expect("a query");
            let query = query.replace("$__rate_interval", "5m");
            let _ = writeln!(rules, "{{record: query_{number}, expr: {query:?}}},");
        }
        rules.push_str("]}]\n");
        let workspace = Workspace::with("rules.yaml", &rules);
        check(&promtool, &workspace, &["check", "rules", "rules.yaml"]);
    }
}

#[test]
fn each_alert_fires_when_it_must_and_is_silent_otherwise() {
    let Some(promtool) = promtool() else { return };
    for (metrics, situations) in [
        ("monitor", OF_MONITOR),
        ("kube-state-metrics", OF_KUBE_STATE_METRICS),
    ] {
        let workspace = Workspace::with("leases.json", LEASES);
        let metrics = format!("--metrics={metrics}");
        let arguments = [
            "export",
            "alerts",
            "--leases=leases.json",
            "--format=rules",
            &metrics,
        ];
        let run = workspace.run(&arguments);
        assert_eq!(run.status, 0, "{}", run.stderr);
        workspace.write("rules.yaml", run.stdout.as_bytes());
        workspace.write("tests.yaml", tests(situations).as_bytes());
        check(&promtool, &workspace, &["test", "rules", "tests.yaml"]);
    }
}
