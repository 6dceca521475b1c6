//! Properties of Spring Boot: every key of a file is an argument and a variable, too.

use super::super::command_line::ParserKind;
use super::super::dialect::{ConfigFormat, Program};

/// Adds the arguments and variables that Spring Boot binds to the keys of a record; those that the record names
/// itself come first.
pub(super) fn bind_properties(program: &mut Program) {
    let is_spring = program
        .config
        .as_ref()
        .is_some_and(|config| config.format == ConfigFormat::Spring);
    if !is_spring || program.parser != ParserKind::JavaProperties {
        return;
    }
    for spec in &mut program.settings {
        let keys = spec.keys.clone();
        for key in &keys {
            add(&mut spec.flags, key.clone());
            for name in variables_of(key) {
                add(&mut spec.env, name);
            }
        }
    }
}

fn add(list: &mut Vec<String>, word: String) {
    if !list.contains(&word) {
        list.push(word);
    }
}

/// The variables of a property: dots become underscores, and dashes vanish or become underscores as well
/// (Spring Boot 3.3, `SystemEnvironmentPropertyMapper`).
fn variables_of(key: &str) -> [String; 2] {
    let dotted = key.replace('.', "_").to_ascii_uppercase();
    [dotted.replace('-', ""), dotted.replace('-', "_")]
}
