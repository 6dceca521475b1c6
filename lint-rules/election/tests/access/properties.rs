//! What holds for any roles and bindings.

use crate::{LEASES, policy, runner};
use election::access::AccessRequest;
use proptest::prelude::*;

fn words(all: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(all), 0..4).prop_map(|words| {
        format!(
            "[{}]",
            words
                .iter()
                .map(|word| format!("'{word}'"))
                .collect::<Vec<_>>()
                .join(", ")
        )
    })
}

fn any_rule() -> impl Strategy<Value = String> {
    (
        words(&["get", "create", "update", "*", "Update"]),
        words(&["coordination.k8s.io", "", "*"]),
        words(&["leases", "*", "leases/status", "*/status"]),
        words(&["lock", "other", ""]),
    )
        .prop_map(|(verbs, groups, resources, names)| {
            format!("{{verbs: {verbs}, apiGroups: {groups}, resources: {resources}, resourceNames: {names}}}")
        })
}

fn any_object() -> impl Strategy<Value = String> {
    let place = proptest::sample::select(&["a", "b", "c"][..]);
    let namespace = proptest::sample::select(&["ops", "other"][..]);
    let subject = proptest::sample::select(
        &[
            "{kind: ServiceAccount, name: runner}",
            "{kind: ServiceAccount, name: runner, namespace: ops}",
            "{kind: Group, name: 'system:serviceaccounts:ops'}",
            "{kind: User, name: 'system:serviceaccount:ops:runner'}",
        ][..],
    );
    let kind = proptest::sample::select(&["Role", "ClusterRole"][..]);
    prop_oneof![
        (kind.clone(), place.clone(), namespace.clone(), any_rule()).prop_map(|(kind, name, namespace, rule)| format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: {namespace}, labels: {{to: locks}}}}\nrules: [{rule}]\n"
        )),
        (kind, place.clone(), namespace, subject, place).prop_map(|(kind, name, namespace, subject, role)| format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}Binding\nmetadata: {{name: {name}, namespace: {namespace}}}\nroleRef: {{kind: {kind}, name: {role}}}\nsubjects: [{subject}]\n"
        )),
    ]
}

fn answers(objects: &[String]) -> Vec<bool> {
    let policy = policy(&objects.join("---\n"));
    let mut answers = Vec::new();
    for verb in ["get", "create", "update"] {
        for name in ["lock", ""] {
            for namespace in ["ops", "other", ""] {
                for subresource in ["", "status"] {
                    let request = AccessRequest {
                        namespace: Some(namespace),
                        verb,
                        subresource,
                        name,
                        ..LEASES
                    };
                    answers.push(policy.authorize(&runner(), &request).allowed);
                }
            }
        }
    }
    answers
}

proptest! {
    #[test]
    fn more_objects_never_take_access_away(
        objects in proptest::collection::vec(any_object(), 1..8),
        more in any_object(),
    ) {
        let before = answers(&objects);
        let mut all = objects;
        all.push(more);
        let after = answers(&all);
        for (before, after) in before.into_iter().zip(after) {
            prop_assert!(after || !before);
        }
    }

    #[test]
    fn the_order_of_objects_decides_nothing(objects in proptest::collection::vec(any_object(), 1..8).prop_shuffle()) {
        let mut sorted = objects.clone();
        sorted.sort();
        prop_assert_eq!(answers(&objects), answers(&sorted));
    }
}
