//! The elector: timing and its promises, lock, identity, replicas, account.

mod elector;
pub mod promises;
pub mod timing;

pub use elector::{
    Account, Elector, Identity, IdentityKind, Mention, NonString, Replicas, State, Variable,
    VariableValue, Word,
};
