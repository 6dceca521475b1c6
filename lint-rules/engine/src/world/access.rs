//! The access of one elector, in the widest set of files that surely belong together.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::RangeInclusive;

use super::bundle::Scope;
use super::files::FileWorld;
use super::nearness::nearest;
use election::Elector;
use election::access::{
    Access, AccessState, AccountName, Binding, EventsAccess, Need, Policy, Role, Sight, access_of,
    binding_of, may_write_events, rights_of_operator, role_of,
};
use manifest::text::{FileId, FileSpan};
use manifest::tree::Node;
use objects::{LedgerCode, Object, ObjectKind};
use programs::Unknown;

/// All roles and bindings of the input.
pub(super) fn policy_of<'w>(
    objects: &[Object<'w>],
    unbuilt: impl Fn(Object<'w>) -> bool,
) -> Policy {
    let mut policy = Policy::default();
    let mut latest = HashMap::new();
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
        } else if let Some(binding) = binding_of(*object, unbuilt(*object)) {
            policy.add_binding(binding);
        }
    }
    policy
}

/// The latest definition of each object, by file, kind, namespace and name.
type Latest<'w> = HashMap<(FileId, ObjectKind, Option<&'w str>, &'w str), Object<'w>>;

/// Whether the definition before it of the same object in the same file says the same: then it adds no right, and
/// every account it names would ask it again for each time it is written.
fn is_repeated<'w>(object: Object<'w>, latest: &mut Latest<'w>) -> bool {
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

/// One question about one account.
struct Asked<'a> {
    need: &'a Need<'a>,
    account: AccountName<'a>,
    from: FileId,
    scope: &'a Scope,
}

/// What is seen from one file in one scope.
pub(super) struct ScopeSight<'s, 'w> {
    world: &'s FileWorld<'w>,
    scope: &'s Scope,
    from: FileId,
    /// The elector is built by a kustomization.
    built: bool,
}

impl Sight for ScopeSight<'_, '_> {
    fn sees(&self, place: Option<FileSpan>) -> bool {
        // What has no place is what Kubernetes brings along.
        place.is_none_or(|place| {
            self.world.is_in_scope(self.scope, self.from, place.file)
                && !(self.built && self.world.is_left_out(place.file))
        })
    }

    fn files(&self) -> Option<RangeInclusive<FileId>> {
        self.world.stretch(self.scope)
    }

    fn meant(&self, places: &[Option<FileSpan>]) -> Option<usize> {
        let numbers: Vec<usize> = (0..places.len()).collect();
        let folder_of = |at: &usize| {
            let place = places.get(*at).copied().flatten();
            self.world
                .folder(place.map_or(self.from, |place| place.file))
        };
        let found = nearest(&numbers, self.world.folder(self.from), folder_of, |_| true);
        found.ok().flatten().copied()
    }

    fn has_account(&self, namespace: &str, name: &str) -> bool {
        self.world
            .has_account(self.scope, self.from, namespace, name)
    }
}

/// Whether accounts of a name may write events in a namespace, by the tree that is looked at and by what of it is
/// seen from a file: that differs by the file's alternatives, and by whether it is built by a kustomization.
pub(super) type WritersOfEvents =
    RefCell<HashMap<(String, Vec<u32>, bool, String, Option<String>), bool>>;

impl<'w> FileWorld<'w> {
    /// Whether an elector's account may use its lock, with the files that were taken together for it.
    pub(super) fn prove(&self, elector: &Elector<'w>) -> Access<'_> {
        let need = match Need::of(elector) {
            Ok(need) => need,
            Err(because) => return Access::unknown(because),
        };
        let access = self.prove_need(&need, elector);
        let access = self
            .unless_unbuilt(access, elector)
            .unless_kept_elsewhere(elector);
        access.or_older_lock(&need, elector, |older| {
            is_granted(&self.prove_need(older, elector))
        })
    }

    /// Whether an elector's account may do this, whatever kustomize still changes.
    fn prove_need(&self, need: &Need<'w>, elector: &Elector<'w>) -> Access<'_> {
        // A patch says nothing of the account: the workload that it patches does.
        let patched = elector.fragment.then(|| self.patched(elector)).flatten();
        let (from, name) = match &patched {
            Some(whole) => (
                whole.object().file(),
                whole
                    .account_name()
                    .and_then(Node::as_str)
                    .unwrap_or("default"),
            ),
            None => (elector.object.file(), elector.account.name.as_str()),
        };
        let namespace = elector.account.namespace.as_deref();
        let account = AccountName { namespace, name };
        let scopes = self.scopes(from);
        let asked = |scope| Asked {
            need,
            account,
            from,
            scope,
        };
        let mut best: Option<Access<'_>> = None;
        let mut may_write_events = false;
        for step in &scopes {
            if let [scope @ Scope::Tree(tree)] = step.as_slice() {
                // A tree that shows nothing more says the same as the branch before it.
                if !self.tells_more(tree, from) {
                    continue;
                }
                // Of what is not sure only the reason would be told, and there is one.
                if account.namespace.is_none()
                    && best.as_ref().is_some_and(|best| rank(best) > 0)
                    && !self.is_only_user(tree, elector)
                {
                    let asked = asked(scope);
                    may_write_events = may_write_events || self.anyone_writes_events(&asked, tree);
                    continue;
                }
            }
            let mut grants = 0;
            let answers = step.iter().map(|scope| {
                let access = self.prove_within(&asked(scope), elector);
                grants += usize::from(is_granted(&access));
                access
            });
            let Some(access) = answers.reduce(agreement) else {
                continue;
            };
            // A wider look would take what one build brings for what all of them have.
            if grants > 0 && grants < step.len() && !best.as_ref().is_some_and(is_granted) {
                best = Some(access.because(builds_differ()));
                break;
            }
            // What is missing in one file may be in the one beside it, so a wider look may still grant what a
            // narrower one misses; what a narrower one grants stays granted.
            let granted = is_granted(&access);
            may_write_events |= access.events == EventsAccess::Granted;
            if best
                .as_ref()
                .is_none_or(|best| !is_granted(best) && (granted || rank(best) < rank(&access)))
            {
                best = Some(access);
            }
            // Where there are no rights at all, no wider look finds any. The right to write events may stand in
            // another file than the one for the lock.
            let enough = may_write_events && best.as_ref().is_some_and(is_granted);
            if enough || self.policy().is_empty() || self.is_one_file() {
                break;
            }
        }
        if may_write_events && let Some(best) = &mut best {
            best.events = EventsAccess::Granted;
        }
        best.unwrap_or_else(|| {
            Access::unknown(Unknown {
                code: LedgerCode::RbacNotInInput,
                reason: "no rights are in the input".to_owned(),
                place: None,
            })
        })
    }

    /// Whether any account of a name may write events that a tree shows: then it may be the elector's.
    fn anyone_writes_events(&self, asked: &Asked<'_>, tree: &str) -> bool {
        let namespace = asked.need.namespace();
        let sight = self.sight(asked);
        let question = (
            tree.to_owned(),
            self.alternatives_of(asked.from).to_vec(),
            sight.built,
            asked.account.name.to_owned(),
            namespace.map(str::to_owned),
        );
        if let Some(known) = self.writers_of_events.borrow().get(&question) {
            return *known;
        }
        let known = may_write_events(asked.account, namespace, self.policy(), &sight);
        self.writers_of_events.borrow_mut().insert(question, known);
        known
    }

    fn sight<'s>(&'s self, asked: &Asked<'s>) -> ScopeSight<'s, 'w> {
        ScopeSight {
            world: self,
            scope: asked.scope,
            from: asked.from,
            built: self.is_built_file(asked.from),
        }
    }

    /// The answer in one scope.
    fn prove_within(&self, asked: &Asked<'_>, elector: &Elector<'w>) -> Access<'_> {
        let sight = self.sight(asked);
        let mut access = access_of(asked.need, asked.account, self.policy(), &sight);
        // Rights may be written for what names and namespaces are after the build.
        if access.state != AccessState::Granted {
            let need = asked.need.in_pods_namespace(asked.account.namespace);
            let names = self.built_accounts(asked.scope, asked.from, asked.account.name);
            for name in &names {
                let account = AccountName {
                    namespace: None,
                    name,
                };
                let built = access_of(&need, account, self.policy(), &sight);
                if built.state == AccessState::Granted {
                    access = built;
                    break;
                }
            }
        }
        access.within = Some(self.describe(asked.scope));
        let judged = rank(&access) == 2 || !access.dangling.is_empty();
        if judged && !self.is_sure(asked.scope, elector, &access) {
            access.dangling.clear();
            access = access.because(ambiguous(elector));
        }
        access
    }

    /// What kustomize still changes is not missing yet, and what it may take away not granted.
    fn unless_unbuilt<'p>(&'p self, mut access: Access<'p>, elector: &Elector<'w>) -> Access<'p> {
        if is_granted(&access)
            && let Some(because) = self.is_moved_away(&access, elector)
        {
            access.dangling.clear();
            access.events = EventsAccess::Unknown;
            return access.because(because);
        }
        let is_lacking = access.state == AccessState::Missing
            || !access.dangling.is_empty()
            || matches!(access.events, EventsAccess::Missing(_));
        if !is_lacking {
            return if is_granted(&access) && self.may_be_withdrawn(&access, elector) {
                access.because(not_built())
            } else {
                access
            };
        }
        let changed =
            |place: Option<FileSpan>| place.is_some_and(|place| self.is_unbuilt_file(place.file));
        let unbuilt = elector.unbuilt
            || access.bindings.iter().any(|binding| changed(binding.place))
            || access.through.iter().any(|pair| changed(pair.role.place))
            || access
                .dangling
                .iter()
                .any(|dangling| changed(dangling.binding.place));
        let because = if unbuilt {
            not_built()
        } else if let Some(what) = self.outside(elector.object.file()) {
            Unknown {
                reason: format!(
                    "{what}, and rights may come from there: lint what `kubectl kustomize` prints"
                ),
                ..not_built()
            }
        } else {
            return access;
        };
        access.dangling.clear();
        access.events = EventsAccess::Unknown;
        if access.state != AccessState::Missing {
            return access;
        }
        access.because(because)
    }

    /// Why a right in the lock's namespace may not be there after the build: the `namespace:` of a kustomization
    /// moves every RoleBinding, and a lock that is not in the pod's own namespace stays.
    fn is_moved_away(&self, access: &Access<'_>, elector: &Elector<'w>) -> Option<Unknown> {
        let lock = elector.lock_namespace.value()?.as_str();
        let own = elector
            .object
            .namespace()
            .or(elector.account.namespace.as_deref());
        if own == Some(lock) {
            return None;
        }
        access.grants.iter().find_map(|grant| {
            let binding = &grant.binding;
            let namespace = binding.namespace.as_deref().filter(|it| *it == lock)?;
            let moved = self.moved_to(binding.place?.file, namespace)?;
            Some(Unknown {
                reason: format!(
                    "kustomize moves RoleBinding {namespace}/{} to namespace {moved}, and the lock stays in \
                     {lock}: lint what `kubectl kustomize` prints",
                    binding.name
                ),
                ..not_built()
            })
        })
    }

    /// Whether a patch of some build changes the account, or what its rights come through.
    fn may_be_withdrawn(&self, access: &Access<'_>, elector: &Elector<'w>) -> bool {
        let places = access.grants.iter().flat_map(|grant| {
            let subjects = grant.binding.subjects.iter().map(|subject| subject.place);
            [grant.rule.place, grant.binding.role.place]
                .into_iter()
                .chain(subjects)
        });
        places
            .chain([elector.account.place])
            .flatten()
            .any(|place| self.changing(place).changed > 0)
    }

    /// Whether what a scope shows is surely about this elector's account. Files above the elector's own
    /// folder may be of another application with an account of the same name.
    fn is_sure(&self, scope: &Scope, elector: &Elector<'w>, access: &Access<'_>) -> bool {
        let Scope::Tree(tree) = scope else {
            return true;
        };
        let written = elector.account.namespace.is_some()
            && access.bindings.iter().all(|binding| {
                binding.subjects.iter().any(|subject| {
                    subject.namespace.is_some() && *subject.name == *elector.account.name
                })
            });
        written || self.is_only_user(tree, elector)
    }
}

fn builds_differ() -> Unknown {
    Unknown {
        code: LedgerCode::KustomizeNotBuilt,
        reason: "one kustomization of this base grants what another does not: lint what \
                 `kubectl kustomize` prints"
            .to_owned(),
        place: None,
    }
}

fn not_built() -> Unknown {
    Unknown {
        code: LedgerCode::KustomizeNotBuilt,
        reason: "kustomize still changes names, namespaces or rights: lint what `kubectl kustomize` prints"
            .to_owned(),
        place: None,
    }
}

fn ambiguous(elector: &Elector<'_>) -> Unknown {
    Unknown {
        code: LedgerCode::BundleAmbiguous,
        reason: format!(
            "workloads of several folders run as {}, and which rights are whose cannot be told: lint each \
             application by itself, or say what belongs together (--bundle)",
            elector.account.name
        ),
        place: None,
    }
}

fn is_granted(access: &Access<'_>) -> bool {
    access.state == AccessState::Granted
}

/// How much an answer says: nothing at all, why it is not known, a verdict.
fn rank(access: &Access<'_>) -> u8 {
    match &access.state {
        AccessState::Unknown(because)
            if because.code == LedgerCode::RbacNotInInput && access.dangling.is_empty() =>
        {
            0
        }
        AccessState::Unknown(_) => 1,
        AccessState::Missing | AccessState::Granted => 2,
    }
}

/// The common answer of two kustomizations that build the same base: where they differ there is none.
fn agreement<'p>(one: Access<'p>, other: Access<'p>) -> Access<'p> {
    match (rank(&one), rank(&other)) {
        (_, 0) => one,
        (0, _) => other,
        (2, 2) if one.state == other.state => one,
        (2, 2) => one.because(builds_differ()),
        (1, _) => one,
        _ => other,
    }
}
