//! What surrounds the workloads of an input, as its files show it: parts that are built one after the other, each from
//! those before it.

use std::borrow::Cow;
use std::rc::Rc;

use super::access::AccessProver;
use super::bundles::{Bundles, Bundling};
use super::called_services::CalledServices;
use super::config_maps::ConfigMapIndex;
use super::election_accounts::ElectionAccounts;
use super::file_tree::FileTree;
use super::input_objects::InputObjects;
use super::kustomize::{Builds, KustomizationIndex, Overrides, Renames};
use super::namespaces::NamespaceIndex;
use super::patches::{ContainerPosition, PatchedCommandLines, PatchedPlaces};
use super::proximity::Proximity;
use super::scalers::ScalerIndex;
use super::service_accounts::AccountIndex;
use super::webhooks::AdmissionIndex;
use super::workload_fragments::WorkloadFragments;
use crate::input::Input;
use election::{Elector, Scaler, Scalers, Surroundings};
use objects::{NestedList, Object, Workload};
use programs::{AddedWord, Answer, ConfigMap, ConfigMaps, ProgramSources};

/// What surrounds the workloads of an input, as its files show it.
///
/// Its electors are read with its help, and it knows nothing of them: [`FileWorld`](super::FileWorld) joins both.
pub struct FileSurroundings<'w> {
    objects: Rc<InputObjects<'w>>,
    renames: Rc<Renames<'w>>,
    overrides: Rc<Overrides<'w>>,
    pub(crate) patched: Rc<PatchedPlaces<'w>>,
    command_lines: PatchedCommandLines<'w>,
    pub(crate) bundles: Rc<Bundles<'w>>,
    fragments: Rc<WorkloadFragments<'w>>,
    config_maps: ConfigMapIndex<'w>,
    scalers: ScalerIndex<'w>,
    pub(crate) namespaces: NamespaceIndex<'w>,
    pub(crate) accounts: AccountIndex<'w>,
    pub(crate) access: AccessProver<'w>,
    sources: Option<&'w dyn ProgramSources>,
    pub(crate) webhooks: AdmissionIndex<'w>,
    pub(crate) called_services: CalledServices<'w>,
}

impl<'w> FileSurroundings<'w> {
    /// Indexes an input.
    #[must_use]
    pub fn of(input: &'w Input, bundling: Bundling) -> Self {
        let files = Rc::new(FileTree::of(input));
        let objects = Rc::new(InputObjects::of(input));

        let kustomizations = Rc::new(KustomizationIndex::of(&files));
        let builds = Rc::new(Builds::of(&files, &kustomizations));
        let renames = Rc::new(Renames::of(&builds));
        let overrides = Rc::new(Overrides::of(&builds));
        let patched = Rc::new(PatchedPlaces::of(&objects, &builds));
        let command_lines = PatchedCommandLines::of(&builds);

        let bundles = Rc::new(Bundles::of(&files, objects.all(), &builds, bundling));
        let proximity = Rc::new(Proximity::of(&bundles));
        let fragments = Rc::new(WorkloadFragments::of(&objects, &builds, &proximity));
        let config_maps = ConfigMapIndex::of(&objects, &builds, &renames, &patched, &proximity);
        let scalers = ScalerIndex::of(&objects, &overrides, &patched, &proximity);
        let namespaces = NamespaceIndex::of(&objects, &proximity);
        let accounts = AccountIndex::of(&objects, &proximity);

        let webhooks = AdmissionIndex::of(&objects, &bundles);
        let called_services = CalledServices::of(&objects, &bundles);
        let access = AccessProver::of(
            &objects, &builds, &renames, &patched, &bundles, &proximity, &fragments,
        );
        Self {
            objects,
            renames,
            overrides,
            patched,
            command_lines,
            bundles,
            fragments,
            config_maps,
            scalers,
            namespaces,
            accounts,
            access,
            sources: input.sources(),
            webhooks,
            called_services,
        }
    }

    /// All objects, in order of file and place.
    #[must_use]
    pub fn objects(&self) -> &[Object<'w>] {
        self.objects.all()
    }

    /// Which accounts have an elector.
    pub(crate) fn election_accounts(&self, electors: &[Elector<'w>]) -> ElectionAccounts<'w> {
        ElectionAccounts::of(&self.objects, &self.bundles, electors)
    }

    /// Lists inside lists: kubectl refuses such files.
    #[must_use]
    pub fn nested_lists(&self) -> &[NestedList<'w>] {
        self.objects.nested_lists()
    }
}

impl<'w> ConfigMaps<'w> for FileSurroundings<'w> {
    fn config_map(&self, from: Object<'w>, name: &str) -> Answer<ConfigMap<'w>> {
        self.config_maps.find(from, name)
    }

    fn generated_beside(&self, from: Object<'w>) -> Vec<ConfigMap<'w>> {
        self.config_maps.generated_beside(from)
    }
}

impl<'w> Scalers<'w> for FileSurroundings<'w> {
    fn scaler(&self, workload: Workload<'w>) -> Answer<Option<Scaler>> {
        self.scalers.scaler(workload)
    }
}

impl<'w> Surroundings<'w> for FileSurroundings<'w> {
    fn is_unbuilt(&self, object: Object<'w>) -> bool {
        self.renames.is_unbuilt(object.file())
    }

    fn is_fragment(&self, workload: Workload<'w>) -> bool {
        self.fragments.is_fragment(workload)
    }

    fn added_words(&self, workload: Workload<'w>, number: usize, name: &str) -> Vec<AddedWord> {
        let position = ContainerPosition { number, name };
        self.command_lines.words(workload, position)
    }

    fn sources(&self) -> Option<&'w dyn ProgramSources> {
        self.sources
    }

    fn image(&self, object: Object<'w>, written: &'w str) -> Cow<'w, str> {
        let image = self.overrides.image(object.file(), written);
        image.map_or(Cow::Borrowed(written), Cow::Owned)
    }

    fn possible_images(&self, object: Object<'w>, written: &'w str) -> Vec<String> {
        let images = self.overrides.images(object.file(), written);
        images.iter().map(ToString::to_string).collect()
    }
}
