//! Clients that do what they should not.
