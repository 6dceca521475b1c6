//! Whether certificates are in date, trusted, for the right name, and have their keys.

use std::path::PathBuf;
use std::time::Duration;

use certs::inspect::{self, Certificate, CertificateError};
use certs::{SubjectAltName, Timestamp};
use rustls_pki_types::PrivateKeyDer;

use super::read::{PemFile, PemFolder, UnreadPemFile};

const ONE_DAY: Duration = Duration::from_secs(86_400);

/// What the user wants to hold.
pub struct CertificateDemands {
    /// The authorities that clients trust, and the file they are from.
    pub trusted: Option<(PathBuf, Vec<Certificate>)>,
    /// The name under which clients call.
    pub name: Option<SubjectAltName>,
    /// Days for which every certificate must still be valid.
    pub within: Option<u16>,
}

/// Everything that was read, judged.
pub struct CertificateReport {
    /// In the order in which they were read.
    pub files: Vec<JudgedFile>,
    /// What could not be read.
    pub unread: Vec<UnreadPemFile>,
}

/// A file, judged.
pub struct JudgedFile {
    /// Its path.
    pub path: PathBuf,
    /// Its certificates, each with the whole days until it expires (0 once it has).
    pub certificates: Vec<(Certificate, u64)>,
    /// Its keys.
    pub keys: Vec<JudgedKey>,
    /// The file with the authorities that trust its chain, if that was asked and is so.
    pub trusted_by: Option<PathBuf>,
    /// What is wrong.
    pub faults: Vec<CertificateFault>,
}

/// A private key: the file with its certificate, if one was read.
pub struct JudgedKey {
    /// That file.
    pub belongs_to: Option<PathBuf>,
}

/// Something wrong.
pub struct CertificateFault {
    /// A short word, stable.
    pub code: &'static str,
    /// What it is, with its values.
    pub message: String,
}

/// Judges.
pub fn judge(
    folders: Vec<PemFolder>,
    wanted: &CertificateDemands,
    now: Timestamp,
) -> CertificateReport {
    let mut report = CertificateReport {
        files: Vec::new(),
        unread: Vec::new(),
    };
    for folder in folders {
        let trusted = wanted.trusted.as_ref().or(folder.trusted.as_ref());
        for file in &folder.files {
            let mut judged = JudgedFile {
                path: file.path.clone(),
                certificates: Vec::new(),
                keys: Vec::new(),
                trusted_by: None,
                faults: Vec::new(),
            };
            for certificate in &file.certificates {
                judged
                    .faults
                    .extend(date_fault(certificate, wanted.within, now));
                let left = certificate.not_after.since(now).as_secs() / ONE_DAY.as_secs();
                judged.certificates.push((certificate.clone(), left));
            }
            judge_chain(file, trusted, wanted.name.as_ref(), now, &mut judged);
            judge_keys(file, &folder.files, &mut judged);
            report.files.push(judged);
        }
        report.unread.extend(folder.unread);
    }
    report
}

fn date_fault(
    certificate: &Certificate,
    within: Option<u16>,
    now: Timestamp,
) -> Option<CertificateFault> {
    let whose = &certificate.subject;
    match certificate.in_date(now) {
        Err(CertificateError::Expired(at)) => Some(CertificateFault {
            code: "expired",
            message: format!("{whose} expired at {at}"),
        }),
        Err(CertificateError::NotYetValid(at)) => Some(CertificateFault {
            code: "not-yet-valid",
            message: format!("{whose} is not valid before {at}"),
        }),
        _ => {
            let days = within?;
            let is_soon = certificate.not_after < now.after(ONE_DAY * u32::from(days));
            is_soon.then(|| CertificateFault {
                code: "expires-soon",
                message: format!(
                    "{whose} expires at {}, within {days} days",
                    certificate.not_after
                ),
            })
        }
    }
}

/// Trust and name, for a chain that a server would show: one that does not begin with an authority.
fn judge_chain(
    file: &PemFile,
    trusted: Option<&(PathBuf, Vec<Certificate>)>,
    name: Option<&SubjectAltName>,
    now: Timestamp,
    judged: &mut JudgedFile,
) {
    let Some(leaf) = file.certificates.first().filter(|first| !first.is_ca) else {
        return;
    };
    // The dates have been judged; trust is judged for a time at which they would hold.
    let at = now.clamp(leaf.not_before, leaf.not_after);
    if let Some((path, roots)) = trusted {
        match inspect::verify(&file.certificates, roots, None, at) {
            Ok(()) => judged.trusted_by = Some(path.clone()),
            Err(distrust) => judged.faults.push(CertificateFault {
                code: "untrusted",
                message: format!("not trusted by {}: {distrust}", path.display()),
            }),
        }
    }
    if let Some(name) = name
        && inspect::is_for(leaf, name).is_err()
    {
        judged.faults.push(CertificateFault {
            code: "wrong-name",
            message: format!("not for {name}, but for {}", listed(&leaf.names)),
        });
    }
}

/// Each key must have its certificate: in its file, or in a file beside it.
fn judge_keys(file: &PemFile, beside: &[PemFile], judged: &mut JudgedFile) {
    for key in &file.keys {
        let owner = [file]
            .into_iter()
            .chain(beside)
            .find(|other| is_of(key, other));
        if owner.is_none() {
            // A key alone, with no certificate of its name beside it, is no mistake.
            let twin = [file].into_iter().chain(beside).find(|other| {
                !other.certificates.is_empty()
                    && other.path.with_extension("") == file.path.with_extension("")
            });
            let of = twin.map(|twin| twin.path.display().to_string());
            match (of, inspect_key(key)) {
                (_, Some(problem)) => judged.faults.push(CertificateFault {
                    code: "key-unusable",
                    message: problem.to_string(),
                }),
                (Some(of), None) => judged.faults.push(CertificateFault {
                    code: "key-mismatch",
                    message: format!("the private key does not belong to the certificate in {of}"),
                }),
                (None, None) => {}
            }
        }
        judged.keys.push(JudgedKey {
            belongs_to: owner.map(|owner| owner.path.clone()),
        });
    }
}

fn is_of(key: &PrivateKeyDer<'_>, file: &PemFile) -> bool {
    let certificates = &mut file.certificates.iter();
    certificates.any(|certificate| inspect::key_matches(certificate, key).is_ok())
}

fn inspect_key(key: &PrivateKeyDer<'_>) -> Option<CertificateError> {
    inspect::is_usable(key).err()
}

/// Names in a line; a certificate may have none.
pub fn listed(names: &[String]) -> String {
    if names.is_empty() {
        "no name at all".to_owned()
    } else {
        names.join(", ")
    }
}
