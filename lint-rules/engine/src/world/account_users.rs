//! Where accounts are defined or used.

use std::cell::OnceCell;
use std::rc::Rc;

use super::bundles::{BundleScope, Bundles, FolderIndex};
use super::input_objects::InputObjects;
use super::maps::HashMap;
use manifest::text::FileId;
use objects::{Object, ObjectKind, Workload};

/// Where accounts are defined or used.
pub(crate) struct AccountUsers<'w> {
    objects: Rc<InputObjects<'w>>,
    bundles: Rc<Bundles<'w>>,
    /// Built when first used, as the next.
    homes: OnceCell<AccountHomes<'w>>,
    /// The files that run something as an account without saying in which namespace, by the account's name.
    adrift: OnceCell<HashMap<&'w str, Vec<FileId>>>,
    users: OnceCell<HashMap<&'w str, UsersOfName<'w>>>,
}

/// The files that hold an account or run something as it, by its name and namespace (`None`: not written).
type AccountHomes<'w> = HashMap<(&'w str, Option<&'w str>), Vec<FileId>>;

/// The files with workloads that run as accounts of one name.
#[derive(Default)]
struct UsersOfName<'w> {
    files: Vec<FileId>,
    /// Built when first used.
    by_folder: OnceCell<FolderIndex<'w>>,
}

impl<'w> AccountUsers<'w> {
    pub(crate) fn of(objects: &Rc<InputObjects<'w>>, bundles: &Rc<Bundles<'w>>) -> Self {
        Self {
            objects: Rc::clone(objects),
            bundles: Rc::clone(bundles),
            homes: OnceCell::new(),
            adrift: OnceCell::new(),
            users: OnceCell::new(),
        }
    }

    /// Whether a scope, as seen from a file, has a ServiceAccount of that name or a workload that runs as it.
    pub(crate) fn has_account(
        &self,
        scope: &BundleScope,
        from: FileId,
        namespace: &str,
        name: &str,
    ) -> bool {
        let homes = self.homes.get_or_init(|| account_homes(self.objects.all()));
        let files = |namespace| homes.get(&(name, namespace)).into_iter().flatten();
        files(Some(namespace))
            .chain(files(None))
            .any(|file| self.bundles.is_in_scope(scope, from, *file))
    }

    /// Whether a workload of a scope, as seen from a file, runs as an account of that name in a namespace that is not
    /// written: it may be any.
    pub(crate) fn may_have_account(&self, scope: &BundleScope, from: FileId, name: &str) -> bool {
        let adrift = self.adrift.get_or_init(|| {
            let mut adrift: HashMap<&str, Vec<FileId>> = HashMap::default();
            for workload in workloads(&self.objects) {
                if workload.object().namespace().is_none() && !workload.is_installer() {
                    let files = adrift.entry(workload.account()).or_default();
                    files.push(workload.object().file());
                }
            }
            adrift
        });
        let mut files = adrift.get(name).into_iter().flatten();
        files.any(|file| self.bundles.is_in_scope(scope, from, *file))
    }

    /// Whether no workload of another folder of a tree runs as an account of this name, as seen from a file.
    pub(crate) fn is_only_user(&self, tree: &str, from: FileId, account: &str) -> bool {
        let users = self.users.get_or_init(|| account_users(&self.objects));
        let Some(users) = users.get(account) else {
            return true;
        };
        let by_folder = users
            .by_folder
            .get_or_init(|| FolderIndex::of(&self.bundles, users.files.iter().copied()));
        // The tree, and every folder in it around the file.
        let own = self.bundles.files().folder(from);
        let below = own.strip_prefix(tree).unwrap_or_default();
        let inner = below
            .match_indices('/')
            .filter_map(|(slash, _)| own.get(..=tree.len() + slash));
        std::iter::once(tree)
            .chain(inner)
            .all(|tree| !by_folder.is_beside(tree, from))
    }
}

fn account_homes<'w>(objects: &[Object<'w>]) -> AccountHomes<'w> {
    let mut homes = AccountHomes::default();
    for object in objects {
        let name = match Workload::of(*object) {
            // Without a namespace it may run anywhere, which proves no account.
            Some(workload) if !workload.is_installer() => {
                object.namespace().map(|_| workload.account())
            }
            None if object.kind() == ObjectKind::ServiceAccount => object.name(),
            _ => None,
        };
        if let Some(name) = name {
            let files = homes.entry((name, object.namespace())).or_default();
            if files.last() != Some(&object.file()) {
                files.push(object.file());
            }
        }
    }
    homes
}

fn workloads<'o, 'w>(objects: &'o InputObjects<'w>) -> impl Iterator<Item = Workload<'w>> + 'o {
    let workloads = objects.of_kind(ObjectKind::Workload).iter();
    workloads.filter_map(|object| Workload::of(*object))
}

/// The workloads that run as each account.
fn account_users<'w>(objects: &InputObjects<'w>) -> HashMap<&'w str, UsersOfName<'w>> {
    let mut users: HashMap<&str, UsersOfName<'w>> = HashMap::default();
    for workload in workloads(objects) {
        let files = &mut users.entry(workload.account()).or_default().files;
        let file = workload.object().file();
        if files.last() != Some(&file) {
            files.push(file);
        }
    }
    users
}
