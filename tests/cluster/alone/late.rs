//! Watches that are a moment behind.

use std::fs;
use std::time::Duration;

use control_plane::{ControlPlane, Options};
use serde_json::Value;

use crate::objects::{
    BAD, GOOD, account, binding, deployment, manifest, namespace, role, strict_namespace,
};
use crate::slow;
use crate::support::{
    KubectlOutcome, WebhookProcess, deploy, free_address, kubectl, until, until_asked,
};

#[test]
fn what_is_applied_together_is_judged_together_though_it_is_seen_late() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    let address = free_address();
    let kubeconfig = deploy(&plane, address.port());
    let (_, port) = plane.url().rsplit_once(':').unwrap();
    let late = slow::behind(port.parse().unwrap(), Duration::from_millis(100));
    let told = fs::read_to_string(&kubeconfig).unwrap();
    fs::write(
        &kubeconfig,
        told.replace(plane.url(), &format!("https://{late}")),
    )
    .unwrap();
    let _webhook = WebhookProcess::start_at(&plane, "leaselint", &kubeconfig, &[], address);
    until_asked(&plane, "default");
    let apply = |objects: &[Value]| -> KubectlOutcome {
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
    once("a new namespace is guarded", |name| {
        let bad = deployment(name, "bad", BAD, 2);
        !apply(&[namespace(name, None), bad]).passed
    });

    // Rights that came right before are there.
    let all = ["get", "create", "update"];
    let application = |name: &str| {
        [
            strict_namespace(name),
            account(name),
            role(name, &all),
            binding(name),
            deployment(name, "orders", GOOD, 2),
        ]
    };
    once("an application comes without a word", |name| {
        let said = apply(&application(name)).passes();
        said.words.is_empty()
    });

    // Rights that come with another role may go from the old one.
    once("rights come another way", |name| {
        apply(&application(name)).passes();
        let less = role(name, &["get"]);
        until("the elector is known", || {
            let arguments = ["apply", "--dry-run=server", "-f", "-"];
            !kubectl(&plane, &arguments, &less.to_string()).passed
        });
        let (mut other, mut bound) = (role(name, &all), binding(name));
        for object in [&mut other, &mut bound] {
            object["metadata"]["name"] = "other".into();
        }
        bound["roleRef"]["name"] = "other".into();
        apply(std::slice::from_ref(&less)).refused_by("access-withdrawn");
        apply(&[other, bound, less]).passed
    });
}

/// Tries in one new namespace after the other: what has to come within a moment may come later on a
/// busy machine, but not each time.
fn once(what: &str, holds: impl Fn(&str) -> bool) {
    let name = what.replace(' ', "-");
    let tries = (0..6).any(|number| holds(&format!("{name}-{number}")));
    assert!(tries, "never: {what}");
}
