//! `leaselint serve` beside a real API server, as `deploy/base` sets it up.
//!
//! Tests under `shared` use one control plane together, each in namespaces of its own; those under
//! `alone` stop, replace or overload something that others would miss.
#![allow(clippy::as_conversions, clippy::indexing_slicing, clippy::unwrap_used)] // in tests a panic is the message
#![allow(clippy::print_stdout)] // figures, for whoever asks with --nocapture

mod alone;
mod kubelet;
mod load;
mod objects;
mod shared;
mod slow;
mod support;
