//! Where the configuration is.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::status::Failure;

/// The name that is looked for.
pub const NAME: &str = ".leaselint.yaml";

/// More is no configuration. The bound keeps the reader of own programs from work without end.
const LARGEST: u64 = 1 << 20;

/// The file named, or the nearest above the first path, with its text.
pub fn find(named: Option<&Path>, first_path: &Path) -> Result<Option<(PathBuf, String)>, Failure> {
    if let Some(path) = named {
        let text = read(path)?;
        return Ok(Some((path.to_path_buf(), text)));
    }
    // A path that does not exist is a complaint of whoever reads it.
    let Ok(start) = fs::canonicalize(first_path) else {
        return Ok(None);
    };
    let here = fs::canonicalize(".").ok();
    for folder in start.ancestors() {
        let path = folder.join(NAME);
        if path.is_file() {
            let text = read(&path)?;
            // Below the current folder a short name is what people know the file by.
            let short = here
                .as_deref()
                .and_then(|here| path.strip_prefix(here).ok());
            return Ok(Some((short.map_or(path.clone(), Path::to_path_buf), text)));
        }
    }
    Ok(None)
}

fn read(path: &Path) -> Result<String, Failure> {
    let shown = path.display().to_string();
    let shown = shown.escape_debug();
    let mut bytes = Vec::new();
    let result = File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
    match result {
        Ok(_) if bytes.len() as u64 > LARGEST => Err(Failure::usage(format_args!(
            "configuration {shown} is larger than 1 MiB"
        ))),
        Ok(_) => String::from_utf8(bytes)
            .map_err(|_| Failure::usage(format_args!("configuration {shown} is not UTF-8 text"))),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(Failure::usage(format_args!(
            "no such configuration file: {shown}"
        ))),
        Err(error) => Err(Failure::usage(format_args!(
            "cannot read configuration {shown}: {error}"
        ))),
    }
}
