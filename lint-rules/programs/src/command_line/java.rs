//! Java programs: system properties (`-Dkey=value`) and Spring Boot's `--key=value`.
//!
//! Neither takes its value from the next word, and no flag is ever refused.

use super::reader::{Reader, split_value};
use super::{CommandLine, FlagTable};

pub(super) fn parse(argv: &[&str], table: &dyn FlagTable) -> CommandLine {
    let mut reader = Reader::new(argv, table);
    while let Some((at, word)) = reader.take() {
        if word == "--" {
            reader.rest_is_positional(at);
            break;
        }
        if !word.starts_with("-D") && !word.starts_with("--") {
            // A main class, a jar, another option of the virtual machine, or `-jar`.
            reader.line.positionals.push(at);
            continue;
        }
        let (name, value) = split_value(word, 2);
        let known = table.long(name).is_some();
        // Without `=` the value is the empty text.
        reader.attached(name, at, value.unwrap_or(word.len()), known);
    }
    reader.line
}
