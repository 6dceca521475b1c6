//! `.leaselint.yaml` for a server: read at the start, and again when the file or the day changes.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ::cluster::ClusterState;
use engine::ignores::Day;
use webhook::log::{Log, LogValue};
use webhook::metrics::Metrics;
use webhook::review::{Mode, Policy, Reviewer};

use crate::cli::{Global, ModeChoice, ProfileChoice, Serve};
use crate::config::{self, Config, ConfigError};
use crate::status::CommandError;

/// How often the file is looked at. Its content is compared: a ConfigMap volume exchanges a symbolic
/// link above the file, of which a watch of the file itself does not learn.
const READ_INTERVAL: Duration = Duration::from_secs(10);

/// Where the configuration comes from. Without `--config` there is none: a server has no folder of
/// which it could be the configuration.
pub(super) struct Configuration {
    file: Option<PathBuf>,
    profile: Option<ProfileChoice>,
    mode: Mode,
    events: bool,
    content: Option<Vec<u8>>,
    today: Option<Day>,
    /// Rules of the user's own over kinds of which the webhook judges no object.
    not_sent: Vec<(&'static str, String)>,
}

impl Configuration {
    pub fn load(options: &Serve, global: &Global) -> Result<(Self, Policy), CommandError> {
        let mut this = Self {
            file: global.config.clone(),
            profile: options.profile,
            mode: match options.mode {
                ModeChoice::Enforce => Mode::Enforce,
                ModeChoice::Warn => Mode::Warn,
                ModeChoice::Audit => Mode::Audit,
            },
            events: options.events,
            content: None,
            today: None,
            not_sent: Vec::new(),
        };
        this.content = this.read();
        let config = this.config()?;
        this.not_sent = config.kinds_not_sent();
        let policy = this.policy(config);
        this.today = policy.settings.today;
        Ok((this, policy))
    }

    fn read(&self) -> Option<Vec<u8>> {
        self.file.as_ref().and_then(|file| fs::read(file).ok())
    }

    /// Names the rules of the user's own that cannot find anything here.
    pub fn report_not_sent(&self, log: &Log) {
        for (rule, kind) in &self.not_sent {
            let fields = [
                ("rule", LogValue::Text(rule)),
                ("kind", LogValue::Text(kind)),
            ];
            log.line("warning", "kind-not-sent", &fields);
        }
    }

    fn config(&self) -> Result<Config, ConfigError> {
        match &self.file {
            Some(file) => Config::load(Some(file), Path::new("."), self.profile),
            None => Ok(Config::without_file(self.profile)),
        }
    }

    fn policy(&self, mut config: Config) -> Policy {
        // An object under review is in no file.
        let entries = &mut config.settings.ignores.entries;
        entries.retain(|entry| entry.files.is_none());
        config.settings.per_path.clear();
        Policy {
            settings: config.settings,
            admission: config.admission,
            mode: self.mode,
            events: self.events,
        }
    }

    /// Looks again and again, and hands over what is new. A file with a mistake changes nothing.
    pub async fn watch(
        mut self,
        reviewer: &Reviewer,
        cluster: Option<&ClusterState>,
        metrics: &Metrics,
        log: &Log,
    ) {
        loop {
            tokio::time::sleep(READ_INTERVAL).await;
            let content = self.read();
            let same_day = self.today == Some(config::today());
            if content == self.content && same_day {
                continue;
            }
            let is_new = content != self.content;
            self.content = content;
            match self.config().map(|config| self.policy(config)) {
                Ok(policy) => {
                    self.today = policy.settings.today;
                    if let Some(cluster) = cluster {
                        cluster.set_programs(policy.settings.programs.clone());
                    }
                    reviewer.set_policy(policy);
                    metrics.config_loaded.set(1);
                    if is_new {
                        log.line("info", "configuration", &[("loaded", LogValue::Flag(true))]);
                    }
                }
                Err(failure) => {
                    metrics.config_loaded.set(0);
                    if is_new {
                        let reason = failure.to_string();
                        let fields = [("kept_because", LogValue::Text(reason.as_str()))];
                        log.line("error", "configuration", &fields);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "configuration_tests.rs"]
mod tests;
