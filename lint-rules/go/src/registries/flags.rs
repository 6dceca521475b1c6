//! The flags that a program defines.

use std::sync::Arc;

use crate::syntax::SourcePosition;
use crate::term::{Flag, SharedTerm, Term, TermKind};

/// The key under which a map notes the flags that were visited.
pub(crate) const VISITED: &str = "*visited";
/// Stands for the name of each flag that `Visit` passes.
pub(crate) const VISITED_NAME: &str = "\u{0}visited";

/// Which library parses the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FlagLibrary {
    /// Go's own `flag`.
    Flag,
    /// `pflag`, also below cobra.
    Pflag,
    /// kingpin.
    Kingpin,
    /// urfave/cli.
    UrfaveCli,
    /// kong.
    Kong,
}

/// A flag that the program defines.
#[derive(Clone, Debug)]
pub struct FlagDefinition {
    /// The flag.
    pub flag: Arc<Flag>,
    /// Its library.
    pub library: FlagLibrary,
    /// Where it is defined.
    pub at: SourcePosition,
    /// The command that it belongs to, where there are several.
    pub(crate) command: Option<usize>,
}

/// All flags of a program.
#[derive(Default)]
pub(crate) struct FlagRegistry {
    pub definitions: Vec<FlagDefinition>,
}

impl FlagRegistry {
    pub(crate) fn define(
        &mut self,
        flag: Flag,
        library: FlagLibrary,
        command: Option<usize>,
        at: SourcePosition,
    ) -> SharedTerm {
        let flag = Arc::new(flag);
        let known = self
            .definitions
            .iter()
            .any(|known| known.flag.name == flag.name && known.command == command);
        if !known {
            self.definitions.push(FlagDefinition {
                flag: Arc::clone(&flag),
                library,
                at,
                command,
            });
        }
        Term::new(TermKind::Flag(flag), Some(at))
    }

    pub(crate) fn find(&self, name: &str) -> Option<&FlagDefinition> {
        self.definitions
            .iter()
            .find(|known| &*known.flag.name == name)
    }
}

pub(crate) fn is_visited_name(term: &SharedTerm) -> bool {
    term.as_text() == Some(VISITED_NAME)
}

/// Whether a flag stands on the command line.
pub(crate) fn given(name: &str, at: SourcePosition) -> SharedTerm {
    Term::new(TermKind::FlagGiven(Arc::from(name)), Some(at))
}
