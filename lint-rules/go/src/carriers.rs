//! A term as the ways by which a setting is taken, strongest first, as a program's record has them.

use crate::evaluate::UnknownTerm;
use crate::term::{SharedTerm, Term, TermKind, TermOperator, TextSyntax};

/// What carries a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// A flag.
    Flag(String),
    /// An environment variable.
    Variable(String),
    /// A key of the program's configuration file.
    Key(String),
}

/// How a setting is taken.
#[derive(Clone, Debug)]
pub struct Carriers {
    /// The strongest first.
    pub carriers: Vec<Carrier>,
    /// How their text is read; `Text` for constants.
    pub syntax: TextSyntax,
    /// What holds without any of them.
    pub default: SharedTerm,
    /// True in the carrier means false.
    pub negative: bool,
}

/// The carriers of a term.
///
/// # Errors
/// Where the term is more than a choice between carriers by whether they are given.
pub fn carriers(term: &SharedTerm) -> Result<Carriers, UnknownTerm> {
    let mut found = Carriers {
        carriers: Vec::new(),
        syntax: TextSyntax::Text,
        default: Term::nothing(),
        negative: false,
    };
    let mut term = term.clone();
    if let TermKind::Not(inner) = &term.kind {
        found.negative = true;
        term = inner.clone();
    }
    for _ in 0..16 {
        match step(&term, &mut found)? {
            Some(next) => term = next,
            None => return Ok(found),
        }
    }
    Err(unknown("it is chosen from too many", &term))
}

fn unknown(because: &str, term: &Term) -> UnknownTerm {
    UnknownTerm {
        because: because.to_owned(),
        at: term.at,
    }
}

/// Takes one carrier off; what is left, or nothing if the default was reached.
fn step(term: &SharedTerm, found: &mut Carriers) -> Result<Option<SharedTerm>, UnknownTerm> {
    match &term.kind {
        TermKind::Flag(flag) => {
            found.carriers.push(Carrier::Flag(flag.name.to_string()));
            found.syntax = flag.syntax;
            for variable in &flag.variables {
                found.carriers.push(Carrier::Variable(variable.to_string()));
            }
            Ok(Some(flag.default.clone()))
        }
        TermKind::Key(of, default) => {
            found.carriers.push(Carrier::Key(of.key.to_string()));
            Ok(Some(default.clone()))
        }
        TermKind::Variable(name) => {
            found.carriers.push(Carrier::Variable(name.to_string()));
            found.default = Term::text("", None);
            Ok(None)
        }
        TermKind::Parsed(syntax, inner) => {
            found.syntax = *syntax;
            Ok(Some(inner.clone()))
        }
        TermKind::Choice(condition, yes, no) => {
            let (condition, yes, no) = match &condition.kind {
                TermKind::Not(inner) => (inner, no, yes),
                _ => (condition, yes, no),
            };
            choice(condition, yes, no, found)
        }
        TermKind::Unknown(because) => Err(unknown(because, term)),
        TermKind::Operation(..)
        | TermKind::Not(_)
        | TermKind::Edited(..)
        | TermKind::Command
        | TermKind::Lookup(..) => Err(unknown("it is computed from other settings", term)),
        _ => {
            found.default = term.clone();
            Ok(None)
        }
    }
}

fn choice(
    condition: &SharedTerm,
    yes: &SharedTerm,
    no: &SharedTerm,
    found: &mut Carriers,
) -> Result<Option<SharedTerm>, UnknownTerm> {
    match &condition.kind {
        // Given: the carrier. Not given: the rest.
        TermKind::FlagGiven(name) => {
            let TermKind::Flag(flag) = &yes.kind else {
                return Err(unknown("it depends on another flag", condition));
            };
            if flag.name != *name {
                return Err(unknown("it depends on another flag", condition));
            }
            found.carriers.push(Carrier::Flag(name.to_string()));
            found.syntax = flag.syntax;
            Ok(Some(no.clone()))
        }
        TermKind::VariableSet(name) => variable(name, yes, no, condition, found),
        TermKind::Parses(_, inner) => match &inner.kind {
            TermKind::Variable(name) => variable(name, yes, no, condition, found),
            _ => Err(unknown("it depends on another setting", condition)),
        },
        // Empty: the rest. Not empty: the carrier.
        TermKind::Operation(TermOperator::Equal, left, right) => {
            let (value, text) = if right.as_text() == Some("") {
                (left, right)
            } else {
                (right, left)
            };
            if text.as_text() != Some("") {
                return Err(unknown("it depends on another setting", condition));
            }
            match &value.kind {
                TermKind::Variable(name) => variable(name, no, yes, condition, found),
                TermKind::Flag(flag) if no == value => {
                    found.carriers.push(Carrier::Flag(flag.name.to_string()));
                    let variables = flag.variables.iter();
                    let variables = variables.map(|name| Carrier::Variable(name.to_string()));
                    found.carriers.extend(variables);
                    found.syntax = flag.syntax;
                    if flag.default.as_text() == Some("") {
                        Ok(Some(yes.clone()))
                    } else {
                        Ok(Some(flag.default.clone()))
                    }
                }
                // A chain: what is there unless all of it is empty, then the rest.
                TermKind::Choice(..) if no == value => {
                    let mut inner = Carriers {
                        carriers: Vec::new(),
                        syntax: TextSyntax::Text,
                        default: Term::nothing(),
                        negative: false,
                    };
                    let mut term = value.clone();
                    for _ in 0..16 {
                        match step(&term, &mut inner)? {
                            Some(next) => term = next,
                            None => break,
                        }
                    }
                    found.carriers.append(&mut inner.carriers);
                    match inner.default.as_text() {
                        Some(text) if !text.is_empty() => Ok(Some(inner.default)),
                        _ => Ok(Some(yes.clone())),
                    }
                }
                _ => Err(unknown("it depends on another setting", condition)),
            }
        }
        TermKind::Operation(TermOperator::And, left, right) => {
            // `set && it can be read`, both of one variable.
            let of_variable = |term: &SharedTerm| match &term.kind {
                TermKind::VariableSet(name) => Some(name.clone()),
                TermKind::Parses(_, inner) => match &inner.kind {
                    TermKind::Variable(name) => Some(name.clone()),
                    _ => None,
                },
                _ => None,
            };
            match (of_variable(left), of_variable(right)) {
                (Some(a), Some(b)) if a == b => variable(&a, yes, no, condition, found),
                _ => Err(unknown("it depends on several settings", condition)),
            }
        }
        TermKind::Unknown(because) => Err(unknown(because, condition)),
        _ => Err(unknown("it depends on another setting", condition)),
    }
}

/// A variable's text if it is given, else the rest. Inside, the same condition may be asked again.
fn variable(
    name: &str,
    given: &SharedTerm,
    rest: &SharedTerm,
    condition: &SharedTerm,
    found: &mut Carriers,
) -> Result<Option<SharedTerm>, UnknownTerm> {
    let mut given = given.clone();
    for _ in 0..4 {
        match &given.kind {
            TermKind::Parsed(syntax, inner) => {
                found.syntax = *syntax;
                given = inner.clone();
            }
            TermKind::Choice(again, yes, no) => {
                let same = again.any(&mut |part| {
                    matches!(&part.kind, TermKind::Variable(other) | TermKind::VariableSet(other) if **other == *name)
                });
                let first = if yes == rest { no } else { yes };
                if !same || yes != rest && no != rest {
                    return Err(unknown("it depends on another setting", condition));
                }
                given = first.clone();
            }
            _ => break,
        }
    }
    match &given.kind {
        TermKind::Variable(other) if **other == *name => {
            found.carriers.push(Carrier::Variable(name.to_owned()));
            Ok(Some(rest.clone()))
        }
        _ => Err(unknown("it depends on a variable", condition)),
    }
}
