//! Which versions of TLS are spoken.

use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{
    ClientConfig, DigitallySignedStruct, Error, ProtocolVersion, SignatureScheme,
    SupportedProtocolVersion,
};
use webhook::review::Policy;

use crate::support::{PATIENCE, RunningServer, options, start};

/// Any certificate will do: what is tested is the handshake.
#[derive(Debug)]
struct Anyone(Arc<CryptoProvider>);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

async fn spoken(
    running: &RunningServer,
    offered: &'static SupportedProtocolVersion,
) -> Option<ProtocolVersion> {
    let provider = Arc::new(ring::default_provider());
    let client = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[offered])
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anyone(provider)))
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(Arc::new(client))
        .connect(name, running.tcp().await)
        .await
        .unwrap();
    stream.get_ref().1.protocol_version()
}

#[tokio::test]
async fn tls_1_2_and_1_3_are_spoken() {
    let running = start(options(), Policy::default()).await;
    for version in [&TLS12, &TLS13] {
        assert_eq!(spoken(&running, version).await, Some(version.version));
    }
}

/// The first message of a client that speaks no later version than this one (RFC 5246, 7.4.1.2), in one
/// record.
fn client_hello(version: [u8; 2]) -> Vec<u8> {
    let extensions: &[&[u8]] = &[
        // supported_groups: secp256r1. ec_point_formats: uncompressed.
        &[0x00, 0x0a, 0x00, 0x04, 0x00, 0x02, 0x00, 0x17],
        &[0x00, 0x0b, 0x00, 0x02, 0x01, 0x00],
        // signature_algorithms: ecdsa_secp256r1_sha256.
        &[0x00, 0x0d, 0x00, 0x04, 0x00, 0x02, 0x04, 0x03],
    ];
    let extensions = extensions.concat();
    let mut body = version.to_vec();
    body.extend([7; 32]);
    // No session, one cipher suite that 1.1 and 1.2 have and one that 1.2 alone has
    // (ECDHE-ECDSA with AES-128-CBC-SHA and with AES-128-GCM-SHA256), no compression.
    body.extend([0, 0x00, 0x04, 0xc0, 0x09, 0xc0, 0x2b, 0x01, 0x00]);
    body.extend(u16::try_from(extensions.len()).unwrap().to_be_bytes());
    body.extend(extensions);
    let mut message = vec![0x01, 0x00];
    message.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
    message.extend(body);
    let mut record = vec![0x16, 0x03, 0x01];
    record.extend(u16::try_from(message.len()).unwrap().to_be_bytes());
    record.extend(message);
    record
}

/// What is answered first: the type of the record, and what is in it.
async fn answered(running: &RunningServer, version: [u8; 2]) -> (u8, Vec<u8>) {
    let mut stream = running.tcp().await;
    stream.write_all(&client_hello(version)).await.unwrap();
    let mut head = [0; 5];
    let read = stream.read_exact(&mut head);
    timeout(PATIENCE, read).await.unwrap().unwrap();
    let mut content = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
    stream.read_exact(&mut content).await.unwrap();
    (head[0], content)
}

#[tokio::test]
async fn what_is_older_is_refused_for_its_version() {
    let running = start(options(), Policy::default()).await;
    // An alert (21) that is fatal (2): protocol_version (70, RFC 5246, 7.2).
    for older in [[3, 0], [3, 1], [3, 2]] {
        let answer = answered(&running, older).await;
        assert_eq!(answer, (21, vec![2, 70]), "{older:?}");
    }
    // The same message for 1.2 is answered with one of the handshake (22): ServerHello (2).
    let (record, content) = answered(&running, [3, 3]).await;
    assert_eq!((record, content.first()), (22, Some(&2)));
}
