use std::collections::HashMap;

use super::*;
use crate::lease_fixture::lease_of;
use crate::observer::Sighting;
use crate::pod::Controller;
use crate::record::LeaseObject;

const START: Duration = Duration::ZERO;

fn lease(namespace: &str, name: &str, holder: &str) -> LeaseObject {
    lease_of(namespace, name, holder, "2026-01-31T08:00:00.000000Z")
}

fn pod(name: &str, owner: &str) -> PodFacts {
    PodFacts {
        namespace: "shop".into(),
        name: name.into(),
        node: "node-1".into(),
        host_name: None,
        host_network: false,
        controller: Some(Controller {
            api_version: "apps/v1".into(),
            kind: "StatefulSet".into(),
            name: owner.into(),
        }),
        runs: true,
        is_deleted: false,
        has_ended: false,
    }
}

fn claim(name: &str) -> Claim {
    Claim {
        object: ObjectName {
            api_version: "apps/v1".to_owned(),
            kind: "StatefulSet".to_owned(),
            namespace: Some("shop".to_owned()),
            name: name.to_owned(),
        },
        container: "manager".into(),
        is_on: true,
        lease: Some(Duration::from_secs(30)),
        renew: Some(Duration::from_secs(10)),
        retry: Some(Duration::from_secs(2)),
        identity: IdentityKind::HostnameUuid,
        is_unique: Some(true),
        identity_text: None,
        several_leaders: false,
        promises: None,
    }
}

fn around(pods: Vec<PodFacts>, claims: Vec<(&str, Claim)>) -> Neighbourhood {
    let key = |name: &str| LeaseKey {
        namespace: "shop".into(),
        name: name.into(),
    };
    let workloads = claims.iter().map(|(_, claim)| claim.workload()).collect();
    Neighbourhood {
        pods: Some(ClusterPods::new(pods, HashMap::new())),
        workloads: Some(workloads),
        claims: claims
            .into_iter()
            .map(|(name, claim)| (key(name), claim))
            .collect(),
        is_whole: true,
    }
}

/// The statuses of these Leases if nothing happens to them for 20 seconds.
fn after_silence(leases: Vec<LeaseObject>, around: &Neighbourhood) -> Vec<LeaseStatus> {
    let mut observer = Observer::default();
    let now = Duration::from_secs(20);
    for at in [START, now] {
        let listed = Sighting::Listed {
            namespace: None,
            leases: leases.clone(),
            server_time: "2026-01-31T08:00:05Z".parse().ok(),
        };
        observer.take(listed, at);
    }
    statuses(&observer, around, now)
}

fn states(leases: Vec<LeaseObject>, around: &Neighbourhood) -> Vec<&'static str> {
    let statuses = after_silence(leases, around);
    statuses
        .iter()
        .map(|status| status.state.as_str())
        .collect()
}

#[test]
fn a_lease_shows_its_pod_and_the_settings_of_its_elector() {
    let around = around(
        vec![pod("orders-0", "orders")],
        vec![("orders", claim("orders"))],
    );
    let statuses = after_silence(vec![lease("shop", "orders", "orders-0_x")], &around);
    let status = &statuses[0];
    assert_eq!(status.state, LeaseState::Expired);
    let pod = status.pod.as_ref().unwrap();
    assert_eq!((&*pod.name, &*pod.node), ("orders-0", "node-1"));
    assert_eq!(status.object.as_ref().unwrap().name, "orders");
    assert_eq!(status.container.as_deref(), Some("manager"));
    assert_eq!(status.duration_seconds, Some(15));
    assert_eq!(status.declared, Some(Duration::from_secs(30)));
    let age = status.renewed.unwrap();
    assert!(!age.is_observed);
    assert!((age.seconds - 5.0).abs() < 1e-9, "{}", age.seconds);
}

#[test]
fn a_silent_lease_is_orphaned_abandoned_or_expired_by_who_is_there() {
    let orders = || vec![("orders", claim("orders"))];
    let gone = || vec![lease("shop", "orders", "orders-7_x")];
    let others = around(vec![pod("orders-0", "orders")], orders());
    assert_eq!(states(gone(), &others), ["orphaned"]);
    let none = around(Vec::new(), orders());
    assert_eq!(states(gone(), &none), ["abandoned"], "scaled to zero");
    let elsewhere = Neighbourhood {
        is_whole: false,
        ..around(Vec::new(), orders())
    };
    assert_eq!(states(gone(), &elsewhere), ["unconfirmed"]);
    let unreadable = Neighbourhood {
        pods: None,
        ..around(Vec::new(), orders())
    };
    assert_eq!(states(gone(), &unreadable), ["expired"]);
}

#[test]
fn candidates_are_pods_that_run_and_stay_of_an_election_that_is_on() {
    let free = || vec![lease("shop", "orders", "")];
    let has_candidates = |around: &Neighbourhood| after_silence(free(), around)[0].has_candidates;
    let with = |pod: PodFacts, claim: Claim| around(vec![pod], vec![("orders", claim)]);
    let runs = || pod("orders-0", "orders");
    assert_eq!(has_candidates(&with(runs(), claim("orders"))), Some(true));
    let mut waits = runs();
    waits.runs = false;
    assert_eq!(has_candidates(&with(waits, claim("orders"))), Some(false));
    let mut ends = runs();
    ends.is_deleted = true;
    assert_eq!(has_candidates(&with(ends, claim("orders"))), Some(false));
    let unsure = Claim {
        is_on: false,
        ..claim("orders")
    };
    assert_eq!(has_candidates(&with(runs(), unsure)), None);
    let nothing = around(Vec::new(), Vec::new());
    assert_eq!(has_candidates(&nothing), Some(false));
    let elsewhere = Neighbourhood {
        is_whole: false,
        ..nothing
    };
    assert_eq!(has_candidates(&elsewhere), None);
}

#[test]
fn a_control_plane_may_run_where_no_pod_shows_it() {
    let around = around(Vec::new(), Vec::new());
    let leases = vec![
        lease("kube-system", "kube-scheduler", "control-plane-1_x"),
        lease("shop", "kube-scheduler", "control-plane-1_x"),
    ];
    assert_eq!(states(leases, &around), ["expired", "abandoned"]);
}

#[test]
fn two_pods_with_the_constant_that_holds_the_lease_share_it() {
    let constant = Claim {
        identity: IdentityKind::Literal,
        is_unique: Some(false),
        identity_text: Some("the-leader".into()),
        ..claim("orders")
    };
    let with = |pods| around(pods, vec![("orders", constant.clone())]);
    let leases = || vec![lease("shop", "orders", "the-leader")];
    let two = with(vec![pod("orders-0", "orders"), pod("orders-1", "orders")]);
    assert_eq!(states(leases(), &two), ["shared"]);
    let one = with(vec![pod("orders-0", "orders")]);
    assert_eq!(states(leases(), &one), ["expired"]);
    let other = vec![lease("shop", "orders", "somebody-else")];
    assert_eq!(states(other, &two), ["expired"]);
}

#[test]
fn heartbeats_are_no_elections() {
    let around = around(Vec::new(), Vec::new());
    let mut heartbeat = lease("kube-node-lease", "node-1", "node-1");
    heartbeat.kind = LeaseKind::Node;
    let statuses = after_silence(vec![heartbeat], &around);
    assert_eq!(statuses[0].state, LeaseState::Expired);
    assert_eq!(statuses[0].object, None);
}
