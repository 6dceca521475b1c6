//! The arguments of `certs`.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueHint};

use super::Format;

/// What can be done with certificates.
#[derive(Debug, Subcommand)]
pub enum Certs {
    /// Make an authority and a serving certificate, as files
    Issue(CertsIssue),
    /// Show certificates and whether they hold together
    #[command(after_help = SHOW_STATUSES)]
    Show(CertsShow),
}

const SHOW_STATUSES: &str = "\
Exit status:
  0  all is well
  1  a certificate has expired or is about to, or something does not belong together
  2  usage error, nothing was judged
  3  a file could not be read, and nothing else is wrong";

#[derive(Args, Debug)]
#[command(group(ArgGroup::new("names").args(["dns", "ip", "service"]).required(true).multiple(true)))]
pub struct CertsIssue {
    /// The folder for ca.crt, ca.key, tls.crt and tls.key; made if it does not exist
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub dir: PathBuf,
    /// A DNS name of the server
    #[arg(long, value_name = "NAME", num_args = 1.., value_parser = dns_name)]
    pub dns: Vec<certs::SubjectAltName>,
    /// An address of the server
    #[arg(long, value_name = "IP", num_args = 1..)]
    pub ip: Vec<IpAddr>,
    /// The Service before the server: the name under which the API server calls a webhook
    #[arg(long, value_name = "NAME", requires = "namespace")]
    pub service: Option<String>,
    /// The namespace of --service
    #[arg(long, value_name = "NAMESPACE", requires = "service")]
    pub namespace: Option<String>,
    /// Days until the serving certificate expires; the authority lasts ten years
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(u16).range(1..=3650))]
    pub days: u16,
    /// Overwrite files that exist
    #[arg(long)]
    pub force: bool,
}

#[derive(Args, Debug)]
pub struct CertsShow {
    /// Files with certificates or keys in PEM, or folders (searched, not their subfolders, for .crt,
    /// .pem, .cer and .key; a ca.crt in one is what its other certificates should be trusted by)
    #[arg(value_name = "PATH", required = true, value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// Output format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// The authorities that clients trust
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ca: Option<PathBuf>,
    /// The name or address under which clients call the server
    #[arg(long, value_name = "HOST")]
    pub name: Option<certs::SubjectAltName>,
    /// Fail (status 1) if a certificate expires within so many days
    #[arg(long, value_name = "DAYS")]
    pub within: Option<u16>,
}

fn dns_name(text: &str) -> Result<certs::SubjectAltName, String> {
    match text.parse() {
        Ok(name @ certs::SubjectAltName::Dns(_)) => Ok(name),
        Ok(certs::SubjectAltName::Ip(_)) => Err("this is an address: use --ip".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
