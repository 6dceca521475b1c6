//! The words of a container's command line, expanded, with a wrapper around the program removed.

use std::borrow::Cow;
use std::sync::Arc;

use crate::environment::Environment;
use crate::non_string::{NonString, kind_of};
use crate::origin::Unknown;
use crate::placeholder::placeholder;
use crate::shell::{self, Unwrapped};
use manifest::text::{FileSpan, Span};
use manifest::tree::Node;
use objects::{Component, Container, LedgerCode, Object};

/// One word of the command line the program sees.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// After expansion; `None` when a part of it lies outside the input.
    pub text: Option<Arc<str>>,
    /// As written in the manifest.
    pub written: Arc<str>,
    /// The list item (or the part of a script) it comes from.
    pub place: FileSpan,
    /// `$(VAR)` references that nothing declares (or that are declared later), as written: `$(VAR)`.
    pub unresolved: Vec<String>,
    /// There is no text because it would be longer than any program is given.
    pub excess: bool,
    /// Part of `command` (otherwise of `args`).
    pub in_command: bool,
}

/// A container's command line.
#[derive(Debug, Default)]
pub(super) struct CommandWords {
    /// The program's own name first, if the manifest names it.
    pub words: Vec<Word>,
    /// Whether `words[0]` is the program.
    pub has_command: bool,
    /// Whether the manifest has any word at all.
    pub is_written: bool,
    /// Items that are not strings.
    pub non_strings: Vec<NonString>,
    /// Variables that a wrapper sets for the program.
    pub wrapper_env: Vec<(String, Option<String>)>,
    /// Why the program behind a wrapper is not known.
    pub opaque: Option<Unknown>,
}

impl CommandWords {
    /// The words as the program sees them; as written where a part of them is not known.
    pub(super) fn texts(&self) -> Vec<&str> {
        let words = self.words.iter();
        words
            .map(|word| word.text.as_deref().unwrap_or(&word.written))
            .collect()
    }
}

fn list<'w>(container: Container<'w>, key: &str) -> Vec<Node<'w>> {
    container
        .node()
        .get(key)
        .into_iter()
        .flat_map(Node::items)
        .collect()
}

fn word<'w>(
    object: Object<'w>,
    node: Node<'w>,
    in_command: bool,
    environment: &Environment,
    non_strings: &mut Vec<NonString>,
) -> Word {
    let place = object.place_of(node);
    let Some(written) = node.as_str() else {
        let written: Arc<str> = node.scalar_text().unwrap_or_default().into();
        non_strings.push(NonString {
            place,
            text: written.to_string(),
            kind: kind_of(node),
            list: if in_command { "command" } else { "args" },
            variable: None,
        });
        return Word {
            text: Some(Arc::clone(&written)),
            written,
            place,
            unresolved: Vec::new(),
            excess: false,
            in_command,
        };
    };
    if object.has_parameter(written) {
        return Word {
            text: None,
            written: written.into(),
            place,
            unresolved: Vec::new(),
            excess: false,
            in_command,
        };
    }
    let expanded = environment.expand(written);
    let unresolved = expanded
        .unresolved
        .iter()
        .filter_map(|(_, range)| written.get(range.clone()))
        .map(str::to_owned)
        .collect();
    let written: Arc<str> = written.into();
    Word {
        text: expanded.text.map(|text| match text {
            Cow::Borrowed(_) => Arc::clone(&written),
            Cow::Owned(text) => text.into(),
        }),
        written,
        place,
        unresolved,
        excess: expanded.excess,
        in_command,
    }
}

/// Reads `command` and `args`.
pub(super) fn command_words<'w>(
    object: Object<'w>,
    container: Container<'w>,
    environment: &Environment,
) -> CommandWords {
    if let Some(component) = container.component() {
        return component_words(object, container, component);
    }
    let mut result = CommandWords::default();
    let command = list(container, "command");
    let args = list(container, "args");
    result.has_command = !command.is_empty();
    let items = command
        .iter()
        .map(|node| (*node, true))
        .chain(args.iter().map(|node| (*node, false)));
    let nodes: Vec<Node<'w>> = items.clone().map(|(node, _)| node).collect();
    let words: Vec<Word> = items
        .map(|(node, in_command)| {
            word(
                object,
                node,
                in_command,
                environment,
                &mut result.non_strings,
            )
        })
        .collect();
    result.is_written = !words.is_empty();
    let texts: Vec<&str> = words
        .iter()
        .map(|word| word.text.as_deref().unwrap_or(&word.written))
        .collect();
    let unwrapped = if result.has_command {
        shell::unwrap(&texts, &mut |name| environment.lookup(name))
    } else {
        Unwrapped::Plain
    };
    match unwrapped {
        Unwrapped::Plain => {
            result.words = words;
            for word in &mut result.words {
                if environment.is_open(&word.written) {
                    word.text = None;
                }
            }
        }
        Unwrapped::Opaque { reason } => {
            result.opaque = Some(Unknown {
                code: LedgerCode::WrapperScript,
                reason: format!(
                    "the program behind the command line is not known, because {reason}"
                ),
                place: words.first().map(|word| word.place),
            });
            result.has_command = false;
        }
        Unwrapped::Program { argv, env } => {
            result.has_command = true;
            result.wrapper_env = env;
            result.words = argv
                .into_iter()
                .map(|part| {
                    let outer = words.get(part.argument);
                    let node = nodes.get(part.argument);
                    let whole = outer.map(|word| word.place);
                    let exact =
                        outer.is_some_and(|word| word.text.as_deref() == Some(&word.written));
                    let unknown = part.unknown || outer.is_some_and(|word| word.text.is_none());
                    let place = match (node, whole) {
                        (Some(node), Some(place)) if exact => {
                            part_place(*node, place, &part.range).unwrap_or(place)
                        }
                        (_, Some(place)) => place,
                        _ => object.head_place(),
                    };
                    let written: Arc<str> = part.text.into();
                    Word {
                        text: (!unknown).then(|| Arc::clone(&written)),
                        written,
                        place,
                        unresolved: Vec::new(),
                        excess: outer.is_some_and(|word| word.excess),
                        in_command: outer.is_some_and(|word| word.in_command),
                    }
                })
                .collect();
        }
    }
    result
}

/// The command line that an installer makes of the arguments in its configuration.
fn component_words<'w>(
    object: Object<'w>,
    container: Container<'w>,
    component: &Component<'w>,
) -> CommandWords {
    let plain = |text: String, place: FileSpan| {
        let text: Arc<str> = text.into();
        Word {
            text: Some(Arc::clone(&text)),
            written: text,
            place,
            unresolved: Vec::new(),
            excess: false,
            in_command: true,
        }
    };
    let start = container.name_place();
    let arguments = component.arguments();
    let mut result = CommandWords {
        words: vec![plain(component.program.to_owned(), start)],
        has_command: true,
        is_written: true,
        ..CommandWords::default()
    };
    let is_overridden = |given: &str| {
        let name = given.trim_start_matches('-').split('=').next();
        arguments.iter().any(|argument| name == Some(argument.name))
    };
    let given = component
        .given()
        .iter()
        .filter(|given| !is_overridden(given));
    result
        .words
        .extend(given.map(|given| plain((*given).to_owned(), start)));
    for argument in arguments {
        let place = object.place_of(argument.node);
        let value = argument.value.unwrap_or_default();
        if argument.is_not_text {
            result.non_strings.push(NonString {
                place,
                text: value.to_owned(),
                kind: kind_of(argument.node),
                list: "extraArgs",
                variable: None,
            });
        }
        let mut word = plain(format!("--{}={value}", argument.name), place);
        if placeholder(value).is_some() || object.has_parameter(value) {
            word.text = None;
        }
        result.words.push(word);
    }
    result
}

/// The place of a part of a script, computed through the scalar that holds it.
fn part_place(node: Node<'_>, whole: FileSpan, range: &std::ops::Range<usize>) -> Option<FileSpan> {
    let start = node.inner_offset(range.start)?;
    let last = node.inner_offset(range.end.checked_sub(1)?)?;
    (start <= last).then_some(FileSpan {
        file: whole.file,
        span: Span::new(start, last + 1),
    })
}
