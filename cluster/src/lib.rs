//! A live cluster: its client, lists and watches, and a [`World`](engine::world::World) made of what they show.
//!
//! Each object is reduced to the few facts that rules ask for while it is still text; none is kept.
//! Of 5,000 Deployments with their RBAC that is a few dozen MiB. Every resource knows how far it can
//! be believed: what was not read yet, may not be read or went silent makes an answer *unknown*, so
//! that nothing is denied for what this program merely does not see.
//!
//! Of ConfigMaps only those are read that a workload may take settings from, and only those values are kept that may
//! matter to an election.

mod bounded_stream;
mod collection;
mod connect;
mod fields;
mod known;
mod notice;
mod reading;
mod request_pace;
mod resource;
mod watch_error;
mod watch_events;

use std::sync::Arc;

use known::Watch;

pub use kube::Client;

pub use bounded_stream::{BoundedText, WatchLines};
pub use collection::{Collection, Listed, ObjectPart};
pub use connect::{ConnectError, client};
pub use fields::fields_beside;
pub use known::{
    Belief, ClusterState, ClusterWorld, FactsGuard, LabelledMode, Listing, MODE_LABEL, ObjectError,
    STALE_AFTER, View, Withdrawal, resized, withdrawals,
};
pub use notice::{Notice, NoticeSink};
pub use reading::read_item;
pub use request_pace::RequestPace;
pub use resource::{WatchedResource, collection_path};
pub use watch_error::{WatchError, jittered};
pub use watch_events::CutObject;

/// Watches a cluster and writes what it sees into `state`, until it is dropped.
pub async fn follow(client: Client, state: Arc<ClusterState>, notices: Arc<NoticeSink>) {
    let watches = WatchedResource::ALL.map(|what| {
        let (client, state, notices) = (client.clone(), Arc::clone(&state), Arc::clone(&notices));
        tokio::spawn(async move { Watch::new(client, &state, what, &*notices).run().await })
    });
    let _stop = StopOnDrop(watches.map(|task| task.abort_handle()));
    known::read_config_maps(client, &state, &*notices).await;
}

struct StopOnDrop([tokio::task::AbortHandle; WatchedResource::ALL.len()]);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}
