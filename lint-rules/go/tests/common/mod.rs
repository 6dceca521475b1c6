//! Programs written for one test each, and what the reader says of them.
#![allow(clippy::as_conversions, clippy::indexing_slicing)]
#![allow(dead_code, reason = "each test file uses its part")]

use go::GoMod;
use go::carriers::{Carrier, carriers};
use go::evaluate::{Evaluated, Given, Inputs, Part, evaluate};
use go::program::{RepositoryReading, SourceElector, SourceProgram};
use go::term::{FileKey, KeyFile, SharedTerm};

const GO_MOD: &str = "module example.test/op\n\ngo 1.24\n\nrequire (\n\tk8s.io/client-go v0.34.1\n\tsigs.k8s.io/controller-runtime v0.22.0\n)\n";

/// Reads the files of a module called `example.test/op`.
pub fn read(files: &[(&str, &str)]) -> RepositoryReading {
    go::read(files, &[GoMod::parse("", GO_MOD)])
}

/// The only program of the files.
pub fn program(files: &[(&str, &str)]) -> SourceProgram {
    let reading = read(files);
    assert_eq!(reading.unread, [], "the test's Go does not parse");
    assert_eq!(reading.programs.len(), 1, "one program");
    reading.programs[0].clone()
}

/// The only elector of the files.
pub fn elector(files: &[(&str, &str)]) -> SourceElector {
    let program = program(files);
    assert_eq!(program.electors.len(), 1, "one elector: {program:#?}");
    program.electors[0].clone()
}

/// A manager whose options are these fields, after these statements, in a `main` with the usual imports.
pub fn manager(statements: &str, fields: &str) -> SourceElector {
    elector(&[("main.go", &main_file(statements, fields))])
}

pub fn main_file(statements: &str, fields: &str) -> String {
    format!(
        "package main\n\nimport (\n\t\"flag\"\n\t\"fmt\"\n\t\"os\"\n\t\"strconv\"\n\t\"time\"\n\n\tctrl \"sigs.k8s.io/controller-runtime\"\n)\n\n\
         func main() {{\n{statements}\n\tflag.Parse()\n\tmgr, err := ctrl.NewManager(ctrl.GetConfigOrDie(), ctrl.Options{{\n{fields}\n\t}})\n\
         \tif err != nil {{\n\t\tos.Exit(1)\n\t}}\n\tif err := mgr.Start(ctrl.SetupSignalHandler()); err != nil {{\n\t\tos.Exit(1)\n\t}}\n}}\n"
    )
}

/// Flags, variables and configuration files of a workload.
#[derive(Default)]
pub struct TestInputs {
    pub flags: Vec<(&'static str, &'static str)>,
    pub variables: Vec<(&'static str, &'static str)>,
    /// Path of a file, a key in it, and its text; `{}` for a block.
    pub keys: Vec<(&'static str, &'static str, &'static str)>,
}

impl Inputs for TestInputs {
    fn flag(&self, name: &str) -> Given {
        let found = self.flags.iter().find(|(known, _)| *known == name);
        found.map_or(Given::Absent, |(_, text)| Given::Text((*text).to_owned()))
    }
    fn variable(&self, name: &str) -> Given {
        let found = self.variables.iter().find(|(known, _)| *known == name);
        found.map_or(Given::Absent, |(_, text)| Given::Text((*text).to_owned()))
    }
    fn key(&self, key: &FileKey) -> Given {
        let KeyFile::Path(path) = &key.file else {
            return Given::Absent;
        };
        let path = shown(path, self);
        let found = self.keys.iter();
        let mut found = found.filter(|(file, name, _)| *file == path && **name == *key.key);
        match found.next() {
            None => Given::Absent,
            Some((.., "{}")) => Given::Block,
            Some((.., text)) => Given::Text((*text).to_owned()),
        }
    }
}

/// A value as text: durations in seconds, facts of the pod in brackets, `?` and the reason where it is not known.
pub fn shown(term: &SharedTerm, workload: &TestInputs) -> String {
    match evaluate(term, workload) {
        Ok(Evaluated::Nothing) => "nothing".to_owned(),
        Ok(Evaluated::Truth(truth)) => truth.to_string(),
        Ok(Evaluated::Integer(number)) => format!("{}s", number as f64 / 1e9),
        Ok(Evaluated::Real(bits)) => f64::from_bits(bits).to_string(),
        Ok(Evaluated::Text(parts)) => parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.clone(),
                other => format!("<{other:?}>"),
            })
            .collect(),
        Err(unknown) => format!("? {}", unknown.because),
    }
}

/// The value without any flag or variable.
pub fn default(term: &SharedTerm) -> String {
    shown(term, &TestInputs::default())
}

/// Flags, variables and keys that carry a setting, the strongest first.
pub fn by(term: &SharedTerm) -> String {
    match carriers(term) {
        Ok(found) => {
            let names = found.carriers.iter().map(|carrier| match carrier {
                Carrier::Flag(name) => format!("--{name}"),
                Carrier::Variable(name) => format!("${name}"),
                Carrier::Key(name) => name.clone(),
            });
            names.collect::<Vec<_>>().join(" > ")
        }
        Err(unknown) => format!("? {}", unknown.because),
    }
}

/// Lease duration, renew deadline, retry period.
pub fn timing(one: &SourceElector) -> String {
    let all = [&one.lease_duration, &one.renew_deadline, &one.retry_period];
    all.map(default).join(" ")
}
