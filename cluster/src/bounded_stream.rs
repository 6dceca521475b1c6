//! The answers to lists and watches as they come: object by object, of which no more than a bound is ever held.
//!
//! Anybody who may write an object decides how long it is: a ConfigMap of 1 MB may be 6 MB of JSON, and a page of a list
//! holds many.

use std::error::Error;
use std::time::Duration;

use http_body_util::BodyExt as _;
use kube::client::Body;
use tokio::time::timeout;

use crate::watch_error::WatchError;

/// Bytes of one object. What is longer is not read: etcd takes 1.5 MiB by default, and what an election is configured
/// by is a few kilobytes.
pub(crate) const MAX_OBJECT_BYTES: usize = 2 << 20;
/// What is kept of a longer one, to name it.
const PREFIX_BYTES: usize = 4 << 10;
/// Bytes of what a list says of itself.
const MAX_HEAD_BYTES: usize = 64 << 10;

/// The API server ends a watch after half a minute: a connection that is silent for longer is taken for dead.
const MAX_WATCH_SILENCE: Duration = Duration::from_secs(40);

/// A text of a bounded length.
#[derive(Debug, PartialEq, Eq)]
pub enum BoundedText {
    /// All of it.
    Whole(String),
    /// The beginning of one that is too long.
    Cut(String),
}

/// Collects a text up to a bound.
#[derive(Debug, Default)]
struct BoundedBuffer {
    bytes: Vec<u8>,
    is_cut: bool,
}

impl BoundedBuffer {
    fn add(&mut self, bytes: &[u8]) {
        if self.is_cut {
            return;
        }
        if self.bytes.len() + bytes.len() > MAX_OBJECT_BYTES {
            self.is_cut = true;
            let missing = PREFIX_BYTES.saturating_sub(self.bytes.len());
            let more = bytes.get(..missing).unwrap_or(bytes);
            self.bytes.extend_from_slice(more);
            self.bytes.truncate(PREFIX_BYTES);
            self.bytes.shrink_to_fit();
            return;
        }
        self.bytes.extend_from_slice(bytes);
    }

    fn take(&mut self) -> Result<BoundedText, kube::Error> {
        let Self { bytes, is_cut } = std::mem::take(self);
        if is_cut {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            return Ok(BoundedText::Cut(text));
        }
        let text = String::from_utf8(bytes).map_err(kube::Error::FromUtf8)?;
        Ok(BoundedText::Whole(text))
    }
}

/// The frames of a body.
struct Frames {
    body: Body,
    /// Bytes so far.
    received: usize,
}

impl Frames {
    /// The next bytes; `None` at the end.
    async fn next(&mut self) -> Result<Option<hyper::body::Bytes>, kube::Error> {
        loop {
            match self.body.frame().await {
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        self.received += data.len();
                        return Ok(Some(data));
                    }
                }
                // Who serves may end a watch without saying so.
                Some(Err(error)) if is_cut(&error) => return Ok(None),
                Some(Err(error)) => return Err(error),
                None => return Ok(None),
            }
        }
    }
}

/// The lines of the answer to a watch.
pub struct WatchLines {
    frames: Frames,
    /// What was received and not looked at yet.
    rest: hyper::body::Bytes,
    line: BoundedBuffer,
}

impl WatchLines {
    pub(crate) fn new(body: Body) -> Self {
        Self {
            frames: Frames { body, received: 0 },
            rest: hyper::body::Bytes::new(),
            line: BoundedBuffer::default(),
        }
    }

    /// The next line; `None` at the end. A last line without a line feed was cut, and is dropped.
    ///
    /// # Errors
    /// The connection fails or falls silent, or a line is not UTF-8.
    pub async fn next(&mut self) -> Result<Option<BoundedText>, WatchError> {
        match timeout(MAX_WATCH_SILENCE, self.received()).await {
            Ok(line) => Ok(line?),
            Err(_) => Err(WatchError::Failed("the watch went silent".to_owned())),
        }
    }

    async fn received(&mut self) -> Result<Option<BoundedText>, kube::Error> {
        loop {
            if let Some(end) = memchr::memchr(b'\n', &self.rest) {
                let line = self.rest.split_to(end + 1);
                self.line.add(&line);
                return self.line.take().map(Some);
            }
            self.line.add(&std::mem::take(&mut self.rest));
            match self.frames.next().await? {
                Some(data) => self.rest = data,
                None => return Ok(None),
            }
        }
    }
}

/// A part of a list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ListPart {
    /// One of its objects.
    Item(BoundedText),
    /// The list is complete; the member `metadata`.
    End(String),
}

/// The objects of the answer to a list.
pub(crate) struct ListParts {
    frames: Frames,
    rest: hyper::body::Bytes,
    scanner: ListScanner,
}

impl ListParts {
    pub fn new(body: Body) -> Self {
        Self {
            frames: Frames { body, received: 0 },
            rest: hyper::body::Bytes::new(),
            scanner: ListScanner::default(),
        }
    }

    /// Bytes that were received.
    pub fn received(&self) -> usize {
        self.frames.received
    }

    /// The next part; `None` if the list ends early.
    pub async fn next(&mut self) -> Result<Option<ListPart>, kube::Error> {
        loop {
            let (read, found) = self.scanner.scan(&self.rest);
            drop(self.rest.split_to(read));
            match found {
                Some(Scanned::Item) => {
                    return Ok(Some(ListPart::Item(self.scanner.item.take()?)));
                }
                Some(Scanned::End) => {
                    let head = std::mem::take(&mut self.scanner.head);
                    let head = String::from_utf8(head).map_err(kube::Error::FromUtf8)?;
                    return Ok(Some(ListPart::End(head)));
                }
                None => {}
            }
            match self.frames.next().await? {
                Some(data) => self.rest = data,
                None => return Ok(None),
            }
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Scanned {
    Item,
    End,
}

/// What the bytes belong to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum ListMember {
    #[default]
    None,
    /// A string right below the list: the last one before a bracket is the key of what follows.
    Key,
    Head,
    Item,
}

/// Finds the objects of a list in its bytes, without a look at what is in them.
#[derive(Debug, Default)]
struct ListScanner {
    depth: usize,
    in_string: bool,
    is_escaped: bool,
    in_items: bool,
    member: ListMember,
    key: Vec<u8>,
    head: Vec<u8>,
    item: BoundedBuffer,
}

impl ListScanner {
    /// Reads bytes up to the end of the next part; how many, and which part that is.
    fn scan(&mut self, bytes: &[u8]) -> (usize, Option<Scanned>) {
        let mut from = 0;
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            if self.in_string {
                at += self.string(bytes.get(at..).unwrap_or_default());
                if !self.in_string && self.member == ListMember::Key {
                    self.keep(bytes.get(from..at).unwrap_or_default());
                    self.member = ListMember::None;
                    from = at;
                }
                continue;
            }
            at += 1;
            match byte {
                b'"' => {
                    self.in_string = true;
                    if self.depth == 1 {
                        self.key.clear();
                        self.member = ListMember::Key;
                        from = at;
                    }
                }
                b'{' | b'[' => {
                    self.depth += 1;
                    if self.opens(*byte) {
                        from = at - 1;
                    }
                }
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    let ended = self.member;
                    let is_end_of_head = ended == ListMember::Head && self.depth == 1;
                    let is_end_of_item = ended == ListMember::Item && self.depth == 2;
                    if is_end_of_head || is_end_of_item {
                        self.keep(bytes.get(from..at).unwrap_or_default());
                        self.member = ListMember::None;
                    }
                    if is_end_of_item {
                        return (at, Some(Scanned::Item));
                    }
                    match self.depth {
                        0 => return (at, Some(Scanned::End)),
                        1 => self.in_items = false,
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        self.keep(bytes.get(from..).unwrap_or_default());
        (bytes.len(), None)
    }

    /// Reads bytes of a string up to its end; how many.
    fn string(&mut self, bytes: &[u8]) -> usize {
        if std::mem::take(&mut self.is_escaped) {
            return 1;
        }
        match memchr::memchr2(b'"', b'\\', bytes) {
            Some(found) => {
                if bytes.get(found) == Some(&b'"') {
                    self.in_string = false;
                } else {
                    self.is_escaped = true;
                }
                found + 1
            }
            None => bytes.len(),
        }
    }

    /// Whether a bracket opens something that is kept.
    fn opens(&mut self, bracket: u8) -> bool {
        match (self.depth, bracket) {
            (2, b'{') if self.key == b"metadata\"" => {
                self.head.clear();
                self.member = ListMember::Head;
                true
            }
            (2, b'[') => {
                self.in_items = self.key == b"items\"";
                false
            }
            (3, b'{') if self.in_items => {
                self.member = ListMember::Item;
                true
            }
            _ => false,
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        match self.member {
            ListMember::None => {}
            // The keys that are looked for are short.
            ListMember::Key => {
                let room = 32_usize.saturating_sub(self.key.len());
                self.key
                    .extend_from_slice(bytes.get(..room).unwrap_or(bytes));
            }
            ListMember::Head => {
                if self.head.len() + bytes.len() <= MAX_HEAD_BYTES {
                    self.head.extend_from_slice(bytes);
                }
            }
            ListMember::Item => self.item.add(bytes),
        }
    }
}

/// Whether an error says that a stream ended early: TLS says so by its sort of error, HTTP's chunks in words.
fn is_cut(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let io = error.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::UnexpectedEof)
            || error.to_string().contains("unexpected EOF")
        {
            return true;
        }
        next = error.source();
    }
    false
}

#[cfg(test)]
#[path = "bounded_stream_tests.rs"]
mod tests;
