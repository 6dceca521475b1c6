//! What is seen of an input's rights from one file in one scope.

use std::ops::RangeInclusive;

use super::super::account_users::AccountUsers;
use super::super::bundles::{BundleScope, Bundles};
use super::super::kustomize::Builds;
use super::super::proximity::Proximity;
use election::access::Visibility;
use manifest::text::{FileId, FileSpan};

/// What is seen from one file in one scope.
pub(crate) struct ScopeView<'s, 'w> {
    pub(crate) builds: &'s Builds<'w>,
    pub(crate) bundles: &'s Bundles<'w>,
    pub(crate) proximity: &'s Proximity<'w>,
    pub(crate) users: &'s AccountUsers<'w>,
    pub(crate) scope: &'s BundleScope,
    pub(crate) from: FileId,
    /// Whether a kustomization builds the file.
    pub(crate) is_built: bool,
}

impl Visibility for ScopeView<'_, '_> {
    fn is_visible(&self, place: Option<FileSpan>) -> bool {
        // What has no place is what Kubernetes brings along.
        place.is_none_or(|place| {
            self.bundles.is_in_scope(self.scope, self.from, place.file)
                && !(self.is_built && self.builds.is_left_out(place.file))
        })
    }

    fn visible_files(&self) -> Option<RangeInclusive<FileId>> {
        self.bundles.range(self.scope)
    }

    fn choose(&self, places: &[Option<FileSpan>]) -> Option<usize> {
        let numbers: Vec<usize> = (0..places.len()).collect();
        let file_of = |at: &usize| {
            let place = places.get(*at).copied().flatten();
            place.map_or(self.from, |place| place.file)
        };
        let nearest = self
            .proximity
            .nearest(&numbers, self.from, file_of, |_| true);
        nearest.ok().flatten().copied()
    }

    fn has_account(&self, namespace: &str, name: &str) -> bool {
        self.users
            .has_account(self.scope, self.from, namespace, name)
    }

    fn may_have_account(&self, namespace: &str, name: &str) -> bool {
        self.has_account(namespace, name)
            || self.users.may_have_account(self.scope, self.from, name)
    }
}
