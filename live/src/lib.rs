//! The elections of a live cluster: who holds each Lease, which pod that is, and whether the Lease is renewed.
//!
//! What is judged needs no network: [`history`] and [`observer`] take what was seen at which moment of one's own clock,
//! [`holder`] and [`claim`] say who is behind a Lease, [`state`] judges. [`reading`] and [`follow`] ask the API server,
//! only with get, list and watch, and never for Secrets.

#![cfg_attr(
    test,
    allow(
        clippy::as_conversions,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::unwrap_used
    )
)]

pub mod audit;
mod audit_objects;
pub mod audit_world;
pub mod claim;
pub mod events;
pub mod follow;
pub mod history;
pub mod holder;
#[cfg(test)]
mod lease_fixture;
pub mod look;
pub mod monitor;
pub mod object_yaml;
pub mod observer;
pub mod pod;
pub mod reading;
pub mod record;
pub mod state;
pub mod status;
pub mod trail;
pub mod verify;
pub mod watching;
