//! Log lines: one line of JSON each, written by a thread of their own.
//!
//! A reader that does not read must not stop reviews: when the queue is full, lines are counted and
//! dropped, and the next line that gets through says how many. Texts may come from anybody and be of any
//! length: long ones are cut, so that the queue is bounded in bytes, too.

use std::borrow::Cow;
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use cluster::{Notice, NoticeSink};
use k8s_openapi::jiff::Timestamp;
use serde::Serialize;

/// Lines that clients cause. Real API servers cause one for a denial.
const MAX_CLIENT_LINES_PER_SECOND: u64 = 50;
/// Lines that wait to be written.
const MAX_QUEUED_LINES: usize = 1024;
/// Bytes of one text.
const MAX_TEXT_BYTES: usize = 2048;
/// Texts of one list.
const MAX_LIST_TEXTS: usize = 20;

/// Where lines go. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Log {
    queue: Option<SyncSender<Vec<u8>>>,
    dropped: std::sync::Arc<AtomicU64>,
    /// Lines that are queued and not written yet.
    waiting: std::sync::Arc<AtomicU64>,
    began: Instant,
    /// The second in which clients last caused a line, and how many in it.
    client_second: std::sync::Arc<AtomicU64>,
    client_lines: std::sync::Arc<AtomicU64>,
}

/// A field of a line.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum LogValue<'a> {
    /// Text.
    Text(&'a str),
    /// A number.
    Number(u64),
    /// Yes or no.
    Flag(bool),
    /// Several texts.
    List(&'a [String]),
}

impl Log {
    /// A log that writes to `out`.
    ///
    /// # Errors
    /// No thread could be started.
    pub fn to(mut out: impl Write + Send + 'static) -> std::io::Result<Self> {
        let (queue, lines) = sync_channel::<Vec<u8>>(MAX_QUEUED_LINES);
        let waiting = std::sync::Arc::<AtomicU64>::default();
        let written = std::sync::Arc::clone(&waiting);
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || {
                for line in lines {
                    // Nothing is left to do if standard error is closed.
                    if out.write_all(&line).and_then(|()| out.flush()).is_err() {
                        return;
                    }
                    written.fetch_sub(1, Ordering::Release);
                }
            })?;
        Ok(Self {
            queue: Some(queue),
            dropped: std::sync::Arc::default(),
            waiting,
            began: Instant::now(),
            client_second: std::sync::Arc::default(),
            client_lines: std::sync::Arc::default(),
        })
    }

    /// A log that says nothing.
    #[must_use]
    pub fn nowhere() -> Self {
        Self {
            queue: None,
            dropped: std::sync::Arc::default(),
            waiting: std::sync::Arc::default(),
            began: Instant::now(),
            client_second: std::sync::Arc::default(),
            client_lines: std::sync::Arc::default(),
        }
    }

    /// Who writes what happens while a cluster is followed.
    #[must_use]
    pub fn notices(&self) -> std::sync::Arc<NoticeSink> {
        let log = self.clone();
        std::sync::Arc::new(move |notice| log.cluster_notice(notice))
    }

    fn cluster_notice(&self, notice: Notice<'_>) {
        let text = LogValue::Text;
        match notice {
            Notice::Forbidden { what, reason } => {
                let fields = [
                    ("resource", text(what.resource())),
                    ("reason", text(reason)),
                ];
                self.line("warning", "cluster-forbidden", &fields);
            }
            Notice::Absent { what } => {
                self.line(
                    "info",
                    "cluster-absent",
                    &[("resource", text(what.resource()))],
                );
            }
            Notice::Failed { what, reason } => {
                let fields = [
                    ("resource", text(what.resource())),
                    ("reason", text(reason)),
                ];
                self.line("warning", "cluster-watch", &fields);
            }
            Notice::Synced { what, objects } => {
                let objects = LogValue::Number(objects);
                let fields = [("resource", text(what.resource())), ("objects", objects)];
                self.line("info", "cluster-synced", &fields);
            }
            Notice::TooLong {
                what,
                namespace,
                name,
            } => {
                let fields = [
                    ("resource", text(what.resource())),
                    ("namespace", text(namespace)),
                    ("name", text(name)),
                ];
                self.line("warning", "cluster-too-long", &fields);
            }
            Notice::Unreadable { what, reason } => {
                let fields = [
                    ("resource", text(what.resource())),
                    ("reason", text(reason)),
                ];
                self.line("error", "cluster-unreadable", &fields);
            }
        }
    }

    /// Waits until every line is written, for at most so long: the last thing before the end.
    pub fn flush(&self, most: Duration) {
        let begin = Instant::now();
        while self.waiting.load(Ordering::Acquire) > 0 && begin.elapsed() < most {
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// The same for what a client causes, who may be anybody: of more than [`MAX_CLIENT_LINES_PER_SECOND`] the rest of
    /// the second is counted only.
    pub fn client_line(&self, level: &str, event: &str, fields: &[(&str, LogValue<'_>)]) {
        if self.queue.is_some() && !self.takes_client_line() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.line(level, event, fields);
    }

    fn takes_client_line(&self) -> bool {
        let second = self.began.elapsed().as_secs();
        if self.client_second.swap(second, Ordering::Relaxed) != second {
            self.client_lines.store(0, Ordering::Relaxed);
        }
        self.client_lines.fetch_add(1, Ordering::Relaxed) < MAX_CLIENT_LINES_PER_SECOND
    }

    /// Writes one line: `time`, `level`, `event`, and the fields in order.
    pub fn line(&self, level: &str, event: &str, fields: &[(&str, LogValue<'_>)]) {
        let Some(queue) = &self.queue else { return };
        let dropped = self.dropped.swap(0, Ordering::Relaxed);
        let mut out = Vec::with_capacity(256);
        let mut write = |first: bool, name: &str, value: &LogValue<'_>| {
            out.push(if first { b'{' } else { b',' });
            // Texts and numbers into memory: nothing here can fail.
            drop(serde_json::to_writer(&mut out, name));
            out.push(b':');
            drop(match value {
                LogValue::Text(text) => serde_json::to_writer(&mut out, &cut(text)),
                LogValue::List(texts) => {
                    let texts: Vec<_> = texts
                        .iter()
                        .take(MAX_LIST_TEXTS)
                        .map(|text| cut(text))
                        .collect();
                    serde_json::to_writer(&mut out, &texts)
                }
                LogValue::Number(_) | LogValue::Flag(_) => serde_json::to_writer(&mut out, value),
            });
        };
        let time = format!("{:.3}", Timestamp::now());
        write(true, "time", &LogValue::Text(&time));
        write(false, "level", &LogValue::Text(level));
        write(false, "event", &LogValue::Text(event));
        for (name, value) in fields {
            write(false, name, value);
        }
        if dropped > 0 {
            write(false, "dropped_lines", &LogValue::Number(dropped));
        }
        out.extend_from_slice(b"}\n");
        self.waiting.fetch_add(1, Ordering::Relaxed);
        if queue.try_send(out).is_err() {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            self.dropped.fetch_add(dropped + 1, Ordering::Relaxed);
        }
    }
}

/// A text of a bounded length.
fn cut(text: &str) -> Cow<'_, str> {
    if text.len() <= MAX_TEXT_BYTES {
        return text.into();
    }
    // A character has four bytes at most.
    let mut ends = (MAX_TEXT_BYTES - 3..=MAX_TEXT_BYTES).rev();
    let start = ends.find_map(|end| text.get(..end));
    format!("{}…", start.unwrap_or_default()).into()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    struct LineSender(std::sync::mpsc::Sender<Vec<u8>>);

    impl Write for LineSender {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            drop(self.0.send(bytes.to_vec()));
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_is_short_whatever_is_in_it() {
        let (out, lines) = channel();
        let log = Log::to(LineSender(out)).expect("a thread");
        let (long, many) = ("é".repeat(1 << 20), vec!["x".repeat(1 << 20); 100]);
        log.line(
            "info",
            "review",
            &[
                ("uid", LogValue::Text(&long)),
                ("because", LogValue::List(&many)),
                ("name", LogValue::Text("orders")),
            ],
        );
        let line = lines.recv().expect("a line");
        assert!(line.len() < 50_000, "{}", line.len());
        let line: serde_json::Value = serde_json::from_slice(&line).expect("JSON");
        assert_eq!(line["name"], "orders");
        assert!(line["uid"].as_str().is_some_and(|uid| uid.ends_with("é…")));
    }

    #[test]
    fn clients_cause_so_many_lines_a_second_and_the_rest_is_counted() {
        let (out, lines) = channel();
        let log = Log::to(LineSender(out)).expect("a thread");
        for _ in 0..500 {
            log.client_line(
                "warning",
                "malformed",
                &[("peer", LogValue::Text("127.0.0.1"))],
            );
        }
        log.line("info", "ended", &[]);
        log.flush(Duration::from_secs(10));
        let lines: Vec<serde_json::Value> = lines
            .try_iter()
            .map(|line| serde_json::from_slice(&line).expect("JSON"))
            .collect();
        // Several seconds may have begun on a busy machine.
        assert!((51..400).contains(&lines.len()), "{}", lines.len());
        let counted: u64 = lines
            .iter()
            .filter_map(|line| line["dropped_lines"].as_u64())
            .sum();
        assert_eq!(lines.len() - 1 + usize::try_from(counted).unwrap_or(0), 500);
        let time = lines[0]["time"].as_str().unwrap_or_default();
        assert!(time.parse::<Timestamp>().is_ok(), "{time}");
    }
}
