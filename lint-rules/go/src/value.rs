//! What the reader's interpreter computes with.

use std::rc::Rc;

use crate::syntax::SourcePosition;
use crate::syntax::ast::{Function, FunctionLiteral, StructField};
use crate::term::{SharedTerm, Term, TermKind};

/// A value. Structs, pointers and functions exist only here; what a setting can be is a term.
#[derive(Clone, Debug)]
pub(crate) enum GoValue<'p> {
    Term(SharedTerm),
    /// A struct or map, by its index.
    Struct(usize),
    /// A pointer to a cell.
    Pointer(usize),
    List(Rc<Vec<GoValue<'p>>>),
    /// Several results of one call.
    Tuple(Rc<Vec<GoValue<'p>>>),
    Function(Rc<Closure<'p>>),
    Type(TypeRef<'p>),
    /// A package of another module, by its import path.
    Package(Rc<str>),
    /// A package of this repository.
    Own(usize),
    /// What a call into another module returned, or a member of it.
    Outside(Rc<Outside<'p>>),
    /// The zero value of a type that has not been needed in detail yet.
    Zero(TypeRef<'p>),
    /// The first if the condition holds, else the second.
    Choice(SharedTerm, Rc<GoValue<'p>>, Rc<GoValue<'p>>),
}

/// A value chosen from more than this is given up: each use of it goes through all.
const MOST_CHOICES: u32 = 24;

/// Where names are looked up: a package and one of its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CodeContext {
    pub package: usize,
    pub file: usize,
}

#[derive(Clone, Debug)]
pub(crate) enum TypeRef<'p> {
    Unknown,
    Basic(&'p str),
    Named(usize, &'p str),
    Outside(Rc<str>, &'p str),
    Pointer(Rc<TypeRef<'p>>),
    List(Rc<TypeRef<'p>>),
    Map(Rc<TypeRef<'p>>),
    Struct(&'p [StructField<'p>], CodeContext),
}

/// A function with what it captured.
#[derive(Debug)]
pub(crate) struct Closure<'p> {
    pub body: Body<'p>,
    pub context: CodeContext,
    pub scope: usize,
    pub receiver: Option<GoValue<'p>>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Body<'p> {
    Declared(&'p Function<'p>),
    Literal(&'p FunctionLiteral<'p>),
}

/// A value of another module.
#[derive(Debug)]
pub(crate) struct Outside<'p> {
    /// Import path of the package where the chain of calls began.
    pub package: Rc<str>,
    /// The last function, method or member.
    pub name: Rc<str>,
    pub receiver: Option<GoValue<'p>>,
    pub args: Vec<GoValue<'p>>,
    pub at: SourcePosition,
}

impl<'p> GoValue<'p> {
    pub(crate) fn nothing() -> Self {
        Self::Term(Term::nothing())
    }

    pub(crate) fn unknown(because: &str, at: SourcePosition) -> Self {
        Self::Term(Term::unknown(because, Some(at)))
    }

    pub(crate) fn tuple(values: Vec<Self>) -> Self {
        Self::Tuple(Rc::new(values))
    }

    /// Whether it is `nil`, no error, or the zero value of an unknown type.
    pub(crate) fn is_nothing(&self) -> bool {
        match self {
            Self::Term(term) => term.kind == TermKind::Nothing,
            Self::Zero(TypeRef::Unknown) => true,
            _ => false,
        }
    }

    pub(crate) fn as_outside(&self) -> Option<&Rc<Outside<'p>>> {
        match self {
            Self::Outside(outside) => Some(outside),
            _ => None,
        }
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Term(a), Self::Term(b)) => a == b,
            (Self::Struct(a), Self::Struct(b)) | (Self::Pointer(a), Self::Pointer(b)) => a == b,
            (Self::Function(a), Self::Function(b)) => Rc::ptr_eq(a, b),
            (Self::Outside(a), Self::Outside(b)) => Rc::ptr_eq(a, b),
            (Self::List(a), Self::List(b)) => Rc::ptr_eq(a, b),
            (Self::Choice(c, a, b), Self::Choice(d, x, y)) => {
                Rc::ptr_eq(a, x) && Rc::ptr_eq(b, y) && c == d
            }
            (Self::Zero(_), Self::Zero(_)) => true,
            _ => false,
        }
    }

    /// One or the other value.
    pub(crate) fn choose(condition: &SharedTerm, yes: &Self, no: &Self) -> Self {
        match condition.as_truth() {
            Some(true) => return yes.clone(),
            Some(false) => return no.clone(),
            None => {}
        }
        let (yes, no) = (&yes.under(condition, true), &no.under(condition, false));
        if yes.is_same(no) {
            return yes.clone();
        }
        match (yes, no) {
            (Self::Term(a), Self::Term(b)) => Self::Term(Term::choice(condition, a, b)),
            (Self::Tuple(a), Self::Tuple(b)) if a.len() == b.len() => {
                let pairs = a.iter().zip(b.iter());
                Self::tuple(pairs.map(|(a, b)| Self::choose(condition, a, b)).collect())
            }
            _ if yes.choices(MOST_CHOICES) + no.choices(MOST_CHOICES) > MOST_CHOICES => {
                Self::Term(Term::unknown("it is chosen from too many", condition.at))
            }
            _ => Self::Choice(condition.clone(), Rc::new(yes.clone()), Rc::new(no.clone())),
        }
    }

    /// What it is where a condition holds, or does not.
    fn under(&self, condition: &SharedTerm, holds: bool) -> Self {
        let Self::Choice(of, yes, no) = self else {
            return self.clone();
        };
        match of.under(condition, holds).as_truth() {
            Some(true) => (**yes).clone(),
            Some(false) => (**no).clone(),
            None => self.clone(),
        }
    }

    /// How many values it may be, counted up to a limit.
    fn choices(&self, limit: u32) -> u32 {
        match self {
            Self::Choice(_, yes, no) if limit > 0 => {
                let yes = yes.choices(limit - 1);
                yes + no.choices(limit.saturating_sub(yes))
            }
            _ => 1,
        }
    }
}

impl Closure<'_> {
    /// Tells two bodies apart.
    pub(crate) fn key(&self) -> usize {
        match self.body {
            Body::Declared(function) => std::ptr::from_ref(function).addr(),
            Body::Literal(literal) => std::ptr::from_ref(literal).addr(),
        }
    }
}
