//! Programs: what is known of each `main` package.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::registries::candidate::{ContextKind, LibraryKind, OnLoss};
use crate::registries::flags::FlagLibrary;
use crate::syntax::SourcePosition;
use crate::term::{Flag, SharedTerm, Term};

/// All programs of a repository.
#[derive(Clone, Debug, Default)]
pub struct RepositoryReading {
    /// The paths of the files, by `Position::file`.
    pub files: Vec<String>,
    /// The programs, by their folder.
    pub programs: Vec<SourceProgram>,
    /// What could not be read.
    pub unread: Vec<Unread>,
}

impl RepositoryReading {
    /// The path of the file that a position is in.
    #[must_use]
    pub fn path(&self, position: SourcePosition) -> &str {
        let index = usize::try_from(position.file).unwrap_or(usize::MAX);
        self.files.get(index).map_or("", String::as_str)
    }
}

/// A file that is not Go, or a part of it that is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Where it begins.
    pub at: SourcePosition,
    /// What is wrong.
    pub problem: &'static str,
}

/// A `main` package.
#[derive(Clone, Debug)]
pub struct SourceProgram {
    /// Its folder, relative to the repository; empty for the root.
    pub folder: String,
    /// Folder of the `go.mod` that holds it.
    pub module_folder: String,
    /// Path of that module; empty if it is not known.
    pub module: String,
    /// Import path of the package, if the module's path is known.
    pub import_path: String,
    /// Whether it elects.
    pub election: SourceElection,
    /// Its electors, in the order in which they were found.
    pub electors: Vec<SourceElector>,
    /// The flags that it defines, as far as they were found.
    pub flags: Vec<ProgramFlag>,
    /// Versions of client-go, controller-runtime and the wrappers that it uses, by module path.
    pub versions: BTreeMap<String, String>,
    /// It was too large to be followed to its end: facts may be missing.
    pub exhausted: bool,
}

/// Whether a program elects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceElection {
    /// It has electors; their `enable` says when.
    Elects,
    /// No elector is in it, nor in what it imports of its repository.
    Never,
    /// Its repository's packages that it imports speak of elections, but no elector was found.
    Unknown(SourcePosition),
}

/// A flag of a program.
#[derive(Clone, Debug)]
pub struct ProgramFlag {
    /// The flag.
    pub flag: Arc<Flag>,
    /// The library that parses it.
    pub library: FlagLibrary,
    /// The sub-commands that it belongs to; empty if it is not known to be one's alone.
    pub command: Vec<String>,
    /// Where it is defined.
    pub at: SourcePosition,
}

/// One election that a program takes part in.
#[derive(Clone, Debug)]
pub struct SourceElector {
    /// Which library elects.
    pub library: LibraryKind,
    /// The package that the program calls for it.
    pub package: String,
    /// That module's version, as in `go.mod`.
    pub version: Option<String>,
    /// Where the program makes it.
    pub at: SourcePosition,
    /// Whether `main` was seen to come here. If not, whether it runs at all is not known.
    pub reached: bool,
    /// The sub-commands under which it runs; empty where there are none.
    pub command: Vec<String>,
    /// Whether it elects.
    pub enable: SharedTerm,
    /// Under which condition the program comes here, beyond `enable`; unknown where a part of it is.
    pub guard: SharedTerm,
    /// LeaseDuration in nanoseconds.
    pub lease_duration: SharedTerm,
    /// RenewDeadline in nanoseconds.
    pub renew_deadline: SharedTerm,
    /// RetryPeriod in nanoseconds.
    pub retry_period: SharedTerm,
    /// The lock's type, as client-go names it.
    pub lock_type: SharedTerm,
    /// The lock's name.
    pub lock_name: SharedTerm,
    /// The lock's namespace.
    pub lock_namespace: SharedTerm,
    /// The candidate's identity.
    pub identity: SharedTerm,
    /// Whether the lock is given up on a voluntary stop.
    pub release: SharedTerm,
    /// Whether the lock's client has a request timeout; `None`: not known.
    pub client_timeout: Option<bool>,
    /// Several replicas lead at once by design.
    pub several_leaders: bool,
    /// The lock lives in another cluster.
    pub lock_elsewhere: bool,
    /// What happens on a lost lease.
    pub behaviour: Behaviour,
}

impl SourceElector {
    /// All settings and conditions.
    #[must_use]
    pub fn terms(&self) -> [&SharedTerm; 10] {
        [
            &self.enable,
            &self.guard,
            &self.lease_duration,
            &self.renew_deadline,
            &self.retry_period,
            &self.lock_type,
            &self.lock_name,
            &self.lock_namespace,
            &self.identity,
            &self.release,
        ]
    }

    /// The elector with its settings where its switch is on: they may depend on the switch, too.
    #[must_use]
    pub fn where_it_elects(&self) -> Self {
        let mut elects = self.clone();
        let switch = &self.enable;
        if switch.has_unknown() {
            return elects;
        }
        for term in elects.terms_mut().into_iter().skip(1) {
            *term = term.map(&mut |part| (part == switch).then(|| Term::truth(true, part.at)));
        }
        elects
    }

    pub(crate) fn terms_mut(&mut self) -> [&mut SharedTerm; 10] {
        [
            &mut self.enable,
            &mut self.guard,
            &mut self.lease_duration,
            &mut self.renew_deadline,
            &mut self.retry_period,
            &mut self.lock_type,
            &mut self.lock_name,
            &mut self.lock_namespace,
            &mut self.identity,
            &mut self.release,
        ]
    }
}

/// What the program does around its election, for the rules of the group `code`.
#[derive(Clone, Debug)]
pub struct Behaviour {
    /// What happens on a lost lease.
    pub on_loss: OnLoss,
    /// The callback `OnStoppedLeading`, if there is one.
    pub stopped: Option<SourcePosition>,
    /// Calls without a time limit in that callback.
    pub blocking: Vec<SourcePosition>,
    /// The callback `OnStartedLeading`, if there is one.
    pub started: Option<SourcePosition>,
    /// Whether it uses the context that ends with the leadership.
    pub uses_leading_context: Option<bool>,
    /// Where the elector is run.
    pub run: Option<SourcePosition>,
    /// The context that it runs with.
    pub context: ContextKind,
    /// It runs in a goroutine of its own.
    pub in_goroutine: bool,
    /// It runs in a loop.
    pub in_loop: bool,
    /// The first place where the process waits after the elector has ended.
    pub waits_after: Option<SourcePosition>,
}
