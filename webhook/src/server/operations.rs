//! The second listener, without TLS: `/livez`, `/readyz`, `/metrics`.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

use crate::metrics::Metrics;

/// Connections to this listener: a scraper, a kubelet and somebody who looks. A new one takes the place
/// of the oldest: a kubelet that got none would end the pod.
const MAX_CONNECTIONS: usize = 32;
/// The most that hyper buffers of one connection: also the most that a head may hold.
const READ_BUFFER_BYTES: usize = 16 * 1024;
/// For the head of a request, and between two requests.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// Why the server is not ready; `None`: nothing against it.
pub type ReadinessCheck = Box<dyn Fn() -> Option<String> + Send + Sync>;

/// What has to hold before the API server should ask.
#[derive(Default)]
pub struct Readiness {
    checks: Vec<ReadinessCheck>,
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readiness")
            .field("checks", &self.checks.len())
            .finish()
    }
}

impl Readiness {
    /// Adds a condition.
    pub fn require(&mut self, check: impl Fn() -> Option<String> + Send + Sync + 'static) {
        self.checks.push(Box::new(check));
    }

    /// Everything that is against it.
    #[must_use]
    pub fn objections(&self) -> Vec<String> {
        self.checks.iter().filter_map(|check| check()).collect()
    }
}

#[derive(Clone)]
struct OperationsState {
    metrics: Arc<Metrics>,
    readiness: Arc<Readiness>,
}

/// Serves health and metrics until it is dropped.
pub async fn operations(listener: TcpListener, metrics: Arc<Metrics>, readiness: Arc<Readiness>) {
    let routes = Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(readyz))
        .route("/metrics", get(scrape))
        .with_state(OperationsState { metrics, readiness });
    let mut open: VecDeque<AbortOnDrop> = VecDeque::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, mostly; trying at once again would only burn the processor.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        open.retain(|connection| !connection.0.is_finished());
        if open.len() >= MAX_CONNECTIONS {
            open.pop_front();
        }
        let service = TowerToHyperService::new(routes.clone());
        let connection = tokio::spawn(async move {
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(REQUEST_TIMEOUT)
                .max_buf_size(READ_BUFFER_BYTES)
                .serve_connection(TokioIo::new(stream), service);
            // A client that went away is no event.
            drop(connection.await);
        });
        open.push_back(AbortOnDrop(connection.abort_handle()));
    }
}

/// A connection that ends with its place.
struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn readyz(State(shared): State<OperationsState>) -> impl IntoResponse {
    let objections = shared.readiness.objections();
    if objections.is_empty() {
        return (StatusCode::OK, "ok\n".to_owned());
    }
    let text = objections.iter().map(|text| format!("{text}\n")).collect();
    (StatusCode::SERVICE_UNAVAILABLE, text)
}

async fn scrape(State(shared): State<OperationsState>, headers: HeaderMap) -> impl IntoResponse {
    // As Prometheus and its agents ask; what asks for nothing may know the older format only.
    let mut accepted = headers.get_all(header::ACCEPT).iter();
    let is_open = accepted.any(|value| {
        let value = value.to_str().unwrap_or_default();
        value.contains("application/openmetrics-text")
    });
    let (content, text) = if is_open {
        let content = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        (content, shared.metrics.scrape())
    } else {
        let content = "text/plain; version=0.0.4; charset=utf-8";
        (content, shared.metrics.scrape_classic())
    };
    ([(header::CONTENT_TYPE, content)], text)
}
