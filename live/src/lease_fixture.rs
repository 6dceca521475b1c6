//! A Lease for tests.

use crate::record::{ElectionRecord, LeaseKey, LeaseKind, LeaseObject};

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
