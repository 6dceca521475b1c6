//! What the API server asks about a request: webhook configurations and policies of an input, and how long all webhooks
//! together may hold a write of a Lease.

use std::cell::OnceCell;
use std::rc::Rc;

use super::World;
use super::bundles::{BundleScope, Bundles};
use super::input_objects::InputObjects;
use super::maps::{HashMap, HashSet};
use objects::admission::{ADMISSION_GROUP, Reach, Webhook, webhooks_of};
use objects::{Label, Object};
use programs::Answer;

/// The namespace of the control plane's own elections.
const SYSTEM_NAMESPACE: &str = "kube-system";

/// How long webhooks may hold a renewal of the control plane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RenewalWait {
    /// In seconds, all that are called one after the other.
    pub seconds: i64,
    /// How many other webhooks are among them.
    pub others: usize,
}

impl RenewalWait {
    /// Of one webhook by itself.
    #[must_use]
    pub fn alone(webhook: Webhook<'_>) -> Self {
        Self {
            seconds: webhook.timeout_seconds(),
            others: 0,
        }
    }

    /// Who may take that long, after the word for the webhook itself.
    #[must_use]
    pub fn with_whom(&self) -> &'static str {
        match self.others {
            0 => "",
            1 => "and another webhook that is called for the same request ",
            _ => "and other webhooks that are called for the same request ",
        }
    }
}

/// How long a webhook and those around it may hold a renewal of the control plane; `None` if this one surely is not
/// called for it. Mutating webhooks are called one after the other; then the validating ones side by side, so that only
/// the slowest of them counts.
#[must_use]
pub fn renewal_wait<'w>(webhook: Webhook<'w>, world: &dyn World<'w>) -> Option<RenewalWait> {
    if !holds_renewals(webhook, world) {
        return None;
    }
    let mut wait = RenewalWait::alone(webhook);
    let mut slowest_judge = 0;
    let mut counted = HashSet::default();
    let own = webhook.configuration();
    for configuration in std::iter::once(own).chain(world.admission_around(own)) {
        // Of several definitions of one configuration only one is applied: of its own the one that holds the webhook.
        if !counted.insert((configuration.kind_word(), configuration.name())) {
            continue;
        }
        for other in webhooks_of(configuration) {
            if other.is(&webhook) || !holds_renewals(other, world) {
                continue;
            }
            if other.is_mutating() {
                wait.seconds += other.timeout_seconds();
                wait.others += 1;
            } else if webhook.is_mutating() {
                slowest_judge = slowest_judge.max(other.timeout_seconds());
            }
        }
    }
    wait.seconds += slowest_judge;
    wait.others += usize::from(slowest_judge > 0);
    Some(wait)
}

/// Whether renewals of the control plane reach a webhook: electors create their Leases without labels, and nothing
/// labels kube-system by default.
fn holds_renewals<'w>(webhook: Webhook<'w>, world: &dyn World<'w>) -> bool {
    let Some(exposure) = webhook.lease_writes() else {
        return false;
    };
    if exposure.operation != "UPDATE"
        || webhook.object_selector().decide(|_| Label::Missing) == Ok(false)
    {
        return false;
    }
    let labels = world.namespace_labels(webhook.configuration(), SYSTEM_NAMESPACE);
    let labels = match &labels {
        Answer::Known(labels) => Some(labels.as_slice()),
        Answer::Unknown(_) => None,
    };
    matches!(
        webhook.reach(exposure, Some(SYSTEM_NAMESPACE), labels),
        Reach::Surely | Reach::UnlessLabelled(_)
    )
}

/// The objects of an input that configure admission, found by the scopes that hold them.
pub(crate) struct AdmissionIndex<'w> {
    objects: Rc<InputObjects<'w>>,
    bundles: Rc<Bundles<'w>>,
    /// Built when first used.
    by_scope: OnceCell<ObjectsByScope<'w>>,
}

/// Objects with their places in the order of the input.
type ObjectsByScope<'w> = HashMap<BundleScope, Vec<(usize, Object<'w>)>>;

impl<'w> AdmissionIndex<'w> {
    pub(crate) fn of(objects: &Rc<InputObjects<'w>>, bundles: &Rc<Bundles<'w>>) -> Self {
        Self {
            objects: Rc::clone(objects),
            bundles: Rc::clone(bundles),
            by_scope: OnceCell::new(),
        }
    }

    /// Those that belong together with an object, itself among them, in the order of the input.
    pub(crate) fn around(&self, configuration: Object<'w>) -> Vec<Object<'w>> {
        let by_scope = self.by_scope.get_or_init(|| {
            let mut by_scope = ObjectsByScope::default();
            let all = self.objects.all().iter().enumerate();
            for (at, object) in all.filter(|(_, object)| object.group() == ADMISSION_GROUP) {
                for home in self.bundles.homes(object.file()) {
                    by_scope.entry(home).or_default().push((at, *object));
                }
            }
            by_scope
        });
        let file = configuration.file();
        let homes = self.bundles.homes(file);
        let found = homes.iter().filter_map(|home| by_scope.get(home));
        let mut found: Vec<(usize, Object<'w>)> = found.flatten().copied().collect();
        found.sort_unstable_by_key(|(at, _)| *at);
        found.dedup_by_key(|(at, _)| *at);
        found
            .into_iter()
            .map(|(_, object)| object)
            .filter(|other| {
                other.file() == file || !self.bundles.are_alternatives(file, other.file())
            })
            .collect()
    }
}
