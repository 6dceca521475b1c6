//! An API server that cannot be reached any more, and does not say so.

use std::fs;
use std::time::{Duration, Instant};

use control_plane::{ControlPlane, Options};

use crate::slow;
use crate::support::{WebhookProcess, deploy, free_address, until};

/// What is seen may be believed for less than a minute.
const MAX_BELIEF_TIME: Duration = Duration::from_secs(60);

#[test]
#[ignore = "it takes two minutes: .ci/extended"]
fn facts_behind_a_dead_connection_are_believed_for_less_than_a_minute() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    let kubeconfig = deploy(&plane, free_address().port());
    let (_, port) = plane.url().rsplit_once(':').unwrap();
    let link = slow::Link::to(port.parse().unwrap(), Duration::ZERO);
    let written = fs::read_to_string(&kubeconfig).unwrap();
    let linked = format!("https://{}", link.address);
    fs::write(&kubeconfig, written.replace(plane.url(), &linked)).unwrap();
    let webhook = WebhookProcess::start(&plane, "leaselint", &kubeconfig, &[]);

    // A quiet cluster is no reason for doubt.
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(100) {
        assert!(webhook.is_ready(), "{}", webhook.log());
        std::thread::sleep(Duration::from_millis(500));
    }
    assert!(
        !webhook.log().contains("cluster-watch"),
        "{}",
        webhook.log()
    );

    link.freeze(true);
    let frozen = Instant::now();
    until("it is not ready", || !webhook.is_ready());
    let took = frozen.elapsed();
    println!("not ready after {} s", took.as_secs());
    // A busy machine takes some seconds more.
    assert!(took < MAX_BELIEF_TIME + Duration::from_secs(15), "{took:?}");
    assert!(webhook.metric("leaselint_watch", &[r#"state="stale""#]) > 0.0);

    link.freeze(false);
    until("it is ready again", || webhook.is_ready());
}
