//! All roles and bindings of an input.

use std::cell::OnceCell;
use std::rc::Rc;

use super::super::bundles::{Bundles, FolderIndex};
use super::super::input_objects::InputObjects;
use super::super::kustomize::Renames;
use super::super::maps::{HashMap, HashSet};
use election::access::{Binding, RbacPolicy, Role, binding_of, rights_of_operator, role_of};
use manifest::text::FileId;
use objects::{Object, ObjectKind};

/// All roles and bindings of an input, and where they lie.
pub(crate) struct InputRights<'w> {
    objects: Rc<InputObjects<'w>>,
    bundles: Rc<Bundles<'w>>,
    renames: Rc<Renames<'w>>,
    /// Built when first used: an input without electors needs none. So is the next.
    policy: OnceCell<RbacPolicy>,
    /// The files with objects that have to do with what an account may do.
    by_folder: OnceCell<FolderIndex<'w>>,
}

impl<'w> InputRights<'w> {
    pub(crate) fn of(
        objects: &Rc<InputObjects<'w>>,
        bundles: &Rc<Bundles<'w>>,
        renames: &Rc<Renames<'w>>,
    ) -> Self {
        Self {
            objects: Rc::clone(objects),
            bundles: Rc::clone(bundles),
            renames: Rc::clone(renames),
            policy: OnceCell::new(),
            by_folder: OnceCell::new(),
        }
    }

    /// All roles and bindings.
    pub(crate) fn policy(&self) -> &RbacPolicy {
        self.policy.get_or_init(|| {
            let objects = self.objects.all();
            let named = objects.iter().filter(|object| object.namespace().is_some());
            let named: HashSet<FileId> = named.map(Object::file).collect();
            // Where nothing of a file names a namespace, it comes with `kubectl -n` or from kustomize.
            policy_of(objects, |object| {
                let file = object.file();
                !named.contains(&file) || self.renames.is_unbuilt(file)
            })
        })
    }

    /// Whether a tree around a file shows it rights, accounts or workloads that the branch in which the file lies
    /// does not.
    pub(crate) fn shows_more(&self, tree: &str, from: FileId) -> bool {
        let by_folder = self.by_folder.get_or_init(|| {
            let objects = self.objects.all().iter();
            let files = objects.filter(|object| concerns_rights(object));
            FolderIndex::of(&self.bundles, files.map(Object::file))
        });
        by_folder.is_beside(tree, from)
    }
}

/// Whether an object has to do with what an account may do.
fn concerns_rights(object: &Object<'_>) -> bool {
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

fn policy_of<'w>(objects: &[Object<'w>], is_unbuilt: impl Fn(Object<'w>) -> bool) -> RbacPolicy {
    let mut policy = RbacPolicy::default();
    let mut latest = HashMap::default();
    for object in objects {
        for (role, binding) in rights_of_operator(*object) {
            policy.add_role(role);
            policy.add_binding(binding);
        }
        if is_repeated(*object, &mut latest) {
            continue;
        }
        if let Some(role) = role_of(*object) {
            policy.add_role(role);
        } else if let Some(binding) = binding_of(*object, is_unbuilt(*object)) {
            policy.add_binding(binding);
        }
    }
    policy
}

/// The latest definition of each role and binding, by file, kind, namespace and name.
type LatestDefinitions<'w> = HashMap<(FileId, ObjectKind, Option<&'w str>, &'w str), Object<'w>>;

/// Whether the definition before it of the same object in the same file is the same. Then it adds no right, and would
/// only have to be decided again for each account that it names.
fn is_repeated<'w>(object: Object<'w>, latest: &mut LatestDefinitions<'w>) -> bool {
    use ObjectKind::{ClusterRole, ClusterRoleBinding, Role as NamespacedRole, RoleBinding};
    let (Some(name), NamespacedRole | ClusterRole | RoleBinding | ClusterRoleBinding) =
        (object.name(), object.kind())
    else {
        return false;
    };
    let identity = (object.file(), object.kind(), object.namespace(), name);
    let Some(before) = latest.insert(identity, object) else {
        return false;
    };
    let role = |object| role_of(object).map(Role::unplaced);
    let binding = |object| binding_of(object, false).map(Binding::unplaced);
    role(before) == role(object) && binding(before) == binding(object)
}
