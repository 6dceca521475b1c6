//! Clients that misbehave after the handshake: in what they ask, and in how they send and read.

use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;
use tokio::task::JoinSet;

use super::bodies::SHAPES;
use super::modes::{Abuse, CLOSE_TIMEOUT, MaybeEnd, closed, written};
use super::wire::{End, head, request};

pub(super) fn long_head(headers: usize, length: usize) -> Vec<u8> {
    let mut head = b"POST /validate HTTP/1.1\r\nhost: x\r\n".to_vec();
    for number in 0..headers {
        head.extend(format!("x-{number}: {}\r\n", "a".repeat(length)).bytes());
    }
    head.extend(b"content-length: 0\r\n\r\n");
    head
}

pub(super) async fn huge(abuse: Abuse, chunked: bool) -> MaybeEnd {
    let stream = abuse.target.tls(&["http/1.1"]).await.ok()?;
    let since = Instant::now();
    let (reading, mut writing) = tokio::io::split(stream);
    let sending = async move {
        let mut piece = vec![b' '; 100_000];
        let mut begin = head("", 100_000_000);
        if chunked {
            begin = b"POST /validate HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
                .to_vec();
            piece.splice(0..0, *b"186a0\r\n");
            piece.extend(b"\r\n");
        }
        drop(writing.write_all(&begin).await);
        for _ in 0..1000 {
            if writing.write_all(&piece).await.is_err() {
                break;
            }
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = sending => None,
        end = closed(reading, since) => end,
    }
}

/// A body of 60 KB in chunks of one byte each.
pub(super) async fn crumbs(abuse: Abuse) -> MaybeEnd {
    let mut bytes = b"POST /validate HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    bytes.extend(b"1\r\n{\r\n".repeat(60_000));
    bytes.extend(b"0\r\n\r\n");
    written(abuse, bytes).await
}

/// Many requests at once, the last of which closes the connection.
pub(super) async fn pipelined(abuse: Abuse) -> MaybeEnd {
    let mut bytes = abuse.good.repeat(50);
    bytes.extend(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    written(abuse, bytes).await
}

/// Short requests without end, and never reads an answer.
pub(super) async fn answers_not_read(abuse: Abuse) -> MaybeEnd {
    let stream = abuse.target.tls(&["http/1.1"]).await.ok()?;
    let (reading, mut writing) = tokio::io::split(stream);
    let since = Instant::now();
    let requests = b"GET / HTTP/1.1\r\n\r\n".repeat(500);
    let end = loop {
        // Stops when the server has gone; while it does not read, a write waits.
        let sending = writing.write_all(&requests);
        match tokio::time::timeout_at((since + CLOSE_TIMEOUT).into(), sending).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => break Some(since.elapsed()),
            Err(_) => break None,
        }
    };
    drop(reading);
    Some(End {
        after: end,
        status: None,
    })
}

pub(super) async fn odd_timeouts(abuse: Abuse) -> Vec<End> {
    let body_at = abuse
        .good
        .windows(4)
        .position(|bytes| bytes == b"\r\n\r\n")
        .unwrap_or(0)
        + 4;
    let body = &abuse.good[body_at..];
    let mut ends = Vec::new();
    for query in [
        "?timeout=0s",
        "?timeout=-1s",
        "?timeout=1e9s",
        "?timeout=99999999999999999999999999s",
        "?timeout=18446744073709551615s",
        "?timeout=s",
        "?timeout=%00",
        "?timeout=1s&timeout=0s",
        "?timeout",
        "?",
        "?timeout=30s",
    ] {
        let since = Instant::now();
        let asked = async { abuse.target.open().await?.ask(&request(query, body)).await };
        let status = asked.await.ok().map(|(status, _)| status);
        let after = Some(since.elapsed());
        ends.push(End { after, status });
    }
    tokio::time::sleep(abuse.lasting).await;
    ends
}

pub(super) async fn no_json(abuse: Abuse) -> MaybeEnd {
    let body_at = abuse
        .good
        .windows(4)
        .position(|bytes| bytes == b"\r\n\r\n")?
        + 4;
    let body = &abuse.good[body_at..];
    let mut connection = abuse.target.open().await.ok()?;
    let mut end = None;
    for bad in [
        body[..body.len() / 2].to_vec(),
        vec![b'['; 100_000],
        b"{\"a\":".repeat(100_000),
        vec![0xff; 60_000],
        Vec::new(),
        vec![b' '; 1 << 20],
        b"{\"request\":{\"object\":".repeat(50_000),
    ] {
        let since = Instant::now();
        let (status, _) = connection.ask(&request("", &bad)).await.ok()?;
        let (after, status) = (Some(since.elapsed()), Some(status));
        let worst = end.is_none_or(|known: End| known.status == Some(400));
        if worst {
            end = Some(End { after, status });
        }
    }
    end
}

/// Every shape in turn, from several clients, which like the API server wait a second after a 429.
pub(super) async fn worst(abuse: Abuse, bytes: usize, clients: usize) -> Vec<End> {
    let mut all = JoinSet::new();
    for client in 0..clients {
        let abuse = abuse.clone();
        all.spawn(async move {
            let mut ends = Vec::new();
            for turn in 0..SHAPES.len() {
                let shape = &SHAPES[(turn + client * SHAPES.len() / clients) % SHAPES.len()];
                let request = request("?timeout=10s", &shape.review(bytes));
                for _ in 0..10 {
                    let since = Instant::now();
                    let asked = async { abuse.target.open().await?.ask(&request).await };
                    let status = asked.await.ok().map(|(status, _)| status);
                    if status == Some(429) {
                        tokio::time::sleep(Duration::from_millis(300)).await;
                        continue;
                    }
                    let after = Some(since.elapsed());
                    ends.push(End { after, status });
                    break;
                }
            }
            ends
        });
    }
    all.join_all().await.concat()
}
