//! `serve`: the admission webhook.

mod certificates;
mod cluster;
mod configuration;
mod memory;

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use certs::{ServingCert, Timestamp};
use tokio::net::TcpListener;
use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};
use webhook::events::event_queue;
use webhook::log::{Log, LogValue};
use webhook::metrics::Metrics;
use webhook::review::Reviewer;
use webhook::server::{Ended, Readiness, Server, ServerOptions, operations, tls_config};

use crate::cli::{Global, Serve};
use crate::status::{CommandError, ExitStatus};

use self::cluster::FollowedCluster;
use certificates::Certificates;
use configuration::Configuration;

/// How long the last lines of the log may take.
const LOG_FLUSH_TIMEOUT: Duration = Duration::from_millis(500);

pub fn run(options: &Serve, global: &Global) -> Result<ExitStatus, CommandError> {
    memory::give_back_at_once();
    // Reviews have threads of their own: this is for watches, certificates and metrics.
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(CommandError::usage)?;
    let status = runtime.block_on(serve(options, global));
    // What is still at work is not waited for: the second signal, or the end of the drain time.
    runtime.shutdown_background();
    status
}

async fn serve(options: &Serve, global: &Global) -> Result<ExitStatus, CommandError> {
    let log = if global.quiet {
        Log::nowhere()
    } else {
        Log::to(io::stderr())?
    };
    let (configuration, policy) = Configuration::load(options, global)?;
    configuration.report_not_sent(&log);
    let cluster = match options.no_cluster {
        true => None,
        false => Some(FollowedCluster::connect(options, &policy).await?),
    };
    let reviewer = Arc::new(match &cluster {
        Some(cluster) => Reviewer::among(policy, cluster.state()),
        None => Reviewer::new(policy),
    });
    let metrics = Arc::new(Metrics::new(env!("CARGO_PKG_VERSION")));
    let serving = Arc::new(ServingCert::empty());
    let certificates = Certificates::of(options, &serving, cluster.as_ref()).await?;
    let clients = certificates::client_authorities(options)?;
    let tls = tls_config(serving.clone(), &clients).map_err(CommandError::usage)?;
    let (events, writer) = event_queue();
    let server = Server::new(
        ServerOptions {
            connections: options.max_connections.into(),
            lame_duck: options.lame_duck,
            drain: options.drain,
            ..ServerOptions::default()
        },
        Arc::new(tls),
        Arc::clone(&reviewer),
        Arc::clone(&metrics),
        log.clone(),
        options.events.then_some(events),
    );
    // Before the line that says that requests are served: who starts it may end it right away.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let admission = listen(options.listen).await?;
    let second = listen(options.metrics_listen).await?;
    log.line(
        "info",
        "serving",
        &[
            ("version", LogValue::Text(env!("CARGO_PKG_VERSION"))),
            ("listen", LogValue::Text(&address(&admission))),
            ("metrics_listen", LogValue::Text(&address(&second))),
            ("cluster", LogValue::Flag(cluster.is_some())),
        ],
    );
    let mut signalled = async || {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    let (leave, left) = tokio::sync::oneshot::channel::<()>();
    let mut readiness = readiness(&server, &serving);
    certificates.require(&mut readiness);
    watch_expiry(&metrics, &serving);
    if let Some(cluster) = &cluster {
        cluster.require(&mut readiness);
        cluster.measure(&metrics);
    }
    let state = cluster.as_ref().map(FollowedCluster::state);
    let client = cluster.as_ref().map(FollowedCluster::client);
    let stop = async {
        // The sender is dropped only when everything ends.
        drop(left.await);
    };
    tokio::select! {
        ended = server.serve(admission, stop) => {
            if let Ended::OutOfTime(connections) = ended? {
                let connections = u64::try_from(connections).unwrap_or(u64::MAX);
                let fields = [("connections", LogValue::Number(connections))];
                log.line("warning", "out-of-time", &fields);
            }
        }
        () = operations(second, Arc::clone(&metrics), Arc::new(readiness)) => {}
        () = certificates.keep(Arc::clone(&serving), Arc::clone(&metrics), &log) => {}
        () = configuration.watch(&reviewer, state.as_deref(), &metrics, &log) => {}
        () = cluster::write_events(writer, client, &log) => {}
        () = cluster::follow(cluster, &log) => {}
        () = async {
            signalled().await;
            drop(leave);
            signalled().await;
        } => {}
    }
    log.line("info", "ended", &[]);
    log.flush(LOG_FLUSH_TIMEOUT);
    Ok(ExitStatus::Fine)
}

async fn listen(address: SocketAddr) -> Result<TcpListener, CommandError> {
    let mut bound = TcpListener::bind(address).await;
    // A machine may have no IPv6 at all.
    if bound.is_err() && address.ip() == Ipv6Addr::UNSPECIFIED {
        let any = SocketAddr::from((Ipv4Addr::UNSPECIFIED, address.port()));
        bound = TcpListener::bind(any).await.or(bound);
    }
    bound.map_err(|error| CommandError::usage(format_args!("cannot listen on {address}: {error}")))
}

fn address(listener: &TcpListener) -> String {
    listener
        .local_addr()
        .map_or_else(|_| String::new(), |address| address.to_string())
}

fn readiness(server: &Server, serving: &Arc<ServingCert>) -> Readiness {
    let mut readiness = Readiness::default();
    let leaving = server.leaving();
    readiness.require(move || {
        let leaving = leaving.load(Ordering::Relaxed);
        leaving.then(|| "the server is leaving".to_owned())
    });
    let serving = Arc::clone(serving);
    readiness.require(move || {
        let now = Timestamp::from(SystemTime::now());
        match serving.not_after() {
            Some(not_after) if not_after > now => None,
            Some(not_after) => Some(format!("the certificate ended at {not_after}")),
            None => Some("there is no certificate".to_owned()),
        }
    });
    readiness
}

fn watch_expiry(metrics: &Metrics, serving: &Arc<ServingCert>) {
    let serving = Arc::clone(serving);
    metrics.before_scrape(move |metrics| {
        #[expect(clippy::as_conversions, reason = "seconds below 2^53 are exact")]
        let seconds = serving.not_after().map_or(0.0, |at| at.unix() as f64);
        metrics.certificate_not_after.set(seconds);
    });
}
