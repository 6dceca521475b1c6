//! Issuing: an authority of our own and serving certificates signed by it.
//!
//! Keys are ECDSA on P-256: every Kubernetes API server accepts them, and a handshake costs a
//! fraction of what RSA costs.

use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, SanType,
};
use thiserror::Error;

use crate::inspect::{self, Certificate, CertificateError};
use crate::{KeyPem, SubjectAltName, Timestamp};

/// How long certificates last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// Of an authority, from now on; ten years by default.
    pub authority: Duration,
    /// Of a serving certificate, from now on; 90 days by default, never past its authority's end.
    pub leaf: Duration,
    /// How far before now they begin, for clients whose clocks are behind; an hour by default.
    pub backdating: Duration,
}

/// A day.
pub const DAY: Duration = Duration::from_secs(86_400);

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            authority: DAY * 3650,
            leaf: DAY * 90,
            backdating: Duration::from_secs(3600),
        }
    }
}

/// Why nothing was issued.
#[derive(Debug, Error)]
pub enum IssueError {
    /// A serving certificate needs at least one name.
    #[error("no name to issue a certificate for")]
    NoNames,
    /// The certificate given as an authority is none.
    #[error("{0} is not the certificate of an authority")]
    NotAnAuthority(String),
    /// The authority's certificate or key is not readable, or they do not match.
    #[error("the authority: {0}")]
    Authority(#[from] CertificateError),
    /// The authority ended already.
    #[error("the authority expired at {0}")]
    AuthorityExpired(Timestamp),
    /// The cryptography failed.
    #[error("cannot make the certificate: {0}")]
    Making(#[from] rcgen::Error),
}

/// A certificate and its private key, both in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedPair {
    /// The certificate.
    pub certificate: String,
    /// Its key.
    pub key: KeyPem,
}

/// A certificate authority that can sign.
#[derive(Debug)]
pub struct Authority {
    certificate: Certificate,
    pem: IssuedPair,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// Makes an authority. Each has a subject of its own, so that two in one bundle are never
    /// taken for each other.
    ///
    /// # Errors
    /// If the system has no randomness to give.
    pub fn issue(now: Timestamp, lifetimes: &Lifetimes) -> Result<Self, IssueError> {
        let key = KeyPair::generate()?;
        let mut params = dated(now, lifetimes.authority, lifetimes);
        let key_id = params.key_identifier(&key);
        let mark: String = key_id.iter().take(4).map(|b| format!("{b:02x}")).collect();
        params.distinguished_name = subject(&format!("leaselint CA {mark}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key)?;
        Self::new(certificate.pem(), KeyPem::new(key.serialize_pem()))
    }

    /// Reads an authority from PEM: its own certificate (the first, if there are several) and key.
    ///
    /// # Errors
    /// If either is unreadable, they do not belong together, or it is no authority.
    pub fn from_pem(certificate: &[u8], key: &[u8]) -> Result<Self, IssueError> {
        let first = inspect::first_certificate(certificate)?;
        let key = String::from_utf8_lossy(key).into_owned();
        Self::new(first.to_pem(), KeyPem::new(key))
    }

    fn new(certificate: String, key: KeyPem) -> Result<Self, IssueError> {
        let parsed = inspect::first_certificate(certificate.as_bytes())?;
        let key_der = inspect::private_key(key.reveal().as_bytes())?;
        inspect::key_matches(&parsed, &key_der)?;
        if !parsed.is_ca {
            return Err(IssueError::NotAnAuthority(parsed.subject));
        }
        let issuer = Issuer::from_ca_cert_der(parsed.der(), KeyPair::try_from(&key_der)?)?;
        Ok(Self {
            certificate: parsed,
            pem: IssuedPair { certificate, key },
            issuer,
        })
    }

    /// Its certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Its certificate and key in PEM.
    pub fn pem(&self) -> &IssuedPair {
        &self.pem
    }

    /// Issues a serving certificate for the names, with a new key. It ends with the authority at
    /// the latest.
    ///
    /// # Errors
    /// If there is no name, or the authority has expired.
    pub fn leaf(
        &self,
        names: &[SubjectAltName],
        now: Timestamp,
        lifetimes: &Lifetimes,
    ) -> Result<IssuedPair, IssueError> {
        let Some(first) = names.first() else {
            return Err(IssueError::NoNames);
        };
        let end = self.certificate.not_after;
        if end <= now {
            return Err(IssueError::AuthorityExpired(end));
        }
        let key = KeyPair::generate()?;
        let mut params = dated(now, lifetimes.leaf, lifetimes);
        params.not_after = params.not_after.min(end.date_time());
        // A common name is limited to 64 characters (RFC 5280, A.1); clients look at the names.
        let shown: String = first.to_string().chars().take(64).collect();
        params.distinguished_name = subject(&shown);
        for name in names {
            params.subject_alt_names.push(match name {
                SubjectAltName::Dns(name) => SanType::DnsName(name.as_str().try_into()?),
                SubjectAltName::Ip(address) => SanType::IpAddress(*address),
            });
        }
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(IssuedPair {
            certificate: certificate.pem(),
            key: KeyPem::new(key.serialize_pem()),
        })
    }
}

/// A serving certificate for a server that was given none, and the authority to trust for it.
#[derive(Clone, Debug)]
pub struct SelfSigned {
    /// What clients must trust: the `caBundle` of a webhook configuration before base64.
    pub ca_bundle: String,
    /// What is served.
    pub leaf: IssuedPair,
}

/// Issues a serving certificate from an authority whose key is thrown away at once: good for one
/// process, trusted by whoever is given its bundle.
///
/// # Errors
/// If there is no name, or the system has no randomness to give.
pub fn self_signed(
    names: &[SubjectAltName],
    now: Timestamp,
    lifetimes: &Lifetimes,
) -> Result<SelfSigned, IssueError> {
    let authority = Authority::issue(now, lifetimes)?;
    let leaf = authority.leaf(names, now, lifetimes)?;
    Ok(SelfSigned {
        ca_bundle: authority.pem.certificate,
        leaf,
    })
}

fn dated(now: Timestamp, lifetime: Duration, lifetimes: &Lifetimes) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.not_before = now.before(lifetimes.backdating).date_time();
    params.not_after = now.after(lifetime).date_time();
    params
}

fn subject(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    name
}
