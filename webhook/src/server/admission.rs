//! One request of the API server: the HTTP around a review.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONNECTION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::{Method, Request, Response, StatusCode};
use tokio::sync::Semaphore;

use crate::events::EventQueue;
use crate::log::{Log, LogValue};
use crate::metrics::{Metrics, Rejection};
use crate::review::{Decision, Malformed, Reviewed, Reviewer};

use super::ServerOptions;
use super::body::{Bodies, Failure, Whole};
use super::connections::{Connection, Connections};
use super::phase::Phase;

/// The path of reviews.
const PATH: &str = "/validate";

/// What is left to the way back and to the API server's own work, of the time it says it waits.
const ANSWER_RESERVE: Duration = Duration::from_millis(200);

/// Everything that requests share.
#[derive(Debug)]
pub(super) struct Admission {
    pub options: ServerOptions,
    pub reviewer: Arc<Reviewer>,
    pub metrics: Arc<Metrics>,
    pub log: Log,
    pub events: Option<EventQueue>,
    pub bodies: Bodies,
    pub connections: Arc<Connections>,
    pub large_at_work: Arc<Semaphore>,
    pub second_looks: Semaphore,
    /// Set once the server is on its way out: answers then ask the client to leave.
    pub leaving: Arc<AtomicBool>,
}

type HttpAnswer = Response<Full<Bytes>>;

type Judged = Result<Reviewed, Malformed>;

impl Admission {
    /// Answers one request. Never fails: what cannot be answered otherwise gets an HTTP status, and
    /// then the failurePolicy of the webhook's configuration decides.
    pub async fn answer(&self, connection: &Connection, request: Request<Incoming>) -> HttpAnswer {
        let began = Instant::now();
        let reviewed = match self.takes_its_turn(connection).await {
            true => self.review(connection, request, began).await,
            false => Err(Rejection::Overload),
        };
        let mut answer = match reviewed {
            Ok(answer) => answer,
            Err(reason) => self.turned_away(connection, reason),
        };
        if self.leaving.load(Ordering::Relaxed) {
            answer
                .headers_mut()
                .insert(CONNECTION, HeaderValue::from_static("close"));
        }
        connection.enter(Phase::Idle, self.options.idle);
        answer
    }

    /// Lets a request wait whose address has had its share of this second; false: it has had that of the next one, too.
    async fn takes_its_turn(&self, connection: &Connection) -> bool {
        let rates = self.connections.rates();
        let Some(time) = rates.wait(connection.rate()) else {
            return true;
        };
        self.metrics.throttled.inc();
        tokio::time::sleep(time).await;
        rates.wait(connection.rate()).is_none()
    }

    async fn review(
        &self,
        connection: &Connection,
        request: Request<Incoming>,
        began: Instant,
    ) -> Result<HttpAnswer, Rejection> {
        if request.uri().path() != PATH {
            self.metrics.rejected(Rejection::NotAReview);
            return Ok(plain(
                StatusCode::NOT_FOUND,
                "reviews are posted to /validate\n",
            ));
        }
        if request.method() != Method::POST {
            self.metrics.rejected(Rejection::NotAReview);
            let mut answer = plain(StatusCode::METHOD_NOT_ALLOWED, "reviews are posted\n");
            answer
                .headers_mut()
                .insert(ALLOW, HeaderValue::from_static("POST"));
            return Ok(answer);
        }
        if !is_json(&request) {
            return Err(Rejection::NotAReview);
        }
        let patience = patience(request.uri().query()).unwrap_or(self.options.answer);
        let deadline = began + patience.saturating_sub(ANSWER_RESERVE.min(patience / 2));
        connection.enter(Phase::Body, self.options.body);
        let whole = self
            .bodies
            .read(request.into_body(), &self.options, connection.is_proven())
            .await
            .map_err(|failure| match failure {
                Failure::TooLarge => Rejection::BodyTooLarge,
                Failure::NoRoom => Rejection::Overload,
                Failure::Cut => Rejection::BodyCut,
            })?;
        connection.enter(Phase::Review, patience.max(self.options.answer));
        let complete = Instant::now();
        if complete >= deadline {
            return Err(Rejection::TooLate);
        }
        self.metrics.in_flight.inc();
        let reviewed = self.judged(whole, deadline).await;
        self.metrics.in_flight.dec();
        match reviewed? {
            Ok(mut reviewed) => {
                connection.prove();
                if let (Some(events), Some(event)) = (&self.events, reviewed.event.take()) {
                    events.leave(event);
                }
                let took = complete.elapsed();
                self.metrics.reviewed(&reviewed, took);
                self.log_review(connection, &reviewed, took);
                Ok(json(reviewed.body))
            }
            Err(Malformed(reason)) => {
                self.metrics.rejected(Rejection::Malformed);
                let peer = connection.peer();
                let fields = [
                    ("peer", LogValue::Text(&peer)),
                    ("reason", LogValue::Text(&reason)),
                ];
                self.log.client_line("warning", "malformed", &fields);
                let text = format!("not a review: {reason}\n");
                Ok(plain(StatusCode::BAD_REQUEST, text))
            }
        }
    }

    /// Reviews, and reviews again a moment later where the answer rests on what a watch may not
    /// have brought yet: the namespace, the role or the ConfigMap that was applied right before.
    async fn judged(&self, whole: Whole, deadline: Instant) -> Result<Judged, Rejection> {
        let (judged, whole) = self.look(whole, deadline).await?;
        let needs_second_review = matches!(&judged, Ok(reviewed) if reviewed.needs_second_review);
        let later = Instant::now() + self.options.second_look;
        if !needs_second_review || later >= deadline {
            return Ok(judged);
        }
        let Ok(_turn) = self.second_looks.try_acquire() else {
            // A denial that may rest on what a watch has not brought is not final; the API server asks again.
            let is_denied = |one: &Reviewed| one.decision == Decision::Denied;
            return match judged.as_ref().is_ok_and(is_denied) {
                true => Err(Rejection::Overload),
                false => Ok(judged),
            };
        };
        tokio::time::sleep_until(later.into()).await;
        let again = self.look(whole, deadline).await;
        Ok(again.map_or(judged, |(again, _)| again))
    }

    /// Reviews on this thread if the body is small, which takes tens of microseconds; else on one of
    /// its own, so that small reviews do not wait behind it.
    async fn look(&self, whole: Whole, deadline: Instant) -> Result<(Judged, Whole), Rejection> {
        if whole.bytes.len() <= self.options.small_body {
            return Ok((review(&self.reviewer, &whole.bytes)?, whole));
        }
        let large = Arc::clone(&self.large_at_work).acquire_owned();
        let large = tokio::time::timeout_at(deadline.into(), large)
            .await
            .map_err(|_| Rejection::TooLate)?
            .map_err(|_| Rejection::Overload)?;
        let reviewer = Arc::clone(&self.reviewer);
        let work = tokio::task::spawn_blocking(move || {
            let judged = review(&reviewer, &whole.bytes);
            drop(large);
            judged.map(|judged| (judged, whole))
        });
        tokio::time::timeout_at(deadline.into(), work)
            .await
            .map_err(|_| Rejection::TooLate)?
            .map_err(|_| Rejection::Panic)?
    }

    /// The answer to what is not reviewed. With `Retry-After` the API server tries again within its
    /// own timeout (apimachinery `pkg/util/net`, client-go `rest`, v1.36: 429 and 5xx, ten times).
    fn turned_away(&self, connection: &Connection, reason: Rejection) -> HttpAnswer {
        self.metrics.rejected(reason);
        if !matches!(reason, Rejection::BodyCut) {
            let peer = connection.peer();
            let fields = [
                ("peer", LogValue::Text(&peer)),
                ("reason", LogValue::Text(reason.as_str())),
            ];
            self.log.client_line("warning", "rejected", &fields);
        }
        let (status, text) = match reason {
            Rejection::BodyTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "the body is too large\n"),
            Rejection::NotAReview => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "reviews are application/json\n",
            ),
            Rejection::Overload => (StatusCode::TOO_MANY_REQUESTS, "too much at work\n"),
            Rejection::TooLate => (StatusCode::GATEWAY_TIMEOUT, "not judged in time\n"),
            Rejection::Panic => (StatusCode::INTERNAL_SERVER_ERROR, "internal error\n"),
            _ => (StatusCode::BAD_REQUEST, "the request is not complete\n"),
        };
        let mut answer = plain(status, text);
        let headers = answer.headers_mut();
        if reason == Rejection::Overload {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if matches!(reason, Rejection::BodyTooLarge | Rejection::Overload) {
            // The rest of the body is not read, so nothing can follow it.
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        answer
    }

    fn log_review(&self, connection: &Connection, reviewed: &Reviewed, took: Duration) {
        let Some(subject) = &reviewed.subject else {
            return;
        };
        let failed: Vec<String> = reviewed
            .failed_rules
            .iter()
            .map(|rule| (*rule).to_owned())
            .collect();
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let peer = connection.peer();
        let mut fields = vec![
            ("peer", LogValue::Text(&peer)),
            ("uid", LogValue::Text(&subject.uid)),
            ("operation", LogValue::Text(reviewed.operation.as_str())),
            ("kind", LogValue::Text(reviewed.kind.as_str())),
            ("namespace", LogValue::Text(&subject.namespace)),
            ("name", LogValue::Text(&subject.name)),
            ("user", LogValue::Text(&subject.user)),
            ("decision", LogValue::Text(reviewed.decision.as_str())),
            ("dry_run", LogValue::Flag(reviewed.dry_run)),
            ("because", LogValue::List(&subject.because)),
            ("would_deny", LogValue::List(&subject.would_deny)),
            ("micros", LogValue::Number(micros)),
        ];
        if !failed.is_empty() {
            fields.push(("failed_rules", LogValue::List(&failed)));
        }
        let level = if failed.is_empty() { "info" } else { "error" };
        self.log.client_line(level, "review", &fields);
    }
}

/// Rules that panic are caught by the engine; this is for everything around them.
fn review(reviewer: &Reviewer, body: &[u8]) -> Result<Judged, Rejection> {
    catch_unwind(AssertUnwindSafe(|| reviewer.review(body))).map_err(|_| Rejection::Panic)
}

fn is_json(request: &Request<Incoming>) -> bool {
    let Some(written) = request.headers().get(CONTENT_TYPE) else {
        return true;
    };
    let written = written.to_str().unwrap_or_default();
    let essence = written.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

/// How long the API server waits: `?timeout=10s`, whole seconds (apiserver `webhook/request`, v1.36).
fn patience(query: Option<&str>) -> Option<Duration> {
    let written = query?
        .split('&')
        .find_map(|part| part.strip_prefix("timeout="))?;
    let seconds: u64 = written.strip_suffix('s')?.parse().ok()?;
    // The API takes 1 to 30.
    (1..=30)
        .contains(&seconds)
        .then(|| Duration::from_secs(seconds))
}

fn json(body: Vec<u8>) -> HttpAnswer {
    let mut answer = Response::new(Full::new(body.into()));
    answer
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

fn plain(status: StatusCode, text: impl Into<Bytes>) -> HttpAnswer {
    let mut answer = Response::new(Full::new(text.into()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_timeout_is_whole_seconds() {
        let seconds = |query| patience(Some(query)).map(|patience| patience.as_secs());
        assert_eq!(seconds("timeout=10s"), Some(10));
        assert_eq!(seconds("a=b&timeout=3s"), Some(3));
        for query in [
            "",
            "timeout=",
            "timeout=0s",
            "timeout=10",
            "timeout=-1s",
            "timeout=99s",
            "xtimeout=1s",
        ] {
            assert_eq!(seconds(query), None, "{query}");
        }
    }
}
