//! Every open connection with what it is doing and until when it may.
//!
//! A connection notes its phase and its deadline in two words of its own; one task looks over all of
//! them a few times a second. So a deadline costs nothing while it holds.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::metrics::{Metrics, Rejection};

use super::ServerOptions;
use super::peers::{PeerRate, PeerRates};
use super::phase::Phase;

/// How often the connections are looked at while the server waits for their end.
const DRAIN_CHECK_INTERVAL: Duration = Duration::from_millis(20);

/// A client that connects sends a request: one that has not for so long makes room for others.
const QUIET_TIME: Duration = Duration::from_secs(1);

/// The same when the server leaves, also for one that does not read its answer: on a busy machine an API server takes
/// longer, and nothing waits for the end of a server that leaves.
const DRAIN_QUIET_TIME: Duration = Duration::from_secs(3);

/// Connections of one address that count as few: an API server keeps at most 25 idle ones (apimachinery
/// `pkg/util/net/http.go`, v1.36).
const FEW_CONNECTIONS: usize = 32;

/// An API server sends a body at once.
const SLOW_BODY_TIME: Duration = Duration::from_secs(1);
/// The same on a connection over which no review has come, beside a client whose reviews have.
const SLOW_BODY_TIME_OF_STRANGER: Duration = Duration::from_millis(100);

/// One open connection.
#[derive(Debug)]
pub(super) struct Connection {
    peer: IpAddr,
    rate: Arc<PeerRate>,
    epoch: Instant,
    phase: AtomicU8,
    /// Milliseconds after the epoch.
    since: AtomicU64,
    /// Milliseconds after the epoch.
    deadline: AtomicU64,
    /// Whether the client has begun the handshake, so that it waits for this server and not the other way round.
    has_greeted: AtomicBool,
    /// Whether a review has come over it.
    proven: AtomicBool,
    /// Whether it is to be closed at once, and not only when it is idle.
    is_over: AtomicBool,
    close: Notify,
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl Connection {
    /// Whose it is, for the log.
    pub fn peer(&self) -> String {
        self.peer.to_string()
    }

    fn now(&self) -> u64 {
        milliseconds(self.epoch.elapsed())
    }

    pub fn phase(&self) -> Phase {
        Phase::from(self.phase.load(Ordering::Relaxed))
    }

    /// Enters a phase, which may take so long.
    pub fn enter(&self, phase: Phase, most: Duration) {
        let now = self.now();
        self.since.store(now, Ordering::Relaxed);
        self.deadline
            .store(now.saturating_add(milliseconds(most)), Ordering::Relaxed);
        self.phase.store(phase.number(), Ordering::Relaxed);
    }

    /// The client has begun the handshake.
    pub fn greeted(&self) {
        self.has_greeted.store(true, Ordering::Relaxed);
    }

    /// Whether the client has begun the handshake, and it is this server's turn.
    fn waits_for_server(&self) -> bool {
        self.phase() == Phase::Handshake && self.has_greeted.load(Ordering::Relaxed)
    }

    /// Whether nothing has come from the client for so long that would bring a request.
    fn is_silent_for(&self, time: Duration) -> bool {
        !self.waits_for_server() && self.age_at(self.now()) >= milliseconds(time)
    }

    /// A review has come over it.
    pub fn prove(&self) {
        self.proven.store(true, Ordering::Relaxed);
    }

    /// The requests of its address.
    pub fn rate(&self) -> &PeerRate {
        &self.rate
    }

    /// Whether a review has come over it.
    pub fn is_proven(&self) -> bool {
        self.proven.load(Ordering::Relaxed)
    }

    /// How long it has been in its phase, in milliseconds, at so many milliseconds after the epoch.
    fn age_at(&self, now: u64) -> u64 {
        let since = self.since.load(Ordering::Relaxed);
        now.saturating_sub(since)
    }

    /// The first bytes of a request have come. On a new connection the deadline stays: the handshake is
    /// no reason for a second one.
    pub fn begin(&self, most: Duration) {
        match self.phase() {
            Phase::Fresh => self.phase.store(Phase::Headers.number(), Ordering::Relaxed),
            Phase::Idle => self.enter(Phase::Headers, most),
            _ => {}
        }
    }

    /// Whether it can be closed without harm: no request is on its way, nor about to come, nor its answer.
    fn is_dispensable(&self) -> bool {
        match self.phase() {
            Phase::Idle => true,
            Phase::Handshake | Phase::Fresh | Phase::Unread => self.is_silent_for(DRAIN_QUIET_TIME),
            Phase::Headers | Phase::Body | Phase::Review => false,
        }
    }

    /// Waits until the connection is to end; true: at once, false: when its request is answered.
    pub async fn close_requested(&self) -> bool {
        self.close.notified().await;
        self.is_over.load(Ordering::Relaxed)
    }

    fn end(&self, at_once: bool) {
        self.is_over.fetch_or(at_once, Ordering::Relaxed);
        self.close.notify_one();
    }
}

/// All open connections.
#[derive(Debug)]
pub(super) struct Connections {
    epoch: Instant,
    open: Mutex<HashMap<u64, Arc<Connection>>>,
    next: AtomicU64,
    rates: PeerRates,
    metrics: Arc<Metrics>,
    most: usize,
    handshake: Duration,
}

/// A place among the open connections, given back when dropped.
#[derive(Debug)]
pub(super) struct ConnectionSlot {
    number: u64,
    connections: Arc<Connections>,
    pub connection: Arc<Connection>,
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        self.connections.open().remove(&self.number);
        self.connections.metrics.connections.dec();
    }
}

impl Connections {
    pub fn new(options: &ServerOptions, metrics: Arc<Metrics>) -> Arc<Self> {
        Arc::new(Self {
            epoch: Instant::now(),
            open: Mutex::default(),
            next: AtomicU64::default(),
            rates: PeerRates::new(options.contested_rate),
            metrics,
            most: options.connections.max(1),
            handshake: options.handshake,
        })
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u64, Arc<Connection>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn count(&self) -> usize {
        self.open().len()
    }

    /// The requests of all addresses.
    pub fn rates(&self) -> &PeerRates {
        &self.rates
    }

    /// A place for a new connection. When all are taken, the least useful connection is closed to make room: strangers
    /// that have been silent for [`QUIET_TIME`]; then, of the address that has most, if that is more than
    /// [`FEW_CONNECTIONS`]; then other strangers, of which those whose handshake waits for this server come last; and at
    /// last idle ones. A review at work is never closed, and an address that holds more than [`FEW_CONNECTIONS`] takes no
    /// place of one that holds fewer, but for silent strangers. `None` if that leaves none.
    pub fn enter(self: &Arc<Self>, peer: IpAddr) -> Option<ConnectionSlot> {
        let connection = Arc::new(Connection {
            peer,
            rate: self.rates.of(peer),
            epoch: self.epoch,
            phase: AtomicU8::new(Phase::Handshake.number()),
            since: AtomicU64::default(),
            deadline: AtomicU64::default(),
            has_greeted: AtomicBool::default(),
            proven: AtomicBool::default(),
            is_over: AtomicBool::default(),
            close: Notify::new(),
        });
        connection.enter(Phase::Handshake, self.handshake);
        let mut open = self.open();
        if open.len() >= self.most {
            // It leaves the count here and now, so that a flood cannot close one after the other.
            let number = least_useful(&open, peer)?;
            if let Some(victim) = open.remove(&number) {
                victim.end(victim.phase() != Phase::Idle);
            }
            self.metrics.rejected(Rejection::MadeRoom);
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        open.insert(number, Arc::clone(&connection));
        drop(open);
        self.metrics.connections.inc();
        self.metrics.accepted.inc();
        Some(ConnectionSlot {
            number,
            connections: Arc::clone(self),
            connection,
        })
    }

    /// Closes the connection whose body has been coming for longest, if that is longer than anybody
    /// needs who does not mean to hold the room for others; false: there is none. For the body of a client
    /// whose reviews have come, strangers give way sooner.
    pub fn close_slowest_body(&self, for_proven: bool) -> bool {
        self.close_slowest_body_at(for_proven, milliseconds(self.epoch.elapsed()))
    }

    fn close_slowest_body_at(&self, for_proven: bool, now: u64) -> bool {
        let open = self.open();
        let is_slow = |one: &Connection| {
            let most = match for_proven && !one.is_proven() {
                true => SLOW_BODY_TIME_OF_STRANGER,
                false => SLOW_BODY_TIME,
            };
            one.phase() == Phase::Body && one.age_at(now) >= milliseconds(most)
        };
        let slowest = open
            .values()
            .filter(|one| !one.is_over.load(Ordering::Relaxed) && is_slow(one))
            .max_by_key(|one| one.age_at(now));
        if let Some(connection) = slowest {
            self.metrics.rejected(Rejection::MadeRoom);
            connection.end(true);
        }
        slowest.is_some()
    }

    /// Whether a connection is closed whose body has not let go of its room yet.
    pub fn has_ending_body(&self) -> bool {
        let open = self.open();
        let mut all = open.values();
        all.any(|one| one.is_over.load(Ordering::Relaxed) && one.phase() == Phase::Body)
    }

    /// Closes connections whose deadline is past, as long as it is polled.
    pub async fn watch(&self, every: Duration) {
        let mut ticks = tokio::time::interval(every);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let now = milliseconds(self.epoch.elapsed());
            for connection in self.open().values() {
                if connection.deadline.load(Ordering::Relaxed) > now
                    || connection.is_over.load(Ordering::Relaxed)
                {
                    continue;
                }
                let reason = match connection.phase() {
                    Phase::Handshake => Some(Rejection::SlowHandshake),
                    Phase::Fresh | Phase::Headers => Some(Rejection::SlowHeaders),
                    Phase::Body => Some(Rejection::SlowBody),
                    Phase::Review => Some(Rejection::TooLate),
                    Phase::Unread => Some(Rejection::Unread),
                    Phase::Idle => None,
                };
                if let Some(reason) = reason {
                    self.metrics.rejected(reason);
                }
                connection.end(true);
            }
        }
    }

    /// Closes connections that are idle or silent, and waits until all others have ended, too: each of
    /// those has a request on its way or is just being made for one, and is closed with its answer.
    pub async fn close_gently(&self) {
        loop {
            let open: Vec<_> = self.open().values().cloned().collect();
            if open.is_empty() {
                return;
            }
            for connection in open {
                if connection.is_dispensable() {
                    connection.end(connection.phase() != Phase::Idle);
                }
            }
            // An answer that was made before the server began to leave lets its connection go idle.
            tokio::time::sleep(DRAIN_CHECK_INTERVAL).await;
        }
    }

    /// Ends every connection at once.
    pub fn close_all(&self) {
        for connection in self.open().values() {
            connection.end(true);
        }
    }
}

/// The number of the connection that gives way to a new one of this address.
fn least_useful(open: &HashMap<u64, Arc<Connection>>, newcomer: IpAddr) -> Option<u64> {
    let mut shares: HashMap<IpAddr, usize> = HashMap::new();
    for other in open.values() {
        *shares.entry(other.peer).or_default() += 1;
    }
    let share = |peer: &IpAddr| shares.get(peer).copied().unwrap_or_default();
    // Of an address that holds many, also what is just beginning gives way to others.
    let many = |peer: &IpAddr| Some(share(peer)).filter(|share| *share > FEW_CONNECTIONS);
    let is_for_others = |peer: &IpAddr| many(peer) > many(&newcomer);
    let is_silent = |one: &Connection| !one.is_proven() && one.is_silent_for(QUIET_TIME);
    // Who holds many takes no place of somebody who holds few.
    let is_out_of_reach = |one: &Connection| many(&newcomer) > many(&one.peer) && !is_silent(one);
    let candidates = open.iter().filter(|(_, one)| !is_out_of_reach(one));
    let candidates = candidates.filter(|(_, one)| match one.phase() {
        Phase::Review => false,
        Phase::Idle | Phase::Unread => true,
        _ => !one.is_proven() || is_for_others(&one.peer),
    });
    let least = candidates.min_by_key(|(_, one)| {
        (
            !is_silent(one),
            Reverse(many(&one.peer)),
            one.is_proven(),
            Reverse(share(&one.peer)),
            // On a busy machine a handshake takes long, and its client may be a good one.
            one.waits_for_server(),
            one.since.load(Ordering::Relaxed),
        )
    });
    least.map(|(number, _)| *number)
}

#[cfg(test)]
#[path = "connections_tests.rs"]
mod tests;
