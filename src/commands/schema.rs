//! `schema`: prints a JSON Schema.

use super::print;
use crate::cli::{SchemaChoice, SchemaOptions};
use crate::reports::schemas;
use crate::status::{CommandError, ExitStatus};

pub fn run(options: &SchemaOptions) -> Result<ExitStatus, CommandError> {
    print(&match options.of {
        SchemaChoice::Config => schemas::config(),
        SchemaChoice::Lint => schemas::lint(),
        SchemaChoice::Inspect => schemas::inspect(),
        SchemaChoice::Diff => schemas::diff(),
        #[cfg(feature = "live")]
        SchemaChoice::Leases => schemas::leases(),
        #[cfg(feature = "live")]
        SchemaChoice::Audit => schemas::audit(),
        #[cfg(feature = "live")]
        SchemaChoice::Event => schemas::event(),
        SchemaChoice::Rules => schemas::rules(),
        SchemaChoice::Rule => schemas::rule(),
        #[cfg(feature = "serve")]
        SchemaChoice::Certs => schemas::certs(),
    })?;
    Ok(ExitStatus::Fine)
}
