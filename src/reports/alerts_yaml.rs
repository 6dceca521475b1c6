//! `export alerts`: rules for Prometheus whose thresholds are each Lease's own numbers.

use std::fmt::Write as _;

use engine::book_address;
use serde::Serialize;

/// Which metrics the rules read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricsSource {
    /// Those of `leaselint monitor`.
    Monitor,
    /// Those of kube-state-metrics.
    KubeStateMetrics,
}

/// A Lease with the numbers of its election.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertedLease {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its duration in seconds.
    pub duration: f64,
    /// The renew deadline of its elector in seconds, if known.
    pub renew_deadline: Option<f64>,
    /// The retry period of its elector in seconds, if known.
    pub retry_period: Option<f64>,
    /// Kind, namespace and name of its workload, if known.
    pub workload: Option<(String, String, String)>,
}

/// For how long pods may run before they take part in their election: they read what they need, and wait for others.
const LONGEST_START_SECONDS: f64 = 120.0;
/// How often leaders may change within an hour, more than a rollout and a drained node do.
const MAX_TRANSITIONS_PER_HOUR: u32 = 6;
/// The share of time for which renewals may be late: a failover now and then.
const MAX_LATE_SHARE: f64 = 0.2;
/// How often it is looked whether they are late.
const LATE_STEP_SECONDS: f64 = 15.0;
/// Over which that share is looked at, unless failovers take longer.
const LATE_WINDOW_SECONDS: f64 = 900.0;

impl AlertedLease {
    /// The longest that a failover after a crash takes: `L + 4.4·P` (the Lease runs out, and a standby looks up to 2.2·P late,
    /// twice); with a retry period that is not known twice the duration.
    fn longest_failover(&self) -> f64 {
        self.retry_period
            .map_or(2.0 * self.duration, |retry| self.duration + 4.4 * retry)
            .ceil()
    }

    /// The matchers that select it.
    fn matchers(&self, label: &str) -> String {
        let (namespace, name) = (escaped(&self.namespace), escaped(&self.name));
        format!("namespace=\"{namespace}\",{label}=\"{name}\"")
    }

    fn expired_by_monitor(&self) -> AlertRule {
        let of = self.matchers("lease");
        let most = self.longest_failover();
        // Of several monitors the one that saw the last renewal is right; another may be cut off.
        let expr = format!(
            "min by (namespace, lease) (leaselint_lease_seconds_since_renewal{{{of}}}) > {most}\nunless on (namespace, lease) \
             max by (namespace, lease) (leaselint_lease_state{{{of},state=~\"abandoned|unconfirmed\"}}) == 1"
        );
        self.rule("LeaderElectionLeaseExpired", expr, "0s", "critical").saying(format!(
            "Lease {}/{} is held and was not renewed for more than {most} s. Its duration is {} s, and the longest failover after a \
             crash is over: there is no leader.",
            self.namespace, self.name, self.duration
        ))
    }

    fn gone_by_monitor(&self) -> AlertRule {
        let of = self.matchers("lease");
        let expr = format!(
            "max by (namespace, lease) (leaselint_lease_state{{{of},state=\"orphaned\"}}) == 1"
        );
        let wait = format!("{}s", self.longest_failover());
        self.rule("LeaderElectionHolderGone", expr, &wait, "warning")
            .saying(format!(
                "The pod that holds Lease {}/{} does not exist, and no other took the Lease over.",
                self.namespace, self.name
            ))
    }

    fn no_holder_by_monitor(&self) -> AlertRule {
        let of = self.matchers("lease");
        // A monitor that is cut off may show a Lease as it was before somebody acquired it.
        let expr = format!(
            "max by (namespace, lease) (leaselint_lease_state{{{of},state=~\"released|never-held\"}}) == 1\nand on (namespace, lease) \
             max by (namespace, lease) (leaselint_lease_has_candidates{{{of}}}) == 1\nunless on (namespace, lease) \
             max by (namespace, lease) (leaselint_lease_held{{{of}}}) == 1"
        );
        self.no_holder(expr)
    }

    /// `expr`: it has no holder, and pods of its workload run.
    fn no_holder(&self, expr: String) -> AlertRule {
        let wait = self.longest_failover() + LONGEST_START_SECONDS;
        let wait_text = format!("{wait}s");
        self.rule("LeaderElectionNoHolder", expr, &wait_text, "critical")
            .saying(format!(
                "Lease {}/{} has had no holder for {wait} s, and pods of its workload run: none of them takes part in the election.",
                self.namespace, self.name
            ))
    }

    fn flapping_by_monitor(&self) -> AlertRule {
        let of = self.matchers("lease");
        let expr = format!(
            "max by (namespace, lease) (increase(leaselint_lease_transitions_total{{{of}}}[1h])) > {MAX_TRANSITIONS_PER_HOUR}"
        );
        self.flapping(expr)
    }

    fn flapping(&self, expr: String) -> AlertRule {
        self.rule("LeaderElectionFlapping", expr, "0s", "warning")
            .saying(format!(
                "The holder of Lease {}/{} changed more than {MAX_TRANSITIONS_PER_HOUR} times within an hour.",
                self.namespace, self.name
            ))
    }

    fn late_by_monitor(&self) -> Option<AlertRule> {
        let deadline = self.renew_deadline?;
        let of = self.matchers("lease");
        let most = self.longest_failover();
        let window = LATE_WINDOW_SECONDS.max(10.0 * most);
        let late = (MAX_LATE_SHARE * window / LATE_STEP_SECONDS).ceil();
        // A Lease that is not renewed at all is another alert.
        let age =
            format!("min by (namespace, lease) (leaselint_lease_seconds_since_renewal{{{of}}})");
        let expr = format!(
            "sum_over_time(({age} > bool {deadline})[{window}s:{LATE_STEP_SECONDS}s]) > {late}\nand on (namespace, lease) {age} <= {most}"
        );
        let rule = self.rule("LeaderElectionRenewalsLate", expr, "0s", "warning");
        Some(rule.saying(format!(
            "Renewals of Lease {}/{} come later than the renew deadline of {deadline} s again and again: leaders are about to stop.",
            self.namespace, self.name
        )))
    }

    /// Whether the workload has pods, by kube-state-metrics.
    fn runs(&self) -> Option<String> {
        let (kind, namespace, name) = self.workload.as_ref()?;
        let (metric, label) = match kind.as_str() {
            "Deployment" => ("kube_deployment_status_replicas", "deployment"),
            "StatefulSet" => ("kube_statefulset_status_replicas", "statefulset"),
            "DaemonSet" => ("kube_daemonset_status_number_available", "daemonset"),
            _ => return None,
        };
        let (namespace, name) = (escaped(namespace), escaped(name));
        Some(format!(
            "max({metric}{{namespace=\"{namespace}\",{label}=\"{name}\"}}) > 0"
        ))
    }

    fn no_holder_by_kube_state_metrics(&self) -> Option<AlertRule> {
        let (of, runs) = (self.matchers("lease"), self.runs()?);
        let expr = format!(
            "max by (namespace, lease) (kube_lease_owner{{{of},lease_holder=\"\"}}) == 1\nand on () {runs}"
        );
        Some(self.no_holder(expr))
    }

    fn expired_by_kube_state_metrics(&self) -> Option<AlertRule> {
        let (of, runs) = (self.matchers("lease"), self.runs()?);
        let most = self.longest_failover();
        let expr = format!(
            "time() - max by (namespace, lease) (kube_lease_renew_time{{{of}}}) > {most}\nand on (namespace, lease) \
             max by (namespace, lease) (kube_lease_owner{{{of},lease_holder!=\"\"}}) == 1\nand on () {runs}"
        );
        let rule = self.rule("LeaderElectionLeaseExpired", expr, "1m", "critical");
        Some(rule.saying(format!(
            "Lease {}/{} is held and was not renewed for more than {most} s by the clocks of its holder and of Prometheus.",
            self.namespace, self.name
        )))
    }

    fn flapping_by_kube_state_metrics(&self) -> AlertRule {
        let of = self.matchers("lease");
        let expr = format!(
            "count by (namespace, lease) (count by (namespace, lease, lease_holder) \
             (last_over_time(kube_lease_owner{{{of},lease_holder!=\"\"}}[1h]))) - 1 > {MAX_TRANSITIONS_PER_HOUR}"
        );
        self.flapping(expr)
    }

    fn rule(&self, alert: &str, expr: String, wait: &str, severity: &str) -> AlertRule {
        AlertRule {
            alert: alert.to_owned(),
            expr,
            wait: wait.to_owned(),
            labels: AlertLabels {
                severity: severity.to_owned(),
            },
            annotations: AlertAnnotations {
                summary: String::new(),
                runbook_url: book_address("live", &alert.to_lowercase()),
            },
        }
    }
}

#[derive(Serialize)]
struct AlertRule {
    alert: String,
    expr: String,
    #[serde(rename = "for")]
    wait: String,
    labels: AlertLabels,
    annotations: AlertAnnotations,
}

#[derive(Serialize)]
struct AlertLabels {
    severity: String,
}

#[derive(Serialize)]
struct AlertAnnotations {
    summary: String,
    /// The section of the book about this alert.
    runbook_url: String,
}

#[derive(Serialize)]
struct AlertGroups {
    groups: Vec<AlertGroup>,
}

#[derive(Serialize)]
struct AlertGroup {
    name: &'static str,
    rules: Vec<AlertRule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PrometheusRule {
    api_version: &'static str,
    kind: &'static str,
    metadata: PrometheusRuleMetadata,
    spec: AlertGroups,
}

#[derive(Serialize)]
struct PrometheusRuleMetadata {
    name: &'static str,
}

impl AlertRule {
    fn saying(mut self, summary: String) -> Self {
        self.annotations.summary = summary;
        self
    }
}

/// The rules for these Leases: an object for the Prometheus operator, or a file of Prometheus itself.
pub fn report(leases: &[AlertedLease], metrics: MetricsSource, is_plain: bool) -> String {
    let rules = leases.iter().flat_map(|lease| match metrics {
        MetricsSource::Monitor => vec![
            Some(lease.expired_by_monitor()),
            Some(lease.no_holder_by_monitor()),
            Some(lease.gone_by_monitor()),
            Some(lease.flapping_by_monitor()),
            lease.late_by_monitor(),
        ],
        MetricsSource::KubeStateMetrics => vec![
            lease.expired_by_kube_state_metrics(),
            lease.no_holder_by_kube_state_metrics(),
            Some(lease.flapping_by_kube_state_metrics()),
        ],
    });
    let groups = AlertGroups {
        groups: vec![AlertGroup {
            name: "leader-election",
            rules: rules.flatten().collect(),
        }],
    };
    let mut text = head(leases, metrics);
    // Our own structs have string keys, which is all that can go wrong.
    let body = if is_plain {
        serde_yaml::to_string(&groups)
    } else {
        serde_yaml::to_string(&PrometheusRule {
            api_version: "monitoring.coreos.com/v1",
            kind: "PrometheusRule",
            metadata: PrometheusRuleMetadata {
                name: "leader-election",
            },
            spec: groups,
        })
    };
    text.push_str(&body.unwrap_or_default());
    text
}

/// What the rules are made from, and what they cannot say.
fn head(leases: &[AlertedLease], metrics: MetricsSource) -> String {
    let mut text = String::new();
    let lines: &[&str] = match metrics {
        MetricsSource::Monitor => &[
            "Alerts about the elections of a cluster, made by `leaselint export alerts` for the metrics of `leaselint monitor`.",
            "They are silent for a Lease that no workload with running pods claims.",
        ],
        MetricsSource::KubeStateMetrics => &[
            "Alerts about the elections of a cluster, made by `leaselint export alerts` for kube-state-metrics (kube_lease_owner,",
            "kube_lease_renew_time, and the replicas of the workload, without which a Lease that was left behind would alarm).",
            "An age is the time of Prometheus less that of the holder: a clock that is off moves it. Not among them, as these metrics",
            "do not say it: renewals that come late, a holder whose pod is gone, and the Lease of a workload that is not known.",
            "LeaderElectionFlapping counts the holders of an hour: it does not fire for two identities that take turns.",
        ],
    };
    for line in lines {
        let _ = writeln!(text, "# {line}");
    }
    for lease in leases {
        let or_unknown = |number: Option<f64>| {
            number.map_or_else(|| "?".to_owned(), |number| format!("{number}s"))
        };
        let _ = writeln!(
            text,
            "# {}/{}: lease duration {}s, renew deadline {}, retry period {}; longest failover {}s",
            escaped(&lease.namespace),
            escaped(&lease.name),
            lease.duration,
            or_unknown(lease.renew_deadline),
            or_unknown(lease.retry_period),
            lease.longest_failover()
        );
    }
    text
}

/// A text in the double quotes of PromQL.
fn escaped(text: &str) -> String {
    text.escape_default().to_string()
}
