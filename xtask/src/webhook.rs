//! `cargo xtask bench webhook`: what the webhook costs beside its floor, the same TLS and HTTP that
//! reads each body into `serde_json::Value` and allows everything.
//!
//! Both run as processes of their own on this machine, in turns, under the same recorded reviews.
//! Single figures depend on the machine and on what else runs; the ratios much less.

use std::collections::HashMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

/// CPU per review at 8 connections, of the floor's.
const MOST_CPU: f64 = 0.65;
/// Reviews a second at 8 connections, of the floor's.
const LEAST_THROUGHPUT: f64 = 2.0;
/// p99 at a fixed rate, of the floor's.
const MOST_P99: f64 = 3.0;
/// MiB right after the start, and ever.
const MOST_IDLE: f64 = 15.0;
const MOST_PEAK: f64 = 40.0;
/// Milliseconds from the start to the first right answer.
const MOST_START: f64 = 50.0;
/// Reviews a second that must be held.
const RATE: u32 = 2000;

/// Measures, prints, and with `--check` fails where a target is missed.
pub fn run(root: &Path, arguments: &[&str]) -> Result<(), String> {
    let quick = arguments.contains(&"--quick");
    let check = arguments.contains(&"--check");
    if let Some(other) = arguments
        .iter()
        .find(|word| !matches!(**word, "--quick" | "--check"))
    {
        return Err(format!("what is {other:?}?"));
    }
    let programs = Programs::build(root)?;
    let floor = programs.start(Kind::Floor)?;
    let webhook = programs.start(Kind::Webhook)?;
    let mut missed = Vec::new();
    let mut row = |what: &str, floor: f64, webhook: f64, target: Option<Target>| {
        let ratio = webhook / floor;
        let verdict = target.map_or(String::new(), |target| {
            let (fits, text) = target.judge(ratio, webhook);
            if !fits {
                missed.push(format!("{what}: {text}"));
            }
            format!("{} {text}", if fits { "ok  " } else { "MISS" })
        });
        println!("{what:<34} {floor:>10.1} {webhook:>10.1} {ratio:>7.2}  {verdict}");
    };
    println!(
        "{:<34} {:>10} {:>10} {:>7}",
        "", "floor", "webhook", "ratio"
    );
    row(
        "start to first right answer, ms",
        floor.started,
        webhook.started,
        Some(Target::AtMost(MOST_START)),
    );
    row(
        "memory idle, MiB",
        floor.memory("VmRSS:")?,
        webhook.memory("VmRSS:")?,
        Some(Target::AtMost(MOST_IDLE)),
    );
    let (seconds, rounds) = if quick { (2, 2) } else { (5, 3) };
    for connections in [1, 8, 64] {
        let load = Load::Closed {
            connections,
            seconds,
        };
        let mut best = [Figures::default(); 2];
        for _ in 0..rounds {
            for (server, best) in [&floor, &webhook].into_iter().zip(&mut best) {
                best.improve(programs.measure(server, load)?);
            }
        }
        let [floor, webhook] = best;
        let judged = connections == 8;
        let at = |what: &str| format!("{what} at {connections}");
        let target = judged.then_some(Target::RatioAtMost(MOST_CPU));
        row(&at("CPU per review, us,"), floor.cpu, webhook.cpu, target);
        let target = judged.then_some(Target::RatioAtLeast(LEAST_THROUGHPUT));
        row(&at("reviews a second"), floor.rate, webhook.rate, target);
        row(&at("p50, us,"), floor.p50, webhook.p50, None);
        row(&at("p99, us,"), floor.p99, webhook.p99, None);
    }
    let seconds = if quick { 5 } else { 60 };
    let load = Load::Paced { seconds };
    let (paced_floor, paced) = (
        programs.measure(&floor, load)?,
        programs.measure(&webhook, load)?,
    );
    let what = format!("reviews a second, of {RATE}");
    row(
        &what,
        paced_floor.rate,
        paced.rate,
        Some(Target::AtLeast(f64::from(RATE) * 0.99)),
    );
    let target = Some(Target::RatioAtMost(MOST_P99));
    row("p99 at that rate, us", paced_floor.p99, paced.p99, target);
    let (most_floor, most) = (floor.memory("VmHWM:")?, webhook.memory("VmHWM:")?);
    row(
        "memory ever, MiB",
        most_floor,
        most,
        Some(Target::AtMost(MOST_PEAK)),
    );
    if check && !missed.is_empty() {
        return Err(missed.join("\n"));
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Target {
    AtMost(f64),
    AtLeast(f64),
    RatioAtMost(f64),
    RatioAtLeast(f64),
}

impl Target {
    fn judge(self, ratio: f64, figure: f64) -> (bool, String) {
        match self {
            Self::AtMost(most) => (figure <= most, format!("{figure:.1} (at most {most})")),
            Self::AtLeast(least) => (figure >= least, format!("{figure:.1} (at least {least})")),
            Self::RatioAtMost(most) => {
                (ratio <= most, format!("ratio {ratio:.2} (at most {most})"))
            }
            Self::RatioAtLeast(least) => (
                ratio >= least,
                format!("ratio {ratio:.2} (at least {least})"),
            ),
        }
    }
}

#[derive(Clone, Copy)]
enum Load {
    Closed { connections: u32, seconds: u32 },
    Paced { seconds: u32 },
}

/// Of several runs the best figure of each: what else the machine does only makes them worse.
#[derive(Clone, Copy, Default)]
struct Figures {
    cpu: f64,
    rate: f64,
    p50: f64,
    p99: f64,
}

impl Figures {
    fn improve(&mut self, other: Self) {
        if self.rate == 0.0 {
            *self = other;
            return;
        }
        self.cpu = self.cpu.min(other.cpu);
        self.rate = self.rate.max(other.rate);
        self.p50 = self.p50.min(other.p50);
        self.p99 = self.p99.min(other.p99);
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Floor,
    Webhook,
}

struct Programs {
    folder: PathBuf,
    certificates: PathBuf,
    reviews: PathBuf,
}

/// A server, ended when dropped.
struct Server {
    child: Child,
    kind: Kind,
    port: u16,
    /// Milliseconds to the first right answer.
    started: f64,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Server {
    /// MiB of a line of `/proc/PID/status`.
    fn memory(&self, line: &str) -> Result<f64, String> {
        let status = self.proc("status")?;
        let text = status.lines().find_map(|text| text.strip_prefix(line));
        let kib = text.and_then(|text| text.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok());
        Ok(kib.ok_or("no memory in /proc")? / 1024.0)
    }

    /// Seconds of user and system time.
    fn cpu(&self) -> Result<f64, String> {
        let stat = self.proc("stat")?;
        let (_, fields) = stat.rsplit_once(')').ok_or("no name in /proc/PID/stat")?;
        let ticks: f64 = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<f64>().ok())
            .sum();
        // The kernel counts in hundredths for programs, whatever its own clock (proc(5)).
        Ok(ticks / 100.0)
    }

    fn proc(&self, file: &str) -> Result<String, String> {
        let path = format!("/proc/{}/{file}", self.child.id());
        fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))
    }
}

impl Programs {
    fn build(root: &Path) -> Result<Self, String> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build
            .args(["build", "--release", "--locked", "--bins"])
            .args(["-p", "leaselint", "-p", "leaselint-webhook-bench"])
            .current_dir(root);
        succeed(&mut build)?;
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let folder = target.join("release");
        let certificates = folder.join("bench-certificates");
        let mut issue = Command::new(folder.join("leaselint"));
        issue
            .args([
                "certs",
                "issue",
                "--quiet",
                "--force",
                "--dns",
                "localhost",
                "--dir",
            ])
            .arg(&certificates);
        succeed(&mut issue)?;
        Ok(Self {
            folder,
            certificates,
            reviews: root.join("benches/webhook/reviews"),
        })
    }

    fn start(&self, kind: Kind) -> Result<Server, String> {
        let port = free_port()?;
        let (certificate, key) = (
            self.certificates.join("tls.crt"),
            self.certificates.join("tls.key"),
        );
        let address = format!("127.0.0.1:{port}");
        let mut command = match kind {
            Kind::Floor => {
                let mut command = Command::new(self.folder.join("leaselint-webhook-floor"));
                command.arg(address).arg(certificate).arg(key);
                command
            }
            Kind::Webhook => {
                let mut command = Command::new(self.folder.join("leaselint"));
                command
                    .args(["serve", "--no-cluster", "--quiet", "--listen", &address])
                    .args(["--metrics-listen", "127.0.0.1:0", "--tls-cert"])
                    .arg(certificate)
                    .arg("--tls-key")
                    .arg(key);
                command
            }
        };
        let begin = Instant::now();
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut server = Server {
            child,
            kind,
            port,
            started: 0.0,
        };
        succeed(self.load(&server).arg("--first"))?;
        server.started = begin.elapsed().as_secs_f64() * 1000.0;
        Ok(server)
    }

    fn load(&self, server: &Server) -> Command {
        let mut command = Command::new(self.folder.join("leaselint-webhook-load"));
        command
            .args(["--port", &server.port.to_string(), "--ca"])
            .arg(self.certificates.join("ca.crt"))
            .arg("--reviews")
            .arg(&self.reviews);
        if matches!(server.kind, Kind::Floor) {
            command.arg("--allows-all");
        }
        command
    }

    fn measure(&self, server: &Server, load: Load) -> Result<Figures, String> {
        let mut command = self.load(server);
        match load {
            Load::Closed {
                connections,
                seconds,
            } => command
                .args(["--connections", &connections.to_string()])
                .args(["--seconds", &seconds.to_string()]),
            Load::Paced { seconds } => command
                .args(["--connections", "16", "--rate", &RATE.to_string()])
                .args(["--seconds", &seconds.to_string()]),
        };
        let before = server.cpu()?;
        let output = command.output().map_err(|error| error.to_string())?;
        let cpu = server.cpu()? - before;
        let text = String::from_utf8_lossy(&output.stdout);
        let figures: HashMap<&str, f64> = text
            .split_whitespace()
            .filter_map(|word| word.split_once('='))
            .filter_map(|(name, value)| Some((name, value.parse().ok()?)))
            .collect();
        let figure = |name: &str| {
            figures
                .get(name)
                .copied()
                .ok_or(format!("no {name} in {text:?}"))
        };
        if figure("errors")? > 0.0 {
            return Err(format!("requests failed: {text}"));
        }
        // Let the other side settle before the next run.
        thread::sleep(Duration::from_millis(200));
        Ok(Figures {
            cpu: cpu / figure("requests")? * 1e6,
            rate: figure("requests")? / figure("seconds")?,
            p50: figure("p50")?,
            p99: figure("p99")?,
        })
    }
}

fn succeed(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| error.to_string())?;
    if status.success() {
        return Ok(());
    }
    Err(format!("{} failed", command.get_program().display()))
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    Ok(address.port())
}
