//! How many requests each address sends, so that none takes the time that another one needs.
//!
//! An API server that is alone is never slowed down: only while several addresses ask does each have its share.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long an address counts as one that asks.
const CONTEST_TIME: Duration = Duration::from_secs(1);
/// Addresses above which those are forgotten that hold no connection.
const MAX_KNOWN_PEERS: usize = 1024;

/// The requests of one address.
#[derive(Debug)]
pub(super) struct PeerRate {
    /// From 1 on.
    number: u64,
    /// Which second, since the start.
    second: AtomicU64,
    /// Requests in it.
    requests: AtomicU64,
}

/// The requests of all addresses.
#[derive(Debug)]
pub(super) struct PeerRates {
    epoch: Instant,
    /// Requests that one address may send in a second while another one asks.
    most: u64,
    known: Mutex<HashMap<IpAddr, Arc<PeerRate>>>,
    next: AtomicU64,
    /// The number of the address that asked last; 0 before the first.
    last: AtomicU64,
    /// Milliseconds after the epoch at which another address asked than right before; 0 if that never happened.
    contested: AtomicU64,
}

impl PeerRates {
    /// Nobody has asked yet.
    pub fn new(most: u64) -> Self {
        Self {
            epoch: Instant::now(),
            most,
            known: Mutex::default(),
            next: AtomicU64::new(1),
            last: AtomicU64::default(),
            contested: AtomicU64::default(),
        }
    }

    /// What is counted of an address, also over several connections.
    pub fn of(&self, peer: IpAddr) -> Arc<PeerRate> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_KNOWN_PEERS {
            known.retain(|_, rate| Arc::strong_count(rate) > 1);
        }
        let rate = known.entry(peer).or_insert_with(|| {
            Arc::new(PeerRate {
                number: self.next.fetch_add(1, Ordering::Relaxed),
                second: AtomicU64::default(),
                requests: AtomicU64::default(),
            })
        });
        Arc::clone(rate)
    }

    /// Counts a request; how long it has to wait, if its address has had its share of this second.
    pub fn wait(&self, of: &PeerRate) -> Option<Duration> {
        self.wait_at(of, self.epoch.elapsed())
    }

    fn wait_at(&self, of: &PeerRate, now: Duration) -> Option<Duration> {
        let millis = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
        // A load first: where one address asks, no thread takes this from another one.
        let last = self.last.load(Ordering::Relaxed);
        if last != of.number {
            self.last.store(of.number, Ordering::Relaxed);
            if last != 0 {
                self.contested.store(millis.max(1), Ordering::Relaxed);
            }
        }
        if of.second.swap(now.as_secs(), Ordering::Relaxed) != now.as_secs() {
            of.requests.store(0, Ordering::Relaxed);
        }
        let before = of.requests.fetch_add(1, Ordering::Relaxed);
        if before < self.most {
            return None;
        }
        let contested = self.contested.load(Ordering::Relaxed);
        let is_contested =
            contested != 0 && now.saturating_sub(Duration::from_millis(contested)) < CONTEST_TIME;
        is_contested.then(|| Duration::from_secs(now.as_secs() + 1).saturating_sub(now))
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn peer(number: u8) -> IpAddr {
        Ipv4Addr::new(10, 0, 0, number).into()
    }

    #[test]
    fn who_is_alone_may_ask_as_much_as_he_likes() {
        let rates = PeerRates::new(10);
        let one = rates.of(peer(1));
        assert!((0..1000).all(|_| rates.wait_at(&one, at(5_000)).is_none()));
    }

    #[test]
    fn each_address_has_its_share_while_others_ask() {
        let rates = PeerRates::new(10);
        let (one, two) = (rates.of(peer(1)), rates.of(peer(2)));
        assert!(!Arc::ptr_eq(&one, &two));
        assert!((0..500).all(|_| rates.wait_at(&one, at(5_100)).is_none()));
        assert_eq!(rates.wait_at(&two, at(5_200)), None);
        // It has had more than its share of this second.
        assert_eq!(rates.wait_at(&one, at(5_250)), Some(at(750)));
        // A new connection is no new address.
        assert_eq!(rates.wait_at(&rates.of(peer(1)), at(5_300)), Some(at(700)));
        assert_eq!(rates.wait_at(&two, at(5_300)), None);
        let allowed = (0..100).filter(|_| rates.wait_at(&one, at(6_000)).is_none());
        assert_eq!(allowed.count(), 10);
        // The other one has stopped.
        assert!((0..100).all(|_| rates.wait_at(&one, at(7_500)).is_none()));
    }

    #[test]
    fn addresses_without_a_connection_are_forgotten() {
        let rates = PeerRates::new(10);
        let kept = rates.of(peer(1));
        for number in 0..3000_u32 {
            drop(rates.of(Ipv4Addr::from_bits(number + (11 << 24)).into()));
        }
        assert!(Arc::ptr_eq(&kept, &rates.of(peer(1))));
        let known = rates.known.lock().map(|known| known.len());
        assert!(known.is_ok_and(|known| known <= MAX_KNOWN_PEERS));
    }
}
