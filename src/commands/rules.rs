//! `rules`: the catalogue.

use engine;

use super::print;
use crate::cli::{Format, Rules};
use crate::reports::{Terminal, catalogue};
use crate::status::{CommandError, Status};

pub fn run(options: &Rules, terminal: &Terminal) -> Result<Status, CommandError> {
    let entries = engine::rules();
    print(&match options.format {
        Format::Text => catalogue::table(entries, terminal),
        Format::Json => catalogue::json(entries),
    })?;
    Ok(Status::Fine)
}
