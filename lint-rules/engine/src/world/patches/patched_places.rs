//! Where builds change what files of the input hold.

use std::cell::OnceCell;
use std::rc::Rc;

use super::super::input_objects::InputObjects;
use super::super::kustomize::{Builds, Kustomization, KustomizationId, PerKustomization};
use super::object_path::ObjectPath;
use super::patch::Patch;
use manifest::text::FileSpan;
use objects::{LedgerCode, Object, Workload};
use programs::Unknown;

/// Where builds change what files of the input hold.
pub(crate) struct PatchedPlaces<'w> {
    objects: Rc<InputObjects<'w>>,
    builds: Rc<Builds<'w>>,
    /// Read when first used: only kustomizations that hold findings or rights matter.
    patches: PerKustomization<OnceCell<Vec<Patch>>>,
}

/// How many builds of a file change a place of it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ChangingBuilds<'k> {
    all: usize,
    changing: usize,
    /// The folder of the first that changes it.
    first_folder: Option<&'k str>,
}

impl ChangingBuilds<'_> {
    /// Whether any build changes it.
    pub(crate) fn is_any(self) -> bool {
        self.changing > 0
    }

    /// Why what is written does not hold, if every build changes it.
    pub(crate) fn unless_kept(self, what: &str) -> Option<Unknown> {
        if self.changing < self.all {
            return None;
        }
        self.if_any(what)
    }

    /// Why what is written may not hold, if any build changes it.
    pub(crate) fn if_any(self, what: &str) -> Option<Unknown> {
        let by = match self.first_folder? {
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

impl<'w> PatchedPlaces<'w> {
    pub(crate) fn of(objects: &Rc<InputObjects<'w>>, builds: &Rc<Builds<'w>>) -> Self {
        Self {
            objects: Rc::clone(objects),
            builds: Rc::clone(builds),
            patches: PerKustomization::of(builds.kustomizations()),
        }
    }

    /// The builds that may change what stands at a place.
    pub(crate) fn at(&self, place: FileSpan) -> ChangingBuilds<'_> {
        if self.builds.kustomizations().is_empty() {
            return ChangingBuilds::default();
        }
        let object = self.objects.at(place);
        object.map_or_else(ChangingBuilds::default, |object| {
            self.of_path(object, &ObjectPath::to_byte(object, place.span.start))
        })
    }

    /// The builds that may change the number of pods of a workload, written or not.
    pub(crate) fn of_replicas(&self, workload: Workload<'w>) -> ChangingBuilds<'_> {
        let path = ObjectPath::to_replicas(workload.replicas());
        self.of_path(workload.object(), &path)
    }

    /// Why what a ConfigMap holds may not hold: some build patches it.
    pub(crate) fn of_config_map(&self, map: Object<'w>) -> Option<Unknown> {
        if self.builds.kustomizations().is_empty() {
            return None;
        }
        map.node().get("data")?.entries().find_map(|entry| {
            let path = ObjectPath::to_byte(map, entry.value.span().start);
            self.of_path(map, &path).if_any("this ConfigMap")
        })
    }

    fn of_path(&self, object: Object<'w>, path: &ObjectPath<'_>) -> ChangingBuilds<'_> {
        let mut found = ChangingBuilds::default();
        let holders = self.builds.holders(object.file());
        let with_components = holders
            .iter()
            .flat_map(|holder| self.builds.with_components(*holder));
        let mut patching: Vec<KustomizationId> = with_components.copied().collect();
        patching.sort_unstable();
        patching.dedup();
        patching.retain(|id| {
            let mut patches = self.patches_of(*id).iter();
            patches.any(|patch| patch.may_change(object, path))
        });
        for root in self.builds.roots(object.file()) {
            found.all += 1;
            let parts = self.builds.parts_of(*root);
            if patching.iter().any(|id| parts.binary_search(id).is_ok()) {
                found.changing += 1;
                let folder = || self.builds.kustomizations().folder_of(*root);
                found.first_folder.get_or_insert_with(folder);
            }
        }
        found
    }

    fn patches_of(&self, id: KustomizationId) -> &[Patch] {
        let read = |kustomization: &Kustomization<'w>| {
            Patch::all_of(kustomization, |path| {
                let file = self.builds.files().at_path(&kustomization.path(path));
                file.map_or(&[], |file| self.builds.files().documents(file))
            })
        };
        let (Some(kustomization), Some(patches)) =
            (self.builds.kustomizations().get(id), self.patches.get(id))
        else {
            return &[];
        };
        patches.get_or_init(|| read(kustomization))
    }
}
