//! Connections to the server, good and bad, and answers as far as they matter here.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::Resumption;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// What can go wrong.
pub type ClientResult<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// How to reach the server.
#[derive(Clone)]
pub struct ServerAddress {
    /// Where reviews are answered.
    pub address: SocketAddr,
    /// Where health and metrics are.
    pub operations: SocketAddr,
    tls: Arc<ClientConfig>,
}

impl ServerAddress {
    /// A server that shows a certificate of this authority.
    pub fn new(port: u16, operations: u16, authority: &Path) -> ClientResult<Self> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(authority)? {
            roots.add(certificate?)?;
        }
        let mut tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        // Who floods does not resume.
        tls.resumption = Resumption::disabled();
        Ok(Self {
            address: ([127, 0, 0, 1], port).into(),
            operations: ([127, 0, 0, 1], operations).into(),
            tls: Arc::new(tls),
        })
    }

    /// Only a TCP connection.
    pub async fn tcp(&self) -> ClientResult<TcpStream> {
        Ok(TcpStream::connect(self.address).await?)
    }

    /// A TLS connection that offers these protocols.
    pub async fn tls(&self, protocols: &[&str]) -> ClientResult<TlsStream<TcpStream>> {
        let stream = self.tcp().await?;
        stream.set_nodelay(true)?;
        let mut tls = (*self.tls).clone();
        tls.alpn_protocols = protocols
            .iter()
            .map(|name| name.as_bytes().to_vec())
            .collect();
        let name = ServerName::try_from("localhost")?;
        Ok(TlsConnector::from(Arc::new(tls))
            .connect(name, stream)
            .await?)
    }

    /// A connection as kube-apiserver makes it.
    pub async fn open(&self) -> ClientResult<ReviewConnection> {
        Ok(ReviewConnection {
            stream: self.tls(&["http/1.1"]).await?,
            buffer: Vec::with_capacity(16 * 1024),
        })
    }
}

/// The head of a review as kube-apiserver 1.36 sends it, with this query.
pub fn head(query: &str, length: usize) -> Vec<u8> {
    format!(
        "POST /validate{query} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: kube-apiserver-admission\r\n\
         Content-Length: {length}\r\nAccept: application/json, */*\r\nContent-Type: application/json\r\n\
         Accept-Encoding: gzip\r\n\r\n"
    )
    .into_bytes()
}

/// A whole request.
pub fn request(query: &str, body: &[u8]) -> Vec<u8> {
    let mut request = head(query, body.len());
    request.extend(body);
    request
}

/// A connection on which one request follows the other.
pub struct ReviewConnection {
    stream: TlsStream<TcpStream>,
    buffer: Vec<u8>,
}

impl ReviewConnection {
    /// Sends a request and reads its whole answer: the status, and whether the server keeps the
    /// connection.
    pub async fn ask(&mut self, request: &[u8]) -> ClientResult<(u16, bool)> {
        let (mut reading, mut writing) = tokio::io::split(&mut self.stream);
        self.buffer.clear();
        let sending = async {
            // A server may answer before it has read everything, and then reads no more.
            drop(writing.write_all(request).await);
            drop(writing.flush().await);
            std::future::pending::<()>().await;
        };
        let reading = async {
            loop {
                if reading.read_buf(&mut self.buffer).await? == 0 {
                    return Err("closed without an answer".into());
                }
                if let Some(answer) = whole(&self.buffer)? {
                    return Ok(answer);
                }
            }
        };
        tokio::select! {
            answer = reading => answer,
            () = sending => Err("never".into()),
        }
    }

    /// The text of the last answer.
    pub fn answer(&self) -> String {
        String::from_utf8_lossy(&self.buffer).into_owned()
    }
}

/// Status and whether the connection stays, once the whole answer is there.
fn whole(answer: &[u8]) -> ClientResult<Option<(u16, bool)>> {
    let Some(end) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = str::from_utf8(&answer[..end])?;
    let header = |wanted: &str| {
        head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case(wanted).then(|| value.trim())
        })
    };
    let length: usize = header("content-length").ok_or("no length")?.parse()?;
    if answer.len() < end + 4 + length {
        return Ok(None);
    }
    let status = head.split(' ').nth(1).ok_or("no status")?.parse()?;
    let stays = header("connection").is_none_or(|value| !value.eq_ignore_ascii_case("close"));
    Ok(Some((status, stays)))
}

/// How a bad connection ended.
#[derive(Clone, Copy, Debug)]
pub struct End {
    /// How long after the moment from which it counts; `None`: it was still open when patience was over.
    pub after: Option<Duration>,
    /// The status of an answer, if there was one.
    pub status: Option<u16>,
}

/// Reads until the other side ends it or `until` has come. `since` is the moment from which it counts.
pub async fn until_closed(
    mut stream: impl AsyncRead + Unpin,
    since: Instant,
    until: Instant,
) -> End {
    let mut status = None;
    let mut buffer = vec![0; 1024];
    let reading = async {
        loop {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => return,
                Ok(_) if status.is_none() => status = status_of(&buffer),
                Ok(_) => {}
            }
        }
    };
    let closed = tokio::time::timeout_at(until.into(), reading).await.is_ok();
    End {
        after: closed.then(|| since.elapsed()),
        status,
    }
}

fn status_of(answer: &[u8]) -> Option<u16> {
    let head = answer.strip_prefix(b"HTTP/1.1 ")?;
    str::from_utf8(head.get(..3)?).ok()?.parse().ok()
}
