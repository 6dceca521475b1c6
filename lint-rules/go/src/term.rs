//! What a setting is computed from: a small expression over flags, variables and constants.
//!
//! A term is exact: it says what the program's own code computes, so that flags and variables of a workload can be
//! put in later. What the reader could not follow is a term too, `Unknown`, with the reason and the place.

mod choice;

use std::sync::Arc;

use crate::syntax::SourcePosition;

/// A term with the place in source that wrote it.
#[derive(Clone, Debug)]
pub struct Term {
    /// What it is.
    pub kind: TermKind,
    /// Where it is written; `None` for a library's default.
    pub at: Option<SourcePosition>,
    size: u32,
    /// Some part of it is not known.
    has_unknown: bool,
}

/// Terms are equal if they compute the same, wherever they are written.
impl PartialEq for Term {
    fn eq(&self, other: &Self) -> bool {
        self.size == other.size && self.kind == other.kind
    }
}

impl Eq for Term {}

/// A term that several others share.
pub type SharedTerm = Arc<Term>;

/// Larger terms than this are given up.
const LARGEST_TERM: u32 = 1_500;

/// The kinds of terms. Durations are integers in nanoseconds, as in Go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TermKind {
    /// `nil`, or no value at all.
    Nothing,
    /// A boolean.
    Truth(bool),
    /// An integer; a duration in nanoseconds.
    Integer(i64),
    /// A floating-point number, as its bits.
    Real(u64),
    /// A string.
    Text(Arc<str>),
    /// The value of a flag.
    Flag(Arc<Flag>),
    /// Whether a flag stands on the command line.
    FlagGiven(Arc<str>),
    /// The text of an environment variable, empty where it is not set.
    Variable(Arc<str>),
    /// Whether an environment variable is set (it may be empty).
    VariableSet(Arc<str>),
    /// The text of a key of a configuration file, with what holds if the file does not have it.
    Key(Arc<FileKey>, SharedTerm),
    /// Whether a configuration file has a key, with a value or a block.
    KeyGiven(Arc<FileKey>),
    /// The words of the command that the command line calls, as a library found them.
    Command,
    /// A value looked up by name in a library's table, which is only complete when the program has been read.
    Lookup(LookupIn, Arc<str>),
    /// The host name.
    HostName,
    /// A random text, different in each process.
    Random,
    /// The pod's namespace, from the mounted service account.
    PodNamespace,
    /// A text read as another type; a text that cannot be read ends the program or leaves zero.
    Parsed(TextSyntax, SharedTerm),
    /// Whether a text can be read so.
    Parses(TextSyntax, SharedTerm),
    /// A text that is changed by a function of `strings`.
    Edited(TextEdit, SharedTerm),
    /// The second if the first holds, else the third.
    Choice(SharedTerm, SharedTerm, SharedTerm),
    /// The opposite of a truth.
    Not(SharedTerm),
    /// An operation on two values.
    Operation(TermOperator, SharedTerm, SharedTerm),
    /// Not known, because.
    Unknown(Arc<str>),
}

/// A flag with its default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// The name without dashes.
    pub name: Arc<str>,
    /// The type of its value.
    pub syntax: TextSyntax,
    /// What holds if the flag is not given.
    pub default: SharedTerm,
    /// Variables that the flag library itself reads for it.
    pub variables: Vec<Arc<str>>,
}

/// A key of a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileKey {
    /// The file.
    pub file: KeyFile,
    /// The key, with dots between its parts.
    pub key: Arc<str>,
}

/// A configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyFile {
    /// The one at a path in the container; an empty path is no file.
    Path(SharedTerm),
    /// A ConfigMap that is read through the API, whose keys are the settings. Its name is in a variable; without it,
    /// it is the text.
    ConfigMap(&'static str, &'static str),
    /// One that the program searches for.
    Searched,
}

impl KeyFile {
    /// The path, if that is a value of the program.
    pub(crate) const fn path(&self) -> Option<&SharedTerm> {
        match self {
            Self::Path(path) => Some(path),
            Self::ConfigMap(..) | Self::Searched => None,
        }
    }
}

/// How a text becomes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextSyntax {
    /// `strconv.ParseBool`.
    Boolean,
    /// `time.ParseDuration`.
    Duration,
    /// A whole number.
    Integer,
    /// A number.
    Real,
    /// The text itself.
    Text,
    /// Any other type.
    Other,
}

/// What a function of `strings` does with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextEdit {
    /// `ToLower`.
    Lower,
    /// `ToUpper`.
    Upper,
    /// `ReplaceAll`: each of the first becomes the second.
    Replace(Arc<str>, Arc<str>),
    /// `TrimPrefix`.
    TrimPrefix(Arc<str>),
    /// `TrimSuffix`.
    TrimSuffix(Arc<str>),
}

impl TextEdit {
    /// The changed text.
    #[must_use]
    pub fn apply(&self, text: &str) -> String {
        match self {
            Self::Lower => text.to_lowercase(),
            Self::Upper => text.to_uppercase(),
            Self::Replace(old, new) => text.replace(&**old, new),
            Self::TrimPrefix(start) => text.strip_prefix(&**start).unwrap_or(text).to_owned(),
            Self::TrimSuffix(end) => text.strip_suffix(&**end).unwrap_or(text).to_owned(),
        }
    }
}

/// The tables in which values are looked up by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookupIn {
    /// Flags of the command.
    Flags,
    /// viper's keys.
    Viper,
}

/// Operators on two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermOperator {
    /// Sum, or concatenation of texts.
    Add,
    /// Difference.
    Subtract,
    /// Product.
    Multiply,
    /// Quotient, cut towards zero for integers.
    Divide,
    /// Equality.
    Equal,
    /// Less than.
    Less,
    /// Less than or equal.
    LessOrEqual,
    /// Both hold.
    And,
    /// One holds.
    Or,
}

impl Term {
    /// A term; one that grew too large becomes unknown.
    pub(crate) fn new(kind: TermKind, at: Option<SourcePosition>) -> SharedTerm {
        let parts: &[&SharedTerm] = match &kind {
            TermKind::Key(of, inner) => match of.file.path() {
                Some(path) => &[path, inner],
                None => &[inner],
            },
            TermKind::KeyGiven(of) => match of.file.path() {
                Some(path) => &[path],
                None => &[],
            },
            TermKind::Parsed(_, inner)
            | TermKind::Parses(_, inner)
            | TermKind::Edited(_, inner)
            | TermKind::Not(inner) => &[inner],
            TermKind::Flag(flag) => &[&flag.default],
            TermKind::Choice(a, b, c) => &[a, b, c],
            TermKind::Operation(_, a, b) => &[a, b],
            _ => &[],
        };
        let add = |sum: u32, part: &&SharedTerm| sum.saturating_add(part.size);
        let size = parts.iter().fold(1, add);
        let has_unknown = parts.iter().any(|part| part.has_unknown);
        if size > LARGEST_TERM {
            return Self::unknown("it is computed from too many values", at);
        }
        Arc::new(Self {
            kind,
            at,
            size,
            has_unknown,
        })
    }

    pub(crate) fn text(text: &str, at: Option<SourcePosition>) -> SharedTerm {
        Self::new(TermKind::Text(Arc::from(text)), at)
    }

    pub(crate) fn truth(truth: bool, at: Option<SourcePosition>) -> SharedTerm {
        Self::new(TermKind::Truth(truth), at)
    }

    pub(crate) fn integer(number: i64, at: Option<SourcePosition>) -> SharedTerm {
        Self::new(TermKind::Integer(number), at)
    }

    pub(crate) fn real(number: f64, at: Option<SourcePosition>) -> SharedTerm {
        Self::new(TermKind::Real(number.to_bits()), at)
    }

    pub(crate) fn nothing() -> SharedTerm {
        Self::new(TermKind::Nothing, None)
    }

    pub(crate) fn variable(name: &str, at: Option<SourcePosition>) -> SharedTerm {
        Self::new(TermKind::Variable(Arc::from(name)), at)
    }

    /// The value of a key, which the library reads as its type; `default` holds where the file does not have it.
    pub(crate) fn key(
        file: KeyFile,
        key: &str,
        default: SharedTerm,
        at: Option<SourcePosition>,
    ) -> SharedTerm {
        let key = Arc::from(key);
        Self::new(TermKind::Key(Arc::new(FileKey { file, key }), default), at)
    }

    pub(crate) fn unknown(because: &str, at: Option<SourcePosition>) -> SharedTerm {
        Arc::new(Self {
            kind: TermKind::Unknown(Arc::from(because)),
            at,
            size: 1,
            has_unknown: true,
        })
    }

    /// The same value, seen from another place (a call, a literal) if it has none of its own.
    pub(crate) fn placed(self: &Arc<Self>, at: SourcePosition) -> SharedTerm {
        if self.at.is_some() {
            return Arc::clone(self);
        }
        let mut term = Self::clone(self);
        term.at = Some(at);
        Arc::new(term)
    }

    /// The truth, if it is constant.
    #[must_use]
    pub fn as_truth(&self) -> Option<bool> {
        match self.kind {
            TermKind::Truth(truth) => Some(truth),
            _ => None,
        }
    }

    /// The text, if it is constant.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.kind {
            TermKind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The integer, if it is constant.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        match self.kind {
            TermKind::Integer(number) => Some(number),
            _ => None,
        }
    }

    pub(crate) fn as_real(&self) -> Option<f64> {
        match self.kind {
            TermKind::Real(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    /// Why it is unknown, where all of it is.
    #[must_use]
    pub fn as_unknown(&self) -> Option<&str> {
        match &self.kind {
            TermKind::Unknown(because) => Some(because),
            _ => None,
        }
    }

    /// Whether it is a constant, or a fact of the pod.
    #[must_use]
    pub const fn is_constant(&self) -> bool {
        use TermKind::{HostName, Integer, Nothing, PodNamespace, Random, Real, Text, Truth};
        matches!(
            self.kind,
            Nothing | Truth(_) | Integer(_) | Real(_) | Text(_) | HostName | Random | PodNamespace
        )
    }

    /// Whether some part of it is not known.
    #[must_use]
    pub const fn has_unknown(&self) -> bool {
        self.has_unknown
    }

    /// Whether some part of it satisfies a test.
    #[must_use]
    pub fn any(&self, test: &mut impl FnMut(&Self) -> bool) -> bool {
        if test(self) {
            return true;
        }
        match &self.kind {
            TermKind::Key(of, inner) => {
                of.file.path().is_some_and(|path| path.any(test)) || inner.any(test)
            }
            TermKind::KeyGiven(of) => of.file.path().is_some_and(|path| path.any(test)),
            TermKind::Parsed(_, inner)
            | TermKind::Parses(_, inner)
            | TermKind::Edited(_, inner)
            | TermKind::Not(inner) => inner.any(test),
            TermKind::Flag(flag) => flag.default.any(test),
            TermKind::Choice(a, b, c) => a.any(test) || b.any(test) || c.any(test),
            TermKind::Operation(_, a, b) => a.any(test) || b.any(test),
            _ => false,
        }
    }
}
