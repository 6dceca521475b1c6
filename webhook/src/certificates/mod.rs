//! The serving certificate that all replicas keep together in a Secret.
//!
//! What is decided, and why several replicas need no leader for it, is in `certs::rotate`; here are the
//! Kubernetes API behind it and the loop.

mod changes;
mod shared_secret;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use certs::rotate::{CertificateStore, Keeper, Waiting};
use certs::{ServingCert, Timestamp};
use tokio::sync::Notify;

pub use changes::StoreChanges;
pub use shared_secret::{ServiceName, SharedSecret};

use crate::cluster::jittered;
use crate::log::{Log, LogValue};
use crate::metrics::Metrics;

/// How often the Secret and what is published are looked at where no watch reports a change: a watch that hangs is found
/// dead only after 40 s, and one that is forbidden reports nothing.
const CHECK_INTERVAL: Duration = Duration::from_secs(5);
/// After a round that failed.
const RETRY_PAUSE: Duration = Duration::from_secs(5);
/// From a change to the look at it: who changes one thing often changes another.
const CHANGE_PAUSE: Duration = Duration::from_millis(200);
/// The shortest wait for a look that is due at a known time.
const MIN_PAUSE: Duration = Duration::from_secs(1);

fn now() -> Timestamp {
    SystemTime::now().into()
}

/// Keeps the shared certificate and serves it, until it is dropped. `changed` is notified where something has changed
/// that it rests on.
pub async fn keep<C: CertificateStore>(
    mut keeper: Keeper<C>,
    changed: Arc<Notify>,
    serving: Arc<ServingCert>,
    metrics: Arc<Metrics>,
    log: Log,
) {
    let mut known_damage = None;
    let mut was_registered = true;
    loop {
        let pause = match keeper.round(&serving, now).await {
            Ok(round) => {
                for step in &round.steps {
                    let step = format!("{step:?}");
                    let fields = [("step", LogValue::Text(&step))];
                    log.line("info", "certificate-step", &fields);
                }
                if round.publications > 0 {
                    log.line("info", "certificate-published", &[]);
                }
                if round.swapped {
                    swapped(&serving, &log);
                }
                let damage = match round.waiting {
                    Waiting::Repair(damage) => Some(damage),
                    _ => None,
                };
                metrics.secret_damaged.set(damage.is_some().into());
                if damage != known_damage {
                    if let Some(damage) = &damage {
                        let reason = damage.to_string();
                        let fields = [("reason", LogValue::Text(&reason))];
                        log.line("error", "certificate-secret", &fields);
                    }
                    known_damage = damage;
                }
                // Where somebody else publishes, it is not known.
                let is_registered = round.webhooks != Some(0);
                metrics.not_registered.set((!is_registered).into());
                if is_registered != was_registered {
                    registration(is_registered, &log);
                    was_registered = is_registered;
                }
                // Where it waits for a time, it looks as soon as that has come.
                let due = round.until.since(now());
                due.clamp(MIN_PAUSE, CHECK_INTERVAL)
            }
            Err(error) => {
                let reason = error.to_string();
                let fields = [("reason", LogValue::Text(&reason))];
                log.line("warning", "certificate-round", &fields);
                RETRY_PAUSE
            }
        };
        // Replicas that started together, or hear of the same change, must not act together.
        tokio::select! {
            () = tokio::time::sleep(jittered(pause)) => {}
            () = changed.notified() => tokio::time::sleep(jittered(CHANGE_PAUSE)).await,
        }
    }
}

/// Says that API servers ask for no review any more, or that they do again.
fn registration(is_registered: bool, log: &Log) {
    if is_registered {
        log.line("info", "registered", &[]);
    } else {
        let reason = "the webhook configuration is missing, or leads elsewhere";
        let fields = [("reason", LogValue::Text(reason))];
        log.line("warning", "not-registered", &fields);
    }
}

fn swapped(serving: &ServingCert, log: &Log) {
    let not_after = serving.not_after().map(|at| at.to_string());
    let fields = [(
        "not_after",
        LogValue::Text(not_after.as_deref().unwrap_or_default()),
    )];
    log.line("info", "certificate", &fields);
}
