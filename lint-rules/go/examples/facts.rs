//! Prints as JSON what the reader knows of each program in a folder, with flags and variables put in:
//! `facts FOLDER [--flag NAME=VALUE]... [--env NAME=VALUE]...` (`NAME=@pod`, `@podname`, `@node`, `@unknown`).
#![allow(
    clippy::as_conversions,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used
)]

use std::collections::HashMap;
use std::path::Path;

use go::GoMod;
use go::carriers::{Carrier, carriers};
use go::evaluate::{Evaluated, Given, Inputs, Part, evaluate};
use go::program::{RepositoryReading, SourceElection, SourceElector};
use go::term::{FileKey, SharedTerm};
use serde_json::{Value, json};

#[derive(Default)]
struct GivenInputs {
    flags: HashMap<String, String>,
    variables: HashMap<String, String>,
}

fn given(text: Option<&String>) -> Given {
    match text.map(String::as_str) {
        None => Given::Absent,
        Some("@pod") => Given::Part(Part::PodNamespace),
        Some("@podname") => Given::Part(Part::PodName),
        Some("@node") => Given::Part(Part::NodeName),
        Some("@unknown") => Given::Unknown("it comes from a ConfigMap".to_owned()),
        Some(text) => Given::Text(text.to_owned()),
    }
}

impl Inputs for GivenInputs {
    fn flag(&self, name: &str) -> Given {
        given(self.flags.get(name))
    }
    fn variable(&self, name: &str) -> Given {
        given(self.variables.get(name))
    }
    fn key(&self, _: &FileKey) -> Given {
        Given::Absent
    }
}

fn main() {
    let mut args = std::env::args().skip(1);
    let folder = args.next().expect("a folder");
    let mut workload = GivenInputs::default();
    while let Some(option) = args.next() {
        let value = args.next().unwrap_or_default();
        let (name, value) = value.split_once('=').unwrap_or((&value, "true"));
        let table = if option == "--flag" {
            &mut workload.flags
        } else {
            &mut workload.variables
        };
        table.insert(name.to_owned(), value.to_owned());
    }
    let mut texts: Vec<(String, String)> = Vec::new();
    collect(Path::new(&folder), "", &mut texts);
    texts.sort();
    let modules: Vec<GoMod> = texts
        .iter()
        .filter(|(path, _)| path.ends_with("go.mod"))
        .map(|(path, text)| GoMod::parse(path.trim_end_matches("go.mod"), text))
        .collect();
    let files: Vec<(&str, &str)> = texts
        .iter()
        .filter(|(path, _)| path.ends_with(".go"))
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let begin = std::time::Instant::now();
    let reading = go::read(&files, &modules);
    let time = begin.elapsed().as_secs_f64();
    let programs: Vec<Value> = reading
        .programs
        .iter()
        .map(|program| {
            let electors: Vec<Value> = program
                .electors
                .iter()
                .map(|one| elector(one, &reading, &workload))
                .collect();
            let election = match &program.election {
                SourceElection::Elects => "elects".to_owned(),
                SourceElection::Never => "never".to_owned(),
                SourceElection::Unknown(at) => format!("unknown {}:{}", reading.path(*at), at.line),
            };
            json!({
                "folder": program.folder, "module": program.module, "election": election,
                "versions": program.versions, "exhausted": program.exhausted, "electors": electors,
                "flags": program.flags.iter().map(|flag| flag.flag.name.to_string()).collect::<Vec<_>>(),
            })
        })
        .collect();
    let unread: Vec<Value> = reading
        .unread
        .iter()
        .map(|unread| {
            json!(format!(
                "{}:{}:{}: {}",
                reading.path(unread.at),
                unread.at.line,
                unread.at.column,
                unread.problem
            ))
        })
        .collect();
    println!(
        "{}",
        serde_json::to_string_pretty(
            &json!({"seconds": time, "programs": programs, "unread": unread})
        )
        .unwrap()
    );
}

fn elector(one: &SourceElector, reading: &RepositoryReading, workload: &GivenInputs) -> Value {
    let setting = |term: &SharedTerm| setting(term, reading, workload);
    json!({
        "at": format!("{}:{}", reading.path(one.at), one.at.line), "reached": one.reached, "command": one.command,
        "library": format!("{:?}", one.library), "package": one.package, "version": one.version,
        "enable": setting(&one.enable), "guard": setting(&one.guard),
        "lease": setting(&one.lease_duration), "renew": setting(&one.renew_deadline), "retry": setting(&one.retry_period),
        "lockType": setting(&one.lock_type), "lockName": setting(&one.lock_name), "lockNamespace": setting(&one.lock_namespace),
        "identity": setting(&one.identity), "release": setting(&one.release),
        "clientTimeout": one.client_timeout, "severalLeaders": one.several_leaders,
        "onLoss": format!("{:?}", one.behaviour.on_loss), "context": format!("{:?}", one.behaviour.context),
        "usesLeadingContext": one.behaviour.uses_leading_context, "inGoroutine": one.behaviour.in_goroutine,
        "waitsAfter": one.behaviour.waits_after.map(|at| format!("{}:{}", reading.path(at), at.line)),
    })
}

fn setting(term: &SharedTerm, reading: &RepositoryReading, workload: &GivenInputs) -> Value {
    let value = match evaluate(term, workload) {
        Ok(Evaluated::Nothing) => json!(null),
        Ok(Evaluated::Truth(truth)) => json!(truth),
        Ok(Evaluated::Integer(number)) => json!(number as f64 / 1e9),
        Ok(Evaluated::Real(bits)) => json!(f64::from_bits(bits)),
        Ok(Evaluated::Text(parts)) => json!(parts.iter().map(part).collect::<String>()),
        Err(unknown) => {
            let at = unknown
                .at
                .map(|at| format!(" ({}:{})", reading.path(at), at.line));
            json!({"unknown": format!("{}{}", unknown.because, at.unwrap_or_default())})
        }
    };
    let at = term
        .at
        .map(|at| format!("{}:{}", reading.path(at), at.line));
    let by = match carriers(term) {
        Ok(found) => json!(
            found
                .carriers
                .iter()
                .map(|carrier| match carrier {
                    Carrier::Flag(name) => format!("--{name}"),
                    Carrier::Variable(name) => format!("${name}"),
                    Carrier::Key(name) => format!("key {name}"),
                })
                .collect::<Vec<_>>()
                .join(" > ")
        ),
        Err(unknown) => json!({"unknown": unknown.because}),
    };
    json!({"value": value, "at": at, "by": by})
}

fn part(part: &Part) -> String {
    match part {
        Part::Text(text) => text.clone(),
        other => format!("@{other:?}"),
    }
}

fn collect(root: &Path, below: &str, texts: &mut Vec<(String, String)>) {
    let Ok(entries) = std::fs::read_dir(root.join(below)) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() {
            name.clone()
        } else {
            format!("{below}/{name}")
        };
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() {
            if !matches!(
                name.as_str(),
                "vendor" | "testdata" | "node_modules" | ".git"
            ) {
                collect(root, &path, texts);
            }
        } else if (name == "go.mod" || name.ends_with(".go") && !name.ends_with("_test.go"))
            && let Ok(bytes) = std::fs::read(entry.path())
        {
            texts.push((path, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
}
