//! The catalogue of rules, the page of one, and tests of the user's own.

#[cfg(feature = "custom-rules")]
use std::path::PathBuf;

use clap::Args;
#[cfg(feature = "custom-rules")]
use clap::{Subcommand, ValueHint};

use super::Format;

#[derive(Args, Debug)]
pub struct Explain {
    /// The rule's id, as it stands in brackets in a finding
    #[arg(value_name = "RULE")]
    pub rule: String,
    /// Output format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Rules {
    #[cfg(feature = "custom-rules")]
    #[command(subcommand)]
    pub command: Option<RulesCommand>,
    /// Output format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// What is done with rules beside listing them.
#[cfg(feature = "custom-rules")]
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Run the tests of the user's own rules
    Test(RulesTest),
}

#[cfg(feature = "custom-rules")]
#[derive(Args, Debug)]
pub struct RulesTest {
    /// Folders or files, whose configurations hold the rules
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
}
