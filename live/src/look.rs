//! One look at the Leases of a cluster: watch them for a while, see who is behind them, judge.

use std::collections::BTreeMap;
use std::time::Duration;

use cluster::{ClusterState, WatchedResource};
use engine::{Engine, Input, InputFile, Observation, ObservedLease, Severity, Side, Task};
use manifest::text::FileId;
use objects::{Workload, objects_of};
use programs::Nanos;
use tokio::time::{Instant, sleep_until};

use crate::claim::Claims;
use crate::follow::LeaseFollower;
use crate::history::LeaseHistory;
use crate::observer::Observer;
use crate::pod::{ClusterPods, WorkloadName};
use crate::reading::{ClusterReader, LiveError, ReadGap};
use crate::record::{LeaseKey, LeaseKind};
use crate::state::{LONGEST_DEFAULT_OBSERVATION, lease_duration};
use crate::status::{LeaseStatus, Neighbourhood, statuses};

/// How long the Leases are watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObservationLength {
    /// Until every Lease was renewed, or its duration is over; at most [`LONGEST_DEFAULT_OBSERVATION`].
    AsNeeded,
    /// So long.
    Fixed(Duration),
}

/// The Leases of a cluster, judged.
#[derive(Debug, Default)]
pub struct LeasesReport {
    /// For how long they were watched.
    pub observed: Duration,
    /// Each of them, by namespace and name.
    pub leases: Vec<LeaseStatus>,
    /// What rules find in them.
    pub findings: LeaseFindings,
    /// What may not be read.
    pub gaps: Vec<ReadGap>,
    /// Why the API server did not answer in the end, if it did not.
    pub unreachable: Option<String>,
}

/// Looks at the Leases of a cluster. `all_kinds`: node heartbeats and identities of API servers, too. `engine` judges with
/// the rules of the group `live` alone, of which findings are shown.
///
/// # Errors
/// The cluster cannot be reached, or Leases may not be listed.
pub async fn look(
    reader: &ClusterReader,
    engine: &Engine,
    length: ObservationLength,
    all_kinds: bool,
) -> Result<LeasesReport, LiveError> {
    let begin = Instant::now();
    let mut observer = Observer::default();
    let (mut follower, first) = LeaseFollower::start(reader).await?;
    for sighting in first {
        observer.take(sighting, begin.elapsed());
    }
    let mut gaps = Vec::new();
    let watching = watch(&mut follower, &mut observer, begin, length, all_kinds);
    let reading = Workloads::read(reader, &mut gaps);
    let ((), workloads) = tokio::join!(watching, reading);
    let mut workloads = workloads?;
    let mut unreachable = None;
    let mut observed = Duration::ZERO;
    // Without an observation the first list is all there is.
    if length != ObservationLength::Fixed(Duration::ZERO) {
        unreachable = last_look(&mut follower, &mut observer, begin, all_kinds).await;
        observed = begin.elapsed();
    }
    let around = match &unreachable {
        Some(_) => Neighbourhood::default(),
        None => workloads.neighbourhood(reader, engine, &mut gaps).await?,
    };
    let mut leases = statuses(&observer, &around, observed);
    leases.retain(|lease| is_shown(lease.kind, all_kinds));
    let observation = observation_of(&leases, &around, reader);
    let findings = findings(&observer, &leases, &workloads, &observation, engine);
    Ok(LeasesReport {
        observed,
        leases,
        findings,
        gaps,
        unreachable,
    })
}

/// What rules about live Leases find: for each Lease the rules, with their severity.
pub type LeaseFindings = BTreeMap<LeaseKey, Vec<(&'static str, Severity)>>;

fn findings(
    observer: &Observer,
    leases: &[LeaseStatus],
    workloads: &Workloads,
    observation: &Observation,
    engine: &Engine,
) -> LeaseFindings {
    let histories = leases
        .iter()
        .filter_map(|lease| observer.history(&lease.key));
    let mut input = Vec::new();
    for history in histories {
        input.extend(file(&history.lease.to_json(), input.len(), LEASE_KIND));
    }
    for (item, what) in &workloads.items {
        input.extend(file(item, input.len(), *what));
    }
    let input = Input::new(input);
    let facts = workloads.state.read_listed();
    let world = facts.world();
    let side = Side::among(&input, &world);
    let outcome = engine.judge(Task::lint(side).observed(observation));
    let mut findings = LeaseFindings::new();
    for finding in &outcome.findings {
        let object = &finding.object;
        if object.kind == LEASE_KIND.1 && finding.is_open() {
            let key = LeaseKey {
                namespace: object.namespace.as_deref().unwrap_or_default().into(),
                name: object.name.as_str().into(),
            };
            let rules = findings.entry(key).or_default();
            rules.push((finding.rule.id, finding.severity));
        }
    }
    findings
}

/// What rules read of the Leases.
pub(crate) fn observation_of(
    leases: &[LeaseStatus],
    around: &Neighbourhood,
    reader: &ClusterReader,
) -> Observation {
    // Rounded up to tenths of a second: a length above its limit is shown above it, too.
    let nanos = |length: Duration| {
        let tenths = i64::try_from(length.as_millis().div_ceil(100)).unwrap_or(i64::MAX);
        Nanos::from_millis(tenths.saturating_mul(100))
    };
    let (of_elections, of_others): (Vec<_>, Vec<_>) = leases
        .iter()
        .partition(|lease| lease.kind == LeaseKind::Election);
    let running = around.pods.as_ref().map(ClusterPods::running);
    Observation {
        leases: of_elections
            .into_iter()
            .map(|lease| ObservedLease {
                namespace: lease.key.namespace.to_string(),
                name: lease.key.name.to_string(),
                state: lease.state,
                unchanged: nanos(lease.unchanged),
                observed: nanos(lease.observed),
                transitions: lease.transitions_seen,
            })
            .collect(),
        others: of_others
            .into_iter()
            .map(|lease| (lease.key.namespace.to_string(), lease.key.name.to_string()))
            .collect(),
        running: running
            .unwrap_or_default()
            .iter()
            .map(WorkloadName::object_name)
            .collect(),
        namespaces: reader.fully_read(),
    }
}

/// Node heartbeats and identities of API servers are shown if asked for.
pub(crate) fn is_shown(kind: LeaseKind, all_kinds: bool) -> bool {
    all_kinds || !matches!(kind, LeaseKind::Node | LeaseKind::ApiServer)
}

/// Takes what is seen until there is no need to wait any longer.
pub(crate) async fn watch(
    follower: &mut LeaseFollower,
    observer: &mut Observer,
    begin: Instant,
    length: ObservationLength,
    all_kinds: bool,
) {
    let end = match length {
        ObservationLength::Fixed(length) => length,
        ObservationLength::AsNeeded => begin.elapsed() + LONGEST_DEFAULT_OBSERVATION,
    };
    loop {
        let now = begin.elapsed();
        let wait = match length {
            ObservationLength::Fixed(_) => end,
            ObservationLength::AsNeeded => {
                let shown = observer
                    .histories()
                    .filter(|history| is_shown(history.lease.kind, all_kinds));
                shown.map(needed).max().unwrap_or_default().min(end)
            }
        };
        if now >= wait {
            return;
        }
        tokio::select! {
            sighting = follower.next() => {
                observer.take(sighting, begin.elapsed());
            }
            () = sleep_until(begin + wait) => {}
        }
    }
}

/// Lists the Leases at the end of an observation; why the API server did not answer, if it did not. Where it answered late,
/// nobody may have been able to renew a Lease: they are watched once more.
pub(crate) async fn last_look(
    follower: &mut LeaseFollower,
    observer: &mut Observer,
    begin: Instant,
    all_kinds: bool,
) -> Option<String> {
    let mut is_second = false;
    loop {
        let last = follower.list().await;
        for sighting in last.seen {
            observer.take(sighting, begin.elapsed());
        }
        if last.unreachable.is_some() || !last.is_late || is_second {
            return last.unreachable;
        }
        is_second = true;
        let length = ObservationLength::AsNeeded;
        watch(follower, observer, begin, length, all_kinds).await;
    }
}

/// Until when a Lease has to be watched to know how it stands: no longer, if it was renewed.
fn needed(history: &LeaseHistory) -> Duration {
    let record = &history.lease.record;
    let is_renewed = |changed| changed >= history.blind_until;
    if record.holder.is_empty() || history.changed.is_some_and(is_renewed) {
        return Duration::ZERO;
    }
    let since = history.first_seen.max(history.blind_until);
    let duration = lease_duration(record.duration_seconds);
    // A moment more, as it has to be longer than its duration.
    since
        + duration.map_or(LONGEST_DEFAULT_OBSERVATION, |duration| {
            duration + Duration::from_millis(200)
        })
}

/// Items of a list, each with its apiVersion and kind.
type ListItems = Vec<(Box<str>, (&'static str, &'static str))>;

/// apiVersion and kind of a Lease.
const LEASE_KIND: (&str, &str) = ("coordination.k8s.io/v1", "Lease");

/// The workloads of a cluster, and the values that their electors are set by.
pub(crate) struct Workloads {
    state: ClusterState,
    /// Those that may elect.
    items: ListItems,
    names: Option<Vec<WorkloadName>>,
}

impl Workloads {
    /// Reads workloads and ConfigMaps.
    pub(crate) async fn read(
        reader: &ClusterReader,
        gaps: &mut Vec<ReadGap>,
    ) -> Result<Self, LiveError> {
        let state = ClusterState::new(Vec::new());
        let mut items = ListItems::new();
        let before = gaps.len();
        for what in WatchedResource::WORKLOADS {
            let kind = (what.api_version(), what.kind());
            reader
                .read(what, &state, gaps, |item| {
                    items.push((item.into(), kind));
                    Ok(())
                })
                .await?;
        }
        let is_complete = gaps.len() == before;
        // Programs may be set by values of ConfigMaps.
        reader
            .read(WatchedResource::ConfigMaps, &state, gaps, |_| Ok(()))
            .await?;
        let names = is_complete.then(|| workload_names(&input_of(&items)));
        Ok(Self {
            state,
            items,
            names,
        })
    }

    /// Reads the pods, which say what runs now, and the electors of everything.
    pub(crate) async fn neighbourhood(
        &mut self,
        reader: &ClusterReader,
        engine: &Engine,
        gaps: &mut Vec<ReadGap>,
    ) -> Result<Neighbourhood, LiveError> {
        let before = gaps.len();
        let items = &mut self.items;
        let pods = reader
            .pods(gaps, |item| {
                items.push((item.into(), ("v1", "Pod")));
                Ok(())
            })
            .await?;
        let input = input_of(&self.items);
        let facts = self.state.read_listed();
        let world = facts.world();
        let outcome = engine.judge(Task::inspect(Side::among(&input, &world)));
        Ok(Neighbourhood {
            pods: (gaps.len() == before).then_some(pods),
            workloads: self.names.clone(),
            claims: Claims::of(&outcome.electors),
            is_whole: reader.reads_all(),
        })
    }
}

fn input_of(items: &ListItems) -> Input {
    let mut files = Vec::new();
    for (item, kind) in items {
        files.extend(file(item, files.len(), *kind));
    }
    Input::new(files)
}

/// An object of a list as a file of the input.
fn file(item: &str, number: usize, (api_version, kind): (&str, &str)) -> Option<InputFile> {
    let number = FileId(u32::try_from(number).ok()?);
    let document = cluster::read_item(number, item, api_version, kind).ok()?;
    Some(InputFile::of_object("", document))
}

/// What names each workload.
pub(crate) fn workload_names(input: &Input) -> Vec<WorkloadName> {
    let workloads = input
        .documents()
        .flat_map(|document| objects_of(document).0);
    workloads
        .filter_map(Workload::of)
        .map(|workload| {
            let object = workload.object();
            WorkloadName {
                api_version: object.api_version().into(),
                kind: object.kind_word().into(),
                namespace: object.namespace().unwrap_or_default().into(),
                name: object.name().unwrap_or_default().into(),
            }
        })
        .collect()
}
