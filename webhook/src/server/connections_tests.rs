#![allow(clippy::unwrap_used)] // in tests a panic is the message

use std::net::Ipv4Addr;

use super::*;

fn peer(number: u8) -> IpAddr {
    Ipv4Addr::new(10, 0, 0, number).into()
}

const API_SERVER: u8 = 1;
/// Milliseconds after the epoch at which bodies begin that are given their age.
const BEGUN_AT: u64 = 5_000;

fn connections(most: usize) -> Arc<Connections> {
    let options = ServerOptions {
        connections: most,
        ..ServerOptions::default()
    };
    Connections::new(&options, Arc::new(Metrics::new("test")))
}

/// So many connections of one address, each of which has had a review and is idle.
fn idle(all: &Arc<Connections>, number: u8, count: usize) -> Vec<ConnectionSlot> {
    let open = || {
        let slot = all.enter(peer(number)).unwrap();
        slot.connection.prove();
        slot.connection.enter(Phase::Idle, Duration::from_secs(120));
        slot
    };
    std::iter::repeat_with(open).take(count).collect()
}

fn is_open(all: &Connections, slot: &ConnectionSlot) -> bool {
    all.open().contains_key(&slot.number)
}

#[test]
fn a_new_connection_of_an_api_server_stays_though_others_have_taken_every_place() {
    let all = connections(100);
    // It has sent reviews, as anybody can.
    let greedy = idle(&all, 66, 100);
    let ours = all.enter(peer(API_SERVER)).unwrap();
    let more: Vec<_> = (0..50).map(|_| all.enter(peer(66)).unwrap()).collect();
    assert!(is_open(&all, &ours));
    // One gave way to ours; then each of the new ones to the next.
    assert_eq!(greedy.iter().filter(|one| is_open(&all, one)).count(), 98);
    assert_eq!(more.iter().filter(|one| is_open(&all, one)).count(), 1);
}

#[test]
fn of_an_address_with_many_what_is_just_beginning_gives_way_to_others() {
    let all = connections(100);
    let greedy = idle(&all, 66, 100);
    for slot in &greedy {
        slot.connection
            .enter(Phase::Headers, Duration::from_secs(5));
    }
    assert!(all.enter(peer(66)).is_none(), "not to its own");
    let ours = all.enter(peer(API_SERVER)).unwrap();
    assert!(is_open(&all, &ours));
    for slot in &greedy {
        slot.connection.enter(Phase::Review, Duration::from_secs(5));
    }
    ours.connection.prove();
    ours.connection
        .enter(Phase::Headers, Duration::from_secs(5));
    assert!(
        all.enter(peer(2)).is_none(),
        "a review at work is not closed"
    );
}

#[test]
fn an_api_server_alone_loses_its_idle_connections_at_last() {
    let all = connections(40);
    let ours = idle(&all, API_SERVER, 30);
    let strangers: Vec<_> = (0..10)
        .map(|one| all.enter(peer(100 + one)).unwrap())
        .collect();
    // Of strangers the one that waits for longest.
    let _more = all.enter(peer(200)).unwrap();
    assert!(ours.iter().all(|one| is_open(&all, one)));
    assert_eq!(strangers.iter().filter(|one| is_open(&all, one)).count(), 9);
}

#[test]
fn strangers_that_are_silent_go_first_whoever_has_more() {
    let all = connections(41);
    let many = idle(&all, 2, 40);
    let silent = all.enter(peer(3)).unwrap();
    std::thread::sleep(QUIET_TIME + Duration::from_millis(20));
    let _new = all.enter(peer(4)).unwrap();
    assert!(!is_open(&all, &silent));
    assert!(many.iter().all(|one| is_open(&all, one)));
}

#[test]
fn of_one_address_a_handshake_that_waits_for_the_server_stays_longer_than_silence() {
    let all = connections(40);
    let ours = all.enter(peer(66)).unwrap();
    ours.connection.greeted();
    // So it is the oldest.
    std::thread::sleep(Duration::from_millis(5));
    let later: Vec<_> = (0..39).map(|_| all.enter(peer(66)).unwrap()).collect();
    // Twelve have had their handshake and have sent nothing since.
    for slot in later.iter().take(12) {
        slot.connection.enter(Phase::Fresh, Duration::from_secs(5));
    }
    let _more: Vec<_> = (0..39).map(|_| all.enter(peer(66)).unwrap()).collect();
    assert!(is_open(&all, &ours));
}

#[test]
fn an_address_with_many_takes_no_place_of_one_with_few() {
    let all = connections(60);
    let mut few = idle(&all, API_SERVER, 18);
    for (slot, phase) in few.iter().zip([Phase::Headers, Phase::Body, Phase::Unread]) {
        slot.connection.enter(phase, Duration::from_secs(5));
    }
    // A handshake, which is not proven yet.
    few.push(all.enter(peer(API_SERVER)).unwrap());
    let silent = all.enter(peer(3)).unwrap();
    let greedy = idle(&all, 66, 40);
    for slot in &greedy {
        slot.connection.enter(Phase::Review, Duration::from_secs(5));
    }
    std::thread::sleep(QUIET_TIME + Duration::from_millis(20));
    // As one that connects right now.
    few.last().unwrap().connection.greeted();
    let first = all.enter(peer(66)).unwrap();
    assert!(!is_open(&all, &silent), "it has never sent anything");
    first
        .connection
        .enter(Phase::Review, Duration::from_secs(5));
    assert!(all.enter(peer(66)).is_none(), "its own are all at work");
    assert!(few.iter().all(|one| is_open(&all, one)));
    // Another address gets a place, and no review ends for it.
    let _other = all.enter(peer(2)).unwrap();
    assert!(greedy.iter().all(|one| is_open(&all, one)));
}

#[test]
fn a_body_that_has_just_begun_gives_way_only_to_a_client_whose_reviews_have_come() {
    let all = connections(10);
    let reading = |is_proven: bool| {
        let slot = all.enter(peer(66)).unwrap();
        if is_proven {
            slot.connection.prove();
        }
        slot.connection.enter(Phase::Body, Duration::from_secs(10));
        slot.connection.since.store(BEGUN_AT, Ordering::Relaxed);
        slot
    };
    let (stranger, known) = (reading(false), reading(true));
    let is_over = |slot: &ConnectionSlot| slot.connection.is_over.load(Ordering::Relaxed);
    // They have come for as long as strangers may take, and for less than others may.
    let now = BEGUN_AT + milliseconds(SLOW_BODY_TIME_OF_STRANGER);
    assert!(!all.close_slowest_body_at(true, now - 1));
    assert!(!all.close_slowest_body_at(false, now));
    assert!(all.close_slowest_body_at(true, now));
    assert!(is_over(&stranger));
    assert!(
        !all.close_slowest_body_at(true, now),
        "both have had reviews"
    );
    assert!(!is_over(&known));
}
