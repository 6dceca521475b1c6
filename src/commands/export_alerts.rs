//! `export alerts`: rules for Prometheus with each Lease's own numbers, from manifests or from `leases`.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use election::LockNamespace;
use engine::{Engine, Task};
use programs::Nanos;
use serde::Deserialize;

use super::judged_run::unread_level;
use super::{print, report_empty};
use crate::cli::{AlertFormat, AlertMetrics, ExportAlerts, Global, UnreadLevel};
use crate::config::Config;
use crate::inputs;
use crate::reports::alerts_yaml::{AlertedLease, MetricsSource, report};
use crate::status::{CommandError, ExitStatus};

pub fn run(options: &ExportAlerts, global: &Global) -> Result<ExitStatus, CommandError> {
    let (leases, status) = match &options.leases {
        Some(file) => (of_leases(file)?, ExitStatus::Fine),
        None => of_manifests(options, global)?,
    };
    let metrics = match options.metrics {
        AlertMetrics::Monitor => MetricsSource::Monitor,
        AlertMetrics::KubeStateMetrics => MetricsSource::KubeStateMetrics,
    };
    print(&report(
        &leases,
        metrics,
        options.format == AlertFormat::Rules,
    ))?;
    Ok(status)
}

#[derive(Deserialize)]
struct LeasesFile {
    schema: String,
    leases: Vec<LeaseOfFile>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LeaseOfFile {
    namespace: String,
    name: String,
    state: String,
    kind: String,
    holder: String,
    duration_seconds: Option<f64>,
    declared_duration_seconds: Option<f64>,
    renew_deadline_seconds: Option<f64>,
    retry_period_seconds: Option<f64>,
    object: Option<ObjectOfFile>,
}

#[derive(Deserialize)]
struct ObjectOfFile {
    kind: String,
    namespace: Option<String>,
    name: String,
}

/// The Leases of a report of `leases --format json`.
fn of_leases(file: &Path) -> Result<Vec<AlertedLease>, CommandError> {
    let text = if file.as_os_str() == "-" {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(file)
    };
    let shown = file.display().to_string();
    let cannot = |error: &dyn std::fmt::Display| {
        CommandError::usage(format_args!("{}: {error}", shown.escape_debug()))
    };
    let text = text.map_err(|error| cannot(&error))?;
    let report: LeasesFile = serde_json::from_str(&text).map_err(|error| cannot(&error))?;
    if report.schema != "leaselint/leases/v1" {
        return Err(cannot(&"not a report of `leases --format json`"));
    }
    let elections = report
        .leases
        .into_iter()
        .filter(|lease| lease.kind == "election" && lease.state != "abandoned");
    let alerted = elections.filter_map(|lease| {
        // What a released Lease says is the 1 s of the release.
        let written = lease.duration_seconds.filter(|_| !lease.holder.is_empty());
        Some(AlertedLease {
            duration: written.or(lease.declared_duration_seconds)?,
            namespace: lease.namespace,
            name: lease.name,
            renew_deadline: lease.renew_deadline_seconds,
            retry_period: lease.retry_period_seconds,
            workload: lease
                .object
                .and_then(|object| Some((object.kind, object.namespace?, object.name))),
        })
    });
    Ok(alerted.collect())
}

/// The Leases that the electors of manifests claim.
fn of_manifests(
    options: &ExportAlerts,
    global: &Global,
) -> Result<(Vec<AlertedLease>, ExitStatus), CommandError> {
    let source = &options.source;
    let config = Config::load(global.config.as_deref(), &inputs::first_path(source), None)?
        .bundled(source.reading.bundle)
        .excluding(&source.reading.exclude);
    let inputs::NamedInput { input, empty, .. } = inputs::read(
        source,
        config.exclude.as_ref(),
        &config.render,
        config.largest_file,
    )?;
    let engine = Engine::new(config.settings);
    let outcome = engine.judge(Task::inspect(&input));
    let mut leases = BTreeMap::new();
    for elector in outcome.electors.iter().filter(|one| one.may_be_on()) {
        let facts = election::ElectorFacts::of(elector);
        let seconds = |nanos: &Nanos| {
            u64::try_from(nanos.0)
                .map(|nanos| std::time::Duration::from_nanos(nanos).as_secs_f64())
                .ok()
        };
        let stored = elector.lease.value().and_then(seconds).map(f64::trunc);
        let is_lease = facts
            .lock_type
            .as_deref()
            .is_some_and(|word| word.contains("lease"));
        let (LockNamespace::Known(namespace), Some(name), Some(duration), true) = (
            facts.lock_namespace,
            facts.lock_name,
            stored.filter(|seconds| *seconds >= 1.0),
            is_lease && !facts.lock_elsewhere,
        ) else {
            if !global.quiet {
                // Standard output is for Prometheus; what was left out goes to standard error.
                drop(writeln!(
                    io::stderr(),
                    "left out: {} {}, container {}: its lock is not a Lease whose namespace, name and duration are known",
                    facts.object.kind,
                    facts.object.name.escape_debug(),
                    facts.container.escape_debug()
                ));
            }
            continue;
        };
        let object = facts.object;
        let lease = AlertedLease {
            namespace: namespace.into(),
            name: name.into(),
            duration,
            renew_deadline: elector.renew.value().and_then(seconds),
            retry_period: elector.retry.value().and_then(seconds),
            workload: object
                .namespace
                .map(|namespace| (object.kind, namespace, object.name)),
        };
        let key = (lease.namespace.clone(), lease.name.clone());
        leases.entry(key).or_insert(lease);
    }
    report_empty(&empty);
    let level = unread_level(&source.reading, &outcome.unread);
    let failed = level == UnreadLevel::Error && !outcome.unread.is_empty();
    let status = if failed || !empty.is_empty() {
        ExitStatus::Unread
    } else {
        ExitStatus::Fine
    };
    Ok((leases.into_values().collect(), status))
}
