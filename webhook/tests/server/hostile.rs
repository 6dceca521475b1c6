//! Clients that do what they should not: each is closed within its deadline, and meanwhile good
//! requests are answered.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hyper::StatusCode;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::task::JoinSet;
use webhook::review::Policy;
use webhook::server::ServerOptions;

use crate::support::{GOOD, PATIENCE, RunningServer, deployment, options, request, review, start};

/// The deadlines of `options()`, the time between two looks at them, and room for a busy machine.
const CLOSED_WITHIN: Duration = Duration::from_secs(8);

fn body() -> String {
    review(request("CREATE", &deployment(GOOD), &Value::Null)).to_string()
}

async fn server() -> RunningServer {
    start(options(), Policy::default()).await
}

/// Reads until the other side ends it, and says how long that took.
async fn until_closed(mut stream: impl AsyncRead + Unpin) -> Duration {
    let began = Instant::now();
    let mut sink = Vec::new();
    let read = stream.read_to_end(&mut sink);
    // A reset ends it, too.
    let _ = tokio::time::timeout(PATIENCE, read)
        .await
        .expect("never closed");
    began.elapsed()
}

/// Good requests over old and new connections until the bad ones are gone.
async fn while_good_ones_are_answered(running: &RunningServer, mut bad: JoinSet<Duration>) {
    let mut client = running.connect().await;
    let body = body();
    let mut answered = 0;
    while !bad.is_empty() {
        let reply = client.post(body.clone()).await.unwrap();
        assert_eq!(reply.status, StatusCode::OK);
        assert_eq!(running.post(body.clone()).await.status, StatusCode::OK);
        answered += 1;
        let next = tokio::time::timeout(Duration::from_millis(20), bad.join_next());
        if let Ok(Some(closed)) = next.await {
            let after = closed.unwrap();
            assert!(after < CLOSED_WITHIN, "closed only after {after:?}");
        }
    }
    assert!(answered > 0);
}

#[tokio::test]
async fn silent_connections_are_closed() {
    let running = server().await;
    let mut bad = JoinSet::new();
    for _ in 0..40 {
        let stream = running.tcp().await;
        bad.spawn(until_closed(stream));
    }
    while_good_ones_are_answered(&running, bad).await;
    assert!(running.metric("leaselint_rejections_total{reason=\"slow-handshake\"}") >= 40.0);
}

#[tokio::test]
async fn silence_after_the_handshake_is_closed() {
    let running = server().await;
    let mut bad = JoinSet::new();
    for _ in 0..40 {
        let stream = running.tls().await;
        bad.spawn(until_closed(stream));
    }
    while_good_ones_are_answered(&running, bad).await;
}

/// Writes a byte now and then for ever.
async fn drip(stream: impl AsyncRead + AsyncWrite + Unpin, head: &str) -> Duration {
    let began = Instant::now();
    let (mut reading, mut writing) = tokio::io::split(stream);
    writing.write_all(head.as_bytes()).await.unwrap();
    let dripping = async {
        while writing.write_all(b"a").await.is_ok() && writing.flush().await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let mut sink = Vec::new();
    tokio::select! {
        () = dripping => {}
        _ = reading.read_to_end(&mut sink) => {}
        () = tokio::time::sleep(PATIENCE) => panic!("never closed"),
    }
    began.elapsed()
}

#[tokio::test]
async fn dripped_heads_and_bodies_are_closed() {
    let running = server().await;
    let mut bad = JoinSet::new();
    for _ in 0..20 {
        bad.spawn(drip(
            running.tls().await,
            "POST /validate HTTP/1.1\r\nhost: x\r\nx-slow: ",
        ));
        let head = "POST /validate HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n{";
        bad.spawn(drip(running.tls().await, head));
    }
    while_good_ones_are_answered(&running, bad).await;
    assert!(running.metric("leaselint_rejections_total{reason=\"slow-headers\"}") >= 20.0);
    assert!(running.metric("leaselint_rejections_total{reason=\"slow-body\"}") >= 20.0);
}

#[tokio::test]
async fn a_second_request_that_begins_and_stalls_is_closed_before_the_idle_time() {
    let running = server().await;
    let mut stream = running.tls().await;
    let body = body();
    let head = format!(
        "POST /validate HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(drip(stream, "POST /vali").await < CLOSED_WITHIN);
}

#[tokio::test]
async fn who_does_not_read_answers_is_not_read_from_and_closed() {
    let running = server().await;
    let (reading, mut writing) = tokio::io::split(running.tls().await);
    // Long answers to short requests: what the network holds is soon full.
    let request = b"POST /validate HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}".repeat(100);
    let sending = async { while writing.write_all(&request).await.is_ok() {} };
    tokio::time::timeout(PATIENCE * 2, sending)
        .await
        .expect("never closed");
    assert!(running.metric("leaselint_rejections_total{reason=\"unread-answer\"}") >= 1.0);
    drop(reading);
    assert_eq!(running.post(body()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_reads_answers_late_gets_all_of_them() {
    let options = ServerOptions {
        unread: Duration::from_secs(30),
        ..options()
    };
    let running = start(options, Policy::default()).await;
    let (mut reading, mut writing) = tokio::io::split(running.tls().await);
    let one = b"POST /validate HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}";
    let (sent, waited) = (40_000, Duration::from_secs(2));
    let sending = tokio::spawn(async move {
        let request = one.repeat(100);
        for _ in 0..sent / 100 {
            writing.write_all(&request).await.unwrap();
        }
        let last = b"POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        writing.write_all(last).await.unwrap();
        writing.flush().await.unwrap();
        writing
    });
    tokio::time::sleep(waited).await;
    let mut answers = Vec::new();
    let read = reading.read_to_end(&mut answers);
    tokio::time::timeout(PATIENCE * 3, read)
        .await
        .unwrap()
        .unwrap();
    let text = String::from_utf8(answers).unwrap();
    assert_eq!(text.matches("HTTP/1.1 400").count(), sent);
    assert_eq!(text.matches("HTTP/1.1 404").count(), 1);
    drop(sending.await.unwrap());
}

#[tokio::test]
async fn an_idle_connection_outlives_the_deadline_of_a_head() {
    let running = server().await;
    let mut client = running.connect().await;
    assert_eq!(client.post(body()).await.unwrap().status, StatusCode::OK);
    tokio::time::sleep(options().headers * 2).await;
    assert_eq!(client.post(body()).await.unwrap().status, StatusCode::OK);
}

#[tokio::test]
async fn plain_http_on_the_tls_port_is_closed() {
    let running = server().await;
    let mut stream = running.tcp().await;
    stream
        .write_all(b"GET /validate HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    assert!(until_closed(stream).await < CLOSED_WITHIN);
    assert_eq!(running.post(body()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_body_of_100_mb_is_refused_without_reading_it() {
    let running = server().await;
    // Announced: refused by the head alone.
    let mut stream = running.tls().await;
    let head = "POST /validate HTTP/1.1\r\nhost: x\r\ncontent-length: 100000000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
    assert!(until_closed(stream).await < CLOSED_WITHIN);

    // Not announced: refused once it is more than allowed.
    let (mut reading, mut writing) = tokio::io::split(running.tls().await);
    let head = "POST /validate HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";
    writing.write_all(head.as_bytes()).await.unwrap();
    let sending = tokio::spawn(async move {
        let mut chunk = format!("{:x}\r\n", 1 << 20).into_bytes();
        chunk.extend(vec![b' '; 1 << 20]);
        chunk.extend(b"\r\n");
        let mut sent = 0;
        while sent < 100 && writing.write_all(&chunk).await.is_ok() {
            sent += 1;
        }
        sent
    });
    let mut answer = [0; 12];
    let answered = tokio::time::timeout(PATIENCE, reading.read_exact(&mut answer)).await;
    if answered.unwrap().is_ok() {
        assert_eq!(&answer, b"HTTP/1.1 413");
    }
    assert!(sending.await.unwrap() < 100, "the whole body was taken");
    assert!(running.metric("leaselint_rejections_total{reason=\"body-too-large\"}") >= 2.0);
    assert_eq!(running.post(body()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn large_bodies_share_a_bounded_room_and_small_ones_need_none() {
    let running = start(
        ServerOptions {
            bodies: 256 << 10,
            body: Duration::from_secs(60),
            ..options()
        },
        Policy::default(),
    )
    .await;
    // Takes what there is and stalls.
    let mut hog = running.tls().await;
    let head = "POST /validate HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n";
    hog.write_all(head.as_bytes()).await.unwrap();
    hog.write_all(&vec![b' '; 200 << 10]).await.unwrap();
    hog.flush().await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let reply = running.post(vec![b' '; 100 << 10]).await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(reply.headers["retry-after"], "1");
    assert_eq!(running.post(body()).await.status, StatusCode::OK);
    // Who has stalled for a while gives way.
    tokio::time::sleep(Duration::from_millis(1200)).await;
    let reply = running.post(vec![b' '; 100 << 10]).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST, "read and no review");
    assert!(until_closed(hog).await < CLOSED_WITHIN);
}

#[tokio::test]
async fn a_large_body_leaves_room_for_small_ones() {
    let running = start(
        ServerOptions {
            bodies: 256 << 10,
            large_bodies: 128 << 10,
            body: Duration::from_secs(60),
            ..options()
        },
        Policy::default(),
    )
    .await;
    let mut hog = running.tls().await;
    let head = "POST /validate HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n";
    hog.write_all(head.as_bytes()).await.unwrap();
    // It may be closed before it has written everything.
    drop(hog.write_all(&vec![b' '; 200 << 10]).await);
    drop(hog.flush().await);
    tokio::time::sleep(Duration::from_millis(200)).await;
    // Above what needs no share, and at once.
    let mut small = body();
    small.push_str(&" ".repeat((40 << 10) - small.len()));
    assert_eq!(running.post(small).await.status, StatusCode::OK);
}

#[tokio::test]
async fn large_reviews_that_wait_do_not_stop_small_ones() {
    let running = server().await;
    let mut object = deployment(GOOD);
    object["metadata"]["annotations"] = serde_json::json!({"note": "x".repeat(100 << 10)});
    let large = review(request("CREATE", &object, &Value::Null)).to_string();
    let mut all = JoinSet::new();
    for _ in 0..40 {
        let dial = running.dialler();
        let large = large.clone();
        all.spawn(async move {
            let mut client = dial.connect().await.unwrap();
            client.post(large).await.unwrap().status
        });
    }
    while !all.is_empty() {
        assert_eq!(running.post(body()).await.status, StatusCode::OK);
        if let Ok(Some(status)) = tokio::time::timeout(Duration::ZERO, all.join_next()).await {
            assert_eq!(status.unwrap(), StatusCode::OK);
        }
    }
}

#[tokio::test]
async fn a_large_review_is_answered_on_the_side() {
    let running = server().await;
    let mut object = deployment(GOOD);
    object["metadata"]["annotations"] = serde_json::json!({"note": "x".repeat(600 << 10)});
    let asked = review(request("CREATE", &object, &Value::Null)).to_string();
    let reply = running.post(asked).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    assert_eq!(reply.response()["allowed"], true);
}

#[tokio::test]
async fn when_all_places_are_taken_strangers_make_room() {
    let running = start(
        ServerOptions {
            connections: 8,
            handshake: Duration::from_secs(10),
            headers: Duration::from_secs(10),
            ..options()
        },
        Policy::default(),
    )
    .await;
    let mut proven = running.connect().await;
    assert_eq!(proven.post(body()).await.unwrap().status, StatusCode::OK);
    let mut strangers = Vec::new();
    for _ in 0..30 {
        strangers.push(running.tcp().await);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(
        running.post(body()).await.status,
        StatusCode::OK,
        "a new one"
    );
    assert_eq!(
        proven.post(body()).await.unwrap().status,
        StatusCode::OK,
        "an old one"
    );
    assert!(running.metric("leaselint_rejections_total{reason=\"made-room\"}") >= 20.0);
    assert!(running.metric("leaselint_connections ") <= 9.0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_handshakes_stops_nobody() {
    let running = server().await;
    let mut client = running.connect().await;
    let body = body();
    let flood = async {
        for _ in 0..20 {
            let handshakes = (0..20).map(|_| running.try_tls());
            let mut all = Vec::new();
            for handshake in handshakes {
                all.push(handshake.await);
            }
            assert!(all.iter().any(Result::is_ok));
        }
    };
    let good = async {
        for _ in 0..200 {
            assert_eq!(
                client.post(body.clone()).await.unwrap().status,
                StatusCode::OK
            );
        }
    };
    tokio::time::timeout(PATIENCE * 3, async { tokio::join!(flood, good) })
        .await
        .expect("both end");
}

/// Another address of this machine. Linux has all of 127.0.0.0/8.
const GREEDY: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 66);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg(target_os = "linux")]
async fn an_address_that_floods_with_good_reviews_takes_neither_places_nor_seconds_from_another() {
    let running = start(
        ServerOptions {
            connections: 40,
            contested_rate: 50,
            handshake: Duration::from_secs(10),
            headers: Duration::from_secs(10),
            body: Duration::from_secs(10),
            ..options()
        },
        Policy::default(),
    )
    .await;
    let (greedy, ours) = (running.dialler().from(GREEDY), running.dialler());
    let stop = Arc::new(AtomicBool::new(false));
    let flood: Vec<_> = (0..44)
        .map(|_| {
            let (greedy, stop) = (greedy.clone(), Arc::clone(&stop));
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    if let Ok(mut client) = greedy.connect().await {
                        while client.post(body()).await.is_ok() && !stop.load(Ordering::Relaxed) {}
                    }
                    // Handshakes cost the machine that all tests share.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(500)).await;
    // On one connection, and on a new one each time: none is lost.
    let mut client = ours.connect().await.unwrap();
    for _ in 0..10 {
        assert_eq!(client.post(body()).await.unwrap().status, StatusCode::OK);
        let mut fresh = ours.connect().await.unwrap();
        assert_eq!(fresh.post(body()).await.unwrap().status, StatusCode::OK);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stop.store(true, Ordering::Relaxed);
    for task in flood {
        task.abort();
    }
    assert!(running.metric("leaselint_requests_throttled_total ") > 0.0);
}
