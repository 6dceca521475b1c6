//! Admission webhooks: which requests the API server sends them.
//!
//! Semantics of Kubernetes 1.37 (`k8s.io/apiserver/pkg/admission/plugin/webhook`). Knows objects, and
//! nothing of programs or elections.

mod condition;
mod policy;
mod reach;
mod webhook;

pub use policy::{PolicyEffect, effect_on_leases};
pub use reach::{Reach, Reached, is_system_namespace};
pub use webhook::{Exposure, Webhook, webhooks_of};

/// The API group of webhook configurations, policies and their bindings.
pub const ADMISSION_GROUP: &str = "admissionregistration.k8s.io";
