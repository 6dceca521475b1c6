//! The roles that may have to do with locks.

use super::lock_resource::LockResource;
use super::olm::rights_of_operator;
use super::parsing::role_of;
use super::roles::Role;
use manifest::tree::Node;
use objects::{Object, ObjectKind};

/// The roles in an object, those of a ClusterServiceVersion included, whose rules name a resource that can be a lock.
/// Most roles name none, and are not parsed: parsing each of them for each rule cost 2 % of a lint.
#[must_use]
pub fn lock_roles_of(object: Object<'_>) -> Vec<Role> {
    let rules = object.node().get("rules");
    let mut resources = rules
        .into_iter()
        .flat_map(Node::items)
        .filter_map(|rule| rule.get("resources"))
        .flat_map(Node::items);
    let is_lock = |resource: Node<'_>| {
        let name = resource.as_str();
        LockResource::OF_KUBERNETES
            .iter()
            .any(|lock| name == Some(lock.resource()))
    };
    let role = match object.kind() {
        ObjectKind::Role | ObjectKind::ClusterRole if resources.any(is_lock) => role_of(object),
        _ => None,
    };
    let operator = rights_of_operator(object).into_iter().map(|(role, _)| role);
    role.into_iter().chain(operator).collect()
}
