//! Watches of the Secret and of the webhook configuration: what somebody deletes or overwrites is repaired at once.
//!
//! An event says only that it is time to look: what is decided rests on what is read then. So only metadata is
//! requested.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use crate::cluster::{BoundedText, Client, Collection, ObjectPart, WatchError, jittered};

/// A watch ends after half a minute. A connection that is silent for longer is taken for dead.
const MAX_SILENCE: Duration = Duration::from_secs(40);
/// Until a watch is opened again that has ended.
const REOPEN_PAUSE: Duration = Duration::from_secs(1);
/// Until one is tried again that is not allowed: then regular looks have to do.
const REFUSED_PAUSE: Duration = Duration::from_secs(60);

/// Watches that notify of changes.
#[derive(Clone)]
pub struct StoreChanges {
    /// Each of one object.
    collections: Vec<Collection>,
    wake: Arc<Notify>,
}

impl StoreChanges {
    /// The objects are given by the path of their collection and their name.
    pub(super) fn of<'o>(
        client: &Client,
        objects: impl IntoIterator<Item = (String, &'o str)>,
    ) -> Self {
        let collections = objects.into_iter().map(|(path, name)| {
            let collection = Collection::new(client.clone(), path, 1);
            collection.of(ObjectPart::Metadata).named(name)
        });
        Self {
            collections: collections.collect(),
            wake: Arc::default(),
        }
    }

    /// What is notified of each change.
    #[must_use]
    pub fn wake(&self) -> Arc<Notify> {
        Arc::clone(&self.wake)
    }

    /// Watches until it is dropped.
    pub async fn follow(&self) {
        let mut watches = tokio::task::JoinSet::new();
        for collection in &self.collections {
            watches.spawn(watch(collection.clone(), self.wake()));
        }
        std::future::pending::<()>().await;
    }
}

async fn watch(collection: Collection, wake: Arc<Notify>) {
    loop {
        let pause = match watch_once(&collection, &wake).await {
            Err(WatchError::Forbidden(_)) => REFUSED_PAUSE,
            _ => REOPEN_PAUSE,
        };
        sleep(jittered(pause)).await;
    }
}

/// One watch, from its opening to its end. It begins with what is there.
async fn watch_once(collection: &Collection, wake: &Notify) -> Result<(), WatchError> {
    let mut lines = collection.watch("").await?;
    while let Ok(line) = timeout(MAX_SILENCE, lines.next()).await {
        let Some(BoundedText::Whole(line) | BoundedText::Cut(line)) = line? else {
            break;
        };
        // The API server sends the kind first (apimachinery `meta/v1/watch.go`).
        if line.starts_with(r#"{"type":"ERROR""#) {
            break;
        }
        if !line.starts_with(r#"{"type":"BOOKMARK""#) {
            wake.notify_one();
        }
    }
    Ok(())
}
