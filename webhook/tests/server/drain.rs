//! The way out: nothing that was asked is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use hyper::StatusCode;
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use webhook::review::Policy;
use webhook::server::{Ended, ServerOptions};

use crate::support::{GOOD, deployment, options, request, review, start};

fn body() -> String {
    review(request("CREATE", &deployment(GOOD), &Value::Null)).to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_load_every_request_that_was_taken_is_answered() {
    let mut running = start(options(), Policy::default()).await;
    let (answered, refused) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let leaving = Arc::new(AtomicBool::new(false));
    let mut clients = Vec::new();
    // Twenty clients with ten requests a second each. Like an API server, each keeps its connection,
    // and makes a new one when the old one was closed.
    for number in 0..20_u64 {
        let (answered, refused) = (Arc::clone(&answered), Arc::clone(&refused));
        let dial = running.dialler();
        let leaving = Arc::clone(&leaving);
        clients.push(tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(5 * number)).await;
            let mut kept = None;
            loop {
                let mut client = match kept.take() {
                    Some(client) => client,
                    None => match dial.connect().await {
                        Ok(client) => client,
                        // Nobody listens any more: an API server would be at another replica by now.
                        Err(_) => {
                            refused.fetch_add(1, Ordering::Relaxed);
                            assert!(leaving.load(Ordering::Relaxed), "refused before the signal");
                            return;
                        }
                    },
                };
                if !client.is_open().await {
                    continue;
                }
                let reply = client.post(body()).await.expect("a request was lost");
                assert_eq!(reply.status, StatusCode::OK);
                answered.fetch_add(1, Ordering::Relaxed);
                if reply
                    .headers
                    .get("connection")
                    .is_none_or(|value| value != "close")
                {
                    kept = Some(client);
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }));
    }
    // Until they are all at it, however busy the machine is.
    let are_busy = async {
        while answered.load(Ordering::Relaxed) < 100 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), are_busy)
        .await
        .expect("requests are answered");
    leaving.store(true, Ordering::Relaxed);
    running.signal();
    for client in clients {
        client.await.unwrap();
    }
    assert_eq!(running.ended().await, Ended::Drained);
    assert_eq!(refused.load(Ordering::Relaxed), 20);
}

#[tokio::test]
async fn answers_in_the_lame_duck_time_ask_to_leave() {
    let mut running = start(
        ServerOptions {
            lame_duck: Duration::from_secs(3),
            ..options()
        },
        Policy::default(),
    )
    .await;
    let mut old = running.connect().await;
    let reply = old.post(body()).await.unwrap();
    assert_eq!(reply.headers.get("connection"), None);
    running.signal();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let reply = old.post(body()).await.unwrap();
    assert_eq!(
        (reply.status, &reply.headers["connection"]),
        (StatusCode::OK, &"close".parse().unwrap())
    );
    let reply = running.post(body()).await;
    assert_eq!(
        reply.status,
        StatusCode::OK,
        "new connections are still taken"
    );
}

#[tokio::test]
async fn a_request_that_is_just_being_sent_is_waited_for() {
    let mut running = start(
        ServerOptions {
            lame_duck: Duration::from_millis(50),
            body: Duration::from_secs(10),
            ..options()
        },
        Policy::default(),
    )
    .await;
    let body = body();
    let (first, second) = body.split_at(body.len() / 2);
    let mut stream = running.tls().await;
    let head = format!(
        "POST /validate HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(first.as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    running.signal();
    tokio::time::sleep(Duration::from_millis(300)).await;
    stream.write_all(second.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut answer)
        .await
        .unwrap();
    let text = String::from_utf8_lossy(&answer);
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    assert!(text.contains("connection: close"), "{text}");
    assert_eq!(running.ended().await, Ended::Drained);
}

#[tokio::test]
async fn one_that_never_ends_does_not_hold_the_server() {
    let mut running = start(
        ServerOptions {
            lame_duck: Duration::from_millis(50),
            drain: Duration::from_millis(300),
            body: Duration::from_secs(60),
            ..options()
        },
        Policy::default(),
    )
    .await;
    let mut stream = running.tls().await;
    let head = "POST /validate HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    running.signal();
    assert_eq!(running.ended().await, Ended::OutOfTime(1));
}

#[tokio::test]
async fn silent_connections_do_not_hold_the_way_out() {
    let mut running = start(
        ServerOptions {
            lame_duck: Duration::from_millis(50),
            handshake: Duration::from_secs(300),
            headers: Duration::from_secs(300),
            drain: Duration::from_secs(300),
            ..options()
        },
        Policy::default(),
    )
    .await;
    let silent = (running.tcp().await, running.tls().await);
    running.signal();
    // `ended` waits for a fraction of those deadlines.
    assert_eq!(running.ended().await, Ended::Drained);
    drop(silent);
}

#[tokio::test]
async fn who_has_just_connected_still_gets_an_answer() {
    let mut running = start(
        ServerOptions {
            lame_duck: Duration::from_millis(50),
            ..options()
        },
        Policy::default(),
    )
    .await;
    let mut client = running.connect().await;
    running.signal();
    tokio::time::sleep(Duration::from_millis(250)).await;
    let reply = client.post(body()).await.expect("a request was lost");
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.headers["connection"], "close");
    assert_eq!(running.ended().await, Ended::Drained);
}
