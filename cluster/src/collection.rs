//! One collection of the API: its objects page by page, and the lines of its watches.
//!
//! Objects are read as they come, so that one of them is held at a time; where they are long, the API server is asked
//! for fewer of them at once.

use std::time::Duration;

use http::HeaderMap;
use http_body_util::{BodyExt as _, Limited};
use kube::Client;
use kube::client::Body;
use kube::core::Request;
use kube::core::params::{ListParams, WatchParams};
use manifest::json::Cursor;
use tokio::time::timeout;

use crate::bounded_stream::{BoundedText, ListPart, ListParts, WatchLines};
use crate::request_pace::RequestPace;
use crate::watch_error::WatchError;
use crate::watch_events::{ApiStatus, ListHead};

/// The API server ends a watch after so many seconds, and it is opened again. That is the sign by which a quiet watch
/// lives: behind a connection that is dead no end comes. Bookmarks come about once a minute only.
const WATCH_SECONDS: u32 = 30;
/// For the head of the answer to a list or a watch, and for each object of a list.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
/// Bytes of a page above which the next pages hold fewer objects.
const MAX_PAGE_BYTES: usize = 8 << 20;
/// Bytes of an answer that says why not.
const MAX_STATUS_BYTES: usize = 64 << 10;
/// Objects that are reduced before others get their turn on this thread.
const BATCH_OBJECTS: usize = 16;

/// How much of each object is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectPart {
    /// All of it.
    Whole,
    /// Its metadata alone.
    Metadata,
}

/// What a complete list says.
#[derive(Debug)]
pub struct Listed {
    /// The version to watch from.
    pub version: String,
    /// How many objects there were.
    pub objects: usize,
    /// The headers of the answer with the first page.
    pub headers: HeaderMap,
}

/// One collection of the API.
#[derive(Clone)]
pub struct Collection {
    client: Client,
    request: Request,
    /// Objects in one page.
    page: u32,
    part: ObjectPart,
    labels: Option<String>,
    fields: Option<String>,
    pace: Option<RequestPace>,
}

impl Collection {
    /// The collection at a path, such as `/apis/apps/v1/namespaces/ops/deployments`, to be listed in pages of so many
    /// objects.
    #[must_use]
    pub fn new(client: Client, path: impl Into<String>, page: u32) -> Self {
        Self {
            client,
            request: Request::new(path),
            page,
            part: ObjectPart::Whole,
            labels: None,
            fields: None,
            pace: None,
        }
    }

    /// Says how much of each object is sent.
    #[must_use]
    pub fn of(mut self, part: ObjectPart) -> Self {
        self.part = part;
        self
    }

    /// Only objects with these labels, as `kubectl -l` takes them.
    #[must_use]
    pub fn labelled(mut self, labels: Option<String>) -> Self {
        self.labels = labels;
        self
    }

    /// Only the object of this name. For who may see no other.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.fields = Some(format!("metadata.name={name}"));
        self
    }

    /// Waits for its turn before each request.
    #[must_use]
    pub fn paced(mut self, pace: RequestPace) -> Self {
        self.pace = Some(pace);
        self
    }

    /// Lists everything.
    ///
    /// # Errors
    /// The API server refuses, fails or falls silent. What was taken before is incomplete then.
    pub async fn list(
        &self,
        mut take: impl FnMut(BoundedText) + Send,
    ) -> Result<Listed, WatchError> {
        let mut page = self.page;
        let mut params = ListParams {
            label_selector: self.labels.clone(),
            field_selector: self.fields.clone(),
            ..ListParams::default()
        };
        let mut objects = 0;
        let mut headers = None;
        loop {
            params.limit = Some(page);
            let request = match self.part {
                ObjectPart::Whole => self.request.list(&params),
                ObjectPart::Metadata => self.request.list_metadata(&params),
            };
            let (head, body) = self.open(request.map_err(failed)?).await?;
            headers.get_or_insert(head);
            let mut parts = ListParts::new(body);
            let head = loop {
                let part = timeout(ANSWER_TIMEOUT, parts.next())
                    .await
                    .map_err(|_| WatchError::Failed("a list went silent".to_owned()))??;
                match part {
                    Some(ListPart::Item(item)) => take(item),
                    Some(ListPart::End(head)) => break ListHead::read(&head).map_err(failed)?,
                    None => return Err(WatchError::Failed("a list ended early".to_owned())),
                }
                objects += 1;
                if objects % BATCH_OBJECTS == 0 {
                    tokio::task::yield_now().await;
                }
            };
            if parts.received() > MAX_PAGE_BYTES {
                page = (page / 4).max(1);
            }
            match head.token {
                Some(token) => params.continue_token = Some(token),
                None => {
                    return Ok(Listed {
                        version: head.version,
                        objects,
                        headers: headers.unwrap_or_default(),
                    });
                }
            }
        }
    }

    /// Opens a watch from a version on. It ends after half a minute.
    ///
    /// # Errors
    /// The API server refuses or fails.
    pub async fn watch(&self, version: &str) -> Result<WatchLines, WatchError> {
        let params = WatchParams {
            label_selector: self.labels.clone(),
            field_selector: self.fields.clone(),
            ..WatchParams::default().timeout(WATCH_SECONDS)
        };
        let request = match self.part {
            ObjectPart::Whole => self.request.watch(&params, version),
            ObjectPart::Metadata => self.request.watch_metadata(&params, version),
        };
        let (_, body) = self.open(request.map_err(failed)?).await?;
        Ok(WatchLines::new(body))
    }

    /// The answer, or why there is none.
    async fn open(&self, request: http::Request<Vec<u8>>) -> Result<(HeaderMap, Body), WatchError> {
        if let Some(pace) = &self.pace {
            pace.turn().await;
        }
        let answer = timeout(ANSWER_TIMEOUT, self.client.send(request.map(Body::from)))
            .await
            .map_err(|_| WatchError::Failed("no answer".to_owned()))??;
        let status = answer.status();
        let (head, body) = answer.into_parts();
        if status.is_success() {
            return Ok((head.headers, body));
        }
        let body = Limited::new(body, MAX_STATUS_BYTES);
        let body = body.collect().await.map_err(failed)?.to_bytes();
        let text = String::from_utf8_lossy(&body);
        let message = match ApiStatus::read(&mut Cursor::new(&text)) {
            Ok(refusal) => refusal.message,
            Err(_) => status.to_string(),
        };
        Err(WatchError::of(status.as_u16(), message))
    }
}

/// A failure that is worth another attempt.
pub(crate) fn failed(error: impl std::fmt::Display) -> WatchError {
    WatchError::Failed(error.to_string())
}
