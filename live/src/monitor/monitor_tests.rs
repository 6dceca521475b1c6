use std::collections::HashSet;

use super::exposition::exposition;
use super::*;
use crate::lease_fixture::{at, lease_of};
use crate::record::LeaseObject;

fn lease(name: &str, holder: &str, renewed: &str, duration: i64) -> LeaseObject {
    let mut lease = lease_of("shop", name, holder, renewed);
    lease.record.duration_seconds = Some(duration);
    lease
}

fn monitored() -> Monitored {
    Monitored::new(Instant::now())
}

/// The samples of one family.
fn samples(monitored: &Monitored, now: Duration, name: &str) -> Vec<String> {
    let text = exposition(monitored, now);
    let lines = text.lines().filter(|line| line.starts_with(name));
    lines.map(|line| line[name.len()..].to_owned()).collect()
}

#[tokio::test]
async fn a_lease_is_held_until_its_duration_is_over() {
    let mut monitored = monitored();
    monitored.take(Sighting::Put(lease("orders", "a\"0", "1", 15)), at(0));
    monitored.take(Sighting::Put(lease("orders", "a\"0", "2", 15)), at(2));
    let of = r#"{namespace="shop",lease="orders"}"#;
    let name = "leaselint_lease_seconds_since_renewal";
    assert_eq!(samples(&monitored, at(5), name), [format!("{of} 3")]);
    let name = "leaselint_lease_held";
    assert_eq!(samples(&monitored, at(17), name), [format!("{of} 1")]);
    assert_eq!(samples(&monitored, at(18), name), [format!("{of} 0")]);
    let name = "leaselint_lease_holder_info";
    assert_eq!(
        samples(&monitored, at(5), name),
        [r#"{namespace="shop",lease="orders",holder="a\"0"} 1"#]
    );
    let name = "leaselint_lease_transitions_total";
    assert_eq!(samples(&monitored, at(5), name), [format!("{of} 4")]);
}

#[tokio::test]
async fn a_release_keeps_the_duration_and_has_no_age() {
    let mut monitored = monitored();
    monitored.take(Sighting::Put(lease("orders", "a", "1", 15)), at(0));
    monitored.take(Sighting::Put(lease("orders", "", "2", 1)), at(2));
    let of = r#"{namespace="shop",lease="orders"}"#;
    let name = "leaselint_lease_duration_seconds";
    assert_eq!(samples(&monitored, at(5), name), [format!("{of} 15")]);
    let name = "leaselint_lease_seconds_since_renewal";
    assert!(samples(&monitored, at(5), name).is_empty());
    let name = "leaselint_lease_state";
    let set = samples(&monitored, at(99), name);
    let set: Vec<_> = set.iter().filter(|line| line.ends_with(" 1")).collect();
    assert_eq!(
        set,
        [r#"{namespace="shop",lease="orders",state="released"} 1"#]
    );
}

#[tokio::test]
async fn renewals_are_counted_by_the_part_of_the_duration_that_had_passed() {
    let mut monitored = monitored();
    monitored.take(Sighting::Put(lease("orders", "a", "1", 10)), at(0));
    for (renewed, seconds) in [("2", 2), ("3", 4), ("4", 12), ("5", 42)] {
        monitored.take(
            Sighting::Put(lease("orders", "a", renewed, 10)),
            at(seconds),
        );
    }
    // Parts: 0.2, 0.2, 0.8 and 3.
    assert_eq!(
        samples(
            &monitored,
            at(50),
            "leaselint_lease_renewal_lateness_ratio_"
        ),
        [
            r#"bucket{le="0.1"} 0"#,
            r#"bucket{le="0.2"} 2"#,
            r#"bucket{le="0.3"} 2"#,
            r#"bucket{le="0.5"} 2"#,
            r#"bucket{le="0.7"} 2"#,
            r#"bucket{le="0.9"} 3"#,
            r#"bucket{le="1"} 3"#,
            r#"bucket{le="2"} 3"#,
            r#"bucket{le="+Inf"} 4"#,
            "sum 4.200",
            "count 4",
        ]
    );
}

#[tokio::test]
async fn a_verdict_holds_only_for_the_record_that_it_is_about() {
    let mut monitored = monitored();
    monitored.take(Sighting::Put(lease("orders", "a", "1", 15)), at(0));
    let key = lease("orders", "a", "1", 15).key;
    let state = |monitored: &Monitored, now| {
        let history = monitored.observer.history(&key).unwrap();
        monitored.state(history, now)
    };
    assert_eq!(state(&monitored, at(15)), LeaseState::Held);
    assert_eq!(state(&monitored, at(16)), LeaseState::Unconfirmed);
    let verdict = LeaseVerdict {
        changed: at(0),
        state: LeaseState::Abandoned,
        has_candidates: Some(false),
    };
    monitored.verdicts.insert(key.clone(), verdict);
    assert_eq!(state(&monitored, at(16)), LeaseState::Abandoned);
    monitored.take(Sighting::Put(lease("orders", "a", "2", 15)), at(20));
    assert_eq!(state(&monitored, at(21)), LeaseState::Held);
}

#[tokio::test]
async fn what_a_list_has_not_proven_is_not_judged_and_what_was_judged_is_not_read_again() {
    let mut monitored = monitored();
    let orders = || lease("orders", "a", "1", 15);
    monitored.take(Sighting::Put(orders()), at(0));
    let at_16 = |history: &LeaseHistory| history.unchanged_at(at(16));
    assert!(!monitored.needs_reading(true, |history| history.unchanged_at(at(15))));
    assert!(monitored.needs_reading(false, at_16));
    // A list shows that it was renewed, and the watch has not: it may be dead.
    monitored
        .observer
        .prove(&[lease("orders", "a", "2", 15)], at(16));
    assert!(!monitored.needs_reading(true, LeaseHistory::unchanged));
    // Not all namespaces were read, so somebody may claim it.
    let around = Neighbourhood {
        pods: Some(Default::default()),
        workloads: Some(Vec::new()),
        ..Neighbourhood::default()
    };
    assert!(!monitored.judge(&around, at(16)));
    assert!(monitored.verdicts.is_empty());
    monitored.observer.prove(&[orders()], at(16));
    assert!(monitored.needs_reading(false, LeaseHistory::unchanged));
    assert!(monitored.judge(&around, at(16)));
    assert!(!monitored.judge(&around, at(16)), "nothing new");
    let verdict = monitored.verdicts[&orders().key];
    assert_eq!(
        (verdict.changed, verdict.state, verdict.has_candidates),
        (at(0), LeaseState::Unconfirmed, None)
    );
    assert!(!monitored.needs_reading(false, at_16));
    assert!(monitored.needs_reading(true, at_16));
}

#[tokio::test]
async fn of_a_lease_without_a_holder_it_is_shown_whether_candidates_run() {
    let mut monitored = monitored();
    monitored.take(Sighting::Put(lease("orders", "a", "1", 15)), at(0));
    let released = || lease("orders", "", "2", 1);
    monitored.take(Sighting::Put(released()), at(2));
    // What a release writes is no duration; the one of the last holder counts.
    let until = |seconds| move |history: &LeaseHistory| history.unchanged_at(at(seconds));
    assert!(!monitored.needs_reading(true, until(17)));
    assert!(monitored.needs_reading(false, until(18)));
    monitored.observer.prove(&[released()], at(18));
    let nothing_runs = Neighbourhood {
        pods: Some(Default::default()),
        workloads: Some(Vec::new()),
        is_whole: true,
        ..Neighbourhood::default()
    };
    assert!(monitored.judge(&nothing_runs, at(18)));
    let name = "leaselint_lease_has_candidates";
    let of = r#"{namespace="shop",lease="orders"}"#;
    assert_eq!(samples(&monitored, at(18), name), [format!("{of} 0")]);
    let state = |monitored: &Monitored| {
        let history = monitored.observer.history(&released().key).unwrap();
        monitored.state(history, at(18))
    };
    assert_eq!(state(&monitored), LeaseState::Released);
    monitored.take(Sighting::Put(lease("orders", "b", "3", 15)), at(19));
    assert!(samples(&monitored, at(19), name).is_empty());
}

#[tokio::test]
async fn what_is_gone_is_shown_no_more_and_silence_ends_readiness() {
    let mut monitored = monitored();
    monitored.take(Sighting::Put(lease("orders", "a", "1", 15)), at(0));
    monitored.take(Sighting::Gone(lease("orders", "a", "1", 15)), at(1));
    assert!(!exposition(&monitored, at(2)).contains("orders"));
    assert!(monitored.durations.is_empty());
    let unreachable = Sighting::Unreachable {
        namespace: None,
        reason: "no".to_owned(),
    };
    monitored.take(unreachable, at(30));
    assert!(monitored.is_ready(at(61)));
    assert!(!monitored.is_ready(at(62)));
}

#[tokio::test]
async fn an_api_server_that_has_nothing_new_is_not_silent() {
    let mut monitored = monitored();
    monitored.take(Sighting::Put(lease("orders", "a", "1", 15)), at(0));
    monitored.take(Sighting::Quiet, at(30));
    monitored.take(Sighting::Quiet, at(60));
    assert!(monitored.is_ready(at(120)));
    let name = "leaselint_monitor_seconds_since_answer";
    assert_eq!(samples(&monitored, at(63), name), [" 3.000"]);
    let name = "leaselint_lease_seconds_since_renewal";
    let of = r#"{namespace="shop",lease="orders"}"#;
    assert_eq!(samples(&monitored, at(63), name), [format!("{of} 63")]);
}

#[tokio::test]
async fn renewals_that_were_not_watched_are_not_counted_as_late() {
    let mut monitored = monitored();
    monitored.take(Sighting::Put(lease("orders", "a", "1", 10)), at(0));
    let listed = Sighting::Listed {
        namespace: None,
        leases: vec![lease("orders", "a", "9", 10)],
        server_time: None,
    };
    monitored.take(listed, at(60));
    let count = "leaselint_lease_renewal_lateness_ratio_count";
    assert_eq!(samples(&monitored, at(60), count), [" 0"]);
}

/// The metrics that a query names, without what a histogram adds to its name.
fn metrics_in(query: &str) -> impl Iterator<Item = &str> {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
    query
        .split(move |character| !is_part(character))
        .filter(|word| word.starts_with("leaselint_"))
        .map(|word| {
            let ends = ["_bucket", "_count", "_sum"];
            let without = ends.iter().find_map(|end| word.strip_suffix(end));
            without.unwrap_or(word)
        })
}

#[test]
fn the_dashboard_shows_every_metric_and_no_other() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../deploy/monitor/dashboard.json"
    );
    let text = std::fs::read_to_string(file).unwrap();
    let dashboard: serde_json::Value = serde_json::from_str(&text).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels
        .iter()
        .flat_map(|panel| panel["targets"].as_array().unwrap());
    let queries: Vec<&str> = targets
        .map(|target| target["expr"].as_str().unwrap())
        .collect();
    let choices = dashboard["templating"]["list"].as_array().unwrap().iter();
    let choices = choices.filter_map(|choice| choice["query"]["query"].as_str());
    let text = exposition(&monitored(), at(0));
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let mut there: Vec<&str> = types.filter_map(|line| line.split(' ').next()).collect();
    there.sort_unstable();
    let shown = queries.iter().flat_map(|query| metrics_in(query));
    let mut shown: Vec<&str> = shown.collect();
    shown.sort_unstable();
    shown.dedup();
    assert_eq!(shown, there);
    for metric in choices.flat_map(metrics_in) {
        assert!(there.contains(&metric), "{metric}");
    }
    let ids: HashSet<_> = panels.iter().map(|panel| panel["id"].as_u64()).collect();
    assert_eq!(ids.len(), panels.len(), "ids of panels");
}
