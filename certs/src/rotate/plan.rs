//! What to do next: decided from what was seen, and nothing else.

use std::time::Duration;

use super::bundle::{Bundle, Damage};
use super::step::RotationStep;
use crate::inspect::{self, Certificate};
use crate::issue::{Authority, Lifetimes};
use crate::{SubjectAltName, Timestamp};

/// How certificates are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RotationPolicy {
    /// How long they last. Each is renewed when a third of its life is left.
    pub lifetimes: Lifetimes,
    /// The names that the serving certificate must have.
    pub names: Vec<SubjectAltName>,
    /// How long every API server and replica may take to learn of a change, clocks that differ
    /// included; an hour by default.
    pub settle: Duration,
    /// How long a Secret that vanished is left to the replicas that still hold its content, before
    /// one without any starts anew; 15 seconds by default, several times the interval of rounds.
    pub grace: Duration,
}

impl RotationPolicy {
    /// The defaults, for these names.
    pub fn new(names: Vec<SubjectAltName>) -> Self {
        Self {
            lifetimes: Lifetimes::default(),
            names,
            settle: Duration::from_secs(3600),
            grace: Duration::from_secs(15),
        }
    }

    /// For how long after its last look at the Secret a replica may be ready: half of the settling
    /// time, which leaves the other half to clocks that differ.
    pub fn stale_after(&self) -> Duration {
        self.settle / 2
    }
}

/// What one replica sees.
#[derive(Clone, Copy, Debug)]
pub struct RotationView<'a> {
    /// The Secret.
    pub stored: Stored<'a>,
    /// What this replica read from the Secret before.
    pub held: Option<&'a Bundle>,
    /// Since when this replica has found the Secret empty or missing, if it does.
    pub missing_since: Option<Timestamp>,
    /// What clients are configured to trust.
    pub published: Published<'a>,
}

/// The Secret.
#[derive(Clone, Copy, Debug)]
pub enum Stored<'a> {
    /// There is none, or an empty one.
    Missing,
    /// It holds this.
    Bundle(&'a Bundle),
    /// It holds something that is not ours or not whole.
    Damaged(&'a Damage),
}

/// The `caBundle`s of the webhook configurations that lead to us.
#[derive(Clone, Copy, Debug)]
pub enum Published<'a> {
    /// Could not be read, or is nothing that we may change: authorities are never exchanged.
    Unknown,
    /// One for each webhook; none if there is no configuration yet.
    Bundles(&'a [Vec<Certificate>]),
}

impl Published<'_> {
    /// Whether every client is configured to trust this authority.
    fn trusts(self, authority: &Certificate) -> bool {
        match self {
            Self::Unknown => false,
            Self::Bundles(bundles) => bundles.iter().all(|bundle| bundle.contains(authority)),
        }
    }

    /// Whether clients may go on with what this bundle signs: all of them trust its authority, or none trusts
    /// any of ours.
    fn accepts(self, bundle: &Bundle) -> bool {
        match self {
            Self::Unknown => true,
            Self::Bundles(_) => self.is_empty() || self.trusts(bundle.signer.certificate()),
        }
    }

    /// What clients are configured to trust beyond this bundle.
    pub(super) fn beyond(self, bundle: &Bundle) -> Vec<Certificate> {
        let Self::Bundles(bundles) = self else {
            return Vec::new();
        };
        let mut found: Vec<Certificate> = Vec::new();
        for one in bundles.iter().flatten() {
            if !bundle.authorities().any(|ours| ours == one) && !found.contains(one) {
                found.push(one.clone());
            }
        }
        found
    }

    /// Whether some client is configured to trust this authority.
    pub(super) fn has(self, authority: &Certificate) -> bool {
        match self {
            Self::Unknown => false,
            Self::Bundles(bundles) => bundles.iter().any(|bundle| bundle.contains(authority)),
        }
    }

    /// Whether clients trusted anything of ours before.
    fn is_empty(self) -> bool {
        match self {
            Self::Unknown => true,
            Self::Bundles(bundles) => bundles.iter().all(Vec::is_empty),
        }
    }
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Change the Secret, then look again.
    Save(RotationStep),
    /// Publish the Secret's authorities, then look again.
    Publish,
    /// Nothing, until then or until something changes.
    Wait {
        /// When the next step is due, if nothing else happens.
        until: Timestamp,
        /// For what.
        on: Waiting,
    },
}

/// What a replica waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// All is well: the next renewal.
    Renewal,
    /// A change of authorities to be known everywhere.
    Settling,
    /// The new authority to be published, which is not allowed or not possible now.
    Publication,
    /// Another replica to restore the Secret.
    Restoration,
    /// An authority that is not valid yet: some clock is wrong.
    Clock,
    /// Somebody to mend or delete a Secret that is not understood.
    Repair(Damage),
}

/// Decides.
pub fn plan(seen: RotationView<'_>, policy: &RotationPolicy, now: Timestamp) -> Plan {
    let bundle = match seen.stored {
        Stored::Bundle(bundle) => bundle,
        Stored::Missing => return plan_without(seen, policy, now),
        Stored::Damaged(damage) => {
            return wait(now.after(policy.grace), Waiting::Repair(damage.clone()));
        }
    };
    let signer = bundle.signer.certificate();
    if now > signer.not_after {
        // Nothing that anyone serves is trusted now, so nothing is lost by haste. A replica whose
        // clock is so far ahead does not come here: it could not have talked to the API server.
        let next = bundle.next.as_ref().map(Authority::certificate);
        let can_switch = next.is_some_and(|next| next.in_date(now).is_ok());
        return Plan::Save(if can_switch {
            RotationStep::SwitchAuthority
        } else {
            RotationStep::Issue
        });
    }
    if now < signer.not_before {
        return wait(signer.not_before, Waiting::Clock);
    }
    if leaf_is_due(bundle, policy, now) {
        return Plan::Save(RotationStep::RenewLeaf);
    }
    if let Published::Bundles(bundles) = seen.published
        && !bundles
            .iter()
            .all(|published| bundle.is_published_as(published))
    {
        let next = bundle.next.as_ref().map(Authority::certificate);
        let was_taken_back = bundle.settling_since.is_some()
            && next.is_some_and(|next| !seen.published.trusts(next));
        return if was_taken_back {
            Plan::Save(RotationStep::StopSettling)
        } else {
            Plan::Publish
        };
    }
    if bundle.next.is_some() || !bundle.outgoing.is_empty() {
        return plan_exchange(bundle, seen.published, policy, now);
    }
    if signer.is_due(now) {
        return Plan::Save(RotationStep::StageAuthority);
    }
    wait(
        bundle.leaf().due_at().min(signer.due_at()),
        Waiting::Renewal,
    )
}

/// While authorities are exchanged.
fn plan_exchange(
    bundle: &Bundle,
    published: Published<'_>,
    policy: &RotationPolicy,
    now: Timestamp,
) -> Plan {
    let next = bundle.next.as_ref().map(Authority::certificate);
    if next.is_some_and(|next| next.in_date(now).is_err()) {
        return Plan::Save(RotationStep::StageAuthority);
    }
    if next.is_some_and(|next| !published.trusts(next)) {
        return wait(now.after(policy.grace), Waiting::Publication);
    }
    // A time far ahead was written by a clock that was wrong; starting again is always safe.
    let since = bundle
        .settling_since
        .filter(|since| since.since(now) <= policy.settle);
    let Some(since) = since else {
        return Plan::Save(RotationStep::StartSettling);
    };
    if now.since(since) < policy.settle {
        return wait(since.after(policy.settle), Waiting::Settling);
    }
    Plan::Save(if next.is_some() {
        RotationStep::SwitchAuthority
    } else {
        RotationStep::DropAuthority
    })
}

/// Without anything stored.
fn plan_without(seen: RotationView<'_>, policy: &RotationPolicy, now: Timestamp) -> Plan {
    let is_alive = |bundle: &&Bundle| {
        bundle.leaf().in_date(now).is_ok() && bundle.signer.certificate().in_date(now).is_ok()
    };
    // A replica that slept while authorities were exchanged holds one that clients trust no more: what it
    // holds is not what vanished.
    let is_current = |bundle: &&Bundle| is_alive(bundle) && seen.published.accepts(bundle);
    if seen.held.filter(is_current).is_some() {
        return Plan::Save(RotationStep::Restore);
    }
    let until = seen.missing_since.unwrap_or(now).after(policy.grace);
    if seen.published.is_empty() || now >= until {
        Plan::Save(RotationStep::Issue)
    } else {
        wait(until, Waiting::Restoration)
    }
}

/// Whether the serving certificate must be renewed: it is not trusted under every name, or a third
/// of its life is left and a new one would last longer.
fn leaf_is_due(bundle: &Bundle, policy: &RotationPolicy, now: Timestamp) -> bool {
    let leaf = bundle.leaf();
    let signer = bundle.signer.certificate();
    let is_good = |name| {
        inspect::verify(
            std::slice::from_ref(leaf),
            std::slice::from_ref(signer),
            Some(name),
            now,
        )
        .is_ok()
    };
    let end = now.after(policy.lifetimes.leaf).min(signer.not_after);
    !policy.names.iter().all(is_good) || (leaf.is_due(now) && end > leaf.not_after)
}

fn wait(until: Timestamp, on: Waiting) -> Plan {
    Plan::Wait { until, on }
}
