//! `programs`: dialects of the user's own programs, in the shape of the built-in ones.

use manifest::text::{Position, Span};
use manifest::tree::Node;
use programs::Program;
use programs::catalogue;
use programs::dialect_file::{DialectError, DialectFile, Record, compile_all};
use serde::Deserialize;

use super::mistake::Mistake;
use super::read::{is_sequence, span_at};

/// The one key of the configuration that is read here; the others are read elsewhere.
#[derive(Deserialize)]
struct OwnPrograms {
    programs: Vec<Record>,
}

/// Reads `programs`. The text is bounded by whoever read the file.
pub fn read(node: Node<'_>, text: &str, mistakes: &mut Vec<Mistake>) -> Vec<Program> {
    if !is_sequence(node, "`programs`", mistakes) {
        return Vec::new();
    }
    let own: OwnPrograms = match serde_yaml::from_str(text) {
        Ok(own) => own,
        Err(error) => {
            let place = error.location().map(|at| {
                let number = |from: usize| u32::try_from(from).unwrap_or(1);
                span_at(
                    text,
                    Position {
                        line: number(at.line()),
                        column: number(at.column()),
                    },
                )
            });
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or(&message);
            mistakes.push(Mistake::new(place.unwrap_or(node.span()), message));
            return Vec::new();
        }
    };
    let file = DialectFile {
        family: None,
        programs: own.programs,
    };
    let known: Vec<_> = catalogue::programs().collect();
    match compile_all(&[file], &known) {
        Ok(programs) => programs,
        Err(error) => {
            let message = format!("{}: {}", error.field, error.problem);
            mistakes.push(Mistake::new(place_of(&error, node), message));
            Vec::new()
        }
    }
}

/// The deepest token that the error names.
fn place_of(error: &DialectError, programs: Node<'_>) -> Span {
    let is_meant = |program: &Node<'_>| {
        program.get("id").and_then(|id| id.as_str()) == Some(error.program.as_str())
    };
    let Some(mut node) = programs.items().find(is_meant) else {
        return programs.span();
    };
    for key in error.field.split('.') {
        match node.get(key) {
            Some(inner) => node = inner,
            None => break,
        }
    }
    node.span()
}
