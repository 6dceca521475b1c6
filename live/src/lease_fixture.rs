//! Leases and moments for tests.

use std::time::Duration;

use crate::record::{ElectionRecord, LeaseKey, LeaseKind, LeaseObject};

/// So many seconds from the beginning.
pub(crate) const fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The Lease that most tests look at.
pub(crate) fn orders(holder: &str, renewed: &str) -> LeaseObject {
    lease_of("shop", "orders", holder, renewed)
}

/// A Lease of an election with a duration of 15 s, which changed hands four times.
pub(crate) fn lease_of(namespace: &str, name: &str, holder: &str, renewed: &str) -> LeaseObject {
    LeaseObject {
        key: LeaseKey {
            namespace: namespace.into(),
            name: name.into(),
        },
        uid: "u".into(),
        version: renewed.into(),
        kind: LeaseKind::Election,
        record: ElectionRecord {
            holder: holder.into(),
            duration_seconds: Some(15),
            acquire_time: Some("then".into()),
            renew_time: Some(renewed.into()),
            transitions: Some(4),
        },
        ignores: Default::default(),
    }
}
