//! Programs that are read in their own source, which lies beside the manifests.
//!
//! This crate says what it asks of a reader of source and puts the answers in the place of a record's. Who reads
//! source is another crate.

use std::fmt;

use crate::command_line::{CommandLine, FlagKind};
use crate::command_words::Word;
use crate::dialect::Program;
use crate::duration::Nanos;
use crate::environment::Environment;
use crate::origin::{Origin, Resolved, Unknown};
use crate::recognition::Evidence;
use manifest::text::{FileId, FileSpan};

/// The programs whose source is in the input.
pub trait ProgramSources: fmt::Debug + Send + Sync {
    /// The program that a container runs, as far as source and build files tell. `manifest` is the file that holds
    /// the container.
    fn find(&self, evidence: &Evidence<'_>, manifest: FileId) -> SourceMatch<'_>;

    /// What was read, and why not more: a sentence for each folder.
    fn notes(&self) -> Vec<String>;
}

/// What source says of the program in a container.
#[derive(Debug)]
pub enum SourceMatch<'s> {
    /// There is no source beside the manifest, or it is of another program.
    None,
    /// The container runs a program that takes part in elections.
    Elects {
        /// The program.
        program: &'s dyn TiedProgram,
        /// What ties the container to it.
        tie: SourceTie,
    },
    /// The container runs a program that never elects.
    NeverElects {
        /// What ties the container to it can hardly be wrong: a build file, or the name of what it starts.
        certain: bool,
    },
    /// A program beside the manifest elects, and whether the container runs it is not known.
    NotTied(Unknown),
}

/// What ties a container to a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceTie {
    /// In words: `ENTRYPOINT of Dockerfile`.
    pub by: String,
    /// The words that the image puts on the command line after the program's name, where the container leaves them
    /// to the image; `None`: not known.
    pub image_words: Option<Vec<String>>,
    /// The variables that the image sets, where the container does not.
    pub image_env: Vec<(String, String)>,
}

/// A program that was read in source.
pub trait TiedProgram: fmt::Debug + Send + Sync {
    /// The program in the shape of a record.
    fn record(&self) -> &Program;
    /// Whether one of its flags takes a value; `None` if it has no such flag.
    fn flag(&self, name: &str) -> Option<FlagKind>;
    /// Its settings with a container's flags, variables and files; `None` if its place is lost.
    fn facts(&self, given: &ProgramInputs<'_>, tie: &SourceTie) -> Option<SourceFacts>;
}

/// What a container gives its program.
#[derive(Clone, Copy)]
pub struct ProgramInputs<'r> {
    /// The command line's words, the program's name first if the manifest names it.
    pub words: &'r [Word],
    /// Whether the manifest names the program itself.
    pub has_command: bool,
    /// Whether the manifest has any word of a command line at all.
    pub has_command_line: bool,
    /// The command line as the program's parser reads it.
    pub command_line: &'r CommandLine,
    /// The variables.
    pub environment: &'r Environment,
    /// Variables that a wrapper sets for the program; `None`: to a value that cannot be followed.
    pub wrapper_env: &'r [(String, Option<String>)],
    /// Why the command line could not be understood.
    pub opaque: Option<&'r Unknown>,
    /// The configuration files.
    pub files: &'r dyn ProgramFiles,
}

/// The configuration files of a container.
pub trait ProgramFiles {
    /// What the file at a path of the container has at a key, whose parts have dots between them.
    fn key(&self, path: &str, key: &str) -> FileKeyAnswer;
    /// What a ConfigMap that is read through the API has at a key.
    fn map_key(&self, name: &str, key: &str) -> FileKeyAnswer;
    /// Why a program that searches for its file may find one: the container mounts one, or one of its flags names one.
    fn searched(&self) -> Option<Unknown>;
}

/// What a configuration file has at a key.
#[derive(Clone, Debug)]
pub enum FileKeyAnswer {
    /// Nothing.
    Absent,
    /// A text, and where it is written.
    Text(String, Origin),
    /// A block or a list.
    Block,
    /// It is not known.
    Unknown(Unknown),
}

/// The settings of a program in a container, as its source computes them.
#[derive(Clone, Debug)]
pub struct SourceFacts {
    /// Where the program makes its elector.
    pub place: FileSpan,
    /// What ties the container to the program, in words.
    pub tied_by: String,
    /// The elector library's version, as in `go.mod`.
    pub library_version: Option<String>,
    /// The switch: true means on.
    pub enable: Resolved<bool>,
    /// LeaseDuration.
    pub lease: Resolved<Nanos>,
    /// RenewDeadline.
    pub renew: Resolved<Nanos>,
    /// RetryPeriod.
    pub retry: Resolved<Nanos>,
    /// The lock's type.
    pub lock_type: Resolved<String>,
    /// The lock's name.
    pub lock_name: Resolved<String>,
    /// The lock's namespace; `@pod` is the pod's own.
    pub lock_namespace: Resolved<String>,
    /// Whether the lock is given up on a voluntary stop.
    pub releases: Resolved<bool>,
    /// What the candidate's identity is made of.
    pub identity: SourceIdentity,
    /// What the program does around its election; `None` where it has several electors.
    pub behaviour: Option<SourceBehaviour>,
}

impl SourceFacts {
    /// Whether some setting is not known.
    #[must_use]
    pub fn has_unknown(&self) -> bool {
        let durations = [&self.lease, &self.renew, &self.retry];
        let texts = [&self.lock_type, &self.lock_name, &self.lock_namespace];
        matches!(self.enable, Resolved::Unknown(_))
            || matches!(self.releases, Resolved::Unknown(_))
            || durations
                .iter()
                .any(|one| matches!(one, Resolved::Unknown(_)))
            || texts.iter().any(|one| matches!(one, Resolved::Unknown(_)))
            || matches!(self.identity, SourceIdentity::Unknown(_))
    }
}

/// What a program does around its election, each with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceBehaviour {
    /// What it does on a lost lease.
    pub on_loss: LossBehaviour,
    /// The context that the elector runs with.
    pub context: RunContext,
    /// Where the elector is run.
    pub run: Option<FileSpan>,
    /// It runs in a goroutine of its own.
    pub in_goroutine: bool,
    /// It runs in a loop.
    pub in_loop: bool,
    /// The work of the leader.
    pub started: Option<FileSpan>,
    /// Whether that work uses the context that ends with the leadership.
    pub uses_leading_context: Option<bool>,
    /// Calls without a time limit when the lease is lost.
    pub blocking: Vec<FileSpan>,
    /// The program itself makes the client of its lock, not a library that elects for it.
    pub makes_client: bool,
    /// Where the process waits after the elector has ended.
    pub waits_after: Option<FileSpan>,
}

/// What a program does on a lost lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossBehaviour {
    /// It ends its process, or the elector's function returns and the program ends with it.
    Ends,
    /// It takes part in the next election.
    Rejoins,
    /// It lives on and never takes part again.
    Continues,
    /// Not known.
    Unknown,
}

/// The context that an elector runs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunContext {
    /// It is never cancelled.
    Endless,
    /// A signal cancels it.
    Signal,
    /// Another one, or not known.
    Other,
}

/// What an identity is made of.
#[derive(Clone, Debug, PartialEq)]
pub enum SourceIdentity {
    /// These pieces, one after the other; none: the text is empty.
    Pieces {
        /// The pieces.
        pieces: Vec<IdentityPiece>,
        /// The variable that it is read from, if it is.
        variable: Option<String>,
        /// The place that decides.
        place: Option<FileSpan>,
    },
    /// Not known.
    Unknown(Unknown),
}

/// A piece of an identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentityPiece {
    /// These characters.
    Text(String),
    /// The host name.
    HostName,
    /// A random text, different in each process.
    Random,
    /// A field of the pod, such as `metadata.name`.
    Field(&'static str),
}
