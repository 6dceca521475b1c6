//! Names of properties, compared as Spring Boot binds them.

/// How the names of keys are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyNames {
    /// Letter by letter.
    Exact,
    /// Without dashes, underscores and case: `lease-duration`, `leaseDuration` and `LEASE_DURATION` are one
    /// (Spring Boot 3.3, `ConfigurationPropertyName`).
    Relaxed,
}

impl KeyNames {
    /// Whether a name of a file is the key of a record.
    pub(super) fn is_same(self, key: &str, name: &str) -> bool {
        match self {
            Self::Exact => key == name,
            Self::Relaxed => is_same_property(key, name),
        }
    }
}

/// Whether two names are one property.
pub(super) fn is_same_property(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

fn letters(name: &str) -> impl Iterator<Item = u8> {
    let counts = |byte: &u8| !matches!(byte, b'-' | b'_');
    name.bytes()
        .filter(counts)
        .map(|byte| byte.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_property_has_many_spellings() {
        let key = "spring.cloud.kubernetes.leader.election.lease-duration";
        for name in [
            "spring.cloud.kubernetes.leader.election.leaseDuration",
            "spring.cloud.kubernetes.leader.election.lease_duration",
            "spring.cloud.kubernetes.leader.election.LEASEDURATION",
        ] {
            assert!(KeyNames::Relaxed.is_same(key, name), "{name}");
            assert!(!KeyNames::Exact.is_same(key, name), "{name}");
        }
        for name in [
            "spring.cloud.kubernetes.leader.election.lease.duration",
            "spring.cloud.kubernetes.leader.lease-duration",
            "",
        ] {
            assert!(!is_same_property(key, name), "{name}");
        }
    }
}
