use super::*;
use crate::lease_fixture::{at, orders as lease};

#[test]
fn the_age_counts_from_the_last_change_that_was_seen() {
    let mut history = LeaseHistory::new(lease("a", "1"), at(0));
    assert_eq!(history.unchanged_at(at(4)), at(4));
    let renewed = history.see(lease("a", "2"), at(5), SeenBy::Watch);
    assert_eq!(renewed, Some(LeaseChange::Renewed { after: Some(at(5)) }));
    assert_eq!(history.see(lease("a", "2"), at(9), SeenBy::Watch), None);
    assert_eq!(history.unchanged(), at(4));
    assert_eq!((history.renewals, history.transitions), (1, 0));
}

#[test]
fn a_renewal_that_a_list_shows_has_no_known_age() {
    let mut history = LeaseHistory::new(lease("a", "1"), at(0));
    let renewed = history.see(lease("a", "9"), at(60), SeenBy::List);
    assert_eq!(renewed, Some(LeaseChange::Renewed { after: None }));
    assert_eq!(history.unchanged_at(at(61)), at(1));
    let next = history.see(lease("a", "10"), at(62), SeenBy::Watch);
    assert_eq!(next, Some(LeaseChange::Renewed { after: Some(at(2)) }));
}

#[test]
fn metadata_alone_is_no_renewal() {
    let mut history = LeaseHistory::new(lease("a", "1"), at(0));
    let mut labelled = lease("a", "1");
    labelled.version = "another".into();
    assert_eq!(history.see(labelled, at(3), SeenBy::Watch), None);
    assert_eq!(history.unchanged(), at(3));
}

#[test]
fn a_release_and_the_next_holder_are_one_transition() {
    let mut history = LeaseHistory::new(lease("a", "1"), at(0));
    assert_eq!(
        history.see(lease("", "2"), at(1), SeenBy::Watch),
        Some(LeaseChange::Released)
    );
    assert_eq!(
        history.see(lease("b", "3"), at(2), SeenBy::Watch),
        Some(LeaseChange::Acquired)
    );
    assert_eq!(history.transitions, 1);
    assert_eq!(history.see(lease("b", "3"), at(60), SeenBy::Watch), None);
    assert_eq!(history.transitions_per_hour(), Some(60.0));
}

#[test]
fn a_lease_that_was_deleted_and_made_anew_by_its_holder_is_written_not_renewed() {
    let mut history = LeaseHistory::new(lease("a", "1"), at(0));
    let mut anew = lease("a", "2");
    anew.uid = "v".into();
    assert_eq!(
        history.see(anew, at(1), SeenBy::Watch),
        Some(LeaseChange::Rewritten)
    );
    assert_eq!(history.renewals, 0);
    assert_eq!(history.changed, Some(at(1)));
}

#[test]
fn without_an_observation_there_is_no_rate() {
    let history = LeaseHistory::new(lease("a", "1"), at(0));
    assert_eq!(history.transitions_per_hour(), None);
}
