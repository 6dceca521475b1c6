//! The body of a request in one bounded buffer.
//!
//! Frames are copied out as they come: a kept frame keeps the whole read buffer it was cut from, and
//! slow clients could fill the memory with them.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::{Body, Bytes, Incoming};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::ServerOptions;
use super::connections::Connections;

/// How long to wait for the room of a body that gave way.
const ROOM_WAIT: Duration = Duration::from_millis(200);

/// The room that bodies share.
#[derive(Debug)]
pub(super) struct Bodies {
    /// In KiB.
    room: Arc<Semaphore>,
    /// The part of it that large bodies may take, in KiB.
    large_room: Arc<Semaphore>,
    connections: Arc<Connections>,
}

/// A whole body, and its share of the room.
#[derive(Debug)]
pub(super) struct Whole {
    pub bytes: Bytes,
    _shares: Vec<OwnedSemaphorePermit>,
}

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Above the limit; the rest was not read.
    TooLarge,
    /// Too much at once.
    NoRoom,
    /// The client went away.
    Cut,
}

impl Bodies {
    pub fn new(options: &ServerOptions, connections: Arc<Connections>) -> Self {
        Self {
            room: Arc::new(Semaphore::new(options.bodies / 1024)),
            large_room: Arc::new(Semaphore::new(options.large_bodies / 1024)),
            connections,
        }
    }

    /// Reads a body. A small one over a connection that has brought reviews finds room first.
    pub async fn read(
        &self,
        mut body: Incoming,
        options: &ServerOptions,
        is_proven: bool,
    ) -> Result<Whole, Failure> {
        let announced = body.size_hint();
        let most = options.largest_body;
        if announced.lower() > u64::try_from(most).unwrap_or(u64::MAX) {
            return Err(Failure::TooLarge);
        }
        let expected = usize::try_from(announced.lower()).unwrap_or(0);
        let mut buffer: Vec<u8> = Vec::new();
        let mut shares = Vec::new();
        // Bytes that are paid for.
        let mut paid = options.free_body;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| Failure::Cut)?;
            let Ok(data) = frame.into_data() else {
                continue;
            };
            if buffer.is_empty() && data.len() == expected && body.is_end_stream() {
                return Ok(Whole {
                    bytes: data,
                    _shares: shares,
                });
            }
            let length = buffer.len() + data.len();
            if length > most {
                return Err(Failure::TooLarge);
            }
            if length > paid {
                // At least doubled, so that a long body asks a few times only.
                let more = (length - paid).max(paid.min(most.saturating_sub(paid)));
                let kib = more.div_ceil(1024);
                paid += kib * 1024;
                if paid > options.small_body {
                    shares.push(self.share(&self.large_room, kib, false).await?);
                }
                let comes_first = is_proven && paid <= options.small_body;
                shares.push(self.share(&self.room, kib, comes_first).await?);
            }
            if buffer.capacity() < length {
                let wanted = if length > options.small_body {
                    // All at once: memory that is not written to takes none, and growing would copy.
                    if expected > 0 { expected } else { most }
                } else {
                    let double = length.max(options.free_body / 2) * 2;
                    if expected >= length {
                        double.min(expected)
                    } else {
                        double
                    }
                };
                buffer.reserve_exact(wanted.max(length) - buffer.len());
            }
            buffer.extend_from_slice(&data);
        }
        Ok(Whole {
            bytes: buffer.into(),
            _shares: shares,
        })
    }

    /// A share of a room. Slow bodies give way for it, one after the other.
    async fn share(
        &self,
        room: &Arc<Semaphore>,
        kib: usize,
        comes_first: bool,
    ) -> Result<OwnedSemaphorePermit, Failure> {
        let kib = u32::try_from(kib).unwrap_or(u32::MAX);
        loop {
            if let Ok(share) = Arc::clone(room).try_acquire_many_owned(kib) {
                return Ok(share);
            }
            let gives_way = self.connections.close_slowest_body(comes_first);
            // What one that was closed before holds is free in a moment.
            if !gives_way && !self.connections.has_ending_body() {
                return Err(Failure::NoRoom);
            }
            let share = Arc::clone(room).acquire_many_owned(kib);
            match tokio::time::timeout(ROOM_WAIT, share).await {
                Ok(Ok(share)) => return Ok(share),
                _ if gives_way => {}
                _ => return Err(Failure::NoRoom),
            }
        }
    }
}
