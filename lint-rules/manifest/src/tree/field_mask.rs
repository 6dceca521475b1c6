//! Which fields of an object are read: a list of paths, and everything else is left out.
//!
//! A path is `spec.template.spec.containers[].image`: names, and `[]` for each item of a list. What a path ends at is
//! read whole. A name with other characters stands in `['...']`; one that ends in `*` there means all keys with that
//! beginning. JSONPath (RFC 9535) is understood, too: a path with `..`, `*`, a filter, a slice or a union opens all of
//! the subtree it starts from. A value of another shape than a path says (a mapping for a list) is read whole.

use std::sync::Arc;

/// Which fields of an object are read. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldMask(Arc<FieldTree>);

impl FieldMask {
    /// A mask that lets these paths through.
    #[must_use]
    pub fn of<'p>(paths: impl IntoIterator<Item = &'p str>) -> Self {
        let mut tree = FieldTree::default();
        paths.into_iter().for_each(|path| tree.open(path));
        Self(Arc::new(tree))
    }

    /// The same mask with more paths.
    #[must_use]
    pub fn joined<'p>(&self, paths: impl IntoIterator<Item = &'p str>) -> Self {
        let mut tree = FieldTree::clone(&self.0);
        paths.into_iter().for_each(|path| tree.open(path));
        Self(Arc::new(tree))
    }

    pub(crate) fn tree(&self) -> &FieldTree {
        &self.0
    }
}

/// What is read of one value and what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FieldTree {
    /// All of it.
    whole: bool,
    /// Of a mapping these keys.
    named: Vec<(Box<str>, FieldTree)>,
    /// Of a mapping all keys that begin so, whole.
    prefixes: Vec<Box<str>>,
    /// Of a sequence this of each item.
    items: Option<Box<FieldTree>>,
}

/// How much of a value is read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Coverage<'m> {
    /// Nothing.
    None,
    /// Some members.
    Part(&'m FieldTree),
    /// All of it.
    Whole,
}

impl FieldTree {
    /// How much is read of the value of a key.
    pub fn member(&self, key: &str) -> Coverage<'_> {
        if let Some((_, inner)) = self.named.iter().find(|(name, _)| **name == *key) {
            return inner.coverage();
        }
        if self
            .prefixes
            .iter()
            .any(|prefix| key.starts_with(&**prefix))
        {
            return Coverage::Whole;
        }
        if self.whole {
            Coverage::Whole
        } else {
            Coverage::None
        }
    }

    /// How much is read of each item, should this be a sequence.
    pub fn item(&self) -> Coverage<'_> {
        self.items
            .as_deref()
            .map_or(Coverage::Whole, Self::coverage)
    }

    /// Whether it says which keys of a mapping are read.
    pub fn is_of_mapping(&self) -> bool {
        !self.named.is_empty() || !self.prefixes.is_empty()
    }

    /// Whether all keys of a mapping with this beginning are read.
    pub fn has_all(&self, beginning: &str) -> bool {
        self.prefixes
            .iter()
            .any(|prefix| beginning.starts_with(&**prefix))
    }

    fn coverage(&self) -> Coverage<'_> {
        if self.whole {
            Coverage::Whole
        } else {
            Coverage::Part(self)
        }
    }

    /// Lets a path through.
    fn open(&mut self, path: &str) {
        let mut here = self;
        let mut rest = path.strip_prefix('$').unwrap_or(path);
        while let Some((step, next)) = step(rest) {
            if here.whole {
                return;
            }
            rest = next;
            match step {
                PathStep::Name(name) => here = here.named_mut(name),
                PathStep::Items => here = here.items.get_or_insert_default(),
                PathStep::Prefix(prefix) => {
                    here.prefixes.push(prefix.into());
                    return;
                }
                PathStep::Everything => break,
            }
        }
        *here = Self {
            whole: true,
            ..Self::default()
        };
    }

    fn named_mut(&mut self, name: &str) -> &mut Self {
        let known = self.named.iter().position(|(known, _)| **known == *name);
        let at = known.unwrap_or_else(|| {
            self.named.push((name.into(), Self::default()));
            self.named.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "found or pushed just now")]
        &mut self.named[at].1
    }
}

/// A step of a path.
enum PathStep<'p> {
    Name(&'p str),
    Prefix(&'p str),
    Items,
    /// Whatever follows, it may be anywhere below.
    Everything,
}

/// The first step of a path and what follows it.
fn step(path: &str) -> Option<(PathStep<'_>, &str)> {
    if path.is_empty() {
        return None;
    }
    if let Some(inner) = path.strip_prefix('[') {
        return Some(bracket(inner).unwrap_or((PathStep::Everything, "")));
    }
    let name = path.strip_prefix('.').unwrap_or(path);
    let end = name.find(['.', '[']).unwrap_or(name.len());
    Some(match name.split_at_checked(end) {
        Some((name, rest)) if !name.is_empty() && !name.contains('*') => {
            (PathStep::Name(name), rest)
        }
        _ => (PathStep::Everything, ""),
    })
}

/// A step in brackets, after the opening one.
fn bracket(inner: &str) -> Option<(PathStep<'_>, &str)> {
    for quote in ["'", "\""] {
        if let Some(quoted) = inner.strip_prefix(quote) {
            let (name, rest) = quoted.split_once(quote)?;
            let rest = rest.strip_prefix(']')?;
            return Some(match name.strip_suffix('*') {
                Some(prefix) => (PathStep::Prefix(prefix), rest),
                None => (PathStep::Name(name), rest),
            });
        }
    }
    let (number, rest) = inner.split_once(']')?;
    let is_item = number.bytes().all(|byte| byte.is_ascii_digit());
    is_item.then_some((PathStep::Items, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How much is read at a way of keys, `[]` for an item.
    fn read(mask: &FieldMask, way: &[&str]) -> &'static str {
        let mut here = Coverage::Part(mask.tree());
        for key in way {
            here = match (here, *key) {
                (Coverage::Part(tree), "[]") => tree.item(),
                (Coverage::Part(tree), key) => tree.member(key),
                (settled, _) => settled,
            };
        }
        match here {
            Coverage::None => "none",
            Coverage::Part(_) => "part",
            Coverage::Whole => "whole",
        }
    }

    #[test]
    fn what_paths_name_is_read_and_nothing_else() {
        let mask = FieldMask::of([
            "kind",
            "metadata.name",
            "metadata.annotations['leaselint.io/*']",
            "spec.template.spec.containers[].image",
            "spec.template.spec.containers[].env",
            "data",
            "data.inner",
        ]);
        for (way, expected) in [
            (&["kind"][..], "whole"),
            (&["status"], "none"),
            (&["metadata"], "part"),
            (&["metadata", "name"], "whole"),
            (&["metadata", "uid"], "none"),
            (
                &["metadata", "annotations", "leaselint.io/ignore.x"],
                "whole",
            ),
            (&["metadata", "annotations", "other.io/x"], "none"),
            (&["spec", "template", "spec", "containers"], "part"),
            (
                &["spec", "template", "spec", "containers", "[]", "image"],
                "whole",
            ),
            (
                &["spec", "template", "spec", "containers", "[]", "name"],
                "none",
            ),
            (
                &["spec", "template", "spec", "containers", "[]", "env", "[]"],
                "whole",
            ),
            (&["data", "other"], "whole"),
        ] {
            assert_eq!(read(&mask, way), expected, "{way:?}");
        }
        let joined = mask.joined(["metadata"]);
        assert_eq!(read(&joined, &["metadata", "uid"]), "whole");
        assert_eq!(read(&mask, &["metadata", "uid"]), "none");
    }

    #[test]
    fn what_may_be_anywhere_opens_the_subtree_it_starts_from() {
        for path in [
            "$.spec..image",
            "$.spec.*",
            "$.spec[*].image",
            "$.spec[?@.name == 'x'].image",
            "$.spec[1:3]",
            "$.spec['a','b']",
            "$.spec['unfinished",
            "spec",
        ] {
            let mask = FieldMask::of([path]);
            assert_eq!(read(&mask, &["spec"]), "whole", "{path}");
            assert_eq!(read(&mask, &["status"]), "none", "{path}");
        }
        for path in ["$", "$..image", "$.*", "$[?@.x]", ""] {
            assert_eq!(read(&FieldMask::of([path]), &["spec"]), "whole", "{path}");
        }
        let mask = FieldMask::of(["$.spec.list[0]['a.b'].c"]);
        assert_eq!(read(&mask, &["spec", "list", "[]", "a.b", "c"]), "whole");
        assert_eq!(read(&mask, &["spec", "list", "[]", "a.b", "d"]), "none");
    }
}
