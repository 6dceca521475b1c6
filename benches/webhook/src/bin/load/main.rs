//! Load for a webhook: recorded reviews over TLS, as fast as they are answered or at a fixed rate.
//!
//! The load runs on the processors that the server runs on, so it is to take as little of them as it
//! can: requests are made once, each connection has a thread that writes and reads without a runtime
//! between it and the socket, and of an answer only what must be right is looked at.
//!
//! Prints one line of `name=value`: requests, errors, seconds, and latencies in microseconds. With
//! `--first` it only tries until the first answer has come, and prints nothing.
#![allow(
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "a measurement; a panic is a measurement that failed"
)]
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod connection;
mod reviews;

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use connection::LoadConnection;
use reviews::Review;

const USAGE: &str = "leaselint-webhook-load --port N --ca FILE --reviews DIR [--allows-all] [--anew] \
                     [--first | --connections N --seconds S [--rate PER_SECOND]]";

type LoadResult<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

struct Arguments {
    port: u16,
    ca: PathBuf,
    reviews: PathBuf,
    /// The server judges nothing.
    allows_all: bool,
    /// No object is sent twice.
    anew: bool,
    connections: u32,
    seconds: u64,
    rate: Option<f64>,
    first: bool,
}

fn arguments() -> LoadResult<Arguments> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| words.iter().any(|word| word == name);
    let find = |name: &str| {
        let at = words.iter().position(|word| word == name)?;
        words.get(at + 1).cloned()
    };
    let number = |name: &str, default: u64| -> LoadResult<u64> {
        Ok(match find(name) {
            Some(text) => text.parse()?,
            None => default,
        })
    };
    Ok(Arguments {
        port: u16::try_from(number("--port", 0)?)?,
        ca: find("--ca").ok_or(USAGE)?.into(),
        reviews: find("--reviews").ok_or(USAGE)?.into(),
        allows_all: has("--allows-all"),
        anew: has("--anew"),
        connections: u32::try_from(number("--connections", 8)?)?.max(1),
        seconds: number("--seconds", 5)?,
        rate: find("--rate").map(|text| text.parse()).transpose()?,
        first: has("--first"),
    })
}

/// Tries again and again, for ten seconds at most.
fn first_answer(tls: &Arc<ClientConfig>, port: u16, review: &Review) -> LoadResult<()> {
    let begin = Instant::now();
    loop {
        let tried =
            LoadConnection::open(tls, port).and_then(|mut connection| connection.ask(review));
        match tried {
            Err(_) if begin.elapsed() < Duration::from_secs(10) => {
                thread::sleep(Duration::from_millis(1));
            }
            outcome => return outcome,
        }
    }
}

/// When requests are sent.
#[derive(Clone, Copy)]
struct Pace {
    begin: Instant,
    end: Instant,
    /// Between two requests of one connection; `None`: at once.
    gap: Option<Duration>,
}

#[derive(Default)]
struct ReviewTally {
    micros: Vec<u32>,
    errors: u64,
}

/// One connection's share. `number` of `share` connections.
fn run(
    mut connection: LoadConnection,
    mut reviews: Vec<Review>,
    pace: Pace,
    number: u32,
    share: u32,
) -> ReviewTally {
    let mut tally = ReviewTally::default();
    let mut due = pace.begin + pace.gap.unwrap_or_default() * number / share;
    // Each connection begins elsewhere.
    let start = reviews.len() * number as usize / share as usize;
    let all = reviews.len();
    for turn in 0.. {
        let Some(review) = reviews.get_mut((start + turn) % all) else {
            break;
        };
        review.renew(u64::from(number) << 27 | turn as u64);
        let mut now = Instant::now();
        // At a fixed rate the wait for one's turn counts, too.
        let sent = match pace.gap {
            Some(gap) => {
                thread::sleep(due.saturating_duration_since(now));
                now = due;
                due += gap;
                now
            }
            None => now,
        };
        if now >= pace.end {
            break;
        }
        if let Err(error) = connection.ask(review) {
            eprintln!("{}: {error}", review.name);
            tally.errors += 1;
            break;
        }
        let micros = sent.elapsed().as_micros();
        tally.micros.push(u32::try_from(micros).unwrap_or(u32::MAX));
    }
    tally
}

fn main() -> LoadResult<()> {
    let arguments = arguments()?;
    let reviews = reviews::read(&arguments.reviews, arguments.allows_all, arguments.anew)?;
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

    let first = reviews.first().ok_or("no reviews")?;
    if arguments.first {
        return first_answer(&tls, arguments.port, first);
    }
    let share = arguments.connections;
    let mut open = Vec::new();
    for _ in 0..share {
        open.push(LoadConnection::open(&tls, arguments.port)?);
    }
    let begin = Instant::now();
    let pace = Pace {
        begin,
        end: begin + Duration::from_secs(arguments.seconds),
        gap: arguments
            .rate
            .map(|rate| Duration::from_secs_f64(f64::from(share) / rate)),
    };
    let reviews = &reviews;
    let tallies: Vec<ReviewTally> = thread::scope(|scope| {
        let running: Vec<_> = (0..share)
            .zip(open)
            .map(|(number, connection)| {
                scope.spawn(move || run(connection, reviews.clone(), pace, number, share))
            })
            .collect();
        running
            .into_iter()
            .map(|thread| {
                thread.join().unwrap_or(ReviewTally {
                    errors: 1,
                    ..ReviewTally::default()
                })
            })
            .collect()
    });
    let seconds = begin.elapsed().as_secs_f64();
    let errors: u64 = tallies.iter().map(|tally| tally.errors).sum();
    let mut micros: Vec<u32> = tallies.into_iter().flat_map(|tally| tally.micros).collect();
    micros.sort_unstable();
    let quantile = |per_mille: usize| {
        let at = micros.len() * per_mille / 1000;
        micros.get(at).or(micros.last()).copied().unwrap_or(0)
    };
    println!(
        "requests={} errors={errors} seconds={seconds:.3} p50={} p99={} p999={}",
        micros.len(),
        quantile(500),
        quantile(990),
        quantile(999),
    );
    Ok(())
}
