use super::*;
use crate::lease_fixture::lease_of;
use crate::record::LeaseObject;

const fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn lease(holder: &str, renewed: &str) -> LeaseObject {
    lease_of("shop", "orders", holder, renewed)
}

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

#[test]
fn an_expiry_is_said_once_for_each_record() {
    let mut source = begun();
    assert!(source.tick(at(15)).is_empty());
    assert_eq!(words(&source.tick(at(16))), ["expired a<"]);
    assert!(source.tick(at(17)).is_empty());
    assert_eq!(
        words(&source.take(put("a", "2"), at(18))),
        ["renewed-late a<"]
    );
    assert!(source.tick(at(33)).is_empty());
    assert_eq!(words(&source.tick(at(34))), ["expired a<"]);
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

#[test]
fn an_outage_is_said_once_and_hides_what_it_hides() {
    let mut source = begun();
    let unreachable = || Sighting::Unreachable("no".to_owned());
    assert_eq!(words(&source.take(unreachable(), at(5))), ["unreachable <"]);
    assert!(source.take(unreachable(), at(6)).is_empty());
    assert!(source.tick(at(60)).is_empty(), "nothing is known");
    let listed = Sighting::Listed {
        namespace: None,
        leases: vec![lease("a", "1")],
        server_time: None,
    };
    assert_eq!(words(&source.take(listed, at(61))), ["back <"]);
    assert_eq!(
        words(&source.tick(at(61))),
        ["expired a<"],
        "it was not renewed meanwhile"
    );
}

#[test]
fn renewals_that_an_outage_hides_are_not_late() {
    let mut source = begun();
    source.take(Sighting::Unreachable("no".to_owned()), at(5));
    let listed = Sighting::Listed {
        namespace: None,
        leases: vec![lease("a", "9")],
        server_time: None,
    };
    assert_eq!(words(&source.take(listed, at(65))), ["back <"]);
    assert!(source.take(put("a", "10"), at(67)).is_empty());
    assert!(source.take(Sighting::Quiet, at(68)).is_empty());
}
