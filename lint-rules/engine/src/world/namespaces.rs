//! The Namespaces of an input.

use std::borrow::Cow;
use std::rc::Rc;

use super::NamespaceLabels;
use super::input_objects::InputObjects;
use super::named_objects::NamedObjects;
use super::proximity::Proximity;
use manifest::tree::Node;
use objects::{LedgerCode, Object, ObjectKind};
use programs::{Answer, Unknown};

/// The label that every namespace carries (Kubernetes 1.21 and later).
const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// The Namespaces of an input.
pub(crate) struct NamespaceIndex<'w> {
    namespaces: NamedObjects<'w>,
}

impl<'w> NamespaceIndex<'w> {
    pub(crate) fn of(objects: &InputObjects<'w>, proximity: &Rc<Proximity<'w>>) -> Self {
        Self {
            namespaces: NamedObjects::of(objects.named(ObjectKind::Namespace), proximity),
        }
    }

    /// The labels of the namespace of a name that an object refers to.
    pub(crate) fn labels(&self, from: Object<'w>, name: &str) -> Answer<NamespaceLabels<'w>> {
        let Ok(Some(namespace)) = self.namespaces.choose(name, from) else {
            return Answer::Unknown(Unknown {
                code: LedgerCode::NamespaceNotInInput,
                reason: format!("the labels of namespace {name} are not in the input"),
                place: None,
            });
        };
        let written = namespace.metadata("labels").into_iter();
        let mut labels: NamespaceLabels<'w> = written
            .flat_map(Node::entries)
            .filter(|entry| entry.key != NAME_LABEL)
            .filter_map(|entry| {
                let value = entry.value.as_str()?;
                Some((Cow::Borrowed(entry.key), Cow::Borrowed(value)))
            })
            .collect();
        labels.push((Cow::Borrowed(NAME_LABEL), Cow::Owned(name.to_owned())));
        Answer::Known(labels)
    }
}
