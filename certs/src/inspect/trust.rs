//! Whether a client that trusts a bundle would accept a chain.

use rustls_pki_types::{CertificateDer, ServerName};
use thiserror::Error;
use webpki::{EndEntityCert, Error, KeyUsage};

use super::Certificate;
use crate::{SubjectAltName, Timestamp, provider};

/// Why a chain is not trusted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Distrust {
    /// No certificate to judge.
    #[error("there is no certificate")]
    Empty,
    /// Certificates of the bundle cannot serve as roots.
    #[error("{0} cannot be a root of trust")]
    Root(String),
    /// No path from the certificate to the bundle.
    #[error("no authority of the bundle signed it")]
    UnknownIssuer,
    /// An authority of that name is in the bundle, but with another key.
    #[error("the bundle's authority of that name has another key")]
    OtherKey,
    /// Some certificate of the path has expired.
    #[error("it, or an authority above it, expired at {0}")]
    Expired(Timestamp),
    /// Some certificate of the path is not valid yet.
    #[error("it, or an authority above it, is not valid before {0}")]
    NotYetValid(Timestamp),
    /// It is not for this name.
    #[error("it is not for the name {0}")]
    Name(SubjectAltName),
    /// The certificate of an authority is served itself.
    #[error("it is an authority's certificate, not a server's")]
    AuthorityServed,
    /// It is for another use.
    #[error("it is not meant for servers")]
    Usage,
    /// Anything else, in the words of the verifier.
    #[error("the verifier refuses it: {0}")]
    Other(String),
}

/// Whether a TLS client that trusts `roots` and nothing else accepts the chain (the server's
/// certificate first) at this time and, if one is given, under this name.
///
/// # Errors
/// The first reason against it.
pub fn verify(
    chain: &[Certificate],
    roots: &[Certificate],
    name: Option<&SubjectAltName>,
    now: Timestamp,
) -> Result<(), Distrust> {
    let (leaf, others) = chain.split_first().ok_or(Distrust::Empty)?;
    let anchors = roots
        .iter()
        .map(|root| {
            webpki::anchor_from_trusted_cert(root.der())
                .map_err(|_| Distrust::Root(root.subject.clone()))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let intermediates: Vec<CertificateDer<'_>> =
        others.iter().map(|other| other.der().clone()).collect();
    let end_entity = EndEntityCert::try_from(leaf.der()).map_err(distrust)?;
    end_entity
        .verify_for_usage(
            provider().signature_verification_algorithms.all,
            &anchors,
            &intermediates,
            now.unix_time(),
            KeyUsage::server_auth(),
            None,
            None,
        )
        .map_err(distrust)?;
    name.map_or(Ok(()), |name| is_named(&end_entity, name))
}

/// Whether a certificate is for this name, trusted or not.
///
/// # Errors
/// [`Distrust::Name`] if it is not.
pub fn is_for(certificate: &Certificate, name: &SubjectAltName) -> Result<(), Distrust> {
    let end_entity = EndEntityCert::try_from(certificate.der()).map_err(distrust)?;
    is_named(&end_entity, name)
}

fn is_named(certificate: &EndEntityCert<'_>, name: &SubjectAltName) -> Result<(), Distrust> {
    let asked = match name {
        SubjectAltName::Ip(address) => ServerName::from(*address),
        SubjectAltName::Dns(dns) => {
            ServerName::try_from(dns.as_str()).map_err(|_| Distrust::Name(name.clone()))?
        }
    };
    certificate
        .verify_is_valid_for_subject_name(&asked)
        .map_err(|_| Distrust::Name(name.clone()))
}

fn distrust(error: Error) -> Distrust {
    let at = |time: rustls_pki_types::UnixTime| {
        Timestamp::from_unix(i64::try_from(time.as_secs()).unwrap_or(i64::MAX))
    };
    match error {
        Error::UnknownIssuer => Distrust::UnknownIssuer,
        Error::InvalidSignatureForPublicKey => Distrust::OtherKey,
        Error::CertExpired { not_after, .. } => Distrust::Expired(at(not_after)),
        Error::CertNotValidYet { not_before, .. } => Distrust::NotYetValid(at(not_before)),
        Error::CaUsedAsEndEntity => Distrust::AuthorityServed,
        Error::RequiredEkuNotFoundContext(_) | Error::EmptyEkuExtension => Distrust::Usage,
        other => Distrust::Other(other.to_string()),
    }
}
