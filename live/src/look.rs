//! One look at the Leases of a cluster: watch them for a while, see who is behind them, judge.

use std::time::Duration;

use cluster::{ClusterState, WatchedResource};
use engine::{Engine, Input, InputFile, Side, Task};
use manifest::text::FileId;
use objects::{Workload, objects_of};
use tokio::time::{Instant, sleep_until};

use crate::claim::Claims;
use crate::follow::LeaseFollower;
use crate::history::LeaseHistory;
use crate::observer::{Observer, Sighting};
use crate::pod::WorkloadName;
use crate::reading::{ClusterReader, LiveError, ReadGap};
use crate::record::LeaseKind;
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

/// What is said of a cluster's Leases.
#[derive(Debug, Default)]
pub struct LeasesReport {
    /// For how long they were watched.
    pub observed: Duration,
    /// Each of them, by namespace and name.
    pub leases: Vec<LeaseStatus>,
    /// What may not be read.
    pub gaps: Vec<ReadGap>,
    /// Why the API server did not answer in the end, if it did not.
    pub unreachable: Option<String>,
}

/// Looks at the Leases of a cluster. `all_kinds`: node heartbeats and identities of API servers, too.
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
    let workloads = workloads?;
    let mut unreachable = None;
    for sighting in follower.list().await {
        unreachable = match &sighting {
            Sighting::Unreachable(reason) => Some(reason.clone()),
            _ => None,
        };
        observer.take(sighting, begin.elapsed());
    }
    let observed = begin.elapsed();
    let around = match &unreachable {
        Some(_) => Neighbourhood::default(),
        None => workloads.neighbourhood(reader, engine, &mut gaps).await?,
    };
    let mut leases = statuses(&observer, &around, observed);
    leases.retain(|lease| is_shown(lease.kind, all_kinds));
    Ok(LeasesReport {
        observed,
        leases,
        gaps,
        unreachable,
    })
}

/// Node heartbeats and identities of API servers are shown if asked for.
fn is_shown(kind: LeaseKind, all_kinds: bool) -> bool {
    all_kinds || !matches!(kind, LeaseKind::Node | LeaseKind::ApiServer)
}

/// Takes what is seen until there is no need to wait any longer.
async fn watch(
    follower: &mut LeaseFollower,
    observer: &mut Observer,
    begin: Instant,
    length: ObservationLength,
    all_kinds: bool,
) {
    let end = match length {
        ObservationLength::Fixed(length) => length,
        ObservationLength::AsNeeded => LONGEST_DEFAULT_OBSERVATION,
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

/// Until when a Lease has to be watched to know how it stands: no longer, if it was renewed.
fn needed(history: &LeaseHistory) -> Duration {
    let record = &history.lease.record;
    if record.holder.is_empty() || history.changed.is_some() {
        return Duration::ZERO;
    }
    let duration = lease_duration(record.duration_seconds);
    // A moment more, as it has to be longer than its duration.
    duration.map_or(LONGEST_DEFAULT_OBSERVATION, |duration| {
        history.first_seen + duration + Duration::from_millis(200)
    })
}

/// The workloads of a cluster, and the values that their electors are set by.
struct Workloads {
    state: ClusterState,
    files: Vec<InputFile>,
    names: Option<Vec<WorkloadName>>,
}

impl Workloads {
    /// Reads workloads and ConfigMaps.
    async fn read(reader: &ClusterReader, gaps: &mut Vec<ReadGap>) -> Result<Self, LiveError> {
        let state = ClusterState::new(Vec::new());
        let mut files = Vec::new();
        let before = gaps.len();
        for what in WatchedResource::WORKLOADS {
            let take = |item: &str| files.extend(file(what, item, files.len()));
            reader.read(what, &state, gaps, take).await?;
        }
        let is_complete = gaps.len() == before;
        // Most programs are set by their command line: values of ConfigMaps are read where a workload asks for them.
        reader
            .read(WatchedResource::ConfigMaps, &state, gaps, |_| {})
            .await?;
        Ok(Self {
            state,
            names: is_complete.then(|| names(&files)),
            files,
        })
    }

    /// Reads the pods, which say what runs now, and the electors of everything.
    async fn neighbourhood(
        mut self,
        reader: &ClusterReader,
        engine: &Engine,
        gaps: &mut Vec<ReadGap>,
    ) -> Result<Neighbourhood, LiveError> {
        let before = gaps.len();
        let files = &mut self.files;
        let pods = reader
            .pods(gaps, |item| files.extend(pod_file(item, files.len())))
            .await?;
        let pods = (gaps.len() == before).then_some(pods);
        let input = Input::new(self.files);
        let facts = self.state.read();
        let world = facts.world();
        let outcome = engine.judge(Task::inspect(Side::among(&input, &world)));
        Ok(Neighbourhood {
            pods,
            workloads: self.names,
            claims: Claims::of(&outcome.electors),
            is_whole: reader.reads_all(),
        })
    }
}

/// An object of a list as a file of the input.
fn file(what: WatchedResource, item: &str, number: usize) -> Option<InputFile> {
    let number = FileId(u32::try_from(number).ok()?);
    let document = cluster::read_item(number, item, what.api_version(), what.kind()).ok()?;
    Some(InputFile::of_object("", document))
}

fn pod_file(item: &str, number: usize) -> Option<InputFile> {
    let number = FileId(u32::try_from(number).ok()?);
    let document = cluster::read_item(number, item, "v1", "Pod").ok()?;
    Some(InputFile::of_object("", document))
}

fn names(files: &[InputFile]) -> Vec<WorkloadName> {
    let documents = files.iter().flat_map(|file| &file.reading.documents);
    let workloads = documents.flat_map(|document| objects_of(document).0);
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
