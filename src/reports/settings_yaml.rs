//! `--show-settings`: what holds in this run, as YAML.

use std::fmt::Write as _;

use election::timing_proposals::as_written;
use engine::world::Bundling;
use engine::{Engine, Limits, rules};

use crate::config::ConfigFile;
use crate::terminal::visible;

/// The settings.
pub fn report(engine: &Engine, file: Option<&ConfigFile>, largest_file: u64) -> String {
    let mut text = String::new();
    match file {
        Some(file) => {
            let _ = writeln!(text, "# from {}", visible(&file.name));
            for name in &file.extended {
                let _ = writeln!(text, "# which extends {}", visible(name));
            }
        }
        None => text.push_str("# no configuration was found\n"),
    }
    let settings = engine.settings();
    let Limits {
        failover_target,
        api_outage_target,
        min_renew_attempts,
        longest_lease,
        ..
    } = &settings.limits;
    let _ = writeln!(text, "profile: {}\nlimits:", settings.profile.as_str());
    let _ = writeln!(text, "  failoverTarget: {}", as_written(*failover_target));
    if let Some(target) = api_outage_target {
        let _ = writeln!(text, "  apiOutageTarget: {}", as_written(*target));
    }
    let _ = writeln!(text, "  minRenewAttempts: {min_renew_attempts}");
    let _ = writeln!(text, "  longestLease: {}", as_written(*longest_lease));
    let _ = writeln!(text, "  largestFile: {largest_file}");
    let bundling: Bundling = settings.bundling;
    let _ = writeln!(text, "bundle: {}", bundling.as_str());
    text.push_str("rules:\n");
    let active = engine.active();
    let own = settings.rules.iter().copied();
    let mut all: Vec<_> = rules().iter().map(|entry| entry.rule).chain(own).collect();
    all.sort_by_key(|rule| rule.id);
    for rule in all {
        let runs = active.iter().any(|other| other.id == rule.id);
        let configured = settings.severities.get(rule.id).copied().flatten();
        let word = match runs {
            true => configured.unwrap_or(rule.severity).as_str(),
            false => "off",
        };
        let _ = writeln!(text, "  {}: {word}", rule.id);
    }
    text
}
