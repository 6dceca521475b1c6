//! Targets and limits that rules compare with.

use election::timing_proposals::{FAILOVER_TARGET, LONGEST_LEASE, MIN_RENEW_ATTEMPTS};
use programs::Nanos;

/// Targets and limits that rules compare with.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// `fragile-to-api-outage` speaks below this; `None`: the rule is off.
    pub api_outage_target: Option<Nanos>,
    /// `slow-failover` speaks above this.
    pub failover_target: Nanos,
    /// `few-renew-attempts` speaks below this many certain attempts.
    pub min_renew_attempts: u32,
    /// `implausible-duration` speaks above this.
    pub longest_lease: Nanos,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            api_outage_target: None,
            failover_target: FAILOVER_TARGET,
            min_renew_attempts: MIN_RENEW_ATTEMPTS,
            longest_lease: LONGEST_LEASE,
        }
    }
}
