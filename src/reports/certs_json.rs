//! `certs show --format json`.

use serde::Serialize;

use super::json::render;
use crate::certificates::{CertificateReport, JudgedFile};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CertsDocument {
    schema: &'static str,
    files: Vec<FileOut>,
    unread: Vec<UnreadPemOut>,
    summary: CertsSummary,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FileOut {
    file: String,
    certificates: Vec<CertificateOut>,
    keys: Vec<KeyOut>,
    trusted_by: Option<String>,
    problems: Vec<ProblemOut>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CertificateOut {
    subject: String,
    issuer: String,
    names: Vec<String>,
    not_before: String,
    not_after: String,
    days_left: u64,
    is_ca: bool,
    serial: String,
    key: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct KeyOut {
    belongs_to: Option<String>,
}

#[derive(Serialize)]
struct ProblemOut {
    code: &'static str,
    message: String,
}

#[derive(Serialize)]
struct UnreadPemOut {
    file: String,
    reason: String,
}

#[derive(Serialize)]
struct CertsSummary {
    files: usize,
    certificates: usize,
    problems: usize,
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
