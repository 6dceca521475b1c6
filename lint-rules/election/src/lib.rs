//! The elector: timing and its promises, lock, identity, replicas, account.

pub mod access;
mod build;
mod elector;
mod facts;
mod flags;
mod identity;
pub mod numbers;
pub mod promises;
mod replicas;
mod rollout;
mod switch;
pub mod timing;

pub use build::{Surroundings, elector_as, electors_of};
pub use elector::{Account, Elector, Identity, IdentityKind, Replicas, State};
pub use facts::{ElectorFacts, LockNamespace};
pub use identity::may_share_node;
pub use replicas::{Scaler, Scalers};
pub use rollout::{Bound, Overlap, Rollout, fenceposts};

pub use programs::{Mention, NonString, Variable, VariableValue, Word};
