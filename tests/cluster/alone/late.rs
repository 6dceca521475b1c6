//! Watches that are a moment behind.

use std::fs;
use std::time::Duration;

use control_plane::{ControlPlane, Options};
use serde_json::Value;

use crate::objects::{BAD, GOOD, account, binding, deployment, manifest, namespace, role};
use crate::slow;
use crate::support::{Said, Webhook, deploy, free_address, kubectl, until, until_asked};

#[test]
fn what_is_applied_together_is_judged_together_though_it_is_seen_late() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    let address = free_address();
    let kubeconfig = deploy(&plane, address.port());
    let (_, port) = plane.url().rsplit_once(':').unwrap();
    let late = slow::behind(port.parse().unwrap(), Duration::from_millis(200));
    let told = fs::read_to_string(&kubeconfig).unwrap();
    fs::write(
        &kubeconfig,
        told.replace(plane.url(), &format!("https://{late}")),
    )
    .unwrap();
    let webhook = Webhook::start_at(&plane, "leaselint", &kubeconfig, &[], address);
    until_asked(&plane, "default");
    let apply = |objects: &[Value]| -> Said {
        kubectl(
            &plane,
            &["apply", "-f", "-"],
            &manifest(objects).to_string(),
        )
    };

    // A namespace is what its label says from its first object on.
    apply(&[
        namespace("trial", Some("warn")),
        deployment("trial", "bad", BAD, 2),
    ])
    .passes()
    .names("lease-not-above-renew");
    apply(&[
        namespace("strict", None),
        deployment("strict", "bad", BAD, 2),
    ])
    .refused_by("lease-not-above-renew");

    // Rights that came right before are there.
    let all = ["get", "create", "update"];
    apply(&[
        namespace("quiet", None),
        account("quiet"),
        role("quiet", &all),
        binding("quiet"),
        deployment("quiet", "orders", GOOD, 2),
    ])
    .passes_silently();

    // Rights that come with another role may go from the old one.
    apply(&[
        account("strict"),
        role("strict", &all),
        binding("strict"),
        deployment("strict", "orders", GOOD, 2),
    ])
    .passes();
    until("the elector is known", || {
        webhook.metric("leaselint_electors", &[]) >= 2.0
    });
    let (mut other, mut bound) = (role("strict", &all), binding("strict"));
    for object in [&mut other, &mut bound] {
        object["metadata"]["name"] = "other".into();
    }
    bound["roleRef"]["name"] = "other".into();
    apply(&[role("strict", &["get"])]).refused_by("access-withdrawn");
    apply(&[other, bound, role("strict", &["get"])]).passes();
}
