//! A clock, replicas that are stopped and continued at every operation, and a judge.

use std::cell::Cell;
use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use certs::inspect::{self, Certificate};
use certs::issue::{DAY, Lifetimes};
use certs::rotate::{
    CertificateReadiness, Keeper, MemoryStore, RotationPolicy, RotationStep, Round, keys,
};
use certs::{ServingCert, Timestamp};

pub const MINUTE: i64 = 60;
pub const DAY_SECONDS: i64 = 86_400;
/// How long an API server may believe what was published before.
const LAG: i64 = 20 * MINUTE;
pub const START: i64 = 1_795_000_000;

/// Small numbers by the seed (splitmix64).
pub struct SimulationDice(pub u64);

impl SimulationDice {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low + 1).expect("low is not above high");
        low + i64::try_from(self.below(span)).expect("small")
    }
}

pub fn policy() -> RotationPolicy {
    let mut policy = RotationPolicy::new(vec![
        "lint.ops.svc".parse().expect("a name"),
        "127.0.0.1".parse().expect("an address"),
    ]);
    policy.lifetimes = Lifetimes {
        authority: DAY * 300,
        leaf: DAY * 60,
        ..Lifetimes::default()
    };
    policy
}

type RunningRound = Pin<Box<dyn Future<Output = (Keeper<MemoryStore>, Round)>>>;

/// One replica, perhaps in the middle of a round.
pub struct Replica {
    pub idle: Option<Keeper<MemoryStore>>,
    running: Option<RunningRound>,
    pub serving: Arc<ServingCert>,
    pub readiness: Arc<CertificateReadiness>,
    /// How wrong its clock is, in seconds.
    skew: i64,
    pub now: Rc<Cell<i64>>,
}

impl Replica {
    fn new(cluster: &MemoryStore, now: &Rc<Cell<i64>>, skew: i64) -> Self {
        let keeper = Keeper::new(cluster.clone(), policy());
        Self {
            readiness: keeper.readiness(),
            idle: Some(keeper),
            running: None,
            serving: Arc::new(ServingCert::empty()),
            skew,
            now: Rc::clone(now),
        }
    }

    pub fn clock(&self) -> Timestamp {
        Timestamp::from_unix(self.now.get() + self.skew)
    }

    /// Goes on until the next operation gives way; what a finished round came to.
    fn poll(&mut self) -> Option<Round> {
        let mut running = self.running.take().unwrap_or_else(|| {
            let mut keeper = self.idle.take().expect("idle if not running");
            let serving = Arc::clone(&self.serving);
            let (now, skew) = (Rc::clone(&self.now), self.skew);
            Box::pin(async move {
                let clock = || Timestamp::from_unix(now.get() + skew);
                let round = keeper.round(&serving, clock).await.expect("a round");
                (keeper, round)
            })
        });
        match running
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Pending => {
                self.running = Some(running);
                None
            }
            Poll::Ready((keeper, round)) => {
                self.idle = Some(keeper);
                Some(round)
            }
        }
    }
}

/// Replicas, the cluster, and everything that was published.
pub struct Simulation {
    pub cluster: MemoryStore,
    pub now: Rc<Cell<i64>>,
    pub replicas: Vec<Replica>,
    /// When, and what.
    pub published: Vec<(i64, Vec<Certificate>)>,
    pub publications: usize,
    /// When a served certificate was found good against a publication.
    found_good: HashMap<(Vec<u8>, usize), i64>,
    /// Every authority that was ever stored.
    pub authorities: BTreeSet<Vec<u8>>,
    pub checks: usize,
    /// Checks while two authorities were trusted.
    pub checks_in_exchange: usize,
    pub steps: Vec<RotationStep>,
}

impl Simulation {
    pub fn new(skews: &[i64]) -> Self {
        let cluster = MemoryStore::new();
        let now = Rc::new(Cell::new(START));
        let replica = |skew: &i64| Replica::new(&cluster, &now, *skew);
        Self {
            replicas: skews.iter().map(replica).collect(),
            cluster,
            now,
            published: Vec::new(),
            publications: 0,
            found_good: HashMap::new(),
            authorities: BTreeSet::new(),
            checks: 0,
            checks_in_exchange: 0,
            steps: Vec::new(),
        }
    }

    pub fn poll(&mut self, which: usize) -> bool {
        let finished = self.replicas[which].poll();
        self.observe();
        let Some(round) = finished else {
            return false;
        };
        self.steps.extend(round.steps);
        true
    }

    pub fn finish_round(&mut self, which: usize) {
        while !self.poll(which) {}
    }

    pub fn advance(&mut self, seconds: i64) {
        self.now.set(self.now.get() + seconds);
        self.observe();
    }

    /// Sets a replica's clock so many seconds off.
    pub fn set_clock(&mut self, which: usize, skew: i64) {
        self.replicas[which].skew = skew;
    }

    pub fn restart(&mut self, which: usize) {
        let skew = self.replicas[which].skew;
        self.replicas[which] = Replica::new(&self.cluster, &self.now, skew);
    }

    /// Looks at what was published and stored since, and judges what is served.
    fn observe(&mut self) {
        let now = self.now.get();
        if self.cluster.publications() != self.publications {
            self.publications = self.cluster.publications();
            let bundle = inspect::certificates(&self.cluster.ca_bundle()).expect("a bundle");
            self.published.push((now, bundle));
        }
        if let Some(secret) = self.cluster.secret() {
            let stored = secret.get(keys::AUTHORITIES);
            let stored = stored.map_or(Ok(Vec::new()), |pem| inspect::certificates(pem));
            let stored = stored.expect("authorities");
            assert!(stored.len() <= 2, "{} authorities at once", stored.len());
            for one in stored {
                self.authorities.insert(one.der().to_vec());
            }
        }
        // Before the first publication has reached everyone nobody can be trusted.
        if self
            .published
            .first()
            .is_none_or(|(first, _)| *first > now - LAG)
        {
            return;
        }
        for which in 0..self.replicas.len() {
            self.judge(which);
        }
    }

    fn judge(&mut self, which: usize) {
        let now = self.now.get();
        let replica = &self.replicas[which];
        // A replica whose clock is days off cannot know what is in date.
        if !replica.readiness.is_ready(replica.clock()) || replica.skew.abs() >= DAY_SECONDS {
            return;
        }
        let identity = replica.serving.current().expect("a ready replica serves");
        // What an API server may believe: the last bundle published before the lag, and all since.
        let first = self
            .published
            .iter()
            .rposition(|(at, _)| *at <= now - LAG)
            .expect("published long ago");
        for index in first..self.published.len() {
            let bundle = &self.published[index].1;
            self.checks += 1;
            if index + 1 < self.published.len() || bundle.len() > 1 {
                self.checks_in_exchange += 1;
            }
            let key = (identity.leaf().der().to_vec(), index);
            if self.found_good.get(&key).is_some_and(|at| now - at < 3600) {
                continue;
            }
            for name in &policy().names {
                let verdict = inspect::verify(
                    identity.chain(),
                    bundle,
                    Some(name),
                    Timestamp::from_unix(now),
                );
                assert_eq!(
                    verdict,
                    Ok(()),
                    "replica {which} at {now}, publication {index} of {}; steps {:?}",
                    self.published.len(),
                    self.steps
                );
            }
            self.found_good.insert(key, now);
        }
    }
}
