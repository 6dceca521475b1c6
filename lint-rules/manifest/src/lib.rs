//! Kubernetes manifests: bytes to documents with spans, read as kubectl reads them.
//!
//! The modules build on each other in one direction: [`text`] <- [`tree`] <- [`yaml`], [`json`] <- [`file`].

pub mod file;
pub mod json;
pub mod text;
pub mod tree;
pub mod yaml;
