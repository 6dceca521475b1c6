//! What changed in a library from version to version, so that records need not say it for each program.

use super::Library;

/// A version of a library, as go.mod has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LibraryVersion {
    /// Major number.
    pub major: u32,
    /// Minor number.
    pub minor: u32,
    /// Patch number; `None` where it is not said, or the version lies between two.
    pub patch: Option<u32>,
}

impl LibraryVersion {
    /// `v0.11.2` or `0.11`. `None`: no version.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.strip_prefix('v').unwrap_or(text).split('.');
        let major = numbers.next()?.parse().ok()?;
        let minor = numbers.next()?.parse().ok()?;
        let patch = numbers.next().and_then(|patch| patch.parse().ok());
        Some(Self {
            major,
            minor,
            patch,
        })
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

    /// Whether it takes a lock type other than `leases` that a program chooses, in a version. `None`: not known.
    ///
    /// client-go took `endpoints` and `configmaps` until 0.23 and the mixed types until 0.27
    /// (`tools/leaderelection/resourcelock/interface.go`); its versions 2 to 12 are older than 0.17. controller-runtime
    /// 0.11 and 0.15 came with these.
    #[must_use]
    pub fn takes_lock_type_at(self, version: LibraryVersion, lock_type: &str) -> Option<bool> {
        let is_mixed = lock_type.ends_with("leases");
        let refused_since = match (self, is_mixed) {
            (Self::ClientGo, _) if version.major > 1 => return Some(true),
            (Self::ClientGo, true) => 28,
            (Self::ClientGo, false) => 24,
            (Self::ControllerRuntime, true) => 16,
            (Self::ControllerRuntime, false) => 12,
            _ => return None,
        };
        Some(version.is_before(0, refused_since))
    }

    /// Whether its requests end after half of the renew deadline, at least a second, in a version. `None`: not known.
    ///
    /// controller-runtime, the same file: since 0.18.6, 0.19.3 and 0.20.
    #[must_use]
    pub fn client_timeout_at(self, version: LibraryVersion) -> Option<bool> {
        if !matches!(self, Self::ControllerRuntime) {
            return None;
        }
        match (version.major, version.minor) {
            (0, 18) => version.patch.map(|patch| patch >= 6),
            (0, 19) => version.patch.map(|patch| patch >= 3),
            _ => Some(!version.is_before(0, 20)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_of_controller_runtime_follows_its_version() {
        for (version, lock, timeout) in [
            ("v0.4.0", "configmaps", Some(false)),
            ("0.6.5", "configmaps", Some(false)),
            ("0.7.0", "configmapsleases", Some(false)),
            ("v0.11.2", "configmapsleases", Some(false)),
            ("0.12.0", "leases", Some(false)),
            ("0.18.5", "leases", Some(false)),
            ("0.18.6", "leases", Some(true)),
            ("0.19.2", "leases", Some(false)),
            ("v0.19.3", "leases", Some(true)),
            ("v0.19.3-0.20241112101530-c9a2bbd1b0a1", "leases", None),
            ("0.19", "leases", None),
            ("0.20.0", "leases", Some(true)),
            ("1.0", "leases", Some(true)),
        ] {
            let at = LibraryVersion::parse(version).expect(version);
            let library = Library::ControllerRuntime;
            assert_eq!(library.lock_type_at(at), Some(lock), "{version}");
            assert_eq!(library.client_timeout_at(at), timeout, "{version}");
            assert_eq!(Library::Fabric8.lock_type_at(at), None);
        }
        assert_eq!(LibraryVersion::parse("latest"), None);
        assert_eq!(LibraryVersion::parse("v1"), None);
    }

    #[test]
    fn old_lock_types_end_with_versions() {
        let (client_go, runtime) = (Library::ClientGo, Library::ControllerRuntime);
        for (library, version, plain, mixed) in [
            (
                client_go,
                "v11.0.1-0.20190805182717-6502b5e7b1b5+incompatible",
                true,
                true,
            ),
            (client_go, "v0.23.17", true, true),
            (client_go, "v0.24.0", false, true),
            (client_go, "v0.27.16", false, true),
            (client_go, "v0.28.0", false, false),
            (runtime, "v0.11.2", true, true),
            (runtime, "v0.12.0", false, true),
            (runtime, "v0.15.3", false, true),
            (runtime, "v0.16.0", false, false),
        ] {
            let at = LibraryVersion::parse(version).expect(version);
            for (lock_type, expected) in [
                ("configmaps", plain),
                ("endpoints", plain),
                ("configmapsleases", mixed),
                ("endpointsleases", mixed),
            ] {
                let takes = library.takes_lock_type_at(at, lock_type);
                assert_eq!(takes, Some(expected), "{library:?} {version} {lock_type}");
            }
        }
        let at = LibraryVersion::parse("v1.2.0").expect("a version");
        assert_eq!(
            Library::LeaderForLife.takes_lock_type_at(at, "configmaps"),
            None
        );
    }
}
