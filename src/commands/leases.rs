//! `leases`: who leads in a live cluster.

use std::path::Path;

use cluster::{Client, RequestPace};
use engine::{Engine, Group, Severity};
use live::look::{LeasesReport, ObservationLength, look};
use live::reading::{ClusterReader, ReadScope};
use live::watching::{LeaseWatch, WatchPurpose, time_of_day};

use super::monitor::ended;
use super::print;
use crate::cli::{ClusterOptions, FailOn, Format, Global, Leases, LeasesOutput};
use crate::config::Config;
use crate::reports::{leases_events, leases_json, leases_text};
use crate::screen::{self, Screen};
use crate::status::{CommandError, ExitStatus};
use crate::terminal::Terminal;

pub fn run(
    options: &Leases,
    global: &Global,
    terminal: &Terminal,
) -> Result<ExitStatus, CommandError> {
    let config = Config::load(global.config.as_deref(), Path::new("."), None)?;
    let mut settings = config.settings;
    let of_live = engine::rules().iter().map(|entry| entry.rule);
    let of_live = of_live.filter(|rule| rule.group == Group::Live);
    settings.selected = Some(of_live.map(|rule| rule.id).collect());
    let engine = Engine::new(settings);
    let length = match options.observe {
        Some(length) => ObservationLength::Fixed(length),
        None => ObservationLength::AsNeeded,
    };
    if options.watch {
        return watch(options, &engine, terminal);
    }
    let report = runtime()?.block_on(async {
        let reader = reader(&options.cluster, Everywhere::IfAsked).await?;
        look(&reader, &engine, length, options.all_kinds)
            .await
            .map_err(CommandError::usage)
    })?;
    print(&match (options.format, options.output) {
        (Format::Json, _) | (_, Some(LeasesOutput::Json)) => leases_json::report(&report),
        (Format::Text, output) => {
            let is_wide = output == Some(LeasesOutput::Wide);
            leases_text::report(&report, is_wide, global.quiet, terminal)
        }
    })?;
    Ok(status(&report, options.fail_on))
}

/// A live table on a terminal, else a line for each event; until somebody quits, standard output is closed or a signal ends
/// the program.
fn watch(
    options: &Leases,
    engine: &Engine,
    terminal: &Terminal,
) -> Result<ExitStatus, CommandError> {
    let line = match options.format {
        Format::Json => leases_events::json_line,
        Format::Text => leases_events::text_line,
    };
    let is_screen = options.format == Format::Text && terminal.is_interactive();
    runtime()?.block_on(async {
        let reader = reader(&options.cluster, Everywhere::IfAsked).await?;
        if is_screen {
            let watch = LeaseWatch::start(&reader, engine, WatchPurpose::Screen).await;
            let mut watch = watch.map_err(CommandError::usage)?;
            let screen = Screen::new(place(&reader), terminal.color);
            screen::run(&mut watch, screen, ended()).await?;
            return Ok(ExitStatus::Fine);
        }
        let watch = LeaseWatch::start(&reader, engine, WatchPurpose::Events).await;
        let mut watch = watch.map_err(CommandError::usage)?;
        loop {
            for event in watch.next().await {
                print(&line(&time_of_day(), &event))?;
            }
        }
    })
}

/// Which part of the cluster is watched.
fn place(reader: &ClusterReader) -> String {
    let ReadScope { namespaces, labels } = reader.scope();
    let place = match namespaces.as_slice() {
        [] => "all namespaces".to_owned(),
        [one] => format!("namespace {one}"),
        [first, others @ ..] => format!("namespaces {first} and {} more", others.len()),
    };
    match labels {
        Some(labels) => format!("{place}, labels {labels}"),
        None => place,
    }
}

/// One thread is enough for a command that waits most of the time.
pub fn runtime() -> Result<tokio::runtime::Runtime, CommandError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(CommandError::usage)
}

/// Whether a command looks at all namespaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Everywhere {
    /// With `--all-namespaces`.
    IfAsked,
    /// Where it names none.
    ByDefault,
}

/// A reader of the part of a cluster that the command line names.
pub async fn reader(
    options: &ClusterOptions,
    everywhere: Everywhere,
) -> Result<ClusterReader, CommandError> {
    let client: Client = cluster::client(options.kubeconfig.as_deref(), options.context.as_deref())
        .await
        .map_err(CommandError::usage)?;
    let namespaces = match options.namespace.as_slice() {
        [] if options.all_namespaces || everywhere == Everywhere::ByDefault => Vec::new(),
        [] => vec![client.default_namespace().to_owned()],
        named => named.to_vec(),
    };
    let scope = ReadScope {
        namespaces,
        labels: options.selector.clone(),
    };
    let pace = RequestPace::new(options.qps);
    Ok(ClusterReader::new(client, pace, scope))
}

/// Only what is confirmed fails a run, and a Lease that is not claimed never does. Where the API server did not answer in
/// the end, nothing is confirmed to be well.
fn status(report: &LeasesReport, fail_on: FailOn) -> ExitStatus {
    let mildest = match fail_on {
        FailOn::Error => Some(Severity::Error),
        FailOn::Warning | FailOn::Info => Some(Severity::Warning),
        FailOn::Never => None,
    };
    let mut findings = report.findings.values().flatten();
    if findings.any(|(_, severity)| mildest.is_some_and(|mildest| *severity >= mildest)) {
        ExitStatus::Findings
    } else if report.unreachable.is_some() {
        ExitStatus::Usage
    } else {
        ExitStatus::Fine
    }
}

#[cfg(test)]
mod tests {
    use live::record::LeaseKey;

    use super::*;

    #[test]
    fn what_is_found_comes_before_what_could_not_be_looked_at() {
        let key = LeaseKey {
            namespace: "shop".into(),
            name: "orders".into(),
        };
        let mut report = LeasesReport::default();
        assert_eq!(status(&report, FailOn::Warning), ExitStatus::Fine);
        report.unreachable = Some("no answer".to_owned());
        assert_eq!(status(&report, FailOn::Warning), ExitStatus::Usage);
        assert_eq!(status(&report, FailOn::Never), ExitStatus::Usage);
        let found = vec![("a", Severity::Warning)];
        report.findings.insert(key, found);
        assert_eq!(status(&report, FailOn::Warning), ExitStatus::Findings);
        assert_eq!(status(&report, FailOn::Error), ExitStatus::Usage);
        report.unreachable = None;
        assert_eq!(status(&report, FailOn::Error), ExitStatus::Fine);
    }
}
