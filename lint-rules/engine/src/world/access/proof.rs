//! The access of one elector, in the widest set of files that surely belong together.

use std::cell::RefCell;
use std::rc::Rc;

use super::super::account_users::AccountUsers;
use super::super::bundles::{BundleScope, Bundles};
use super::super::input_objects::InputObjects;
use super::super::kustomize::{Builds, KustomizationId, Renames};
use super::super::maps::HashMap;
use super::super::patches::PatchedPlaces;
use super::super::proximity::Proximity;
use super::super::workload_fragments::WorkloadFragments;
use super::build_doubts::BuildDoubts;
use super::rights::InputRights;
use super::scope_view::ScopeView;
use super::verdicts::{
    VerdictCertainty, agreement, ambiguous_bundle, builds_differ, certainty, is_granted, no_rights,
};
use election::Elector;
use election::access::{
    Access, AccountName, EventsAccess, Need, access_in_any_namespace, access_of, may_write_events,
};
use manifest::text::FileId;

/// Proves the access of electors.
pub(crate) struct AccessProver<'w> {
    builds: Rc<Builds<'w>>,
    renames: Rc<Renames<'w>>,
    bundles: Rc<Bundles<'w>>,
    proximity: Rc<Proximity<'w>>,
    fragments: Rc<WorkloadFragments<'w>>,
    users: AccountUsers<'w>,
    rights: InputRights<'w>,
    doubts: BuildDoubts<'w>,
    event_writers: EventWriters,
    named_accounts: NamedAccounts,
}

/// Whether accounts of a name may write events in a namespace, by the tree that is looked at and by what of it is
/// seen from a file: that differs by the file's alternatives, and by whether it is built by a kustomization. A tree of
/// a thousand applications would otherwise be searched a thousand times.
type EventWriters = RefCell<HashMap<(String, Vec<u32>, bool, String, Option<String>), bool>>;

/// Whether bindings name an account, by the same and the account's name.
type NamedAccounts = RefCell<HashMap<(String, Vec<u32>, bool, String), bool>>;

/// What is proven of which account, as seen from which file.
#[derive(Clone, Copy)]
struct AccessQuestion<'q> {
    need: &'q Need<'q>,
    account: AccountName<'q>,
    from: FileId,
}

impl<'w> AccessProver<'w> {
    pub(crate) fn of(
        objects: &Rc<InputObjects<'w>>,
        builds: &Rc<Builds<'w>>,
        renames: &Rc<Renames<'w>>,
        patched: &Rc<PatchedPlaces<'w>>,
        bundles: &Rc<Bundles<'w>>,
        proximity: &Rc<Proximity<'w>>,
        fragments: &Rc<WorkloadFragments<'w>>,
    ) -> Self {
        Self {
            builds: Rc::clone(builds),
            renames: Rc::clone(renames),
            bundles: Rc::clone(bundles),
            proximity: Rc::clone(proximity),
            fragments: Rc::clone(fragments),
            users: AccountUsers::of(objects, bundles),
            rights: InputRights::of(objects, bundles, renames),
            doubts: BuildDoubts::of(builds, renames, patched),
            event_writers: EventWriters::default(),
            named_accounts: NamedAccounts::default(),
        }
    }

    /// Whether an elector's account may use its lock, with the files that were taken together for it.
    pub(crate) fn prove(&self, elector: &Elector<'w>) -> Access<'_> {
        let need = match Need::of(elector) {
            Ok(need) => need,
            Err(because) => return Access::unknown(because),
        };
        let access = self.prove_need(&need, elector);
        let question = self.question(&need, elector);
        let in_build =
            |root| self.prove_within(&question, &BundleScope::Kustomization(root), elector);
        let access = self
            .doubts
            .apply(access, elector, &need, in_build)
            .unless_kept_elsewhere(elector);
        access.or_older_lock(&need, elector, |older| {
            is_granted(&self.prove_need(older, elector))
        })
    }

    /// Whether an elector's account may do this, whatever kustomize still changes.
    fn prove_need(&self, need: &Need<'w>, elector: &Elector<'w>) -> Access<'_> {
        self.prove_question(self.question(need, elector), elector)
    }

    /// The question whether an elector's account may use its lock.
    fn question<'q>(&self, need: &'q Need<'w>, elector: &'q Elector<'w>) -> AccessQuestion<'q> {
        // A patch need not name the account: the workload that it patches does.
        let patched = match elector.fragment {
            true => self.fragments.patched_workload(elector.object),
            false => None,
        };
        let (from, name) = match &patched {
            Some(whole) => (whole.object().file(), whole.account()),
            None => (elector.object.file(), elector.account.name.as_str()),
        };
        let namespace = elector.account.namespace.as_deref();
        AccessQuestion {
            need,
            account: AccountName { namespace, name },
            from,
        }
    }

    /// Looks at wider and wider scopes until one grants what is needed.
    fn prove_question(&self, question: AccessQuestion<'_>, elector: &Elector<'w>) -> Access<'_> {
        let mut best: Option<Access<'_>> = None;
        let mut writes_events = false;
        for builds in &self.bundles.scopes(question.from) {
            if let [scope @ BundleScope::Tree(tree)] = builds.as_slice() {
                // A tree that shows nothing more gives the same answer as the branch before it.
                if !self.rights.shows_more(tree, question.from) {
                    continue;
                }
                // What is not sure is not judged, whatever it is: only the reason is reported.
                if question.account.namespace.is_none() && !self.is_only_user(tree, elector) {
                    writes_events =
                        writes_events || self.may_anyone_write_events(&question, scope, tree);
                    let has_reason = best
                        .as_ref()
                        .is_some_and(|best| certainty(best) > VerdictCertainty::Nothing);
                    if !has_reason && self.is_account_named(&question, scope, tree) {
                        best = Some(Access {
                            within: Some(self.bundles.describe(scope)),
                            ..Access::unknown(ambiguous_bundle(elector))
                        });
                    }
                    continue;
                }
            }
            let mut grants = 0;
            let answers = builds.iter().map(|scope| {
                let access = self.prove_within(&question, scope, elector);
                grants += usize::from(is_granted(&access));
                access
            });
            let Some(access) = answers.reduce(agreement) else {
                continue;
            };
            // A wider scope would take what one build brings for what all of them have.
            let is_best_granted = best.as_ref().is_some_and(is_granted);
            if grants > 0 && grants < builds.len() && !is_best_granted {
                best = Some(access.because(builds_differ()));
                break;
            }
            writes_events |= access.events == EventsAccess::Granted;
            if is_better(&access, best.as_ref()) {
                best = Some(access);
            }
            // Where there are no rights at all, no wider scope has any. The right to write events may stand in
            // another file than the one for the lock.
            let is_enough = writes_events && best.as_ref().is_some_and(is_granted);
            if is_enough || self.rights.policy().is_empty() || self.is_single_file() {
                break;
            }
        }
        if writes_events && let Some(best) = &mut best {
            best.events = EventsAccess::Granted;
        }
        best.unwrap_or_else(|| Access::unknown(no_rights()))
    }

    /// Whether the input is one file, so that every scope is the same.
    fn is_single_file(&self) -> bool {
        self.builds.files().len() == 1
    }

    /// Whether any account of a name may write events that a tree shows: then it may be the elector's.
    fn may_anyone_write_events(
        &self,
        question: &AccessQuestion<'_>,
        scope: &BundleScope,
        tree: &str,
    ) -> bool {
        let namespace = question.need.namespace();
        let view = self.view(question.from, scope);
        let key = (
            tree.to_owned(),
            self.bundles.alternatives_of(question.from).to_vec(),
            view.is_built,
            question.account.name.to_owned(),
            namespace.map(str::to_owned),
        );
        if let Some(known) = self.event_writers.borrow().get(&key) {
            return *known;
        }
        let may_write = may_write_events(question.account, namespace, self.rights.policy(), &view);
        self.event_writers.borrow_mut().insert(key, may_write);
        may_write
    }

    /// Whether any binding that a tree shows names an account of this name.
    fn is_account_named(
        &self,
        question: &AccessQuestion<'_>,
        scope: &BundleScope,
        tree: &str,
    ) -> bool {
        let view = self.view(question.from, scope);
        let key = (
            tree.to_owned(),
            self.bundles.alternatives_of(question.from).to_vec(),
            view.is_built,
            question.account.name.to_owned(),
        );
        if let Some(known) = self.named_accounts.borrow().get(&key) {
            return *known;
        }
        let policy = self.rights.policy();
        let is_named = policy.names_account(question.account.name, &view);
        self.named_accounts.borrow_mut().insert(key, is_named);
        is_named
    }

    fn view<'s>(&'s self, from: FileId, scope: &'s BundleScope) -> ScopeView<'s, 'w> {
        ScopeView {
            builds: &self.builds,
            bundles: &self.bundles,
            proximity: &self.proximity,
            users: &self.users,
            scope,
            from,
            is_built: self.builds.is_built(from),
        }
    }

    /// The answer in one scope.
    fn prove_within(
        &self,
        question: &AccessQuestion<'_>,
        scope: &BundleScope,
        elector: &Elector<'w>,
    ) -> Access<'_> {
        let policy = self.rights.policy();
        let view = self.view(question.from, scope);
        let mut access = access_of(question.need, question.account, policy, &view);
        // Rights may be written for what names and namespaces are after the build.
        if !is_granted(&access)
            && let BundleScope::Kustomization(root) = scope
        {
            let need = question.need.in_pods_namespace(question.account.namespace);
            for name in self.names_in_build(*root, question) {
                let account = AccountName {
                    namespace: None,
                    name: &name,
                };
                let built = access_in_any_namespace(&need, account, policy, &view);
                if is_granted(&built) {
                    access = built;
                    break;
                }
            }
        }
        access.within = Some(self.bundles.describe(scope));
        let is_judged =
            certainty(&access) == VerdictCertainty::Verdict || !access.dangling.is_empty();
        if is_judged && !self.is_sure(scope, elector, &access) {
            access.dangling.clear();
            access = access.because(ambiguous_bundle(elector));
        }
        access
    }

    /// The names that rights may have for an account before and after the build of a root; none if that changes
    /// neither names nor namespaces.
    fn names_in_build(&self, root: KustomizationId, question: &AccessQuestion<'_>) -> Vec<String> {
        let name = question.account.name;
        let Some(affixes) = self.renames.affixes(root, question.from) else {
            return Vec::new();
        };
        let mut names = vec![name.to_owned(), affixes.apply(name)];
        // A name may be written as it will be, with the account's own still to be changed.
        names.extend(affixes.strip(name).map(str::to_owned));
        names.dedup();
        names
    }

    /// Whether what a scope shows is surely about this elector's account. Files above the elector's own folder may be
    /// of another application with an account of the same name.
    fn is_sure(&self, scope: &BundleScope, elector: &Elector<'w>, access: &Access<'_>) -> bool {
        let BundleScope::Tree(tree) = scope else {
            return true;
        };
        let is_written = elector.account.namespace.is_some()
            && access.bindings.iter().all(|binding| {
                binding.subjects.iter().any(|subject| {
                    subject.namespace.is_some() && *subject.name == *elector.account.name
                })
            });
        is_written || self.is_only_user(tree, elector)
    }

    fn is_only_user(&self, tree: &str, elector: &Elector<'w>) -> bool {
        let (file, account) = (elector.object.file(), &elector.account.name);
        self.users.is_only_user(tree, file, account)
    }
}

/// Whether an answer takes the place of that of a narrower scope. What is missing in one file may be in the one beside
/// it, so a wider scope may still grant what a narrower one lacks; what a narrower one grants stays granted.
fn is_better(access: &Access<'_>, best: Option<&Access<'_>>) -> bool {
    best.is_none_or(|best| {
        let is_wider = is_granted(access) || certainty(best) < certainty(access);
        !is_granted(best) && is_wider
    })
}
