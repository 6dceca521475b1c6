//! One certificate and what it says of itself.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rustls_pki_types::CertificateDer;
use x509_parser::extensions::GeneralName;
use x509_parser::oid_registry::{OidRegistry, format_oid};
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

use super::CertificateError;
use crate::Timestamp;

/// A certificate that could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    der: CertificateDer<'static>,
    public_key: Vec<u8>,
    /// Whom it is for, as in `CN=lint.ops.svc`.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// The alternative names, as text: DNS names, addresses, and others with their kind before them.
    pub names: Vec<String>,
    /// The first second in which it is valid.
    pub not_before: Timestamp,
    /// The last second in which it is valid.
    pub not_after: Timestamp,
    /// Whether it may sign other certificates.
    pub is_ca: bool,
    /// The serial number, in hexadecimal with colons.
    pub serial: String,
    /// The kind of its key, as in `ECDSA P-256` or `RSA 2048`.
    pub key_kind: String,
}

impl Certificate {
    /// Reads one certificate.
    ///
    /// # Errors
    /// The parser's words.
    pub(crate) fn from_der(der: CertificateDer<'static>) -> Result<Self, String> {
        let (rest, parsed) = X509Certificate::from_der(&der).map_err(|error| match error {
            x509_parser::nom::Err::Error(error) | x509_parser::nom::Err::Failure(error) => {
                error.to_string()
            }
            x509_parser::nom::Err::Incomplete(_) => "it is cut short".to_owned(),
        })?;
        if !rest.is_empty() {
            return Err("bytes follow the certificate".to_owned());
        }
        let names = match parsed.subject_alternative_name() {
            Ok(Some(extension)) => extension.value.general_names.iter().map(shown).collect(),
            Ok(None) => Vec::new(),
            Err(error) => return Err(format!("its alternative names: {error}")),
        };
        let constraints = parsed
            .basic_constraints()
            .map_err(|error| format!("its basic constraints: {error}"))?;
        Ok(Self {
            public_key: parsed.public_key().raw.to_vec(),
            subject: parsed.subject().to_string(),
            issuer: parsed.issuer().to_string(),
            names,
            not_before: Timestamp::from_unix(parsed.validity().not_before.timestamp()),
            not_after: Timestamp::from_unix(parsed.validity().not_after.timestamp()),
            is_ca: constraints.is_some_and(|extension| extension.value.ca),
            serial: parsed.raw_serial_as_string(),
            key_kind: key_kind(parsed.public_key()),
            der,
        })
    }

    /// The certificate's bytes.
    pub fn der(&self) -> &CertificateDer<'static> {
        &self.der
    }

    /// The certificate in PEM.
    pub fn to_pem(&self) -> String {
        let section = pem::Pem::new("CERTIFICATE", self.der.as_ref());
        let lines = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
        pem::encode_config(&section, lines)
    }

    /// The SubjectPublicKeyInfo, in DER.
    pub fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    /// Whether it is valid at this time.
    ///
    /// # Errors
    /// [`CertificateError::NotYetValid`] or [`CertificateError::Expired`].
    pub fn in_date(&self, now: Timestamp) -> Result<(), CertificateError> {
        if now < self.not_before {
            Err(CertificateError::NotYetValid(self.not_before))
        } else if now > self.not_after {
            Err(CertificateError::Expired(self.not_after))
        } else {
            Ok(())
        }
    }

    /// Whether less than a third of its life is left, or it is not valid any more.
    pub fn is_due(&self, now: Timestamp) -> bool {
        now >= self.due_at()
    }

    /// When a third of its life is left.
    pub fn due_at(&self) -> Timestamp {
        let life = self.not_after.since(self.not_before);
        self.not_after.before(life / 3)
    }
}

fn shown(name: &GeneralName<'_>) -> String {
    match name {
        GeneralName::DNSName(name) => (*name).to_owned(),
        GeneralName::IPAddress(bytes) => address(bytes).map_or_else(
            || format!("an address of {} bytes", bytes.len()),
            |address| address.to_string(),
        ),
        GeneralName::URI(uri) => format!("URI:{uri}"),
        GeneralName::RFC822Name(mail) => format!("email:{mail}"),
        other => other.to_string(),
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(four).into());
    }
    let sixteen = <[u8; 16]>::try_from(bytes).ok()?;
    Some(Ipv6Addr::from(sixteen).into())
}

fn key_kind(key: &SubjectPublicKeyInfo<'_>) -> String {
    match key.parsed() {
        Ok(PublicKey::RSA(rsa)) => format!("RSA {}", rsa.key_size()),
        Ok(PublicKey::EC(point)) => format!("ECDSA P-{}", point.key_size()),
        _ => format_oid(
            &key.algorithm.algorithm,
            &OidRegistry::default().with_all_crypto(),
        ),
    }
}
