//! The world as the files of one input show it.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;

use super::access::{WritersOfEvents, policy_of};
use super::bundle::{Bundles, Bundling, Scope};
use super::changing::Changing;
use super::electors::Electors;
use super::kustomize::Kustomizations;
use super::nearness::{Folder, nearest};
use super::patches::Position;
use super::replaced::Spot;
use super::scalers::ScaleTarget;
use super::spread::Spread;
use super::{Labels, ServiceAccount, World};
use crate::Input;
use election::access::{Access, Policy};
use election::{Elector, ElectorFacts, Scaler, Surroundings};
use manifest::text::{FileId, FileSpan};
use manifest::tree::Node;
use objects::{LedgerCode, NestedList, Object, ObjectKind, Workload, WorkloadKind, objects_of};
use programs::{AddedWord, Answer, ConfigMap, ConfigMaps, Unknown};

/// The objects of one input, indexed.
pub struct FileWorld<'w> {
    input: &'w Input,
    objects: Vec<Object<'w>>,
    nested: Vec<NestedList<'w>>,
    config_maps: HashMap<&'w str, Vec<Object<'w>>>,
    scalers: HashMap<&'w str, Vec<Object<'w>>>,
    accounts: HashMap<&'w str, Vec<Object<'w>>>,
    namespaces: HashMap<&'w str, Vec<Object<'w>>>,
    kustomizations: Kustomizations<'w>,
    bundles: Bundles,
    policy: OnceCell<Policy>,
    account_users: OnceCell<HashMap<&'w str, Users>>,
    /// Files that say anything of what an account may do.
    telling: OnceCell<Spread>,
    pub(super) writers_of_events: WritersOfEvents,
    account_homes: OnceCell<ByAccount<'w, FileId>>,
    accounts_in: OnceCell<ByAccount<'w, Object<'w>>>,
    pub(super) electors: Electors,
}

/// Things by the name and namespace (`None`: not written) of an account.
type ByAccount<'w, T> = HashMap<(&'w str, Option<&'w str>), Vec<T>>;

/// The files that hold an account or run something as it.
fn account_homes<'w>(objects: &[Object<'w>]) -> ByAccount<'w, FileId> {
    let mut homes = ByAccount::new();
    for object in objects {
        let name = match Workload::of(*object) {
            // Without a namespace it may run anywhere, which proves no account.
            Some(workload) => workload
                .account_name()
                .and_then(Node::as_str)
                .filter(|_| object.namespace().is_some()),
            None if object.kind() == ObjectKind::ServiceAccount => object.name(),
            None => None,
        };
        if let Some(name) = name {
            let files: &mut Vec<FileId> = homes.entry((name, object.namespace())).or_default();
            if files.last() != Some(&object.file()) {
                files.push(object.file());
            }
        }
    }
    homes
}

/// The files with workloads that run as accounts of one name.
#[derive(Default)]
struct Users {
    files: Vec<FileId>,
    /// The same by their folders, once somebody has asked.
    spread: OnceCell<Spread>,
}

/// The files with workloads, by the account that they run as.
fn account_users<'w>(objects: &[Object<'w>]) -> HashMap<&'w str, Users> {
    let mut users: HashMap<&str, Users> = HashMap::new();
    for workload in objects.iter().filter_map(|object| Workload::of(*object)) {
        let name = workload.account_name().and_then(Node::as_str);
        let files = &mut users.entry(name.unwrap_or("default")).or_default().files;
        let file = workload.object().file();
        if files.last() != Some(&file) {
            files.push(file);
        }
    }
    users
}

impl<'w> FileWorld<'w> {
    /// Indexes all objects of an input. Its electors are told later, by [`Self::learn`].
    #[must_use]
    pub fn of(input: &'w Input, bundling: Bundling) -> Self {
        let mut objects = Vec::new();
        let mut nested = Vec::new();
        for document in input.documents() {
            let (found, list) = objects_of(document);
            objects.extend(found);
            nested.extend(list);
        }
        let mut config_maps: HashMap<&str, Vec<Object<'w>>> = HashMap::new();
        let mut scalers: HashMap<&str, Vec<Object<'w>>> = HashMap::new();
        let mut accounts: HashMap<&str, Vec<Object<'w>>> = HashMap::new();
        let mut namespaces: HashMap<&str, Vec<Object<'w>>> = HashMap::new();
        for object in &objects {
            let index = match object.kind() {
                ObjectKind::ConfigMap => &mut config_maps,
                ObjectKind::ServiceAccount => &mut accounts,
                ObjectKind::Namespace => &mut namespaces,
                ObjectKind::HorizontalPodAutoscaler | ObjectKind::ScaledObject => {
                    if let Some(ScaleTarget { name, .. }) = ScaleTarget::of(*object) {
                        scalers.entry(name).or_default().push(*object);
                    }
                    continue;
                }
                _ => continue,
            };
            if let Some(name) = object.name() {
                index.entry(name).or_default().push(*object);
            }
        }
        let kustomizations = Kustomizations::of(input);
        let whole = objects
            .iter()
            .filter(|object| !kustomizations.is_patch(input, object.file()));
        let bundles = Bundles::of(input, whole, bundling);
        Self {
            input,
            objects,
            nested,
            config_maps,
            scalers,
            accounts,
            namespaces,
            kustomizations,
            bundles,
            policy: OnceCell::new(),
            account_users: OnceCell::new(),
            telling: OnceCell::new(),
            writers_of_events: WritersOfEvents::default(),
            account_homes: OnceCell::new(),
            accounts_in: OnceCell::new(),
            electors: Electors::default(),
        }
    }

    /// All rights of the input.
    pub(super) fn policy(&self) -> &Policy {
        self.policy.get_or_init(|| {
            let named: HashSet<FileId> = self
                .objects
                .iter()
                .filter(|object| object.namespace().is_some())
                .map(Object::file)
                .collect();
            // Where nothing names a namespace, it comes with `kubectl -n` or by kustomize.
            policy_of(&self.objects, |object| {
                !named.contains(&object.file()) || self.is_unbuilt_file(object.file())
            })
        })
    }

    /// What may belong together with a file, the surest first.
    pub(super) fn scopes(&self, file: FileId) -> Vec<Vec<Scope>> {
        self.bundles.scopes(self.input, file, &self.kustomizations)
    }

    /// A scope in words.
    pub(super) fn describe(&self, scope: &Scope) -> String {
        self.bundles
            .describe(scope, self.input, &self.kustomizations)
    }

    /// Whether a file belongs to a scope, as seen from another one.
    pub(super) fn is_in_scope(&self, scope: &Scope, from: FileId, file: FileId) -> bool {
        self.bundles.holds(scope, from, file, &self.kustomizations)
    }

    /// Files between which all of a scope are; `None`: all files.
    pub(super) fn stretch(&self, scope: &Scope) -> Option<RangeInclusive<FileId>> {
        self.bundles.stretch(scope, &self.kustomizations)
    }

    /// Whether a tree around a file shows it rights, accounts or workloads that the branch in which the file lies
    /// does not.
    pub(super) fn tells_more(&self, tree: &str, from: FileId) -> bool {
        let telling = self.telling.get_or_init(|| {
            let objects = self.objects.iter();
            let telling = objects.filter(|object| tells_of_rights(object));
            Spread::of(&self.bundles, telling.map(Object::file))
        });
        telling.is_beside(&self.bundles, tree, from)
    }

    /// Objects that other files define too, by their numbers.
    pub(super) fn alternatives_of(&self, file: FileId) -> &[u32] {
        self.bundles.alternatives_of(file)
    }

    /// Whether a file is built by a kustomization, so that what kustomizations leave out is not applied with it.
    pub(super) fn is_built_file(&self, file: FileId) -> bool {
        !self.kustomizations.roots(self.input, file).is_empty()
    }

    /// Whether a file lies beside a kustomization that does not take it.
    pub(super) fn is_left_out(&self, file: FileId) -> bool {
        self.kustomizations.leaves_out(self.input, file)
    }

    /// Whether kustomize still changes what a file holds.
    pub(super) fn is_unbuilt_file(&self, file: FileId) -> bool {
        self.kustomizations.changes(self.input, file)
    }

    /// The other namespace into which some build puts what a file writes for this one.
    pub(super) fn moved_to(&self, file: FileId, namespace: &str) -> Option<&str> {
        self.kustomizations.moved_to(self.input, file, namespace)
    }

    /// What a build of a file takes from somewhere else than the input, in words.
    pub(super) fn outside(&self, file: FileId) -> Option<String> {
        self.kustomizations.outside(self.input, file)
    }

    /// Which builds may change what stands at a place.
    pub(super) fn changing(&self, place: FileSpan) -> Changing<'_> {
        if self.kustomizations.is_empty() {
            return Changing::default();
        }
        // The last object that begins no later.
        let begins = |one: &Object<'w>| (one.file(), one.node().span().start);
        let after = self
            .objects
            .partition_point(|one| begins(one) <= (place.file, place.span.start));
        let object = after.checked_sub(1).and_then(|at| self.objects.get(at));
        let holds = |object: &&Object<'w>| {
            object.file() == place.file && place.span.start < object.node().span().end
        };
        object
            .filter(holds)
            .map(|object| {
                let spot = Spot::at(*object, place.span.start);
                self.kustomizations.changing(self.input, *object, &spot)
            })
            .unwrap_or_default()
    }

    /// Why the number of pods that a workload writes does not hold: every build of it patches the number.
    pub(super) fn replaced_replicas(&self, workload: Workload<'w>) -> Option<Unknown> {
        let spot = Spot::of_replicas(workload.replicas());
        let object = workload.object();
        self.kustomizations
            .changing(self.input, object, &spot)
            .in_every_build("the number of replicas")
    }

    /// The ConfigMaps that have a name only after the build which also makes the object that asks for it: one may
    /// write what a `namePrefix` will make of the name.
    fn renamed_maps(&self, from: Object<'w>, name: &str) -> Vec<Object<'w>> {
        let roots = self.kustomizations.roots(self.input, from.file());
        let of_root = |root: usize| {
            let change = self
                .kustomizations
                .renaming(root, self.input, from.file())?;
            let written = name
                .strip_prefix(change.prefix.as_str())?
                .strip_suffix(change.suffix.as_str())?;
            let maps = self.config_maps.get(written)?.iter().copied();
            let beside = move |map: &Object<'w>| {
                let others = self.kustomizations.roots(self.input, map.file());
                others.contains(&root)
            };
            Some(maps.filter(beside))
        };
        let mut found: Vec<Object<'w>> = roots.into_iter().filter_map(of_root).flatten().collect();
        found.dedup_by_key(|map| (map.file(), map.node().span().start));
        found
    }

    /// Why what a ConfigMap holds does not hold: some build of it patches that.
    fn patched_map(&self, map: Object<'w>) -> Option<Unknown> {
        if self.kustomizations.is_empty() {
            return None;
        }
        let data = map.node().get("data")?;
        data.entries().find_map(|entry| {
            let spot = Spot::at(map, entry.value.span().start);
            self.kustomizations
                .changing(self.input, map, &spot)
                .in_some_build("this ConfigMap")
        })
    }

    /// The names that rights may have for an account before and after a kustomization is built; none if
    /// it changes neither names nor namespaces.
    pub(super) fn built_accounts(&self, scope: &Scope, file: FileId, name: &str) -> Vec<String> {
        let Scope::Kustomization(root) = scope else {
            return Vec::new();
        };
        let Some(change) = self.kustomizations.renaming(*root, self.input, file) else {
            return Vec::new();
        };
        let mut names = vec![
            name.to_owned(),
            format!("{}{name}{}", change.prefix, change.suffix),
        ];
        // A name may be written as it will be, with the account's own still to be changed.
        let stripped = name
            .strip_prefix(change.prefix.as_str())
            .and_then(|rest| rest.strip_suffix(change.suffix.as_str()));
        names.extend(stripped.map(str::to_owned));
        names.dedup();
        names
    }

    /// The whole workload that a patch is about, as far as the input has one.
    pub(super) fn patched(&self, fragment: &Elector<'w>) -> Option<Workload<'w>> {
        let candidates: Vec<Workload<'w>> = self
            .objects
            .iter()
            .filter(|object| {
                object.kind() == ObjectKind::Workload
                    && object.kind_word() == fragment.object.kind_word()
                    && object.name() == fragment.object.name()
                    && may_be_same(object.namespace(), fragment.object.namespace())
            })
            .filter_map(|object| Workload::of(*object))
            .filter(|workload| !self.is_fragment(*workload))
            .collect();
        let folder = self.folder(fragment.object.file());
        let found = nearest(
            &candidates,
            folder,
            |workload| self.folder(workload.object().file()),
            |_| false,
        );
        found.ok().flatten().copied()
    }

    /// The ServiceAccounts of a name that may be of a namespace (`None`: not written, so any).
    fn accounts_named(&self, name: &str, namespace: Option<&str>) -> Vec<Object<'w>> {
        let Some(namespace) = namespace else {
            let all = self.accounts.get(name);
            return all.into_iter().flatten().copied().collect();
        };
        let index = self.accounts_in.get_or_init(|| {
            let mut index: ByAccount<'w, Object<'w>> = ByAccount::new();
            for (name, accounts) in &self.accounts {
                for account in accounts {
                    let key = (*name, account.namespace());
                    index.entry(key).or_default().push(*account);
                }
            }
            index
        });
        let of = |namespace| index.get(&(name, namespace)).into_iter().flatten();
        of(Some(namespace)).chain(of(None)).copied().collect()
    }

    /// Whether a scope has a ServiceAccount of that name, or a workload that runs as it.
    pub(super) fn has_account(
        &self,
        scope: &Scope,
        from: FileId,
        namespace: &str,
        name: &str,
    ) -> bool {
        let homes = self
            .account_homes
            .get_or_init(|| account_homes(&self.objects));
        let files = |namespace| homes.get(&(name, namespace)).into_iter().flatten();
        files(Some(namespace))
            .chain(files(None))
            .any(|file| self.is_in_scope(scope, from, *file))
    }

    /// Whether no workload of another folder of a tree runs as an elector's account.
    pub(super) fn is_only_user(&self, tree: &str, elector: &Elector<'w>) -> bool {
        let from = elector.object.file();
        let users = self
            .account_users
            .get_or_init(|| account_users(&self.objects));
        let Some(users) = users.get(elector.account.name.as_str()) else {
            return true;
        };
        let files = || Spread::of(&self.bundles, users.files.iter().copied());
        let users = users.spread.get_or_init(files);
        // The tree, and every one in it around the file.
        let own = self.bundles.folder(from);
        let below = own.strip_prefix(tree).unwrap_or_default();
        let inner = below
            .match_indices('/')
            .filter_map(|(slash, _)| own.get(..=tree.len() + slash));
        std::iter::once(tree)
            .chain(inner)
            .all(|tree| !users.is_beside(&self.bundles, tree, from))
    }

    /// Which of several objects of one name another object means: the nearest of those that may
    /// belong together with it. `Err` with their number if several are equally near.
    pub(super) fn meant(
        &self,
        candidates: &[Object<'w>],
        from: Object<'w>,
    ) -> Result<Option<Object<'w>>, usize> {
        let file = from.file();
        // Nothing is nearer than the own file, and then the own folder: most find there what they mean.
        let beside = |at: &dyn Fn(FileId) -> bool| {
            let beside = candidates.iter().filter(|candidate| at(candidate.file()));
            beside.copied().collect::<Vec<Object<'w>>>()
        };
        let may_be_together = |other| self.bundles.may_be_together(file, other);
        let mut near = beside(&|other| other == file);
        if near.is_empty() && candidates.len() > 1 {
            let own = self.bundles.folder(file);
            let stretch = self.stretch(&Scope::Folder(own.to_owned()));
            near = beside(&|other| {
                stretch.as_ref().is_none_or(|files| files.contains(&other))
                    && self.bundles.folder(other) == own
                    && may_be_together(other)
            });
        }
        if near.is_empty() {
            near = beside(&may_be_together);
        }
        let is_certain = |candidate: &Object<'w>| {
            let both_named = candidate.namespace().is_some() && from.namespace().is_some();
            both_named || self.bundles.is_whole_input()
        };
        let folder_of = |candidate: &Object<'w>| self.folder(candidate.file());
        nearest(&near, self.folder(file), folder_of, is_certain).map(Option::<&_>::copied)
    }

    /// The scalers that name a workload of that name.
    pub(super) fn scalers_named(&self, name: &str) -> &[Object<'w>] {
        self.scalers.get(name).map_or(&[], Vec::as_slice)
    }

    /// What a kustomization's `replicas` gives a workload.
    pub(super) fn replicas_of_kustomization(&self, object: Object<'w>) -> Option<Scaler> {
        self.kustomizations.replicas(self.input, object)
    }

    /// Whether the input is one file, so that every scope is the same.
    pub(super) fn is_one_file(&self) -> bool {
        self.input.files().len() == 1
    }

    /// The files of a scope.
    pub(super) fn files_in(&self, scope: &Scope) -> Vec<FileId> {
        if let Scope::Kustomization(root) = scope {
            return self.kustomizations.files_of(*root).to_vec();
        }
        let is_inside = |file: &FileId| {
            let is_input = self.input.file(*file);
            is_input.is_some_and(|input| !input.attached)
                && self
                    .bundles
                    .holds(scope, *file, *file, &self.kustomizations)
        };
        let files = self.input.numbered().map(|(id, _)| id);
        files.filter(is_inside).collect()
    }

    /// What a file surely belongs to.
    pub(super) fn homes(&self, file: FileId) -> Vec<Scope> {
        self.bundles.homes(self.input, file, &self.kustomizations)
    }

    /// Whether both files define the same object, so that only one of them is meant.
    pub(super) fn are_alternatives(&self, a: FileId, b: FileId) -> bool {
        self.bundles.are_alternatives(a, b)
    }

    /// All objects, in order of file and place.
    #[must_use]
    pub fn objects(&self) -> &[Object<'w>] {
        &self.objects
    }

    /// Lists inside lists: kubectl refuses such files.
    #[must_use]
    pub fn nested_lists(&self) -> &[NestedList<'w>] {
        &self.nested
    }

    pub(super) fn folder(&self, file: FileId) -> Folder<'w> {
        Folder::of(self.input.name(file))
    }
}

/// Files that kustomizations name and that are not kept in the input.
#[must_use]
pub fn files_of_kustomizations(input: &Input) -> Vec<String> {
    Kustomizations::of(input).named_files(input)
}

/// Whether an object says anything of what an account may do.
fn tells_of_rights(object: &Object<'_>) -> bool {
    matches!(
        object.kind(),
        ObjectKind::Role
            | ObjectKind::ClusterRole
            | ObjectKind::RoleBinding
            | ObjectKind::ClusterRoleBinding
            | ObjectKind::ServiceAccount
            | ObjectKind::Workload
    ) || object.kind_word() == "ClusterServiceVersion"
}

/// Whether two namespaces may be the same: where one is not written it comes with `kubectl -n`.
pub(super) fn may_be_same(a: Option<&str>, b: Option<&str>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    }
}

impl<'w> ConfigMaps<'w> for FileWorld<'w> {
    fn config_map(&self, from: Object<'w>, name: &str) -> Answer<ConfigMap<'w>> {
        let written = self.config_maps.get(name).cloned();
        let candidates: Vec<Object<'w>> = written
            .unwrap_or_else(|| self.renamed_maps(from, name))
            .into_iter()
            .filter(|map| may_be_same(map.namespace(), from.namespace()))
            .collect();
        match self.meant(&candidates, from) {
            Ok(Some(map)) => {
                return match self.patched_map(map) {
                    Some(because) => Answer::Unknown(because),
                    None => Answer::Known(ConfigMap::of(map)),
                };
            }
            Ok(None) => {}
            Err(count) => {
                return Answer::Unknown(Unknown {
                    code: LedgerCode::SeveralCandidates,
                    reason: format!(
                        "{count} ConfigMaps named {name} are equally near in the input"
                    ),
                    place: None,
                });
            }
        }
        match self
            .kustomizations
            .generated(self.input, self.folder(from.file()), from.file(), name)
        {
            Ok(Some(map)) => return Answer::Known(map),
            Ok(None) => {}
            Err(count) => {
                return Answer::Unknown(Unknown {
                    code: LedgerCode::KustomizeNotBuilt,
                    reason: format!(
                        "{count} kustomizations generate ConfigMap {name} for this workload"
                    ),
                    place: None,
                });
            }
        }
        Answer::Unknown(Unknown {
            code: LedgerCode::ConfigMapNotInInput,
            reason: format!("ConfigMap {name} is not in the input"),
            place: None,
        })
    }

    fn generated_beside(&self, from: Object<'w>) -> Vec<ConfigMap<'w>> {
        self.kustomizations
            .all_generated(self.input, self.folder(from.file()))
    }
}

impl<'w> Surroundings<'w> for FileWorld<'w> {
    fn is_unbuilt(&self, object: Object<'w>) -> bool {
        self.kustomizations.changes(self.input, object.file())
    }

    fn image(&self, object: Object<'w>, written: &'w str) -> Cow<'w, str> {
        self.kustomizations
            .image(self.input, object.file(), written)
            .map_or(Cow::Borrowed(written), Cow::Owned)
    }

    fn added_words(&self, workload: Workload<'w>, number: usize, name: &str) -> Vec<AddedWord> {
        self.kustomizations
            .patched_words(self.input, workload, Position { number, name })
    }

    fn is_fragment(&self, workload: Workload<'w>) -> bool {
        let object = workload.object();
        if self.kustomizations.is_patch(self.input, object.file()) {
            return true;
        }
        // A whole workload of these kinds needs a selector and labels that it selects (apps/v1).
        let needs_labels = matches!(
            workload.kind(),
            WorkloadKind::Deployment
                | WorkloadKind::StatefulSet
                | WorkloadKind::DaemonSet
                | WorkloadKind::ReplicaSet
        );
        let has_selector = workload
            .spec()
            .and_then(|spec| spec.get("selector"))
            .is_some();
        needs_labels && !has_selector && workload.pod_labels().is_none()
    }
}

impl<'w> World<'w> for FileWorld<'w> {
    fn access(&self, elector: &Elector<'w>) -> Access<'_> {
        self.prove(elector)
    }

    fn is_replaced(&self, place: FileSpan) -> Option<Unknown> {
        self.changing(place).in_every_build("what is written here")
    }

    fn rivals(&self, elector: &Elector<'w>) -> Vec<&ElectorFacts> {
        self.earlier_rivals(elector)
    }

    fn electors_around(&self, object: Object<'w>) -> Vec<&ElectorFacts> {
        self.neighbours(object.file())
    }

    fn service_account(
        &self,
        workload: Workload<'w>,
        name: &str,
    ) -> Answer<Option<ServiceAccount>> {
        let object = workload.object();
        let candidates = self.accounts_named(name, object.namespace());
        match self.meant(&candidates, object) {
            Ok(Some(account)) => {
                let node = account.node().get("automountServiceAccountToken");
                Answer::Known(Some(ServiceAccount {
                    automount: node.and_then(Node::as_bool),
                    place: Some(
                        node.map_or_else(|| account.head_place(), |node| account.place_of(node)),
                    ),
                }))
            }
            Ok(None) => Answer::Unknown(Unknown {
                code: LedgerCode::AccountNotInInput,
                reason: format!("ServiceAccount {name} is not in the input"),
                place: None,
            }),
            // Where all say the same it does not matter which is meant.
            Err(_) if !candidates.iter().any(refuses_token) => {
                Answer::Known(Some(ServiceAccount {
                    automount: None,
                    place: candidates.first().map(Object::head_place),
                }))
            }
            Err(count) => Answer::Unknown(Unknown {
                code: LedgerCode::SeveralCandidates,
                reason: format!("{count} ServiceAccounts named {name} are equally near"),
                place: None,
            }),
        }
    }

    fn namespace_labels(&self, near: Object<'w>, name: &str) -> Answer<Labels<'w>> {
        let candidates = self.namespaces.get(name).map_or(&[][..], Vec::as_slice);
        let Ok(Some(namespace)) = self.meant(candidates, near) else {
            return Answer::Unknown(Unknown {
                code: LedgerCode::NamespaceNotInInput,
                reason: format!("the labels of namespace {name} are not in the input"),
                place: None,
            });
        };
        let mut labels: Labels<'w> = namespace
            .metadata("labels")
            .into_iter()
            .flat_map(Node::entries)
            .filter_map(|entry| {
                Some((
                    Cow::Borrowed(entry.key),
                    Cow::Borrowed(entry.value.as_str()?),
                ))
            })
            .filter(|(key, _)| key != NAME_LABEL)
            .collect();
        labels.push((Cow::Borrowed(NAME_LABEL), Cow::Owned(name.to_owned())));
        Answer::Known(labels)
    }
}

fn refuses_token(account: &Object<'_>) -> bool {
    let node = account.node().get("automountServiceAccountToken");
    node.and_then(Node::as_bool) == Some(false)
}

/// The label that every namespace carries (Kubernetes 1.22).
const NAME_LABEL: &str = "kubernetes.io/metadata.name";
