//! Certificates that somebody else writes to files: looked at again and again.
//!
//! The content is compared, never the file's identity: a Secret volume exchanges a symbolic link
//! above the files, so that whoever watches the file itself hears of one removal and then nothing
//! more (kubelet's `AtomicWriter`, Kubernetes 1.36).

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;

use crate::inspect::CertificateError;
use crate::{ServingCert, ServingIdentity, Timestamp};

/// How often files are looked at, if nothing else is configured.
pub const RELOAD_INTERVAL: Duration = Duration::from_secs(10);

/// No certificate or key is longer, in bytes; a Secret holds at most as much.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// The files of a serving certificate.
#[derive(Clone, Debug)]
pub struct CertificateFiles {
    /// The chain, the server's certificate first.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// Why the files cannot be served.
#[derive(Debug, Error)]
pub enum ReloadError {
    /// A file could not be read.
    #[error("cannot read {}: {error}", .file.display())]
    Io {
        /// Which.
        file: PathBuf,
        /// The system's words.
        error: io::Error,
    },
    /// A file is longer than 1 MiB.
    #[error("{} is longer than 1 MiB", .0.display())]
    TooLong(PathBuf),
    /// What is in a file is of no use.
    #[error("{}: {problem}", .file.display())]
    Content {
        /// Which.
        file: PathBuf,
        /// What is wrong.
        problem: CertificateError,
    },
}

/// What a look at the files led to.
#[derive(Debug)]
pub enum ReloadOutcome {
    /// The files hold what is served.
    Unchanged,
    /// They held something new, which is served from now on until then.
    Swapped {
        /// When it expires.
        not_after: Timestamp,
    },
    /// They hold something that cannot be served; what was served before still is.
    Kept {
        /// Why.
        because: ReloadError,
        /// Whether the look before this one ended for the same reason.
        again: bool,
    },
}

impl CertificateFiles {
    /// Reads both files.
    ///
    /// # Errors
    /// If one is unreadable, they do not belong together, or the certificate is not in date.
    pub async fn load(&self, now: Timestamp) -> Result<ServingIdentity, ReloadError> {
        let bytes = self.read().await?;
        self.identity(&bytes, now)
    }

    fn identity(
        &self,
        bytes: &FileContents,
        now: Timestamp,
    ) -> Result<ServingIdentity, ReloadError> {
        let blame = |problem: CertificateError| ReloadError::Content {
            file: match problem {
                CertificateError::NoKey
                | CertificateError::Key(_)
                | CertificateError::KeyMismatch(_) => self.key.clone(),
                _ => self.certificate.clone(),
            },
            problem,
        };
        // First by itself, so that broken PEM is blamed on the right file.
        crate::inspect::private_key(&bytes.key).map_err(|problem| ReloadError::Content {
            file: self.key.clone(),
            problem,
        })?;
        let identity = ServingIdentity::from_pem(&bytes.certificate, &bytes.key).map_err(blame)?;
        identity.leaf().in_date(now).map_err(blame)?;
        Ok(identity)
    }

    /// Both files of one moment: while somebody exchanges them, the certificate read before the
    /// key differs from the one read after it.
    async fn read(&self) -> Result<FileContents, ReloadError> {
        let mut certificate = read(&self.certificate).await?;
        // Files are not exchanged so quickly that three tries fail; if so, the keys do not match.
        for _ in 0..3 {
            let key = read(&self.key).await?;
            let after = read(&self.certificate).await?;
            if after == certificate {
                return Ok(FileContents { certificate, key });
            }
            certificate = after;
        }
        let key = read(&self.key).await?;
        Ok(FileContents { certificate, key })
    }
}

#[derive(PartialEq, Eq)]
struct FileContents {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

async fn read(path: &Path) -> Result<Vec<u8>, ReloadError> {
    let failed = |error| ReloadError::Io {
        file: path.to_owned(),
        error,
    };
    let file = File::open(path).await.map_err(failed)?;
    let mut bytes = Vec::new();
    let length = file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).await;
    if u64::try_from(length.map_err(failed)?).is_ok_and(|length| length <= MAX_FILE_BYTES) {
        return Ok(bytes);
    }
    Err(ReloadError::TooLong(path.to_owned()))
}

/// Compares files with what is served.
pub struct Reloader {
    files: CertificateFiles,
    /// What is served, if it came from here.
    served: Option<FileContents>,
    refused: Option<String>,
}

impl Reloader {
    /// Looks at these files; nothing of them is served yet.
    pub fn new(files: CertificateFiles) -> Self {
        Self {
            files,
            served: None,
            refused: None,
        }
    }

    /// Looks once. What is served changes only if both files are readable, belong together and are
    /// in date.
    pub async fn look(&mut self, serving: &ServingCert, now: Timestamp) -> ReloadOutcome {
        match self.judge(now).await {
            Ok(None) => {
                self.refused = None;
                ReloadOutcome::Unchanged
            }
            Ok(Some((bytes, identity))) => {
                let not_after = identity.leaf().not_after;
                serving.swap(identity);
                self.served = Some(bytes);
                self.refused = None;
                ReloadOutcome::Swapped { not_after }
            }
            Err(because) => {
                let words = because.to_string();
                let again = self.refused.as_ref() == Some(&words);
                self.refused = Some(words);
                ReloadOutcome::Kept { because, again }
            }
        }
    }

    async fn judge(
        &self,
        now: Timestamp,
    ) -> Result<Option<(FileContents, ServingIdentity)>, ReloadError> {
        let bytes = self.files.read().await?;
        if self.served.as_ref() == Some(&bytes) {
            return Ok(None);
        }
        let identity = self.files.identity(&bytes, now)?;
        Ok(Some((bytes, identity)))
    }

    /// Looks at once and then every `interval`, for ever, and tells what each look led to. Ends
    /// only when it is dropped.
    pub async fn watch(
        mut self,
        serving: &ServingCert,
        interval: Duration,
        clock: impl Fn() -> Timestamp,
        mut tell: impl FnMut(ReloadOutcome),
    ) {
        loop {
            tell(self.look(serving, clock()).await);
            tokio::time::sleep(interval).await;
        }
    }
}
