//! ClusterRoles that aggregate the rules of others.

use crate::{LEASES, allowed, policy, refused};
use election::access::{AccessRequest, RbacPolicy};

/// A ClusterRole that aggregates others by these selectors, with a useless rule of its own.
fn aggregated(selectors: &str, more: &str) -> RbacPolicy {
    policy(&format!(
        "apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {{name: gathers}}
aggregationRule: {{clusterRoleSelectors: {selectors}}}
rules: [{{apiGroups: [''], resources: [leases], verbs: ['*']}}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {{name: member, labels: {{to: locks, tier: one}}}}
rules: [{{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [update]}}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: b}}
roleRef: {{kind: ClusterRole, name: gathers}}
subjects: [{{kind: ServiceAccount, name: runner, namespace: ops}}]
{more}"
    ))
}

#[test]
fn an_aggregated_role_has_the_rules_of_its_members() {
    for selectors in [
        "[{matchLabels: {to: locks}}]",
        "[{matchLabels: {to: nothing}}, {matchLabels: {to: locks}}]",
        "[{matchExpressions: [{key: to, operator: In, values: [a, locks]}]}]",
        "[{matchExpressions: [{key: other, operator: NotIn, values: [a]}]}]",
        "[{matchExpressions: [{key: to, operator: Exists}]}]",
        "[{matchExpressions: [{key: other, operator: DoesNotExist}]}]",
        "[{matchLabels: {to: locks}, matchExpressions: [{key: tier, operator: In, values: [one]}]}]",
        // An empty selector matches all.
        "[{}]",
    ] {
        allowed(&aggregated(selectors, ""), LEASES);
    }
    for selectors in [
        "[{matchLabels: {to: nothing}}]",
        "[{matchLabels: {to: locks, tier: two}}]",
        "[{matchExpressions: [{key: to, operator: NotIn, values: [locks]}]}]",
        "[{matchExpressions: [{key: other, operator: Exists}]}]",
        "[{matchLabels: {to: locks}, matchExpressions: [{key: tier, operator: DoesNotExist}]}]",
    ] {
        refused(&aggregated(selectors, ""), LEASES);
    }
}

#[test]
fn what_is_written_in_an_aggregated_role_is_overwritten() {
    let core = AccessRequest {
        group: "",
        ..LEASES
    };
    refused(&aggregated("[{matchLabels: {to: locks}}]", ""), core);
    // Where no member has a rule, the controller applies an empty list, which takes nothing away.
    allowed(&aggregated("[{matchLabels: {to: nothing}}]", ""), core);
}

#[test]
fn a_member_may_aggregate_others_itself_even_in_a_circle() {
    let middle = "---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: middle, labels: {to: middle}}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {to: locks}}]}
rules: []
";
    allowed(&aggregated("[{matchLabels: {to: middle}}]", middle), LEASES);
    let circle = "---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: middle, labels: {to: middle}}
aggregationRule: {clusterRoleSelectors: [{}]}
rules: []
";
    allowed(&aggregated("[{matchLabels: {to: middle}}]", circle), LEASES);
}
