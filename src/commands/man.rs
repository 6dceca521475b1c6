//! `man`: the manual page, made from the same definitions as the help.

use clap::CommandFactory;
use clap_mangen::Man;

use super::print;
use crate::cli::Cli;
use crate::status::{CommandError, ExitStatus};

pub fn run() -> Result<ExitStatus, CommandError> {
    let mut definitions = Cli::command();
    definitions.build();
    let mut page = Vec::new();
    Man::new(definitions.clone()).render(&mut page)?;
    render_commands_of(&definitions, "LEASELINT", &mut page)?;
    print(&String::from_utf8_lossy(&page))?;
    Ok(ExitStatus::Fine)
}

/// Every command below one, and those below them.
fn render_commands_of(
    parent: &clap::Command,
    words: &str,
    page: &mut Vec<u8>,
) -> Result<(), CommandError> {
    for command in parent.get_subcommands() {
        if command.get_name() == "help" || command.is_hide_set() {
            continue;
        }
        let words = format!("{words} {}", command.get_name().to_uppercase());
        render_command(command.clone(), &words, page)?;
        render_commands_of(command, &words, page)?;
    }
    Ok(())
}

/// The options of one command as sections of the same page.
fn render_command(
    command: clap::Command,
    words: &str,
    page: &mut Vec<u8>,
) -> Result<(), CommandError> {
    page.extend_from_slice(format!(".SH \"{words}\"\n").as_bytes());
    let mut sections = Vec::new();
    let man = Man::new(command);
    man.render_synopsis_section(&mut sections)?;
    man.render_description_section(&mut sections)?;
    man.render_options_section(&mut sections)?;
    // Sections of a command are subsections of the page.
    for line in String::from_utf8_lossy(&sections).lines() {
        let line = line
            .strip_prefix(".SH ")
            .map_or_else(|| line.to_owned(), |name| format!(".SS {name}"));
        page.extend_from_slice(line.as_bytes());
        page.push(b'\n');
    }
    Ok(())
}
