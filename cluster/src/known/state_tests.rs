#![allow(clippy::unwrap_used)] // in tests a panic is the message

use std::collections::BTreeMap;

use election::Scalers as _;
use objects::{LedgerCode, objects_of};
use programs::{Answer, ConfigMaps as _};
use proptest::prelude::*;

use super::*;

/// An object of a small cluster: which resource, where, and one of a few contents.
fn object(what: WatchedResource, namespace: u8, name: u8, variant: u8) -> String {
    let named = if matches!(
        what,
        WatchedResource::Namespaces
            | WatchedResource::ClusterRoles
            | WatchedResource::ClusterRoleBindings
    ) {
        format!(r#""metadata":{{"name":"n{name}","labels":{{"v":"{variant}"}}}}"#)
    } else {
        format!(
            r#""metadata":{{"name":"n{name}","namespace":"s{namespace}","resourceVersion":"7"}}"#
        )
    };
    let body = match what {
        WatchedResource::Namespaces => String::new(),
        WatchedResource::ServiceAccounts => match variant {
            0 => String::new(),
            _ => format!(r#","automountServiceAccountToken":{}"#, variant == 1),
        },
        WatchedResource::ConfigMaps => format!(
            r#","data":{{"ENABLE_LEADER_ELECTION":"{}","LOCK":"lock-{variant}"}}"#,
            variant != 1
        ),
        WatchedResource::ClusterRoles | WatchedResource::Roles => {
            let verbs = [r#""get","create""#, r#""get","create","update""#, r#""*""#];
            format!(
                r#","rules":[{{"apiGroups":["coordination.k8s.io"],"resources":["leases"],"verbs":[{}]}}]"#,
                verbs[usize::from(variant % 3)]
            )
        }
        WatchedResource::ClusterRoleBindings | WatchedResource::RoleBindings => format!(
            r#","roleRef":{{"kind":"{}","name":"n{variant}"}},"subjects":[{{"kind":"{}","name":"n{name}","namespace":"s{namespace}"}}]"#,
            if name == 0 { "ClusterRole" } else { "Role" },
            if variant == 2 {
                "User"
            } else {
                "ServiceAccount"
            },
        ),
        WatchedResource::HorizontalPodAutoscalers | WatchedResource::ScaledObjects => format!(
            r#","spec":{{"scaleTargetRef":{{"kind":"Deployment","name":"n{variant}"}},"minReplicas":{variant},"minReplicaCount":{name}}}"#
        ),
        WatchedResource::Deployments
        | WatchedResource::StatefulSets
        | WatchedResource::DaemonSets => {
            let container = match variant {
                0 => r#"{"name":"web","image":"nginx"}"#,
                1 => {
                    r#"{"name":"m","image":"controller","args":["--leader-elect","--leader-election-id=$(LOCK)"],
                    "envFrom":[{"configMapRef":{"name":"n1"}}]}"#
                }
                _ => {
                    r#"{"name":"m","image":"controller","args":["--leader-elect","--leader-election-id=lock-0"]}"#
                }
            };
            format!(
                r#","spec":{{"replicas":2,"template":{{"spec":{{"serviceAccountName":"n{name}","containers":[{container}]}}}}}}"#
            )
        }
    };
    format!("{{{named}{body}}}")
}

type EventKey = (WatchedResource, u8, u8);

#[derive(Clone, Debug)]
enum AppliedEvent {
    Put(EventKey, u8),
    Gone(EventKey),
    /// A list of everything there is of one resource, after some events went unseen.
    Relist(WatchedResource, Vec<AppliedEvent>),
}

fn key() -> impl Strategy<Value = EventKey> {
    (
        prop::sample::select(WatchedResource::ALL.to_vec()),
        0..2u8,
        0..3u8,
    )
        .prop_map(|(what, namespace, name)| match what {
            // Of these there is one of each name.
            WatchedResource::Namespaces
            | WatchedResource::ClusterRoles
            | WatchedResource::ClusterRoleBindings => (what, 0, name),
            _ => (what, namespace, name),
        })
}

fn event() -> impl Strategy<Value = AppliedEvent> {
    let seen = prop_oneof![
        3 => (key(), 0..3u8).prop_map(|(key, variant)| AppliedEvent::Put(key, variant)),
        1 => key().prop_map(AppliedEvent::Gone),
    ];
    let unseen = prop::collection::vec(seen.clone(), 0..6);
    prop_oneof![
        10 => seen,
        1 => (prop::sample::select(WatchedResource::ALL.to_vec()), unseen)
            .prop_map(|(what, unseen)| AppliedEvent::Relist(what, unseen)),
    ]
}

fn synced() -> ClusterState {
    let state = ClusterState::new(Vec::new());
    for what in WatchedResource::ALL {
        state.status.synced(what);
    }
    state
}

/// All that is there, by resource, namespace, name and content.
type Objects = BTreeMap<EventKey, u8>;

fn happen(state: &ClusterState, objects: &mut Objects, event: &AppliedEvent) {
    match event {
        AppliedEvent::Put((what, namespace, name), variant) => {
            objects.insert((*what, *namespace, *name), *variant);
            state
                .put(*what, &object(*what, *namespace, *name, *variant))
                .unwrap();
        }
        AppliedEvent::Gone((what, namespace, name)) => {
            objects.remove(&(*what, *namespace, *name));
            state
                .gone(*what, &object(*what, *namespace, *name, 0))
                .unwrap();
        }
        AppliedEvent::Relist(what, unseen) => {
            for event in unseen {
                match event {
                    AppliedEvent::Put(key, variant) if key.0 == *what => {
                        objects.insert(*key, *variant);
                    }
                    AppliedEvent::Gone(key) if key.0 == *what => {
                        objects.remove(key);
                    }
                    _ => {}
                }
            }
            let mut listing = state.list(*what);
            for ((_, namespace, name), variant) in objects.iter().filter(|((of, ..), _)| of == what)
            {
                listing
                    .put(&object(*what, *namespace, *name, *variant))
                    .unwrap();
            }
            listing.finish();
        }
    }
}

/// Everything that can be asked, in an order of its own.
fn described(state: &ClusterState) -> Vec<String> {
    let reading = state.read();
    let facts = reading.facts();
    let mut described: Vec<String> = Vec::new();
    for role in facts.policy.roles() {
        described.push(format!("{role:?}"));
    }
    for binding in facts.policy.bindings() {
        described.push(format!("{binding:?}"));
    }
    for namespace in ["s0", "s1", "n0", "n1", "n2"] {
        described.push(format!("{namespace}: {:?}", facts.labels(namespace)));
        for name in ["n0", "n1", "n2"] {
            described.push(format!(
                "{namespace}/{name}: {:?} {:?}",
                facts.account(namespace, name),
                facts.config_map(namespace, name).map(KnownConfigMap::text),
            ));
            let mut scalers: Vec<String> = facts
                .scalers(namespace, name)
                .map(|scaler| format!("{scaler:?}"))
                .collect();
            scalers.sort_unstable();
            described.push(format!("{namespace}/{name}: {scalers:?}"));
            for what in WatchedResource::WORKLOADS {
                let workload = facts.workload(what, namespace, name);
                described.push(format!("{what:?} {namespace}/{name}: {workload:?}"));
            }
        }
    }
    for elector in facts.electors(None) {
        described.push(format!("{elector:?}: {:?}", facts.rivals(&elector.facts)));
    }
    for what in WatchedResource::ALL {
        let mut keys = facts.keys(what);
        keys.sort_unstable();
        described.push(format!("{what:?}: {keys:?}"));
    }
    described.sort_unstable();
    described
}

proptest! {
    #[test]
    fn any_order_of_events_ends_in_what_the_last_objects_say(
        events in prop::collection::vec(event(), 0..60)
    ) {
        let state = synced();
        let mut objects = Objects::new();
        for event in &events {
            happen(&state, &mut objects, event);
        }
        let fresh = synced();
        for ((what, namespace, name), variant) in &objects {
            fresh.put(*what, &object(*what, *namespace, *name, *variant)).unwrap();
        }
        prop_assert_eq!(described(&state), described(&fresh));
    }
}

#[test]
fn an_elector_is_known_with_its_lock_from_a_config_map_and_its_rivals() {
    let state = synced();
    let put = |what, namespace, name, variant| {
        state
            .put(what, &object(what, namespace, name, variant))
            .unwrap();
    };
    put(WatchedResource::Deployments, 0, 0, 1);
    put(WatchedResource::Deployments, 0, 1, 2);
    let locks = || -> Vec<(String, Option<String>, usize)> {
        let reading = state.read();
        let facts = reading.facts();
        let mut locks: Vec<_> = facts
            .electors(None)
            .map(|elector| {
                (
                    elector.facts.object.name.clone(),
                    elector.facts.lock_name.as_deref().map(str::to_owned),
                    facts.rivals(&elector.facts).len(),
                )
            })
            .collect();
        locks.sort();
        locks
    };
    let known = |name: &str| Some(name.to_owned());
    assert_eq!(
        locks(),
        [("n0".into(), None, 0), ("n1".into(), known("lock-0"), 0)]
    );
    put(WatchedResource::ConfigMaps, 0, 1, 0);
    assert_eq!(
        locks(),
        [
            ("n0".into(), known("lock-0"), 1),
            ("n1".into(), known("lock-0"), 1)
        ]
    );
    put(WatchedResource::ConfigMaps, 0, 1, 2);
    assert_eq!(
        locks(),
        [
            ("n0".into(), known("lock-2"), 0),
            ("n1".into(), known("lock-0"), 0)
        ]
    );
}

#[test]
fn what_was_not_read_yet_is_unknown_and_then_read_again() {
    let state = ClusterState::new(Vec::new());
    for what in WatchedResource::ALL
        .into_iter()
        .filter(|what| *what != WatchedResource::ConfigMaps)
    {
        state.status.synced(what);
    }
    assert!(!state.view().is_synced());
    state
        .put(
            WatchedResource::Deployments,
            &object(WatchedResource::Deployments, 0, 0, 1),
        )
        .unwrap();
    let lock = || {
        let reading = state.read();
        let first = reading.facts().electors(None).next();
        first.and_then(|elector| elector.facts.lock_name.clone())
    };
    let mut listing = state.list(WatchedResource::ConfigMaps);
    listing
        .put(&object(WatchedResource::ConfigMaps, 0, 1, 0))
        .unwrap();
    assert_eq!(lock(), None);
    assert!(listing.finish());
    assert!(state.view().is_synced());
    assert_eq!(lock().as_deref(), Some("lock-0"));
}

#[test]
fn the_world_says_unknown_for_what_may_not_be_read() {
    let state = synced();
    state.status.forbidden(WatchedResource::ConfigMaps);
    state.status.forbidden(WatchedResource::ScaledObjects);
    let text = object(WatchedResource::Deployments, 0, 0, 1).replacen(
        '{',
        r#"{"apiVersion":"apps/v1","kind":"Deployment","#,
        1,
    );
    let file = engine::read_object(
        manifest::text::FileId(0),
        "object",
        &text,
        crate::reading::LIMITS,
    )
    .unwrap();
    let input = engine::Input::new(vec![file]);
    let reading = state.read();
    let world = reading.world();
    let object = input
        .documents()
        .flat_map(|document| objects_of(document).0)
        .next()
        .unwrap();
    let code = match world.config_map(object, "n1") {
        Answer::Known(_) => None,
        Answer::Unknown(because) => Some(because.code),
    };
    assert_eq!(code, Some(LedgerCode::Forbidden));
    let workload = objects::Workload::of(object).unwrap();
    let code = match world.scaler(workload) {
        Answer::Known(_) => None,
        Answer::Unknown(because) => Some(because.code),
    };
    assert_eq!(code, Some(LedgerCode::Forbidden));
}

#[test]
fn reviews_and_writes_do_not_wait_for_each_other_for_long() {
    use std::sync::atomic::AtomicBool;
    let state = synced();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        // Overlapping readers without a gap.
        for _ in 0..3 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let reading = state.read();
                    std::thread::sleep(Duration::from_millis(2));
                    drop(reading);
                }
            });
        }
        for number in 0..3 {
            state
                .put(
                    WatchedResource::Roles,
                    &object(WatchedResource::Roles, 0, number, 0),
                )
                .unwrap();
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert_eq!(state.count(WatchedResource::Roles), 3);
}

#[test]
fn a_config_map_is_read_when_a_workload_takes_settings_from_it() {
    let state = synced();
    let requests = state.config_map_requests();
    let map = object(WatchedResource::ConfigMaps, 0, 1, 0);
    let (namespace, name) =
        identity(&read(WatchedResource::ConfigMaps, &map, state.fields()).unwrap()).unwrap();
    state.note_config_map(&namespace, &name);
    assert_eq!(requests.waiting(), 0);
    let lock = || {
        let reading = state.read();
        let first = reading.facts().electors(None).next();
        first.and_then(|elector| elector.facts.lock_name.clone())
    };
    let workload = object(WatchedResource::Deployments, 0, 0, 1);
    state.put(WatchedResource::Deployments, &workload).unwrap();
    assert_eq!((lock().as_deref(), requests.waiting()), (None, 1));
    state.put_requested_config_map(&map).unwrap();
    assert_eq!(lock().as_deref(), Some("lock-0"));
    // When it changes it is read again, and what was read holds until then.
    state.note_config_map(&namespace, &name);
    state.note_config_map(&namespace, &name);
    assert_eq!((lock().as_deref(), requests.waiting()), (Some("lock-0"), 1));
    state
        .put_requested_config_map(&object(WatchedResource::ConfigMaps, 0, 1, 2))
        .unwrap();
    assert_eq!(lock().as_deref(), Some("lock-2"));
    // One that was asked for and is gone does not come back.
    state.remove(WatchedResource::ConfigMaps, &namespace, &name);
    state.put_requested_config_map(&map).unwrap();
    assert_eq!(state.count(WatchedResource::ConfigMaps), 0);
    assert_eq!(lock(), None);
}

#[test]
fn what_is_kept_of_config_maps_is_bounded_and_what_is_used_stays() {
    let state = synced();
    let used = object(WatchedResource::ConfigMaps, 0, 1, 0);
    let workload = object(WatchedResource::Deployments, 0, 0, 1);
    state.put(WatchedResource::Deployments, &workload).unwrap();
    let (namespace, name) =
        identity(&read(WatchedResource::ConfigMaps, &used, state.fields()).unwrap()).unwrap();
    state.note_config_map(&namespace, &name);
    state.put_requested_config_map(&used).unwrap();
    let value = "x".repeat(1000);
    let data: Vec<String> = (0..400)
        .map(|key| format!("\"k{key}\": \"{value}\""))
        .collect();
    let data = data.join(",");
    for number in 0..100 {
        let name = format!("hostile-{number}");
        let object =
            format!(r#"{{"metadata":{{"name":"{name}","namespace":"s0"}},"data":{{{data}}}}}"#);
        state.note_config_map("s0", &name);
        state.put_requested_config_map(&object).unwrap();
    }
    let reading = state.read();
    let bytes = reading.facts().config_map_bytes();
    assert!((1 << 20..=16 << 20).contains(&bytes), "{bytes}");
    let kept = reading.facts().config_map(&namespace, &name);
    assert!(kept.is_some_and(|known| known.text().is_some()));
}
