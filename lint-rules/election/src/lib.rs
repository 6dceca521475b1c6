//! The elector: timing and its promises, lock, identity, replicas, account.

pub mod access;
mod advice;
mod builder;
mod certainty;
mod elector;
mod elector_facts;
mod fields;
mod identity;
mod lock_in_code;
mod lock_name;
mod node_sharing;
pub mod promises;
mod replicas;
mod rollout;
mod rollout_bounds;
mod serving;
mod source_identity;
mod switch;
pub mod timing;
mod timing_advice;
pub mod timing_proposals;

pub use builder::{Surroundings, WorkloadPrograms, elector_as, electors_of, programs_of};
pub use certainty::{AssumedFact, Certainty};
pub use elector::{ElectionState, Elector, PodAccount};
pub use elector_facts::{ElectorFacts, LockNamespace};
pub use fields::FIELDS;
pub use identity::{HolderIdentity, IdentityKind};
pub use lock_name::lock_name_fault;
pub use node_sharing::may_share_node;
pub use replicas::{Replicas, Scaler, Scalers};
pub use rollout::{Overlap, Rollout};
pub use rollout_bounds::{Bound, fenceposts};
pub use serving::ServingSign;
pub use timing_advice::DurationAdvice;

pub use programs::{Mention, NonString, Variable, VariableValue, Word};
