//! Terms with a workload's flags and variables put in.

use std::fmt;

use crate::fold;
use crate::syntax::SourcePosition;
use crate::term::{FileKey, Flag, Term, TermKind, TermOperator, TextEdit, TextSyntax};

/// What a workload gives a program.
pub trait Inputs {
    /// The text of a flag, by its name without dashes. A switch without a value is `true`.
    fn flag(&self, name: &str) -> Given;
    /// The text of an environment variable.
    fn variable(&self, name: &str) -> Given;
    /// What a configuration file of the program has at a key.
    fn key(&self, key: &FileKey) -> Given;
}

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// It is not given, for certain.
    Absent,
    /// It is this text.
    Text(String),
    /// It is a fact of the pod.
    Part(Part),
    /// It is a block or a list of a configuration file.
    Block,
    /// It may be given; why that is not known.
    Unknown(String),
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// These characters.
    Text(String),
    /// The host name, which is the pod's name unless the pod says otherwise.
    HostName,
    /// A random text, different in each process.
    Random,
    /// The pod's name.
    PodName,
    /// The pod's namespace.
    PodNamespace,
    /// The pod's unique id.
    PodUid,
    /// The node's name.
    NodeName,
    /// The pod's address.
    PodIp,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evaluated {
    /// `nil`, or no value.
    Nothing,
    /// A boolean.
    Truth(bool),
    /// An integer; a duration in nanoseconds.
    Integer(i64),
    /// A number, as its bits.
    Real(u64),
    /// A text in pieces; no pieces are the empty text.
    Text(Vec<Part>),
}

/// Why a value is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownTerm {
    /// A clause, such as `it is set in a loop`.
    pub because: String,
    /// The place in source, if there is one.
    pub at: Option<SourcePosition>,
}

impl fmt::Display for UnknownTerm {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.because)
    }
}

/// No flag, no variable, no file: the program's own defaults.
#[derive(Clone, Copy, Debug)]
pub struct Defaults;

impl Inputs for Defaults {
    fn flag(&self, _: &str) -> Given {
        Given::Absent
    }
    fn variable(&self, _: &str) -> Given {
        Given::Absent
    }
    fn key(&self, _: &FileKey) -> Given {
        Given::Absent
    }
}

/// Evaluates a term.
///
/// # Errors
/// Where a part that decides the value is not known.
pub fn evaluate(term: &Term, inputs: &dyn Inputs) -> Result<Evaluated, UnknownTerm> {
    match &term.kind {
        TermKind::Nothing => Ok(Evaluated::Nothing),
        TermKind::Truth(truth) => Ok(Evaluated::Truth(*truth)),
        TermKind::Integer(number) => Ok(Evaluated::Integer(*number)),
        TermKind::Real(bits) => Ok(Evaluated::Real(*bits)),
        TermKind::Text(text) => Ok(Evaluated::text(text)),
        TermKind::HostName => Ok(Evaluated::Text(vec![Part::HostName])),
        TermKind::Random => Ok(Evaluated::Text(vec![Part::Random])),
        TermKind::PodNamespace => Ok(Evaluated::Text(vec![Part::PodNamespace])),
        TermKind::Flag(flag) => evaluate_flag(flag, term.at, inputs),
        TermKind::FlagGiven(name) => match inputs.flag(name) {
            Given::Absent => Ok(Evaluated::Truth(false)),
            Given::Text(_) | Given::Part(_) | Given::Block => Ok(Evaluated::Truth(true)),
            Given::Unknown(because) => Err(unknown(because, term.at)),
        },
        TermKind::Variable(name) => match inputs.variable(name) {
            Given::Absent => Ok(Evaluated::Text(Vec::new())),
            given => given_as(given, TextSyntax::Text, term.at),
        },
        TermKind::VariableSet(name) => match inputs.variable(name) {
            Given::Absent => Ok(Evaluated::Truth(false)),
            Given::Text(_) | Given::Part(_) | Given::Block => Ok(Evaluated::Truth(true)),
            Given::Unknown(because) => Err(unknown(because, term.at)),
        },
        TermKind::Key(key, default) => match inputs.key(key) {
            Given::Absent => evaluate(default, inputs),
            given => given_as(given, TextSyntax::Text, term.at),
        },
        TermKind::KeyGiven(key) => match inputs.key(key) {
            Given::Absent => Ok(Evaluated::Truth(false)),
            Given::Text(_) | Given::Part(_) | Given::Block => Ok(Evaluated::Truth(true)),
            Given::Unknown(because) => Err(unknown(because, term.at)),
        },
        TermKind::Command => Err(unknown(
            "it depends on which command is called".to_owned(),
            term.at,
        )),
        TermKind::Lookup(_, name) => Err(unknown(format!("`{name}` is not known"), term.at)),
        TermKind::Parsed(syntax, inner) => {
            let value = evaluate(inner, inputs)?;
            match (&value, value.plain_text()) {
                (Evaluated::Text(parts), _) if parts.is_empty() && *syntax != TextSyntax::Text => {
                    Ok(zero(*syntax))
                }
                (_, Some(text)) => given_as(Given::Text(text), *syntax, term.at),
                (Evaluated::Text(_), None) if *syntax != TextSyntax::Text => Err(unknown(
                    "a fact of the pod is no such value".to_owned(),
                    term.at,
                )),
                _ => Ok(value),
            }
        }
        TermKind::Parses(syntax, inner) => {
            let value = evaluate(inner, inputs)?;
            Ok(Evaluated::Truth(match value.plain_text() {
                Some(text) => fold::read(*syntax, &text, None).is_some(),
                None => *syntax == TextSyntax::Text,
            }))
        }
        TermKind::Edited(edit, inner) => {
            let value = evaluate(inner, inputs)?;
            match (&value, value.plain_text()) {
                (_, Some(text)) => Ok(Evaluated::text(&edit.apply(&text))),
                // Names of objects are in small letters already; what stands beside them may not be.
                (Evaluated::Text(parts), None) if *edit == TextEdit::Lower => {
                    let lower = parts.iter().map(|part| match part {
                        Part::Text(text) => Part::Text(edit.apply(text)),
                        fact => fact.clone(),
                    });
                    Ok(Evaluated::Text(lower.collect()))
                }
                (Evaluated::Text(_), None) => {
                    Err(unknown("a fact of the pod is changed".to_owned(), term.at))
                }
                _ => Ok(value),
            }
        }
        TermKind::Choice(condition, yes, no) => match evaluate(condition, inputs) {
            Ok(condition) if condition.is_true() => evaluate(yes, inputs),
            Ok(_) => evaluate(no, inputs),
            Err(because) => {
                let (yes, no) = (evaluate(yes, inputs), evaluate(no, inputs));
                if yes.is_ok() && yes == no {
                    yes
                } else {
                    Err(because)
                }
            }
        },
        TermKind::Not(inner) => Ok(Evaluated::Truth(!evaluate(inner, inputs)?.is_true())),
        TermKind::Operation(operator, left, right) => {
            operate(*operator, left, right, term.at, inputs)
        }
        TermKind::Unknown(because) => Err(unknown(because.to_string(), term.at)),
    }
}

/// The part of a term that decides its value with these inputs: a flag, variable or key that is given, or what holds
/// without it. Where a condition is not known it is the term itself.
#[must_use]
pub fn deciding<'t>(term: &'t Term, inputs: &dyn Inputs) -> &'t Term {
    match &term.kind {
        TermKind::Choice(condition, yes, no) => match evaluate(condition, inputs) {
            Ok(condition) if condition.is_true() => deciding(yes, inputs),
            Ok(_) => deciding(no, inputs),
            Err(_) => term,
        },
        TermKind::Parsed(_, inner) | TermKind::Edited(_, inner) | TermKind::Not(inner) => {
            deciding(inner, inputs)
        }
        TermKind::Key(key, default) if inputs.key(key) == Given::Absent => {
            deciding(default, inputs)
        }
        TermKind::Flag(flag)
            if flag.variables.is_empty() && inputs.flag(&flag.name) == Given::Absent =>
        {
            deciding(&flag.default, inputs)
        }
        TermKind::Operation(operator @ (TermOperator::And | TermOperator::Or), left, right) => {
            let decides = *operator == TermOperator::Or;
            match evaluate(left, inputs) {
                Ok(left_holds) if left_holds.is_true() == decides => deciding(left, inputs),
                Ok(_) => deciding(right, inputs),
                Err(_) => term,
            }
        }
        _ => term,
    }
}

fn unknown(because: String, at: Option<SourcePosition>) -> UnknownTerm {
    UnknownTerm { because, at }
}

fn zero(syntax: TextSyntax) -> Evaluated {
    match syntax {
        TextSyntax::Boolean => Evaluated::Truth(false),
        TextSyntax::Duration | TextSyntax::Integer => Evaluated::Integer(0),
        TextSyntax::Real => Evaluated::Real(0),
        TextSyntax::Text | TextSyntax::Other => Evaluated::Text(Vec::new()),
    }
}

fn evaluate_flag(
    flag: &Flag,
    at: Option<SourcePosition>,
    inputs: &dyn Inputs,
) -> Result<Evaluated, UnknownTerm> {
    match inputs.flag(&flag.name) {
        Given::Absent => {}
        given => return given_as(given, flag.syntax, at),
    }
    for name in &flag.variables {
        match inputs.variable(name) {
            Given::Absent => {}
            Given::Text(text) if text.is_empty() => {}
            given => return given_as(given, flag.syntax, at),
        }
    }
    evaluate(&flag.default, inputs)
}

fn given_as(
    given: Given,
    syntax: TextSyntax,
    at: Option<SourcePosition>,
) -> Result<Evaluated, UnknownTerm> {
    match given {
        Given::Absent => Ok(zero(syntax)),
        Given::Part(part) if matches!(syntax, TextSyntax::Text | TextSyntax::Other) => {
            Ok(Evaluated::Text(vec![part]))
        }
        Given::Part(_) => Err(unknown("a fact of the pod is no such value".to_owned(), at)),
        Given::Block => Err(unknown(
            "a block stands in the place of a value".to_owned(),
            at,
        )),
        Given::Unknown(because) => Err(unknown(because, at)),
        Given::Text(text) => match syntax {
            TextSyntax::Text | TextSyntax::Other => Ok(Evaluated::text(&text)),
            _ => match fold::read(syntax, &text, at) {
                Some(term) => evaluate(&term, &Defaults),
                None => Err(unknown(format!("`{text}` cannot be read as its type"), at)),
            },
        },
    }
}

fn operate(
    operator: TermOperator,
    left: &Term,
    right: &Term,
    at: Option<SourcePosition>,
    inputs: &dyn Inputs,
) -> Result<Evaluated, UnknownTerm> {
    let first = evaluate(left, inputs);
    if matches!(operator, TermOperator::And | TermOperator::Or) {
        let decides = operator == TermOperator::Or;
        let second = evaluate(right, inputs);
        return match (&first, &second) {
            (Ok(one), _) if one.is_true() == decides => Ok(Evaluated::Truth(decides)),
            (_, Ok(one)) if one.is_true() == decides => Ok(Evaluated::Truth(decides)),
            (Err(because), _) | (_, Err(because)) => Err(because.clone()),
            _ => Ok(Evaluated::Truth(!decides)),
        };
    }
    let (first, second) = (first?, evaluate(right, inputs)?);
    match (&first, &second) {
        (Evaluated::Text(a), Evaluated::Text(b)) => match operator {
            TermOperator::Add => Ok(Evaluated::Text(joined(a, b))),
            TermOperator::Equal => match (first.plain_text(), second.plain_text()) {
                (Some(a), Some(b)) => Ok(Evaluated::Truth(a == b)),
                _ if a == b => Ok(Evaluated::Truth(true)),
                // A fact of the pod is never empty.
                _ if a.is_empty() || b.is_empty() => Ok(Evaluated::Truth(false)),
                _ => Err(unknown(
                    "it is compared with a fact of the pod".to_owned(),
                    at,
                )),
            },
            _ => Err(unknown("texts are compared by order".to_owned(), at)),
        },
        (Evaluated::Truth(a), Evaluated::Truth(b)) if operator == TermOperator::Equal => {
            Ok(Evaluated::Truth(a == b))
        }
        (Evaluated::Nothing, other) | (other, Evaluated::Nothing)
            if operator == TermOperator::Equal =>
        {
            Ok(Evaluated::Truth(other.is_zero()))
        }
        (Evaluated::Integer(a), Evaluated::Integer(b)) => {
            let one = Term::integer(*a, at);
            let other = Term::integer(*b, at);
            evaluate(&fold::operate(operator, &one, &other), &Defaults)
        }
        _ => Err(unknown(
            "it is computed from values of different kinds".to_owned(),
            at,
        )),
    }
}

fn joined(left: &[Part], right: &[Part]) -> Vec<Part> {
    let mut parts = left.to_vec();
    for part in right {
        match (parts.last_mut(), part) {
            (Some(Part::Text(before)), Part::Text(after)) => before.push_str(after),
            _ => parts.push(part.clone()),
        }
    }
    parts
}

impl Evaluated {
    fn text(text: &str) -> Self {
        if text.is_empty() {
            Self::Text(Vec::new())
        } else {
            Self::Text(vec![Part::Text(text.to_owned())])
        }
    }

    /// The text, if it has no piece that is a fact of the pod.
    #[must_use]
    pub fn plain_text(&self) -> Option<String> {
        match self {
            Self::Text(parts) => match parts.as_slice() {
                [] => Some(String::new()),
                [Part::Text(text)] => Some(text.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether it is the truth `true`.
    #[must_use]
    pub const fn is_true(&self) -> bool {
        matches!(self, Self::Truth(true))
    }

    fn is_zero(&self) -> bool {
        match self {
            Self::Nothing | Self::Truth(false) | Self::Integer(0) | Self::Real(0) => true,
            Self::Text(parts) => parts.is_empty(),
            _ => false,
        }
    }
}
