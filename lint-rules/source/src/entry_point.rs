//! What a container may start: a program, or a command of it, with its electors.

use std::collections::HashMap;
use std::sync::Arc;

use go::program::{SourceElector, SourceProgram};
use go::term::TextSyntax;
use programs::command_line::{FlagKind, FlagTable};
use programs::{Program, ProgramInputs, SourceFacts, SourceTie, TiedProgram};

use crate::facts::{ElectorInputs, common};
use crate::given::ContainerInputs;
use crate::places::SourcePlaces;
use crate::record::record_of;

/// A program, or a command of it, with its electors.
#[derive(Debug)]
pub(crate) struct EntryPoint {
    /// The words of the command, after the program's name.
    pub command: Vec<String>,
    record: Program,
    electors: Vec<SourceElector>,
    flags: Arc<ProgramFlagKinds>,
    places: Arc<SourcePlaces>,
}

/// The flags of a program, with whether they take a value.
#[derive(Debug, Default)]
pub(crate) struct ProgramFlagKinds(HashMap<String, FlagKind>);

impl ProgramFlagKinds {
    pub(crate) fn of(program: &SourceProgram) -> Self {
        let kind = |syntax: TextSyntax| match syntax {
            TextSyntax::Boolean => FlagKind::Bool,
            _ => FlagKind::Value,
        };
        let flags = program.flags.iter();
        Self(
            flags
                .map(|flag| (flag.flag.name.to_string(), kind(flag.flag.syntax)))
                .collect(),
        )
    }

    pub(crate) fn get(&self, name: &str) -> Option<FlagKind> {
        self.0.get(name).copied()
    }

    /// Whether the program defines no flag.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FlagTable for ProgramFlagKinds {
    fn long(&self, name: &str) -> Option<FlagKind> {
        self.get(name)
    }

    fn closed(&self) -> bool {
        false
    }
}

/// The entry points of a program: one for each command that elects, or one for all.
pub(crate) fn entry_points(
    program: &SourceProgram,
    names: &[String],
    flags: &Arc<ProgramFlagKinds>,
    places: &Arc<SourcePlaces>,
) -> Vec<EntryPoint> {
    let mut points: Vec<EntryPoint> = Vec::new();
    for elector in program.electors.iter().filter(|one| may_be_on(one)) {
        let known = points
            .iter_mut()
            .find(|point| point.command == elector.command);
        match known {
            Some(point) => point.electors.push(elector.clone()),
            None => points.push(EntryPoint {
                command: elector.command.clone(),
                record: record_of(program, elector, names),
                electors: vec![elector.clone()],
                flags: Arc::clone(flags),
                places: Arc::clone(places),
            }),
        }
    }
    points
}

/// Whether its election is not switched off in the code for good.
fn may_be_on(elector: &SourceElector) -> bool {
    elector.enable.as_truth() != Some(false)
}

impl TiedProgram for EntryPoint {
    fn record(&self) -> &Program {
        &self.record
    }

    fn flag(&self, name: &str) -> Option<FlagKind> {
        self.flags.get(name)
    }

    fn facts(&self, given: &ProgramInputs<'_>, tie: &SourceTie) -> Option<SourceFacts> {
        let inputs = ContainerInputs::new(*given, tie, self.record.parser, &*self.flags);
        let mut found: Vec<SourceFacts> = Vec::new();
        for elector in &self.electors {
            let name = self.record.library.name();
            let library = match &elector.version {
                Some(version) => format!("{name} {version}"),
                None => name.to_owned(),
            };
            let one = ElectorInputs {
                elector,
                inputs: &inputs,
                places: &self.places,
                library: &library,
            };
            found.extend(one.facts(tie));
        }
        // Those that surely do not run say nothing about the one that does.
        let runs = |facts: &SourceFacts| facts.enable.value() != Some(&false);
        let any_runs = found.iter().any(runs);
        let mut meant = found.into_iter().filter(|facts| !any_runs || runs(facts));
        let first = meant.next()?;
        Some(meant.fold(first, |facts, other| common(facts, &other)))
    }
}

impl EntryPoint {
    /// Whether these words, which follow the program's name, call its command.
    pub(crate) fn is_of_command(&self, words: &[&str]) -> bool {
        self.command
            .iter()
            .zip(words.iter().map(Some).chain(std::iter::repeat(None)))
            .all(|(wanted, word)| word.is_some_and(|word| word == wanted))
    }

    /// Whether its command's words stand among these, in their order.
    pub(crate) fn may_be_of(&self, words: &[&str]) -> bool {
        let mut words = words.iter();
        self.command
            .iter()
            .all(|wanted| words.any(|word| word == wanted))
    }
}
