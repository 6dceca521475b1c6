//! What was there before the webhook never blocks; what a change adds to it does.

use serde_json::{Value, json};

use crate::objects::{BAD, GOOD, RISKY, deployment};
use crate::support::{Cluster, KubectlOutcome, kubectl, until};

struct Past {
    cluster: std::sync::Arc<Cluster>,
    namespace: &'static str,
}

impl Past {
    /// A namespace in which the Deployment `orders` is wrong already.
    fn with_a_sin(namespace: &'static str) -> Option<Self> {
        let cluster = Cluster::shared()?;
        cluster.namespace_with_a_past(namespace, || {
            cluster
                .apply(&deployment(namespace, "orders", BAD, 2))
                .passes_silently();
        });
        Some(Self { cluster, namespace })
    }

    fn kubectl(&self, arguments: &[&str]) -> KubectlOutcome {
        let namespace = ["-n", self.namespace];
        self.cluster.kubectl(&[&namespace[..], arguments].concat())
    }

    fn apply(&self, change: impl FnOnce(&mut Value)) -> KubectlOutcome {
        let mut object = deployment(self.namespace, "orders", BAD, 2);
        change(&mut object);
        self.cluster.apply(&object)
    }

    fn path(&self) -> String {
        format!(
            "/apis/apps/v1/namespaces/{}/deployments/orders",
            self.namespace
        )
    }
}

fn arguments(object: &mut Value) -> &mut Value {
    &mut object["spec"]["template"]["spec"]["containers"][0]["args"]
}

#[test]
fn an_old_sin_is_named_and_does_not_block_what_has_nothing_to_do_with_it() {
    let Some(past) = Past::with_a_sin("old-sins") else {
        return;
    };
    let told = |said: KubectlOutcome| said.passes().names("lease-not-above-renew");
    told(past.apply(|object| object["spec"]["replicas"] = 3.into()));
    told(past.kubectl(&[
        "set",
        "image",
        "deployment/orders",
        "manager=registry.example/orders:v2",
    ]));
    told(past.kubectl(&["rollout", "restart", "deployment/orders"]));
    told(past.kubectl(&["label", "deployment/orders", "team=a"]));
    told(past.kubectl(&["rollout", "undo", "deployment/orders"]));
    told(past.kubectl(&["rollout", "pause", "deployment/orders"]));
}

#[test]
fn what_makes_it_worse_is_refused_and_what_mends_it_passes() {
    let Some(past) = Past::with_a_sin("worse-sins") else {
        return;
    };
    // Another one, beside the old one.
    past.apply(|object| {
        *arguments(object) = json!([
            "--leader-elect",
            "--leader-elect-lease-duration=10s",
            "--leader-elect-renew-deadline=10s",
            "--leader-elect-retry-period=9s",
        ]);
    })
    .refused_by("renew-not-above-retry");
    // The same sin by smaller numbers was there; by larger ones it is worse.
    let timed = |lease: &str, renew: &str| {
        past.apply(|object| {
            *arguments(object) = json!([
                "--leader-elect",
                format!("--leader-elect-lease-duration={lease}"),
                format!("--leader-elect-renew-deadline={renew}"),
                "--leader-elect-retry-period=2s",
            ]);
        })
    };
    timed("10s", "11s").refused_by("lease-not-above-renew");
    timed("12s", "12s").passes().names("lease-not-above-renew");
    past.apply(|object| *arguments(object) = RISKY.into())
        .passes();
    past.apply(|object| *arguments(object) = GOOD.into())
        .passes();
    // Once mended, it is a sin again.
    past.apply(|_| ()).refused_by("lease-not-above-renew");
}

#[test]
fn controllers_work_on_and_the_way_out_is_open() {
    let Some(past) = Past::with_a_sin("last-days") else {
        return;
    };
    // The Deployment's controller makes and scales ReplicaSets of what is wrong, and writes status.
    past.kubectl(&["rollout", "restart", "deployment/orders"])
        .passes();
    until("the controller has made ReplicaSets and told of it", || {
        let sets = past.kubectl(&["get", "replicasets", "-o", "name"]);
        let object = past.cluster.get(&past.path());
        sets.printed.lines().count() == 2
            && object["status"]["observedGeneration"] == object["metadata"]["generation"]
    });
    let status = r#"{"status":{"conditions":[{"type":"Tested","status":"True"}]}}"#;
    let patch = ["patch", "deployment", "orders", "--subresource=status"];
    past.kubectl(&[&patch[..], &["--type=merge", "-p", status]].concat())
        .passes_silently();

    let finalizer = |list: &str| format!(r#"{{"metadata":{{"finalizers":{list}}}}}"#);
    let patch =
        |text: &str| past.kubectl(&["patch", "deployment", "orders", "--type=merge", "-p", text]);
    patch(&finalizer(r#"["example.org/wait"]"#)).passes();
    past.kubectl(&["delete", "deployment", "orders", "--wait=false"])
        .passes_silently();
    let object = past.cluster.get(&past.path());
    assert!(object["metadata"]["deletionTimestamp"].is_string());
    patch(&finalizer("null")).passes_silently();
    until("it is gone", || {
        !past.kubectl(&["get", "deployment", "orders"]).passed
    });
    until("its ReplicaSets are gone", || {
        let sets = past.kubectl(&["get", "replicasets", "-o", "name"]);
        sets.printed.is_empty()
    });
}

#[test]
fn a_bad_object_is_deleted_however_that_is_asked() {
    let Some(past) = Past::with_a_sin("ends") else {
        return;
    };
    past.kubectl(&["delete", "deployments", "--all", "--cascade=orphan"])
        .passes_silently();
    // What is orphaned is nobody's any more, and belongs to whoever changes it.
    let name = past.kubectl(&["get", "replicasets", "-o", "name"]).printed;
    past.kubectl(&["label", name.trim(), "left=behind"])
        .passes();
    past.kubectl(&["scale", name.trim(), "--replicas=0"])
        .passes();
    past.kubectl(&["delete", name.trim(), "--cascade=foreground"])
        .passes_silently();
}

#[test]
fn an_ignore_with_a_reason_is_honoured_and_its_end_is_a_change() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    cluster.namespace("ignores");
    let mut object = deployment("ignores", "orders", BAD, 2);
    object["metadata"]["annotations"] =
        json!({"leaselint.io/ignore.lease-not-above-renew": "the program waits by itself"});
    cluster.apply(&object).passes();
    let remove = ["annotate", "deployment", "orders", "-n", "ignores"];
    let key = "leaselint.io/ignore.lease-not-above-renew-";
    let said = kubectl(&cluster.plane, &[&remove[..], &[key]].concat(), "");
    said.refused_by("lease-not-above-renew");
}
