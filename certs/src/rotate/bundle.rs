//! What the Secret holds.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use crate::inspect::{self, Certificate, CertificateError};
use crate::issue::{Authority, IssueError, IssuedPair};
use crate::{ServingIdentity, Timestamp};

/// A Secret's `data`, after base64.
pub type SecretData = BTreeMap<String, Vec<u8>>;

/// The keys of the Secret's `data`.
pub mod keys {
    /// The trusted authorities in PEM: what is published as `caBundle`.
    pub const AUTHORITIES: &str = "ca.crt";
    /// The key of the authority that signs.
    pub const AUTHORITY_KEY: &str = "ca.key";
    /// The key of the authority that will sign next, while one is staged.
    pub const NEXT_AUTHORITY_KEY: &str = "next-ca.key";
    /// The serving certificate; the name is that of Secrets of the type `kubernetes.io/tls`.
    pub const CERTIFICATE: &str = "tls.crt";
    /// The serving certificate's key.
    pub const KEY: &str = "tls.key";
    /// Since when the last change of authorities has been seen in effect: seconds since 1970.
    pub const SETTLING_SINCE: &str = "settling-since";

    pub(super) const ALL: [&str; 6] = [
        AUTHORITIES,
        AUTHORITY_KEY,
        NEXT_AUTHORITY_KEY,
        CERTIFICATE,
        KEY,
        SETTLING_SINCE,
    ];
}

/// Why a Secret's content is not understood. Such a Secret is never overwritten: it may be someone
/// else's, as one of cert-manager, which has no authority's key.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Damage {
    /// A key is missing or empty.
    #[error("the Secret holds no `{0}`")]
    Missing(&'static str),
    /// What is under a key is of no use.
    #[error("`{key}` of the Secret: {reason}")]
    Content {
        /// Which.
        key: &'static str,
        /// Why.
        reason: String,
    },
    /// No certificate of `ca.crt` belongs to this authority's key.
    #[error("no certificate of `ca.crt` belongs to `{0}`")]
    NoAuthority(&'static str),
}

/// The authorities and the serving certificate that all replicas share.
#[derive(Debug)]
pub struct Bundle {
    pub(super) signer: Authority,
    pub(super) next: Option<Authority>,
    /// Trusted still, but signing no more.
    pub(super) outgoing: Vec<Certificate>,
    pub(super) leaf: IssuedPair,
    pub(super) leaf_certificate: Certificate,
    pub(super) settling_since: Option<Timestamp>,
}

impl Bundle {
    /// Reads a Secret's content; `None` if there is nothing of ours in it, as in a Secret that was
    /// created empty.
    ///
    /// # Errors
    /// If it is not complete, readable and consistent.
    pub fn read(data: &SecretData) -> Result<Option<Self>, Damage> {
        let value = |key: &str| data.get(key).filter(|value| !value.is_empty());
        if keys::ALL.iter().all(|key| value(key).is_none()) {
            return Ok(None);
        }
        let needed = |key| value(key).ok_or(Damage::Missing(key));
        let leaf_pem = needed(keys::CERTIFICATE)?;
        let leaf_key = needed(keys::KEY)?;
        let signer_key = needed(keys::AUTHORITY_KEY)?;
        let mut authorities = inspect::certificates(needed(keys::AUTHORITIES)?)
            .map_err(|problem| content(keys::AUTHORITIES, &problem))?;

        let signer = take_authority(&mut authorities, keys::AUTHORITY_KEY, signer_key)?;
        let next = value(keys::NEXT_AUTHORITY_KEY)
            .map(|key| take_authority(&mut authorities, keys::NEXT_AUTHORITY_KEY, key))
            .transpose()?;
        let identity =
            ServingIdentity::from_pem(leaf_pem, leaf_key).map_err(|problem| match problem {
                CertificateError::NoKey
                | CertificateError::Key(_)
                | CertificateError::KeyMismatch(_) => content(keys::KEY, &problem),
                _ => content(keys::CERTIFICATE, &problem),
            })?;
        let settling_since = value(keys::SETTLING_SINCE)
            .map(|text| seconds(text))
            .transpose()?;
        Ok(Some(Self {
            signer,
            next,
            outgoing: authorities,
            leaf: IssuedPair {
                certificate: identity.leaf().to_pem(),
                key: crate::KeyPem::new(String::from_utf8_lossy(leaf_key).into_owned()),
            },
            leaf_certificate: identity.leaf().clone(),
            settling_since,
        }))
    }

    /// The Secret's new content.
    pub fn to_data(&self) -> SecretData {
        let mut data = SecretData::new();
        let mut put =
            |key: &str, value: &str| data.insert(key.to_owned(), value.as_bytes().to_vec());
        put(keys::AUTHORITIES, &self.ca_bundle());
        put(keys::AUTHORITY_KEY, self.signer.pem().key.reveal());
        if let Some(next) = &self.next {
            put(keys::NEXT_AUTHORITY_KEY, next.pem().key.reveal());
        }
        put(keys::CERTIFICATE, &self.leaf.certificate);
        put(keys::KEY, self.leaf.key.reveal());
        if let Some(since) = self.settling_since {
            put(keys::SETTLING_SINCE, &since.unix().to_string());
        }
        data
    }

    /// What must be published: every trusted authority in PEM, the signing one first.
    pub fn ca_bundle(&self) -> String {
        self.authorities().map(Certificate::to_pem).collect()
    }

    /// Every trusted authority, the signing one first.
    pub fn authorities(&self) -> impl Iterator<Item = &Certificate> {
        let next = self.next.as_ref().map(Authority::certificate);
        [self.signer.certificate()]
            .into_iter()
            .chain(next)
            .chain(&self.outgoing)
    }

    /// The serving certificate.
    pub fn leaf(&self) -> &Certificate {
        &self.leaf_certificate
    }

    /// What to serve.
    ///
    /// # Errors
    /// Never for a bundle that was read; the cryptography provider has the last word.
    pub fn identity(&self) -> Result<ServingIdentity, CertificateError> {
        ServingIdentity::from_pair(&self.leaf)
    }

    /// Whether exactly these authorities are published.
    pub(super) fn is_published_as(&self, published: &[Certificate]) -> bool {
        let ours: BTreeSet<&[u8]> = self.authorities().map(|one| one.der().as_ref()).collect();
        let theirs: BTreeSet<&[u8]> = published.iter().map(|one| one.der().as_ref()).collect();
        ours == theirs
    }
}

fn content(key: &'static str, problem: &CertificateError) -> Damage {
    Damage::Content {
        key,
        reason: problem.to_string(),
    }
}

fn seconds(text: &[u8]) -> Result<Timestamp, Damage> {
    let parsed = std::str::from_utf8(text)
        .ok()
        .and_then(|text| text.trim().parse().ok());
    parsed.map(Timestamp::from_unix).ok_or(Damage::Content {
        key: keys::SETTLING_SINCE,
        reason: "not a number of seconds".to_owned(),
    })
}

/// Takes the certificate that belongs to a key out of the trusted ones.
fn take_authority(
    authorities: &mut Vec<Certificate>,
    name: &'static str,
    key: &[u8],
) -> Result<Authority, Damage> {
    let parsed = inspect::private_key(key).map_err(|problem| content(name, &problem))?;
    let at = authorities
        .iter()
        .position(|one| inspect::key_matches(one, &parsed).is_ok())
        .ok_or(Damage::NoAuthority(name))?;
    let certificate = authorities.remove(at);
    Authority::from_pem(certificate.to_pem().as_bytes(), key).map_err(|error: IssueError| {
        Damage::Content {
            key: name,
            reason: error.to_string(),
        }
    })
}
