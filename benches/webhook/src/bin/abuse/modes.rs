//! The ways to misbehave, and those among them that need no request. Each says of every bad connection how it ended.

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConnection, crypto::ring};

use super::requests::{
    answers_not_read, crumbs, huge, long_head, no_json, odd_timeouts, pipelined, worst,
};
use super::wire::{ClientResult, End, ServerAddress, head, until_closed};

/// Longer than any deadline of the server but that of idle connections.
pub(super) const CLOSE_TIMEOUT: Duration = Duration::from_secs(30);

/// What a mode works with.
#[derive(Clone)]
pub struct Abuse {
    /// The server.
    pub target: ServerAddress,
    /// How long to go on where nothing else says it.
    pub lasting: Duration,
    /// A request that is right.
    pub good: Arc<Vec<u8>>,
}

type Ends = Pin<Box<dyn Future<Output = Vec<End>> + Send>>;

/// A way to misbehave.
pub struct AbuseMode {
    /// Its name.
    pub name: &'static str,
    /// Within so many seconds every bad connection must be closed; `None`: it is answered or closes
    /// by itself.
    pub within: Option<u32>,
    /// Does it.
    pub run: fn(Abuse) -> Ends,
}

macro_rules! modes {
    ($($name:literal $within:expr, $run:expr;)*) => {
        &[$(AbuseMode { name: $name, within: $within, run: |abuse| Box::pin($run(abuse)) }),*]
    };
}

/// All of them. The times are the deadlines of the server's defaults, and a second for a busy machine.
pub const MODES: &[AbuseMode] = modes! {
    "nobody" None, nobody;
    "connected-and-silent" Some(6), |abuse| many(2000, abuse, connected_and_silent);
    "hello-and-silent" Some(6), |abuse| many(600, abuse, hello_and_silent);
    "handshake-and-silent" Some(6), |abuse| many(1000, abuse, handshake_and_silent);
    "dripped-head" Some(6), |abuse| many(500, abuse, |abuse| dripped(abuse, b"POST /validate HTTP/1.1\r\nx: ".to_vec(), 0));
    "dripped-large-head" Some(6), |abuse| many(500, abuse, |abuse| dripped(abuse, b"POST /validate HTTP/1.1\r\nx: ".to_vec(), 60 << 10));
    "dripped-body" Some(11), |abuse| many(500, abuse, |abuse| dripped(abuse, head("", 65_000), 0));
    "stalled-60-kb-body" Some(11), |abuse| many(500, abuse, |abuse| dripped(abuse, head("", 65_000), 64_000));
    "stalled-7-mb-body" Some(11), |abuse| many(100, abuse, |abuse| dripped(abuse, head("", 7 << 20), (7 << 20) - 100_000));
    "body-of-100-mb" Some(2), |abuse| repeated(8, abuse, |abuse| huge(abuse, false));
    "chunked-body-of-100-mb" Some(2), |abuse| repeated(8, abuse, |abuse| huge(abuse, true));
    "chunks-of-a-byte" None, |abuse| repeated(8, abuse, crumbs);
    "head-of-200-kb" Some(2), |abuse| repeated(8, abuse, |abuse| written(abuse, long_head(1, 200_000)));
    "5000-headers" Some(2), |abuse| repeated(8, abuse, |abuse| written(abuse, long_head(5000, 8)));
    "plain-http" Some(2), |abuse| repeated(32, abuse, plain_http);
    "http2-preface" Some(2), |abuse| repeated(8, abuse, |abuse| written(abuse, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec()));
    "only-http2-offered" None, |abuse| repeated(8, abuse, only_http2);
    "handshake-flood" None, |abuse| repeated(32, abuse, handshake);
    "connect-and-reset" None, |abuse| repeated(32, abuse, reset);
    "pipelined" None, |abuse| repeated(8, abuse, pipelined);
    "answers-not-read" Some(29), |abuse| many(20, abuse, answers_not_read);
    "odd-timeouts" None, odd_timeouts;
    "cut-and-no-json" None, |abuse| repeated(8, abuse, no_json);
    "worst-objects-of-64-kb" None, |abuse| worst(abuse, 60 << 10, 8);
    "worst-objects-of-3-mb" None, |abuse| worst(abuse, 3 << 20, 4);
    "worst-objects-of-7-mb" None, |abuse| worst(abuse, (7 << 20) - (64 << 10), 8);
    "silent-on-the-second-port" Some(11), |abuse| many(500, abuse, silent_on_the_second_port);
};

/// How a connection ended; `None`: it could not be made, or has nothing to tell.
pub(super) type MaybeEnd = Option<End>;

async fn nobody(abuse: Abuse) -> Vec<End> {
    tokio::time::sleep(abuse.lasting).await;
    Vec::new()
}

/// So many at once, each once.
async fn many<F>(number: usize, abuse: Abuse, one: fn(Abuse) -> F) -> Vec<End>
where
    F: Future<Output = MaybeEnd> + Send + 'static,
{
    let mut all = JoinSet::new();
    for turn in 0..number {
        all.spawn(one(abuse.clone()));
        if turn % 8 == 7 {
            // Not faster than the good clients can still be scheduled.
            tokio::time::sleep(Duration::from_millis(4)).await;
        }
    }
    let ends = all.join_all().await;
    ends.into_iter().flatten().collect()
}

/// So many at once, each again and again as long as it lasts.
async fn repeated<F>(number: usize, abuse: Abuse, one: fn(Abuse) -> F) -> Vec<End>
where
    F: Future<Output = MaybeEnd> + Send + 'static,
{
    let until = Instant::now() + abuse.lasting;
    let mut all = JoinSet::new();
    for _ in 0..number {
        let abuse = abuse.clone();
        all.spawn(async move {
            let mut ends = Vec::new();
            while Instant::now() < until {
                match one(abuse.clone()).await {
                    Some(end) => ends.push(end),
                    // Refused: do not turn into a loop without a pause.
                    None => tokio::time::sleep(Duration::from_millis(1)).await,
                }
            }
            ends
        });
    }
    all.join_all().await.concat()
}

pub(super) async fn closed(stream: impl AsyncRead + Unpin, since: Instant) -> MaybeEnd {
    Some(until_closed(stream, since, since + CLOSE_TIMEOUT).await)
}

async fn connected_and_silent(abuse: Abuse) -> MaybeEnd {
    let stream = abuse.target.tcp().await.ok()?;
    closed(stream, Instant::now()).await
}

/// Has the server do its costly part, and goes silent.
async fn hello_and_silent(abuse: Abuse) -> MaybeEnd {
    let hello = hello().ok()?;
    let mut stream = abuse.target.tcp().await.ok()?;
    let since = Instant::now();
    stream.write_all(&hello).await.ok()?;
    closed(stream, since).await
}

fn hello() -> ClientResult<Vec<u8>> {
    let tls = tokio_rustls::rustls::ClientConfig::builder_with_provider(Arc::new(
        ring::default_provider(),
    ))
    .with_safe_default_protocol_versions()?
    .with_root_certificates(tokio_rustls::rustls::RootCertStore::empty())
    .with_no_client_auth();
    let mut connection = ClientConnection::new(Arc::new(tls), ServerName::try_from("localhost")?)?;
    let mut hello = Vec::new();
    connection.write_tls(&mut hello)?;
    Ok(hello)
}

async fn handshake_and_silent(abuse: Abuse) -> MaybeEnd {
    let stream = abuse.target.tls(&["http/1.1"]).await.ok()?;
    closed(stream, Instant::now()).await
}

/// Sends `begin` and `much` more at once, then a byte ten times a second.
async fn dripped(abuse: Abuse, begin: Vec<u8>, much: usize) -> MaybeEnd {
    let stream = abuse.target.tls(&["http/1.1"]).await.ok()?;
    let since = Instant::now();
    let (reading, mut writing) = tokio::io::split(stream);
    let dripping = async {
        let sent = async {
            writing.write_all(&begin).await?;
            let piece = vec![b'a'; 16 << 10];
            let mut left = much;
            while left > 0 {
                let length = left.min(piece.len());
                writing.write_all(&piece[..length]).await?;
                left -= length;
            }
            loop {
                writing.write_all(b"a").await?;
                writing.flush().await?;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            #[allow(unreachable_code, reason = "says what fails")]
            std::io::Result::Ok(())
        };
        drop(sent.await);
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = dripping => None,
        end = closed(reading, since) => end,
    }
}

/// Writes everything, and sees how it is taken.
async fn written_on(stream: impl AsyncRead + AsyncWrite + Unpin, bytes: &[u8]) -> MaybeEnd {
    let since = Instant::now();
    let (reading, mut writing) = tokio::io::split(stream);
    let sending = async {
        drop(writing.write_all(bytes).await);
        drop(writing.flush().await);
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = sending => None,
        end = closed(reading, since) => end,
    }
}

pub(super) async fn written(abuse: Abuse, bytes: Vec<u8>) -> MaybeEnd {
    let stream = abuse.target.tls(&["http/1.1"]).await.ok()?;
    written_on(stream, &bytes).await
}

async fn plain_http(abuse: Abuse) -> MaybeEnd {
    let stream = abuse.target.tcp().await.ok()?;
    written_on(stream, b"GET /validate HTTP/1.1\r\nhost: x\r\n\r\n").await
}

async fn only_http2(abuse: Abuse) -> MaybeEnd {
    let since = Instant::now();
    let refused = abuse.target.tls(&["h2"]).await.is_err();
    refused.then(|| End {
        after: Some(since.elapsed()),
        status: None,
    })
}

async fn handshake(abuse: Abuse) -> MaybeEnd {
    abuse.target.tls(&["http/1.1"]).await.ok()?;
    Some(End {
        after: Some(Duration::ZERO),
        status: None,
    })
}

async fn reset(abuse: Abuse) -> MaybeEnd {
    let stream: TcpStream = abuse.target.tcp().await.ok()?;
    // With no time to linger a closed socket is reset.
    stream.set_zero_linger().ok()?;
    None
}

async fn silent_on_the_second_port(abuse: Abuse) -> MaybeEnd {
    let stream = TcpStream::connect(abuse.target.operations).await.ok()?;
    closed(stream, Instant::now()).await
}
