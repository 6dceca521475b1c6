//! How certain what is known of an elector is, and what its timing promises for certain.

use super::elector::Elector;
use super::promises::{PromiseInput, Promises};
use programs::{OriginKind, Resolved, catalogue};

/// Where the facts about an elector's program come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// The program's own source, which lies beside the manifest.
    Read,
    /// The record of that very program, for which its source was read.
    Listed,
    /// The habits of the family to which it seems to belong, or a built-in record for which no source was read.
    Assumed,
}

impl Certainty {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Read, Self::Listed, Self::Assumed];

    /// The word in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Listed => "listed",
            Self::Assumed => "assumed",
        }
    }
}

/// A fact on which a promise rests and that is not established.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AssumedFact {
    /// LeaseDuration is the family's default.
    LeaseDuration,
    /// RenewDeadline is.
    RenewDeadline,
    /// RetryPeriod is.
    RetryPeriod,
    /// Whether the lock is released on a voluntary stop is not known.
    Releases,
    /// Whether a request has a time limit shorter than the renew deadline is not known.
    ClientTimeout,
    /// How many pods run is not known.
    Replicas,
}

impl AssumedFact {
    /// Every one.
    pub const ALL: [Self; 6] = [
        Self::LeaseDuration,
        Self::RenewDeadline,
        Self::RetryPeriod,
        Self::Releases,
        Self::ClientTimeout,
        Self::Replicas,
    ];

    /// The word in JSON, the name of the field or of the fact.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LeaseDuration => "leaseDuration",
            Self::RenewDeadline => "renewDeadline",
            Self::RetryPeriod => "retryPeriod",
            Self::Releases => "releases",
            Self::ClientTimeout => "clientTimeout",
            Self::Replicas => "replicas",
        }
    }

    /// In words, as in "not known: whether the lock is released on exit".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::LeaseDuration => "the lease duration",
            Self::RenewDeadline => "the renew deadline",
            Self::RetryPeriod => "the retry period",
            Self::Releases => "whether the lock is released on exit",
            Self::ClientTimeout => "whether requests have a timeout",
            Self::Replicas => "the number of replicas",
        }
    }
}

impl Elector<'_> {
    /// Where the facts about its program come from.
    #[must_use]
    pub fn certainty(&self) -> Certainty {
        // A built-in record that was not compared with the program's source is an assumption, too.
        let program = self.program;
        let is_own = || {
            let built_in = catalogue::program(&program.id);
            built_in.is_none_or(|built_in| !built_in.has_version(program))
        };
        let is_read = !program.generic && (program.read.is_some() || is_own());
        match (&self.source, is_read) {
            (Some(_), _) => Certainty::Read,
            (None, false) => Certainty::Assumed,
            (None, true) => Certainty::Listed,
        }
    }

    /// Whether the lock is released on a voluntary stop, if that is established: not where only the family's habit
    /// says so.
    #[must_use]
    pub fn known_release(&self) -> Option<bool> {
        let known = self.releases.known()?;
        (known.origin.kind != OriginKind::Assumed).then_some(known.value)
    }

    /// Whether requests of the election have a timeout of their own, if that is established: controller-runtime has
    /// one since 0.20 (and 0.18.6 and 0.19.3), and which version an unlisted program has is not known.
    #[must_use]
    pub fn known_client_timeout(&self) -> Option<bool> {
        self.program
            .client_timeout
            .filter(|_| !self.program.generic)
    }

    /// What the timing promises. Of what is not known the worst counts: see [`Self::assumptions`]. `None` where a
    /// duration is unknown, client-go would refuse them, or another library elects. A workload without a number of
    /// pods (a DaemonSet) counts as having one standby.
    #[must_use]
    pub fn promises(&self) -> Option<Promises> {
        let timing = self.accepted_timing()?;
        let candidates = self.replicas.count.map_or(2, |count| count.max(1));
        let possible = |known: Option<bool>| {
            [false, true]
                .into_iter()
                .filter(move |value| known.is_none_or(|known| known == *value))
        };
        possible(self.known_release())
            .flat_map(|releases| {
                possible(self.known_client_timeout())
                    .map(move |client_timeout| (releases, client_timeout))
            })
            .filter_map(|(releases, client_timeout)| {
                let input = PromiseInput {
                    timing,
                    candidates,
                    releases,
                    client_timeout,
                };
                input.promises()
            })
            .reduce(Promises::or_worse)
    }

    /// The facts on which [`Self::promises`] rest and that are assumed or not known; none where nothing is promised.
    #[must_use]
    pub fn assumptions(&self) -> Vec<AssumedFact> {
        if self.accepted_timing().is_none() {
            return Vec::new();
        }
        let is_assumed = |resolved: &Resolved<_>| {
            let origin = resolved.origin();
            origin.is_some_and(|origin| origin.kind == OriginKind::Assumed)
        };
        let facts = [
            (AssumedFact::LeaseDuration, is_assumed(&self.lease)),
            (AssumedFact::RenewDeadline, is_assumed(&self.renew)),
            (AssumedFact::RetryPeriod, is_assumed(&self.retry)),
            (AssumedFact::Releases, self.known_release().is_none()),
            (
                AssumedFact::ClientTimeout,
                self.known_client_timeout().is_none(),
            ),
            (AssumedFact::Replicas, self.replicas.unknown.is_some()),
        ];
        let assumed = facts.into_iter().filter(|(_, is_assumed)| *is_assumed);
        assumed.map(|(fact, _)| fact).collect()
    }
}
