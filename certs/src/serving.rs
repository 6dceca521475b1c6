//! What is served: a certificate that can be exchanged while connections are open.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::inspect::{self, Certificate, CertificateError};
use crate::issue::IssuedPair;
use crate::{Timestamp, provider};

/// A certificate chain with its key, ready to serve: readable, and belonging together.
#[derive(Debug)]
pub struct ServingIdentity {
    leaf: Certificate,
    chain: Vec<Certificate>,
    certified: Arc<CertifiedKey>,
}

impl ServingIdentity {
    /// Reads a chain (the server's certificate first) and its key from PEM. Dates are not looked at.
    ///
    /// # Errors
    /// If one is unreadable, or the key is not the certificate's.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, CertificateError> {
        let chain = inspect::certificates(chain)?;
        let key = inspect::private_key(key)?;
        let leaf = chain
            .first()
            .cloned()
            .ok_or(CertificateError::NoCertificate)?;
        inspect::key_matches(&leaf, &key)?;
        let ders = chain.iter().map(|one| one.der().clone()).collect();
        let certified = CertifiedKey::from_der(ders, key, &provider())
            .map_err(|error| CertificateError::Key(error.to_string()))?;
        Ok(Self {
            leaf,
            chain,
            certified: Arc::new(certified),
        })
    }

    /// The same from an issued pair.
    ///
    /// # Errors
    /// As [`ServingIdentity::from_pem`].
    pub fn from_pair(pair: &IssuedPair) -> Result<Self, CertificateError> {
        Self::from_pem(pair.certificate.as_bytes(), pair.key.reveal().as_bytes())
    }

    /// The chain, the server's certificate first.
    pub fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    /// The server's own certificate.
    pub fn leaf(&self) -> &Certificate {
        &self.leaf
    }
}

/// The certificate that a server shows; exchanged in one step, so that every handshake sees the old
/// one or the new one whole. Without one, handshakes are refused.
#[derive(Debug, Default)]
pub struct ServingCert {
    current: ArcSwapOption<ServingIdentity>,
}

impl ServingCert {
    /// Nothing to serve yet.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Serves this from the start.
    pub fn new(identity: ServingIdentity) -> Self {
        Self {
            current: ArcSwapOption::from_pointee(identity),
        }
    }

    /// Serves this from now on; handshakes under way finish with what they began with.
    pub fn swap(&self, identity: ServingIdentity) {
        self.current.store(Some(Arc::new(identity)));
    }

    /// What is served.
    pub fn current(&self) -> Option<Arc<ServingIdentity>> {
        self.current.load_full()
    }

    /// When what is served expires, for a metric.
    pub fn not_after(&self) -> Option<Timestamp> {
        self.current.load().as_ref().map(|one| one.leaf.not_after)
    }
}

impl ResolvesServerCert for ServingCert {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let current = self.current.load();
        current.as_ref().map(|one| Arc::clone(&one.certified))
    }
}
