//! The lock of a component that every cluster has, claimed by another workload.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use objects::WorkloadKind;
use programs::{Resolved, Setting};

/// The record.
pub static RULE: Rule = Rule {
    id: "control-plane-lock",
    group: Group::Lock,
    summary: "a workload claims the lock of a control plane component",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Elector(check),
};

/// Where the control plane's locks are.
const NAMESPACE: &str = "kube-system";

/// The locks of the control plane (kubernetes 1.37, `cmd/*/app/options`), and whether every cluster has the component.
const COMPONENT_LOCKS: [(&str, bool); 3] = [
    ("kube-scheduler", true),
    ("kube-controller-manager", true),
    ("cloud-controller-manager", false),
];

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    // A build may still change names and namespaces.
    if !elector.may_be_on()
        || elector.fragment
        || elector.unbuilt
        || elector.locks_elsewhere()
        || elector.may_be_static()
    {
        return;
    }
    let (Some(namespace), Some(name)) = (elector.lock_namespace.known(), elector.lock_name.known())
    else {
        return;
    };
    let component = COMPONENT_LOCKS
        .into_iter()
        .find(|(component, _)| *component == name.value);
    let Some((component, is_in_every_cluster)) = component else {
        return;
    };
    if namespace.value != NAMESPACE || is_the_component(elector, component, is_in_every_cluster) {
        return;
    }
    let place = elector.place_of(&elector.lock_name);
    if let Resolved::Unknown(because) = &elector.switch {
        let reason = format!(
            "the lock is that of {component}, and whether this program elects is not known: {}",
            because.reason
        );
        sink.not_judged(place, because.code, reason);
        return;
    }
    let message =
        format!("the lock {NAMESPACE}/{component} belongs to the cluster's control plane");
    let (severity, has) = if is_in_every_cluster {
        (Severity::Error, "Every cluster has")
    } else {
        (Severity::Warning, "A cluster with a cloud provider has")
    };
    let remedy = match elector.flag_of(Setting::LockName) {
        Some(flag) => format!("Give this program a lock of its own with `--{flag}`."),
        None => match elector
            .program
            .spec(Setting::LockName)
            .and_then(|spec| spec.keys.first())
        {
            Some(key) => format!("Give this program a lock of its own with `{key}`."),
            None => {
                "Give this program a lock with another name or in another namespace.".to_owned()
            }
        },
    };
    let draft = Draft::new(place, message)
        .help(format!(
            "{has} a {component} that holds this lock. While it does, the pods of this workload wait and do nothing. \
             When they acquire the lock first, the cluster's own {component} stops working."
        ))
        .remedy(remedy)
        .severity(severity)
        .rests_on([&namespace.origin, &name.origin])
        .related_origin(&namespace.origin, "the lock's namespace");
    sink.report(draft);
}

/// Whether the workload is the component itself: it has its name, as a static pod has it with the node's name behind.
/// A cloud provider's own manager has any name.
fn is_the_component(elector: &Elector<'_>, component: &str, is_in_every_cluster: bool) -> bool {
    if !is_in_every_cluster && elector.program.part_of_system {
        return true;
    }
    let name = elector.object.name().unwrap_or_default();
    let is_pod = elector.workload.kind() == WorkloadKind::Pod;
    let is_named = match name.strip_prefix(component) {
        Some("") => true,
        Some(rest) => is_pod && rest.starts_with('-'),
        None => false,
    };
    is_named
        && elector
            .object
            .namespace()
            .is_none_or(|own| own == NAMESPACE)
}
