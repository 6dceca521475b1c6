//! What must go on meanwhile: recorded reviews at a fixed rate over kept and over new connections, and
//! a look at `/livez`.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::wire::{ClientResult, ServerAddress, request};

const KEPT_CONNECTIONS: u32 = 4;
/// On each kept connection.
const REVIEWS_PER_SECOND: u32 = 50;
/// Each for one review and one request of `/livez`.
const NEW_CONNECTIONS_PER_SECOND: u32 = 5;
/// After so long the API server would have given up (`timeoutSeconds` of deploy/base/webhook.yaml).
const ANSWER_TIMEOUT: Duration = Duration::from_secs(3);

/// What good clients saw.
#[derive(Debug, Default)]
pub struct GoodTally {
    /// Microseconds from the moment at which each review was due.
    pub micros: Vec<u32>,
    /// Reviews without an answer of status 200 in time.
    pub failed: Vec<String>,
    /// Looks at `/livez` that were not answered in time.
    pub dead: usize,
}

impl GoodTally {
    fn add(&mut self, other: Self) {
        self.micros.extend(other.micros);
        self.failed.extend(other.failed);
        self.dead += other.dead;
    }

    /// The latency below which so many of a thousand stayed, in milliseconds.
    pub fn quantile(&self, per_mille: usize) -> f64 {
        let mut sorted = self.micros.clone();
        sorted.sort_unstable();
        let at = sorted.len() * per_mille / 1000;
        let micros = sorted.get(at).or(sorted.last()).copied();
        f64::from(micros.unwrap_or(0)) / 1000.0
    }
}

/// Every recorded review as a whole request.
pub fn requests(folder: &Path) -> ClientResult<Vec<Vec<u8>>> {
    let mut files: Vec<_> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|end| end == "json"));
    files.sort();
    let mut requests = Vec::new();
    for file in files {
        requests.push(request("?timeout=10s", &fs::read(file)?));
    }
    if requests.is_empty() {
        return Err("no reviews".into());
    }
    Ok(requests)
}

/// Sends requests until it is stopped.
pub async fn ask(
    target: ServerAddress,
    requests: Arc<Vec<Vec<u8>>>,
    stop: Arc<AtomicBool>,
) -> GoodTally {
    let mut running = JoinSet::new();
    for number in 0..KEPT_CONNECTIONS {
        let all = (target.clone(), Arc::clone(&requests), Arc::clone(&stop));
        let begin = Duration::from_secs(1) / REVIEWS_PER_SECOND * number / KEPT_CONNECTIONS;
        running.spawn(paced(all, begin, REVIEWS_PER_SECOND, true));
    }
    let all = (target.clone(), requests, Arc::clone(&stop));
    running.spawn(paced(
        all,
        Duration::from_millis(7),
        NEW_CONNECTIONS_PER_SECOND,
        false,
    ));
    running.spawn(alive(target, stop));
    let mut tally = GoodTally::default();
    while let Some(part) = running.join_next().await {
        match part {
            Ok(part) => tally.add(part),
            Err(error) => tally.failed.push(error.to_string()),
        }
    }
    tally
}

async fn paced(
    (target, requests, stop): (ServerAddress, Arc<Vec<Vec<u8>>>, Arc<AtomicBool>),
    begin: Duration,
    rate: u32,
    keep: bool,
) -> GoodTally {
    let mut tally = GoodTally::default();
    let mut due = Instant::now() + begin;
    let mut kept = None;
    for request in requests.iter().cycle() {
        tokio::time::sleep_until(due.into()).await;
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let asked = async {
            let mut connection = match kept.take() {
                Some(connection) => connection,
                None => target.open().await?,
            };
            let (status, stays) = connection.ask(request).await?;
            if status != 200 {
                return Err(format!("status {status}").into());
            }
            ClientResult::Ok((stays && keep).then_some(connection))
        };
        match tokio::time::timeout(ANSWER_TIMEOUT, asked).await {
            Ok(Ok(connection)) => {
                kept = connection;
                let micros = u32::try_from(due.elapsed().as_micros()).unwrap_or(u32::MAX);
                tally.micros.push(micros);
            }
            Ok(Err(error)) => tally.failed.push(error.to_string()),
            Err(_) => tally.failed.push("too late".to_owned()),
        }
        due += Duration::from_secs(1) / rate;
    }
    tally
}

/// What a kubelet does, more often.
async fn alive(target: ServerAddress, stop: Arc<AtomicBool>) -> GoodTally {
    let mut tally = GoodTally::default();
    while !stop.load(Ordering::Relaxed) {
        let look = async {
            let mut stream = TcpStream::connect(target.operations).await?;
            stream
                .write_all(b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                .await?;
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await?;
            ClientResult::Ok(answer.starts_with(b"HTTP/1.1 200"))
        };
        let looked = tokio::time::timeout(ANSWER_TIMEOUT, look).await;
        if !matches!(looked, Ok(Ok(true))) {
            tally.dead += 1;
        }
        tokio::time::sleep(Duration::from_secs(1) / NEW_CONNECTIONS_PER_SECOND).await;
    }
    tally
}
