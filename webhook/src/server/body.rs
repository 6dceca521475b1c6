//! The body of a request in one bounded buffer.
//!
//! Frames are copied out as they come: a kept frame keeps the whole read buffer it was cut from, and
//! slow clients could fill the memory with them.

use std::sync::Arc;

use http_body_util::BodyExt;
use hyper::body::{Body, Bytes, Incoming};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Options;

/// What bodies above `small_body` may hold together, in KiB.
pub(super) type LargeBodies = Arc<Semaphore>;

/// A whole body, and its share of the large bodies.
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
    /// Too many large bodies at once.
    NoRoom,
    /// The client went away.
    Cut,
}

/// Reads a body.
pub(super) async fn read(
    mut body: Incoming,
    options: &Options,
    large: &LargeBodies,
) -> Result<Whole, Failure> {
    let announced = body.size_hint();
    let most = options.largest_body;
    if announced.lower() > most as u64 {
        return Err(Failure::TooLarge);
    }
    let expected = usize::try_from(announced.lower()).unwrap_or(0);
    let mut buffer: Vec<u8> = Vec::new();
    let mut shares = Vec::new();
    // Bytes that are paid for.
    let mut room = options.small_body;
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
        if length > room {
            // At least doubled, so that a long body asks a few times only.
            let more = (length - room).max(room).div_ceil(1024);
            let kib = u32::try_from(more).unwrap_or(u32::MAX);
            let share = Arc::clone(large).try_acquire_many_owned(kib);
            shares.push(share.map_err(|_| Failure::NoRoom)?);
            room += more * 1024;
        }
        if buffer.capacity() < length {
            // What was announced, but never much more than what has come.
            let double = length.max(options.small_body / 4) * 2;
            let wanted = if expected >= length {
                double.min(expected)
            } else {
                double
            };
            buffer.reserve_exact(wanted - buffer.len());
        }
        buffer.extend_from_slice(&data);
    }
    Ok(Whole {
        bytes: buffer.into(),
        _shares: shares,
    })
}
