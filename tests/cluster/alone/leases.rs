//! Nothing that happens to the webhook touches an election.

use std::path::Path;
use std::time::{Duration, Instant};

use control_plane::{ControlPlane, Options, Process};
use serde_json::Value;

use crate::load::Load;
use crate::objects::{BAD, GOOD, deployment, namespace};
use crate::support::{
    KubectlOutcome, WebhookProcess, deploy, free_address, kubectl, patch_webhooks,
    set_failure_policy, until, until_asked,
};

const LEASE: &str =
    "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-controller-manager";
const LEASE_DURATION: Duration = Duration::from_secs(8);
/// A standby looks every 2.2 retry periods at most (client-go `tools/leaderelection`, v1.36: jitter
/// factor 1.2), here of a second each; the rest is for the requests themselves on a busy machine.
const LOOK: Duration = Duration::from_millis(2_200 + 1_800);

/// Two controller managers that elect.
struct Electors<'p> {
    plane: &'p ControlPlane,
    leader: Process,
    standby: Process,
    count: u32,
}

fn candidate(plane: &ControlPlane, number: u32) -> Process {
    let arguments = [
        "--leader-elect=true",
        "--leader-elect-lease-duration=8s",
        "--leader-elect-renew-deadline=6s",
        "--leader-elect-retry-period=1s",
        "--controllers=deployment-controller,replicaset-controller",
    ];
    let name = format!("candidate-{number}");
    plane.controllers(&name, &arguments).unwrap()
}

fn holder(plane: &ControlPlane) -> Option<String> {
    let lease = plane.client().get(LEASE).ok()?;
    let holder = lease["spec"]["holderIdentity"].as_str()?;
    Some(holder.to_owned()).filter(|holder| !holder.is_empty())
}

impl<'p> Electors<'p> {
    fn start(plane: &'p ControlPlane) -> Self {
        let leader = candidate(plane, 1);
        until("there is a leader", || holder(plane).is_some());
        Self {
            plane,
            leader,
            standby: candidate(plane, 2),
            count: 2,
        }
    }

    /// For longer than the lease lasts the leader stays, and renews in time.
    fn are_undisturbed(&self, while_it: &str) {
        let leader = holder(self.plane);
        let begin = Instant::now();
        let (mut renewed, mut last, mut oldest) = (begin, Value::Null, Duration::ZERO);
        while begin.elapsed() < LEASE_DURATION + Duration::from_secs(1) {
            let lease = self.plane.client().get(LEASE).unwrap();
            assert_eq!(lease["spec"]["holderIdentity"].as_str(), leader.as_deref());
            if lease["spec"]["renewTime"] != last {
                (renewed, last) = (Instant::now(), lease["spec"]["renewTime"].clone());
            }
            oldest = oldest.max(renewed.elapsed());
            assert!(oldest < LEASE_DURATION, "{while_it}: {oldest:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
        println!("{while_it}: the oldest renewal was {oldest:?} old");
    }

    /// Kills the leader: the other one takes over as soon as it may.
    fn change_hands(&mut self, while_it: &str) {
        let before = holder(self.plane);
        self.count += 1;
        let next = candidate(self.plane, self.count);
        let standby = std::mem::replace(&mut self.standby, next);
        let mut leader = std::mem::replace(&mut self.leader, standby);
        leader.kill();
        let begin = Instant::now();
        until("another one leads", || holder(self.plane) != before);
        let took = begin.elapsed();
        assert!(took < LEASE_DURATION + LOOK, "{while_it}: {took:?}");
        println!("{while_it}: handed over after {took:?}");
    }
}

fn create(plane: &ControlPlane, namespace: &str, arguments: &[&str]) -> KubectlOutcome {
    let object = deployment(namespace, "orders", arguments, 2).to_string();
    kubectl(plane, &["create", "--dry-run=server", "-f", "-"], &object)
}

/// A webhook that is overloaded, then hung, then dead, under one failurePolicy.
fn everything_goes_wrong(plane: &ControlPlane, kubeconfig: &Path, policy: &str) {
    let fails = policy == "Fail";
    set_failure_policy(plane, policy);
    let address = free_address();
    patch_webhooks(plane, "clientConfig/service/port", &address.port().into());
    let name = format!("leaselint-{policy}");
    let webhook = WebhookProcess::start_at(plane, &name, kubeconfig, &[], address);
    until_asked(plane, "shop");
    let mut electors = Electors::start(plane);

    let load = Load::start(plane.client(), "shop", 40, Duration::ZERO);
    electors.are_undisturbed("overloaded");
    let tally = load.end();
    // Overload makes answers late; it does not make them wrong.
    assert_eq!(tally.failed, Vec::<String>::new());

    webhook.signal("STOP");
    let load = Load::start(plane.client(), "shop", 4, Duration::ZERO);
    let said = create(plane, "shop", BAD);
    assert_eq!(said.passed, !fails, "{}", said.words);
    assert!(
        !fails || said.words.contains("context deadline exceeded"),
        "{}",
        said.words
    );
    electors.are_undisturbed("hung");
    let tally = load.end();
    assert_eq!(tally.failed.is_empty(), !fails, "{tally:?}");
    if !fails {
        electors.change_hands("hung");
    }
    webhook.signal("CONT");
    until_asked(plane, "shop");
    create(plane, "shop", GOOD).passes();

    webhook.process.lock().unwrap().kill();
    let said = create(plane, "shop", GOOD);
    assert_eq!(said.passed, !fails, "{}", said.words);
    if fails {
        let port = address.port().to_string();
        insta::assert_snapshot!(said.words.replace(&port, "PORT").trim(), @r#"Error from server (InternalError): error when creating "STDIN": Internal error occurred: failed calling webhook "validate.leaselint.io": failed to call webhook: Post "https://leaselint.leaselint.svc:PORT/validate?timeout=3s": dial tcp 127.0.0.1:PORT: connect: connection refused"#);
    }
    // What the cluster and the webhook stand on is not asked about.
    for namespace in ["kube-system", "leaselint"] {
        create(plane, namespace, BAD).passes();
    }
    let restart = [
        "-n",
        "leaselint",
        "rollout",
        "restart",
        "deployment/leaselint",
    ];
    kubectl(plane, &restart, "").passes();
    electors.are_undisturbed("dead");
    if fails {
        electors.change_hands("dead");
    }

    let again = WebhookProcess::start_at(plane, &format!("{name}-again"), kubeconfig, &[], address);
    until_asked(plane, "shop");
    create(plane, "shop", GOOD).passes();
    assert_eq!(
        again.metric("leaselint_reviews_total", &["kind=\"Lease\""]),
        0.0
    );
}

fn under(policy: &str) {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    let kubeconfig = deploy(&plane, 1);
    kubectl(
        &plane,
        &["apply", "-f", "-"],
        &namespace("shop", None).to_string(),
    )
    .passes();
    everything_goes_wrong(&plane, &kubeconfig, policy);
}

#[test]
fn elections_go_on_whatever_happens_to_a_webhook_that_may_be_ignored() {
    under("Ignore");
}

#[test]
fn elections_go_on_whatever_happens_to_a_webhook_that_must_answer() {
    under("Fail");
}
