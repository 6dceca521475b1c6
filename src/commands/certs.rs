//! `certs`: makes and examines certificates.

use std::time::SystemTime;

use certs::issue::{Authority, DAY, Lifetimes};
use certs::{SubjectAltName, Timestamp, inspect};

use super::print;
use crate::certificates::{self, CertificateDemands, CertificateReport};
use crate::cli::{Certs, CertsIssue, CertsShow, Format, Global};
use crate::reports::{certs_json, certs_text};
use crate::status::{CommandError, ExitStatus};
use crate::terminal::Terminal;

pub fn run(what: &Certs, global: &Global, terminal: &Terminal) -> Result<ExitStatus, CommandError> {
    let now = SystemTime::now().into();
    match what {
        Certs::Issue(options) => issue(options, global, now, terminal),
        Certs::Show(options) => show(options, now, terminal),
    }
}

fn issue(
    options: &CertsIssue,
    global: &Global,
    now: Timestamp,
    terminal: &Terminal,
) -> Result<ExitStatus, CommandError> {
    let mut names = Vec::new();
    if let (Some(service), Some(namespace)) = (&options.service, &options.namespace) {
        names.push(
            SubjectAltName::of_service(service, namespace).map_err(|invalid| {
                CommandError::usage(format_args!(
                    "`{}` is no name of a Service or namespace",
                    invalid.0.escape_debug()
                ))
            })?,
        );
    }
    names.extend(options.dns.iter().cloned());
    names.extend(options.ip.iter().copied().map(SubjectAltName::Ip));

    let lifetimes = Lifetimes {
        leaf: DAY * u32::from(options.days),
        ..Lifetimes::default()
    };
    let authority = Authority::issue(now, &lifetimes).map_err(CommandError::usage)?;
    let leaf = authority
        .leaf(&names, now, &lifetimes)
        .map_err(CommandError::usage)?;
    let files = [
        ("ca.crt", authority.pem().certificate.as_str()),
        ("ca.key", authority.pem().key.reveal()),
        ("tls.crt", leaf.certificate.as_str()),
        ("tls.key", leaf.key.reveal()),
    ];
    certificates::write(&options.dir, &files, options.force)?;
    if !global.quiet {
        let served =
            inspect::first_certificate(leaf.certificate.as_bytes()).map_err(CommandError::usage)?;
        print(&certs_text::issued(
            &options.dir,
            authority.certificate(),
            &served,
            options.namespace.as_deref(),
            terminal,
        ))?;
    }
    Ok(ExitStatus::Fine)
}

fn show(
    options: &CertsShow,
    now: Timestamp,
    terminal: &Terminal,
) -> Result<ExitStatus, CommandError> {
    let trusted = options
        .ca
        .as_ref()
        .map(|path| certificates::trusted(path).map(|authorities| (path.clone(), authorities)));
    let wanted = CertificateDemands {
        trusted: trusted.transpose()?,
        name: options.name.clone(),
        within: options.within,
    };
    let report = certificates::judge(certificates::find(&options.paths)?, &wanted, now);
    print(&match options.format {
        Format::Text => certs_text::report(&report, terminal),
        Format::Json => certs_json::report(&report),
    })?;
    Ok(status(&report))
}

/// Faults come first, then what could not be read.
fn status(report: &CertificateReport) -> ExitStatus {
    if report.files.iter().any(|file| !file.faults.is_empty()) {
        ExitStatus::Findings
    } else if report.unread.is_empty() {
        ExitStatus::Fine
    } else {
        ExitStatus::Unread
    }
}
