//! Finding and reading files in PEM.

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use certs::inspect::{self, Certificate, CertificateError};
use rustls_pki_types::PrivateKeyDer;

use crate::status::CommandError;

/// No file of certificates is longer, in bytes.
const MAX_PEM_FILE_BYTES: u64 = 1024 * 1024;

/// Files that belong together: those of one folder, or those named on the command line.
#[derive(Default)]
pub struct PemFolder {
    /// What could be read.
    pub files: Vec<PemFile>,
    /// What could not.
    pub unread: Vec<UnreadPemFile>,
    /// The authorities of a `ca.crt` in the folder, and its path.
    pub trusted: Option<(PathBuf, Vec<Certificate>)>,
}

/// A file and what it holds.
pub struct PemFile {
    /// As named or found.
    pub path: PathBuf,
    /// In the order of the file.
    pub certificates: Vec<Certificate>,
    /// In the order of the file.
    pub keys: Vec<PrivateKeyDer<'static>>,
}

/// A file that could not be read.
pub struct UnreadPemFile {
    /// As named or found.
    pub path: PathBuf,
    /// Why.
    pub reason: String,
}

/// Reads every path: a file by itself, of a folder those that are named like certificates or keys.
pub fn find(paths: &[PathBuf]) -> Result<Vec<PemFolder>, CommandError> {
    let mut named = PemFolder::default();
    let mut folders = Vec::new();
    for path in paths {
        match fs::metadata(path) {
            Ok(what) if what.is_dir() => folders.push(read_folder(path)?),
            Ok(_) => named.read(path.clone()),
            Err(error) => return Err(unusable(path, &error)),
        }
    }
    if !named.files.is_empty() || !named.unread.is_empty() {
        folders.insert(0, named);
    }
    Ok(folders)
}

/// Reads the authorities that the user says are trusted.
pub fn trusted(path: &Path) -> Result<Vec<Certificate>, CommandError> {
    let bytes = read(path).map_err(|reason| {
        CommandError::usage(format_args!("cannot read `{}`: {reason}", path.display()))
    })?;
    inspect::certificates(&bytes)
        .map_err(|problem| CommandError::usage(format_args!("`{}`: {problem}", path.display())))
}

fn read_folder(path: &Path) -> Result<PemFolder, CommandError> {
    let entries = fs::read_dir(path).map_err(|error| unusable(path, &error))?;
    let mut found = Vec::new();
    for entry in entries {
        let file = entry.map_err(|error| unusable(path, &error))?.path();
        let extension = file.extension().and_then(|extension| extension.to_str());
        // Followed, because the files of a Secret volume are links.
        let is_file = || fs::metadata(&file).map_or(true, |what| what.is_file());
        if matches!(extension, Some("crt" | "pem" | "cer" | "key")) && is_file() {
            found.push(file);
        }
    }
    if found.is_empty() {
        return Err(CommandError::usage(format_args!(
            "no .crt, .pem, .cer or .key in `{}`",
            path.display()
        )));
    }
    found.sort();
    let mut folder = PemFolder::default();
    for file in found {
        folder.read(file);
    }
    folder.trusted = folder
        .files
        .iter()
        .find(|file| file.path.file_name().is_some_and(|name| name == "ca.crt"))
        .filter(|file| !file.certificates.is_empty())
        .map(|file| (file.path.clone(), file.certificates.clone()));
    Ok(folder)
}

impl PemFolder {
    fn read(&mut self, path: PathBuf) {
        match read(&path).and_then(|bytes| parse(&bytes)) {
            Ok((certificates, keys)) => self.files.push(PemFile {
                path,
                certificates,
                keys,
            }),
            Err(reason) => self.unread.push(UnreadPemFile { path, reason }),
        }
    }
}

type PemContent = (Vec<Certificate>, Vec<PrivateKeyDer<'static>>);

fn parse(bytes: &[u8]) -> Result<PemContent, String> {
    let keys = inspect::private_keys(bytes).map_err(|problem| problem.to_string())?;
    match inspect::certificates(bytes) {
        Ok(certificates) => Ok((certificates, keys)),
        Err(CertificateError::NoCertificate) if !keys.is_empty() => Ok((Vec::new(), keys)),
        Err(CertificateError::NoCertificate) => {
            Err("neither a certificate nor a private key in it".into())
        }
        Err(problem) => Err(problem.to_string()),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_PEM_FILE_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| error.to_string())?;
    if !u64::try_from(bytes.len()).is_ok_and(|length| length <= MAX_PEM_FILE_BYTES) {
        return Err("longer than 1 MiB".to_owned());
    }
    Ok(bytes)
}

fn unusable(path: &Path, error: &std::io::Error) -> CommandError {
    if error.kind() == ErrorKind::NotFound {
        CommandError::usage(format_args!("`{}` does not exist", path.display()))
    } else {
        CommandError::usage(format_args!("cannot read `{}`: {error}", path.display()))
    }
}
