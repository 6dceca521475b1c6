//! Where the configuration is.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::ConfigError;

/// The names that are looked for. Two of them in one folder are a mistake.
pub const NAMES: [&str; 4] = [
    ".leaselint.yaml",
    ".leaselint.yml",
    "leaselint.yaml",
    "leaselint.yml",
];

/// Whether a file of one of [`NAMES`] is an object of Kubernetes, such as an Argo CD Application that installs leaselint. No
/// setting is called so.
pub fn is_manifest(text: &[u8]) -> bool {
    let has = |key: &[u8]| {
        text.split(|byte| *byte == b'\n')
            .any(|line| line.starts_with(key))
    };
    has(b"apiVersion:") && has(b"kind:")
}

/// The largest configuration that is read. The bound keeps the reader of own programs from work without end.
pub const LARGEST_CONFIG_BYTES: u64 = 1 << 20;

/// The file named, or the nearest above the first path, with its text.
pub fn find(
    named: Option<&Path>,
    first_path: &Path,
) -> Result<Option<(PathBuf, String)>, ConfigError> {
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
        if let Some(path) = in_folder(folder)? {
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

/// The configuration in a folder.
///
/// # Errors
/// There are two.
pub fn in_folder(folder: &Path) -> Result<Option<PathBuf>, ConfigError> {
    let paths = NAMES.iter().map(|name| folder.join(name));
    let is_configuration = |path: &PathBuf| {
        // What cannot be read is reported when it is read as the configuration.
        path.is_file() && !bytes_of(path).is_ok_and(|bytes| is_manifest(&bytes))
    };
    let found: Vec<PathBuf> = paths.filter(is_configuration).collect();
    match found.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(only.clone())),
        [one, two, ..] => Err(ConfigError::Several(shown(one), shown(two))),
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string().escape_debug().to_string()
}

/// The text of a configuration.
///
/// # Errors
/// It is not there, too large, or no text.
pub fn read(path: &Path) -> Result<String, ConfigError> {
    text_of(shown(path), bytes_of(path))
}

/// The text of a configuration of that name, from what reading it gave.
///
/// # Errors
/// It is not there, too large, or no text.
pub fn text_of(name: String, bytes: io::Result<Vec<u8>>) -> Result<String, ConfigError> {
    match bytes {
        Ok(bytes)
            if u64::try_from(bytes.len()).is_ok_and(|length| length <= LARGEST_CONFIG_BYTES) =>
        {
            String::from_utf8(bytes).map_err(|_| ConfigError::NotText(name))
        }
        Ok(_) => Err(ConfigError::TooLarge(name)),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(ConfigError::Missing(name)),
        Err(source) => Err(ConfigError::Unreadable { file: name, source }),
    }
}

/// A file's bytes, up to one beyond the largest configuration.
fn bytes_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(LARGEST_CONFIG_BYTES + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}
