//! Where `serve` takes its certificate from.

use std::sync::Arc;
use std::time::SystemTime;

use certs::issue::Lifetimes;
use certs::reload::{CertificateFiles, RELOAD_INTERVAL, ReloadOutcome, Reloader};
use certs::rotate::{Keeper, RotationPolicy};
use certs::{ServingCert, ServingIdentity, SubjectAltName, Timestamp};
use rustls_pki_types::CertificateDer;
use webhook::certificates::{ServiceName, SharedSecret, StoreChanges, keep};
use webhook::log::{Log, LogValue};
use webhook::metrics::Metrics;
use webhook::server::Readiness;

use super::cluster::FollowedCluster;
use crate::cli::Serve;
use crate::status::CommandError;

/// Where newer certificates come from.
pub(super) enum Certificates {
    /// From files that somebody else writes.
    Files(Reloader),
    /// From a Secret that all replicas keep together.
    Shared(Box<Keeper<SharedSecret>>, StoreChanges),
    /// From nowhere: there is one for this run.
    OneRun,
}

impl Certificates {
    /// Serves a first certificate if there is one already, and says where newer ones come from.
    pub async fn of(
        options: &Serve,
        serving: &ServingCert,
        cluster: Option<&FollowedCluster>,
    ) -> Result<Self, CommandError> {
        let now = Timestamp::from(SystemTime::now());
        if let (Some(secret), Some(service), Some(namespace), Some(cluster)) = (
            &options.cert_secret,
            &options.service,
            &options.namespace,
            cluster,
        ) {
            let name =
                SubjectAltName::of_service(service, namespace).map_err(CommandError::usage)?;
            let service = ServiceName {
                namespace: namespace.clone(),
                name: service.clone(),
            };
            let kept = SharedSecret::new(
                cluster.client(),
                service,
                secret.clone(),
                options.webhook_config.clone(),
            );
            let changes = kept.changes();
            let keeper = Keeper::new(kept, RotationPolicy::new(vec![name]));
            return Ok(Self::Shared(Box::new(keeper), changes));
        }
        if let (Some(certificate), Some(key)) = (&options.tls_cert, &options.tls_key) {
            let mut reloader = Reloader::new(CertificateFiles {
                certificate: certificate.clone(),
                key: key.clone(),
            });
            if let ReloadOutcome::Kept { because, .. } = reloader.look(serving, now).await {
                return Err(CommandError::usage(because));
            }
            return Ok(Self::Files(reloader));
        }
        let local = ["localhost", "127.0.0.1", "::1"];
        let names: Vec<SubjectAltName> = if options.self_signed_name.is_empty() {
            local.iter().filter_map(|name| name.parse().ok()).collect()
        } else {
            options.self_signed_name.clone()
        };
        let made = certs::issue::self_signed(&names, now, &Lifetimes::default());
        let identity = made
            .map_err(CommandError::usage)
            .and_then(|made| ServingIdentity::from_pair(&made.leaf).map_err(CommandError::usage))?;
        serving.swap(identity);
        Ok(Self::OneRun)
    }

    /// What must hold of the certificate before API servers should come.
    pub fn require(&self, readiness: &mut Readiness) {
        let Self::Shared(keeper, _) = self else {
            return;
        };
        let kept = keeper.readiness();
        readiness.require(move || {
            let ready = kept.is_ready(SystemTime::now().into());
            (!ready).then(|| "the certificate is not known to be trusted".to_owned())
        });
    }

    /// Serves newer certificates as they come.
    pub async fn keep(self, serving: Arc<ServingCert>, metrics: Arc<Metrics>, log: &Log) {
        match self {
            Self::OneRun => std::future::pending().await,
            Self::Shared(keeper, changes) => {
                let keeping = keep(*keeper, changes.wake(), serving, metrics, log.clone());
                tokio::join!(keeping, changes.follow());
            }
            Self::Files(reloader) => {
                let clock = || Timestamp::from(SystemTime::now());
                let note = |look| log_reload(look, log);
                reloader.watch(&serving, RELOAD_INTERVAL, clock, note).await;
            }
        }
    }
}

/// The authorities of `--client-ca`; none if it is not given.
pub(super) fn client_authorities(
    options: &Serve,
) -> Result<Vec<CertificateDer<'static>>, CommandError> {
    let Some(file) = &options.client_ca else {
        return Ok(Vec::new());
    };
    let refused = |error: &dyn std::fmt::Display| {
        CommandError::usage(format_args!("--client-ca {}: {error}", file.display()))
    };
    let pem = std::fs::read(file).map_err(|error| refused(&error))?;
    let found = certs::inspect::certificates(&pem).map_err(|error| refused(&error))?;
    Ok(found.iter().map(|one| one.der().clone()).collect())
}

fn log_reload(look: ReloadOutcome, log: &Log) {
    match look {
        ReloadOutcome::Swapped { not_after } => {
            let until = not_after.to_string();
            log.line(
                "info",
                "certificate",
                &[("not_after", LogValue::Text(&until))],
            );
        }
        ReloadOutcome::Kept {
            because,
            again: false,
        } => {
            let reason = because.to_string();
            log.line(
                "error",
                "certificate",
                &[("kept_because", LogValue::Text(&reason))],
            );
        }
        ReloadOutcome::Unchanged | ReloadOutcome::Kept { .. } => {}
    }
}
