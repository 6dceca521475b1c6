//! One connection: TLS over a blocking socket, and as much of HTTP/1.1 as an answer takes.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, ClientConnection};

use super::LoadResult;
use super::reviews::Review;

/// An open connection.
pub struct LoadConnection {
    tls: ClientConnection,
    socket: TcpStream,
    answer: Vec<u8>,
}

impl LoadConnection {
    pub fn open(tls: &Arc<ClientConfig>, port: u16) -> LoadResult<Self> {
        let mut socket = TcpStream::connect(("127.0.0.1", port))?;
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(Duration::from_secs(30)))?;
        let name = ServerName::try_from("localhost")?;
        let mut tls = ClientConnection::new(Arc::clone(tls), name)?;
        // A request is written as one.
        tls.set_buffer_limit(None);
        while tls.is_handshaking() {
            tls.complete_io(&mut socket)?;
        }
        Ok(Self {
            tls,
            socket,
            answer: vec![0; 64 * 1024],
        })
    }

    /// Sends a review and reads its whole answer, which must be as expected.
    pub fn ask(&mut self, review: &Review) -> LoadResult<()> {
        self.tls.writer().write_all(&review.request)?;
        while self.tls.wants_write() {
            self.tls.write_tls(&mut self.socket)?;
        }
        let mut have = 0;
        let mut wanted = None;
        while wanted.is_none_or(|wanted| have < wanted) {
            have += self.read(have)?;
            let answer = self.answer.get(..have).unwrap_or_default();
            if wanted.is_none() {
                wanted = length(answer)?;
            }
        }
        let answer = self.answer.get(..have).unwrap_or_default();
        let holds = |text: &Vec<u8>| memchr::memmem::find(answer, text).is_some();
        if wanted == Some(have) && review.expected.iter().all(holds) {
            return Ok(());
        }
        let found = String::from_utf8_lossy(answer);
        Err(format!("not the answer that is expected: {found}").into())
    }

    /// Reads more of the answer, of which `have` bytes are there.
    fn read(&mut self, have: usize) -> LoadResult<usize> {
        let room = self.answer.get_mut(have..).unwrap_or_default();
        if room.is_empty() {
            return Err("the answer is too long".into());
        }
        loop {
            match self.tls.reader().read(room) {
                Ok(0) => return Err("the connection was closed".into()),
                Ok(read) => return Ok(read),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
            if self.tls.read_tls(&mut self.socket)? == 0 {
                return Err("the connection was closed".into());
            }
            self.tls.process_new_packets()?;
        }
    }
}

/// How long the whole answer is, once its head is there. Its status must be 200.
fn length(answer: &[u8]) -> LoadResult<Option<usize>> {
    let Some(end) = memchr::memmem::find(answer, b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = str::from_utf8(answer.get(..end).unwrap_or_default())?;
    if !head.starts_with("HTTP/1.1 200") {
        return Err(head.lines().next().unwrap_or_default().into());
    }
    let content: usize = head
        .lines()
        .find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse())
        })
        .ok_or("no length")??;
    Ok(Some(end + 4 + content))
}
