//! What openssl says of our certificates, and we of openssl's. Without the program the tests say so.
#![allow(clippy::as_conversions)]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use certs::inspect::{self, Distrust};
use certs::issue::{Authority, Lifetimes};
use certs::{ServingIdentity, SubjectAltName, Timestamp};
use tempfile::TempDir;

fn now() -> Timestamp {
    SystemTime::now().into()
}

/// Standard output and error of openssl, and whether it was content; `None` if there is none.
#[allow(clippy::print_stderr, reason = "a test that does nothing must say so")]
fn openssl(folder: &Path, arguments: &[&str]) -> Option<(bool, String)> {
    let Ok(output) = Command::new("openssl")
        .current_dir(folder)
        .args(arguments)
        .output()
    else {
        eprintln!("NOT TESTED: there is no openssl here");
        return None;
    };
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    Some((output.status.success(), text))
}

#[test]
fn openssl_accepts_what_we_issue() {
    let folder = TempDir::new().expect("a folder");
    let names: Vec<SubjectAltName> = ["lint.ops.svc", "10.1.2.3", "fd00::1"]
        .iter()
        .map(|name| name.parse().expect("a name"))
        .collect();
    let old = Authority::issue(now(), &Lifetimes::default()).expect("an authority");
    let new = Authority::issue(now(), &Lifetimes::default()).expect("an authority");
    let leaf = new
        .leaf(&names, now(), &Lifetimes::default())
        .expect("a leaf");
    let both = format!("{}{}", old.pem().certificate, new.pem().certificate);
    for (file, text) in [
        ("old.crt", old.pem().certificate.as_str()),
        ("both.crt", &both),
        ("tls.crt", &leaf.certificate),
        ("tls.key", leaf.key.reveal()),
    ] {
        fs::write(folder.path().join(file), text).expect("written");
    }
    let verify = ["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile"];
    let judge = |bundle: &str, more: &[&str]| {
        let arguments = [&verify[..], &[bundle], more, &["tls.crt"]].concat();
        openssl(folder.path(), &arguments)
    };
    for more in [
        &["-verify_hostname", "lint.ops.svc"],
        &["-verify_ip", "10.1.2.3"],
        &["-verify_ip", "fd00::1"],
    ] {
        let Some((accepted, text)) = judge("both.crt", more) else {
            return;
        };
        assert!(accepted, "{more:?}: {text}");
    }
    let (accepted, text) = judge("both.crt", &["-verify_hostname", "a.ops.svc"]).expect("openssl");
    assert!(!accepted, "{text}");
    let (accepted, text) = judge("old.crt", &[]).expect("openssl");
    assert!(!accepted, "{text}");

    let arguments = [
        "x509",
        "-in",
        "tls.crt",
        "-noout",
        "-checkhost",
        "lint.ops.svc",
    ];
    let (_, text) = openssl(folder.path(), &arguments).expect("openssl");
    assert!(text.contains("does match certificate"), "{text}");
    let (accepted, text) = openssl(
        folder.path(),
        &["pkey", "-in", "tls.key", "-check", "-noout"],
    )
    .expect("openssl");
    assert!(accepted, "{text}");

    // The two read the same certificate alike.
    let ours = inspect::first_certificate(leaf.certificate.as_bytes()).expect("readable");
    let (_, serial) = openssl(
        folder.path(),
        &["x509", "-in", "tls.crt", "-noout", "-serial"],
    )
    .expect("openssl");
    let digits = ours.serial.replace(':', "").to_uppercase();
    assert_eq!(serial.trim(), format!("serial={digits}"));
    let (_, end) = openssl(
        folder.path(),
        &[
            "x509", "-in", "tls.crt", "-noout", "-enddate", "-dateopt", "iso_8601",
        ],
    )
    .expect("openssl");
    assert_eq!(
        end.trim().replacen(' ', "T", 1),
        format!("notAfter={}", ours.not_after)
    );
}

#[test]
fn we_read_what_openssl_issues() {
    for (kind, options) in [
        ("RSA 2048", &["rsa:2048"] as &[&str]),
        (
            "ECDSA P-384",
            &["ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
        ),
    ] {
        let folder = TempDir::new().expect("a folder");
        let request = [
            &[
                "req", "-x509", "-nodes", "-days", "30", "-keyout", "tls.key", "-out", "tls.crt",
            ],
            &["-subj", "/O=Ops/CN=lint"] as &[&str],
            &["-addext", "basicConstraints=critical,CA:FALSE"],
            &[
                "-addext",
                "subjectAltName=DNS:lint.ops.svc,IP:10.0.0.7,URI:spiffe://a/b",
            ],
            &["-newkey"],
            options,
        ]
        .concat();
        let Some((made, text)) = openssl(folder.path(), &request) else {
            return;
        };
        assert!(made, "{text}");
        let read = |file: &str| fs::read(folder.path().join(file)).expect("written");
        let identity =
            ServingIdentity::from_pem(&read("tls.crt"), &read("tls.key")).expect("readable");
        let leaf = identity.leaf();
        assert_eq!(leaf.names, ["lint.ops.svc", "10.0.0.7", "URI:spiffe://a/b"]);
        assert_eq!(leaf.subject, "O=Ops, CN=lint");
        assert_eq!(leaf.key_kind, kind);
        assert!(!leaf.is_ca);
        let name: SubjectAltName = "10.0.0.7".parse().expect("an address");
        assert_eq!(
            inspect::verify(identity.chain(), identity.chain(), Some(&name), now()),
            Ok(())
        );
        let other: SubjectAltName = "10.0.0.8".parse().expect("an address");
        assert_eq!(
            inspect::verify(identity.chain(), identity.chain(), Some(&other), now()),
            Err(Distrust::Name(other))
        );
    }
}
