//! `cargo xtask bench live`: what `audit` and `monitor` cost beside a real API server.
//!
//! `audit` reads many Deployments with their rights, without watching Leases and with it. `monitor` follows Leases that are
//! renewed at a given rate, or as often as the machine sustains: API server, etcd and the renewals share its
//! processors, so how long anything takes says little of a busy machine. CPU time and memory are those of leaselint alone.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use control_plane::{Client, ControlPlane, Options};
use serde_json::{Value, json};

use crate::population;
use crate::process_cost::{RunCost, once};
use crate::servers::{MeasuredServer, ServerPrograms};

/// Seconds of an audit that watches no Leases.
const MAX_AUDIT_SECONDS: f64 = 10.0;
/// MiB of an audit at its peak, whether it watches Leases or not.
const MAX_AUDIT_MIB: f64 = 150.0;
/// MiB of a monitor at its peak.
const MAX_MONITOR_MIB: f64 = 40.0;
/// Microseconds of a monitor's CPU for each renewal, with TLS.
const MAX_RENEWAL_US: f64 = 60.0;
/// How many renewals are under way at once.
const CONCURRENT_RENEWALS: usize = 8;
/// The namespaces of the Leases.
const NAMESPACE_COUNT: usize = 50;
/// For how long the monitor may read the Leases that are there.
const READY_TIMEOUT: Duration = Duration::from_secs(60);

/// Measures and prints; with `--check` fails where a target is missed.
pub fn run(root: &Path, arguments: &[&str]) -> Result<(), String> {
    let options = LiveOptions::of(root, arguments)?;
    let program = match &options.program {
        Some(program) => program.clone(),
        None => ServerPrograms::build(root)?.folder.join("leaselint"),
    };
    let mut missed = Vec::new();
    if options.deployments > 0 {
        audits(&options, &program, &mut missed)?;
    }
    if options.leases > 0 {
        monitor(&options, &program, &mut missed)?;
    }
    if options.check && !missed.is_empty() {
        return Err(missed.join("\n"));
    }
    Ok(())
}

struct LiveOptions {
    check: bool,
    deployments: usize,
    leases: usize,
    /// Renewals a second; `None`: as many as the machine sustains.
    rate: Option<f64>,
    seconds: f64,
    /// Instead of one that is built.
    program: Option<PathBuf>,
    reviews: PathBuf,
}

impl LiveOptions {
    fn of(root: &Path, arguments: &[&str]) -> Result<Self, String> {
        let mut wanted = Self {
            check: false,
            deployments: 5000,
            leases: 2000,
            rate: Some(300.0),
            seconds: 60.0,
            program: None,
            reviews: root.join("benches/webhook/reviews"),
        };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            if *word == "--check" {
                wanted.check = true;
                continue;
            }
            let value = *words.next().ok_or(format!("{word} takes a value"))?;
            let number = || {
                value
                    .parse::<f64>()
                    .map_err(|error| format!("{word}: {error}"))
            };
            let count = || value.parse().map_err(|error| format!("{word}: {error}"));
            match *word {
                "--deployments" => wanted.deployments = count()?,
                "--leases" => wanted.leases = count()?,
                "--rate" => wanted.rate = Some(number()?).filter(|rate| *rate > 0.0),
                "--seconds" => wanted.seconds = number()?,
                "--program" => wanted.program = Some(value.into()),
                other => return Err(format!("unknown argument {other:?}")),
            }
        }
        Ok(wanted)
    }
}

/// Prints a figure beside its target.
fn figure(what: &str, value: f64, most: Option<f64>, missed: &mut Vec<String>) {
    let verdict = match most {
        Some(most) if value > most => {
            missed.push(format!("{what}: {value:.1} (at most {most})"));
            format!("MISS (at most {most})")
        }
        Some(most) => format!("ok   (at most {most})"),
        None => String::new(),
    };
    println!("{what:<44} {value:>10.1}  {verdict}");
}

fn audits(options: &LiveOptions, program: &Path, missed: &mut Vec<String>) -> Result<(), String> {
    let plane = population::populated(&options.reviews, options.deployments)?;
    println!("{} Deployments with their rights", options.deployments);
    for observe in ["0", "20s"] {
        let before = lists(&plane)?;
        let mut command = Command::new(program);
        command
            .args(["audit", "--format=json", "--fail-on=never"])
            .arg(format!("--observe={observe}"))
            .arg("--kubeconfig")
            .arg(plane.kubeconfig());
        let RunCost { wall, cpu, peak } = once(&mut command)?;
        let lists = lists(&plane)? - before;
        let at = |what: &str| format!("audit --observe {observe}: {what}");
        let most = (observe == "0").then_some(MAX_AUDIT_SECONDS);
        figure(&at("seconds"), wall, most, missed);
        figure(&at("CPU seconds"), cpu, None, missed);
        figure(&at("peak MiB"), peak, Some(MAX_AUDIT_MIB), missed);
        figure(&at("lists"), lists, None, missed);
    }
    Ok(())
}

/// How many lists the API server has answered. It lists next to nothing itself.
fn lists(plane: &ControlPlane) -> Result<f64, String> {
    let printed = plane
        .kubectl(&["get", "--raw", "/metrics"])
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&printed.stdout);
    let counts = text.lines().filter(|line| {
        line.starts_with("apiserver_request_total{") && line.contains("verb=\"LIST\"")
    });
    Ok(counts
        .filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok())
        .sum())
}

fn monitor(options: &LiveOptions, program: &Path, missed: &mut Vec<String>) -> Result<(), String> {
    let plane = ControlPlane::start(&Options::default()).map_err(|error| error.to_string())?;
    let leases = leases(plane.client(), options.leases)?;
    let monitor = MeasuredServer::monitor(program, plane.kubeconfig())?;
    monitor.until_ready(READY_TIMEOUT)?;
    println!("{} Leases", options.leases);
    let before = monitor.cpu()?;
    let begin = Instant::now();
    let renewed = renew(plane.client(), leases, options)?;
    let seconds = begin.elapsed().as_secs_f64();
    // The last ones are on their way.
    thread::sleep(Duration::from_secs(1));
    let cpu = monitor.cpu()? - before;
    let metrics = monitor.metrics()?;
    let counted = metrics
        .lines()
        .find_map(|line| line.strip_prefix("leaselint_lease_renewal_lateness_ratio_count "))
        .and_then(|count| count.parse::<f64>().ok())
        .ok_or("the monitor counts no renewals")?;
    if counted < renewed {
        return Err(format!(
            "the monitor has seen {counted} of {renewed} renewals"
        ));
    }
    figure("renewals a second", renewed / seconds, None, missed);
    let most = Some(MAX_RENEWAL_US);
    figure(
        "monitor: CPU of a renewal, us",
        cpu / renewed * 1e6,
        most,
        missed,
    );
    let peak = monitor.memory("VmHWM:")?;
    figure("monitor: peak MiB", peak, Some(MAX_MONITOR_MIB), missed);
    Ok(())
}

/// Makes so many Leases.
fn leases(client: &Client, number: usize) -> Result<Vec<Value>, String> {
    let failed = |error: control_plane::Error| error.to_string();
    for namespace in 0..NAMESPACE_COUNT.min(number) {
        let object = json!({"metadata": {"name": format!("team-{namespace}")}});
        client
            .create("/api/v1/namespaces", &object)
            .map_err(failed)?;
    }
    let make = |number: usize| {
        let namespace = format!("team-{}", number % NAMESPACE_COUNT);
        let name = format!("operator-{number}");
        let lease = json!({
            "metadata": {"name": name, "namespace": namespace},
            "spec": {
                "holderIdentity": format!("{name}-7d9f8c6b5-x2k4p_5b1e4a7c-9d3e-4f6a-8b2c-1d0e9f8a7b6c"),
                "leaseDurationSeconds": 15, "leaseTransitions": 1, "renewTime": micro_time(0),
            },
        });
        client.create(&path(&namespace, ""), &lease).map_err(failed)
    };
    (0..number).map(make).collect()
}

fn path(namespace: &str, name: &str) -> String {
    format!("/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases{name}")
}

/// Another time for each number: the monitor compares it with none but the one before.
fn micro_time(number: u32) -> String {
    format!("2026-01-31T08:00:00.{:06}Z", number % 1_000_000)
}

/// Renews them in turns, and gives how often.
fn renew(client: &Client, leases: Vec<Value>, options: &LiveOptions) -> Result<f64, String> {
    let mut shares = vec![VecDeque::new(); CONCURRENT_RENEWALS];
    for (number, lease) in leases.into_iter().enumerate() {
        shares[number % CONCURRENT_RENEWALS].push_back(lease);
    }
    let begin = Instant::now();
    #[expect(clippy::as_conversions, reason = "a few")]
    let interval = options.rate.map(|rate| CONCURRENT_RENEWALS as f64 / rate);
    let share = |mut leases: VecDeque<Value>| {
        let mut renewed = 0_u32;
        while !leases.is_empty() && begin.elapsed().as_secs_f64() < options.seconds {
            if let Some(interval) = interval {
                let due = Duration::from_secs_f64(interval * f64::from(renewed));
                thread::sleep(due.saturating_sub(begin.elapsed()));
            }
            renewed += 1;
            leases.rotate_left(1);
            let lease = &mut leases[0];
            lease["spec"]["renewTime"] = json!(micro_time(renewed));
            let metadata = &lease["metadata"];
            let text = |key: &str| metadata[key].as_str().unwrap_or_default();
            let path = path(text("namespace"), &format!("/{}", text("name")));
            let reply = client.request("PUT", &path, Some(lease));
            let reply = reply.map_err(|error| error.to_string())?;
            if reply.status != 200 {
                return Err(format!(
                    "{path}: {} {}",
                    reply.status, reply.body["message"]
                ));
            }
            *lease = reply.body;
        }
        Ok(f64::from(renewed))
    };
    thread::scope(|scope| {
        let running: Vec<_> = shares
            .into_iter()
            .map(|leases| scope.spawn(move || share(leases)))
            .collect();
        running
            .into_iter()
            .map(|one| {
                one.join()
                    .unwrap_or_else(|_| Err("a thread panicked".to_owned()))
            })
            .sum()
    })
}
