//! TLS: the configuration and the handshake.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Semaphore;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::server::danger::ClientCertVerifier;
use tokio_rustls::rustls::server::{Acceptor, ResolvesServerCert, WebPkiClientVerifier};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{self, RootCertStore, ServerConfig};
use tokio_rustls::server::TlsStream;
use tokio_rustls::{Accept, LazyConfigAcceptor};

/// TLS 1.2 and 1.3, HTTP/1.1 only, certificates from `certificates`, which may change at any time.
///
/// kube-apiserver offers only `http/1.1` to webhooks behind a Service, so HTTP/2 would never be used
/// (apiserver `pkg/util/webhook/client.go`, v1.36).
///
/// With `client_authorities`, only clients with a certificate of one of them: others do not get through the handshake.
///
/// # Errors
/// The TLS library refuses the configuration, or an authority is none.
pub fn tls_config(
    certificates: Arc<dyn ResolvesServerCert>,
    client_authorities: &[CertificateDer<'_>],
) -> Result<ServerConfig, rustls::Error> {
    let provider = Arc::new(ring::default_provider());
    let verifier: Arc<dyn ClientCertVerifier> = if client_authorities.is_empty() {
        WebPkiClientVerifier::no_client_auth()
    } else {
        let mut roots = RootCertStore::empty();
        for authority in client_authorities {
            roots.add(authority.clone().into_owned())?;
        }
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .build()
            .map_err(|error| rustls::Error::General(error.to_string()))?
    };
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_client_cert_verifier(verifier)
        .with_cert_resolver(certificates);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.ticketer = ring::Ticketer::new()?;
    config.send_tls13_tickets = 1;
    Ok(config)
}

/// One handshake. The costly step, the answer to the client's first message, waits for a turn, so that
/// a flood of handshakes never takes more than `turns` threads at once; waiting for the client takes
/// no turn. `greeted` is called when the client has sent its part.
pub(super) async fn handshake<S>(
    stream: S,
    config: Arc<ServerConfig>,
    turns: &Semaphore,
    greeted: impl FnOnce(),
) -> std::io::Result<TlsStream<S>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let hello = LazyConfigAcceptor::new(Acceptor::default(), stream).await?;
    greeted();
    let turn = turns.acquire().await.map_err(std::io::Error::other)?;
    let mut accept: Accept<S> = hello.into_stream(config);
    let first = std::future::poll_fn(|context| {
        std::task::Poll::Ready(std::pin::Pin::new(&mut accept).poll(context))
    })
    .await;
    drop(turn);
    match first {
        std::task::Poll::Ready(stream) => stream,
        std::task::Poll::Pending => accept.await,
    }
}
