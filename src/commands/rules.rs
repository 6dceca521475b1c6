//! `rules`: the catalogue, and the tests of the user's own rules.

#[cfg(all(feature = "serve", feature = "custom-rules"))]
use std::io::{self, Write as _};

use super::print;
use crate::cli::{Format, Global, Rules};
#[cfg(feature = "custom-rules")]
use crate::cli::{RulesCommand, RulesTest};
#[cfg(feature = "custom-rules")]
use crate::config::Config;
use crate::reports::catalogue;
#[cfg(feature = "custom-rules")]
use crate::reports::own_rules_text;
#[cfg(feature = "custom-rules")]
use crate::rule_tests::{RuleTestOutcome, run_tests};
use crate::status::{CommandError, ExitStatus};
use crate::terminal::Terminal;

pub fn run(
    options: &Rules,
    global: &Global,
    terminal: &Terminal,
) -> Result<ExitStatus, CommandError> {
    #[cfg(feature = "custom-rules")]
    if let Some(RulesCommand::Test(options)) = &options.command {
        return test(options, global, terminal);
    }
    #[cfg(not(feature = "custom-rules"))]
    let _ = global;
    let entries = engine::rules();
    print(&match options.format {
        Format::Text => catalogue::table(entries, terminal),
        Format::Json => catalogue::json(entries),
    })?;
    Ok(ExitStatus::Fine)
}

#[cfg(feature = "custom-rules")]
fn test(
    options: &RulesTest,
    global: &Global,
    terminal: &Terminal,
) -> Result<ExitStatus, CommandError> {
    let mut known = Vec::new();
    let mut outcomes: Vec<RuleTestOutcome> = Vec::new();
    for path in &options.paths {
        let config = Config::load(global.config.as_deref(), path, None)?;
        let Some(file) = config.file.as_ref().map(|file| file.name.clone()) else {
            return Err(CommandError::usage(format_args!(
                "there is no configuration for {}, so there are no rules of your own",
                path.display()
            )));
        };
        if !known.contains(&file) {
            known.push(file);
            #[cfg(feature = "serve")]
            for (rule, kind) in config.kinds_not_sent() {
                // Nothing is left to do if standard error is closed.
                drop(writeln!(
                    io::stderr(),
                    "{rule} is silent at admission: the webhook judges no objects of kind {kind}"
                ));
            }
            outcomes.extend(run_tests(&config));
        }
    }
    print(&own_rules_text::report(&outcomes, terminal))?;
    let has_failed = outcomes.iter().any(|outcome| !outcome.is_right());
    Ok(match has_failed {
        true => ExitStatus::Findings,
        false => ExitStatus::Fine,
    })
}
