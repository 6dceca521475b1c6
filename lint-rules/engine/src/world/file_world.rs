//! The world as the files of one input show it.

use std::borrow::Cow;

use super::bundle_summary::BundleSummary;
use super::called_services::CalledService;
use super::election_accounts::ElectionAccounts;
use super::electors::ElectorIndex;
use super::surroundings::FileSurroundings;
use super::{NamespaceLabels, ServiceAccount, World};
use election::access::Access;
use election::{Elector, ElectorFacts, Scaler, Scalers, Surroundings};
use manifest::text::FileSpan;
use objects::{NestedList, Object, Workload};
use programs::{AddedWord, Answer, ConfigMap, ConfigMaps, ProgramSources, Unknown};

/// The files of an input, with the electors that were read of them.
pub struct FileWorld<'w> {
    surroundings: FileSurroundings<'w>,
    electors: ElectorIndex<'w>,
    election_accounts: ElectionAccounts<'w>,
}

impl<'w> FileWorld<'w> {
    /// The world around the electors of an input, which come in its order.
    #[must_use]
    pub fn of(surroundings: FileSurroundings<'w>, electors: &[Elector<'w>]) -> Self {
        Self {
            electors: ElectorIndex::of(&surroundings.bundles, electors),
            election_accounts: surroundings.election_accounts(electors),
            surroundings,
        }
    }

    /// All objects, in order of file and place.
    #[must_use]
    pub fn objects(&self) -> &[Object<'w>] {
        self.surroundings.objects()
    }

    /// Lists inside lists: kubectl refuses such files.
    #[must_use]
    pub fn nested_lists(&self) -> &[NestedList<'w>] {
        self.surroundings.nested_lists()
    }

    /// What belongs together around electors, in the order of their files.
    #[must_use]
    pub fn bundles_around(&self, electors: &[Elector<'w>]) -> Vec<BundleSummary> {
        BundleSummary::all_of(&self.surroundings.bundles, electors)
    }
}

impl<'w> ConfigMaps<'w> for FileWorld<'w> {
    fn config_map(&self, from: Object<'w>, name: &str) -> Answer<ConfigMap<'w>> {
        self.surroundings.config_map(from, name)
    }

    fn generated_beside(&self, from: Object<'w>) -> Vec<ConfigMap<'w>> {
        self.surroundings.generated_beside(from)
    }
}

impl<'w> Scalers<'w> for FileWorld<'w> {
    fn scaler(&self, workload: Workload<'w>) -> Answer<Option<Scaler>> {
        self.surroundings.scaler(workload)
    }
}

impl<'w> Surroundings<'w> for FileWorld<'w> {
    fn is_unbuilt(&self, object: Object<'w>) -> bool {
        self.surroundings.is_unbuilt(object)
    }

    fn is_fragment(&self, workload: Workload<'w>) -> bool {
        self.surroundings.is_fragment(workload)
    }

    fn added_words(&self, workload: Workload<'w>, number: usize, name: &str) -> Vec<AddedWord> {
        self.surroundings.added_words(workload, number, name)
    }

    fn sources(&self) -> Option<&'w dyn ProgramSources> {
        self.surroundings.sources()
    }

    fn image(&self, object: Object<'w>, written: &'w str) -> Cow<'w, str> {
        self.surroundings.image(object, written)
    }

    fn possible_images(&self, object: Object<'w>, written: &'w str) -> Vec<String> {
        self.surroundings.possible_images(object, written)
    }
}

impl<'w> World<'w> for FileWorld<'w> {
    fn access(&self, elector: &Elector<'w>) -> Access<'_> {
        self.surroundings.access.prove(elector)
    }

    fn rivals(&self, elector: &Elector<'w>) -> Vec<Cow<'_, ElectorFacts>> {
        let rivals = self.electors.earlier_rivals(elector).into_iter();
        rivals.map(Cow::Borrowed).collect()
    }

    fn electors_around(&self, object: Object<'w>) -> Vec<&ElectorFacts> {
        self.electors.around(object.file())
    }

    fn admission_around(&self, configuration: Object<'w>) -> Vec<Object<'w>> {
        self.surroundings.webhooks.around(configuration)
    }

    fn called_service(&self, workload: Workload<'w>) -> Option<CalledService> {
        self.surroundings.called_services.before(workload)
    }

    fn accounts_without_elector(&self, binding: Object<'w>) -> Vec<String> {
        self.election_accounts.unexplained(binding)
    }

    fn service_account(
        &self,
        workload: Workload<'w>,
        name: &str,
    ) -> Answer<Option<ServiceAccount>> {
        self.surroundings.accounts.find(workload, name)
    }

    fn is_replaced(&self, place: FileSpan) -> Option<Unknown> {
        let builds = self.surroundings.patched.at(place);
        builds.unless_kept("what is written here")
    }

    fn namespace_labels(&self, near: Object<'w>, name: &str) -> Answer<NamespaceLabels<'w>> {
        self.surroundings.namespaces.labels(near, name)
    }
}
