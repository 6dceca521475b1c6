//! The rules engine of leaselint.
//!
//! Data flows one way: bytes -> documents with spans -> objects -> electors with
//! effective settings -> findings. This crate does no input or output, reads no
//! clock and no environment, and knows nothing of HTTP, TLS or Kubernetes clients.

pub mod access;
pub mod admission;
pub mod election;
pub mod engine;
pub mod objects;
pub mod programs;
pub mod source;
pub mod world;
pub mod yaml;
