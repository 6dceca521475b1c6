//! Certificates for the webhook: issued, inspected, served, reloaded and rotated.
//!
//! Owns everything about X.509 here, and knows nothing of Kubernetes clients, HTTP, rules or logs.
//! No function reads the clock by itself: the caller says what time it is. The cryptography is
//! ring's, always passed explicitly ([`provider`]) and never installed for the whole process.
#![cfg_attr(
    test,
    allow(
        clippy::as_conversions,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::string_slice
    )
)]

pub mod inspect;
pub mod issue;
mod key;
mod name;
pub mod reload;
pub mod rotate;
mod serving;
mod timestamp;

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, ring};

pub use key::KeyPem;
pub use name::{InvalidName, SubjectAltName};
pub use serving::{ServingCert, ServingIdentity};
pub use timestamp::Timestamp;

/// The one cryptography provider of the program.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}
