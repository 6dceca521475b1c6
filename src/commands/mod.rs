//! One file a command: parse, call, choose the exit status. No logic.

#[cfg(feature = "live")]
mod audit;
#[cfg(feature = "serve")]
mod certs;
mod completions;
mod diff;
mod explain;
mod export;
mod export_alerts;
mod export_input;
mod init;
mod inspect;
mod judged_run;
#[cfg(feature = "live")]
mod leases;
mod lint;
mod man;
#[cfg(feature = "live")]
mod monitor;
mod outputs;
mod rules;
#[cfg(feature = "schema")]
mod schema;
#[cfg(feature = "serve")]
mod serve;

use std::io::{self, ErrorKind, Write};
use std::panic;
#[cfg(feature = "custom-rules")]
use std::sync::atomic::Ordering;

use clap::parser::ValueSource;
use clap::{CommandFactory as _, FromArgMatches as _};

use engine::BaselineEntry;

use crate::baseline::BaselineReport;
use crate::cli::{Cli, CliCommand, FixOptions, Global};
#[cfg(feature = "custom-rules")]
use crate::config::OwnRule;
use crate::fixes::FixRun;
use crate::reports::count;
use crate::status::{CommandError, ExitStatus};
use crate::terminal::{Terminal, visible};

/// The name by which kubectl finds it as a plugin.
const PLUGIN: &str = "kubectl-leaselint";

/// Runs the command that the command line names.
pub fn run() -> ExitStatus {
    let cli = match parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version come this way, too, and are no errors.
            let status = if error.use_stderr() {
                ExitStatus::Usage
            } else {
                ExitStatus::Fine
            };
            return match error.print() {
                Err(failed) if failed.kind() != ErrorKind::BrokenPipe => ExitStatus::Usage,
                _ => status,
            };
        }
    };
    let terminal = Terminal::detect(cli.global.color);
    let result = match &cli.command {
        CliCommand::Lint(options) => lint::run(options, &cli.global, &terminal),
        CliCommand::Diff(options) => diff::run(options, &cli.global, &terminal),
        CliCommand::Inspect(options) => inspect::run(options, &cli.global, &terminal),
        CliCommand::Export(what) => export::run(what, &cli.global, &terminal),
        #[cfg(feature = "serve")]
        CliCommand::Serve(options) => serve::run(options, &cli.global),
        #[cfg(feature = "serve")]
        CliCommand::Certs(what) => certs::run(what, &cli.global, &terminal),
        #[cfg(feature = "live")]
        CliCommand::Leases(options) => leases::run(options, &cli.global, &terminal),
        #[cfg(feature = "live")]
        CliCommand::Audit(options) => audit::run(options, &cli.global, &terminal),
        #[cfg(not(feature = "live"))]
        CliCommand::Audit(_) => Err(not_built("audit", "live")),
        #[cfg(feature = "live")]
        CliCommand::Monitor(options) => monitor::run(options, &cli.global),
        #[cfg(not(feature = "live"))]
        CliCommand::Monitor(_) => Err(not_built("monitor", "live")),
        #[cfg(not(feature = "live"))]
        CliCommand::Leases(_) => Err(not_built("leases", "live")),
        #[cfg(not(feature = "serve"))]
        CliCommand::Serve(_) => Err(not_built("serve", "serve")),
        #[cfg(not(feature = "serve"))]
        CliCommand::Certs(_) => Err(not_built("certs", "serve")),
        CliCommand::Init => init::run(),
        #[cfg(feature = "schema")]
        CliCommand::Schema(options) => schema::run(options),
        #[cfg(not(feature = "schema"))]
        CliCommand::Schema(_) => Err(not_built("schema", "schema")),
        CliCommand::Explain(options) => explain::run(options, &terminal),
        CliCommand::Rules(options) => rules::run(options, &cli.global, &terminal),
        CliCommand::Completions(options) => completions::run(options),
        CliCommand::Man => man::run(),
    };
    let status = match result {
        Ok(status) => status,
        Err(failure) => tell(failure),
    };
    report_unread_pipe(&cli.global);
    status
}

/// Reads the command line. Called as a plugin of kubectl, help and mistakes show how people call it.
fn parse() -> Result<Cli, clap::Error> {
    let program = std::env::args_os().next().map(std::path::PathBuf::from);
    let name = program.as_deref().and_then(std::path::Path::file_stem);
    let mut command = Cli::command();
    if name.is_some_and(|name| name == PLUGIN) {
        command = command.bin_name("kubectl leaselint");
    }
    let mut matches = command.try_get_matches()?;
    let reads_default_path = matches.subcommand().is_some_and(|(name, of_command)| {
        ["lint", "inspect"].contains(&name)
            && of_command.value_source("paths") == Some(ValueSource::DefaultValue)
    });
    let mut cli = Cli::from_arg_matches_mut(&mut matches)?;
    cli.global.reads_default_path = reads_default_path;
    Ok(cli)
}

/// Says on standard error that something was piped into the program that it did not read.
fn report_unread_pipe(global: &Global) {
    if global.reads_default_path && !global.quiet && has_unread_input() {
        // Nothing is left to do if standard error is closed.
        drop(writeln!(
            io::stderr(),
            "standard input holds something and was not read: `-` in the place of a path reads it"
        ));
    }
}

/// Whether standard input is a pipe with something in it. Nothing is taken out: it may be the script of a shell that started
/// this program.
#[cfg(unix)]
fn has_unread_input() -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    let is_pipe = std::fs::metadata("/dev/stdin").is_ok_and(|stdin| stdin.file_type().is_fifo());
    is_pipe && rustix::io::ioctl_fionread(io::stdin()).is_ok_and(|bytes| bytes > 0)
}

#[cfg(not(unix))]
const fn has_unread_input() -> bool {
    false
}

/// Makes a panic say that it is a fault of ours, and what to do about it.
pub fn report_panics() {
    panic::set_hook(Box::new(|info| {
        let payload = info.payload();
        let message = payload
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("no message");
        let place = info
            .location()
            .map(|at| format!(" at {}:{}", at.file(), at.line()));
        // Nothing is left to do if standard error is closed.
        drop(writeln!(
            io::stderr(),
            "leaselint: internal error{}: {message}\n\
             This is a bug in leaselint, not in your manifests. Please report it at {}/issues \
             with this message, `leaselint --version` and, if you can share it, the input.",
            place.unwrap_or_default(),
            env!("CARGO_PKG_REPOSITORY"),
        ));
    }));
}

/// The answer to a command that needs a feature that this build does not have.
#[cfg(not(all(feature = "live", feature = "schema", feature = "serve")))]
fn not_built(command: &str, feature: &str) -> CommandError {
    CommandError::usage(format_args!(
        "`{command}` is not built in: build leaselint with its feature `{feature}`"
    ))
}

/// Says why a command ended early. A reader that has gone away is no failure.
fn tell(failure: CommandError) -> ExitStatus {
    let text = match failure {
        CommandError::Output(error) if error.kind() == ErrorKind::BrokenPipe => {
            return ExitStatus::Fine;
        }
        CommandError::Output(error) => format!("error: cannot write the output: {error}\n"),
        CommandError::Usage(message) => format!("error: {message}\n"),
        CommandError::Shown(text) => format!("{text}Nothing was judged.\n"),
    };
    // Nothing is left to do if standard error is closed.
    drop(io::stderr().write_all(text.as_bytes()));
    ExitStatus::Usage
}

/// Says on standard error why there was nothing to judge, a line for each folder.
fn report_empty(empty: &[String]) {
    for reason in empty {
        // Nothing is left to do if standard error is closed.
        drop(writeln!(
            io::stderr(),
            "nothing to judge: {reason}; --allow-empty accepts that"
        ));
    }
}

/// Says on standard error what was read of Go source, and why not more.
fn report_source(input: &engine::Input) {
    let notes = input.sources().map(|sources| sources.notes());
    for note in notes.unwrap_or_default() {
        // Nothing is left to do if standard error is closed.
        drop(writeln!(io::stderr(), "{note}"));
    }
}

/// The most entries of a baseline that are listed one by one.
const MAX_LISTED_ENTRIES: usize = 10;

/// Writes to standard error which entries of the baseline match nothing, and how many findings were written.
fn report_baseline(report: &BaselineReport, quiet: bool) {
    if quiet {
        return;
    }
    let mut text = String::new();
    let file = report.file.as_deref().unwrap_or_default();
    let unmatched = report.unmatched.as_slice();
    for entry in unmatched.iter().take(MAX_LISTED_ENTRIES) {
        let BaselineEntry {
            line,
            rule,
            file: judged,
            place,
            ..
        } = entry;
        text.push_str(&format!(
            "{file}:{line}: matches nothing any more: {}; --write-baseline drops it\n",
            visible(&format!("{rule} {judged} {place}"))
        ));
    }
    if let Some(rest) = unmatched.len().checked_sub(MAX_LISTED_ENTRIES + 1) {
        text.push_str(&format!("{file}: {} more match nothing\n", rest + 1));
    }
    if let Some((written, file)) = &report.written {
        let findings = count(*written, "finding");
        text.push_str(&format!("wrote {findings} into {file}\n"));
    }
    // Nothing is left to do if standard error is closed.
    drop(io::stderr().write_all(text.as_bytes()));
}

/// Says on standard error which of the user's own rules selected nothing.
#[cfg(feature = "custom-rules")]
fn report_unmatched(rules: &[OwnRule]) {
    let has_matched = |own: &OwnRule| own.custom.has_matched.load(Ordering::Relaxed);
    for own in rules.iter().filter(|own| !has_matched(own)) {
        let id = own.rule.id;
        // Nothing is left to do if standard error is closed.
        drop(writeln!(io::stderr(), "{id} selected nothing in this run"));
    }
}

/// Says on standard error what fixes were made, and which were not.
fn report_fixes(fixing: &FixRun<'_>, options: &FixOptions, quiet: bool) {
    let mut text = String::new();
    for left in fixing.left.iter().chain(&fixing.uncovered) {
        text.push_str(&format!("{}\n", visible(left)));
    }
    if !quiet {
        let verb = match (options.diff, options.add_ignores) {
            (true, _) => "would fix",
            (_, true) => "ignored",
            _ => "fixed",
        };
        let findings = count(fixing.fixed, "finding");
        let files = count(fixing.changed_files(), "file");
        text.push_str(&format!("{verb} {findings} in {files}\n"));
    }
    // Nothing is left to do if standard error is closed.
    drop(io::stderr().write_all(text.as_bytes()));
}

/// Writes one text to standard output.
fn print(text: &str) -> Result<(), CommandError> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}
