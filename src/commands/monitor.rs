//! `monitor`: metrics of the Leases of a cluster.

use std::io::Write as _;
use std::path::Path;

use engine::Engine;
use live::monitor::Monitor;

use super::leases::{Everywhere, reader, runtime};
use crate::cli::{Global, MonitorOptions};
use crate::config::Config;
use crate::status::{CommandError, ExitStatus};

pub fn run(options: &MonitorOptions, global: &Global) -> Result<ExitStatus, CommandError> {
    let config = Config::load(global.config.as_deref(), Path::new("."), None)?;
    let engine = Engine::new(config.settings);
    runtime()?.block_on(async {
        let reader = reader(&options.cluster, Everywhere::ByDefault).await?;
        let monitor = Monitor {
            reader: &reader,
            engine: &engine,
            listen: options.listen,
        };
        let ready = |address| {
            // Whoever has closed standard error does not want to know.
            drop(writeln!(
                std::io::stderr(),
                "metrics on http://{address}/metrics"
            ));
        };
        monitor
            .run(ready, ended())
            .await
            .map_err(CommandError::usage)
    })?;
    Ok(ExitStatus::Fine)
}

/// Ready at the first signal that asks for an end.
pub async fn ended() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminated.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    drop(tokio::signal::ctrl_c().await);
}
