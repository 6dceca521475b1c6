//! A socket that is read ahead.
//!
//! rustls asks for 4 KiB at a time, which would be three calls of the kernel for a review. So more is read
//! at once, into a buffer that belongs to the thread and is lent to a connection only while something is
//! left in it: idle connections hold none.

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A whole record of TLS and its head fit (RFC 8446, 5.2: 2^14 + 256 bytes).
const BUFFER_BYTES: usize = 17 * 1024;

thread_local! {
    static SPARE: Cell<Option<Box<[u8]>>> = const { Cell::new(None) };
}

/// What was read and not taken yet.
#[derive(Debug)]
struct Rest {
    buffer: Box<[u8]>,
    from: usize,
    to: usize,
}

/// A stream that is read ahead.
#[derive(Debug)]
pub(super) struct Ahead<S> {
    stream: S,
    rest: Option<Rest>,
}

impl<S> Ahead<S> {
    pub fn new(stream: S) -> Self {
        Self { stream, rest: None }
    }

    /// Hands out what is left, as far as there is room for it.
    fn hand_out(&mut self, mut rest: Rest, into: &mut ReadBuf<'_>) {
        let left = rest.buffer.get(rest.from..rest.to).unwrap_or_default();
        let few = left.get(..into.remaining()).unwrap_or(left);
        into.put_slice(few);
        rest.from += few.len();
        if rest.from < rest.to {
            self.rest = Some(rest);
        } else {
            SPARE.set(Some(rest.buffer));
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Ahead<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(rest) = self.rest.take() {
            self.hand_out(rest, into);
            return Poll::Ready(Ok(()));
        }
        if into.remaining() >= BUFFER_BYTES {
            return Pin::new(&mut self.stream).poll_read(context, into);
        }
        let mut buffer = SPARE
            .take()
            .unwrap_or_else(|| vec![0; BUFFER_BYTES].into_boxed_slice());
        let mut read = ReadBuf::new(&mut buffer);
        let outcome = Pin::new(&mut self.stream).poll_read(context, &mut read);
        let to = read.filled().len();
        if to == 0 {
            SPARE.set(Some(buffer));
            return outcome;
        }
        ready!(outcome)?;
        let rest = Rest {
            buffer,
            from: 0,
            to,
        };
        self.hand_out(rest, into);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Ahead<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn every_byte_comes_once_and_in_order() {
        let (mut client, server) = tokio::io::duplex(40_000);
        let sent: Vec<u8> = (0..100_000_u32)
            .map(|at: u32| at.to_le_bytes()[usize::try_from(at % 3).unwrap_or(0)])
            .collect();
        let expected = sent.clone();
        let writing = tokio::spawn(async move {
            for part in sent.chunks(23_456) {
                client.write_all(part).await?;
            }
            client.shutdown().await
        });
        let mut ahead = Ahead::new(server);
        let mut all = Vec::new();
        for room in [1, 5, 4096, 100, 30_000].into_iter().cycle() {
            let mut some = vec![0; room];
            match ahead.read(&mut some).await {
                Ok(0) => break,
                Ok(read) => all.extend_from_slice(&some[..read]),
                Err(error) => panic!("{error}"),
            }
        }
        assert!(matches!(writing.await, Ok(Ok(()))));
        assert!(all == expected);
        assert!(ahead.rest.is_none());
    }
}
