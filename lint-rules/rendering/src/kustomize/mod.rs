//! Kustomizations: what one names, and where in its bases and patches a token of its build was written.

mod kustomization_file;
mod layers;
mod token_origins;

pub use kustomization_file::KustomizationFile;
pub use layers::{KustomizeLayer, LayerKind, LayerSet};
pub use token_origins::{TokenOrigin, token_origins};
