//! What a command line of k3s or RKE2 in a container passes to the components of its control plane.
//!
//! k3s 1.31, `pkg/cli/cmds/server.go`: `--kube-scheduler-arg=x=y`, or the value as the next word.

use manifest::tree::Node;

/// The words of a container's command line with the items that hold them. A script is one item of several words.
fn words<'d>(container: Node<'d>) -> impl Iterator<Item = (&'d str, Node<'d>)> {
    let lists = ["command", "args"]
        .into_iter()
        .filter_map(move |list| container.get(list));
    let texts = lists
        .flat_map(Node::items)
        .filter_map(|item| Some((item.as_str()?, item)));
    texts.flat_map(|(text, item)| text.split_whitespace().map(move |word| (word, item)))
}

/// Whether a container's command line passes anything to a component.
pub(super) fn passes_any(container: Node<'_>) -> bool {
    words(container).any(|(word, _)| word.starts_with('-') && word.contains("-arg"))
}

/// The values of a flag that passes arguments on, each with the item that holds it.
pub(super) fn passed<'d>(
    container: Node<'d>,
    flag: &'static str,
) -> impl Iterator<Item = (&'d str, Node<'d>)> {
    let mut is_next = false;
    words(container).filter_map(move |(word, item)| {
        let value = if std::mem::take(&mut is_next) {
            word
        } else {
            let rest = word.trim_start_matches('-').strip_prefix(flag)?;
            if rest.is_empty() {
                is_next = true;
                return None;
            }
            rest.strip_prefix('=')?
        };
        Some((value.trim_matches(['"', '\'']), item))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use manifest::file::{ReadOptions, read};
    use manifest::text::FileId;
    use manifest::tree::ReadLimits;

    #[test]
    fn values_stand_behind_an_equals_sign_or_in_the_next_word() {
        let text = "command: [/bin/sh, -c]\nargs:\n- k3s server --a-arg=x=1 --a-arg 'y=2' --a-args=no \
                    --b-arg=z\n- --a-arg\n- z\n";
        let options = ReadOptions {
            filter: &|_| true,
            explicit: true,
            limits: ReadLimits::default(),
        };
        let file = read(FileId(0), text.as_bytes(), &options);
        let root = file.documents[0].root();
        let values: Vec<&str> = passed(root, "a-arg").map(|(value, _)| value).collect();
        assert_eq!(values, ["x=1", "y=2", "z"]);
        assert!(passes_any(root));
    }
}
