//! Two workloads, or two containers of one pod, that use one lock.

use std::borrow::Cow;

use crate::{
    Check, Context, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    first_fitting,
};
use election::{ElectionState, Elector, ElectorFacts};
use objects::LedgerCode;
use programs::{Origin, OriginKind, Resolved, Setting};

/// The record.
pub static RULE: Rule = Rule {
    id: "lock-collision",
    group: Group::Lock,
    summary: "two programs claim the same lock, so that one of them does nothing",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Bundle,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::ElectorInWorld(check),
};

fn check<'w>(elector: &Elector<'w>, context: &Context<'_, 'w>, sink: &mut Sink<'_>) {
    // A patch is only a part of a workload.
    if !elector.may_be_on() || elector.fragment || elector.program.several_leaders {
        return;
    }
    let rivals: Vec<Cow<'_, ElectorFacts>> = context
        .world()
        .rivals(elector)
        .into_iter()
        .chain(in_pod(elector, context).map(Cow::Owned))
        .filter(|rival| rival.state != ElectionState::Off && !rival.several_leaders)
        .collect();
    let surest = rivals
        .iter()
        .find(|rival| rival.state == ElectionState::On && !rival.unbuilt);
    let Some(rival) = surest.or_else(|| rivals.first()) else {
        return;
    };
    let Some(lock) = elector.lock_name.known() else {
        lock_in_code(elector, rival, sink);
        return;
    };
    let mut place = elector.place_of(&elector.lock_name);
    let mut theirs = rival.place;
    // Both take the name from one token, such as a key of a ConfigMap.
    if theirs == Some(place) {
        place = elector.name_place();
        theirs = rival.name_place;
    }
    let is_in_pod = rival.object == elector.object.object_name();
    let other = match (is_in_pod, rival.is_hidden) {
        (true, _) => format!("container {} of the same pod", rival.container),
        (false, true) => rival.title(),
        (false, false) => format!("{}, container {}", rival.title(), rival.container),
    };
    if elector.unbuilt || rival.unbuilt {
        sink.not_judged(
            place,
            LedgerCode::KustomizeNotBuilt,
            format!(
                "{other}, locks `{}`, too, but a kustomization still changes names or namespaces",
                lock.value
            ),
        );
        return;
    }
    if let Resolved::Unknown(unknown) = &elector.switch {
        let reason = format!(
            "the lock is also claimed by {other}, and whether this program elects is not known: {}",
            unknown.reason
        );
        sink.not_judged(place, unknown.code, reason);
        return;
    }
    if rival.state == ElectionState::Unknown {
        let reason = format!("whether {other}, elects, which claims the same lock, is not known");
        sink.not_judged(place, LedgerCode::SwitchNotInInput, reason);
        return;
    }
    let namespace = match rival.lock_namespace.known() {
        Some(namespace) => format!("namespace {namespace}"),
        None => "the namespace of both".to_owned(),
    };
    let title = match is_in_pod {
        true => "another container of the pod".to_owned(),
        false => rival.title(),
    };
    let message = first_fitting([
        format!("the lock `{}` is already claimed by {other}", lock.value),
        format!("the lock `{}` is already claimed by {title}", lock.value),
        format!("the lock is already claimed by {title}"),
        "the lock is already claimed by another workload".to_owned(),
    ]);
    let consequence = if is_in_pod {
        "All containers of both programs are candidates in one election, and only one of them is leader: the other program \
         does nothing anywhere, though its containers run."
    } else if *rival.program == *elector.program.name && !elector.program.generic {
        "All pods of both workloads are candidates in one election, and only one of them is leader. What only the other \
         workload would do (its class, its namespaces, its version) is not done while this one leads."
    } else {
        "The two programs are candidates in one election. The pods of the one that does not lead stay Running and do nothing, \
         and after a restart this may be the other one."
    };
    let mut draft = Draft::new(place, message)
        .help(format!(
            "The lock of {other}, is `{}` in {namespace}, too. {consequence}",
            lock.value
        ))
        .remedy(remedy(elector, &lock.origin));
    if rival.lock_assumed {
        draft = draft.severity(Severity::Warning);
    } else {
        draft = draft.rests_on([&lock.origin]);
    }
    if let Some(theirs) = theirs {
        draft = draft.related(theirs, format!("{other}, claims it first"));
    }
    sink.report(draft);
}

/// Electors in containers before this one of its pod that claim the same lock by a name that is known.
fn in_pod(elector: &Elector<'_>, context: &Context<'_, '_>) -> impl Iterator<Item = ElectorFacts> {
    let earlier = context.earlier_in_pod().map(ElectorFacts::of);
    let mut own = None;
    earlier.filter(move |other| {
        let own = own.get_or_insert_with(|| ElectorFacts::of(elector));
        other.lock_name.is_some() && other.claims_lock_of(own)
    })
}

/// Two workloads of one image whose lock has its name in the code: whatever the name is, nothing tells them apart.
fn lock_in_code(elector: &Elector<'_>, rival: &ElectorFacts, sink: &mut Sink<'_>) {
    if elector.unbuilt || rival.unbuilt || !elector.is_on() {
        return;
    }
    let title = rival.title();
    let message = first_fitting([
        format!("nothing tells the lock from that of {title}"),
        "nothing tells the lock from that of another workload".to_owned(),
    ]);
    let remedy = match elector.flag_of(Setting::LockName) {
        Some(flag) => format!("Give each workload a lock of its own with `--{flag}`, or put them into different namespaces."),
        None => "Give each workload a lock of its own, if the program can, or put them into different namespaces.".to_owned(),
    };
    let mut draft = Draft::new(elector.name_place(), message)
        .help(format!(
            "Both run one image in one namespace, and the name of its lock is in its code: no argument or variable gives \
             them different names. All pods of both are then candidates in one election, and what only {title} or only \
             this one would do is not done while the other leads."
        ))
        .remedy(remedy)
        .severity(Severity::Warning);
    if let Some(theirs) = rival.name_place {
        draft = draft.related(theirs, format!("{title} runs the same image"));
    }
    sink.report(draft);
}

/// How to choose another name: by the flag that is written, else by the program's flag. A listed program may have no
/// setting for it.
fn remedy(elector: &Elector<'_>, origin: &Origin) -> String {
    let flag = match origin.kind {
        OriginKind::Flag => Some(origin.name.as_str()),
        _ if origin.is_written() => None,
        _ => elector.flag_of(Setting::LockName),
    };
    if let Some(flag) = flag {
        return format!("Give each workload a lock of its own with `--{flag}`.");
    }
    let program = elector.program;
    let has_name = program
        .spec(Setting::LockName)
        .is_some_and(|spec| spec.flags.len() + spec.env.len() + spec.keys.len() > 0);
    if program.generic || elector.source.is_some() || origin.is_written() || has_name {
        return "Give each workload a lock of its own, or put them into different namespaces."
            .to_owned();
    }
    let name = &program.name;
    let elsewhere = match elector.flag_of(Setting::LockNamespace) {
        _ if elector.lock_in_pods_namespace => {
            "Put the workloads into different namespaces.".to_owned()
        }
        Some(flag) => format!("Put the locks into different namespaces with `--{flag}`."),
        None => program
            .spec(Setting::LockNamespace)
            .and_then(|spec| spec.env.first())
            .map_or("Run one of the two workloads.".to_owned(), |variable| {
                format!("Put the locks into different namespaces with the variable `{variable}`.")
            }),
    };
    format!("{name} has no setting for its lock's name. {elsewhere}")
}
