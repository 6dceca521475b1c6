use super::*;
use crate::lease_fixture::{at, orders as lease};

fn put(holder: &str, renewed: &str) -> Sighting {
    Sighting::Put(lease(holder, renewed))
}

/// `acquired b<a`, one for each.
fn words(events: &[LiveEvent]) -> Vec<String> {
    let word = |event: &LiveEvent| {
        format!(
            "{} {}<{}",
            event.kind.as_str(),
            event.holder,
            event.previous
        )
    };
    events.iter().map(word).collect()
}

/// A source that has seen a Lease of `a`, and has begun.
fn begun() -> EventSource {
    let mut source = EventSource::default();
    assert!(
        source.take(put("a", "1"), at(0)).is_empty(),
        "it has not happened now"
    );
    source.has_begun = true;
    source
}

#[test]
fn holders_come_and_go() {
    let mut source = begun();
    assert!(source.take(put("a", "2"), at(2)).is_empty());
    let taken = source.take(put("b", "3"), at(20));
    assert_eq!(words(&taken), ["lost b<a", "acquired b<a"]);
    assert_eq!(words(&source.take(put("", "4"), at(21))), ["released <b"]);
    assert_eq!(words(&source.take(put("c", "5"), at(22))), ["acquired c<"]);
    let gone = source.take(Sighting::Gone(lease("c", "5")), at(23));
    assert_eq!(words(&gone), ["deleted <c"]);
    assert_eq!(words(&source.take(put("c", "6"), at(24))), ["acquired c<"]);
}

/// What has expired by the list that shows a Lease of `a`, as it was renewed then.
fn proven(source: &mut EventSource, renewed: &str, asked: Duration) -> Vec<String> {
    source.prove(&[lease("a", renewed)], asked);
    words(&source.expire())
}

#[test]
fn an_expiry_is_said_once_for_each_record() {
    let mut source = begun();
    assert!(proven(&mut source, "1", at(15)).is_empty());
    assert_eq!(proven(&mut source, "1", at(16)), ["expired a<"]);
    assert!(proven(&mut source, "1", at(17)).is_empty());
    assert_eq!(
        words(&source.take(put("a", "2"), at(18))),
        ["renewed-late a<"]
    );
    assert!(proven(&mut source, "2", at(33)).is_empty());
    assert_eq!(proven(&mut source, "2", at(34)), ["expired a<"]);
}

#[test]
fn what_was_not_seen_to_be_renewed_is_proven_before_it_is_expired() {
    let mut source = begun();
    assert!(!source.needs_proof(at(15)));
    assert!(source.needs_proof(at(16)));
    assert!(source.expire().is_empty(), "the watch may be dead");
    // Another renewal was on its way.
    assert!(proven(&mut source, "2", at(16)).is_empty());
    assert!(source.needs_proof(at(17)));
    assert_eq!(proven(&mut source, "1", at(17)), ["expired a<"]);
    assert!(!source.needs_proof(at(60)), "nothing is left to prove");
    source.deadlines.insert(lease("a", "1").key, at(10));
    source.take(put("a", "2"), at(20));
    assert!(!source.needs_proof(at(30)));
    assert!(source.needs_proof(at(31)), "it may be late");
    source.prove(&[lease("a", "2")], at(31));
    assert!(!source.needs_proof(at(32)));
    assert!(source.needs_proof(at(36)), "it may have expired");
}

#[test]
fn a_renewal_is_late_after_the_renew_deadline_if_that_is_known() {
    let mut source = begun();
    assert!(source.take(put("a", "2"), at(12)).is_empty());
    source.deadlines.insert(lease("a", "1").key, at(10));
    assert!(source.take(put("a", "3"), at(22)).is_empty());
    assert_eq!(
        words(&source.take(put("a", "4"), at(33))),
        ["renewed-late a<"]
    );
}

/// The API server does not answer about a namespace.
fn unreachable(namespace: Option<&str>) -> Sighting {
    Sighting::Unreachable {
        namespace: namespace.map(Box::from),
        reason: "no".to_owned(),
    }
}

fn listed(renewed: &str) -> Sighting {
    Sighting::Listed {
        namespace: None,
        leases: vec![lease("a", renewed)],
        server_time: None,
    }
}

#[test]
fn an_outage_is_said_once_and_hides_what_it_hides() {
    let mut source = begun();
    let lost = source.take(unreachable(None), at(5));
    assert_eq!(words(&lost), ["unreachable <"]);
    assert_eq!(lost[0].reason.as_deref(), Some("no"));
    assert!(source.take(unreachable(None), at(6)).is_empty());
    assert!(!source.needs_proof(at(60)), "there is none");
    assert!(source.expire().is_empty(), "nothing is known");
    assert_eq!(words(&source.take(listed("1"), at(61))), ["back <"]);
    assert!(source.expire().is_empty(), "it could not be renewed before");
    assert!(source.take(listed("1"), at(76)).is_empty());
    assert!(source.expire().is_empty());
    assert!(source.take(listed("1"), at(77)).is_empty());
    assert_eq!(words(&source.expire()), ["expired a<"]);
}

#[test]
fn renewals_that_an_outage_hides_are_not_late() {
    let mut source = begun();
    source.take(unreachable(None), at(5));
    assert_eq!(words(&source.take(listed("9"), at(65))), ["back <"]);
    assert!(source.take(put("a", "10"), at(67)).is_empty());
    assert!(source.take(Sighting::Quiet, at(68)).is_empty());
}

#[test]
fn a_namespace_that_cannot_be_read_hides_no_other() {
    let mut source = begun();
    let lost = source.take(unreachable(Some("ops")), at(5));
    assert_eq!(words(&lost), ["unreachable <"]);
    assert!(
        source.take(put("a", "2"), at(6)).is_empty(),
        "it is not back"
    );
    assert!(source.take(unreachable(Some("ops")), at(7)).is_empty());
    assert!(source.needs_proof(at(22)));
    assert_eq!(source.unreachable(), Some("no"));
    let back = source.answered(Some("ops"), at(23));
    assert_eq!(words(back.as_slice()), ["back <"]);
    assert_eq!(source.unreachable(), None);
}
