//! `certs show --format json`.

use serde::Serialize;

use super::json::render;
use crate::certificates::{CertificateReport, JudgedFile};

/// What files of certificates hold, and what is wrong with it.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CertsDocument {
    /// The name of this shape.
    schema: &'static str,
    /// The files, in the order in which they were named.
    files: Vec<FileOut>,
    /// Files that could not be read.
    unread: Vec<UnreadPemOut>,
    /// Counts.
    summary: CertsSummary,
}

/// A file.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "CertificateFile")
)]
#[serde(rename_all = "camelCase")]
struct FileOut {
    /// Its name.
    file: String,
    /// The certificates in it, in their order.
    certificates: Vec<CertificateOut>,
    /// The private keys in it.
    keys: Vec<KeyOut>,
    /// The file with the authorities that trust its chain; null: none does, or no authorities were named.
    trusted_by: Option<String>,
    /// What is wrong.
    problems: Vec<ProblemOut>,
}

/// A certificate.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Certificate")
)]
#[serde(rename_all = "camelCase")]
struct CertificateOut {
    /// Its subject.
    subject: String,
    /// Its issuer.
    issuer: String,
    /// The names and addresses that it holds for.
    names: Vec<String>,
    /// When it begins to hold, as RFC 3339 writes it.
    not_before: String,
    /// When it ends to hold, as RFC 3339 writes it.
    not_after: String,
    /// The whole days until it expires; 0 once it has.
    days_left: u64,
    /// Whether it may sign others.
    is_ca: bool,
    /// Its serial number.
    serial: String,
    /// The kind of its key.
    key: String,
}

/// A private key.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "PrivateKey")
)]
#[serde(rename_all = "camelCase")]
struct KeyOut {
    /// The file with its certificate; null: none of these has it.
    belongs_to: Option<String>,
}

/// Something that is wrong.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "CertificateProblem")
)]
struct ProblemOut {
    /// What, a word; others may be added.
    code: &'static str,
    /// What, in words.
    message: String,
}

/// A file that could not be read.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "UnreadFile")
)]
struct UnreadPemOut {
    /// Its name.
    file: String,
    /// Why, a phrase.
    reason: String,
}

/// Counts.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "CertificateSummary")
)]
struct CertsSummary {
    /// Files that were named.
    files: usize,
    /// Certificates in them.
    certificates: usize,
    /// Problems.
    problems: usize,
    /// Files that could not be read.
    unread: usize,
}

/// The report for programs.
pub fn report(report: &CertificateReport) -> String {
    let count = |of: fn(&JudgedFile) -> usize| report.files.iter().map(of).sum();
    render(&CertsDocument {
        schema: "leaselint/certs/v1",
        files: report.files.iter().map(file).collect(),
        unread: report
            .unread
            .iter()
            .map(|unread| UnreadPemOut {
                file: unread.path.display().to_string(),
                reason: unread.reason.clone(),
            })
            .collect(),
        summary: CertsSummary {
            files: report.files.len() + report.unread.len(),
            certificates: count(|file| file.certificates.len()),
            problems: count(|file| file.faults.len()),
            unread: report.unread.len(),
        },
    })
}

fn file(judged: &JudgedFile) -> FileOut {
    let certificates = judged
        .certificates
        .iter()
        .map(|(one, left)| CertificateOut {
            subject: one.subject.clone(),
            issuer: one.issuer.clone(),
            names: one.names.clone(),
            not_before: one.not_before.to_string(),
            not_after: one.not_after.to_string(),
            days_left: *left,
            is_ca: one.is_ca,
            serial: one.serial.clone(),
            key: one.key_kind.clone(),
        });
    let keys = judged.keys.iter().map(|key| KeyOut {
        belongs_to: key
            .belongs_to
            .as_ref()
            .map(|path| path.display().to_string()),
    });
    let problems = judged.faults.iter().map(|fault| ProblemOut {
        code: fault.code,
        message: fault.message.clone(),
    });
    FileOut {
        file: judged.path.display().to_string(),
        certificates: certificates.collect(),
        keys: keys.collect(),
        trusted_by: judged
            .trusted_by
            .as_ref()
            .map(|path| path.display().to_string()),
        problems: problems.collect(),
    }
}
