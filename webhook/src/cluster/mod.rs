//! The world of a live cluster: facts from watches, and a [`World`](engine::world::World) made of them.
//!
//! Each object is reduced to the few facts that rules ask for while it is still text; none is kept.
//! Of 5,000 Deployments with their RBAC that is a few dozen MiB. Every resource knows how far it can
//! be believed: what was not read yet, may not be read or went silent makes an answer *unknown*, so
//! that nothing is denied for what this program merely does not see.
//!
//! Of ConfigMaps only those values are kept that may matter to an election.

mod bounded_stream;
mod connect;
mod facts;
mod facts_guard;
mod namespace_facts;
mod object_facts;
mod resource;
mod scale;
mod state;
mod watch;
mod watch_error;
mod watch_events;
mod watch_states;
mod withdrawn;
mod workload_facts;
mod world;

use std::sync::Arc;

pub use kube::Client;

pub use connect::{ConnectError, client};
pub use facts_guard::{FactsGuard, LabelledMode, MODE_LABEL};
pub use object_facts::ObjectError;
pub use resource::WatchedResource;
pub use scale::resized;
pub use state::ClusterState;
pub(crate) use watch_error::jittered;
pub use watch_states::{Belief, STALE_AFTER, View};
pub use withdrawn::{Withdrawal, withdrawals};
pub use world::ClusterWorld;

use crate::log::Log;

/// Watches a cluster and writes what it sees into `state`, until it is dropped.
pub async fn follow(client: Client, state: Arc<ClusterState>, log: Log) {
    let watches = WatchedResource::ALL.map(|what| {
        let (client, state, log) = (client.clone(), Arc::clone(&state), log.clone());
        tokio::spawn(async move { watch::Watch::new(client, &state, what, &log).run().await })
    });
    let _stop = StopOnDrop(watches.map(|task| task.abort_handle()));
    std::future::pending::<()>().await;
}

struct StopOnDrop([tokio::task::AbortHandle; WatchedResource::ALL.len()]);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

#[cfg(test)]
#[path = "denials_tests.rs"]
mod denials_tests;

#[cfg(test)]
#[path = "reviews_tests.rs"]
mod reviews_tests;
