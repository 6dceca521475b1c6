//! JSON patches (RFC 6902).
//!
//! Operations are applied in order. `add` at a number inserts an item before that one, at `-` it appends one, at a
//! key it sets it; `replace`, `remove` and `move` change what is at their path; `copy` writes like `add`; `test`
//! changes nothing. Where an item was inserted or removed, the numbers of the others are no longer known.

use super::change::{PatchChange, PatchStep};
use manifest::tree::Node;

/// The changes that a list of operations makes.
pub(crate) fn changes_of_operations(operations: Node<'_>) -> Vec<PatchChange> {
    let mut changes = Vec::new();
    // Pointers to lists in which items have moved.
    let mut moved: Vec<&str> = Vec::new();
    for operation in operations.items() {
        let text = |field| operation.get(field).and_then(Node::as_str);
        let (Some(op), Some(path)) = (text("op"), text("path")) else {
            continue;
        };
        if op == "test" {
            continue;
        }
        let from = text("from").filter(|_| op == "move");
        changes.extend(from.map(|from| PatchChange::at(steps_of_pointer(from, &moved))));
        let value = operation.get("value");
        changes.extend(change_of_operation(
            op,
            value,
            steps_of_pointer(path, &moved),
        ));
        let removed = from.or((op == "remove").then_some(path));
        let added = is_addition(op).then_some(path);
        for path in [removed, added].into_iter().flatten() {
            if let Some((list, item)) = path.rsplit_once('/')
                && item.parse::<usize>().is_ok()
            {
                moved.push(list);
            }
        }
    }
    changes
}

fn is_addition(op: &str) -> bool {
    matches!(op, "add" | "move" | "copy")
}

/// What an operation changes of what is there; `None` if it only adds something.
fn change_of_operation(
    op: &str,
    value: Option<Node<'_>>,
    mut path: Vec<PatchStep>,
) -> Option<PatchChange> {
    let is_in_list = match path.last() {
        Some(PatchStep::Item(_) | PatchStep::Every) => true,
        Some(PatchStep::Key(last)) => &**last == "-",
        _ => false,
    };
    if !is_addition(op) || !is_in_list {
        let change = PatchChange::at(path);
        return Some(match value {
            Some(value) => change.to(value),
            None => change,
        });
    }
    // What is added to a list stands beside the others: it counts for items of its name.
    path.pop();
    let value = value?;
    if let Some(name) = value.get("name").and_then(Node::as_str) {
        path.push(PatchStep::Named(name.into()));
        return Some(PatchChange::at(path));
    }
    PatchChange::of_argument(path, value.as_str()?)
}

/// The steps of a JSON pointer (RFC 6901): `/` parts them, `~1` is a slash and `~0` a tilde.
fn steps_of_pointer(pointer: &str, moved: &[&str]) -> Vec<PatchStep> {
    let mut steps = Vec::new();
    let mut end = 0;
    for part in pointer.split('/').skip(1) {
        let list = pointer.get(..end).unwrap_or_default();
        end += 1 + part.len();
        let part = part.replace("~1", "/").replace("~0", "~");
        steps.push(match part.parse() {
            Ok(_) if moved.contains(&list) => PatchStep::Every,
            Ok(number) => PatchStep::Item(number),
            Err(_) => PatchStep::key(&part),
        });
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_unescaped_and_lose_numbers_in_lists_that_moved() {
        let steps = steps_of_pointer("/a~1b/x~0/2/3", &["/a~1b/x~0"]);
        let expected = [
            PatchStep::key("a/b"),
            PatchStep::key("x~"),
            PatchStep::Every,
            PatchStep::Item(3),
        ];
        assert_eq!(steps, expected);
        assert_eq!(steps_of_pointer("", &[]), []);
    }
}
