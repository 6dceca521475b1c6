//! Follows the Leases of a cluster: list and watch of each place, one stream of sightings.

use std::time::Duration;

use cluster::{BoundedText, Collection, WatchError};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::observer::Sighting;
use crate::reading::{ClusterReader, LiveError, list_leases};
use crate::record::{LeaseEvent, LeaseObject};

/// Sightings that wait to be taken. Whoever takes them judges; nothing is dropped.
const QUEUE: usize = 1024;
/// A list that takes longer proves nothing about this moment.
const PROOF_PATIENCE: Duration = Duration::from_secs(5);
/// Pauses after a failure: at first, and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(5));

/// Follows Leases until it is dropped.
pub struct LeaseFollower {
    sightings: mpsc::Receiver<Sighting>,
    /// Ends the tasks with it.
    _tasks: JoinSet<()>,
    places: Vec<(Option<Box<str>>, Collection)>,
}

impl LeaseFollower {
    /// Lists the Leases of each place, and follows them from then on; the first sightings are the lists.
    ///
    /// # Errors
    /// The API server cannot be reached, or does not let this program list Leases.
    pub async fn start(reader: &ClusterReader) -> Result<(Self, Vec<Sighting>), LiveError> {
        let (sender, sightings) = mpsc::channel(QUEUE);
        let mut tasks = JoinSet::new();
        let mut first = Vec::new();
        let mut places = Vec::new();
        for namespace in reader.places() {
            let collection = reader.leases(namespace.as_deref());
            let namespace: Option<Box<str>> = namespace.map(Into::into);
            let (listed, version) = list(&collection, namespace.clone())
                .await
                .map_err(refusal)?;
            first.push(listed);
            places.push((namespace.clone(), collection.clone()));
            let task = follow(collection, namespace, version, sender.clone());
            tasks.spawn(task);
        }
        let follower = Self {
            sightings,
            _tasks: tasks,
            places,
        };
        Ok((follower, first))
    }

    /// What is seen next.
    pub async fn next(&mut self) -> Sighting {
        match self.sightings.recv().await {
            Some(sighting) => sighting,
            // The tasks never end by themselves.
            None => std::future::pending().await,
        }
    }

    /// Lists everything once more: what has not changed since is proven not to have.
    pub async fn list(&mut self) -> LastLook {
        let mut last = LastLook::default();
        while let Ok(sighting) = self.sightings.try_recv() {
            last.seen.push(sighting);
        }
        for (namespace, collection) in &self.places {
            let begun = Instant::now();
            match list(collection, namespace.clone()).await {
                Ok((listed, _)) => {
                    if begun.elapsed() > PROOF_PATIENCE {
                        last.is_late = true;
                        last.seen.push(Sighting::Unreachable {
                            namespace: namespace.clone(),
                            reason: "no answer".to_owned(),
                        });
                    }
                    last.seen.push(listed);
                }
                Err(error) => {
                    last.unreachable.get_or_insert(error.to_string());
                }
            }
        }
        last
    }
}

/// Lists the Leases of each place beside its watch, which may be dead.
pub(crate) async fn proof(reader: &ClusterReader) -> Vec<PlaceProof> {
    let mut proof = Vec::new();
    for namespace in reader.places() {
        let collection = reader.leases(namespace.as_deref());
        let leases = match timeout(PROOF_PATIENCE, list_leases(&collection)).await {
            Ok(Ok((leases, ..))) => Ok(leases),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("no answer".to_owned()),
        };
        proof.push(PlaceProof {
            namespace: namespace.map(Into::into),
            leases,
        });
    }
    proof
}

/// What a list of one place shows, beside its watch.
#[derive(Debug)]
pub struct PlaceProof {
    /// Its namespace; `None`: all of them.
    pub namespace: Option<Box<str>>,
    /// All Leases there, or why they cannot be listed.
    pub leases: Result<Vec<LeaseObject>, String>,
}

/// What the lists at the end of an observation show.
#[derive(Debug, Default)]
pub struct LastLook {
    /// What was still waiting, then the lists.
    pub seen: Vec<Sighting>,
    /// Why one of the lists failed, if one did. A failure of a watch before them does not count.
    pub unreachable: Option<String>,
    /// One of the lists took so long that the API server may not have answered anybody until then.
    pub is_late: bool,
}

fn refusal(error: WatchError) -> LiveError {
    match error {
        WatchError::Forbidden(reason) => LiveError::Forbidden {
            resource: "leases",
            reason,
        },
        other => LiveError::Unreachable(other.to_string()),
    }
}

async fn list(
    collection: &Collection,
    namespace: Option<Box<str>>,
) -> Result<(Sighting, String), WatchError> {
    let (leases, version, server_time) = list_leases(collection).await?;
    let listed = Sighting::Listed {
        namespace,
        leases,
        server_time,
    };
    Ok((listed, version))
}

async fn follow(
    collection: Collection,
    namespace: Option<Box<str>>,
    mut version: String,
    sender: mpsc::Sender<Sighting>,
) {
    let mut pause = PAUSES.0;
    loop {
        let failure = watch(&collection, version, &sender).await;
        let is_failure = !matches!(failure, WatchError::Gone);
        if is_failure && pass_on(&sender, &namespace, &failure).await.is_err() {
            return;
        }
        version = loop {
            // A watch that is refused at once must not be asked for again at once.
            sleep(pause).await;
            match list(&collection, namespace.clone()).await {
                Ok((listed, version)) => {
                    pause = PAUSES.0;
                    if sender.send(listed).await.is_err() {
                        return;
                    }
                    break version;
                }
                Err(error) => {
                    if pass_on(&sender, &namespace, &error).await.is_err() {
                        return;
                    }
                    pause = (pause * 2).min(PAUSES.1);
                }
            }
        };
    }
}

async fn pass_on(
    sender: &mpsc::Sender<Sighting>,
    namespace: &Option<Box<str>>,
    failure: &WatchError,
) -> Result<(), ()> {
    let sighting = Sighting::Unreachable {
        namespace: namespace.clone(),
        reason: failure.to_string(),
    };
    sender.send(sighting).await.map_err(drop)
}

/// Watches the Leases of one place from a version on, until all of them have to be listed again.
async fn watch(
    collection: &Collection,
    mut version: String,
    sender: &mpsc::Sender<Sighting>,
) -> WatchError {
    loop {
        let mut lines = match collection.watch(&version).await {
            Ok(lines) => lines,
            Err(error) => return error,
        };
        loop {
            let line = match lines.next().await {
                Err(error) => return error,
                // The usual end, after half a minute.
                Ok(None) => {
                    if sender.send(Sighting::Quiet).await.is_err() {
                        return WatchError::Gone;
                    }
                    break;
                }
                Ok(Some(BoundedText::Cut(_))) => return WatchError::Gone,
                Ok(Some(BoundedText::Whole(line))) => line,
            };
            let sighting = match LeaseEvent::read(&line) {
                Ok(LeaseEvent::Bookmark(new)) => {
                    version = new.into();
                    continue;
                }
                Ok(LeaseEvent::Refusal(code, reason)) => return WatchError::of(code, reason),
                Ok(LeaseEvent::Put(lease)) => Sighting::Put(lease),
                Ok(LeaseEvent::Gone(lease)) => Sighting::Gone(lease),
                // It would come again and again: only a list leads past it.
                Err(_) => return WatchError::Gone,
            };
            if let Sighting::Put(lease) | Sighting::Gone(lease) = &sighting {
                version = lease.version.to_string();
            }
            if sender.send(sighting).await.is_err() {
                return WatchError::Gone;
            }
        }
    }
}
