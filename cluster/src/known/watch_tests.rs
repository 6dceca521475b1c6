#![allow(clippy::unwrap_used)] // in tests a panic is the message

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Bytes, Frame};
use kube::client::Body;
use parking_lot::Mutex;
use tokio::time::timeout;

use super::*;
use crate::known::watch_states::Belief;

/// What the API server answers to the next request.
enum ScriptedAnswer {
    /// One page of a list, with the token of the next.
    Page(&'static [&'static str], Option<&'static str>),
    /// A watch with these lines that then ends, or stays open.
    Watch(Vec<String>, AfterAnswer),
    /// A refusal.
    Status(u16),
}

type Content = UnsyncBoxBody<Bytes, Infallible>;

#[derive(PartialEq)]
enum AfterAnswer {
    Ends,
    StaysSilent,
}

#[derive(Clone, Default)]
struct FakeWatchApi {
    answers: Arc<Mutex<VecDeque<ScriptedAnswer>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

fn object(name: &str, version: u32) -> String {
    format!(r#"{{"metadata":{{"name":"{name}","namespace":"ops","resourceVersion":"{version}"}}}}"#)
}

fn event(kind: &str, object: &str) -> String {
    format!("{{\"type\":\"{kind}\",\"object\":{object}}}\n")
}

fn bookmark(version: u32) -> String {
    let object = format!(
        r#"{{"kind":"ServiceAccount","apiVersion":"v1","metadata":{{"resourceVersion":"{version}","creationTimestamp":null}}}}"#
    );
    event("BOOKMARK", &object)
}

fn status(code: u16) -> String {
    format!(
        r#"{{"kind":"Status","apiVersion":"v1","metadata":{{}},"status":"Failure","message":"no","reason":"Forbidden","code":{code}}}"#
    )
}

impl FakeWatchApi {
    fn with(answers: impl IntoIterator<Item = ScriptedAnswer>) -> Self {
        let this = Self::default();
        this.answers.lock().extend(answers);
        this
    }

    fn answer(&self, uri: &http::Uri) -> Option<http::Response<Content>> {
        self.asked
            .lock()
            .push(uri.query().unwrap_or_default().to_owned());
        let answer = self.answers.lock().pop_front()?;
        let full = |code: u16, text: String| {
            let body = Full::new(Bytes::from(text)).boxed_unsync();
            http::Response::builder().status(code).body(body).unwrap()
        };
        Some(match answer {
            ScriptedAnswer::Page(names, token) => {
                let items: Vec<String> = names.iter().map(|name| object(name, 1)).collect();
                let token = token.unwrap_or_default();
                let text = format!(
                    r#"{{"metadata":{{"resourceVersion":"10","continue":"{token}"}},"items":[{}]}}"#,
                    items.join(",")
                );
                full(200, text)
            }
            ScriptedAnswer::Status(code) => full(code, status(code)),
            ScriptedAnswer::Watch(lines, after) => {
                let frames = futures_util::stream::iter(
                    lines
                        .into_iter()
                        .map(|line| Ok::<_, Infallible>(Frame::data(Bytes::from(line)))),
                );
                let body = if after == AfterAnswer::Ends {
                    StreamBody::new(frames).boxed_unsync()
                } else {
                    StreamBody::new(frames.chain(futures_util::stream::pending())).boxed_unsync()
                };
                http::Response::new(body)
            }
        })
    }

    fn client(&self) -> Client {
        let server = self.clone();
        let service = tower::service_fn(move |request: http::Request<Body>| {
            let answer = server.answer(request.uri());
            async move {
                match answer {
                    Some(answer) => Ok::<_, Infallible>(answer),
                    // Nothing more is scripted.
                    None => std::future::pending().await,
                }
            }
        });
        Client::new(service, "default")
    }

    fn query(&self, number: usize) -> String {
        self.asked.lock().get(number).cloned().unwrap_or_default()
    }
}

const WHAT: WatchedResource = WatchedResource::ServiceAccounts;

/// Follows the script for this long (of a time that passes at once).
async fn after(server: &FakeWatchApi, seconds: u64) -> ClusterState {
    let state = ClusterState::new(Vec::new());
    let watch = Watch::new(server.client(), &state, WHAT, &|_| {});
    drop(timeout(Duration::from_secs(seconds), watch.run()).await);
    state
}

fn names(state: &ClusterState) -> Vec<String> {
    let mut names: Vec<String> = state
        .read()
        .facts()
        .keys(WHAT)
        .into_iter()
        .map(|(_, name)| name.into())
        .collect();
    names.sort();
    names
}

#[tokio::test(start_paused = true)]
async fn pages_are_followed_and_then_events_from_the_version_of_the_list() {
    let events = vec![
        event("ADDED", &object("c", 11)),
        event("MODIFIED", &object("a", 12)),
        event("DELETED", &object("b", 13)),
        bookmark(20),
    ];
    let server = FakeWatchApi::with([
        ScriptedAnswer::Page(&["a"], Some("next")),
        ScriptedAnswer::Page(&["b"], None),
        ScriptedAnswer::Watch(events, AfterAnswer::Ends),
        ScriptedAnswer::Watch(Vec::new(), AfterAnswer::StaysSilent),
    ]);
    let state = after(&server, 30).await;
    assert_eq!(names(&state), ["a", "c"]);
    assert!(state.read().is_in_motion());
    assert!(server.query(1).contains("continue=next"));
    assert!(server.query(2).contains("resourceVersion=10"));
    assert!(server.query(2).contains("allowWatchBookmarks=true"));
    assert!(
        server.query(3).contains("resourceVersion=20"),
        "{}",
        server.query(3)
    );
}

#[tokio::test(start_paused = true)]
async fn a_version_that_is_too_old_leads_to_another_list_which_forgets_what_is_gone() {
    let server = FakeWatchApi::with([
        ScriptedAnswer::Page(&["a", "b"], None),
        ScriptedAnswer::Watch(vec![event("ERROR", &status(410))], AfterAnswer::Ends),
        ScriptedAnswer::Page(&["b"], None),
        ScriptedAnswer::Status(410),
        ScriptedAnswer::Page(&["c"], None),
    ]);
    let state = after(&server, 30).await;
    assert_eq!(names(&state), ["c"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_forbidden_is_asked_for_again_soon_and_then_once_a_minute() {
    // As an API server answers that has just started, whose authorizer has not read its roles yet.
    let server = FakeWatchApi::with([
        ScriptedAnswer::Page(&["a"], None),
        ScriptedAnswer::Status(403),
        ScriptedAnswer::Page(&["a"], None),
        ScriptedAnswer::Watch(Vec::new(), AfterAnswer::StaysSilent),
    ]);
    let state = after(&server, 2).await;
    assert_eq!(state.view().belief(WHAT), Belief::Ready);
    let for_ever = || FakeWatchApi::with((0..100).map(|_| ScriptedAnswer::Status(403)));
    let server = for_ever();
    let state = after(&server, 30).await;
    assert_eq!(state.view().belief(WHAT), Belief::Forbidden);
    let server = for_ever();
    after(&server, 3600).await;
    let asked = server.asked.lock().len();
    assert!((50..90).contains(&asked), "{asked}");
    let server = FakeWatchApi::with([ScriptedAnswer::Status(404)]);
    let state = after(&server, 30).await;
    assert_eq!(state.view().belief(WHAT), Belief::Ready, "there is none");
}

#[tokio::test(start_paused = true)]
async fn what_ends_again_and_again_is_not_listed_all_the_time() {
    let pairs: [fn() -> ScriptedAnswer; 3] = [
        // Too old at once, in the answer or in the watch; and what may be listed and not watched.
        || ScriptedAnswer::Status(410),
        || ScriptedAnswer::Watch(vec![event("ERROR", &status(410))], AfterAnswer::Ends),
        || ScriptedAnswer::Status(403),
    ];
    for then in pairs {
        let server = FakeWatchApi::with((0..400).map(|number| match number % 2 {
            0 => ScriptedAnswer::Page(&["a"], None),
            _ => then(),
        }));
        let state = after(&server, 300).await;
        assert_eq!(names(&state), ["a"]);
        let asked = server.asked.lock().len();
        assert!((10..60).contains(&asked), "{asked}");
    }
}

#[tokio::test(start_paused = true)]
async fn failures_are_tried_again_and_a_silent_watch_is_opened_anew() {
    let server = FakeWatchApi::with([
        ScriptedAnswer::Status(500),
        ScriptedAnswer::Page(&["a"], None),
        ScriptedAnswer::Status(503),
        ScriptedAnswer::Watch(
            vec![event("ADDED", &object("b", 11))],
            AfterAnswer::StaysSilent,
        ),
        ScriptedAnswer::Watch(
            vec![event("ADDED", &object("c", 12))],
            AfterAnswer::StaysSilent,
        ),
    ]);
    let state = after(&server, 35).await;
    assert_eq!(names(&state), ["a", "b"]);
    let server = FakeWatchApi::with([
        ScriptedAnswer::Page(&["a"], None),
        ScriptedAnswer::Watch(
            vec![event("ADDED", &object("b", 11))],
            AfterAnswer::StaysSilent,
        ),
        ScriptedAnswer::Watch(
            vec![event("ADDED", &object("c", 12))],
            AfterAnswer::StaysSilent,
        ),
    ]);
    let state = after(&server, 200).await;
    assert_eq!(names(&state), ["a", "b", "c"]);
    assert!(server.query(2).contains("resourceVersion=11"));
}

#[tokio::test(start_paused = true)]
async fn neither_a_list_nor_a_bookmark_is_a_change() {
    let server = FakeWatchApi::with([
        ScriptedAnswer::Page(&["a"], None),
        ScriptedAnswer::Watch(vec![bookmark(20)], AfterAnswer::StaysSilent),
    ]);
    let state = after(&server, 30).await;
    assert_eq!(names(&state), ["a"]);
    assert!(!state.read().is_in_motion());
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_ends_neither_the_list_nor_the_watch() {
    let server = FakeWatchApi::with([
        ScriptedAnswer::Page(&["a"], None),
        ScriptedAnswer::Watch(
            vec!["{\"type\":\"ADDED\",\"object\":[}\n".to_owned()],
            AfterAnswer::StaysSilent,
        ),
        ScriptedAnswer::Page(&["a", "b"], None),
        ScriptedAnswer::Watch(
            vec![event("ADDED", "{}"), event("ADDED", &object("c", 12))],
            AfterAnswer::StaysSilent,
        ),
    ]);
    let state = after(&server, 60).await;
    assert_eq!(names(&state), ["a", "b", "c"]);
}

#[tokio::test(start_paused = true)]
async fn an_object_too_long_whose_name_comes_late_is_found_by_another_list() {
    // Custom resources are written in the order of the alphabet.
    let long = "<".repeat(3 << 20);
    let custom = format!(
        r#"{{"apiVersion":"v1","kind":"A","metadata":{{"annotations":{{"x":"{long}"}},"name":"b","resourceVersion":"12"}}}}"#
    );
    let server = FakeWatchApi::with([
        ScriptedAnswer::Page(&["a", "b"], None),
        ScriptedAnswer::Watch(vec![event("MODIFIED", &custom)], AfterAnswer::StaysSilent),
        ScriptedAnswer::Page(&["a"], None),
    ]);
    let state = after(&server, 30).await;
    assert_eq!(names(&state), ["a"]);
}
