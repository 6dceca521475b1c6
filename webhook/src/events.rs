//! Events on workloads whose review ended with warnings: for those who look at a workload, and not at the terminal from
//! which it was applied.
//!
//! They are few and may be lost: nothing waits for them.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use k8s_openapi::jiff::Timestamp;
use kube::core::Request;
use kube::core::params::PostParams;
use serde_json::{Value, json};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::cluster::Client;
use crate::log::{Log, LogValue};
use crate::review::WorkloadEvent;

/// Events that wait to be written.
const MAX_QUEUED_EVENTS: usize = 64;
/// From one to the next.
const MIN_PAUSE: Duration = Duration::from_millis(200);
/// The same about one workload is not written again for so long: controllers and people write it again and again.
const REPEAT_PAUSE: Duration = Duration::from_secs(600);
/// Workloads that are remembered for that.
const MAX_RECENT: usize = 1024;
/// For the answer to a request.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// Where reviews leave their Events.
#[derive(Clone, Debug)]
pub struct EventQueue(Sender<WorkloadEvent>);

/// What writes them.
#[derive(Debug)]
pub struct EventWriter {
    queue: Receiver<WorkloadEvent>,
    recent: RecentEvents,
}

/// A queue and its writer.
#[must_use]
pub fn event_queue() -> (EventQueue, EventWriter) {
    let (sender, queue) = channel(MAX_QUEUED_EVENTS);
    let recent = RecentEvents::default();
    (EventQueue(sender), EventWriter { queue, recent })
}

impl EventQueue {
    /// Leaves one; where too many wait it is lost.
    pub(crate) fn leave(&self, event: WorkloadEvent) {
        drop(self.0.try_send(event));
    }
}

impl EventWriter {
    /// Writes what is left, until it is dropped.
    pub async fn run(mut self, client: Client, log: &Log) {
        while let Some(event) = self.queue.recv().await {
            if !self.recent.is_news(&event, Instant::now()) {
                continue;
            }
            if let Err(reason) = write(&client, &event).await {
                let fields = [("reason", LogValue::Text(&reason))];
                log.client_line("warning", "event-not-written", &fields);
            }
            tokio::time::sleep(MIN_PAUSE).await;
        }
        // No review is left that could leave one.
        std::future::pending::<()>().await;
    }
}

/// What was written lately.
#[derive(Debug, Default)]
struct RecentEvents(HashMap<(String, String), Instant>);

impl RecentEvents {
    /// Whether the same was not written of late; then it is now.
    fn is_news(&mut self, event: &WorkloadEvent, now: Instant) -> bool {
        let key = (event.workload.uid.clone(), event.rules.clone());
        let is_recent = |at: &Instant| now.duration_since(*at) < REPEAT_PAUSE;
        if self.0.get(&key).is_some_and(is_recent) {
            return false;
        }
        if self.0.len() >= MAX_RECENT {
            self.0.retain(|_, at| is_recent(at));
        }
        // So many in ten minutes are an attack or a flood; what is lost are comments.
        let has_room = self.0.len() < MAX_RECENT;
        if has_room {
            self.0.insert(key, now);
        }
        has_room
    }
}

/// The Event as the API takes it.
fn body(event: &WorkloadEvent, now: &str) -> Value {
    let workload = &event.workload;
    json!({
        "apiVersion": "v1", "kind": "Event",
        "metadata": {"generateName": "leaselint-", "namespace": workload.namespace},
        "involvedObject": {
            "apiVersion": workload.api_version, "kind": workload.kind,
            "namespace": workload.namespace, "name": workload.name, "uid": workload.uid,
        },
        "type": "Warning", "reason": "LeaderElection", "message": event.message,
        "source": {"component": "leaselint"},
        "firstTimestamp": now, "lastTimestamp": now, "count": 1,
    })
}

async fn write(client: &Client, event: &WorkloadEvent) -> Result<(), String> {
    let now = format!("{:.0}", Timestamp::now());
    let text = body(event, &now).to_string().into_bytes();
    let path = format!("/api/v1/namespaces/{}/events", event.workload.namespace);
    let request = Request::new(path).create(&PostParams::default(), text);
    let request = request.map_err(|error| error.to_string())?;
    let sent = tokio::time::timeout(ANSWER_TIMEOUT, client.request::<Value>(request));
    match sent.await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("no answer from the API server".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use crate::review::WorkloadReference;

    use super::*;

    fn event(uid: usize, rules: &str) -> WorkloadEvent {
        WorkloadEvent {
            workload: WorkloadReference {
                api_version: "apps/v1".to_owned(),
                kind: "Deployment".to_owned(),
                namespace: "shop".to_owned(),
                name: "orders".to_owned(),
                uid: uid.to_string(),
            },
            rules: rules.to_owned(),
            message: "the lease ends early".to_owned(),
        }
    }

    #[test]
    fn the_same_is_written_once_in_ten_minutes_and_a_flood_is_bounded() {
        let mut recent = RecentEvents::default();
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        assert!(recent.is_news(&event(1, "a"), after(0)));
        assert!(!recent.is_news(&event(1, "a"), after(599)));
        assert!(recent.is_news(&event(1, "a,b"), after(599)));
        assert!(recent.is_news(&event(1, "a"), after(600)));
        // Two are remembered already.
        let written = (10..5000).filter(|uid| recent.is_news(&event(*uid, "a"), after(700)));
        assert_eq!(written.count(), MAX_RECENT - 2);
        assert!(recent.is_news(&event(1, "c"), after(1400)));
    }

    #[test]
    fn an_event_names_its_workload() {
        let body = body(&event(7, "a"), "2026-12-01T00:00:00Z");
        assert_eq!(body["involvedObject"]["uid"], "7");
        assert_eq!(
            body["involvedObject"]["namespace"],
            body["metadata"]["namespace"]
        );
        assert_eq!(body["type"], "Warning");
    }
}
