//! An elector that runs, and no such Lease.

use crate::{
    Check, Draft, FixAvailability, Group, LiveElector, Needs, Profile, Rule, Severity, Sink,
};
use election::access::LockResource;
use programs::Resolved;

/// The record.
pub static RULE: Rule = Rule {
    id: "election-without-lease",
    group: Group::Live,
    summary: "election is on and pods run, but there is no such Lease",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Live,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::LiveElector(check),
};

fn check(live: &LiveElector<'_, '_>, sink: &mut Sink<'_>) {
    let elector = live.elector;
    if !elector.is_on() || elector.locks_elsewhere() {
        return;
    }
    let is_lease = |word: &String| LockResource::Leases.is_part_of(word);
    if !elector.lock_type.value().is_some_and(is_lease) {
        return;
    }
    let (Resolved::Known(namespace), Resolved::Known(name)) =
        (&elector.lock_namespace, &elector.lock_name)
    else {
        return;
    };
    // The name of a lock that is only assumed proves nothing.
    if name.origin.kind == programs::OriginKind::Assumed {
        return;
    }
    let observation = live.observation;
    if !observation.runs(&elector.object.object_name())
        || !observation.lacks(&namespace.value, &name.value)
    {
        return;
    }
    let lock = format!("{}/{}", namespace.value, name.value);
    let draft = Draft::new(
        elector.place_of(&elector.lock_name),
        crate::first_fitting([
            format!("pods of this elector run, but there is no Lease {lock}"),
            "pods of this elector run, but its Lease is not there".to_owned(),
        ]),
    )
    .help(
        "A candidate creates the Lease with its first attempt. So no attempt has succeeded: it lacks permission, or the \
         program does not read the setting and has no election at all.",
    )
    .remedy("Look at the log of a pod for `error retrieving resource lock` or `Forbidden`.");
    sink.report(draft);
}
