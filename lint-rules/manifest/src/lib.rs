//! Kubernetes manifests: bytes to documents with spans, read as kubectl reads them.
//!
//! The modules build on each other in one direction: [`text`] <- [`tree`] <- [`yaml`], [`json`] <- [`file`]; and [`edit`]
//! writes by the places of a tree. [`paths`] are those of the files.

#![cfg_attr(
    test,
    allow(
        clippy::as_conversions,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::string_slice
    )
)]

pub mod edit;
pub mod file;
pub mod json;
pub mod paths;
pub mod text;
pub mod tree;
pub mod yaml;
