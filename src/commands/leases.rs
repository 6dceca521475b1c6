//! `leases`: who leads in a live cluster.

use std::path::Path;

use cluster::{Client, RequestPace};
use engine::Engine;
use live::look::{LeasesReport, ObservationLength, look};
use live::reading::{ClusterReader, ReadScope};
use live::record::LeaseKind;
use live::state::LeaseState;
use live::status::LeaseStatus;

use super::print;
use crate::cli::{ClusterOptions, FailOn, Format, Global, Leases};
use crate::config::Config;
use crate::reports::{leases_json, leases_text};
use crate::status::{CommandError, ExitStatus};
use crate::terminal::Terminal;

pub fn run(
    options: &Leases,
    global: &Global,
    terminal: &Terminal,
) -> Result<ExitStatus, CommandError> {
    let config = Config::load(global.config.as_deref(), Path::new("."), None)?;
    let engine = Engine::new(config.settings);
    let length = match options.observe {
        Some(length) => ObservationLength::Fixed(length),
        None => ObservationLength::AsNeeded,
    };
    let report = runtime()?.block_on(async {
        let reader = reader(&options.cluster, options.selector.clone()).await?;
        look(&reader, &engine, length, options.all_kinds)
            .await
            .map_err(CommandError::usage)
    })?;
    print(&match options.format {
        Format::Json => leases_json::report(&report),
        Format::Text => leases_text::report(&report, global.quiet, terminal),
    })?;
    Ok(status(&report, options.fail_on))
}

/// One thread is enough for a command that waits most of the time.
pub fn runtime() -> Result<tokio::runtime::Runtime, CommandError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(CommandError::usage)
}

/// A reader of the part of a cluster that the command line names.
pub async fn reader(
    options: &ClusterOptions,
    labels: Option<String>,
) -> Result<ClusterReader, CommandError> {
    let client: Client = cluster::client(options.kubeconfig.as_deref(), options.context.as_deref())
        .await
        .map_err(CommandError::usage)?;
    let namespaces = match (options.all_namespaces, options.namespace.as_slice()) {
        (true, _) => Vec::new(),
        (false, []) => vec![client.default_namespace().to_owned()],
        (false, named) => named.to_vec(),
    };
    let scope = ReadScope { namespaces, labels };
    Ok(ClusterReader::new(
        client,
        RequestPace::new(options.qps),
        scope,
    ))
}

/// Only what is confirmed fails a run. Two leaders, or none, are errors; what may still mend itself is a warning.
fn status(report: &LeasesReport, fail_on: FailOn) -> ExitStatus {
    let fails = |lease: &LeaseStatus| match (lease.kind, lease.state, fail_on) {
        (_, _, FailOn::Never) => false,
        (LeaseKind::Election, LeaseState::Expired | LeaseState::Shared, _) => true,
        (LeaseKind::Election, LeaseState::Orphaned, FailOn::Warning | FailOn::Info) => true,
        _ => false,
    };
    if report.leases.iter().any(fails) {
        ExitStatus::Findings
    } else {
        ExitStatus::Fine
    }
}
