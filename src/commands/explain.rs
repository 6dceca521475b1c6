//! `explain`: the page of one rule.

use super::print;
use crate::cli::{Explain, Format};
use crate::nearest::nearest;
use crate::reports::catalogue;
use crate::status::{CommandError, ExitStatus};
use crate::terminal::Terminal;

pub fn run(options: &Explain, terminal: &Terminal) -> Result<ExitStatus, CommandError> {
    let Some(entry) = engine::rule(&options.rule) else {
        let ids = engine::rules().iter().map(|entry| entry.rule.id);
        let hint = nearest(&options.rule, ids).map_or_else(
            || "`leaselint rules` lists them".to_owned(),
            |id| format!("did you mean `{id}`?"),
        );
        return Err(CommandError::usage(format_args!(
            "no rule is called `{}`; {hint}",
            options.rule.escape_debug()
        )));
    };
    print(&match options.format {
        Format::Text => catalogue::page(entry, terminal),
        Format::Json => catalogue::page_json(entry),
    })?;
    Ok(ExitStatus::Fine)
}
