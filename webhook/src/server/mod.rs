//! TLS and HTTP/1.1 with a limit and a deadline for everything, and a way out that loses nothing.
//!
//! The admission listener is an accept loop over tokio-rustls and hyper, not a framework: only so has
//! a silent client a deadline in every phase, and only so is a body one bounded buffer. The second
//! listener, where nothing of this matters, is an axum router.

mod admission;
mod ahead;
mod body;
mod connections;
mod operations;
mod peers;
mod phase;
mod phased_stream;
mod server_options;
mod tls;
mod workers;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::rustls::ServerConfig;

pub use operations::{Readiness, operations};
pub use server_options::ServerOptions;
pub use tls::tls_config;

use crate::events::EventQueue;
use crate::log::{Log, LogValue};
use crate::metrics::{Metrics, Rejection};
use crate::review::Reviewer;

use admission::Admission;
use ahead::Ahead;
use body::Bodies;
use connections::{ConnectionSlot, Connections};
use phased_stream::PhasedStream;
use workers::Workers;

/// How often deadlines are looked at; a connection lives so much longer than its deadline at most.
const DEADLINE_CHECK_INTERVAL: Duration = Duration::from_millis(100);

/// Threads that serve connections. So many answer a hundred thousand reviews a second, and each holds some
/// memory of its own: more of them than processors took 3 MiB more under the worst abuse.
const MAX_WORKERS: usize = 8;

/// The most that hyper buffers of one connection: also the most that a head may hold.
const READ_BUFFER_BYTES: usize = 16 * 1024;

/// The admission server.
#[derive(Clone, Debug)]
pub struct Server {
    tls: Arc<ServerConfig>,
    admission: Arc<Admission>,
    connections: Arc<Connections>,
    handshakes: Arc<Semaphore>,
}

/// How a server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Every request was answered.
    Drained,
    /// So many connections were still at work when the time was over.
    OutOfTime(usize),
}

impl Server {
    /// A server that is not listening yet. `events` is where it leaves what is to be written on workloads.
    #[must_use]
    pub fn new(
        options: ServerOptions,
        tls: Arc<ServerConfig>,
        reviewer: Arc<Reviewer>,
        metrics: Arc<Metrics>,
        log: Log,
        events: Option<EventQueue>,
    ) -> Self {
        let connections = Connections::new(&options, Arc::clone(&metrics));
        Self {
            tls,
            connections: Arc::clone(&connections),
            handshakes: Arc::new(Semaphore::new((server_options::cores() / 2).max(1))),
            admission: Arc::new(Admission {
                options,
                reviewer,
                metrics,
                log,
                events,
                bodies: Bodies::new(&options, Arc::clone(&connections)),
                connections,
                large_at_work: Arc::new(Semaphore::new(options.large_reviews.max(1))),
                second_looks: Semaphore::new(options.second_looks),
                leaving: Arc::new(AtomicBool::new(false)),
            }),
        }
    }

    /// True from the moment the server is on its way out; for readiness.
    #[must_use]
    pub fn leaving(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.admission.leaving)
    }

    /// Serves until `stop` is ready, and then leaves: for the lame-duck time everything is still
    /// answered, each answer asking its client to close the connection; then idle connections are
    /// closed and the others once their answer is out, for at most the drain time.
    ///
    /// To stop at once, drop the future.
    ///
    /// # Errors
    /// There are no threads to be had for the connections.
    pub async fn serve(
        &self,
        listener: TcpListener,
        stop: impl Future<Output = ()>,
    ) -> io::Result<Ended> {
        let options = self.admission.options;
        let workers = Workers::start(server_options::cores().min(MAX_WORKERS))?;
        let watch = self.connections.watch(DEADLINE_CHECK_INTERVAL);
        let serving = async {
            tokio::select! {
                () = self.accept(&listener, &workers) => {}
                () = stop => {}
            }
            self.admission.leaving.store(true, Ordering::Relaxed);
            self.admission.log.line("info", "leaving", &[]);
            tokio::select! {
                () = self.accept(&listener, &workers) => {}
                () = tokio::time::sleep(options.lame_duck) => {}
            }
            // Who has connected already is still served.
            let waiting = self.accept(&listener, &workers);
            drop(tokio::time::timeout(Duration::ZERO, waiting).await);
            drop(listener);
            let closing = self.connections.close_gently();
            match tokio::time::timeout(options.drain, closing).await {
                Ok(()) => Ended::Drained,
                Err(_) => {
                    let left = self.connections.count();
                    self.connections.close_all();
                    Ended::OutOfTime(left)
                }
            }
        };
        Ok(tokio::select! {
            ended = serving => ended,
            () = watch => Ended::Drained,
        })
    }

    async fn accept(&self, listener: &TcpListener, workers: &Workers) {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => match self.connections.enter(peer.ip().to_canonical()) {
                    Some(place) => {
                        let server = self.clone();
                        let serve = async move |stream| server.connection(stream, place).await;
                        if let Err(error) = workers.serve(stream, serve) {
                            self.failed("accept", &error);
                        }
                    }
                    None => self
                        .admission
                        .metrics
                        .rejected(Rejection::TooManyConnections),
                },
                Err(error) => {
                    // Of one connection that went away before it was taken there is nothing to say.
                    if !is_of_one_connection(&error) {
                        self.failed("accept", &error);
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                }
            }
        }
    }

    fn failed(&self, what: &str, error: &io::Error) {
        let reason = error.to_string();
        let fields = [("reason", LogValue::Text(&reason))];
        self.admission.log.line("error", what, &fields);
    }

    async fn connection(&self, stream: TcpStream, place: ConnectionSlot) {
        let connection = Arc::clone(&place.connection);
        let options = &self.admission.options;
        // Answers are small and complete: waiting for more only delays them.
        drop(stream.set_nodelay(true));
        let handshake = tls::handshake(
            Ahead::new(stream),
            Arc::clone(&self.tls),
            &self.handshakes,
            || connection.greeted(),
        );
        let stream = tokio::select! {
            stream = handshake => stream,
            _ = connection.close_requested() => return,
        };
        let Ok(stream) = stream else {
            self.admission.metrics.rejected(Rejection::Handshake);
            return;
        };
        let stream = TokioIo::new(PhasedStream::new(stream, Arc::clone(&connection), options));
        let service = service_fn(|request| {
            let (admission, connection) = (Arc::clone(&self.admission), Arc::clone(&connection));
            async move {
                Ok::<_, std::convert::Infallible>(admission.answer(&connection, request).await)
            }
        });
        let http = http1::Builder::new()
            .max_buf_size(READ_BUFFER_BYTES)
            .serve_connection(stream, service);
        let mut http = std::pin::pin!(http);
        loop {
            tokio::select! {
                // A client that went away is no event.
                _ = http.as_mut() => return,
                at_once = connection.close_requested() => {
                    if at_once {
                        return;
                    }
                    http.as_mut().graceful_shutdown();
                }
            }
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    )
}
