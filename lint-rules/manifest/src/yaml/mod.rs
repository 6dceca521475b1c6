//! One YAML document to a tree, as go-yaml v2 reads it.
//!
//! kubectl and the API machinery read with `sigs.k8s.io/yaml` and go-yaml v2. What those accept is accepted here:
//! YAML 1.1 scalars, merge keys, the last of duplicate keys.

mod aliases;
mod base64;
pub(crate) mod builder;
mod corrections;
mod embedded;
mod events;
mod go_yaml_checks;
mod merge;
mod parse;
pub(crate) mod scalar;
mod written_pair;

pub use embedded::parse_embedded;
pub(crate) use parse::parse;
