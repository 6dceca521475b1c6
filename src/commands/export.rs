//! `export`: writes what other tools take.

use std::io::{self, Write};

use super::export_input::of_electors;
use super::print;
use crate::cli::{Export, ExportDialect, ExportRbac, Global};
use crate::reports::{Inspected, dialect_yaml, inspect_text, rbac_yaml};
use crate::status::{CommandError, ExitStatus};
use crate::terminal::Terminal;

pub fn run(
    what: &Export,
    global: &Global,
    terminal: &Terminal,
) -> Result<ExitStatus, CommandError> {
    match what {
        Export::Rbac(options) => rbac(options, global, terminal),
        Export::Alerts(options) => super::export_alerts::run(options, global),
        Export::Dialect(options) => dialect(options, global),
    }
}

fn rbac(
    options: &ExportRbac,
    global: &Global,
    terminal: &Terminal,
) -> Result<ExitStatus, CommandError> {
    let ((), status) = of_electors(&options.source, global, |outcome, sources| {
        let electors: Vec<Inspected<'_>> = outcome
            .electors
            .iter()
            .zip(&outcome.access)
            .filter(|(elector, _)| elector.may_be_on())
            .collect();
        let report = rbac_yaml::report(&electors, options.missing, sources);
        print(&report.yaml)?;
        // Standard output is for kubectl; what was left out goes to standard error.
        let mut notes = report.left_out;
        let terminal = (global.verbose, terminal);
        notes.push_str(&inspect_text::remarks(outcome, None, sources, terminal));
        if !global.quiet {
            drop(io::stderr().write_all(notes.as_bytes()));
        }
        Ok(())
    })?;
    Ok(status)
}

fn dialect(options: &ExportDialect, global: &Global) -> Result<ExitStatus, CommandError> {
    let ((), status) = of_electors(&options.source, global, |outcome, sources| {
        match dialect_yaml::report(outcome.electors.iter(), sources) {
            Some(yaml) => print(&yaml)?,
            None if global.quiet => {}
            None => {
                let words = "no container runs a program whose Go source is beside its manifest\n";
                drop(io::stderr().write_all(words.as_bytes()));
            }
        }
        Ok(())
    })?;
    Ok(status)
}
