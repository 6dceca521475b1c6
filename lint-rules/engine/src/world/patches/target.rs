//! What a patch is about.
//!
//! `kind` and `name` of a `target` are regular expressions, and a target may select by labels as well. An expression
//! is taken to fit everything. A patch without a target names its object itself.

use manifest::tree::Node;
use objects::Object;

/// The objects that a patch may change.
#[derive(Default)]
pub(crate) struct PatchTarget {
    /// `None`: of any kind.
    kind: Option<Box<str>>,
    /// `None`: of any name.
    name: Option<Box<str>>,
}

impl PatchTarget {
    /// Objects of a name, whatever their kind.
    pub(crate) fn named(name: &str) -> Self {
        Self {
            kind: None,
            name: Some(name.into()),
        }
    }

    /// Those that a `target` or `select` fits.
    pub(crate) fn selected_by(target: Node<'_>) -> Self {
        let plain = |field| {
            let text = target.get(field).and_then(Node::as_str);
            text.filter(|text| !is_expression(text)).map(Into::into)
        };
        Self {
            kind: plain("kind"),
            name: plain("name"),
        }
    }

    /// The object that a merge names itself.
    pub(crate) fn of_merge(patch: Node<'_>) -> Self {
        let text = |path: &[&str]| patch.at(path).and_then(Node::as_str).map(Into::into);
        Self {
            kind: text(&["kind"]),
            name: text(&["metadata", "name"]),
        }
    }

    /// Whether kind and name are known.
    pub(crate) fn is_complete(&self) -> bool {
        self.kind.is_some() && self.name.is_some()
    }

    /// Whether it may be about an object. A patch writes the name as it is when the patch is applied, with the
    /// prefixes and suffixes of the bases around it.
    pub(crate) fn may_be(&self, object: Object<'_>) -> bool {
        let kind = self.kind.as_deref();
        let name = self.name.as_deref();
        kind.is_none_or(|kind| kind == object.kind_word())
            && name.is_none_or(|name| name.contains(object.name().unwrap_or_default()))
    }
}

/// Whether the text of a target is more than a name.
pub(crate) fn is_expression(text: &str) -> bool {
    text.contains(|letter| "*+?|()[]{}^$\\".contains(letter))
}
