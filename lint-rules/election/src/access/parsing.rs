//! Roles and bindings from the objects of a manifest.

use super::bindings::{Binding, RbacSubject, RoleRef};
use super::roles::{PolicyRule, Role, RuleWords};
use manifest::text::FileSpan;
use manifest::tree::Node;
use objects::{Object, ObjectKind, Selector};

/// The role that an object is, if it is one.
#[must_use]
pub fn role_of(object: Object<'_>) -> Option<Role> {
    role_with(object, |_| true)
}

/// The role that an object is, with some of its rules.
pub(super) fn role_with(object: Object<'_>, is_kept: impl Fn(Node<'_>) -> bool) -> Option<Role> {
    let cluster = match object.kind() {
        ObjectKind::Role => false,
        ObjectKind::ClusterRole => true,
        _ => return None,
    };
    let node = object.node();
    let rules = node.get("rules");
    let labels = object.metadata("labels").filter(|_| cluster);
    let selectors = |rule: Node<'_>| {
        let list = rule.get("clusterRoleSelectors");
        list.into_iter()
            .flat_map(Node::items)
            .map(|selector| Selector::of(Some(selector)))
            .collect()
    };
    Some(Role {
        cluster,
        namespace: object.namespace().filter(|_| !cluster).map(Box::from),
        name: object.name()?.into(),
        rules: rules.map_or_else(Box::default, |rules| {
            let rules = rules.items().filter(|rule| is_kept(*rule));
            rules.map(|rule| policy_rule(object, rule)).collect()
        }),
        aggregation: node
            .get("aggregationRule")
            .filter(|rule| cluster && !rule.is_null())
            .map(selectors),
        labels: pairs(labels),
        place: Some(object.head_place()),
        rules_place: rules.map(|rules| object.place_of(rules)),
    })
}

pub(super) fn policy_rule(object: Object<'_>, rule: Node<'_>) -> PolicyRule {
    let words = |key: &str| {
        rule.get(key).map_or_else(RuleWords::default, |list| {
            let items = list.items();
            RuleWords::placed(
                items.filter_map(|item| Some((item.as_str()?, object.place_of(item)))),
            )
        })
    };
    // A name that is not a string stays an entry: without it the rule would be one for all names.
    let names = rule
        .get("resourceNames")
        .map_or_else(RuleWords::default, |list| {
            RuleWords::placed(list.items().map(|item| {
                let text = item.scalar_text().filter(|_| !item.is_null());
                let name = item.as_str().or(text).unwrap_or_default();
                (name, object.place_of(item))
            }))
        });
    PolicyRule {
        verbs: words("verbs"),
        api_groups: words("apiGroups"),
        resources: words("resources"),
        resource_names: names,
        non_resource: rule
            .get("nonResourceURLs")
            .is_some_and(|urls| urls.items().len() > 0),
        place: Some(object.place_of(rule)),
    }
}

fn pairs(node: Option<Node<'_>>) -> Box<[(Box<str>, Box<str>)]> {
    node.into_iter()
        .flat_map(Node::entries)
        .filter_map(|entry| Some((entry.key.into(), entry.value.as_str()?.into())))
        .collect()
}

/// The binding that an object is, if it is one.
///
/// `namespaces_to_come`: kustomize still fills in namespaces.
#[must_use]
pub fn binding_of(object: Object<'_>, namespaces_to_come: bool) -> Option<Binding> {
    let cluster = match object.kind() {
        ObjectKind::RoleBinding => false,
        ObjectKind::ClusterRoleBinding => true,
        _ => return None,
    };
    let reference = object.node().get("roleRef");
    let name = reference.and_then(|reference| reference.get("name"));
    let text = |node: Option<Node<'_>>| Box::from(node.and_then(Node::as_str).unwrap_or_default());
    let place = |node: Option<Node<'_>>| node.map(|node| object.place_of(node));
    Some(Binding {
        cluster,
        namespace: object.namespace().filter(|_| !cluster).map(Box::from),
        name: object.name()?.into(),
        role: RoleRef {
            kind: text(reference.and_then(|reference| reference.get("kind"))),
            name: text(name),
            place: place(name.or(reference)),
        },
        subjects: object
            .node()
            .get("subjects")
            .into_iter()
            .flat_map(Node::items)
            .map(|node| subject(node, &place))
            .collect(),
        place: Some(object.head_place()),
        namespaces_to_come,
    })
}

fn subject<'d>(
    node: Node<'d>,
    place: &dyn Fn(Option<Node<'d>>) -> Option<FileSpan>,
) -> RbacSubject {
    let text = |key| node.get(key).and_then(Node::as_str).unwrap_or_default();
    let namespace = Some(text("namespace")).filter(|namespace| !namespace.is_empty());
    RbacSubject {
        kind: text("kind").into(),
        namespace: namespace.map(Box::from),
        name: text("name").into(),
        place: place(node.get("name").or(Some(node))),
        namespace_place: place(node.get("namespace")),
    }
}
