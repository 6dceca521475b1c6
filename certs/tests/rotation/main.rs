//! Replicas that keep one Secret: at every moment what each serves is trusted by whatever an API
//! server may believe, through years of renewals, exchanges of authorities, restarts and sleep.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

mod simulation;

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::future::Future;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use certs::issue::{Lifetimes, self_signed};
use certs::rotate::{
    Bundle, CertificateStore, Keeper, MemoryStore, Publication, ResourceVersion, RotationPolicy,
    RotationStep, SaveError, SecretData, Waiting,
};
use certs::{ServingCert, SubjectAltName, Timestamp};
use proptest::prelude::*;

use simulation::{DAY_SECONDS, MINUTE, START, Simulation, SimulationDice, policy};

/// Runs one replica for some days with a round every ten minutes around each change.
fn quiet_days(simulation: &mut Simulation, days: i64) {
    for _ in 0..days {
        for _ in 0..12 {
            simulation.finish_round(0);
            simulation.advance(10 * MINUTE);
        }
        simulation.advance(DAY_SECONDS - 120 * MINUTE);
    }
}

#[test]
fn an_authority_is_exchanged_step_by_step() {
    let mut simulation = Simulation::new(&[0]);
    simulation.finish_round(0);
    assert_eq!(simulation.steps, [RotationStep::Issue]);
    assert_eq!(simulation.publications, 1);

    // A third of 60 days (and an hour) is left after 40 days, of 300 days after 200.
    quiet_days(&mut simulation, 39);
    assert_eq!(simulation.steps.len(), 1);
    quiet_days(&mut simulation, 2);
    assert_eq!(
        simulation.steps,
        [RotationStep::Issue, RotationStep::RenewLeaf]
    );
    quiet_days(&mut simulation, 158);
    assert_eq!(simulation.steps.len(), 1 + 4);
    simulation.steps.clear();
    quiet_days(&mut simulation, 4);
    // The exchange brings a new serving certificate with it, on the day when one was due.
    let exchange: Vec<RotationStep> = simulation
        .steps
        .iter()
        .copied()
        .filter(|step| *step != RotationStep::RenewLeaf)
        .collect();
    assert_eq!(
        exchange,
        [
            RotationStep::StageAuthority,
            RotationStep::StartSettling,
            RotationStep::SwitchAuthority,
            RotationStep::StartSettling,
            RotationStep::DropAuthority
        ]
    );
    // Old, both, new.
    let sizes: Vec<usize> = simulation
        .published
        .iter()
        .map(|(_, bundle)| bundle.len())
        .collect();
    assert_eq!(sizes, [1, 2, 1]);
    assert!(
        !simulation.published[2]
            .1
            .contains(&simulation.published[0].1[0])
    );
    assert!(simulation.checks > 1000);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: seeds(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_served_is_trusted_at_every_moment(seed in any::<u64>()) {
        years_of_changes(seed);
    }
}

#[test]
fn what_is_served_is_trusted_also_where_one_slept_before_the_secret_vanished() {
    // Found at random: a creation, and a question for the Secret, that were long under way when it was deleted.
    for seed in [1_887_939_395_491_085_874, 8_811_122_840_996_958_450] {
        years_of_changes(seed);
    }
}

#[test]
fn a_clock_that_jumps_and_comes_back_leaves_nothing_that_is_not_trusted() {
    // Farther off it could not talk to an API server, whose certificate is good for a year.
    for jump in [45, 20, -45].map(|days| days * DAY_SECONDS) {
        let mut simulation = Simulation::new(&[0, 0]);
        for which in [0, 1] {
            simulation.finish_round(which);
        }
        simulation.advance(DAY_SECONDS);
        // One replica is ahead, or behind, for a while, and renews what seems to be due.
        simulation.set_clock(0, jump);
        for _ in 0..12 {
            for which in [0, 1] {
                simulation.finish_round(which);
            }
            simulation.advance(10 * MINUTE);
        }
        simulation.set_clock(0, 0);
        for _ in 0..24 {
            for which in [0, 1] {
                simulation.finish_round(which);
            }
            simulation.advance(10 * MINUTE);
        }
        // What each serves was compared with what was published, at every step.
        let now = simulation.replicas[1].clock();
        for replica in &simulation.replicas {
            assert!(
                replica.readiness.is_ready(now),
                "{jump}: {:?}",
                simulation.steps
            );
        }
    }
}

/// How many random histories are tried: `LEASELINT_ROTATION_SEEDS`, else 5.
fn seeds() -> u32 {
    let wanted = std::env::var("LEASELINT_ROTATION_SEEDS").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(5)
}

/// Replicas with clocks that differ, in an order and at times by the seed.
fn years_of_changes(seed: u64) {
    let mut dice = SimulationDice(seed);
    let count = dice.between(1, 4);
    let skews: Vec<i64> = (0..count)
        .map(|_| dice.between(-5 * MINUTE, 5 * MINUTE))
        .collect();
    let mut simulation = Simulation::new(&skews);
    for _ in 0..4000 {
        let which = usize::try_from(dice.between(0, count - 1)).expect("small");
        match dice.below(1000) {
            0..700 => drop(simulation.poll(which)),
            700..880 => simulation.advance(dice.between(1, 2 * MINUTE)),
            880..945 => simulation.advance(dice.between(5 * MINUTE, 90 * MINUTE)),
            945..980 => {
                // All is quiet for days; some sleep in the middle of a round.
                for which in 0..simulation.replicas.len() {
                    if dice.below(3) > 0 {
                        simulation.finish_round(which);
                    }
                }
                simulation.advance(dice.between(1, 12) * DAY_SECONDS);
            }
            980..990 => simulation.restart(which),
            _ => {
                // Somebody deletes the Secret; everyone looks again before the grace is over.
                let is_held = simulation.replicas.iter().any(|one| {
                    let keeper = one.idle.as_ref();
                    keeper.is_some_and(|keeper| keeper.held().is_some())
                        && one.readiness.is_ready(one.clock())
                });
                if is_held {
                    simulation.cluster.put_secret(None);
                    for which in 0..simulation.replicas.len() {
                        simulation.finish_round(which);
                    }
                }
            }
        }
    }
    let rotations = simulation.authorities.len();
    assert!(simulation.checks > 500, "{} checks", simulation.checks);
    let in_exchange = simulation.checks_in_exchange;
    assert!(in_exchange > 100, "{in_exchange} checks during exchanges");
    assert!(rotations > 3, "{rotations} authorities");
}

#[test]
fn many_replicas_that_start_at_once_agree_on_one_authority() {
    let mut simulation = Simulation::new(&[0; 12]);
    let mut dice = SimulationDice(7);
    let mut finished = BTreeSet::new();
    while finished.len() < 12 {
        let which = usize::try_from(dice.below(12)).expect("small");
        if !finished.contains(&which) && simulation.poll(which) {
            finished.insert(which);
        }
    }
    assert_eq!(simulation.steps, [RotationStep::Issue]);
    assert_eq!(simulation.authorities.len(), 1);
    assert_eq!(simulation.publications, 1);
    let leaves: BTreeSet<Vec<u8>> = simulation
        .replicas
        .iter()
        .map(|one| one.serving.current().expect("served").leaf().der().to_vec())
        .collect();
    assert_eq!(leaves.len(), 1);
}

#[test]
fn an_exchange_makes_one_authority_however_many_replicas_there_are() {
    let mut simulation = Simulation::new(&[0; 5]);
    let mut dice = SimulationDice(11);
    for _ in 0..5 {
        simulation.finish_round(usize::try_from(dice.below(5)).expect("small"));
    }
    simulation.advance(201 * DAY_SECONDS);
    for _ in 0..3000 {
        simulation.poll(usize::try_from(dice.below(5)).expect("small"));
        if dice.below(10) == 0 {
            simulation.advance(MINUTE);
        }
    }
    assert_eq!(simulation.authorities.len(), 2);
    let count = |step| simulation.steps.iter().filter(|one| **one == step).count();
    assert_eq!(count(RotationStep::StageAuthority), 1);
    assert_eq!(count(RotationStep::SwitchAuthority), 1);
    assert_eq!(count(RotationStep::DropAuthority), 1);
}

#[test]
fn what_is_not_ours_is_not_touched() {
    let foreign = self_signed(
        &policy().names,
        Timestamp::from_unix(START),
        &Lifetimes::default(),
    )
    .expect("issued");
    let mut secret = SecretData::new();
    secret.insert("tls.crt".to_owned(), foreign.leaf.certificate.into_bytes());
    secret.insert("tls.key".to_owned(), foreign.leaf.key.reveal().into());
    secret.insert("ca.crt".to_owned(), foreign.ca_bundle.into_bytes());

    let mut simulation = Simulation::new(&[0]);
    simulation.cluster.put_secret(Some(secret.clone()));
    simulation.finish_round(0);
    assert_eq!(simulation.cluster.secret(), Some(secret));
    assert_eq!(simulation.publications, 0);
    assert!(simulation.steps.is_empty());
    assert!(simulation.replicas[0].serving.current().is_none());
}

#[test]
fn a_damaged_secret_is_named_by_the_key_at_fault() {
    let mut simulation = Simulation::new(&[0]);
    simulation.finish_round(0);
    let whole = simulation.cluster.secret().expect("a Secret");
    for key in ["ca.crt", "ca.key", "tls.crt", "tls.key"] {
        let mut damaged = whole.clone();
        damaged.insert(key.to_owned(), b"nothing".to_vec());
        let damage = Bundle::read(&damaged).expect_err("damaged").to_string();
        assert!(damage.contains(&format!("`{key}`")), "{key}: {damage}");
    }
}

#[test]
fn an_empty_secret_is_filled() {
    let mut simulation = Simulation::new(&[0]);
    simulation.cluster.put_secret(Some(SecretData::new()));
    simulation.finish_round(0);
    assert_eq!(simulation.steps, [RotationStep::Issue]);
}

#[test]
fn a_bundle_that_an_upgrade_took_back_is_published_again_and_settles_again() {
    let mut simulation = Simulation::new(&[0]);
    simulation.finish_round(0);
    let before = simulation.cluster.ca_bundle();
    simulation.advance(201 * DAY_SECONDS);
    simulation.finish_round(0);
    simulation.advance(50 * MINUTE);
    simulation.cluster.put_ca_bundle(before);
    simulation.steps.clear();
    simulation.finish_round(0);
    assert_eq!(
        simulation.steps,
        [RotationStep::StopSettling, RotationStep::StartSettling]
    );
    // Ten minutes were left of the first settling time.
    simulation.advance(15 * MINUTE);
    simulation.finish_round(0);
    assert!(!simulation.steps.contains(&RotationStep::SwitchAuthority));
    simulation.advance(50 * MINUTE);
    simulation.finish_round(0);
    assert!(simulation.steps.contains(&RotationStep::SwitchAuthority));
}

#[test]
fn a_vanished_secret_is_left_to_those_who_hold_it() {
    let mut simulation = Simulation::new(&[0, 0]);
    simulation.finish_round(0);
    simulation.finish_round(1);
    simulation.advance(30 * MINUTE);
    let served = simulation.replicas[0].serving.current().expect("served");
    simulation.restart(1);
    simulation.cluster.put_secret(None);
    simulation.steps.clear();
    simulation.finish_round(1);
    assert!(simulation.steps.is_empty());
    simulation.finish_round(0);
    assert_eq!(
        simulation.steps,
        [RotationStep::Restore, RotationStep::StartSettling]
    );
    let still = simulation.replicas[0].serving.current().expect("served");
    assert_eq!(still.leaf(), served.leaf());
    // Deleting it asked for a new authority.
    assert_eq!(simulation.authorities.len(), 2);
}

/// Two replicas; the second one sleeps while the first takes steps up to this one.
fn one_sleeps_until(step: RotationStep) -> Simulation {
    let mut simulation = Simulation::new(&[0, 0]);
    for _ in 0..199 {
        simulation.finish_round(0);
        simulation.finish_round(1);
        simulation.advance(DAY_SECONDS);
    }
    simulation.advance(DAY_SECONDS);
    while !simulation.steps.contains(&step) {
        simulation.finish_round(0);
        simulation.advance(10 * MINUTE);
    }
    simulation.finish_round(0);
    simulation.steps.clear();
    simulation
}

#[test]
fn who_slept_until_the_old_authority_was_dropped_restores_nothing() {
    let mut simulation = one_sleeps_until(RotationStep::DropAuthority);
    simulation.cluster.put_secret(None);
    simulation.finish_round(1);
    assert_eq!(simulation.steps, []);
    simulation.finish_round(0);
    assert_eq!(
        simulation.steps,
        [RotationStep::Restore, RotationStep::StartSettling]
    );
    simulation.finish_round(1);
    let served = |which: usize| simulation.replicas[which].serving.current();
    assert_eq!(
        served(0).expect("served").leaf(),
        served(1).expect("served").leaf()
    );
}

#[test]
fn who_slept_until_the_new_authority_signed_restores_with_both_trusted() {
    let mut simulation = one_sleeps_until(RotationStep::SwitchAuthority);
    simulation.cluster.put_secret(None);
    // The serving certificate of the first one is judged after each operation of the second one.
    simulation.finish_round(1);
    assert!(simulation.steps.contains(&RotationStep::Restore));
    let published = &simulation.published;
    let last = &published[published.len() - 1].1;
    assert_eq!(last.len(), 2);
    // No third one is made.
    assert_eq!(simulation.authorities.len(), 2);
}

#[test]
fn with_nobody_left_to_restore_it_one_starts_anew() {
    let mut simulation = Simulation::new(&[0]);
    simulation.finish_round(0);
    simulation.restart(0);
    simulation.cluster.put_secret(None);
    simulation.finish_round(0);
    assert_eq!(simulation.steps, [RotationStep::Issue]);
    simulation.advance(121);
    simulation.finish_round(0);
    assert_eq!(simulation.steps, [RotationStep::Issue, RotationStep::Issue]);
}

#[test]
fn names_that_are_wanted_later_are_added() {
    let cluster = MemoryStore::new();
    let now = Timestamp::from_unix(START);
    let serving = ServingCert::empty();
    let run = |names: &[&str]| {
        let names: Vec<SubjectAltName> = names
            .iter()
            .map(|name| name.parse().expect("a name"))
            .collect();
        let mut keeper = Keeper::new(cluster.clone(), RotationPolicy::new(names));
        let mut round = Box::pin(keeper.round(&serving, || now));
        loop {
            if let Poll::Ready(done) = round.as_mut().poll(&mut Context::from_waker(Waker::noop()))
            {
                return done.expect("a round").steps;
            }
        }
    };
    assert_eq!(run(&["a.ops.svc"]), [RotationStep::Issue]);
    assert_eq!(run(&["b.ops.svc"]), [RotationStep::RenewLeaf]);
    // Replicas of both releases are content now.
    assert_eq!(run(&["a.ops.svc"]), []);
    assert_eq!(run(&["b.ops.svc"]), []);
    let served = serving.current().expect("served");
    assert_eq!(served.leaf().names, ["b.ops.svc", "a.ops.svc"]);
}

#[test]
fn an_expired_authority_is_replaced_at_once() {
    let mut simulation = Simulation::new(&[0]);
    simulation.finish_round(0);
    simulation.advance(400 * DAY_SECONDS);
    simulation.steps.clear();
    // A gap is unavoidable: all that was published has expired. Judged from the next one on.
    simulation.published.clear();
    simulation.finish_round(0);
    assert_eq!(simulation.steps, [RotationStep::Issue]);
    assert_eq!(simulation.publications, 2);
    assert_eq!(policy().stale_after(), Duration::from_secs(1800));
}

/// A cluster in which this program may not look at what is published.
struct Unpublished(MemoryStore);

impl CertificateStore for Unpublished {
    type Error = Infallible;

    async fn load(&self) -> Result<Option<(SecretData, ResourceVersion)>, Infallible> {
        self.0.load().await
    }

    async fn save(
        &self,
        data: &SecretData,
        seen: Option<&ResourceVersion>,
    ) -> Result<(), SaveError<Infallible>> {
        self.0.save(data, seen).await
    }

    async fn published(&self) -> Result<Option<Publication>, Infallible> {
        Ok(None)
    }

    async fn publish(&self, _: &str, _: &ResourceVersion) -> Result<(), SaveError<Infallible>> {
        panic!("nothing may be published");
    }
}

#[tokio::test]
async fn what_is_not_known_to_be_published_never_signs() {
    let cluster = MemoryStore::new();
    let mut keeper = Keeper::new(Unpublished(cluster.clone()), policy());
    let serving = ServingCert::empty();
    let mut steps = Vec::new();
    let mut last = None;
    for day in 0..290 {
        let now = Timestamp::from_unix(START + day * DAY_SECONDS);
        let round = keeper.round(&serving, || now).await.expect("a round");
        assert!(keeper.readiness().is_ready(now));
        steps.extend(round.steps);
        last = Some(round.waiting);
    }
    assert!(steps.contains(&RotationStep::StageAuthority));
    assert!(!steps.contains(&RotationStep::SwitchAuthority));
    assert_eq!(last, Some(Waiting::Publication));
}
