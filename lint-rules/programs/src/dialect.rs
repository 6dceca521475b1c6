//! A dialect as data: how one program takes its leader-election settings.
//!
//! No program's name stands in code. The built-in records are compiled from
//! `records/*.yaml` when the crate is built; a user's own have the same shape.

mod config_source;
mod identity;
mod library;
mod library_version;
mod recognition;
mod setting;
mod source_reading;
mod version;

use serde::{Deserialize, Serialize};

use super::command_line::ParserKind;

pub use config_source::{ConfigFormat, ConfigSource};
pub use identity::{IdentityBase, IdentityRule};
pub use library::{Library, TimingCheck};
pub use library_version::LibraryVersion;
pub use recognition::Recognition;
pub use setting::{Derivation, Meaning, Setting, SettingSpec, ValueSyntax};
pub use source_reading::{SourceFact, SourceReading};
pub use version::VersionRule;

/// One program, with everything its family says already merged in.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Program {
    /// Permanent id, kebab-case.
    pub id: String,
    /// The name shown to people.
    pub name: String,
    /// The family it follows.
    pub family: String,
    /// Stands for programs that are not listed; its defaults are assumptions.
    pub generic: bool,
    /// The elector library.
    pub library: Library,
    /// Its version, as in go.mod, where that is known.
    pub library_version: Option<String>,
    /// Whether renewals go through a client with a timeout of max(1s, R/2). `None`: not known.
    pub client_timeout: Option<bool>,
    /// It starts with durations that its library's builder would refuse, because it does not use the builder.
    pub unchecked_timing: bool,
    /// How the command line is parsed.
    pub parser: ParserKind,
    /// `_` in flag names is read as `-`.
    pub underscores: bool,
    /// The program ends when words are left over on its command line.
    pub refuses_positionals: bool,
    /// Unknown flags are ignored instead of ending the program.
    pub ignores_unknown_flags: bool,
    /// The same flag twice ends the program.
    pub refuses_repeats: bool,
    /// Every flag about elections is listed here, so another one is unknown to the program.
    pub flags_complete: bool,
    /// Flags that have to do with elections and are none of the settings.
    pub other_flags: Vec<String>,
    /// How it takes each setting.
    pub settings: Vec<SettingSpec>,
    /// How its identity is made.
    pub identity: IdentityRule,
    /// Whether it gives up its lock on a voluntary stop, where no setting says so. `None`: not known.
    pub releases: Option<bool>,
    /// The lock's type where no setting says so: `leases`, `configmaps`, `endpoints`, or a word of its own.
    pub lock_type: Option<String>,
    /// Lock types other than `leases` that this program's own code accepts.
    pub own_lock_types: Vec<String>,
    /// What a program of this kind that is not listed may lock instead, if it is an old one.
    pub older_lock_types: Vec<String>,
    /// The verbs it needs on its lock, where they are not simply its library's.
    pub own_lock_verbs: Vec<String>,
    /// A lock that it takes beside its own.
    pub second_lock: Option<SecondLock>,
    /// The program has no election at all.
    pub never_elects: bool,
    /// Several replicas without election are right (sharding, or a server).
    pub replicas_are_fine: bool,
    /// The lock lives in another cluster.
    pub lock_elsewhere: bool,
    /// Part of Kubernetes or the platform: its lock belongs into kube-system.
    pub part_of_system: bool,
    /// Several replicas lead at once by design (a lease for each bucket or part).
    pub several_leaders: bool,
    /// Longest time its shutdown is known to take before it releases, in seconds.
    pub shutdown_seconds: Option<u32>,
    /// Paths and gRPC services of its probes that only the leader answers well while the election is on.
    pub leader_only_probes: Vec<String>,
    /// Files it reads.
    pub config: Option<ConfigSource>,
    /// What of its source was read for this record; `None`: it was not read.
    pub read: Option<SourceReading>,
    /// How it is known.
    pub recognise: Recognition,
    /// The versions in which it differs.
    pub versions: Vec<VersionRule>,
    /// What all versions have in common, where there are several: what holds of an image whose tag does not tell
    /// the version.
    pub of_unknown_version: Option<Box<Program>>,
    /// It is what several versions have in common, and the version is not known.
    pub version_unknown: bool,
    /// The types of the lock in the versions, where the version is not known and they differ.
    pub possible_lock_types: Vec<String>,
}

/// A lock that a program takes beside its own, in the same namespace and of the same type, before it does a part of its
/// work.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct SecondLock {
    /// Its name.
    pub name: String,
    /// The flag that has the program take it.
    pub flag: String,
    /// The flag of a file that gives it another name.
    pub config_flag: Option<String>,
}

impl Program {
    /// The verbs it needs on its lock; none where that is not established.
    pub fn lock_verbs(&self) -> impl Iterator<Item = &str> {
        let library = if self.own_lock_verbs.is_empty() {
            self.library.lock_verbs()
        } else {
            &[]
        };
        let own = self.own_lock_verbs.iter().map(AsRef::as_ref);
        own.chain(library.iter().copied())
    }

    /// What its three durations are checked for at start, if they are.
    #[must_use]
    pub const fn timing_check(&self) -> Option<TimingCheck> {
        if self.unchecked_timing {
            return None;
        }
        self.library.timing_check()
    }

    /// How the program takes a setting, if it has it.
    #[must_use]
    pub fn spec(&self, setting: Setting) -> Option<&SettingSpec> {
        self.settings.iter().find(|spec| spec.setting == setting)
    }
}
