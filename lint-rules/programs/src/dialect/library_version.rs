//! What changed in a library from version to version, so that records need not say it for each program.

use super::Library;

/// A version of a library, as go.mod has it: major and minor number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LibraryVersion {
    /// Major number.
    pub major: u32,
    /// Minor number.
    pub minor: u32,
}

impl LibraryVersion {
    /// `v0.11.2` and `0.11` are 0.11. `None`: no version.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.strip_prefix('v').unwrap_or(text).split('.');
        let major = numbers.next()?.parse().ok()?;
        let minor = numbers.next()?.parse().ok()?;
        Some(Self { major, minor })
    }

    const fn is_before(self, major: u32, minor: u32) -> bool {
        self.major < major || self.major == major && self.minor < minor
    }
}

impl Library {
    /// What the library locks in a version where its program chooses nothing else. `None`: not known.
    ///
    /// controller-runtime, `pkg/leaderelection/leader_election.go` of 0.5, 0.6.5, 0.7, 0.11, 0.12 and 0.22.
    #[must_use]
    pub const fn lock_type_at(self, version: LibraryVersion) -> Option<&'static str> {
        if !matches!(self, Self::ControllerRuntime) {
            return None;
        }
        Some(if version.is_before(0, 7) {
            "configmaps"
        } else if version.is_before(0, 12) {
            "configmapsleases"
        } else {
            "leases"
        })
    }

    /// Whether its requests end after half of the renew deadline, at least a second, in a version. `None`: not known.
    ///
    /// controller-runtime, the same file: since 0.20 (0.19 has no such line).
    #[must_use]
    pub const fn client_timeout_at(self, version: LibraryVersion) -> Option<bool> {
        if !matches!(self, Self::ControllerRuntime) {
            return None;
        }
        Some(!version.is_before(0, 20))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_of_controller_runtime_follows_its_version() {
        for (version, lock, timeout) in [
            ("v0.4.0", "configmaps", false),
            ("0.6.5", "configmaps", false),
            ("0.7.0", "configmapsleases", false),
            ("v0.11.2", "configmapsleases", false),
            ("0.12.0", "leases", false),
            ("0.19.7", "leases", false),
            ("0.20.0", "leases", true),
            ("1.0", "leases", true),
        ] {
            let at = LibraryVersion::parse(version).expect(version);
            let library = Library::ControllerRuntime;
            assert_eq!(library.lock_type_at(at), Some(lock), "{version}");
            assert_eq!(library.client_timeout_at(at), Some(timeout), "{version}");
            assert_eq!(Library::Fabric8.lock_type_at(at), None);
        }
        assert_eq!(LibraryVersion::parse("latest"), None);
        assert_eq!(LibraryVersion::parse("v1"), None);
    }
}
