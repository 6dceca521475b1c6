//! The threads that serve connections.
//!
//! Each has a runtime of its own, and a connection stays where it was put: a request wakes the one thread
//! that reads, judges and answers it. Threads that share their work would wake one another for every
//! request only to find that there is nothing to share, because a small review is over by then.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tokio::net::TcpStream;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// The threads; they end when this is dropped, and with them what they serve.
#[derive(Debug)]
pub(super) struct Workers {
    workers: Vec<Worker>,
}

#[derive(Debug)]
struct Worker {
    handle: Handle,
    load: Arc<AtomicUsize>,
    /// Ends the thread when dropped.
    _end: oneshot::Sender<()>,
}

/// A connection's part of a thread's load, given back when dropped.
struct ConnectionCount(Arc<AtomicUsize>);

impl Drop for ConnectionCount {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Workers {
    /// Starts so many threads.
    ///
    /// # Errors
    /// The system has no more threads or descriptors.
    pub fn start(number: usize) -> io::Result<Self> {
        let workers = (0..number.max(1)).map(|_| Worker::start());
        Ok(Self {
            workers: workers.collect::<io::Result<_>>()?,
        })
    }

    /// Has the thread with the fewest connections serve this one.
    pub fn serve<Served>(
        &self,
        stream: TcpStream,
        serve: impl FnOnce(TcpStream) -> Served + Send + 'static,
    ) -> io::Result<()>
    where
        Served: Future<Output = ()> + Send,
    {
        let least = self
            .workers
            .iter()
            .min_by_key(|worker| worker.load.load(Ordering::Relaxed));
        let Some(worker) = least else {
            return Ok(());
        };
        worker.load.fetch_add(1, Ordering::Relaxed);
        let count = ConnectionCount(Arc::clone(&worker.load));
        // A socket belongs to the runtime that watches it.
        let stream = stream.into_std()?;
        worker.handle.spawn(async move {
            let _count = count;
            if let Ok(stream) = TcpStream::from_std(stream) {
                serve(stream).await;
            }
        });
        Ok(())
    }
}

impl Worker {
    fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (end, ended) = oneshot::channel::<()>();
        thread::Builder::new()
            .name("reviews".to_owned())
            .spawn(move || {
                // The sender sends nothing; it is dropped.
                drop(runtime.block_on(ended));
                // A large review may still be at work: no client waits for it any more.
                runtime.shutdown_background();
            })?;
        Ok(Self {
            handle,
            load: Arc::default(),
            _end: end,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::thread::ThreadId;

    use parking_lot::Mutex;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn connections_are_spread_and_stay() -> io::Result<()> {
        let workers = Workers::start(3)?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let threads = Arc::new(Mutex::new(Vec::<ThreadId>::new()));
        let mut clients = Vec::new();
        for _ in 0..6 {
            clients.push(TcpStream::connect(listener.local_addr()?).await?);
            let (stream, _) = listener.accept().await?;
            let threads = Arc::clone(&threads);
            workers.serve(stream, async move |mut stream| {
                let first = thread::current().id();
                threads.lock().push(first);
                while let Ok(byte) = stream.read_u8().await {
                    assert_eq!(thread::current().id(), first);
                    if stream.write_u8(byte).await.is_err() {
                        return;
                    }
                }
            })?;
        }
        for round in 0..20 {
            for client in &mut clients {
                client.write_u8(round).await?;
                assert_eq!(client.read_u8().await?, round);
            }
        }
        let mut threads = threads.lock().clone();
        threads.sort_by_key(|thread| format!("{thread:?}"));
        let shares: Vec<usize> = threads.chunk_by(|a, b| a == b).map(<[_]>::len).collect();
        assert_eq!(shares, [2, 2, 2]);
        Ok(())
    }

    #[tokio::test]
    async fn what_they_serve_ends_with_them() -> io::Result<()> {
        let workers = Workers::start(1)?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let mut client = TcpStream::connect(listener.local_addr()?).await?;
        let (stream, _) = listener.accept().await?;
        let begun = Arc::new(Notify::new());
        let notified = Arc::clone(&begun);
        workers.serve(stream, async move |_stream| {
            notified.notify_one();
            std::future::pending::<()>().await;
        })?;
        begun.notified().await;
        drop(workers);
        assert_eq!(client.read(&mut [0; 1]).await?, 0);
        Ok(())
    }
}
