//! The command line: one definition, from which help, completions and the manual page are made.

#[cfg(feature = "serve")]
mod certs;
mod judge;
#[cfg(feature = "live")]
mod live;
#[cfg(feature = "render")]
mod render;
mod rules;
#[cfg(feature = "schema")]
mod schema;
#[cfg(feature = "serve")]
mod serve;

#[cfg(not(all(feature = "live", feature = "schema", feature = "serve")))]
use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

use crate::selectors::ExcludePattern;

#[cfg(feature = "serve")]
pub use certs::{Certs, CertsIssue, CertsShow};
pub use judge::{FailOn, FixOptions, JudgeOptions, ProfileChoice, ReportFormat, SeverityChoice};
#[cfg(feature = "live")]
pub use live::{Audit, ClusterOptions, Leases, LeasesOutput, MonitorOptions};
#[cfg(feature = "render")]
pub use render::{RenderArguments, RenderChoice};
pub use rules::{Explain, Rules};
#[cfg(feature = "custom-rules")]
pub use rules::{RulesCommand, RulesTest};
#[cfg(feature = "schema")]
pub use schema::{SchemaChoice, SchemaOptions};
#[cfg(feature = "serve")]
pub use serve::{ModeChoice, Serve};

/// Proves that a Kubernetes leader-election configuration is right, before it runs.
#[derive(Debug, Parser)]
#[command(
    name = "leaselint",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    max_term_width = 100,
    after_help = EXIT_STATUSES
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: CliCommand,
}

const EXIT_STATUSES: &str = "\
Exit status:
  0  judged, nothing at or above --fail-on
  1  findings at or above --fail-on
  2  usage or configuration error, nothing was judged
  3  something that should have been read could not be, and no finding failed the run";

/// Options of every command.
#[derive(Args, Debug)]
pub struct Global {
    /// Configuration to use instead of the .leaselint.yaml found upwards from the first path
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    /// When to use colours [NO_COLOR turns `auto` into `never`, FORCE_COLOR and CLICOLOR_FORCE into `always`]
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = ColorChoice::Auto)]
    pub color: ColorChoice,
    /// Findings only: no ledger, no summary
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// List what was not judged, and why, and show every finding with its source
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// No path is given, so the current folder is read.
    #[arg(skip)]
    pub reads_default_path: bool,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
pub enum CliCommand {
    /// Judge manifests: files, folders or standard input
    #[command(after_help = EXIT_STATUSES)]
    Lint(Lint),
    /// Judge the change between two folders, files or git revisions
    #[command(after_help = DIFF_HELP)]
    Diff(Diff),
    /// Show every elector with its effective settings, their origins and what the numbers promise
    Inspect(Inspect),
    /// Write what other tools take
    #[command(subcommand)]
    Export(Export),
    /// Answer the API server's admission reviews
    #[cfg(feature = "serve")]
    #[command(after_help = serve::SERVE_STATUSES)]
    Serve(Serve),
    /// Judge a live cluster: its objects, and its Leases by watching them
    #[cfg(feature = "live")]
    #[command(after_help = live::AUDIT_HELP)]
    Audit(Audit),
    /// Show who leads in a live cluster, and whether the Leases are renewed
    #[cfg(feature = "live")]
    #[command(after_help = live::LEASES_HELP)]
    Leases(Leases),
    /// Watch the Leases of a cluster and export metrics of their health
    #[cfg(feature = "live")]
    #[command(after_help = live::MONITOR_HELP)]
    Monitor(MonitorOptions),
    /// Make and examine certificates for the webhook
    #[cfg(feature = "serve")]
    #[command(subcommand)]
    Certs(Certs),
    /// Not built in
    #[cfg(not(feature = "serve"))]
    #[command(hide = true, disable_help_flag = true)]
    Serve(NotBuilt),
    /// Not built in
    #[cfg(not(feature = "serve"))]
    #[command(hide = true, disable_help_flag = true)]
    Certs(NotBuilt),
    /// Not built in
    #[cfg(not(feature = "live"))]
    #[command(hide = true, disable_help_flag = true)]
    Audit(NotBuilt),
    /// Not built in
    #[cfg(not(feature = "live"))]
    #[command(hide = true, disable_help_flag = true)]
    Leases(NotBuilt),
    /// Not built in
    #[cfg(not(feature = "live"))]
    #[command(hide = true, disable_help_flag = true)]
    Monitor(NotBuilt),
    /// Write a commented configuration into the current folder
    Init,
    /// Print the JSON Schema of the configuration or of a report
    #[cfg(feature = "schema")]
    Schema(SchemaOptions),
    /// Not built in
    #[cfg(not(feature = "schema"))]
    #[command(hide = true, disable_help_flag = true)]
    Schema(NotBuilt),
    /// Show the page of one rule
    Explain(Explain),
    /// List the rules, or test your own
    Rules(Rules),
    /// Print a completion script for a shell
    Completions(Completions),
    /// Print the manual page (roff)
    Man,
}

/// The arguments of a command that this build does not have. They are accepted, whatever they are, so
/// that the answer names the feature and not an argument.
#[cfg(not(all(feature = "live", feature = "schema", feature = "serve")))]
#[derive(Args, Debug)]
pub struct NotBuilt {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    pub arguments: Vec<OsString>,
}

/// What to read.
#[derive(Args, Debug)]
pub struct InputOptions {
    /// Files, folders (searched for .yaml, .yml and .json) or `-` for standard input
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// Of a named file read the folder that it belongs to, with the chart or the kustomizations around it
    #[arg(long)]
    pub with_neighbours: bool,
    #[command(flatten)]
    pub reading: ReadArguments,
    /// Do not fail where a folder or standard input holds nothing to judge
    #[arg(long)]
    pub allow_empty: bool,
}

/// How to read; shared by every command that reads manifests.
#[derive(Args, Debug)]
pub struct ReadArguments {
    /// Search folders without regard to .gitignore and .ignore files
    #[arg(long)]
    pub no_ignore: bool,
    /// Leave out files and folders, by patterns as in a .gitignore; files that are named, too
    #[arg(long, value_name = "PATTERN", action = ArgAction::Append)]
    pub exclude: Vec<ExcludePattern>,
    /// Judge programs by their records alone, not by Go source beside the manifests
    #[arg(long)]
    pub no_source: bool,
    #[cfg(feature = "render")]
    #[command(flatten)]
    pub render: RenderArguments,
    /// The name that reports give standard input
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<String>,
    /// What belongs together, where access and locks are judged across files [default: auto, or what the configuration says]
    #[arg(long, value_name = "WHAT", value_enum)]
    pub bundle: Option<BundleChoice>,
    /// Threads to read with [default: one for each processor]
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Whether something that could not be read fails the run (status 3)
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = UnreadLevel::Error)]
    pub unread: UnreadLevel,
}

#[derive(Args, Debug)]
pub struct Lint {
    #[command(flatten)]
    pub source: InputOptions,
    #[command(flatten)]
    pub judgement: JudgeOptions,
    #[command(flatten)]
    pub fixes: FixOptions,
}

const DIFF_HELP: &str = "\
BASE and HEAD are paths, `-`, or revisions of git: main, v1.0, HEAD~1, main:deploy. What exists as
a path is one; main: is always a revision and ./main always a path. Beside a path a revision stands
for the same path at that time.

  leaselint diff main             what the working tree changes against main
  leaselint diff v1.0 v1.1        what one release changed against another
  leaselint diff old.yaml -       what is rendered now against what was

Exit status:
  0  judged, nothing new at or above --fail-on
  1  new findings at or above --fail-on: what HEAD introduces, and what is unsafe as a change
  2  usage or configuration error, nothing was judged
  3  something that should have been read could not be, and no finding failed the run";

#[derive(Args, Debug)]
pub struct Diff {
    /// As it was: a file, a folder, `-` or a git revision
    #[arg(value_name = "BASE", value_hint = ValueHint::AnyPath)]
    pub base: String,
    /// As it will be: a file, a folder, `-` or a git revision
    #[arg(value_name = "HEAD", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub head: String,
    #[command(flatten)]
    pub reading: ReadArguments,
    #[command(flatten)]
    pub judgement: JudgeOptions,
    /// Fail for new findings only (the default)
    #[arg(long, overrides_with = "all")]
    pub new_only: bool,
    /// Show the findings that both sides have as well, and fail for them
    #[arg(long, overrides_with = "new_only")]
    pub all: bool,
}

#[derive(Args, Debug)]
pub struct Inspect {
    #[command(flatten)]
    pub source: InputOptions,
    /// Output format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Show every value with its origin, and the promises in words
    #[arg(long)]
    pub detail: bool,
    /// Show only electors whose object, container, program or lock has this name
    #[arg(long, value_name = "NAME", action = ArgAction::Append)]
    pub name: Vec<String>,
}

/// What can be written for other tools.
#[derive(Debug, Subcommand)]
pub enum Export {
    /// The smallest Role and RoleBinding for every elector, ready for `kubectl apply -f -`
    Rbac(ExportRbac),
    /// Alert rules for Prometheus, with each Lease's own numbers as thresholds
    Alerts(ExportAlerts),
    /// What was read in the source of programs, as `programs` of a configuration for manifests alone
    Dialect(ExportDialect),
}

#[derive(Args, Debug)]
pub struct ExportAlerts {
    #[command(flatten)]
    pub source: InputOptions,
    /// Take the Leases of a report of `leases --format json` in the place of manifests; `-` is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "paths")]
    pub leases: Option<PathBuf>,
    /// Whose metrics the rules read
    #[arg(long, value_name = "WHOSE", value_enum, default_value_t = AlertMetrics::Monitor)]
    pub metrics: AlertMetrics,
    /// Output format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = AlertFormat::PrometheusRule)]
    pub format: AlertFormat,
}

/// Whose metrics alert rules read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AlertMetrics {
    /// Those of `leaselint monitor`
    Monitor,
    /// Those of kube-state-metrics
    KubeStateMetrics,
}

/// How alert rules are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AlertFormat {
    /// An object for the Prometheus operator
    #[value(name = "prometheusrule")]
    PrometheusRule,
    /// A file of rules for Prometheus itself
    Rules,
}

#[derive(Args, Debug)]
pub struct ExportDialect {
    #[command(flatten)]
    pub source: InputOptions,
}

#[derive(Args, Debug)]
pub struct ExportRbac {
    #[command(flatten)]
    pub source: InputOptions,
    /// Only for electors whose account lacks a right
    #[arg(long)]
    pub missing: bool,
}

#[derive(Args, Debug)]
pub struct Completions {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: Shell,
}

/// Output formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs; the shape is stable
    Json,
}

/// What belongs together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BundleChoice {
    /// A file, a kustomization with its bases, or a folder, whichever holds what is asked for
    Auto,
    /// Every file stands alone
    File,
    /// The files of one folder, without those below it
    Folder,
    /// The whole input is one application
    Input,
}

/// What something unread does to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum UnreadLevel {
    /// It is listed
    Warn,
    /// It is listed and fails the run
    Error,
}
