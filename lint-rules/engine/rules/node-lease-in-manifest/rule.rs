//! A Lease in `kube-node-lease`, which belongs to the kubelets.

use crate::{
    Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink, first_fitting,
};
use objects::{Object, ObjectKind};

pub static RULE: Rule = Rule {
    id: "node-lease-in-manifest",
    group: Group::Objects,
    summary: "a manifest writes a Lease into kube-node-lease",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &["metadata.uid"],
    check: Check::Object(check),
};

fn check(object: &Object<'_>, sink: &mut Sink<'_>) {
    // An object with a uid comes from an API server: it is a kubelet's own Lease.
    if object.kind() != ObjectKind::Lease || object.metadata("uid").is_some() {
        return;
    }
    let Some(namespace) = object.metadata("namespace") else {
        return;
    };
    if namespace.as_str() != Some("kube-node-lease") {
        return;
    }
    let name = object.name().unwrap_or_default();
    let message = first_fitting([
        format!("the manifest writes Lease {name} into kube-node-lease"),
        "the manifest writes a Lease into kube-node-lease".to_owned(),
    ]);
    sink.report(
        Draft::new(object.place_of(namespace), message)
            .help(format!(
                "The Leases there are the heartbeats of nodes. If a node is called {name}, this manifest breaks or fakes its \
                 heartbeat, and the control plane takes a healthy node for dead or a dead one for healthy. If no node is \
                 called so, the Lease is never removed."
            ))
            .remedy("Leave these Leases to the kubelets, and put a lock into the namespace of its program."),
    );
}
