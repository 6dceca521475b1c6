//! What has a JSON Schema.

use clap::{Args, ValueEnum};

#[derive(Args, Debug)]
pub struct SchemaOptions {
    /// Of what
    #[arg(value_name = "WHAT", value_enum)]
    pub of: SchemaChoice,
}

/// What has a JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaChoice {
    /// The file .leaselint.yaml
    Config,
    /// What `lint --format json` writes
    Lint,
    /// What `inspect --format json` writes
    Inspect,
    /// What `diff --format json` writes
    Diff,
    /// What `leases --format json` writes
    #[cfg(feature = "live")]
    Leases,
    /// What `audit --format json` writes
    #[cfg(feature = "live")]
    Audit,
    /// A line of what `leases --watch --format json` writes
    #[cfg(feature = "live")]
    Event,
    /// What `rules --format json` writes
    Rules,
    /// What `explain --format json` writes
    Rule,
    /// What `certs show --format json` writes
    #[cfg(feature = "serve")]
    Certs,
}
