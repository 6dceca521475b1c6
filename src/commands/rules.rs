//! `rules`: the catalogue.

use super::print;
use crate::cli::{Format, Rules};
use crate::reports::catalogue;
use crate::status::{CommandError, ExitStatus};
use crate::terminal::Terminal;

pub fn run(options: &Rules, terminal: &Terminal) -> Result<ExitStatus, CommandError> {
    let entries = engine::rules();
    print(&match options.format {
        Format::Text => catalogue::table(entries, terminal),
        Format::Json => catalogue::json(entries),
    })?;
    Ok(ExitStatus::Fine)
}
