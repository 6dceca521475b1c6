//! An API server whose answers come late, as those of one that is behind the others.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Passes connections on to a port of this machine. Ends with the process.
pub struct Link {
    pub address: SocketAddr,
    is_frozen: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Link {
    /// A link to a port; what comes back is held for so long.
    pub fn to(port: u16, delay: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let is_frozen = Arc::<AtomicBool>::default();
        let frozen = Arc::clone(&is_frozen);
        let open = Arc::<Mutex<Vec<TcpStream>>>::default();
        let opened = Arc::clone(&open);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, server) = (client.unwrap(), TcpStream::connect(("127.0.0.1", port)));
                let Ok(server) = server else { continue };
                let there = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let mut all = opened.lock().unwrap_or_else(PoisonError::into_inner);
                all.push(server.try_clone().unwrap());
                drop(all);
                let (one, two) = (Arc::clone(&frozen), Arc::clone(&frozen));
                thread::spawn(move || pass(there.0, there.1, Duration::ZERO, &one));
                thread::spawn(move || pass(server, client, delay, &two));
            }
        });
        Self {
            address,
            is_frozen,
            open,
        }
    }

    /// Ends all connections that there are, watches among them.
    pub fn cut(&self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        for stream in open.drain(..) {
            // It may have ended by itself.
            drop(stream.shutdown(Shutdown::Both));
        }
    }

    /// From now on nothing passes, and nobody hears of it; or everything again.
    pub fn freeze(&self, is_frozen: bool) {
        self.is_frozen.store(is_frozen, Ordering::Relaxed);
    }
}

/// Passes connections on to a port of this machine; what comes back is held for so long. Ends with the
/// process.
pub fn behind(port: u16, delay: Duration) -> SocketAddr {
    Link::to(port, delay).address
}

fn pass(mut from: TcpStream, mut to: TcpStream, delay: Duration, is_frozen: &AtomicBool) {
    let (late, due) = channel::<(Instant, Vec<u8>)>();
    let writing = thread::spawn(move || {
        for (at, bytes) in due {
            thread::sleep(at.saturating_duration_since(Instant::now()));
            if to.write_all(&bytes).is_err() {
                break;
            }
        }
        drop(to.shutdown(Shutdown::Write));
    });
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        while is_frozen.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(20));
        }
        if late
            .send((Instant::now() + delay, buffer[..read].to_vec()))
            .is_err()
        {
            break;
        }
    }
    drop(late);
    drop(writing.join());
}
