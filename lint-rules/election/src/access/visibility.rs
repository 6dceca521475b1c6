//! Which definitions an access decision may use.

use std::ops::RangeInclusive;

use manifest::text::{FileId, FileSpan};

/// Which definitions belong to an account's installation: files hold variants and other applications as well.
pub trait Visibility {
    /// Whether a definition at this place belongs to the same installation.
    fn is_visible(&self, _place: Option<FileSpan>) -> bool {
        true
    }

    /// The files that hold every visible definition with a place, if they are known: a bound that saves calls of
    /// [`Self::is_visible`].
    fn visible_files(&self) -> Option<RangeInclusive<FileId>> {
        None
    }

    /// Index of the definition that applies, of several of one object; `None` if that is undecided.
    fn choose(&self, places: &[Option<FileSpan>]) -> Option<usize>;

    /// Whether there is a ServiceAccount of that name; true where that is not known.
    fn has_account(&self, _namespace: &str, _name: &str) -> bool {
        true
    }

    /// Whether there is such a ServiceAccount, or something runs as it in a namespace that is not written.
    fn may_have_account(&self, namespace: &str, name: &str) -> bool {
        self.has_account(namespace, name)
    }

    /// Whether all objects of the cluster are known, so that an object that is not found does not exist.
    fn is_complete(&self) -> bool {
        false
    }
}

/// A live cluster: all objects are known, and each has one definition.
#[derive(Clone, Copy, Debug, Default)]
pub struct WholeCluster;

impl Visibility for WholeCluster {
    fn choose(&self, places: &[Option<FileSpan>]) -> Option<usize> {
        (!places.is_empty()).then_some(0)
    }

    fn is_complete(&self) -> bool {
        true
    }
}
