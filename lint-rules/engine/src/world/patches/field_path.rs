//! Field paths of replacements: `spec.template.spec.containers.[name=x].image`.
//!
//! Dots part the steps, except after a backslash and in brackets. `[key=value]` is the items of a list that hold that
//! value, `*` is all of them, a number is that item.

use super::change::PatchStep;

/// The steps of a field path.
pub(crate) fn steps_of_field_path(path: &str) -> Vec<PatchStep> {
    // No path holds a NUL, which stands for an escaped dot in between.
    const ESCAPED_DOT: char = '\u{0}';
    let path = path.replace("\\.", &ESCAPED_DOT.to_string());
    let mut in_brackets = false;
    let ends_step = |letter: char| {
        in_brackets = letter == '[' || (in_brackets && letter != ']');
        letter == '.' && !in_brackets
    };
    let parts = path.split(ends_step);
    let parts = parts.map(|part| part.replace(ESCAPED_DOT, "."));
    parts.map(|part| step_of(&part)).collect()
}

fn step_of(part: &str) -> PatchStep {
    let bracketed = part
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    match bracketed.and_then(|inner| inner.split_once('=')) {
        Some(("name", name)) => PatchStep::Named(name.into()),
        Some(_) => PatchStep::Every,
        None if part == "*" => PatchStep::Every,
        None => part
            .parse()
            .map_or_else(|_| PatchStep::key(part), PatchStep::Item),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_part_steps_but_for_escaped_and_bracketed_ones() {
        let steps = steps_of_field_path("spec.containers.[name=a.b].args.0");
        let expected = [
            PatchStep::key("spec"),
            PatchStep::key("containers"),
            PatchStep::Named("a.b".into()),
            PatchStep::key("args"),
            PatchStep::Item(0),
        ];
        assert_eq!(steps, expected);
        let steps = steps_of_field_path("data.x\\.yaml.*.[key=y]");
        let expected = [
            PatchStep::key("data"),
            PatchStep::key("x.yaml"),
            PatchStep::Every,
            PatchStep::Every,
        ];
        assert_eq!(steps, expected);
    }
}
