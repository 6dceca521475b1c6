use super::*;
use crate::lease_fixture::{at, lease_of as lease};

fn listed(namespace: Option<&str>, leases: Vec<LeaseObject>) -> Sighting {
    Sighting::Listed {
        namespace: namespace.map(Into::into),
        leases,
        server_time: "2026-01-31T08:00:10Z".parse().ok(),
    }
}

/// `shop/orders Acquired b<a`, one for each.
fn words(news: &[LeaseNews]) -> Vec<String> {
    let word = |news: &LeaseNews| {
        let change = match news.change {
            None => "Deleted".to_owned(),
            Some(LeaseChange::Renewed { after: Some(after) }) => format!("Renewed after {after:?}"),
            Some(change) => format!("{change:?}"),
        };
        format!("{} {change} {}<{}", news.key, news.holder, news.previous)
    };
    news.iter().map(word).collect()
}

#[test]
fn what_happens_is_reported_once_with_both_holders() {
    let mut observer = Observer::default();
    let first = observer.take(listed(None, vec![lease("shop", "orders", "a", "1")]), at(0));
    assert_eq!(words(&first), ["shop/orders Appeared a<"]);
    let renewed = observer.take(Sighting::Put(lease("shop", "orders", "a", "2")), at(2));
    assert_eq!(words(&renewed), ["shop/orders Renewed after 2s a<a"]);
    let again = observer.take(listed(None, vec![lease("shop", "orders", "a", "2")]), at(3));
    assert!(again.is_empty());
    let other = observer.take(Sighting::Put(lease("shop", "orders", "b", "3")), at(20));
    assert_eq!(words(&other), ["shop/orders Acquired b<a"]);
    let gone = observer.take(Sighting::Gone(lease("shop", "orders", "b", "3")), at(21));
    assert_eq!(words(&gone), ["shop/orders Deleted <b"]);
}

#[test]
fn a_list_of_one_namespace_says_nothing_of_others() {
    let mut observer = Observer::default();
    observer.take(
        listed(Some("shop"), vec![lease("shop", "a", "x", "1")]),
        at(0),
    );
    observer.take(
        listed(Some("ops"), vec![lease("ops", "b", "x", "1")]),
        at(0),
    );
    let news = observer.take(listed(Some("shop"), Vec::new()), at(1));
    assert_eq!(words(&news), ["shop/a Deleted <x"]);
    assert_eq!(observer.histories().count(), 1);
}

#[test]
fn silence_begins_anew_where_the_api_server_answers_again() {
    let mut observer = Observer::default();
    for namespace in ["shop", "ops"] {
        let there = vec![lease(namespace, "orders", "a", "1")];
        observer.take(listed(Some(namespace), there), at(0));
    }
    let lost = Sighting::Unreachable {
        namespace: Some("shop".into()),
        reason: "no answer".to_owned(),
    };
    observer.take(lost, at(10));
    for (namespace, expected) in [("shop", 0), ("ops", 30)] {
        let there = vec![lease(namespace, "orders", "a", "1")];
        observer.take(listed(Some(namespace), there), at(30));
        let key = lease(namespace, "orders", "a", "1").key;
        let history = observer.history(&key).unwrap();
        assert_eq!(history.silent(), at(expected), "{namespace}");
        assert_eq!(history.unchanged(), at(30), "{namespace}");
    }
}

#[test]
fn a_list_after_an_outage_proves_that_nothing_changed_meanwhile() {
    let mut observer = Observer::default();
    let there = || listed(None, vec![lease("shop", "orders", "a", "1")]);
    observer.take(there(), at(0));
    let unreachable = Sighting::Unreachable {
        namespace: None,
        reason: "no answer".to_owned(),
    };
    observer.take(unreachable, at(5));
    let history = observer.histories().next().unwrap();
    assert_eq!(
        history.unchanged(),
        at(0),
        "what was not looked at is not known"
    );
    observer.take(there(), at(40));
    let history = observer.histories().next().unwrap();
    assert_eq!(history.unchanged(), at(40));
}

#[test]
fn an_age_without_an_observation_is_the_difference_of_two_clocks() {
    let mut observer = Observer::default();
    let renewed = "2026-01-31T08:00:07.500000Z";
    observer.take(
        listed(None, vec![lease("shop", "orders", "a", renewed)]),
        at(0),
    );
    let history = observer.histories().next().unwrap();
    assert_eq!(observer.age_by_clocks(history, at(0)), Some(2.5));
    assert_eq!(observer.age_by_clocks(history, at(4)), Some(6.5));
    let rounded = "2026-01-31T08:00:10.400000Z";
    observer.take(Sighting::Put(lease("shop", "orders", "a", rounded)), at(0));
    let history = observer.histories().next().unwrap();
    assert_eq!(observer.age_by_clocks(history, at(0)), Some(0.0));
    let ahead = "2026-01-31T08:05:10.000000Z";
    observer.take(Sighting::Put(lease("shop", "orders", "a", ahead)), at(4));
    let history = observer.histories().next().unwrap();
    assert_eq!(observer.age_by_clocks(history, at(4)), Some(-296.0));
}

#[test]
fn a_list_proves_only_what_it_shows_as_it_was_seen() {
    let mut observer = Observer::default();
    let (orders, stock) = (
        lease("shop", "orders", "a", "1"),
        lease("shop", "stock", "b", "1"),
    );
    observer.take(listed(None, vec![orders.clone(), stock]), at(0));
    // The watch was faster than this list.
    observer.take(Sighting::Put(lease("shop", "stock", "b", "2")), at(9));
    observer.prove(&[orders, lease("shop", "stock", "b", "1")], at(20));
    let unchanged = |name: &str| {
        let found = observer
            .histories()
            .find(|history| *history.key().name == *name);
        found.unwrap().unchanged()
    };
    assert_eq!(unchanged("orders"), at(20));
    assert_eq!(unchanged("stock"), at(0));
}
