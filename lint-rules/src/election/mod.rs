//! The elector: timing and its promises, lock, identity.

pub mod promises;
pub mod timing;
