//! The three numbers of an election: what the library and the API make of them.
//!
//! After client-go v0.37.2 (`tools/leaderelection`) and the API server's validation of Leases. All arithmetic is on
//! whole nanoseconds.

use programs::duration::Nanos;

/// Lease duration, renew deadline and retry period of one elector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Timing {
    /// How long a standby waits after the last renewal it saw (`L`).
    pub lease: Nanos,
    /// How long the leader keeps trying to renew (`R`).
    pub renew: Nanos,
    /// Pause between attempts (`P`).
    pub retry: Nanos,
}

/// A relation that client-go's constructor refuses, in the order of its checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Violation {
    /// `L <= R`.
    LeaseNotAboveRenew,
    /// `R <= 1.2 × P`, the product cut to whole nanoseconds.
    RenewNotAboveRetry,
    /// `L < 1ns`.
    LeaseNotPositive,
    /// `R < 1ns`.
    RenewNotPositive,
    /// `P < 1ns`.
    RetryNotPositive,
}

impl Timing {
    /// The defaults of client-go's users and of component-base: 15s, 10s, 2s.
    pub const CUSTOMARY: Self = Self {
        lease: Nanos::from_seconds(15),
        renew: Nanos::from_seconds(10),
        retry: Nanos::from_seconds(2),
    };

    /// Every check of client-go's constructor that fails, in its order; client-go itself
    /// reports only the first.
    pub fn violations(&self) -> Vec<Violation> {
        // client-go multiplies as a float and truncates; up to 2^53 ns that is this integer.
        let jittered = i128::from(self.retry.0) * 6 / 5;
        [
            (self.lease <= self.renew, Violation::LeaseNotAboveRenew),
            (
                i128::from(self.renew.0) <= jittered,
                Violation::RenewNotAboveRetry,
            ),
            (self.lease < Nanos(1), Violation::LeaseNotPositive),
            (self.renew < Nanos(1), Violation::RenewNotPositive),
            (self.retry < Nanos(1), Violation::RetryNotPositive),
        ]
        .into_iter()
        .filter_map(|(fails, violation)| fails.then_some(violation))
        .collect()
    }

    /// `spec.leaseDurationSeconds` as client-go writes it: cut to whole seconds, then wrapped
    /// into 32 bits.
    #[expect(
        clippy::as_conversions,
        reason = "client-go converts from int to int32, which wraps"
    )]
    pub const fn stored_lease_seconds(&self) -> i32 {
        self.lease.whole_seconds() as i32
    }

    /// Whether the API server takes the stored duration (it must be above zero).
    pub const fn api_accepts(&self) -> bool {
        self.stored_lease_seconds() > 0
    }

    /// Whether client-go starts with these numbers and can write its Lease.
    pub fn is_accepted(&self) -> bool {
        self.api_accepts() && self.violations().is_empty()
    }

    /// The lease as standbys see it (`L'`): the stored whole seconds.
    pub fn stored_lease(&self) -> Nanos {
        Nanos::from_seconds(i64::from(self.stored_lease_seconds()))
    }

    /// How much too early a standby may think the lease to be over, because renewals within
    /// one second look the same to it: `(ceil(1s/P) - 1)·P` for `0 < P < 1s`, else zero.
    pub fn staleness(&self) -> Nanos {
        let retry = self.retry.0;
        if retry <= 0 || self.retry >= Nanos::SECOND {
            return Nanos::ZERO;
        }
        Nanos((Nanos::SECOND.0 - 1) / retry * retry)
    }

    /// Earliest takeover after the leader's last renewal (`E`): `max(L', P)` less the
    /// staleness.
    pub fn earliest_takeover(&self) -> Nanos {
        let waits = self.stored_lease().max(self.retry);
        Nanos(waits.0.saturating_sub(self.staleness().0))
    }

    /// End of leading after the last good renewal, for a program that does not release:
    /// `P + R`.
    pub const fn leader_stops_after(&self) -> Nanos {
        Nanos(self.retry.0.saturating_add(self.renew.0))
    }

    /// The same if a release hangs for the whole of its own deadline: `P + 2R`.
    pub const fn leader_stops_after_hung_release(&self) -> Nanos {
        Nanos(self.leader_stops_after().0.saturating_add(self.renew.0))
    }

    /// The client timeout of `NewFromKubeconfig` and of controller-runtime 0.20 and later (0.18.6, 0.19.3):
    /// `max(1s, R/2)`.
    pub fn client_timeout(&self) -> Nanos {
        Nanos(self.renew.0 / 2).max(Nanos::SECOND)
    }

    /// Renewal attempts certain to start within the deadline: `ceil(R/P)`; zero unless both
    /// are positive.
    pub const fn renew_attempts(&self) -> i64 {
        if self.retry.0 <= 0 || self.renew.0 <= 0 {
            return 0;
        }
        (self.renew.0 - 1) / self.retry.0 + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extremes_neither_panic_nor_pass() {
        let ends = [i64::MIN, -1, 0, 1, i64::MAX];
        for lease in ends {
            for renew in ends {
                for retry in ends {
                    let timing = Timing {
                        lease: Nanos(lease),
                        renew: Nanos(renew),
                        retry: Nanos(retry),
                    };
                    assert!(!timing.is_accepted());
                    let _ = (timing.earliest_takeover(), timing.renew_attempts());
                    let _ = timing.leader_stops_after_hung_release();
                }
            }
        }
    }
}
