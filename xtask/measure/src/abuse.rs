//! `cargo xtask bench webhook-abuse`: the webhook under clients that misbehave.
//!
//! Each way to misbehave has a server of its own, and good clients beside it that must not notice:
//! every review answered, every bad connection closed in the time that the server promises, and no
//! more memory than stated, ever.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::servers::{ServerPrograms, figures, output};

/// MiB that the server may hold at its peak.
const MAX_PEAK_MIB: f64 = 40.0;
/// Milliseconds for 99 of 100 good reviews; machine and abuse share the processors.
const MAX_P99_MS: f64 = 500.0;

/// Measures every mode, or those that are named, and with `--check` fails where a target is missed.
pub fn run(root: &Path, arguments: &[&str]) -> Result<(), String> {
    let check = arguments.contains(&"--check");
    let seconds = if arguments.contains(&"--quick") {
        "3"
    } else {
        "10"
    };
    let mut wanted: Vec<&str> = arguments.to_vec();
    wanted.retain(|word| !word.starts_with("--"));
    let built = ServerPrograms::build(root)?;
    let client = built.folder.join("leaselint-webhook-abuse");
    let modes = output(Command::new(&client).arg("--list"))?;
    println!(
        "{:<26} {:>6} {:>6} {:>8} {:>8} {:>8} {:>7} {:>16} {:>12}  answers to the bad",
        "",
        "good",
        "failed",
        "p50 ms",
        "p99 ms",
        "max ms",
        "bad",
        "closed s (limit)",
        "MiB, before"
    );
    let mut missed = Vec::new();
    for mode in modes
        .lines()
        .filter(|mode| wanted.is_empty() || wanted.contains(mode))
    {
        let server = built.webhook(None)?;
        server.until_ready(Duration::from_secs(10))?;
        let operations = server.operations.unwrap_or_default();
        let before = server.memory("VmRSS:")?;
        let text = output(
            Command::new(&client)
                .args(["--port", &server.port.to_string()])
                .args(["--operations", &operations.to_string()])
                .arg("--ca")
                .arg(built.authority())
                .arg("--reviews")
                .arg(&built.reviews)
                .args(["--seconds", seconds, mode]),
        )?;
        let most = server.memory("VmHWM:")?;
        let figures = figures(&text);
        let word = |name: &str| figures.get(name).copied().unwrap_or_default();
        let figure = |name: &str| {
            word(name)
                .parse::<f64>()
                .map_err(|_| format!("no {name} in {text:?}"))
        };
        let (longest, within) = (figure("longest")? / 1000.0, figure("within")? / 1000.0);
        let limit = if within > 0.0 {
            format!("({within:.0})")
        } else {
            String::new()
        };
        let mut problems = Vec::new();
        let mut must = |holds: bool, what: &str| {
            if !holds {
                problems.push(what.to_owned());
            }
        };
        must(figure("failed")? == 0.0, "good reviews failed");
        must(figure("dead")? == 0.0, "/livez was not answered");
        must(figure("p99")? <= MAX_P99_MS, "good reviews were slow");
        must(figure("open")? == 0.0, "bad connections stayed open");
        must(
            within == 0.0 || longest <= within,
            "bad connections were closed late",
        );
        must(most <= MAX_PEAK_MIB, "memory");
        println!(
            "{mode:<26} {:>6} {:>6} {:>8} {:>8} {:>8} {:>7} {:>16} {:>12}  {}{}",
            word("good"),
            word("failed"),
            word("p50"),
            word("p99"),
            word("most"),
            word("bad"),
            format!("{longest:.1} {limit}"),
            format!("{most:.1}, {before:.1}"),
            word("answers"),
            if problems.is_empty() {
                String::new()
            } else {
                format!("  MISS: {}", problems.join(", "))
            },
        );
        text.lines().skip(1).for_each(|line| println!("    {line}"));
        if !problems.is_empty() {
            missed.push(format!("{mode}: {}", problems.join(", ")));
        }
    }
    if check && !missed.is_empty() {
        return Err(missed.join("\n"));
    }
    Ok(())
}
