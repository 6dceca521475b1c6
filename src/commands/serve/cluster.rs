//! The cluster that `serve` looks at.

use std::sync::Arc;

use ::cluster::{Client, ClusterState, client, follow as watch};
use webhook::events::EventWriter;
use webhook::log::Log;
use webhook::metrics::Metrics;
use webhook::review::Policy;
use webhook::server::Readiness;

use crate::cli::Serve;
use crate::status::CommandError;

/// A cluster, and what is known of it.
pub(super) struct FollowedCluster {
    client: Client,
    state: Arc<ClusterState>,
}

impl FollowedCluster {
    /// A client of the cluster; nothing is asked yet.
    pub async fn connect(options: &Serve, policy: &Policy) -> Result<Self, CommandError> {
        let client = client(options.kubeconfig.as_deref(), None)
            .await
            .map_err(|error| {
                CommandError::usage(format_args!(
                    "{error}; with --no-cluster each object is judged alone"
                ))
            })?;
        let programs = policy.settings.programs.clone();
        Ok(Self {
            client,
            state: Arc::new(ClusterState::new(programs)),
        })
    }

    pub fn client(&self) -> Client {
        self.client.clone()
    }

    pub fn state(&self) -> Arc<ClusterState> {
        Arc::clone(&self.state)
    }

    /// What is permitted must have been read once, and its watches must live.
    pub fn require(&self, readiness: &mut Readiness) {
        let state = self.state();
        readiness.require(move || {
            let view = state.view();
            if !view.is_synced() {
                let names: Vec<&str> = view.not_synced().map(|what| what.resource()).collect();
                return Some(format!("not read yet of the cluster: {}", names.join(", ")));
            }
            let silent: Vec<&str> = view.stale().map(|what| what.resource()).collect();
            (!silent.is_empty())
                .then(|| format!("the API server is silent about: {}", silent.join(", ")))
        });
    }

    pub fn measure(&self, metrics: &Metrics) {
        let state = self.state();
        metrics.before_scrape(move |metrics| metrics.cluster(&state));
    }
}

/// Writes Events into the cluster, if there is one.
pub(super) async fn write_events(writer: EventWriter, client: Option<Client>, log: &Log) {
    match client {
        Some(client) => writer.run(client, log).await,
        None => std::future::pending().await,
    }
}

/// Follows the cluster, if there is one.
pub(super) async fn follow(cluster: Option<FollowedCluster>, log: &Log) {
    match cluster {
        Some(FollowedCluster { client, state }) => watch(client, state, log.notices()).await,
        None => std::future::pending().await,
    }
}
