//! The cluster comes up, and is cleaned up, without a webhook that must answer.

use std::path::Path;

use control_plane::{ControlPlane, Options};

use crate::objects::{GOOD, account, binding, deployment, namespace, role};
use crate::support::{
    WebhookProcess, deploy, free_address, kubectl, set_failure_policy, until, until_asked,
};

#[test]
fn a_cluster_comes_up_and_is_cleaned_up_while_its_webhook_is_away() {
    let Some(mut plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    let address = free_address();
    let kubeconfig = deploy(&plane, address.port());
    set_failure_policy(&plane, "Fail");
    let webhook = WebhookProcess::start_at(&plane, "leaselint", &kubeconfig, &[], address);
    let apply = |plane: &ControlPlane, object: &serde_json::Value| {
        kubectl(plane, &["apply", "-f", "-"], &object.to_string())
    };
    apply(&plane, &namespace("shop", None)).passes();
    until_asked(&plane, "shop");
    for object in [
        account("shop"),
        role("shop", &["get", "create", "update"]),
        binding("shop"),
        deployment("shop", "orders", GOOD, 2),
    ] {
        apply(&plane, &object).passes();
    }
    // As before an upgrade that brings a new role: the API server makes it at its start
    // (`rbac/bootstrap-roles`, v1.36), and ends if it cannot.
    let bootstrapper = ["clusterrole", "system:node-bootstrapper"];
    kubectl(&plane, &[&["delete"], &bootstrapper[..]].concat(), "").passes();
    webhook.process.lock().unwrap().kill();

    plane.restart_api_server().unwrap();
    until("the role is there again", || {
        kubectl(&plane, &[&["get"], &bootstrapper[..]].concat(), "").passed
    });
    // It is still the webhook of a cluster that insists.
    assert!(!apply(&plane, &deployment("shop", "more", GOOD, 2)).passed);

    // What it stands on can be given back to it, though no other role can be made.
    let own = ["delete", "clusterrole,clusterrolebinding", "leaselint"];
    kubectl(&plane, &own, "").passes();
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/base/rights.yaml");
    kubectl(&plane, &["apply", "-f", base.to_str().unwrap()], "").passes();
    let other = ["create", "clusterrole", "other", "--verb=get"];
    let other = [&other[..], &["--resource=pods"]].concat();
    assert!(!kubectl(&plane, &other, "").passed);

    // What controllers make of a Deployment was judged with it: it comes without the webhook.
    let controllers = plane
        .controllers(
            "controllers",
            &[
                "--leader-elect=false",
                "--controllers=deployment-controller,namespace-controller,garbage-collector-controller",
            ],
        )
        .unwrap();
    let made = |plane: &ControlPlane| {
        let get = ["get", "replicasets", "-n", "shop", "-o", "name"];
        kubectl(plane, &get, "").passes().printed
    };
    until("the ReplicaSet is made", || !made(&plane).is_empty());

    // Deletions are never refused, so nothing waits for it; a whole namespace can go.
    let delete = ["delete", "-n", "shop", "role,deployment", "--all"];
    kubectl(&plane, &delete, "").passes();
    let delete = ["delete", "namespace", "shop", "--timeout=100s"];
    kubectl(&plane, &delete, "").passes();
    drop(controllers);
}
