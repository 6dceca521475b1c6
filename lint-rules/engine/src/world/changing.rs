//! What builds change of what files hold: where, not into what.

use super::kustomize::Kustomizations;
use super::patches::Position;
use super::paths::normal;
use super::replaced::{Patch, Spot, patches_of};
use crate::Input;
use objects::{LedgerCode, Object, Workload};
use programs::{AddedWord, Unknown};

/// How many builds of a file change a place of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Changing<'k> {
    pub(super) builds: usize,
    pub(super) changed: usize,
    /// The folder of the first that does.
    pub(super) by: Option<&'k str>,
}

impl Changing<'_> {
    pub(super) fn in_every_build(self, what: &str) -> Option<Unknown> {
        (self.changed == self.builds)
            .then(|| self.in_some_build(what))
            .flatten()
    }

    pub(super) fn in_some_build(self, what: &str) -> Option<Unknown> {
        let by = match self.by? {
            "" => "the kustomization of the top folder".to_owned(),
            folder => format!("kustomization {folder}/"),
        };
        Some(Unknown {
            code: LedgerCode::KustomizeNotBuilt,
            reason: format!("{by} patches {what}: lint what `kubectl kustomize` prints"),
            place: None,
        })
    }
}

impl<'w> Kustomizations<'w> {
    /// Which of the builds of an object's file may change what stands at a place of it.
    pub(super) fn changing(
        &self,
        input: &'w Input,
        object: Object<'w>,
        spot: &Spot<'_>,
    ) -> Changing<'_> {
        let mut changing = Changing::default();
        if self.list.is_empty() {
            return changing;
        }
        let path = normal("", input.name(object.file()));
        // A component patches what the kustomization holds that names it.
        let mut near: Vec<usize> = self
            .holding(&path)
            .into_iter()
            .flat_map(|holder| self.gather(holder, &["components"]))
            .collect();
        near.sort_unstable();
        near.dedup();
        near.retain(|at_list| {
            let patches = self.patches(input, *at_list);
            patches.iter().any(|patch| patch.may_change(object, spot))
        });
        for root in self.roots(input, object.file()) {
            changing.builds += 1;
            let parts = self.parts_of(root);
            if near.iter().any(|at| parts.binary_search(at).is_ok()) {
                changing.changed += 1;
                changing.by.get_or_insert_with(|| self.folder_of(root));
            }
        }
        changing
    }

    pub(super) fn patches(&self, input: &'w Input, at: usize) -> &[Patch] {
        let Some(kustomization) = self.list.get(at) else {
            return &[];
        };
        kustomization.patches.get_or_init(|| {
            patches_of(kustomization.root, |path| {
                let id = self.by_path.get(&normal(&kustomization.folder, path));
                let file = id.and_then(|id| input.file(*id));
                file.map_or(&[], |file| &file.reading.documents)
            })
        })
    }

    /// What the patches of the kustomizations that hold a workload put on a container's command line.
    pub(super) fn patched_words(
        &self,
        input: &'w Input,
        workload: Workload<'w>,
        position: Position<'_>,
    ) -> Vec<AddedWord> {
        if !self.patches_words {
            return Vec::new();
        }
        let path = normal("", input.name(workload.object().file()));
        let holders = self.holders(&path).into_iter();
        holders
            .filter(|holder| holder.may_patch_words())
            .flat_map(|holder| {
                holder.patched_words(workload, position, |path| {
                    let id = self.by_path.get(&normal(&holder.folder, path))?;
                    input.file(*id)?.reading.documents.first()
                })
            })
            .collect()
    }
}
