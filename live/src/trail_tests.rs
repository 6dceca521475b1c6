use super::*;
use crate::lease_fixture::{at, orders};

const RENEWED: LeaseChange = LeaseChange::Renewed { after: None };

fn key() -> LeaseKey {
    orders("a", "1").key
}

/// The Lease of a holder, with a duration of 5 s, or of 1 s where it has none, as a release writes it.
fn lease(holder: &str) -> LeaseObject {
    let mut lease = orders(holder, "1");
    lease.record.duration_seconds = Some(if holder.is_empty() { 1 } else { 5 });
    lease
}

/// What each second of a time shows, for a renew deadline of 3 s.
fn drawn(trails: &Trails, seconds: std::ops::Range<u64>) -> String {
    let letter = |second| match trails.stretch(&key(), (at(second), at(second + 1)), Some(at(3))) {
        TrailStretch::Before => ' ',
        TrailStretch::Blind => '?',
        TrailStretch::Acquired => 'A',
        TrailStretch::Released => 'R',
        TrailStretch::Renewed => '|',
        TrailStretch::Held => '-',
        TrailStretch::Late => '~',
        TrailStretch::Expired => 'x',
        TrailStretch::Free => '_',
    };
    seconds.map(letter).collect()
}

#[test]
fn each_second_shows_what_happened_or_how_old_the_last_renewal_is() {
    let mut trails = Trails::default();
    trails.put(&lease("a"), LeaseChange::Appeared, at(2));
    for (second, change, holder) in [
        (3, RENEWED, "a"),
        (5, RENEWED, "a"),
        (13, LeaseChange::Acquired, "b"),
        (15, LeaseChange::Released, ""),
        (18, LeaseChange::Acquired, "a"),
    ] {
        trails.put(&lease(holder), change, at(second));
    }
    trails.sees(at(21));
    assert_eq!(drawn(&trails, 0..21), "  -|-|--~~xxxA-R__A--");
}

#[test]
fn what_is_overdue_is_not_shown_before_the_api_server_says_so() {
    let mut trails = Trails::default();
    trails.put(&lease("a"), LeaseChange::Appeared, at(0));
    trails.sees(at(1));
    assert_eq!(drawn(&trails, 0..8), "---?????");
    trails.sees(at(5));
    assert_eq!(drawn(&trails, 0..8), "---~~???", "late, and it may expire");
    // What it has said holds until something else is seen.
    trails.sees(at(6));
    assert_eq!(drawn(&trails, 0..8), "---~~xxx");
}

#[test]
fn a_free_lease_is_free_from_the_beginning() {
    let mut trails = Trails::default();
    trails.put(&lease(""), LeaseChange::Appeared, at(0));
    assert_eq!(drawn(&trails, 0..8), "________");
}

#[test]
fn nothing_is_shown_of_an_outage_but_itself() {
    let mut trails = Trails::default();
    trails.put(&lease("a"), LeaseChange::Appeared, at(0));
    trails.put(&lease("a"), RENEWED, at(1));
    trails.blind(at(3));
    trails.blind(at(4));
    assert_eq!(drawn(&trails, 0..9), "-|-??????");
    trails.sees(at(7));
    trails.put(&lease("a"), RENEWED, at(7));
    assert_eq!(drawn(&trails, 0..9), "-|-????|-");
}

#[test]
fn what_is_old_is_forgotten_but_for_what_the_rest_is_judged_by() {
    let mut trails = Trails::default();
    trails.put(&lease("a"), LeaseChange::Appeared, at(0));
    for second in 1..2000 {
        trails.put(&lease("a"), RENEWED, at(second));
    }
    let kept = trails.by_lease[&key()].written.len();
    assert_eq!(kept, 602, "those of 600 s, and the one before");
    trails.gone(&key());
    assert_eq!(drawn(&trails, 1990..1993), "   ");
}
