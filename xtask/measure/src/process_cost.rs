//! What one run of a program costs.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Clock ticks a second in `/proc`, the same on every Linux that matters.
const TICKS_PER_SECOND: f64 = 100.0;

/// Instructions of a whole run on one thread, counted by callgrind.
pub fn instructions(program: &Path, arguments: &[&Path]) -> Result<u64, String> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(arguments)
        .env("RAYON_NUM_THREADS", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output()
        .map_err(|error| format!("valgrind cannot be run: {error}"))?;
    collected(&String::from_utf8_lossy(&output.stderr))
}

/// The instructions that callgrind says it has counted.
pub fn collected(text: &str) -> Result<u64, String> {
    text.lines()
        .find_map(|line| line.split_once("Collected : "))
        .and_then(|(_, number)| number.trim().parse().ok())
        .ok_or_else(|| format!("valgrind says no count: {text}"))
}

/// CPU time of one run, user and system, the mean of many.
pub fn cpu(program: &Path, arguments: &[&Path], runs: u32) -> Result<Duration, String> {
    let before = children()?;
    for _ in 0..runs {
        quiet(program, arguments)
            .status()
            .map_err(|error| format!("{}: {error}", program.display()))?;
    }
    Ok(Duration::from_secs_f64(
        (children()? - before) / f64::from(runs),
    ))
}

/// CPU seconds of all children that have ended.
fn children() -> Result<f64, String> {
    let stat = fs::read_to_string("/proc/self/stat").map_err(|error| error.to_string())?;
    // The name in parentheses may hold anything; the fields after it are numbers (proc(5)).
    let (_, fields) = stat.rsplit_once(')').ok_or("no name in /proc/self/stat")?;
    let ticks: f64 = fields
        .split_whitespace()
        .skip(13)
        .take(2)
        .filter_map(|field| field.parse::<f64>().ok())
        .sum();
    Ok(ticks / TICKS_PER_SECOND)
}

/// The peak memory of a run, in bytes.
pub fn peak(program: &Path, arguments: &[&Path]) -> Result<u64, String> {
    Ok(watched(&mut quiet(program, arguments))?.1)
}

/// How a run ends, and its peak memory in bytes.
fn watched(command: &mut Command) -> Result<(ExitStatus, u64), String> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    loop {
        if let Some(ended) = child.try_wait().map_err(|error| error.to_string())? {
            return Ok((ended, most));
        }
        // The kernel keeps the high mark itself; only what comes after the last read is missed.
        if let Some(kib) = fs::read_to_string(&status).ok().and_then(|text| {
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
            line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()
        }) {
            most = most.max(kib * 1024);
        }
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// What a program has taken from its start to its end.
pub struct RunCost {
    /// Seconds.
    pub wall: f64,
    /// Seconds of user and system time.
    pub cpu: f64,
    /// MiB at its peak.
    pub peak: f64,
}

/// Runs a program that must succeed.
pub fn once(command: &mut Command) -> Result<RunCost, String> {
    let (before, begin) = (children()?, Instant::now());
    let (status, peak) = watched(command)?;
    let wall = begin.elapsed().as_secs_f64();
    if !status.success() {
        return Err(format!("{}: {status}", command.get_program().display()));
    }
    #[expect(clippy::as_conversions, reason = "far below 2^53")]
    let peak = peak as f64 / f64::from(1 << 20);
    Ok(RunCost {
        wall,
        cpu: children()? - before,
        peak,
    })
}

fn quiet(program: &Path, arguments: &[&Path]) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}
