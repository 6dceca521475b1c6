//! What is known of a cluster: facts from lists and watches, and the world made of them.

mod config_maps;
mod facts;
mod facts_guard;
mod namespace_facts;
mod object_facts;
mod scale;
mod state;
mod watch;
mod watch_states;
mod withdrawn;
mod workload_facts;
mod world;

pub(crate) use config_maps::read_config_maps;
pub use facts_guard::{FactsGuard, LabelledMode, MODE_LABEL};
pub use object_facts::ObjectError;
pub use scale::resized;
pub use state::{ClusterState, Listing};
pub(crate) use watch::Watch;
pub use watch_states::{Belief, STALE_AFTER, View};
pub use withdrawn::{Withdrawal, withdrawals};
pub use world::ClusterWorld;
