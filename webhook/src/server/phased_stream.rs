//! A stream that notes when a request begins, and when an answer is not read.
//!
//! hyper goes on reading requests while answers wait to be written, and its buffer of answers has no
//! bound (1.12): so nothing more is read from a client that does not read.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::ServerOptions;
use super::connections::Connection;
use super::phase::Phase;

/// The first bytes after an idle time begin the head of a request.
#[derive(Debug)]
pub(super) struct PhasedStream<S> {
    stream: S,
    connection: Arc<Connection>,
    headers: Duration,
    unread: Duration,
    idle: Duration,
    /// Whether what was written waits for the client.
    is_stuck: bool,
}

impl<S> PhasedStream<S> {
    /// A stream after its handshake.
    pub fn new(stream: S, connection: Arc<Connection>, options: &ServerOptions) -> Self {
        connection.enter(Phase::Fresh, options.headers);
        Self {
            stream,
            connection,
            headers: options.headers,
            unread: options.unread,
            idle: options.idle,
            is_stuck: false,
        }
    }

    fn stuck(&mut self) {
        self.is_stuck = true;
        if self.connection.phase() == Phase::Idle {
            self.connection.enter(Phase::Unread, self.unread);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for PhasedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.is_stuck {
            return Poll::Pending;
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        if buffer.filled().len() > before {
            self.connection.begin(self.headers);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for PhasedStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if written.is_pending() {
            self.stuck();
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        if flushed.is_pending() {
            self.stuck();
        } else if std::mem::take(&mut self.is_stuck) {
            if self.connection.phase() == Phase::Unread {
                self.connection.enter(Phase::Idle, self.idle);
            }
            // hyper reads before it writes, so this turn's read has been sent away.
            context.waker().wake_by_ref();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(context);
        if shut.is_pending() {
            self.stuck();
        }
        shut
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        if written.is_pending() {
            self.stuck();
        }
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
