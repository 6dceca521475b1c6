//! The elector: timing and its promises, lock, identity.
