//! `leases --format json`: a stable shape; every key is always there.

#[cfg(feature = "schema")]
use custom::words;
use engine::LeaseState;
use live::look::LeasesReport;
use live::reading::ReadGap;
#[cfg(feature = "schema")]
use live::record::LeaseKind;
use live::status::{HolderPod, LeaseStatus};
use live::verify::VerifiedAccess;
use serde::Serialize;

use super::json::{DifferenceOut, NotRead, ObjectOut, VerifiedOut, render};
use super::lint_text::object;

/// The report.
pub fn report(report: &LeasesReport) -> String {
    render(&LeasesDocument {
        schema: "leaselint/leases/v1",
        observed_seconds: rounded(report.observed.as_secs_f64()),
        leases: report
            .leases
            .iter()
            .map(|lease| LeaseOut::new(lease, report))
            .collect(),
        not_read: not_read(&report.gaps),
        unreachable: report.unreachable.as_deref(),
        summary: LeasesSummaryOut::of(&report.leases),
    })
}

/// Leases of a live cluster, as they were watched.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LeasesDocument<'a> {
    /// The name of this shape.
    schema: &'static str,
    /// How long the Leases were watched.
    observed_seconds: f64,
    /// The Leases that are shown.
    leases: Vec<LeaseOut<'a>>,
    /// What may not be read.
    not_read: Vec<NotRead>,
    /// Why the API server did not answer in the end.
    unreachable: Option<&'a str>,
    /// Counts.
    summary: LeasesSummaryOut,
}

/// A Lease.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Lease")
)]
#[serde(rename_all = "camelCase")]
struct LeaseOut<'a> {
    /// Its namespace.
    namespace: &'a str,
    /// Its name.
    name: &'a str,
    /// How it stands.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = words(&LeaseState::ALL, LeaseState::as_str))))]
    state: &'static str,
    /// What it is used for.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = words(&LeaseKind::ALL, LeaseKind::as_str))))]
    kind: &'static str,
    /// The identity that holds it; empty: none does.
    holder: &'a str,
    /// The pod behind it.
    pod: Option<PodOut<'a>>,
    /// The workload that claims it.
    object: Option<ObjectOut<'a>>,
    /// The container that elects.
    container: Option<&'a str>,
    /// How long ago it was renewed.
    renewed_seconds_ago: Option<f64>,
    /// `observation`, or `clocks` where no renewal was seen.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["observation", "clocks", null])))]
    renewed_by: Option<&'static str>,
    /// The duration that is written in it.
    duration_seconds: Option<i64>,
    /// The duration that the workload sets.
    declared_duration_seconds: Option<f64>,
    /// The renew deadline that the workload sets.
    renew_deadline_seconds: Option<f64>,
    /// The retry period that the workload sets.
    retry_period_seconds: Option<f64>,
    /// How often it changed hands, as it counts that itself.
    transitions: Option<i64>,
    /// The same an hour; null without two readings.
    transitions_per_hour: Option<f64>,
    /// The ids of the rules that speak of it.
    findings: Vec<&'static str>,
}

/// A pod.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Pod")
)]
struct PodOut<'a> {
    /// Its namespace.
    namespace: &'a str,
    /// Its name.
    name: &'a str,
    /// The node on which it runs.
    node: Option<&'a str>,
}

/// How many Leases there are, and in which state.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "LeasesSummary")
)]
#[serde(rename_all = "camelCase")]
struct LeasesSummaryOut {
    /// Leases that are shown.
    leases: usize,
    /// Of these the ones that are held and renewed in time.
    held: usize,
    /// Not renewed for longer than the renew deadline.
    late: usize,
    /// Not renewed for longer than the duration.
    expired: usize,
    /// Released by the last holder.
    released: usize,
    /// Never held.
    never_held: usize,
    /// Held, and the pod of the holder does not exist.
    orphaned: usize,
    /// Held under an identity that two pods have.
    shared: usize,
    /// Claimed by no workload with running pods.
    abandoned: usize,
    /// Not watched for long enough to be one of these.
    unconfirmed: usize,
}

impl LeasesSummaryOut {
    fn of(leases: &[LeaseStatus]) -> Self {
        let count = |state| leases.iter().filter(|lease| lease.state == state).count();
        Self {
            leases: leases.len(),
            held: count(LeaseState::Held),
            late: count(LeaseState::Late),
            expired: count(LeaseState::Expired),
            released: count(LeaseState::Released),
            never_held: count(LeaseState::NeverHeld),
            orphaned: count(LeaseState::Orphaned),
            shared: count(LeaseState::Shared),
            abandoned: count(LeaseState::Abandoned),
            unconfirmed: count(LeaseState::Unconfirmed),
        }
    }
}

impl<'a> LeaseOut<'a> {
    fn new(lease: &'a LeaseStatus, report: &LeasesReport) -> Self {
        let findings = report.findings.get(&lease.key);
        Self {
            namespace: &lease.key.namespace,
            name: &lease.key.name,
            state: lease.state.as_str(),
            kind: lease.kind.as_str(),
            holder: &lease.holder,
            pod: lease.pod.as_ref().map(PodOut::from),
            object: lease.object.as_ref().map(ObjectOut::from),
            container: lease.container.as_deref(),
            renewed_seconds_ago: lease.renewed.map(|age| rounded(age.seconds)),
            renewed_by: lease.renewed.map(|age| {
                if age.is_observed {
                    "observation"
                } else {
                    "clocks"
                }
            }),
            duration_seconds: lease.duration_seconds,
            declared_duration_seconds: lease.declared.map(|length| length.as_secs_f64()),
            renew_deadline_seconds: lease.renew_deadline.map(|length| length.as_secs_f64()),
            retry_period_seconds: lease.retry_period.map(|length| length.as_secs_f64()),
            transitions: lease.transitions,
            transitions_per_hour: lease.transitions_per_hour.map(rounded),
            findings: findings
                .into_iter()
                .flatten()
                .map(|(rule, _)| *rule)
                .collect(),
        }
    }
}

impl<'a> From<&'a HolderPod> for PodOut<'a> {
    fn from(pod: &'a HolderPod) -> Self {
        Self {
            namespace: &pod.namespace,
            name: &pod.name,
            node: Some(&*pod.node).filter(|node| !node.is_empty()),
        }
    }
}

/// What may not be read.
pub fn not_read(gaps: &[ReadGap]) -> Vec<NotRead> {
    let gaps = gaps.iter().map(|gap| NotRead {
        resource: gap.resource,
        namespace: gap.namespace.clone(),
        reason: gap.reason.clone(),
    });
    gaps.collect()
}

impl VerifiedOut {
    /// The same in words.
    pub fn of(verified: &VerifiedAccess) -> Self {
        let differences = verified.differences.iter().map(|difference| {
            let question = &difference.question;
            DifferenceOut {
                object: object(&difference.object),
                container: difference.container.clone(),
                account: format!("{}/{}", question.account_namespace, question.account),
                verb: question.verb.clone(),
                resource: question.resource,
                namespace: question.namespace.clone(),
                name: question.name.clone(),
                allowed: difference.is_allowed,
            }
        });
        Self {
            questions: verified.questions,
            differences: differences.collect(),
        }
    }
}

/// Milliseconds are what can be believed.
fn rounded(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}
