//! `cargo xtask bench webhook --api-server`: what the webhook adds to a request to a real API server,
//! beside what its floor and an admission policy add.
//!
//! Deployments are created as dry runs in four namespaces, in turns: one in which nothing judges them, one that
//! the floor sees, one in which a ValidatingAdmissionPolicy compares the three durations, one that leaselint
//! sees. So whatever else the machine does meets all four alike.
//! First the same objects come again and again; then each is a new one.
//! Their accounts are there and have their rights: without them leaselint would warn of every one, and
//! the API server would carry warnings that the floor does not send.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use control_plane::{Client, ControlPlane, Options};
use serde_json::{Value, json};

use crate::population::{account, deployments_of, rights};
use crate::servers::{MeasuredServer, ServerPrograms};

/// Milliseconds by which the mean may be above the floor's.
const MAX_ADDED_MS: f64 = 0.1;

/// The namespaces, named for what judges the objects in them.
const NAMESPACES: [&str; 4] = ["nothing", "floor", "policy", "leaselint"];

/// The policy, and its binding to the namespace of that name.
const POLICY_FILE: &str = "benches/peers/admission/durations.yaml";

/// The orders of the requests: each namespace stands in each place, and in a round after each other one, equally often.
/// The request before decides what is left in the caches.
const ORDERS: [[usize; 4]; 4] = [[0, 1, 3, 2], [1, 2, 0, 3], [2, 3, 1, 0], [3, 0, 2, 1]];

/// Measures and prints; with `--check` fails where the webhook adds too much.
pub fn run(root: &Path, arguments: &[&str]) -> Result<(), String> {
    let known = ["--quick", "--check"];
    if let Some(other) = arguments.iter().find(|word| !known.contains(word)) {
        return Err(format!("unknown argument {other:?}"));
    }
    let rounds = if arguments.contains(&"--quick") {
        300
    } else {
        3000
    };
    let built = ServerPrograms::build(root)?;
    let plane = ControlPlane::start(&Options::default()).map_err(|error| error.to_string())?;
    let servers = start(&plane, &built)?;
    start_policy(&plane, root)?;
    let models = deployments_of(&built.reviews)?;
    for (model, room) in models
        .iter()
        .flat_map(|model| NAMESPACES.map(|room| (model, room)))
    {
        rights(plane.client(), room, account(model))?;
    }
    let objects = admitted(&plane, &models)?;
    println!(
        "{} Deployments, {rounds} dry runs each; milliseconds",
        objects.len()
    );
    println!(
        "{:<34} {:>8} {:>8} {:>8} {:>8}",
        "", "mean", "p50", "p90", "p99"
    );
    let mut above = Vec::new();
    for (at_once, anew) in [(1, false), (4, false), (1, true), (4, true)] {
        let how = if anew { ", each new" } else { "" };
        let before = spent(&servers)?;
        let times = measure(plane.client(), &objects, rounds, at_once, anew)?;
        let after = spent(&servers)?;
        let mut means = Vec::new();
        for (room, mut times) in NAMESPACES.into_iter().zip(times) {
            times.sort_by(f64::total_cmp);
            let quantile = |percent: usize| times.get(times.len() * percent / 100);
            #[expect(clippy::as_conversions, reason = "few requests")]
            let mean = times.iter().sum::<f64>() / times.len() as f64;
            means.push(mean);
            println!(
                "{:<34} {mean:>8.3} {:>8.3} {:>8.3} {:>8.3}",
                format!("{room}, {at_once} at once{how}"),
                quantile(50).unwrap_or(&0.0),
                quantile(90).unwrap_or(&0.0),
                quantile(99).unwrap_or(&0.0),
            );
        }
        if let [_, floor, policy, webhook] = means.as_slice() {
            println!(
                "leaselint above its floor: {:+.3}, above the policy: {:+.3}",
                webhook - floor,
                webhook - policy
            );
            if !anew {
                above.push(webhook - floor);
            }
        }
        let [floor_before, webhook_before] = before;
        let [floor_after, webhook_after] = after;
        let floor_ms = (floor_after - floor_before) * 1000.0;
        let webhook_ms = (webhook_after - webhook_before) * 1000.0;
        #[expect(clippy::as_conversions, reason = "few requests")]
        let requests = (rounds / at_once * at_once) as f64;
        println!(
            "CPU of a review: {:.3} by the floor, {:.3} by leaselint",
            floor_ms / requests,
            webhook_ms / requests
        );
    }
    let too_much = above.iter().any(|above| *above > MAX_ADDED_MS);
    if arguments.contains(&"--check") && too_much {
        return Err(format!("more than {MAX_ADDED_MS} ms above the floor"));
    }
    Ok(())
}

/// Starts both servers, and has the API server call each for its namespace.
fn start(plane: &ControlPlane, built: &ServerPrograms) -> Result<[MeasuredServer; 2], String> {
    // kubectl knows base64.
    let from = format!("--from-file=ca={}", built.authority().display());
    let secret = ["create", "secret", "generic", "authority", &from];
    let printed = kubectl(
        plane,
        &[&secret[..], &["--dry-run=client", "-o", "json"]].concat(),
        "",
    )?;
    let secret: Value = serde_json::from_str(&printed).map_err(|error| error.to_string())?;
    for room in NAMESPACES {
        let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": room}});
        kubectl(plane, &["create", "-f", "-"], &object.to_string())?;
    }
    let (floor, webhook) = (built.floor()?, built.webhook(Some(plane.kubeconfig()))?);
    for (room, port) in [("floor", floor.port), ("leaselint", webhook.port)] {
        let object = json!({
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
            "metadata": {"name": room},
            "webhooks": [{
                "name": format!("validate.{room}.io"), "admissionReviewVersions": ["v1"],
                "sideEffects": "None", "failurePolicy": "Fail", "timeoutSeconds": 3,
                "clientConfig": {
                    "url": format!("https://localhost:{port}/validate"), "caBundle": secret["data"]["ca"],
                },
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": room}},
                "rules": [{
                    "apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"],
                    "resources": ["deployments"], "scope": "Namespaced",
                }],
            }],
        });
        kubectl(plane, &["create", "-f", "-"], &object.to_string())?;
    }
    webhook.until_ready(Duration::from_secs(30))?;
    // API servers hear of configurations a moment later.
    thread::sleep(Duration::from_secs(3));
    Ok([floor, webhook])
}

/// Has the API server judge its namespace by the policy, and waits until it does.
fn start_policy(plane: &ControlPlane, root: &Path) -> Result<(), String> {
    let policy = fs::read_to_string(root.join(POLICY_FILE)).map_err(|error| error.to_string())?;
    kubectl(plane, &["create", "-f", "-"], &policy)?;
    let contradicting = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "contradicting"},
        "spec": {
            "selector": {"matchLabels": {"app": "contradicting"}},
            "template": {
                "metadata": {"labels": {"app": "contradicting"}},
                "spec": {"containers": [{
                    "name": "manager", "image": "registry.example/manager:v1",
                    "args": [
                        "--leader-elect-lease-duration=10s", "--leader-elect-renew-deadline=15s",
                        "--leader-elect-retry-period=2s",
                    ],
                }]},
            },
        },
    });
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(30) {
        let reply = plane
            .client()
            .request("POST", &path("policy"), Some(&contradicting));
        if reply.map_err(|error| error.to_string())?.status == 422 {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(100));
    }
    Err("the policy refuses nothing".to_owned())
}

/// Seconds of CPU that each has taken.
fn spent(servers: &[MeasuredServer; 2]) -> Result<[f64; 2], String> {
    let [floor, webhook] = servers;
    Ok([floor.cpu()?, webhook.cpu()?])
}

fn path(room: &str) -> String {
    format!("/apis/apps/v1/namespaces/{room}/deployments?dryRun=All")
}

/// Those that are refused nowhere: a refusal takes another way through the API server.
fn admitted(plane: &ControlPlane, objects: &[Value]) -> Result<Vec<Value>, String> {
    let mut kept = Vec::new();
    for object in objects {
        let mut all = true;
        for room in NAMESPACES {
            let reply = plane.client().request("POST", &path(room), Some(object));
            all &= reply.map_err(|error| error.to_string())?.status == 201;
        }
        if all {
            kept.push(object.clone());
        }
    }
    match kept.is_empty() {
        true => Err("every Deployment is refused".to_owned()),
        false => Ok(kept),
    }
}

/// Milliseconds of each request, by namespace.
fn measure(
    client: &Client,
    objects: &[Value],
    rounds: usize,
    at_once: usize,
    anew: bool,
) -> Result<[Vec<f64>; 4], String> {
    let part = |number: usize| -> Result<[Vec<f64>; 4], String> {
        let mut times = [const { Vec::new() }; 4];
        for round in 0..rounds / at_once {
            let Some(object) = objects.get((round + number) % objects.len()) else {
                continue;
            };
            let mut object = object.clone();
            if anew {
                object["metadata"]["annotations"]["round"] = json!(format!("{number}-{round}"));
            }
            for which in ORDERS[round % ORDERS.len()] {
                let (Some(room), Some(times)) = (NAMESPACES.get(which), times.get_mut(which))
                else {
                    continue;
                };
                let begin = Instant::now();
                let reply = client
                    .request("POST", &path(room), Some(&object))
                    .map_err(|error| error.to_string())?;
                if reply.status != 201 {
                    return Err(format!(
                        "{room}: {} {}",
                        reply.status, reply.body["message"]
                    ));
                }
                times.push(begin.elapsed().as_secs_f64() * 1000.0);
            }
        }
        Ok(times)
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..at_once)
            .map(|number| scope.spawn(move || part(number)))
            .collect();
        let mut all = [const { Vec::new() }; 4];
        for one in running {
            let times = one.join().map_err(|_| "a thread panicked".to_owned())??;
            for (all, times) in all.iter_mut().zip(times) {
                all.extend(times);
            }
        }
        Ok(all)
    })
}

fn kubectl(plane: &ControlPlane, arguments: &[&str], input: &str) -> Result<String, String> {
    let output = plane
        .kubectl_with_input(arguments, input)
        .map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned())
}
