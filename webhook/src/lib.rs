//! The admission webhook: the engine of `lint-rules` behind HTTPS.
//!
//! `review` turns an AdmissionReview into a verdict and knows nothing of HTTP. `server` speaks TLS and
//! HTTP/1.1, with a limit and a deadline for everything a client can do. `metrics` counts, `log` writes
//! one line for what an operator wants to find again. Whatever happens here, no Lease is ever looked at.

pub mod certificates;
pub mod events;
pub mod log;
pub mod metrics;
pub mod review;
pub mod server;

pub use ::cluster;

#[cfg(test)]
#[path = "review/cluster_tests.rs"]
mod cluster_tests;

#[cfg(test)]
#[path = "review/denials_tests.rs"]
mod denials_tests;

#[cfg(test)]
#[path = "review/scalers_tests.rs"]
mod scalers_tests;
