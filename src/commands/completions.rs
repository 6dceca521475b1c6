//! `completions`: a shell's completion script, made from the same definitions as the help.

use clap::CommandFactory;

use super::print;
use crate::cli::{Cli, Completions};
use crate::status::{CommandError, ExitStatus};

pub fn run(options: &Completions) -> Result<ExitStatus, CommandError> {
    let mut script = Vec::new();
    let mut definitions = Cli::command();
    clap_complete::generate(options.shell, &mut definitions, "leaselint", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(ExitStatus::Fine)
}
