//! The record of a listed program, for people.

use programs::Program;

/// What of the program's source was read for its record.
pub(super) fn record_text(program: &Program) -> String {
    let Some(read) = &program.read else {
        return "not compared with the program's source".to_owned();
    };
    let facts = read.facts.iter();
    let facts: Vec<String> = facts
        .map(|fact| format!("{} {}", fact.fact, fact.place))
        .collect();
    format!(
        "read {} in {} {}: {}",
        read.date,
        read.repository,
        read.revision,
        facts.join(", ")
    )
}
