//! `/metrics`, `/livez` and `/readyz` over plain HTTP/1.1.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use super::exposition::exposition;
use super::{SharedMonitor, lock};

/// Connections at once. Who scrapes needs one.
const MAX_CONNECTIONS: usize = 32;
/// Until the head of a request is there.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// For everything that a connection may take.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(120);
/// After a connection that could not be accepted, such as for lack of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Serves until it is dropped.
pub(crate) async fn serve(listener: TcpListener, shared: SharedMonitor) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(_) => {
                sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let answer = service_fn(move |request| {
                let response = answer(&request, &shared);
                std::future::ready(Ok::<_, Infallible>(response))
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD_TIMEOUT)
                .serve_connection(TokioIo::new(stream), answer);
            // A client that goes away is no failure.
            drop(timeout(CONNECTION_TIMEOUT, connection).await);
            drop(place);
        });
    }
}

fn answer(request: &Request<Incoming>, shared: &SharedMonitor) -> Response<Full<Bytes>> {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return text(StatusCode::METHOD_NOT_ALLOWED, "only GET\n".to_owned());
    }
    match request.uri().path() {
        "/livez" => text(StatusCode::OK, "ok\n".to_owned()),
        "/readyz" => {
            let monitored = lock(shared);
            if monitored.is_ready(monitored.begin.elapsed()) {
                text(StatusCode::OK, "ok\n".to_owned())
            } else {
                let reason = "the API server is silent\n".to_owned();
                text(StatusCode::SERVICE_UNAVAILABLE, reason)
            }
        }
        "/metrics" => {
            let monitored = lock(shared);
            let metrics = exposition(&monitored, monitored.begin.elapsed());
            text(StatusCode::OK, metrics)
        }
        _ => text(StatusCode::NOT_FOUND, "not found\n".to_owned()),
    }
}

fn text(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let kind = hyper::header::HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response
        .headers_mut()
        .insert(hyper::header::CONTENT_TYPE, kind);
    response
}
