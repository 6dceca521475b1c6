//! The roles that may have to do with locks.

use super::lock_resource::LockResource;
use super::olm::rights_of_operator;
use super::parsing::role_with;
use super::roles::Role;
use manifest::tree::Node;
use objects::{Object, ObjectKind};

/// The roles in an object, those of a ClusterServiceVersion included, whose rules name a resource that can be a lock.
/// A role has those of its rules that name one or all resources: parsing each of them for each rule cost 2 % of a lint.
#[must_use]
pub fn lock_roles_of(object: Object<'_>) -> Vec<Role> {
    let role = match object.kind() {
        ObjectKind::Role | ObjectKind::ClusterRole => {
            let rules = object.node().get("rules");
            let mut rules = rules.into_iter().flat_map(Node::items);
            let names_lock = rules.any(|rule| names_resource(rule, is_lock));
            let is_kept =
                |rule: Node<'_>| names_resource(rule, |name| name == "*" || is_lock(name));
            names_lock.then(|| role_with(object, is_kept)).flatten()
        }
        _ => None,
    };
    let operator = rights_of_operator(object).into_iter().map(|(role, _)| role);
    role.into_iter().chain(operator).collect()
}

fn names_resource(rule: Node<'_>, is_meant: impl Fn(&str) -> bool) -> bool {
    let resources = rule.get("resources").into_iter().flat_map(Node::items);
    resources.filter_map(Node::as_str).any(is_meant)
}

fn is_lock(resource: &str) -> bool {
    let mut locks = LockResource::OF_KUBERNETES.iter();
    locks.any(|lock| resource == lock.resource())
}
