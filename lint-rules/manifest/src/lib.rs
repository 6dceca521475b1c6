//! Kubernetes manifests: bytes to documents with spans, read as kubectl reads them.

pub mod text;
pub mod yaml;
