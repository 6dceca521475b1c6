//! `init`: writes a commented configuration.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use super::print;
use crate::config;
use crate::status::{CommandError, ExitStatus};

/// The file that is written.
const FILE: &str = ".leaselint.yaml";

/// Its text. Everything in it is a comment but the profile, so that it changes nothing by itself.
const TEXT: &str = include_str!("init.yaml");

pub fn run() -> Result<ExitStatus, CommandError> {
    if let Some(found) = config::in_folder(Path::new("."))? {
        let found = found.strip_prefix(".").unwrap_or(&found).display();
        return Err(CommandError::usage(format_args!(
            "{found} is there already"
        )));
    }
    let cannot = |error| CommandError::usage(format_args!("cannot write {FILE}: {error}"));
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .open(FILE)
        .map_err(cannot)?;
    file.write_all(TEXT.as_bytes()).map_err(cannot)?;
    print(&format!("wrote {FILE}\n"))?;
    Ok(ExitStatus::Fine)
}
