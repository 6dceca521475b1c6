//! An account that loses the right to see what its answers rest on.

use std::fs;
use std::time::Duration;

use control_plane::{ControlPlane, Options};
use serde_json::json;

use crate::objects::{OFF, listed, namespace};
use crate::slow::Link;
use crate::support::{WebhookProcess, deploy, free_address, kubectl, patch_webhooks, until};

#[test]
fn a_number_of_replicas_is_not_denied_by_facts_that_may_not_be_read_any_more() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    let kubeconfig = deploy(&plane, free_address().port());
    let (_, port) = plane.url().rsplit_once(':').unwrap();
    let link = Link::to(port.parse().unwrap(), Duration::ZERO);
    let written = fs::read_to_string(&kubeconfig).unwrap();
    let linked = format!("https://{}", link.address);
    fs::write(&kubeconfig, written.replace(plane.url(), &linked)).unwrap();
    for object in [
        namespace("scales", None),
        listed("scales", "orders", OFF, 1),
    ] {
        kubectl(&plane, &["apply", "-f", "-"], &object.to_string()).passes();
    }
    let webhook = WebhookProcess::start(&plane, "leaselint", &kubeconfig, &[]);
    patch_webhooks(
        &plane,
        "clientConfig/service/port",
        &webhook.listen.port().into(),
    );
    let scale = || {
        let scale = ["scale", "-n", "scales", "deployment/orders"];
        kubectl(
            &plane,
            &[&scale[..], &["--replicas=2", "--dry-run=server"]].concat(),
            "",
        )
    };
    until("what is known denies", || !scale().passed);
    scale().refused_by("replicas-without-election");

    // The rule of the account that names Deployments comes second.
    let less = json!([
        {"op": "test", "path": "/rules/1/resources/0", "value": "deployments"},
        {"op": "remove", "path": "/rules/1/resources/0"},
    ]);
    let patch = ["patch", "clusterrole", "leaselint", "--type=json", "-p"];
    kubectl(&plane, &[&patch[..], &[&less.to_string()]].concat(), "").passes();
    // A watch that is open stays open; the next one is not allowed.
    link.cut();
    let forbidden = [r#"resource="deployments""#, r#"state="forbidden""#];
    until("the resource is known to be forbidden", || {
        webhook.metric("leaselint_watch", &forbidden) > 0.5
    });
    scale().passes();
}
