//! The document of an elector, as types: a stable shape, every key is always there. Their comments are what the JSON Schema
//! says of each key.

#[cfg(feature = "schema")]
use election::access::AccessState;
#[cfg(feature = "schema")]
use election::{AssumedFact, Certainty, ElectionState, IdentityKind};
#[cfg(feature = "schema")]
use programs::OriginKind;
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Number;

#[cfg(feature = "schema")]
use crate::words;

/// An object of Kubernetes.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(rename = "Object"))]
#[serde(rename_all = "camelCase")]
pub struct ObjectOut<'a> {
    /// Group and version, as `apps/v1`.
    pub(crate) api_version: &'a str,
    /// The kind, as `Deployment`.
    pub(crate) kind: &'a str,
    /// The namespace as written, or as rendered; null where the object names none.
    pub(crate) namespace: Option<&'a str>,
    /// The name; empty where the object has none.
    pub(crate) name: &'a str,
}

/// A container that elects a leader, with its effective settings, where each comes from, and what the numbers promise.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(rename = "Elector"))]
#[serde(rename_all = "camelCase")]
pub struct ElectorOut<'a> {
    /// The file that holds it.
    pub(crate) file: &'a str,
    /// The line of the container's name, from 1.
    pub(crate) line: u32,
    /// The workload.
    pub(crate) object: ObjectOut<'a>,
    /// The container's name.
    pub(crate) container: &'a str,
    /// When a chart runs it as a hook, as helm names that: `test`, `pre-install,pre-upgrade`.
    pub(crate) hook: Option<&'a str>,
    /// The id of the program's record, or of its family's.
    pub(crate) program: &'a str,
    /// The library that elects, as `client-go`.
    pub(crate) library: &'static str,
    /// Its version as in go.mod.
    pub(crate) library_version: Option<&'a str>,
    /// Whether the program gives up its lock when it is stopped; null where that is not known.
    pub(crate) releases: Option<bool>,
    /// `read`: from the program's source, which is in the input; `listed`: its record; `assumed`: the family's habits.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = words(&Certainty::ALL, Certainty::as_str))))]
    pub(crate) certainty: &'static str,
    /// What of the program's source was read for its record.
    pub(crate) record: Option<RecordOut<'a>>,
    /// The facts behind the promises that are not established; the promises hold for the worst of what is possible.
    #[cfg_attr(feature = "schema", schemars(extend("items" = {"enum": words(&AssumedFact::ALL, AssumedFact::as_str)})))]
    pub(crate) assumes: Vec<&'static str>,
    /// Whether it elects.
    pub(crate) election: ElectionOut<'a>,
    /// The durations.
    pub(crate) timing: TimingOut<'a>,
    /// The object that is locked.
    pub(crate) lock: LockOut<'a>,
    /// What a candidate calls itself.
    pub(crate) identity: IdentityOut<'a>,
    /// The smallest number of pods that will run.
    pub(crate) replicas: ReplicasOut<'a>,
    /// The account whose rights the pod has.
    pub(crate) service_account: AccountOut<'a>,
    /// Whether the account may use the lock.
    pub(crate) access: AccessOut<'a>,
    /// What the numbers promise.
    pub(crate) promises: PromisesOut,
}

/// Where a value comes from.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(rename = "Source"))]
#[serde(rename_all = "camelCase")]
pub(crate) struct SourceOut<'a> {
    /// What carries it: a flag, a variable, a key of a ConfigMap, another file, the program's source, the program's
    /// default, or the default of its family.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = words(&OriginKind::ALL, OriginKind::as_str))))]
    pub(crate) kind: &'static str,
    /// The file that holds it; null for a default.
    pub(crate) file: Option<&'a str>,
    /// Its line, from 1.
    pub(crate) line: Option<u32>,
    /// Its column in characters, from 1.
    pub(crate) column: Option<u32>,
    /// What is written there; for a default, whose it is.
    pub(crate) text: &'a str,
    /// The key of a chart's values that was proven to set it.
    pub(crate) set_by: Option<SettingKeyOut<'a>>,
}

/// A key of a chart's values.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(rename = "ValuesKey"))]
pub(crate) struct SettingKeyOut<'a> {
    /// The file of values.
    pub(crate) file: &'a str,
    /// The key's line, from 1.
    pub(crate) line: u32,
    /// The key, as `controller.leaseDuration`.
    pub(crate) key: &'a str,
}

/// Whether it elects.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(rename = "Election"))]
pub(crate) struct ElectionOut<'a> {
    /// `unknown`: the switch lies outside the input.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = words(&ElectionState::ALL, ElectionState::as_str))))]
    pub(crate) state: &'static str,
    /// Where that is written.
    pub(crate) source: Option<SourceOut<'a>>,
}

/// The durations.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(rename = "Timing"))]
#[serde(rename_all = "camelCase")]
pub(crate) struct TimingOut<'a> {
    /// How long standbys wait without a renewal before they take over.
    pub(crate) lease_duration: DurationOut<'a>,
    /// How long the leader tries to renew before it stops.
    pub(crate) renew_deadline: DurationOut<'a>,
    /// The pause between two attempts.
    pub(crate) retry_period: DurationOut<'a>,
}

/// A duration.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(rename = "Duration"))]
pub(crate) struct DurationOut<'a> {
    /// In seconds; null where it is not established.
    pub(crate) seconds: Option<f64>,
    /// Where it comes from.
    pub(crate) source: Option<SourceOut<'a>>,
}

/// The object that is locked.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(rename = "Lock"))]
pub(crate) struct LockOut<'a> {
    /// What is locked, as `leases`.
    pub(crate) r#type: Option<&'a str>,
    /// Its namespace.
    pub(crate) namespace: Option<&'a str>,
    /// Its name.
    pub(crate) name: Option<&'a str>,
    /// Where the first of these comes from that is known.
    pub(crate) source: Option<SourceOut<'a>>,
}

/// What a candidate calls itself.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(rename = "Identity"))]
pub(crate) struct IdentityOut<'a> {
    /// What the identity is made of.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = words(&IdentityKind::ALL, IdentityKind::as_str))))]
    pub(crate) kind: &'static str,
    /// The variable that it is read from.
    pub(crate) env: Option<&'a str>,
    /// Whether two pods never have the same; null where that is not known.
    pub(crate) unique: Option<bool>,
}

/// The smallest number of pods that will run.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(rename = "Replicas"))]
pub(crate) struct ReplicasOut<'a> {
    /// The number, a scaler's minimum if there is one; null for a DaemonSet and where it is not known.
    pub(crate) count: Option<u32>,
    /// Where it is written.
    pub(crate) source: Option<SourceOut<'a>>,
}

/// A ServiceAccount.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(JsonSchema),
    schemars(rename = "ServiceAccount")
)]
pub(crate) struct AccountOut<'a> {
    /// The pod's namespace.
    pub(crate) namespace: Option<&'a str>,
    /// The account's name.
    pub(crate) name: &'a str,
}

/// The reading of a program's source on which its record rests.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(rename = "Record"))]
pub(crate) struct RecordOut<'a> {
    /// Owner and name, as `kubernetes/kubernetes`.
    pub(crate) repository: &'a str,
    /// The tag that was read.
    pub(crate) revision: &'a str,
    /// The day.
    pub(crate) date: &'a str,
    /// The facts that were found.
    pub(crate) facts: Vec<FactOut<'a>>,
}

/// What a fact decides, and the file and line in which it was found.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(rename = "Fact"))]
pub(crate) struct FactOut<'a> {
    /// What it decides, as `timing`.
    pub(crate) fact: &'a str,
    /// File and line, as `cmd/main.go:44`.
    pub(crate) place: &'a str,
}

/// What the account may do to the lock.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(rename = "Access"))]
pub(crate) struct AccessOut<'a> {
    /// `unknown`: the input does not decide it.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = AccessState::WORDS)))]
    pub(crate) state: &'static str,
    /// What the lock is made of; of client-go's mixed types the first.
    pub(crate) resource: Option<&'a str>,
    /// The verbs that no role grants.
    pub(crate) missing: Vec<&'a str>,
    /// What grants the others.
    pub(crate) through: Vec<ThroughOut<'a>>,
    /// Why it is unknown: a code of the ledger.
    pub(crate) code: Option<&'static str>,
    /// The same in a sentence.
    pub(crate) reason: Option<&'a str>,
    /// What was taken together for the answer.
    pub(crate) within: Option<&'a str>,
}

/// A binding and its role.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(rename = "GrantPath"))]
pub(crate) struct ThroughOut<'a> {
    /// As `RoleBinding ops/x`.
    pub(crate) binding: &'a str,
    /// As `Role ops/x`.
    pub(crate) role: &'a str,
}

/// What the numbers promise, in seconds unless it says otherwise; null where a figure does not apply or a setting is not
/// known.
#[derive(Default, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(rename = "Promises"))]
#[serde(rename_all = "camelCase")]
pub(crate) struct PromisesOut {
    /// The earliest takeover less `leaderStopsAfter`: below zero two leaders are possible.
    pub(crate) strict_margin: Option<f64>,
    /// The latest end of leading after the last good renewal.
    pub(crate) leader_stops_after: Option<f64>,
    /// From a crash of the leader until another leads, at worst.
    pub(crate) failover_after_crash_worst: Option<f64>,
    /// The same, in 99 of 100 cases.
    pub(crate) failover_after_crash_p99: Option<f64>,
    /// From a release until another leads, at worst.
    pub(crate) failover_after_release_worst: Option<f64>,
    /// From a start of new processes before a Lease that a former one holds, at worst.
    pub(crate) cold_restart_worst: Option<f64>,
    /// Every outage of the API up to this long is survived if requests are refused at once.
    pub(crate) api_outage_survived: Option<f64>,
    /// The same if requests get no answer.
    pub(crate) api_outage_survived_hanging: Option<f64>,
    /// From the end of an outage that cost the term until somebody leads, at worst.
    pub(crate) leaderless_after_outage_worst: Option<f64>,
    /// The ratio of clock rates up to which a program that does not release has one leader.
    pub(crate) clock_rate_tolerated: Option<f64>,
    /// Renewals an hour.
    pub(crate) writes_per_hour: Option<Number>,
    /// Requests an hour of all candidates together, on average.
    pub(crate) requests_per_hour: Option<Number>,
}
