//! The access of one elector, in the widest set of files that surely belong together.

use super::bundle::Scope;
use super::files::FileWorld;
use super::nearness::nearest;
use crate::access::{
    Access, AccessState, AccountName, Need, Policy, Sight, access_of, binding_of, role_of,
};
use crate::election::Elector;
use crate::objects::Object;
use crate::programs::Unknown;
use crate::source::{FileId, Place};

/// All roles and bindings of the input.
pub(super) fn policy_of<'w>(
    objects: &[Object<'w>],
    unbuilt: impl Fn(Object<'w>) -> bool,
) -> Policy {
    let mut policy = Policy::default();
    for object in objects {
        if let Some(role) = role_of(*object) {
            policy.add_role(role);
        } else if let Some(binding) = binding_of(*object, unbuilt(*object)) {
            policy.add_binding(binding);
        }
    }
    policy
}

/// What is seen from one file in one scope.
pub(super) struct ScopeSight<'s, 'w> {
    world: &'s FileWorld<'w>,
    scope: &'s Scope,
    from: FileId,
}

impl Sight for ScopeSight<'_, '_> {
    fn sees(&self, place: Option<Place>) -> bool {
        // What has no place is what Kubernetes brings along.
        place.is_none_or(|place| self.world.is_in_scope(self.scope, self.from, place.file))
    }

    fn meant(&self, places: &[Option<Place>]) -> Option<usize> {
        let numbers: Vec<usize> = (0..places.len()).collect();
        let folder_of = |at: &usize| {
            let place = places.get(*at).copied().flatten();
            self.world
                .folder(place.map_or(self.from, |place| place.file))
        };
        let found = nearest(&numbers, self.world.folder(self.from), folder_of, |_| true);
        found.ok().flatten().copied()
    }
}

impl<'w> FileWorld<'w> {
    /// Whether an elector's account may use its lock, with the files that were taken together for it.
    pub(super) fn prove(&self, elector: &Elector<'w>) -> Access<'_> {
        let need = match Need::of(elector) {
            Ok(need) => need,
            Err(because) => return Access::unknown(because),
        };
        let from = elector.object.file();
        let account = AccountName {
            namespace: elector.account.namespace.as_deref(),
            name: &elector.account.name,
        };
        let mut best: Option<Access<'_>> = None;
        for scope in self.scopes(from) {
            let sight = ScopeSight {
                world: self,
                scope: &scope,
                from,
            };
            let mut access = access_of(&need, account, self.policy(), &sight);
            access.within = Some(self.describe(&scope));
            let granted = access.state == AccessState::Granted;
            let judged = granted || access.state == AccessState::Missing;
            if judged && !self.is_sure(&scope, elector, &access) {
                access = unsure(access, elector);
            }
            // What is missing in one file may be in the one beside it, so a wider look may still grant what a
            // narrower one misses; what a narrower one grants stays granted.
            let better = best
                .as_ref()
                .is_none_or(|best| granted || says_less(best, &access));
            if better {
                best = Some(access);
            }
            if granted {
                break;
            }
        }
        let access = best.unwrap_or_else(|| {
            Access::unknown(Unknown {
                code: "rbac-not-in-input",
                reason: "no rights are in the input".to_owned(),
                place: None,
            })
        });
        self.unless_unbuilt(access, elector)
    }

    /// What kustomize still changes is not missing yet.
    fn unless_unbuilt<'p>(&'p self, access: Access<'p>, elector: &Elector<'w>) -> Access<'p> {
        if access.state != AccessState::Missing {
            return access;
        }
        let changed =
            |place: Option<Place>| place.is_some_and(|place| self.is_unbuilt_file(place.file));
        let unbuilt = elector.unbuilt
            || access.bindings.iter().any(|binding| changed(binding.place))
            || access.through.iter().any(|pair| changed(pair.role.place));
        if !unbuilt {
            return access;
        }
        access.because(Unknown {
            code: "kustomize-not-built",
            reason: "kustomize still changes names, namespaces or rights: lint what `kubectl kustomize` prints"
                .to_owned(),
            place: None,
        })
    }

    /// Whether what a scope shows is surely about this elector's account. Files above the elector's own
    /// folder may be of another application with an account of the same name.
    fn is_sure(&self, scope: &Scope, elector: &Elector<'w>, access: &Access<'_>) -> bool {
        let Scope::Tree { .. } = scope else {
            return true;
        };
        let written = elector.account.namespace.is_some()
            && access.bindings.iter().all(|binding| {
                binding.subjects.iter().any(|subject| {
                    subject.namespace.is_some() && *subject.name == *elector.account.name
                })
            });
        written || self.is_only_user(scope, elector)
    }
}

fn unsure<'p>(access: Access<'p>, elector: &Elector<'_>) -> Access<'p> {
    access.because(Unknown {
        code: "bundle-ambiguous",
        reason: format!(
            "workloads of several folders run as {}, and which rights are whose cannot be told: lint each \
             application by itself, or say what belongs together (--bundle)",
            elector.account.name
        ),
        place: None,
    })
}

/// Whether the first answer says less than the second: nothing at all against why, why against a verdict.
fn says_less(first: &Access<'_>, second: &Access<'_>) -> bool {
    let rank = |access: &Access<'_>| match &access.state {
        AccessState::Unknown(because) if because.code == "rbac-not-in-input" => 0,
        AccessState::Unknown(_) => 1,
        AccessState::Missing | AccessState::Granted => 2,
    };
    rank(first) < rank(second)
}
