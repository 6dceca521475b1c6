//! One change that a patch makes.

use super::object_path::{ObjectPath, ObjectStep};
use manifest::tree::Node;

/// A step of a path as patches write it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PatchStep {
    Key(Box<str>),
    /// The number of an item.
    Item(usize),
    /// The item of a list that has this `name`.
    Named(Box<str>),
    /// Every item, or one that cannot be known.
    Every,
}

impl PatchStep {
    pub(crate) fn key(text: &str) -> Self {
        Self::Key(text.into())
    }

    fn fits(&self, step: &ObjectStep<'_>) -> bool {
        match (self, step) {
            (Self::Every, _) => true,
            (Self::Key(key), ObjectStep::Key(other)) => **key == **other,
            (Self::Item(at), ObjectStep::Item(other, _)) => at == other,
            (Self::Named(name), ObjectStep::Item(_, Some(other))) => **name == **other,
            _ => false,
        }
    }
}

/// Which of what is at a path changes.
enum ChangeFilter {
    /// Arguments of this name: another one is added to the list.
    Argument(Box<str>),
    /// What holds this reference to a variable.
    Reference(Box<str>),
}

/// One change that a patch makes.
pub(crate) struct PatchChange {
    pub(crate) path: Vec<PatchStep>,
    /// The text, or those of a list, that stand there afterwards: the same as before is no change.
    pub(crate) texts: Vec<Box<str>>,
    /// `None`: everything at the path.
    filter: Option<ChangeFilter>,
}

impl PatchChange {
    /// Of all that is at a path.
    pub(crate) fn at(path: impl IntoIterator<Item = PatchStep>) -> Self {
        Self {
            path: path.into_iter().collect(),
            texts: Vec::new(),
            filter: None,
        }
    }

    /// With what stands there afterwards.
    pub(crate) fn to(mut self, value: Node<'_>) -> Self {
        let texts = std::iter::once(value).chain(value.items());
        self.texts = texts
            .filter_map(Node::scalar_text)
            .map(Into::into)
            .collect();
        self
    }

    /// Of an argument in a list, because another one of its name is added; `None` if what is added is no flag.
    pub(crate) fn of_argument(
        list: impl IntoIterator<Item = PatchStep>,
        added: &str,
    ) -> Option<Self> {
        let name = flag_name(added)?.into();
        Some(Self {
            filter: Some(ChangeFilter::Argument(name)),
            ..Self::at(list)
        })
    }

    /// Of everything in which a variable of kustomize is written, as `$(NAME)`.
    pub(crate) fn of_variable(name: &str) -> Self {
        Self {
            filter: Some(ChangeFilter::Reference(format!("$({name})").into())),
            ..Self::at([])
        }
    }

    /// Whether it changes the value at a path, or something around or in it.
    pub(crate) fn touches(&self, ObjectPath { steps, text }: &ObjectPath<'_>) -> bool {
        let mut pairs = self.path.iter().zip(steps);
        if !pairs.all(|(patched, step)| patched.fits(step)) {
            return false;
        }
        // A list is compared by its items.
        let item_depth = self.path.len() + 1;
        match &self.filter {
            None => {
                let stays = |text: &str| self.texts.iter().any(|to| **to == *text);
                steps.len() > item_depth || !text.is_some_and(stays)
            }
            Some(ChangeFilter::Argument(name)) => {
                steps.len() == item_depth && text.and_then(flag_name) == Some(name)
            }
            Some(ChangeFilter::Reference(reference)) => {
                text.is_some_and(|text| text.contains(&**reference))
            }
        }
    }
}

/// `leader-elect` of `--leader-elect=false`.
fn flag_name(argument: &str) -> Option<&str> {
    let name = argument.strip_prefix('-')?;
    let name = name.strip_prefix('-').unwrap_or(name);
    Some(name.split('=').next().unwrap_or(name))
}
