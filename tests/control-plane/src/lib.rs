//! A real Kubernetes control plane for tests, without containers.
//!
//! etcd, kube-apiserver and, where asked for, kube-controller-manager and kwok run as processes on
//! 127.0.0.1. They come from a folder of envtest's or are built by Go from the modules that are pinned
//! under `go/`; see [`Assets::find`].
//!
//! ```no_run
//! use control_plane::{ControlPlane, Options};
//!
//! let Some(plane) = ControlPlane::for_test(&Options::default()) else {
//!     return; // It has said so, loudly.
//! };
//! let output = plane.kubectl(&["get", "namespaces"]).unwrap();
//! assert!(output.status.success());
//! ```
//!
//! Beside it, [`Renderers`]: helm and kustomize, built the same way.
//!
//! This crate knows nothing of leaselint.

mod arguments;
mod assets;
mod client;
mod error;
mod keys;
mod kubectl;
mod plane;
mod process;
mod renderers;

pub use assets::{Assets, kubernetes_version};
pub use client::{Client, Reply, Subject};
pub use error::{Error, Result};
pub use keys::ClientCertificate;
pub use plane::{ControlPlane, Options};
pub use process::Process;
pub use renderers::Renderers;
