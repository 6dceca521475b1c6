//! What kustomizations do to the files of an input, as far as it is certain without building them.
//!
//! Nothing is built. What a build still changes is known to be unknown.

mod attachments;
mod builds;
mod generators;
mod index;
mod kustomization;
mod overrides;
mod renames;

pub use attachments::wanted_attachments;
pub(super) use builds::Builds;
pub(super) use generators::GeneratedConfigMaps;
pub(super) use index::{KustomizationId, KustomizationIndex, PerKustomization};
pub(super) use kustomization::{Kustomization, is_inline_merge};
pub(super) use overrides::Overrides;
pub(super) use renames::Renames;
