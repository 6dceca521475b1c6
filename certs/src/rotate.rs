//! Certificates that several replicas keep for themselves in one Secret, without a leader.
//!
//! The decisions are pure: [`plan`] takes what was seen and the time and names the next [`RotationStep`],
//! [`RotationStep::carry_out`] makes the Secret's new content. [`Keeper`] does this against a [`CertificateStore`]
//! until nothing is left to do.
//!
//! An authority is exchanged in five steps, so that what any replica serves is always trusted by
//! what any API server may still believe:
//!
//! | step | `ca.crt`, published as `caBundle` | served |
//! |---|---|---|
//! | `StageAuthority` | old and new | old |
//! | `StartSettling`, once it is seen published | old and new | old |
//! | `SwitchAuthority`, after [`RotationPolicy::settle`] | old and new | old, soon new |
//! | `StartSettling`, once a replica has loaded it | old and new | old, soon new |
//! | `DropAuthority`, after [`RotationPolicy::settle`] | new | new |
//!
//! Three things make it hold. Every write names the version that was read, so of several replicas
//! one wins and the others read again. The publication is read *before* the Secret, so that a
//! replica which slept between reading and publishing is refused if anyone published since. And a
//! settling time starts only at a later look at what was saved, so that a write which was long
//! under way cannot shorten it. A replica that could not read the Secret for
//! [`RotationPolicy::stale_after`] may serve what is trusted no more: it must not be ready.

mod bundle;
mod cluster;
mod keeper;
mod memory;
mod plan;
mod readiness;
mod step;

pub use bundle::{Bundle, Damage, SecretData, keys};
pub use cluster::{CertificateStore, Publication, ResourceVersion, SaveError};
pub use keeper::{Keeper, Round, RoundError};
pub use memory::MemoryStore;
pub use plan::{Plan, Published, RotationPolicy, RotationView, Stored, Waiting, plan};
pub use readiness::CertificateReadiness;
pub use step::RotationStep;
