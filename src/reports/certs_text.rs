//! `certs` for people.

use std::path::Path;

use certs::inspect::Certificate;

use crate::certificates::{CertificateReport, JudgedFile};
use crate::terminal::visible;
use crate::terminal::{BAD, CODE, FAINT, GOOD, STRONG, Terminal};

/// What `certs show` found.
pub fn report(report: &CertificateReport, terminal: &Terminal) -> String {
    let mut text = String::new();
    for file in &report.files {
        text.push_str(&shown(file, terminal));
        text.push('\n');
    }
    for unread in &report.unread {
        let path = unread.path.display().to_string();
        let label = terminal.paint(BAD, "not read");
        text.push_str(&format!(
            "{label} {}: {}\n",
            visible(&path),
            visible(&unread.reason)
        ));
    }
    let faults: usize = report.files.iter().map(|file| file.faults.len()).sum();
    let certificates: usize = report
        .files
        .iter()
        .map(|file| file.certificates.len())
        .sum();
    let verdict = match (faults, report.unread.len()) {
        (0, 0) => terminal.paint(GOOD, "all is well"),
        (0, _) => "nothing else is wrong".to_owned(),
        (1, _) => terminal.paint(BAD, "1 problem"),
        _ => terminal.paint(BAD, &format!("{faults} problems")),
    };
    let noun = if certificates == 1 {
        "certificate"
    } else {
        "certificates"
    };
    text.push_str(&format!("{certificates} {noun}: {verdict}\n"));
    text
}

fn shown(file: &JudgedFile, terminal: &Terminal) -> String {
    let path = file.path.display().to_string();
    let mut text = terminal.paint(STRONG, &visible(&path));
    text.push('\n');
    let mut row = |label: &str, value: &str| {
        let label = terminal.paint(FAINT, &format!("{label:<8}"));
        text.push_str(&format!("  {label} {value}\n"));
    };
    for (certificate, left) in &file.certificates {
        row("subject", &visible(&certificate.subject));
        if certificate.is_ca {
            row("use", "an authority");
        } else {
            row("names", &visible(&certificates_names(certificate)));
        }
        row("issuer", &visible(&issuer(certificate)));
        let days = if *left == 1 { "day" } else { "days" };
        let span = format!("{} to {}", certificate.not_before, certificate.not_after);
        row("valid", &format!("{span}, {left} {days} left"));
        row("key", &visible(&certificate.key_kind));
        row("serial", &certificate.serial);
    }
    for key in &file.keys {
        let owner = key
            .belongs_to
            .as_ref()
            .map(|path| path.display().to_string());
        match owner {
            Some(owner) if owner == path => row("private", "its key is in the same file"),
            Some(owner) => row("private", &format!("the key of {}", visible(&owner))),
            None => row("private", "a key whose certificate was not shown"),
        }
    }
    if let Some(bundle) = &file.trusted_by {
        row(
            "trusted",
            &format!("by {}", visible(&bundle.display().to_string())),
        );
    }
    for fault in &file.faults {
        let label = terminal.paint(BAD, &format!("error[{}]", fault.code));
        text.push_str(&format!("  {label} {}\n", visible(&fault.message)));
    }
    text
}

fn certificates_names(certificate: &Certificate) -> String {
    if certificate.names.is_empty() {
        "none: no client accepts it".to_owned()
    } else {
        certificate.names.join(", ")
    }
}

fn issuer(certificate: &Certificate) -> String {
    if certificate.issuer == certificate.subject {
        "itself".to_owned()
    } else {
        certificate.issuer.clone()
    }
}

/// What `certs issue` wrote, and what to do with it.
pub fn issued(
    folder: &Path,
    authority: &Certificate,
    served: &Certificate,
    namespace: Option<&str>,
    terminal: &Terminal,
) -> String {
    let path = |name: &str| quoted(&visible(&folder.join(name).display().to_string()));
    let namespace = namespace.map_or_else(String::new, |name| format!(" --namespace {name}"));
    let strong = |text: &str| terminal.paint(STRONG, text);
    let code = |text: &str| terminal.paint(CODE, text);
    let secret = format!(
        "kubectl{namespace} create secret tls leaselint-webhook --cert={} --key={}",
        path("tls.crt"),
        path("tls.key")
    );
    let bundle = format!("base64 < {} | tr -d '\\n'", path("ca.crt"));
    format!(
        "{}\n\
         \x20 ca.crt   the authority, until {}\n\
         \x20 ca.key   its key: the webhook never needs it, keep it apart\n\
         \x20 tls.crt  for {}, until {}\n\
         \x20 tls.key  its key\n\
         \n\
         {}\n\
         \x20 the webhook serves:    {}\n\
         \x20 caBundle, in one line: {}\n",
        strong(&format!(
            "Written to {}",
            visible(&folder.display().to_string())
        )),
        authority.not_after,
        visible(&served.names.join(", ")),
        served.not_after,
        strong("Next"),
        code(&secret),
        code(&bundle),
    )
}

/// A path as one word of a shell.
fn quoted(path: &str) -> String {
    let is_plain = |character: char| {
        character.is_ascii_alphanumeric() || matches!(character, '/' | '.' | '-' | '_')
    };
    if path.chars().all(is_plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}
