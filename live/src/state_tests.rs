use super::*;
use crate::history::SeenBy;
use crate::lease_fixture::orders;
use crate::record::{ElectionRecord, LeaseObject};

const CLAIMED: LeaseSurroundings = LeaseSurroundings {
    claimed: Claimed::Yes,
    holder_is_gone: false,
    is_shared: false,
    renew_deadline: Some(Duration::from_secs(10)),
};

fn lease(holder: &str, renewed: u64) -> LeaseObject {
    orders(holder, &renewed.to_string())
}

/// A Lease that was renewed at these moments, and looked at for so long; milliseconds.
fn watched(renewals: &[u64], until: u64) -> LeaseHistory {
    let mut history = LeaseHistory::new(lease("orders-0", 0), Duration::ZERO);
    for at in renewals {
        history.see(
            lease("orders-0", *at),
            Duration::from_millis(*at),
            SeenBy::Watch,
        );
    }
    let last = renewals.last().copied().unwrap_or_default();
    history.see(
        lease("orders-0", last),
        Duration::from_millis(until),
        SeenBy::Watch,
    );
    history
}

fn state(renewals: &[u64], until: u64, around: LeaseSurroundings) -> &'static str {
    state_of(&watched(renewals, until), around).as_str()
}

#[test]
fn a_lease_is_held_once_a_renewal_was_seen() {
    assert_eq!(state(&[], 0, CLAIMED), "unconfirmed");
    assert_eq!(state(&[], 1_900, CLAIMED), "unconfirmed");
    assert_eq!(state(&[1_900], 2_000, CLAIMED), "held");
    assert_eq!(state(&[1_900], 11_900, CLAIMED), "held");
}

#[test]
fn late_begins_after_the_renew_deadline_and_expired_after_the_duration() {
    assert_eq!(state(&[1_000], 11_000, CLAIMED), "held");
    assert_eq!(state(&[1_000], 11_001, CLAIMED), "late");
    assert_eq!(state(&[1_000], 16_000, CLAIMED), "late");
    assert_eq!(state(&[1_000], 16_001, CLAIMED), "expired");
    assert_eq!(state(&[], 15_001, CLAIMED), "expired");
}

#[test]
fn while_the_api_server_did_not_answer_nobody_could_renew() {
    let after_outage = |until| {
        let mut history = watched(&[1_000], until);
        history.blind_until = Duration::from_secs(30);
        state_of(&history, CLAIMED).as_str()
    };
    assert_eq!(after_outage(30_000), "unconfirmed");
    assert_eq!(after_outage(40_001), "late");
    assert_eq!(after_outage(45_001), "expired");
    let mut renewed_since = watched(&[1_000, 31_000], 32_000);
    renewed_since.blind_until = Duration::from_secs(30);
    assert_eq!(state_of(&renewed_since, CLAIMED).as_str(), "held");
}

#[test]
fn without_a_known_renew_deadline_nothing_is_late() {
    let around = LeaseSurroundings {
        renew_deadline: None,
        ..CLAIMED
    };
    assert_eq!(state(&[1_000], 15_900, around), "held");
    assert_eq!(state(&[1_000], 16_001, around), "expired");
}

#[test]
fn a_lease_without_a_claim_is_abandoned_unless_it_is_renewed() {
    let unclaimed = LeaseSurroundings {
        claimed: Claimed::No,
        renew_deadline: None,
        ..CLAIMED
    };
    assert_eq!(state(&[], 14_999, unclaimed), "unconfirmed");
    assert_eq!(state(&[], 15_000, unclaimed), "abandoned");
    assert_eq!(
        state(&[2_000, 4_000], 5_000, unclaimed),
        "held",
        "from outside the cluster"
    );
    let out_of_sight = LeaseSurroundings {
        claimed: Claimed::OutOfSight,
        ..unclaimed
    };
    assert_eq!(state(&[], 60_000, out_of_sight), "unconfirmed");
    let of_system = LeaseSurroundings {
        claimed: Claimed::Unknown,
        ..unclaimed
    };
    assert_eq!(state(&[], 60_000, of_system), "expired");
}

#[test]
fn a_long_lease_without_a_claim_is_not_abandoned_before_its_duration_is_over() {
    let unclaimed = LeaseSurroundings {
        claimed: Claimed::No,
        renew_deadline: None,
        ..CLAIMED
    };
    let mut history = watched(&[], 0);
    history.lease.record.duration_seconds = Some(60);
    let same = history.lease.clone();
    // Its holder may renew every 30 s, where no pod shows it.
    history.see(same.clone(), Duration::from_secs(20), SeenBy::List);
    assert_eq!(state_of(&history, unclaimed), LeaseState::Unconfirmed);
    history.see(same, Duration::from_secs(60), SeenBy::List);
    assert_eq!(state_of(&history, unclaimed), LeaseState::Abandoned);
}

#[test]
fn a_holder_that_is_gone_orphans_its_lease_when_it_is_silent() {
    let gone = LeaseSurroundings {
        holder_is_gone: true,
        ..CLAIMED
    };
    assert_eq!(state(&[], 9_999, gone), "unconfirmed");
    assert_eq!(state(&[], 10_000, gone), "orphaned");
    assert_eq!(state(&[], 60_000, gone), "orphaned");
    assert_eq!(state(&[2_000], 3_000, gone), "held", "somebody renews it");
}

#[test]
fn a_long_lease_is_orphaned_after_the_longest_default_observation() {
    let mut history = watched(&[], 0);
    history.lease.record.duration_seconds = Some(137);
    let same = history.lease.clone();
    history.see(same, Duration::from_secs(20), SeenBy::List);
    let around = LeaseSurroundings {
        holder_is_gone: true,
        renew_deadline: Some(Duration::from_secs(107)),
        ..CLAIMED
    };
    assert_eq!(state_of(&history, around), LeaseState::Orphaned);
    assert_eq!(
        state_of(&history, CLAIMED),
        LeaseState::Late,
        "10 s are over"
    );
}

#[test]
fn an_empty_holder_has_released_the_lease_or_never_was() {
    let mut history = watched(&[], 60_000);
    history.lease.record.holder = "".into();
    assert_eq!(state_of(&history, CLAIMED), LeaseState::Released);
    history.lease.record = ElectionRecord::default();
    assert_eq!(state_of(&history, CLAIMED), LeaseState::NeverHeld);
}

#[test]
fn an_identity_of_two_pods_is_shared_however_it_is_renewed() {
    let around = LeaseSurroundings {
        is_shared: true,
        ..CLAIMED
    };
    assert_eq!(state(&[1_000], 2_000, around), "shared");
}

#[test]
fn a_lease_without_a_duration_never_expires() {
    let mut history = watched(&[1_000], 100_000);
    history.lease.record.duration_seconds = None;
    let around = LeaseSurroundings {
        renew_deadline: None,
        ..CLAIMED
    };
    assert_eq!(state_of(&history, around), LeaseState::Held);
    assert_eq!(lease_duration(Some(0)), None);
    assert_eq!(lease_duration(Some(-1)), None);
}
