//! Whether and how charts are rendered.

use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum, ValueHint};

/// Whether and how charts and kustomizations are rendered; shared by every command that reads manifests.
#[derive(Args, Debug)]
pub struct RenderArguments {
    /// Whether charts and kustomizations are rendered, by helm and kustomize, and judged where they are written
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = RenderChoice::Auto)]
    pub render: RenderChoice,
    /// Values for the one chart of the input; several files merge as helm merges them
    #[arg(long, value_name = "FILE", action = ArgAction::Append, value_hint = ValueHint::FilePath)]
    pub values: Vec<PathBuf>,
    /// A value for the one chart of the input, as helm takes it
    #[arg(long, value_name = "KEY=VALUE", action = ArgAction::Append)]
    pub set: Vec<String>,
    /// A value for the one chart of the input, as JSON
    #[arg(long, value_name = "KEY=JSON", action = ArgAction::Append)]
    pub set_json: Vec<String>,
    /// The version of Kubernetes for which charts are rendered
    #[arg(long, value_name = "VERSION")]
    pub kube_version: Option<String>,
    /// APIs of the cluster for which charts are rendered, such as monitoring.coreos.com/v1
    #[arg(long, value_name = "API,...", value_delimiter = ',')]
    pub api_versions: Vec<String>,
    /// Render everything anew: neither read nor keep what was rendered before
    #[arg(long)]
    pub no_cache: bool,
}

impl RenderArguments {
    /// Whether an argument is given that is for one chart only.
    pub fn is_about_one_chart(&self) -> bool {
        !(self.values.is_empty() && self.set.is_empty() && self.set_json.is_empty())
    }

    /// The same as arguments of helm.
    pub fn for_helm(&self) -> Vec<String> {
        let mut arguments = Vec::new();
        let mut add = |name: &str, value: &str| {
            arguments.push(format!("--{name}={value}"));
        };
        for value in &self.set_json {
            add("set-json", value);
        }
        for value in &self.set {
            add("set", value);
        }
        if let Some(version) = &self.kube_version {
            add("kube-version", version);
        }
        for value in &self.api_versions {
            add("api-versions", value);
        }
        arguments
    }
}

/// Whether charts and kustomizations are rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RenderChoice {
    /// Where the program is there; else each is listed as not read
    Auto,
    /// Not at all; each is a line of the ledger
    Never,
    /// What is not rendered fails the run, whatever --unread says
    Require,
}
