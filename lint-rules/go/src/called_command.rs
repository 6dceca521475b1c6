//! Electors behind a comparison of the command that is called: `switch kingpin.Parse() { case serve.FullCommand(): ...`.

use std::collections::BTreeSet;

use crate::program::SourceElector;
use crate::term::{SharedTerm, Term, TermKind, TermOperator};

/// The elector under each of the commands by which the program comes to it; as it is where no command decides that.
pub(crate) fn by_command(elector: SourceElector) -> Vec<SourceElector> {
    let mut commands = BTreeSet::new();
    for condition in [&elector.guard, &elector.enable] {
        let _all = condition.any(&mut |part| {
            commands.extend(compared(part).map(str::to_owned));
            false
        });
    }
    let comes_there = |called: &str| {
        let of_command = |term| assume(term, called).as_truth() != Some(false);
        of_command(&elector.guard) && of_command(&elector.enable)
    };
    // No command has an empty name: it stands for all that are not compared.
    if commands.is_empty() || !elector.command.is_empty() || comes_there("") {
        return vec![elector];
    }
    let called = commands.iter().filter(|called| comes_there(called));
    called
        .map(|called| {
            let mut elector = elector.clone();
            for term in elector.terms_mut() {
                *term = assume(term, called);
            }
            elector.command = called.split(' ').map(str::to_owned).collect();
            elector
        })
        .collect()
}

/// The command that a comparison asks for.
fn compared(term: &Term) -> Option<&str> {
    match &term.kind {
        TermKind::Operation(TermOperator::Equal, left, right) => match (&left.kind, &right.kind) {
            (TermKind::Command, TermKind::Text(text))
            | (TermKind::Text(text), TermKind::Command) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// A term where this command is called.
fn assume(term: &SharedTerm, called: &str) -> SharedTerm {
    term.map(&mut |part| compared(part).map(|text| Term::truth(text == called, part.at)))
}
