//! `export alerts`: rules for Prometheus with each Lease's own numbers, from manifests or from `leases`.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use election::ElectorFacts;
use election::access::lease_of;
use engine::Outcome;
use programs::Nanos;
use serde::Deserialize;

use super::export_input::of_electors;
use super::print;
use crate::cli::{AlertFormat, AlertMetrics, ExportAlerts, Global};
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
    of_electors(&options.source, global, |outcome, _| {
        Ok(leases_of(outcome, global.quiet))
    })
}

fn leases_of(outcome: &Outcome<'_>, quiet: bool) -> Vec<AlertedLease> {
    let mut leases = BTreeMap::new();
    let electors = outcome.electors.iter();
    let electors = electors.filter(|elector| elector.object.chart_hook().is_none());
    for elector in electors.filter(|one| one.may_be_on()) {
        let facts = ElectorFacts::of(elector);
        let seconds = |nanos: &Nanos| {
            u64::try_from(nanos.0)
                .map(|nanos| std::time::Duration::from_nanos(nanos).as_secs_f64())
                .ok()
        };
        let stored = elector.lease.value().and_then(seconds).map(f64::trunc);
        let (Some((namespace, name)), Some(duration)) =
            (lease_of(&facts), stored.filter(|seconds| *seconds >= 1.0))
        else {
            if !quiet {
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
        let lease = AlertedLease {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            duration,
            renew_deadline: elector.renew.value().and_then(seconds),
            retry_period: elector.retry.value().and_then(seconds),
            workload: {
                let object = facts.object;
                let named = |namespace| (object.kind, namespace, object.name);
                object.namespace.map(named)
            },
        };
        let key = (lease.namespace.clone(), lease.name.clone());
        leases.entry(key).or_insert(lease);
    }
    leases.into_values().collect()
}
