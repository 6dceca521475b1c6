//! All Leases that are watched, and what happens to them.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use k8s_openapi::jiff::Timestamp;

use crate::history::{LeaseChange, LeaseHistory, SeenBy};
use crate::record::{LeaseKey, LeaseObject};

/// What a list or a watch shows.
#[derive(Debug)]
pub enum Sighting {
    /// Everything that there is in a namespace (`None`: in all of them), and the API server's clock.
    Listed {
        /// Which namespace.
        namespace: Option<Box<str>>,
        /// All Leases there.
        leases: Vec<LeaseObject>,
        /// The time by the API server's clock, in whole seconds.
        server_time: Option<Timestamp>,
    },
    /// A Lease is there, or has changed.
    Put(LeaseObject),
    /// A Lease is gone.
    Gone(LeaseObject),
    /// The API server has ended a watch in good order: it answers, and nothing else has changed.
    Quiet,
    /// The API server does not answer, or not as it should.
    Unreachable {
        /// About which namespace; `None`: all of them.
        namespace: Option<Box<str>>,
        /// Why not.
        reason: String,
    },
}

/// Something that happened to a Lease that is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseNews {
    /// Which one.
    pub key: LeaseKey,
    /// Who holds it now.
    pub holder: Box<str>,
    /// Who held it before.
    pub previous: Box<str>,
    /// What happened; `None`: it was deleted.
    pub change: Option<LeaseChange>,
}

/// All Leases that are watched. It has no clock of its own: every moment is given, counted from the beginning.
#[derive(Debug, Default)]
pub struct Observer {
    histories: BTreeMap<LeaseKey, LeaseHistory>,
    /// The API server's clock when it was last seen, and when that was.
    server_time: Option<(Timestamp, Duration)>,
    /// About which namespaces the API server does not answer; `None`: all of them.
    lost: HashSet<Option<Box<str>>>,
}

impl Observer {
    /// The Leases that are there.
    pub fn histories(&self) -> impl Iterator<Item = &LeaseHistory> {
        self.histories.values()
    }

    /// One of them.
    #[must_use]
    pub fn history(&self, key: &LeaseKey) -> Option<&LeaseHistory> {
        self.histories.get(key)
    }

    /// A list that was asked for at a moment shows these Leases: what it shows unchanged was so until then. It may be older
    /// than what a watch has shown meanwhile, so nothing else is taken from it.
    pub fn prove(&mut self, leases: &[LeaseObject], asked: Duration) {
        for lease in leases {
            if let Some(history) = self.histories.get_mut(&lease.key)
                && history.lease.version == lease.version
            {
                history.last_seen = history.last_seen.max(asked);
            }
        }
    }

    /// The API server does not answer about a namespace.
    pub fn lost(&mut self, namespace: Option<Box<str>>) {
        self.lost.insert(namespace);
    }

    /// The API server answers about a namespace.
    pub fn answered(&mut self, namespace: Option<&str>, now: Duration) {
        if !self.lost.is_empty() && self.lost.remove(&namespace.map(Box::from)) {
            let histories = self.histories.iter_mut();
            for (_, history) in histories.filter(|(key, _)| is_in(namespace, key)) {
                history.blind_until = now;
            }
        }
    }

    /// How long ago a Lease was renewed by its holder's clock, against the API server's; `None` if one of them is not
    /// known. It is negative where the holder's clock is ahead, by more than the second that the API server's may be
    /// late, as it is sent without a fraction.
    #[must_use]
    pub fn age_by_clocks(&self, history: &LeaseHistory, now: Duration) -> Option<f64> {
        let (server, at) = self.server_time?;
        let renewed = history.lease.record.renewed_at()?;
        let between = server.duration_since(renewed).as_secs_f64();
        let age = between + now.saturating_sub(at).as_secs_f64();
        Some(if (-1.0..0.0).contains(&age) { 0.0 } else { age })
    }

    /// Takes what was seen at a moment; what has happened by that.
    pub fn take(&mut self, sighting: Sighting, now: Duration) -> Vec<LeaseNews> {
        match sighting {
            Sighting::Listed {
                namespace,
                leases,
                server_time,
            } => {
                self.answered(namespace.as_deref(), now);
                if let Some(time) = server_time {
                    self.server_time = Some((time, now));
                }
                let mut news = self.drop_all_but(namespace.as_deref(), &leases);
                let put = |lease| self.put(lease, now, SeenBy::List);
                news.extend(leases.into_iter().filter_map(put));
                news
            }
            Sighting::Put(lease) => self.put(lease, now, SeenBy::Watch).into_iter().collect(),
            Sighting::Gone(lease) => self.gone(&lease.key).into_iter().collect(),
            Sighting::Unreachable { namespace, .. } => {
                self.lost(namespace);
                Vec::new()
            }
            Sighting::Quiet => Vec::new(),
        }
    }

    fn put(&mut self, lease: LeaseObject, now: Duration, by: SeenBy) -> Option<LeaseNews> {
        let key = lease.key.clone();
        let holder = lease.record.holder.clone();
        let Some(history) = self.histories.get_mut(&key) else {
            let history = LeaseHistory::new(lease, now);
            self.histories.insert(key.clone(), history);
            return Some(LeaseNews {
                key,
                holder,
                previous: Box::default(),
                change: Some(LeaseChange::Appeared),
            });
        };
        let previous = history.lease.record.holder.clone();
        let change = history.see(lease, now, by)?;
        Some(LeaseNews {
            key,
            holder,
            previous,
            change: Some(change),
        })
    }

    fn gone(&mut self, key: &LeaseKey) -> Option<LeaseNews> {
        let history = self.histories.remove(key)?;
        Some(LeaseNews {
            key: history.lease.key,
            holder: Box::default(),
            previous: history.lease.record.holder,
            change: None,
        })
    }

    /// Forgets what a complete list does not name.
    fn drop_all_but(&mut self, namespace: Option<&str>, leases: &[LeaseObject]) -> Vec<LeaseNews> {
        let there: HashSet<&LeaseKey> = leases.iter().map(|lease| &lease.key).collect();
        let missing: Vec<LeaseKey> = self
            .histories
            .keys()
            .filter(|key| is_in(namespace, key) && !there.contains(key))
            .cloned()
            .collect();
        missing.iter().filter_map(|key| self.gone(key)).collect()
    }
}

/// Whether a Lease is in a namespace; `None`: all are.
fn is_in(namespace: Option<&str>, key: &LeaseKey) -> bool {
    namespace.is_none_or(|one| *one == *key.namespace)
}

#[cfg(test)]
#[path = "observer_tests.rs"]
mod tests;
