//! Load for a webhook: recorded reviews over TLS, as fast as they are answered or at a fixed rate.
//!
//! Requests are made once and written as they are, and of an answer only its end is looked for, so
//! that the load takes as little as it can of the processors that the server runs on.
//!
//! Prints one line of `name=value`: requests, errors, seconds, and latencies in microseconds. With
//! `--first` it only tries until the first answer has come, and prints nothing.
#![allow(clippy::print_stdout)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

const USAGE: &str = "\
leaselint-webhook-load --port N --ca FILE --reviews DIR [--first | --connections N --seconds S [--rate PER_SECOND]]";

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

struct Arguments {
    port: u16,
    ca: PathBuf,
    reviews: PathBuf,
    connections: usize,
    seconds: u64,
    rate: Option<f64>,
    first: bool,
}

fn arguments() -> Outcome<Arguments> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let find = |name: &str| {
        let at = words.iter().position(|word| word == name)?;
        words.get(at + 1).cloned()
    };
    let number = |name: &str, default: u64| -> Outcome<u64> {
        Ok(match find(name) {
            Some(text) => text.parse()?,
            None => default,
        })
    };
    Ok(Arguments {
        port: u16::try_from(number("--port", 0)?)?,
        ca: find("--ca").ok_or(USAGE)?.into(),
        reviews: find("--reviews").ok_or(USAGE)?.into(),
        connections: usize::try_from(number("--connections", 8)?)?,
        seconds: number("--seconds", 5)?,
        rate: find("--rate").map(|text| text.parse()).transpose()?,
        first: words.iter().any(|word| word == "--first"),
    })
}

/// Every review as a whole request.
fn requests(folder: &Path) -> Outcome<Vec<Vec<u8>>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|end| end == "json"));
    files.sort();
    let mut requests = Vec::new();
    for file in files {
        let body = fs::read(file)?;
        // As kube-apiserver 1.36 sends it.
        let mut request = format!(
            "POST /validate?timeout=10s HTTP/1.1\r\nHost: localhost\r\nUser-Agent: \
             kube-apiserver-admission\r\nContent-Length: {}\r\nAccept: application/json, \
             */*\r\nContent-Type: application/json\r\nAccept-Encoding: gzip\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.extend(body);
        requests.push(request);
    }
    if requests.is_empty() {
        return Err("no reviews".into());
    }
    Ok(requests)
}

struct Connection {
    stream: TlsStream<TcpStream>,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(tls: &Arc<ClientConfig>, port: u16) -> Outcome<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        let name = ServerName::try_from("localhost")?;
        let connector = TlsConnector::from(Arc::clone(tls));
        Ok(Self {
            stream: connector.connect(name, stream).await?,
            buffer: Vec::with_capacity(16 * 1024),
        })
    }

    /// Sends a request and reads its whole answer, which must be a review with status 200.
    async fn ask(&mut self, request: &[u8]) -> Outcome<()> {
        self.stream.write_all(request).await?;
        self.stream.flush().await?;
        self.buffer.clear();
        let mut wanted = None;
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the connection was closed".into());
            }
            if wanted.is_none() {
                wanted = length(&self.buffer)?;
            }
            if wanted.is_some_and(|wanted| self.buffer.len() >= wanted) {
                return Ok(());
            }
        }
    }
}

/// How long the whole answer is, once its head is there.
fn length(answer: &[u8]) -> Outcome<Option<usize>> {
    let Some(end) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = str::from_utf8(&answer[..end])?;
    if !head.starts_with("HTTP/1.1 200") {
        return Err(head.lines().next().unwrap_or_default().into());
    }
    let content: usize = head
        .lines()
        .find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse())
        })
        .ok_or("no length")??;
    Ok(Some(end + 4 + content))
}

/// Tries again and again, for ten seconds at most.
async fn first_answer(tls: &Arc<ClientConfig>, port: u16, request: &[u8]) -> Outcome<()> {
    let begin = Instant::now();
    loop {
        let tried = async { Connection::open(tls, port).await?.ask(request).await };
        match tried.await {
            Err(_) if begin.elapsed() < Duration::from_secs(10) => {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            outcome => return outcome,
        }
    }
}

#[derive(Default)]
struct Tally {
    micros: Vec<u32>,
    errors: u64,
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let arguments = arguments()?;
    let requests = Arc::new(requests(&arguments.reviews)?);
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(&arguments.ca)? {
        roots.add(certificate?)?;
    }
    let mut tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    let tls = Arc::new(tls);

    if arguments.first {
        return first_answer(&tls, arguments.port, &requests[0]).await;
    }
    let mut open = Vec::new();
    for _ in 0..arguments.connections {
        open.push(Connection::open(&tls, arguments.port).await?);
    }
    let begin = Instant::now();
    let end = begin + Duration::from_secs(arguments.seconds);
    let mut running = Vec::new();
    #[allow(clippy::cast_precision_loss, reason = "few connections")]
    let gap = arguments
        .rate
        .map(|rate| Duration::from_secs_f64(arguments.connections as f64 / rate));
    for (number, mut connection) in open.into_iter().enumerate() {
        let requests = Arc::clone(&requests);
        let share = u32::try_from(arguments.connections)?;
        running.push(tokio::spawn(async move {
            let mut tally = Tally::default();
            let mut turn = number;
            let mut due =
                begin + gap.unwrap_or_default() * u32::try_from(number).unwrap_or(0) / share;
            loop {
                let now = Instant::now();
                if now >= end {
                    return tally;
                }
                // At a fixed rate the wait for one's turn counts, too.
                let sent = match gap {
                    Some(gap) => {
                        tokio::time::sleep_until(due.into()).await;
                        let sent = due;
                        due += gap;
                        sent
                    }
                    None => now,
                };
                let request = &requests[turn % requests.len()];
                turn += 1;
                if connection.ask(request).await.is_err() {
                    tally.errors += 1;
                    return tally;
                }
                tally
                    .micros
                    .push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
            }
        }));
    }
    let mut all = Tally::default();
    for task in running {
        let tally = task.await?;
        all.micros.extend(tally.micros);
        all.errors += tally.errors;
    }
    let seconds = begin.elapsed().as_secs_f64();
    all.micros.sort_unstable();
    let quantile = |per_mille: usize| {
        let at = all.micros.len() * per_mille / 1000;
        all.micros
            .get(at)
            .or(all.micros.last())
            .copied()
            .unwrap_or(0)
    };
    println!(
        "requests={} errors={} seconds={seconds:.3} p50={} p99={} p999={}",
        all.micros.len(),
        all.errors,
        quantile(500),
        quantile(990),
        quantile(999),
    );
    Ok(())
}
