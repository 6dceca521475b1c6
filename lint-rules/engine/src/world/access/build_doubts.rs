//! What builds of kustomize leave open of an answer about access: what they still change is not missing yet, and what
//! they may take away is not granted.

use std::rc::Rc;

use super::super::kustomize::{Builds, KustomizationId, Renames};
use super::super::patches::PatchedPlaces;
use super::verdicts::is_granted;
use election::Elector;
use election::access::{
    Access, AccessState, EventsAccess, Grant, MissingVerb, NearMiss, Need, allows,
};
use manifest::text::FileSpan;
use objects::LedgerCode;
use programs::Unknown;

/// What builds of kustomize leave open.
pub(crate) struct BuildDoubts<'w> {
    builds: Rc<Builds<'w>>,
    renames: Rc<Renames<'w>>,
    patched: Rc<PatchedPlaces<'w>>,
}

impl<'w> BuildDoubts<'w> {
    pub(crate) fn of(
        builds: &Rc<Builds<'w>>,
        renames: &Rc<Renames<'w>>,
        patched: &Rc<PatchedPlaces<'w>>,
    ) -> Self {
        Self {
            builds: Rc::clone(builds),
            renames: Rc::clone(renames),
            patched: Rc::clone(patched),
        }
    }

    /// An answer as far as it holds after every build.
    ///
    /// `in_build` answers for all that the build of a root holds, as it stands before the build.
    pub(crate) fn apply<'p>(
        &self,
        mut access: Access<'p>,
        elector: &Elector<'w>,
        need: &Need<'_>,
        in_build: impl Fn(KustomizationId) -> Access<'p>,
    ) -> Access<'p> {
        if is_granted(&access)
            && let Some(because) = self.moves_binding_away(&access, elector)
        {
            access.dangling.clear();
            access.events = EventsAccess::Unknown;
            return match self.certainly_missing(elector, need, in_build) {
                Some((root, missing)) => Access {
                    state: AccessState::Missing,
                    missing,
                    ..root
                },
                None => access.because(because),
            };
        }
        let lacks_something = access.state == AccessState::Missing
            || !access.dangling.is_empty()
            || matches!(access.events, EventsAccess::Missing(_));
        if !lacks_something {
            return if is_granted(&access) && self.may_withdraw(&access, elector) {
                access.because(not_built())
            } else {
                access
            };
        }
        let Some(because) = self.may_bring_more(&access, elector) else {
            return access;
        };
        access.dangling.clear();
        access.events = EventsAccess::Unknown;
        if access.state == AccessState::Missing {
            return access.because(because);
        }
        access
    }

    /// Why what is missing may be there after the build.
    fn may_bring_more(&self, access: &Access<'_>, elector: &Elector<'w>) -> Option<Unknown> {
        let is_changed = |place: Option<FileSpan>| {
            place.is_some_and(|place| self.renames.is_unbuilt(place.file))
        };
        let through = access.through.iter();
        let dangling = access.dangling.iter();
        let is_unbuilt = elector.unbuilt
            || access.bindings.iter().any(|one| is_changed(one.place))
            || through.map(|pair| pair.role.place).any(is_changed)
            || dangling.map(|one| one.binding.place).any(is_changed);
        if is_unbuilt {
            return Some(not_built());
        }
        let source = self.builds.outside_source(elector.object.file())?;
        Some(Unknown {
            reason: format!(
                "{source}, and rights may come from there: lint what `kubectl kustomize` prints"
            ),
            ..not_built()
        })
    }

    /// Why a right in the lock's namespace may not be there after the build: the `namespace` of a kustomization moves
    /// every RoleBinding, and a lock that is not in the pod's own namespace stays.
    fn moves_binding_away(&self, access: &Access<'_>, elector: &Elector<'w>) -> Option<Unknown> {
        let lock = elector.lock_namespace.value()?.as_str();
        if elector.lock_in_pods_namespace {
            return None;
        }
        access.grants.iter().find_map(|grant| {
            let binding = &grant.binding;
            let namespace = binding.namespace.as_deref().filter(|it| *it == lock)?;
            let moved = self.renames.moved_to(binding.place?.file, namespace)?;
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

    /// What surely lacks after every build, because each moves the bindings away that grant it; with the answer for
    /// the first of them.
    fn certainly_missing<'p>(
        &self,
        elector: &Elector<'w>,
        need: &Need<'_>,
        in_build: impl Fn(KustomizationId) -> Access<'p>,
    ) -> Option<(Access<'p>, Vec<MissingVerb<'p>>)> {
        let lock = elector.lock_namespace.value()?.as_str();
        let file = elector.object.file();
        let mut first = None;
        for root in self.builds.roots(file) {
            let access = in_build(*root);
            if !is_granted(&access) || self.may_withdraw(&access, elector) {
                return None;
            }
            let mut missing = Vec::new();
            for resource in need.resources {
                for verb in &need.verbs {
                    let request = need.request(*resource, verb);
                    let granting = access
                        .grants
                        .iter()
                        .filter(|grant| allows(grant.rule, &request));
                    if let Some(near) = self.all_moved(*root, lock, granting)? {
                        missing.push(MissingVerb {
                            resource: *resource,
                            verb: (*verb).to_owned(),
                            near: Some(near),
                        });
                    }
                }
            }
            if missing.is_empty() {
                return None;
            }
            first.get_or_insert((access, missing));
        }
        first
    }

    /// The first of some grants if a build surely moves all of their bindings out of the lock's namespace; `Some(None)`
    /// if one surely stays, `None` if that is not known.
    fn all_moved<'g, 'p: 'g>(
        &self,
        root: KustomizationId,
        lock: &str,
        grants: impl Iterator<Item = &'g Grant<'p>>,
    ) -> Option<Option<NearMiss<'p>>> {
        let mut first = None;
        for grant in grants {
            let binding = grant.binding;
            if binding.cluster || binding.namespace.is_none() {
                return Some(None);
            }
            let moved = self.renames.surely_moved_to(root, binding.place?.file)?;
            if moved.name == lock {
                return Some(None);
            }
            first.get_or_insert(NearMiss::MovedAway {
                grant: *grant,
                namespace: moved.name.to_owned(),
                place: moved.place,
            });
        }
        Some(first)
    }

    /// Whether a patch of some build changes the account, or what its rights come through.
    fn may_withdraw(&self, access: &Access<'_>, elector: &Elector<'w>) -> bool {
        let places = access.grants.iter().flat_map(|grant| {
            let subjects = grant.binding.subjects.iter().map(|subject| subject.place);
            [grant.rule.place, grant.binding.role.place]
                .into_iter()
                .chain(subjects)
        });
        places
            .chain([elector.account.place])
            .flatten()
            .any(|place| self.patched.at(place).is_any())
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
