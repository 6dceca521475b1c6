//! A lock in a namespace of the cluster itself.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use programs::Setting;

/// The record.
pub static RULE: Rule = Rule {
    id: "lock-in-system-namespace",
    group: Group::Lock,
    summary: "the lock is in kube-system, default or kube-node-lease, and the program is not part of the system",
    severity: Severity::Info,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    let program = elector.program;
    if !elector.may_be_on() || program.part_of_system || program.never_elects {
        return;
    }
    let Some(namespace) = elector.lock_namespace.known() else {
        return;
    };
    // The overlay may still set another namespace.
    if elector.unbuilt && elector.object.namespace() == Some(namespace.value.as_str()) {
        return;
    }
    let own_default = program
        .spec(Setting::LockNamespace)
        .and_then(|spec| spec.default.as_deref());
    if own_default == Some(namespace.value.as_str()) {
        return;
    }
    let (severity, help) = match namespace.value.as_str() {
        "kube-node-lease" => (
            Severity::Warning,
            "The leases in kube-node-lease are the heartbeats of the nodes. Cluster tools read and clean them as such, and \
             write access to them is enough to make a dead node look alive.",
        ),
        "kube-system" => (
            Severity::Info,
            "Managed clusters often forbid writes to kube-system, and a role for its leases reaches the locks of the control \
             plane as well.",
        ),
        "default" => (
            Severity::Info,
            "In this namespace are the locks of all programs that were installed without one, and a second installation with \
             the same name shares the lock.",
        ),
        _ => return,
    };
    let flag = elector.flag_of(Setting::LockNamespace);
    let remedy = match flag {
        // Where it is not written, this is the program's own namespace, and a flag would change nothing.
        Some(flag) if elector.lock_namespace.is_written() => {
            format!("Put the lock into the program's own namespace with `--{flag}`.")
        }
        _ => "Run the program in a namespace of its own.".to_owned(),
    };
    let place = namespace
        .origin
        .place
        .or_else(|| {
            elector
                .object
                .metadata("namespace")
                .map(|node| elector.object.place_of(node))
        })
        .unwrap_or_else(|| elector.name_place());
    let message = format!("the lock is in the namespace `{}`", namespace.value);
    let draft = Draft::new(place, message)
        .help(help)
        .remedy(remedy)
        .severity(severity)
        .rests_on([&namespace.origin]);
    sink.report(draft);
}
