//! The certificate that the API server shows, the one by which it names itself to webhooks, and the key that signs
//! tokens of accounts.

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, SanType,
};

use crate::error::{Error, Result};

/// Files in PEM.
#[derive(Debug)]
pub(crate) struct Keys {
    pub authority: PathBuf,
    pub certificate: PathBuf,
    pub key: PathBuf,
    pub accounts: PathBuf,
    pub accounts_public: PathBuf,
}

impl Keys {
    /// Makes an authority, a certificate for 127.0.0.1, and a key for tokens, into `folder`.
    pub(crate) fn make(folder: &Path) -> Result<Self> {
        let cannot = |error: rcgen::Error| Error::failed(format!("no certificate: {error}"));
        let authority_key = KeyPair::generate().map_err(cannot)?;
        let mut parameters = CertificateParams::default();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = parameters.self_signed(&authority_key).map_err(cannot)?;
        let issuer = Issuer::new(parameters, authority_key);

        let key = KeyPair::generate().map_err(cannot)?;
        let names = vec!["localhost".to_owned(), "kubernetes.default.svc".to_owned()];
        let mut parameters = CertificateParams::new(names).map_err(cannot)?;
        let address = SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST));
        parameters.subject_alt_names.push(address);
        let certificate = parameters.signed_by(&key, &issuer).map_err(cannot)?;
        let accounts = KeyPair::generate().map_err(cannot)?;

        let write = |name: &str, text: String| {
            let path = folder.join(name);
            fs::write(&path, text).map_err(Error::file("write", &path))?;
            Ok(path)
        };
        Ok(Self {
            authority: write("ca.crt", authority.pem())?,
            certificate: write("apiserver.crt", certificate.pem())?,
            key: write("apiserver.key", key.serialize_pem())?,
            accounts: write("accounts.key", accounts.serialize_pem())?,
            accounts_public: write("accounts.pub", accounts.public_key_pem())?,
        })
    }
}

/// A certificate by which a client names itself, as files in PEM.
#[derive(Debug)]
pub struct ClientCertificate {
    /// The authority that signed it.
    pub authority: PathBuf,
    /// The certificate.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

impl ClientCertificate {
    /// Makes an authority and a certificate of it for this client, into `folder`.
    ///
    /// # Errors
    /// [`Error::Failed`] when they cannot be made or written.
    pub fn make(folder: &Path, name: &str) -> Result<Self> {
        let cannot = |error: rcgen::Error| Error::failed(format!("no certificate: {error}"));
        let authority_key = KeyPair::generate().map_err(cannot)?;
        let mut parameters = CertificateParams::default();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = parameters.self_signed(&authority_key).map_err(cannot)?;
        let issuer = Issuer::new(parameters, authority_key);
        let key = KeyPair::generate().map_err(cannot)?;
        let mut parameters = CertificateParams::new(vec![name.to_owned()]).map_err(cannot)?;
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let certificate = parameters.signed_by(&key, &issuer).map_err(cannot)?;
        let write = |what: &str, text: String| {
            let path = folder.join(format!("{name}.{what}"));
            fs::write(&path, text).map_err(Error::file("write", &path))?;
            Ok(path)
        };
        Ok(Self {
            authority: write("ca.crt", authority.pem())?,
            certificate: write("crt", certificate.pem())?,
            key: write("key", key.serialize_pem())?,
        })
    }
}
