//! Where certificates are kept and published, as a keeper needs it.

use std::fmt;
use std::future::Future;

use thiserror::Error;

use super::bundle::SecretData;

/// The version of what was read: a Kubernetes `resourceVersion`, or several of them joined. Only
/// equality counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceVersion(pub String);

/// What clients are configured to trust.
#[derive(Clone, Debug)]
pub struct Publication {
    /// One `caBundle` in PEM for each webhook that leads to us; none, if no configuration exists.
    pub bundles: Vec<Vec<u8>>,
    /// The version of all of them together.
    pub version: ResourceVersion,
}

/// Why something was not written.
#[derive(Debug, Error)]
pub enum SaveError<E> {
    /// Somebody else wrote since it was read: HTTP 409 (also if it exists already) or 404.
    #[error("somebody else wrote first")]
    Conflict,
    /// Anything else.
    #[error(transparent)]
    Other(E),
}

/// Where certificates are kept and published: one Secret and the webhook configurations.
///
/// Every method must ask the API server itself, not a cache.
pub trait CertificateStore {
    /// Why the API server could not be asked.
    type Error: fmt::Display + Send;

    /// The Secret's content and version; `None` if it does not exist.
    fn load(
        &self,
    ) -> impl Future<Output = Result<Option<(SecretData, ResourceVersion)>, Self::Error>> + Send;

    /// Writes the Secret: replaces exactly this version, or creates it if `expected` is `None`.
    /// Keys that are not in `data` must be gone afterwards.
    fn save(
        &self,
        data: &SecretData,
        expected: Option<&ResourceVersion>,
    ) -> impl Future<Output = Result<(), SaveError<Self::Error>>> + Send;

    /// What is published; `None` if this program must not publish.
    fn published(&self) -> impl Future<Output = Result<Option<Publication>, Self::Error>> + Send;

    /// Publishes a `caBundle` (PEM) for every webhook that leads to us, on exactly this version.
    fn publish(
        &self,
        ca_bundle: &str,
        expected: &ResourceVersion,
    ) -> impl Future<Output = Result<(), SaveError<Self::Error>>> + Send;
}
