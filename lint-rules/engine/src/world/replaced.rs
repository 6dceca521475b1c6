//! What patches of kustomizations change: not into what, only where.
//!
//! A token that every build replaces says nothing about what will be applied.

use manifest::file::{self, ReadOptions};
use manifest::text::FileId;
use manifest::tree::{self, Document, Node, Value};
use objects::Object;

/// One patch of a kustomization.
pub(super) struct Patch {
    /// The kind and name of what it changes; `None`: any.
    kind: Option<Box<str>>,
    name: Option<Box<str>>,
    changes: Vec<Change>,
}

/// One thing that a patch changes.
struct Change {
    path: Vec<Step>,
    /// The text, or those of a list, that stand there afterwards: the same as before is no change.
    texts: Vec<Box<str>>,
    /// Where only some of what is at the path changes.
    only: Option<Only>,
}

/// Which of what is at a path a change is about.
enum Only {
    /// Arguments of that name: another one is added to the list.
    Argument(Box<str>),
    /// What refers to that variable.
    Variable(Box<str>),
}

/// A step of a path as patches write it.
enum Step {
    Key(Box<str>),
    Item(usize),
    /// The item of a list that has this name.
    Named(Box<str>),
    Every,
}

/// A step of the way to a token of an object.
enum Way<'d> {
    Key(&'d str),
    Item(usize, Option<&'d str>),
}

/// A place of an object: the way to it and the text that stands there.
pub(super) struct Spot<'d> {
    way: Vec<Way<'d>>,
    text: Option<&'d str>,
}

/// Lists whose items a strategic merge finds by their names; any other list is replaced as a whole.
const BY_NAME: &[&str] = &[
    "containers",
    "initContainers",
    "ephemeralContainers",
    "env",
    "volumes",
];

/// The patches that a kustomization writes. `fetch` gives the documents of a file that it names.
pub(super) fn patches_of<'w>(
    kustomization: Node<'w>,
    fetch: impl Fn(&str) -> &'w [Document],
) -> Vec<Patch> {
    let mut found = Vec::new();
    let items = |field| kustomization.get(field).into_iter().flat_map(Node::items);
    for field in ["patches", "patchesJson6902"] {
        for item in items(field) {
            let target = item.get("target");
            if let Some(text) = item.get("patch").and_then(Node::as_str) {
                read(&inline(text), target, &mut found);
            } else if let Some(path) = item.get("path").and_then(Node::as_str) {
                read(fetch(path), target, &mut found);
            }
        }
    }
    for text in items("patchesStrategicMerge").filter_map(Node::as_str) {
        if is_inline(text) {
            read(&inline(text), None, &mut found);
        } else {
            read(fetch(text), None, &mut found);
        }
    }
    for item in items("replicas") {
        if let Some(name) = item.get("name").and_then(Node::as_str) {
            found.push(Patch {
                kind: None,
                name: Some(name.into()),
                changes: vec![Change::at(["spec", "replicas"].map(key))],
            });
        }
    }
    // In a file of their own there may be one or a list of them.
    let elsewhere = items("replacements")
        .filter_map(|one| one.get("path").and_then(Node::as_str))
        .flat_map(fetch)
        .map(Document::root)
        .flat_map(|root| std::iter::once(root).chain(root.items()));
    for target in items("replacements")
        .chain(elsewhere)
        .flat_map(|one| one.get("targets").into_iter().flat_map(Node::items))
    {
        let paths = target.get("fieldPaths").into_iter().flat_map(Node::items);
        let changes = paths
            .filter_map(Node::as_str)
            .map(|path| Change::at(dotted(path)));
        found.push(Patch::at_target(target.get("select"), changes.collect()));
    }
    for name in items("vars").filter_map(|one| one.get("name").and_then(Node::as_str)) {
        found.push(Patch {
            kind: None,
            name: None,
            changes: vec![Change {
                only: Some(Only::Variable(format!("$({name})").into())),
                ..Change::at([])
            }],
        });
    }
    found
}

/// Whether an entry of `patchesStrategicMerge` is a patch itself, not the path of one.
pub(super) fn is_inline(text: &str) -> bool {
    text.contains('\n') || text.trim_start().starts_with('{')
}

/// Whether the text of a target is more than a name.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(|c| "*+?|()[]{}^$\\".contains(c))
}

fn inline(text: &str) -> Vec<Document> {
    let options = ReadOptions {
        wanted: &|_| true,
        explicit: true,
        limits: tree::ReadLimits::default(),
    };
    file::read(FileId(0), text.as_bytes(), &options).documents
}

fn read(documents: &[Document], target: Option<Node<'_>>, found: &mut Vec<Patch>) {
    for root in documents.iter().map(Document::root) {
        let mut changes = Vec::new();
        if matches!(root.value(), Value::Sequence) {
            operations(root, &mut changes);
        } else {
            merged(root, &mut Vec::new(), &mut changes);
        }
        found.push(match target {
            Some(_) => Patch::at_target(target, changes),
            None => Patch {
                kind: root.get("kind").and_then(Node::as_str).map(Into::into),
                name: root
                    .at(&["metadata", "name"])
                    .and_then(Node::as_str)
                    .map(Into::into),
                changes,
            },
        });
    }
}

fn key(text: &str) -> Step {
    Step::Key(text.into())
}

/// The places that the operations of a JSON patch (RFC 6902) change.
fn operations(list: Node<'_>, changes: &mut Vec<Change>) {
    // Lists in which items have moved, so that a number no longer tells which item is meant.
    let mut moved: Vec<String> = Vec::new();
    for operation in list.items() {
        let text = |field| operation.get(field).and_then(Node::as_str);
        let (Some(op), Some(path)) = (text("op"), text("path")) else {
            continue;
        };
        let from = text("from").filter(|_| op == "move");
        let removed = from.or((op == "remove").then_some(path));
        let added = matches!(op, "add" | "move" | "copy").then_some(path);
        if op == "test" {
            continue;
        }
        changes.extend(from.map(|from| Change::at(pointer(from, &moved))));
        let value = operation.get("value");
        changes.extend(Change::of_operation(op, value, pointer(path, &moved)));
        for path in [removed, added].into_iter().flatten() {
            if let Some((list, item)) = path.rsplit_once('/')
                && item.parse::<usize>().is_ok()
            {
                moved.push(list.to_owned());
            }
        }
    }
}

/// A JSON pointer (RFC 6901).
fn pointer(path: &str, moved: &[String]) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut end = 0;
    for part in path.split('/').skip(1) {
        let list = path.get(..end).unwrap_or_default();
        end += 1 + part.len();
        let part = part.replace("~1", "/").replace("~0", "~");
        steps.push(match part.parse() {
            Ok(_) if moved.iter().any(|moved| moved == list) => Step::Every,
            Ok(number) => Step::Item(number),
            Err(_) => key(&part),
        });
    }
    steps
}

/// The places that a strategic merge changes; `way` is the path of the node.
fn merged<'d>(node: Node<'d>, way: &mut Vec<&'d str>, changes: &mut Vec<Change>) {
    // Names of list items stand in the way behind a slash, which no key of an object that matters begins with.
    let here = |way: &[&str]| {
        let step = |part: &&str| match part.strip_prefix('/') {
            Some(name) => Step::Named(name.into()),
            None => key(part),
        };
        Change::at(way.iter().map(step))
    };
    match node.value() {
        Value::Mapping if node.get("$patch").is_none() => {
            for entry in node.entries() {
                let is_identity = match way.as_slice() {
                    [] => matches!(entry.key, "apiVersion" | "kind"),
                    ["metadata"] => matches!(entry.key, "name" | "namespace"),
                    _ => false,
                };
                if !is_identity {
                    way.push(entry.key);
                    merged(entry.value, way, changes);
                    way.pop();
                }
            }
        }
        Value::Sequence
            if way.last().is_some_and(|last| BY_NAME.contains(last))
                && !node.items().any(replaces_list) =>
        {
            for item in node.items() {
                let Some(name) = item.get("name").and_then(Node::as_str) else {
                    continue;
                };
                let mut path: Vec<Change> = Vec::new();
                let mut inner: Vec<&str> = Vec::new();
                if item.get("$patch").is_some() {
                    path.push(Change::at([]));
                } else {
                    for entry in item.entries().filter(|entry| entry.key != "name") {
                        inner.push(entry.key);
                        merged(entry.value, &mut inner, &mut path);
                        inner.pop();
                    }
                }
                for change in path {
                    let mut whole = here(way);
                    whole.path.push(Step::Named(name.into()));
                    whole.path.extend(change.path);
                    whole.texts = change.texts;
                    changes.push(whole);
                }
            }
        }
        _ => changes.push(here(way).to(node)),
    }
}

/// An item that is no item: the list is replaced as a whole, by the others.
fn replaces_list(item: Node<'_>) -> bool {
    item.get("name").is_none() && item.get("$patch").is_some()
}

/// `spec.template.spec.containers.[name=x].image`, as replacements write it.
fn dotted(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut in_brackets = false;
    let ends = |letter: char| {
        in_brackets = letter == '[' || (in_brackets && letter != ']');
        letter == '.' && !in_brackets
    };
    for part in path.replace("\\.", "\u{0}").split(ends) {
        let part = part.replace('\u{0}', ".");
        let named = part
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        steps.push(match named.and_then(|inner| inner.split_once('=')) {
            Some(("name", name)) => Step::Named(name.into()),
            Some(_) => Step::Every,
            None if part == "*" => Step::Every,
            None => part.parse().map_or_else(|_| key(&part), Step::Item),
        });
    }
    steps
}

impl Change {
    fn at(path: impl IntoIterator<Item = Step>) -> Self {
        Self {
            path: path.into_iter().collect(),
            texts: Vec::new(),
            only: None,
        }
    }

    /// With what stands there afterwards.
    fn to(mut self, value: Node<'_>) -> Self {
        let texts = std::iter::once(value).chain(value.items());
        self.texts = texts
            .filter_map(Node::scalar_text)
            .map(Into::into)
            .collect();
        self
    }

    /// What an operation of a JSON patch changes of what is there.
    fn of_operation(op: &str, value: Option<Node<'_>>, mut path: Vec<Step>) -> Option<Self> {
        let into_list = match path.last() {
            Some(Step::Item(_) | Step::Every) => true,
            Some(Step::Key(last)) => &**last == "-",
            _ => false,
        };
        if !matches!(op, "add" | "copy" | "move") || !into_list {
            let change = Self::at(path);
            return Some(match value {
                Some(value) => change.to(value),
                None => change,
            });
        }
        // What is added to a list stands beside the others.
        path.pop();
        let value = value?;
        if let Some(name) = value.get("name").and_then(Node::as_str) {
            path.push(Step::Named(name.into()));
            return Some(Self::at(path));
        }
        let argument = flag_name(value.as_str()?)?;
        Some(Self {
            only: Some(Only::Argument(argument.into())),
            ..Self::at(path)
        })
    }

    fn touches(&self, Spot { way, text }: &Spot<'_>) -> bool {
        let is_same = |(step, way): (&Step, &Way<'_>)| match (step, way) {
            (Step::Every, _) => true,
            (Step::Key(key), Way::Key(other)) => **key == **other,
            (Step::Item(at), Way::Item(other, _)) => at == other,
            (Step::Named(name), Way::Item(_, Some(other))) => **name == **other,
            _ => false,
        };
        if !self.path.iter().zip(way).all(is_same) {
            return false;
        }
        let is_near = way.len() <= self.path.len() + 1;
        match &self.only {
            None => {
                !(is_near && text.is_some_and(|text| self.texts.iter().any(|to| **to == *text)))
            }
            Some(Only::Argument(argument)) => {
                way.len() == self.path.len() + 1 && text.and_then(flag_name) == Some(argument)
            }
            Some(Only::Variable(reference)) => text.is_some_and(|text| text.contains(&**reference)),
        }
    }
}

/// `leader-elect` of `--leader-elect=false`.
fn flag_name(argument: &str) -> Option<&str> {
    let name = argument.strip_prefix('-')?;
    let name = name.strip_prefix('-').unwrap_or(name);
    Some(name.split('=').next().unwrap_or(name))
}

impl Patch {
    fn at_target(target: Option<Node<'_>>, changes: Vec<Change>) -> Self {
        let text = |field| {
            target
                .and_then(|target| target.get(field))
                .and_then(Node::as_str)
        };
        // Patterns and selectors may mean anything.
        let plain = |text: &&str| !is_pattern(text);
        Self {
            kind: text("kind").filter(plain).map(Into::into),
            name: text("name").filter(plain).map(Into::into),
            changes,
        }
    }

    /// Whether it may be about an object. Prefixes and suffixes may be around the name by then.
    fn may_mean(&self, object: Object<'_>) -> bool {
        let is_kind = self
            .kind
            .as_deref()
            .is_none_or(|kind| kind == object.kind_word());
        let own = object.name().unwrap_or_default();
        is_kind && self.name.as_deref().is_none_or(|name| name.contains(own))
    }

    /// Whether it may change what stands at a place of an object.
    pub(super) fn may_change(&self, object: Object<'_>, spot: &Spot<'_>) -> bool {
        self.may_mean(object) && self.changes.iter().any(|change| change.touches(spot))
    }
}

impl<'d> Spot<'d> {
    /// The innermost node at a byte of an object.
    pub(super) fn at(object: Object<'d>, offset: u32) -> Self {
        let mut way = Vec::new();
        let mut node = object.node();
        // Nesting is limited by the reader, so this ends.
        loop {
            let next = match node.value() {
                _ if node.is_alias() => None,
                Value::Mapping => node
                    .entries()
                    .find(|entry| entry.key_span.start <= offset && offset < entry.value.span().end)
                    .map(|entry| (Way::Key(entry.key), entry.value)),
                Value::Sequence => node
                    .items()
                    .enumerate()
                    .find(|(_, item)| item.span().start <= offset && offset < item.span().end)
                    .map(|(at, item)| {
                        let name = item.get("name").and_then(Node::as_str);
                        (Way::Item(at, name), item)
                    }),
                _ => None,
            };
            let Some((step, inner)) = next else {
                let text = node.scalar_text();
                return Self { way, text };
            };
            way.push(step);
            node = inner;
        }
    }

    /// The number of pods of a workload, written or not.
    pub(super) fn of_replicas(written: Option<Node<'d>>) -> Self {
        Self {
            way: vec![Way::Key("spec"), Way::Key("replicas")],
            text: written.and_then(Node::scalar_text),
        }
    }
}
