//! An election without a lock name.

use crate::{
    Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink, first_fitting,
};
use election::{ElectionState, Elector};
use programs::{Library, Resolved, Setting};

/// The record.
pub static RULE: Rule = Rule {
    id: "lock-id-missing",
    group: Group::Lock,
    summary: "leader election is on, and the lock name that the program needs is not given",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    let program = elector.program;
    let Some(spec) = program.spec(Setting::LockName) else {
        return;
    };
    if !matches!(elector.lock_name, Resolved::Absent) {
        return;
    }
    let written = elector.mentions.iter().rev().find(|mention| {
        mention.setting == Setting::LockName && mention.value.as_deref() == Some("")
    });
    let empty = written.is_some();
    // An empty flag replaces the name that the code may have.
    let needed = spec.required || (empty && program.library.is_client_go());
    if !needed {
        return;
    }
    // The name may be in another part of the workload, which a patch or a build adds.
    if !empty && (elector.fragment || elector.unbuilt) {
        return;
    }
    let place = written
        .and_then(|mention| mention.origin.place)
        .unwrap_or_else(|| elector.name_place());
    match elector.state {
        ElectionState::Off => return,
        ElectionState::Unknown => {
            if let Resolved::Unknown(unknown) = &elector.switch {
                let reason = format!(
                    "no lock name is given; whether one is needed is not known: {}",
                    unknown.reason
                );
                sink.not_judged(place, unknown.code, reason);
            }
            return;
        }
        ElectionState::On => {}
    }
    let state = if empty { "is empty" } else { "is not given" };
    let carrier = match (
        elector.flag_of(Setting::LockName),
        spec.env.first(),
        spec.keys.first(),
    ) {
        (Some(flag), _, _) => format!("`--{flag}`"),
        (None, Some(name), _) => format!("the variable `{name}`"),
        (None, None, Some(key)) => format!("`{key}` in the configuration"),
        (None, None, None) => "a lock name".to_owned(),
    };
    let message = first_fitting([
        format!("leader election is on, but {carrier}, which names the lock, {state}"),
        format!("leader election is on, but the lock name {state}"),
    ]);
    let error = if program.library == Library::ControllerRuntime {
        " (controller-runtime: \"LeaderElectionID must be configured\")"
    } else {
        ""
    };
    let mut draft = Draft::new(place, message)
        .help(format!(
            "The program refuses to start leader election without a lock name{error}. Every pod is in CrashLoopBackOff, and no \
             replica becomes leader."
        ))
        .remedy(format!(
            "Set {carrier} to a name that no other program uses in the lock's namespace."
        ));
    if !spec.required {
        draft = draft.severity(Severity::Warning);
    }
    if let Some(origin) = elector.switch.origin() {
        draft = draft
            .rests_on([origin])
            .related_origin(origin, "leader election is enabled here");
    }
    sink.report(draft);
}
