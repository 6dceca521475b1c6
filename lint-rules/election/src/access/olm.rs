//! Rights that a ClusterServiceVersion requests: OLM creates the roles, bindings and accounts from them.
//!
//! Source: operator-framework/api `pkg/operators/v1alpha1` (`StrategyDeploymentPermissions`): `permissions`
//! become a Role and a RoleBinding where the operator is installed, `clusterPermissions` a ClusterRole
//! and a ClusterRoleBinding.

use super::bindings::{Binding, RbacSubject, RoleRef};
use super::parsing::policy_rule;
use super::roles::Role;
use manifest::tree::Node;
use objects::Object;

/// The roles and bindings that OLM creates from a ClusterServiceVersion; nothing for any other object.
#[must_use]
pub fn rights_of_operator(object: Object<'_>) -> Vec<(Role, Binding)> {
    if object.kind_word() != "ClusterServiceVersion" {
        return Vec::new();
    }
    let mut rights = Vec::new();
    for (field, cluster) in [("permissions", false), ("clusterPermissions", true)] {
        let list = object.node().at(&["spec", "install", "spec", field]);
        for (number, permission) in list.into_iter().flat_map(Node::items).enumerate() {
            let account = permission.get("serviceAccountName");
            let Some(name) = account.and_then(Node::as_str) else {
                continue;
            };
            let rules = permission.get("rules");
            let place = account.map(|account| object.place_of(account));
            let title: Box<str> = format!("of {name} in {field}[{number}]").into();
            let role = Role {
                cluster,
                name: title.clone(),
                rules: rules
                    .into_iter()
                    .flat_map(Node::items)
                    .map(|rule| policy_rule(object, rule))
                    .collect(),
                place,
                rules_place: rules.map(|rules| object.place_of(rules)),
                ..Role::default()
            };
            let kind = if cluster { "ClusterRole" } else { "Role" };
            let binding = Binding {
                cluster,
                name: title.clone(),
                role: RoleRef {
                    kind: kind.into(),
                    name: title,
                    place,
                },
                subjects: Box::new([RbacSubject {
                    kind: "ServiceAccount".into(),
                    name: name.into(),
                    place,
                    ..RbacSubject::default()
                }]),
                place,
                namespaces_to_come: true,
                ..Binding::default()
            };
            rights.push((role, binding));
        }
    }
    rights
}
