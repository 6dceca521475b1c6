//! Electors as they are found.

use std::rc::Rc;

use crate::syntax::SourcePosition;
use crate::term::{SharedTerm, Term};
use crate::value::Outside;

/// The library that elects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LibraryKind {
    /// client-go's `tools/leaderelection`, directly or through a wrapper.
    ClientGo,
    /// controller-runtime's manager.
    ControllerRuntime,
    /// operator-lib's leader for life.
    LeaderForLife,
}

/// What a program does when it has lost its lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnLoss {
    /// It ends its process.
    Exits,
    /// The elector's function returns, and the program ends with it.
    Returns,
    /// It takes part in the next election.
    Rejoins,
    /// It lives on and never takes part again.
    Continues,
    /// Not known.
    Unknown,
}

/// The context that an elector runs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContextKind {
    /// `context.Background()`: it is never cancelled.
    Background,
    /// `context.TODO()`.
    Todo,
    /// It ends with a signal.
    Signal,
    /// It can be cancelled, from a parent that is none of these.
    Cancellable,
    /// Not known.
    Unknown,
}

/// A lock's facts.
pub(crate) struct CandidateLock {
    pub kind: SharedTerm,
    pub name: SharedTerm,
    pub namespace: SharedTerm,
    pub identity: SharedTerm,
    pub client_timeout: Option<bool>,
}

impl CandidateLock {
    pub(crate) fn unknown(because: &str, at: SourcePosition) -> Self {
        let unknown = || Term::unknown(because, Some(at));
        Self {
            kind: unknown(),
            name: unknown(),
            namespace: unknown(),
            identity: unknown(),
            client_timeout: None,
        }
    }
}

/// How the elector is run.
#[derive(Clone, Debug)]
pub(crate) struct ElectorRun {
    pub at: SourcePosition,
    pub context: ContextKind,
    pub in_go: bool,
    pub in_loop: bool,
    /// The goroutine that it runs in; 0 outside of all.
    pub goroutine: u32,
    /// The goroutine does something more when it ends.
    pub acted_on: bool,
}

/// An elector as it was found, its settings not settled yet.
#[derive(Clone, Debug)]
pub(crate) struct Candidate<'p> {
    pub library: LibraryKind,
    /// The package whose function made it.
    pub package: String,
    pub at: SourcePosition,
    pub enable: SharedTerm,
    /// The conditions of the path that leads to it: those that speak of elections, and others.
    pub switch: SharedTerm,
    pub guard: SharedTerm,
    pub lease: SharedTerm,
    pub renew: SharedTerm,
    pub retry: SharedTerm,
    pub lock_type: SharedTerm,
    pub lock_name: SharedTerm,
    pub lock_namespace: SharedTerm,
    pub identity: SharedTerm,
    pub release: SharedTerm,
    /// Whether the lock's client has a timeout.
    pub client_timeout: Option<bool>,
    pub several_leaders: bool,
    pub lock_elsewhere: bool,
    /// What a wrapper does on loss.
    pub on_loss: Option<OnLoss>,
    /// Whether `OnStoppedLeading` ends the process on every path.
    pub stop_exits: Option<bool>,
    pub stopped: Option<SourcePosition>,
    pub blocking: Vec<SourcePosition>,
    /// Whether `OnStartedLeading` uses the context that it gets.
    pub uses_context: Option<bool>,
    pub started: Option<SourcePosition>,
    pub run: Option<ElectorRun>,
    /// Whether the branch that a failed start takes ends the process.
    pub error_exits: Option<bool>,
    pub command: Option<usize>,
    pub result: Option<Rc<Outside<'p>>>,
    /// It was found by going through a function that nothing calls.
    pub reached: bool,
}

impl Candidate<'_> {
    pub(crate) fn new(library: LibraryKind, at: SourcePosition) -> Self {
        let nothing = Term::nothing;
        Self {
            library,
            package: String::new(),
            at,
            enable: Term::truth(true, None),
            switch: Term::truth(true, None),
            guard: Term::truth(true, None),
            lease: nothing(),
            renew: nothing(),
            retry: nothing(),
            lock_type: nothing(),
            lock_name: nothing(),
            lock_namespace: nothing(),
            identity: nothing(),
            release: Term::truth(false, None),
            client_timeout: None,
            several_leaders: false,
            lock_elsewhere: false,
            on_loss: None,
            stop_exits: None,
            stopped: None,
            blocking: Vec::new(),
            uses_context: None,
            started: None,
            run: None,
            error_exits: None,
            command: None,
            result: None,
            reached: true,
        }
    }
}

impl Candidate<'_> {
    pub(crate) fn take_lock(&mut self, lock: CandidateLock) {
        self.lock_type = lock.kind;
        self.lock_name = lock.name;
        self.lock_namespace = lock.namespace;
        self.identity = lock.identity;
        if lock.client_timeout.is_some() || self.library == LibraryKind::ClientGo {
            self.client_timeout = lock.client_timeout;
        }
    }
}
