//! What certificates and keys say, and whether they hold together.

mod certificate;
mod trust;

use std::sync::Arc;

use rustls::sign::SigningKey;
use rustls_pki_types::pem::{self, PemObject};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use thiserror::Error;

pub use certificate::Certificate;
pub use trust::{Distrust, is_for, verify};

use crate::{Timestamp, provider};

/// What is wrong with a certificate or a key.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CertificateError {
    /// Broken PEM: no end line, or not base64.
    #[error("broken PEM: {0}")]
    Pem(String),
    /// No `CERTIFICATE` section.
    #[error("no certificate in it")]
    NoCertificate,
    /// No section with a private key.
    #[error("no private key in it")]
    NoKey,
    /// A certificate that does not follow X.509; the number counts from 1 in the file.
    #[error("certificate {number} is unreadable: {reason}")]
    Certificate {
        /// Which one, counted from 1.
        number: usize,
        /// The parser's words.
        reason: String,
    },
    /// A key that the cryptography provider does not take.
    #[error("the private key is unusable: {0}")]
    Key(String),
    /// The key is another certificate's.
    #[error("the private key does not belong to the certificate of {0}")]
    KeyMismatch(String),
    /// Not valid yet.
    #[error("the certificate is not valid before {0}")]
    NotYetValid(Timestamp),
    /// Not valid any more.
    #[error("the certificate expired at {0}")]
    Expired(Timestamp),
}

impl From<pem::Error> for CertificateError {
    fn from(error: pem::Error) -> Self {
        Self::Pem(match error {
            // The lines are not shown: without line feeds they hold the whole key.
            pem::Error::MissingSectionEnd { .. } => "a section has no END line".to_owned(),
            pem::Error::IllegalSectionStart { .. } => "a BEGIN line does not end".to_owned(),
            pem::Error::Base64Decode(_) => "a section is not base64".to_owned(),
            other => other.to_string(),
        })
    }
}

/// Every certificate of a PEM text, in its order. Other sections and text between are skipped.
///
/// # Errors
/// If there is none, or one is unreadable.
pub fn certificates(pem: &[u8]) -> Result<Vec<Certificate>, CertificateError> {
    let mut found = Vec::new();
    for der in CertificateDer::pem_slice_iter(pem) {
        let number = found.len() + 1;
        let parsed = Certificate::from_der(der?)
            .map_err(|reason| CertificateError::Certificate { number, reason })?;
        found.push(parsed);
    }
    if found.is_empty() {
        return Err(CertificateError::NoCertificate);
    }
    Ok(found)
}

/// The first certificate of a PEM text; all of them must be readable.
///
/// # Errors
/// As [`certificates`].
pub fn first_certificate(pem: &[u8]) -> Result<Certificate, CertificateError> {
    let all = certificates(pem)?;
    all.into_iter()
        .next()
        .ok_or(CertificateError::NoCertificate)
}

/// The private key of a PEM text (PKCS #8, SEC 1 or PKCS #1).
///
/// # Errors
/// If there is none, or the text is broken.
pub fn private_key(pem: &[u8]) -> Result<PrivateKeyDer<'static>, CertificateError> {
    PrivateKeyDer::from_pem_slice(pem).map_err(|error| match error {
        pem::Error::NoItemsFound => CertificateError::NoKey,
        other => other.into(),
    })
}

/// Every private key of a PEM text; perhaps none.
///
/// # Errors
/// If the text is broken.
pub fn private_keys(pem: &[u8]) -> Result<Vec<PrivateKeyDer<'static>>, CertificateError> {
    let keys = PrivateKeyDer::pem_slice_iter(pem).collect::<Result<_, _>>();
    Ok(keys?)
}

/// Whether the cryptography provider can sign with a key.
///
/// # Errors
/// [`CertificateError::Key`] if not.
pub fn is_usable(key: &PrivateKeyDer<'_>) -> Result<(), CertificateError> {
    signing_key(key).map(drop)
}

/// Whether a key is the certificate's.
///
/// # Errors
/// [`CertificateError::KeyMismatch`] if it is not, [`CertificateError::Key`] if it is of no use to the provider.
pub fn key_matches(
    certificate: &Certificate,
    key: &PrivateKeyDer<'_>,
) -> Result<(), CertificateError> {
    let belongs = signing_key(key)?
        .public_key()
        .is_some_and(|public| public.as_ref() == certificate.public_key());
    if belongs {
        Ok(())
    } else {
        Err(CertificateError::KeyMismatch(certificate.subject.clone()))
    }
}

fn signing_key(key: &PrivateKeyDer<'_>) -> Result<Arc<dyn SigningKey>, CertificateError> {
    provider()
        .key_provider
        .load_private_key(key.clone_key())
        .map_err(|error| CertificateError::Key(error.to_string()))
}
