//! Effective settings seen from outside: manifests in, electors out.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used)]

mod advice;
mod files;
mod flags;
mod kustomizations;
mod support;
mod variables;
