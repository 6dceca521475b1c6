//! The arguments of commands that look at a live cluster.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, ValueEnum, ValueHint};
use programs::duration::go_duration;

use super::{FailOn, Format, JudgeOptions};

pub const LEASES_HELP: &str = "\
States:
  held         renewed while it was watched
  late         not renewed for longer than the renew deadline of its elector
  expired      not renewed for longer than its duration: any candidate may take it
  released     its holder gave it up
  never-held   it never had a holder
  orphaned     its holder's pod is gone
  shared       two pods have the identity that holds it
  abandoned    no workload with running pods claims it
  unconfirmed  not watched for long enough to say

A Lease is judged as its candidates do: by how long it does not change on this program's own clock.
An age marked with ~ is the API server's time less the holder's, as no renewal was seen.

Exit status:
  0  no Lease of an election is expired, orphaned, shared or changes hands too often
  1  one is
  2  usage error, or the cluster cannot be read or did not answer in the end";

/// Which cluster, and which part of it.
#[derive(Args, Debug)]
pub struct ClusterOptions {
    /// The kubeconfig to use [default: as kubectl finds it, else the pod's own account]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub kubeconfig: Option<PathBuf>,
    /// The context of the kubeconfig [default: the current one]
    #[arg(long, value_name = "NAME")]
    pub context: Option<String>,
    /// Look at these namespaces; may be given several times [default: the context's for `leases`, else all]
    #[arg(short, long, value_name = "NAMESPACE", value_delimiter = ',', action = ArgAction::Append)]
    pub namespace: Vec<String>,
    /// Look at all namespaces
    #[arg(short = 'A', long, conflicts_with = "namespace")]
    pub all_namespaces: bool,
    /// Only Leases with these labels
    #[arg(short = 'l', long, value_name = "LABELS")]
    pub selector: Option<String>,
    /// Requests a second, at most
    #[arg(long, value_name = "N", default_value = "20")]
    pub qps: NonZeroU32,
}

#[derive(Args, Debug)]
pub struct Leases {
    #[command(flatten)]
    pub cluster: ClusterOptions,
    /// Watch for so long before judging [default: until each was renewed or is over, at most 20s]
    #[arg(long = "for", value_name = "DURATION", value_parser = duration)]
    pub observe: Option<Duration>,
    /// Watch until interrupted: a live table on a terminal (`?` for its keys), else an event a line
    #[arg(long, conflicts_with_all = ["observe", "all_kinds", "fail_on"])]
    pub watch: bool,
    /// Show the heartbeats of nodes and the identities of API servers, too
    #[arg(long)]
    pub all_kinds: bool,
    /// Output format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// As kubectl has it: more columns and none left out or cut, or JSON
    #[arg(short, long, value_enum, conflicts_with_all = ["watch", "format"])]
    pub output: Option<LeasesOutput>,
    /// The mildest finding that fails the run (status 1)
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t = FailOn::Warning)]
    pub fail_on: FailOn,
}

/// What kubectl calls the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LeasesOutput {
    /// With the settings of the elector, the longest failover after a crash, and the rules that the Lease breaks
    Wide,
    /// The same as `--format json`
    Json,
}

pub const AUDIT_HELP: &str = "\
All namespaces are read unless --namespace names some. Places are those in the object's YAML, without what only the API
server keeps. What may not be read is listed, and what rests on it is not judged. Only list and watch are asked for,
and never Secrets; with --verify-access SubjectAccessReviews are created, which are stored nowhere.

Exit status:
  0  judged, nothing at or above --fail-on
  1  findings at or above --fail-on
  2  usage or configuration error, or the cluster cannot be read
  3  something that should have been judged could not be, and no finding failed the run";

#[derive(Args, Debug)]
pub struct Audit {
    #[command(flatten)]
    pub cluster: ClusterOptions,
    /// Watch the Leases for so long; 0 leaves out what only that shows
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "20s")]
    pub observe: Duration,
    /// Ask the API server about the rights of each elector, too, and say where its answer is not what the roles prove
    #[arg(long)]
    pub verify_access: bool,
    #[command(flatten)]
    pub judgement: JudgeOptions,
}

pub const MONITOR_HELP: &str = "\
Each renewal comes by a watch. Pods and workloads are read only while some Lease is not renewed or has no holder. Several
replicas give the same numbers and need no election. deploy/monitor runs it in a cluster.

Exit status:
  0  ended by a signal
  2  usage error, the cluster cannot be read, or the address cannot be listened on";

#[derive(Args, Debug)]
pub struct MonitorOptions {
    #[command(flatten)]
    pub cluster: ClusterOptions,
    /// Where /metrics, /livez and /readyz are answered, without TLS
    #[arg(long, value_name = "ADDRESS", default_value = "0.0.0.0:8080")]
    pub listen: std::net::SocketAddr,
}

/// A length of time as Go reads it: `20s`, `1m30s`, `0`.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "not a length of time such as 20s or 1m30s".to_owned();
    let nanos = go_duration(text).map_err(|_| wrong())?;
    u64::try_from(nanos.0)
        .map(Duration::from_nanos)
        .map_err(|_| wrong())
}
