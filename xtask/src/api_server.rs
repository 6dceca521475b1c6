//! `cargo xtask bench webhook --api-server`: what the webhook adds to a request to a real API server,
//! beside what its floor adds.
//!
//! Deployments are created as dry runs in three namespaces, in turns: one that no webhook sees, one
//! that the floor sees, one that leaselint sees. So whatever else the machine does meets all three alike.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use control_plane::{Client, ControlPlane, Options};
use serde_json::{Value, json};

/// Milliseconds by which the mean may be above the floor's.
const MOST_ABOVE: f64 = 0.1;

/// The namespaces, which are also what is asked about objects in them.
const ROOMS: [&str; 3] = ["nobody", "floor", "leaselint"];

/// Ended when dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Measures and prints; with `--check` fails where the webhook adds too much.
pub fn run(root: &Path, arguments: &[&str]) -> Result<(), String> {
    let known = ["--quick", "--check"];
    if let Some(other) = arguments.iter().find(|word| !known.contains(word)) {
        return Err(format!("what is {other:?}?"));
    }
    let rounds = if arguments.contains(&"--quick") {
        300
    } else {
        3000
    };
    let folder = build(root)?;
    let plane = ControlPlane::start(&Options::default()).map_err(|error| error.to_string())?;
    let certificates = plane.folder().join("certificates");
    let mut issue = Command::new(folder.join("leaselint"));
    issue.args(["certs", "issue", "--quiet", "--dns", "localhost", "--dir"]);
    succeed(issue.arg(&certificates))?;
    let _servers = start(&plane, &folder, &certificates)?;
    let objects = admitted(&plane, &reviewed(root)?)?;
    println!(
        "{} Deployments, {rounds} dry runs each; milliseconds",
        objects.len()
    );
    println!(
        "{:<24} {:>8} {:>8} {:>8} {:>8}",
        "", "mean", "p50", "p90", "p99"
    );
    let mut above = Vec::new();
    for at_once in [1, 4] {
        let times = measure(plane.client(), &objects, rounds, at_once)?;
        let mut means = Vec::new();
        for (room, mut times) in ROOMS.into_iter().zip(times) {
            times.sort_by(f64::total_cmp);
            let quantile = |percent: usize| times.get(times.len() * percent / 100);
            #[allow(clippy::cast_precision_loss, reason = "few requests")]
            let mean = times.iter().sum::<f64>() / times.len() as f64;
            means.push(mean);
            println!(
                "{:<24} {mean:>8.3} {:>8.3} {:>8.3} {:>8.3}",
                format!("{room}, {at_once} at once"),
                quantile(50).unwrap_or(&0.0),
                quantile(90).unwrap_or(&0.0),
                quantile(99).unwrap_or(&0.0),
            );
        }
        if let [_, floor, webhook] = means.as_slice() {
            println!("leaselint above its floor: {:+.3}", webhook - floor);
            above.push(webhook - floor);
        }
    }
    let too_much = above.iter().any(|above| *above > MOST_ABOVE);
    if arguments.contains(&"--check") && too_much {
        return Err(format!("more than {MOST_ABOVE} ms above the floor"));
    }
    Ok(())
}

fn build(root: &Path) -> Result<PathBuf, String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build
        .args(["build", "--release", "--locked", "--bins"])
        .args(["-p", "leaselint", "-p", "leaselint-webhook-bench"])
        .current_dir(root);
    succeed(&mut build)?;
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join("release"))
}

/// Starts both servers, and has the API server ask each about its namespace.
fn start(plane: &ControlPlane, folder: &Path, certificates: &Path) -> Result<[Server; 2], String> {
    let pair = [certificates.join("tls.crt"), certificates.join("tls.key")];
    let authority = certificates.join("ca.crt");
    // kubectl knows base64.
    let from = format!("--from-file=ca={}", authority.display());
    let secret = ["create", "secret", "generic", "authority", &from];
    let printed = kubectl(
        plane,
        &[&secret[..], &["--dry-run=client", "-o", "json"]].concat(),
        "",
    )?;
    let secret: Value = serde_json::from_str(&printed).map_err(|error| error.to_string())?;
    for room in ROOMS {
        let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": room}});
        kubectl(plane, &["create", "-f", "-"], &object.to_string())?;
    }
    let (floor, webhook) = (free_port()?, free_port()?);
    let mut first = Command::new(folder.join("leaselint-webhook-floor"));
    first.arg(format!("127.0.0.1:{floor}")).args(&pair);
    let mut second = Command::new(folder.join("leaselint"));
    second
        .args(["serve", "--quiet", "--metrics-listen=127.0.0.1:0"])
        .arg(format!("--listen=127.0.0.1:{webhook}"))
        .arg(format!("--kubeconfig={}", plane.kubeconfig().display()))
        .arg("--tls-cert")
        .arg(&pair[0])
        .arg("--tls-key")
        .arg(&pair[1]);
    let servers = [spawn(first)?, spawn(second)?];
    for (room, port) in [("floor", floor), ("leaselint", webhook)] {
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
    // API servers hear of configurations a moment later; the cluster is read meanwhile.
    thread::sleep(Duration::from_secs(3));
    Ok(servers)
}

fn spawn(mut command: Command) -> Result<Server, String> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let child = command.spawn().map_err(|error| error.to_string())?;
    Ok(Server(child))
}

/// The Deployments of the recorded reviews, as somebody would create them.
fn reviewed(root: &Path) -> Result<Vec<Value>, String> {
    let folder = root.join("benches/webhook/reviews");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .and_then(|entries| {
            entries
                .map(|entry| entry.map(|entry| entry.path()))
                .collect()
        })
        .map_err(|error| format!("{}: {error}", folder.display()))?;
    files.retain(|path| path.to_string_lossy().contains("-create-deployment-"));
    files.sort();
    let read = |path: &PathBuf| {
        let text = fs::read(path).map_err(|error| error.to_string())?;
        let review: Value = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
        let mut object = review["request"]["object"].clone();
        let metadata = &object["metadata"];
        object["metadata"] = json!({
            "name": metadata["name"], "labels": metadata["labels"], "annotations": metadata["annotations"],
        });
        object["status"] = json!({});
        Ok(object)
    };
    files.iter().map(read).collect()
}

fn path(room: &str) -> String {
    format!("/apis/apps/v1/namespaces/{room}/deployments?dryRun=All")
}

/// Those that nobody refuses: a refusal takes another way through the API server.
fn admitted(plane: &ControlPlane, objects: &[Value]) -> Result<Vec<Value>, String> {
    let mut kept = Vec::new();
    for object in objects {
        let mut all = true;
        for room in ROOMS {
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
) -> Result<[Vec<f64>; 3], String> {
    let part = |number: usize| -> Result<[Vec<f64>; 3], String> {
        let mut times = [const { Vec::new() }; 3];
        for round in 0..rounds / at_once {
            let Some(object) = objects.get((round + number) % objects.len()) else {
                continue;
            };
            for turn in 0..ROOMS.len() {
                // Each is first, second and third equally often.
                let which = (turn + round) % ROOMS.len();
                let (Some(room), Some(times)) = (ROOMS.get(which), times.get_mut(which)) else {
                    continue;
                };
                let begin = Instant::now();
                let reply = client
                    .request("POST", &path(room), Some(object))
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
        let mut all = [const { Vec::new() }; 3];
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

fn succeed(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| error.to_string())?;
    if status.success() {
        return Ok(());
    }
    Err(format!("{} failed", command.get_program().display()))
}

fn free_port() -> Result<u16, String> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    Ok(address.port())
}
