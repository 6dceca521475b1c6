//! A replica that is asked to leave loses no request.

use std::time::Duration;

use control_plane::{ControlPlane, Options};

use crate::load::{Load, Service};
use crate::objects::namespace;
use crate::support::{WebhookProcess, deploy, kubectl, set_failure_policy, until, until_asked};

/// How long a Service goes on sending connections to a pod that was asked to leave.
const ENDPOINTS_LAG: Duration = Duration::from_secs(2);

#[test]
fn no_request_is_lost_when_replicas_are_replaced_under_load() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    let service = Service::start();
    let kubeconfig = deploy(&plane, service.address.port());
    // With Ignore a lost request would pass unseen.
    set_failure_policy(&plane, "Fail");
    let start = |name: &str| WebhookProcess::start(&plane, name, &kubeconfig, &["--lame-duck=5"]);
    let mut replicas = vec![start("one"), start("two")];
    let listening = |replicas: &[WebhookProcess]| -> Vec<_> {
        let ready = replicas.iter().filter(|replica| replica.is_ready());
        ready.map(|replica| replica.listen).collect()
    };
    service.set(&listening(&replicas));
    kubectl(
        &plane,
        &["apply", "-f", "-"],
        &namespace("load", None).to_string(),
    )
    .passes();
    until_asked(&plane, "load");

    let load = Load::start(plane.client(), "load", 30, Duration::from_millis(150));
    for name in ["three", "four"] {
        std::thread::sleep(Duration::from_secs(1));
        replicas.push(start(name));
        let leaving = replicas.remove(0);
        leaving.signal("TERM");
        until("it is not ready any more", || !leaving.is_ready());
        std::thread::sleep(ENDPOINTS_LAG);
        service.set(&listening(&replicas));
        until("it has ended", || {
            leaving.process.lock().unwrap().ended().unwrap().is_some()
        });
        assert!(!leaving.log().contains("out-of-time"), "{}", leaving.log());
        let status = leaving.process.lock().unwrap().ended().unwrap();
        assert_eq!(status.and_then(|status| status.code()), Some(0));
    }
    std::thread::sleep(Duration::from_secs(1));
    let tally = load.end();
    assert_eq!(tally.failed, Vec::<String>::new());
    assert!(tally.admitted > 500, "{tally:?}");
}
