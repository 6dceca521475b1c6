//! Everything goes wrong again and again while objects change all the time. Afterwards the webhook holds no more memory than
//! before, a replica that has just started gives the same answers, and no write of a Lease was refused.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use certs::issue::DAY;
use control_plane::{Client, ControlPlane, Options};
use serde_json::{Value, json};

use super::certificates::{let_it_age, stored};
use crate::load::Renewals;
use crate::objects::{account, binding, deployment, electing, namespace, role};
use crate::slow::Link;
use crate::support::{WebhookProcess, deploy, free_address, kubectl, patch_webhooks, until};

const RIGHTS: &str = "/apis/rbac.authorization.k8s.io/v1/namespaces/soak";
const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/soak/deployments";
/// Percent by which memory may have grown.
const MAX_GROWTH_PERCENT: u64 = 10;
/// How long etcd stands still, and the webhook's connections are frozen.
const STANDSTILL_TIME: Duration = Duration::from_secs(3);

/// How much of it.
struct Extent {
    /// Deployments that elect, each with an account, a Role and a RoleBinding of its own, which changes.
    electors: usize,
    /// Deployments that do not.
    others: usize,
    /// How often everything goes wrong, after a first time.
    rounds: usize,
    /// Electors about which both replicas are asked.
    compared: usize,
}

fn name(number: usize) -> String {
    format!("elector-{number}")
}

fn elector(number: usize, lock: &str) -> Value {
    let name = name(number);
    let mut object = deployment("soak", &name, &electing(lock, "soak"), 2);
    object["spec"]["template"]["spec"]["serviceAccountName"] = name.into();
    object
}

fn bound(number: usize, accounts: &[String]) -> Value {
    let mut object = binding("soak");
    object["metadata"]["name"] = name(number).into();
    object["roleRef"]["name"] = name(number).into();
    let subject =
        |name: &String| json!({"kind": "ServiceAccount", "name": name, "namespace": "soak"});
    object["subjects"] = accounts.iter().map(subject).collect();
    object
}

/// Does something for each number, on several threads.
fn for_each(count: usize, what: impl Fn(usize) + Sync) {
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let what = &what;
            scope.spawn(move || (thread..count).step_by(8).for_each(what));
        }
    });
}

fn fill(client: &Client, extent: &Extent) {
    let create = |path: &str, object: &Value| drop(client.create(path, object).unwrap());
    for_each(extent.electors, |number| {
        let named = |mut object: Value| {
            object["metadata"]["name"] = name(number).into();
            object
        };
        create(
            "/api/v1/namespaces/soak/serviceaccounts",
            &named(account("soak")),
        );
        let verbs = ["get", "create", "update"];
        create(&format!("{RIGHTS}/roles"), &named(role("soak", &verbs)));
        let accounts = [name(number)];
        create(&format!("{RIGHTS}/rolebindings"), &bound(number, &accounts));
        create(DEPLOYMENTS, &elector(number, &name(number)));
    });
    for_each(extent.others, |number| {
        let name = format!("other-{number}");
        create(DEPLOYMENTS, &deployment("soak", &name, &["--port=8080"], 2));
    });
}

/// Changes every binding again and again: the account loses its rights, and gets them back.
struct Churn {
    stop: Arc<AtomicBool>,
    workers: Vec<JoinHandle<usize>>,
}

impl Churn {
    fn start(client: &Client, electors: usize) -> Self {
        let stop = Arc::<AtomicBool>::default();
        let work = |thread: usize| {
            let (client, stop) = (client.clone(), Arc::clone(&stop));
            std::thread::spawn(move || {
                let mut written = 0;
                for turn in 0.. {
                    for number in (thread..electors).step_by(4) {
                        if stop.load(Ordering::Relaxed) {
                            return written;
                        }
                        let accounts = match (turn + number) % 2 {
                            0 => Vec::new(),
                            _ => vec![name(number)],
                        };
                        let path = format!("{RIGHTS}/rolebindings/{}", name(number));
                        // While the API server is away nothing is written.
                        let put = client.request("PUT", &path, Some(&bound(number, &accounts)));
                        written += usize::from(put.is_ok_and(|reply| reply.status == 200));
                    }
                }
                written
            })
        };
        let workers = (0..4).map(work).collect();
        Self { stop, workers }
    }

    /// How many bindings were written.
    fn end(self) -> usize {
        self.stop.store(true, Ordering::Relaxed);
        let written = self
            .workers
            .into_iter()
            .map(|worker| worker.join().unwrap());
        written.sum()
    }
}

/// Everything that goes wrong, one after the other.
fn everything_goes_wrong(plane: &mut ControlPlane, link: &Link, webhook: &WebhookProcess) {
    let recovers = |after: &str| {
        until(&format!("it is ready after {after}"), || webhook.is_ready());
    };
    plane.restart_api_server().unwrap();
    recovers("another API server");

    plane.signal_etcd("STOP").unwrap();
    std::thread::sleep(STANDSTILL_TIME);
    plane.signal_etcd("CONT").unwrap();
    recovers("a standstill of etcd");

    link.cut();
    recovers("the end of its connections");

    link.freeze(true);
    std::thread::sleep(STANDSTILL_TIME);
    link.freeze(false);
    recovers("connections without a sign of life");

    let secret = ["secret", "leaselint-certs", "-n", "leaselint"];
    let is_stored = || !stored(plane, "tls.crt").is_empty();
    kubectl(plane, &[&["delete"], &secret[..]].concat(), "").passes();
    let is_there = || kubectl(plane, &[&["get"], &secret[..]].concat(), "").passed;
    until("the Secret is there again", || is_there() && is_stored());

    // Its ten days were over yesterday.
    let expired = let_it_age(plane, DAY * 11);
    until("there is another certificate", || {
        let now = stored(plane, "tls.crt");
        !now.is_empty() && now != expired
    });
    recovers("an expired certificate");
}

/// What is answered to changes that rest on what the webhook knows of other objects.
fn answers(client: &Client, extent: &Extent) -> Vec<String> {
    let (sender, receiver) = std::sync::mpsc::channel();
    let step = (extent.electors / extent.compared).max(1);
    for_each(extent.compared, |at| {
        let number = at * step;
        let mut rival = elector(number, &name(number));
        rival["metadata"]["name"] = format!("rival-{number}").into();
        let binding = format!("{RIGHTS}/rolebindings/{}", name(number));
        let workload = format!("{DEPLOYMENTS}/{}", name(number));
        let asked = [
            ("PUT", binding.as_str(), bound(number, &[])),
            ("POST", DEPLOYMENTS, rival),
            ("PUT", workload.as_str(), elector(number, "renamed")),
        ];
        for (method, path, object) in asked {
            let path = format!("{path}?dryRun=All");
            let reply = client.request(method, &path, Some(&object)).unwrap();
            let said = reply.body["message"].as_str().unwrap_or_default();
            sender
                .send(format!("{number} {method} {} {said}", reply.status))
                .unwrap();
        }
    });
    drop(sender);
    let mut answers: Vec<String> = receiver.into_iter().collect();
    answers.sort();
    answers
}

/// The answers while the API server asks this replica.
fn answers_of(plane: &ControlPlane, webhook: &WebhookProcess, extent: &Extent) -> Vec<String> {
    patch_webhooks(
        plane,
        "clientConfig/service/port",
        &webhook.listen.port().into(),
    );
    let asked = || webhook.metric("leaselint_reviews_total", &[]);
    let before = asked();
    until("the API server asks this replica", || {
        drop(answers(
            plane.client(),
            &Extent {
                compared: 1,
                ..*extent
            },
        ));
        asked() >= before + 3.0
    });
    answers(plane.client(), extent)
}

fn soak(extent: &Extent) {
    let Some(mut plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    let began = Instant::now();
    let kubeconfig = deploy(&plane, free_address().port());
    // Bindings change whatever they take away.
    let warned = namespace("soak", Some("warn")).to_string();
    kubectl(&plane, &["apply", "-f", "-"], &warned).passes();
    fill(plane.client(), extent);
    let (_, port) = plane.url().rsplit_once(':').unwrap();
    let link = Link::to(port.parse().unwrap(), Duration::ZERO);
    let written = fs::read_to_string(&kubeconfig).unwrap();
    let linked = format!("https://{}", link.address);
    fs::write(&kubeconfig, written.replace(plane.url(), &linked)).unwrap();
    let webhook = WebhookProcess::start(&plane, "leaselint", &kubeconfig, &[]);
    patch_webhooks(
        &plane,
        "clientConfig/service/port",
        &webhook.listen.port().into(),
    );

    let renewals = Renewals::start(plane.client(), "soak");
    let churn = Churn::start(plane.client(), extent.electors);
    everything_goes_wrong(&mut plane, &link, &webhook);
    let before = webhook.memory("VmRSS:");
    for _ in 0..extent.rounds {
        everything_goes_wrong(&mut plane, &link, &webhook);
    }
    let after = webhook.memory("VmRSS:");
    let changes = churn.end();
    let (renewed, refused) = renewals.end();

    let strict = ["leaselint.io/mode-", "leaselint.io/transitions=deny"];
    let label = [&["label", "namespace", "soak"], &strict[..]].concat();
    kubectl(&plane, &label, "").passes();
    let fresh = WebhookProcess::start(&plane, "fresh", &kubeconfig, &[]);
    until("the label is known", || {
        let answers = answers_of(
            &plane,
            &webhook,
            &Extent {
                compared: 1,
                ..*extent
            },
        );
        answers.iter().any(|answer| answer.contains("lock-renamed"))
    });
    let (mut old, mut new) = (Vec::new(), Vec::new());
    until("both replicas give the same answers", || {
        old = answers_of(&plane, &webhook, extent);
        new = answers_of(&plane, &fresh, extent);
        old == new
    });
    let denied = new
        .iter()
        .filter(|answer| answer.contains("denied the request"));
    println!(
        "{} electors and {} others, {changes} changes of bindings, {renewed} renewals in {} s; {} KiB, then {} KiB; {} of {} denied",
        extent.electors,
        extent.others,
        began.elapsed().as_secs(),
        before,
        after,
        denied.count(),
        new.len(),
    );
    assert_eq!(refused, Vec::<String>::new());
    assert!(renewed > 20, "{renewed}");
    assert!(changes > extent.electors, "{changes}");
    assert_eq!(new.len(), extent.compared * 3);
    let most = before + before * MAX_GROWTH_PERCENT / 100;
    assert!(after <= most, "{before} KiB, then {after} KiB");
}

#[test]
fn after_faults_and_changes_it_answers_as_a_new_replica() {
    soak(&Extent {
        electors: 24,
        others: 100,
        rounds: 1,
        compared: 12,
    });
}

#[test]
#[ignore = "it makes 20,000 Deployments: .ci/extended"]
fn after_hours_of_faults_and_changes_it_answers_as_a_new_replica() {
    soak(&Extent {
        electors: 5_000,
        others: 15_000,
        rounds: 12,
        compared: 200,
    });
}
