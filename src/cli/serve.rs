//! The arguments of `serve`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args, ValueEnum, ValueHint};

use super::ProfileChoice;

pub const SERVE_STATUSES: &str = "\
Exit status:
  0  ended by a signal
  2  usage, configuration or certificate error, or an address that cannot be listened on

The first SIGTERM or SIGINT makes readiness fail and every answer ask its client to leave; after
--lame-duck no new request is taken. The second one ends at once.";

#[derive(Args, Debug)]
#[command(group(
    ArgGroup::new("certificate").args(["tls_cert", "self_signed", "cert_secret"]).required(true)
))]
pub struct Serve {
    /// Where reviews are answered, with TLS
    #[arg(long, value_name = "ADDRESS", default_value = "0.0.0.0:8443", value_parser = address)]
    pub listen: SocketAddr,
    /// Where /livez, /readyz and /metrics are answered, without TLS
    #[arg(long, value_name = "ADDRESS", default_value = "0.0.0.0:8080", value_parser = address)]
    pub metrics_listen: SocketAddr,
    /// The certificate chain in PEM; read again when the file changes
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// Its private key in PEM
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Answer only clients with a certificate of this authority in PEM: the API server's
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub client_ca: Option<PathBuf>,
    /// Make a certificate for this run that no client trusts by itself
    #[arg(long)]
    pub self_signed: bool,
    /// A name or address for that certificate [default: localhost, 127.0.0.1 and ::1]
    #[arg(long, value_name = "NAME", requires = "self_signed")]
    pub self_signed_name: Vec<certs::SubjectAltName>,
    /// Keep a certificate in this Secret, together with all replicas, and renew it
    #[arg(long, value_name = "NAME", requires_all = ["service", "namespace"], conflicts_with = "no_cluster")]
    pub cert_secret: Option<String>,
    /// Write its authority into this ValidatingWebhookConfiguration, and keep it there
    #[arg(long, value_name = "NAME", requires = "cert_secret")]
    pub webhook_config: Option<String>,
    /// The Service by which API servers come here
    #[arg(long, value_name = "NAME", requires = "cert_secret")]
    pub service: Option<String>,
    /// The namespace of the Service and the Secret
    #[arg(long, value_name = "NAMESPACE", requires = "cert_secret")]
    pub namespace: Option<String>,
    /// The cluster to look at [default: as kubectl finds it, else the pod's own]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "no_cluster")]
    pub kubeconfig: Option<PathBuf>,
    /// Judge each object alone, without looking at a cluster
    #[arg(long)]
    pub no_cluster: bool,
    /// What errors do, where a namespace does not say otherwise by its label leaselint.io/mode
    #[arg(long, value_name = "MODE", value_enum, default_value_t = ModeChoice::Enforce)]
    pub mode: ModeChoice,
    /// Write Events on workloads that get warnings; its account needs the right to create them
    #[arg(long, conflicts_with = "no_cluster")]
    pub events: bool,
    /// How much to say [default: recommended, or what the configuration says]
    #[arg(long, value_name = "PROFILE", value_enum)]
    pub profile: Option<ProfileChoice>,
    /// Open connections at most; the least useful one makes room for a new one
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u16).range(1..))]
    pub max_connections: u16,
    /// After the first signal: how long requests are still taken
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub lame_duck: Duration,
    /// After that: how long reviews at work may take to end
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub drain: Duration,
}

/// Whether errors deny.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ModeChoice {
    /// Errors deny
    Enforce,
    /// Nothing is denied; errors are warnings
    Warn,
    /// Nothing is denied and nothing is shown: only metrics, log and the API server's audit log tell
    Audit,
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "not an address with a port, such as 127.0.0.1:8443 or [::]:8443".to_owned())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if duration <= Duration::from_secs(600) => Ok(duration),
        _ => Err("not between 0 and 600".to_owned()),
    }
}
