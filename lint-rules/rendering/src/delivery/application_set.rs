//! `ApplicationSet` of Argo CD with generators of lists and of folders of the repository: one application for each element.

use std::collections::BTreeMap;

use manifest::tree::{Node, Value};

use super::argo::of_spec;
use super::git_folders::folders;
use super::{AppliedSource, Neighbours, is_set, items, text_at};

/// The elements of one generator that are looked at.
const MAX_ELEMENTS: usize = 500;

/// What the applications of a set apply.
pub(super) fn application_set(
    object: Node<'_>,
    neighbours: &Neighbours<'_>,
) -> Vec<Result<AppliedSource, String>> {
    applied(object, neighbours).unwrap_or_else(|why| vec![Err(why)])
}

fn applied(
    object: Node<'_>,
    neighbours: &Neighbours<'_>,
) -> Result<Vec<Result<AppliedSource, String>>, String> {
    let spec = object.get("spec").ok_or("it has no spec")?;
    let template = spec.get("template").ok_or("it has no template")?;
    let inner = template.get("spec").ok_or("its template has no spec")?;
    if is_set(spec, "templatePatch") {
        return Err("its templatePatch is not filled in here".to_owned());
    }
    let is_go = spec.get("goTemplate").and_then(Node::as_bool) == Some(true);
    let name = text_at(template, &["metadata", "name"]).unwrap_or_default();
    let mut applied = Vec::new();
    for element in elements(spec, neighbours)? {
        let fill = |text: &str| fill(text, &element, is_go);
        applied.extend(of_spec(inner, name, &fill));
    }
    match applied.is_empty() {
        true => Err("its generators give no application".to_owned()),
        false => Ok(applied),
    }
}

/// The elements of the generators, as paths of keys with texts.
fn elements(
    spec: Node<'_>,
    neighbours: &Neighbours<'_>,
) -> Result<Vec<BTreeMap<String, String>>, String> {
    let mut elements = Vec::new();
    for generator in items(spec, "generators") {
        if is_set(generator, "selector") {
            return Err("its generator has a selector".to_owned());
        }
        let (kind, own) = match (generator.get("list"), generator.get("git")) {
            (Some(list), _) => ("list", elements_of_list(list)?),
            (_, Some(git)) => ("git", folders(git, &(neighbours.folders)())?),
            _ => {
                let name = generator.entries().next().map_or("none", |entry| entry.key);
                return Err(format!("its generator `{name}` is not run here"));
            }
        };
        if own.len() > MAX_ELEMENTS {
            return Err(format!(
                "its generator `{kind}` gives more than {MAX_ELEMENTS} elements"
            ));
        }
        elements.extend(own);
    }
    Ok(elements)
}

fn elements_of_list(list: Node<'_>) -> Result<Vec<BTreeMap<String, String>>, String> {
    for key in ["elementsYaml", "template"] {
        if is_set(list, key) {
            return Err(format!("the `{key}` of its list is not filled in here"));
        }
    }
    let elements = items(list, "elements").take(MAX_ELEMENTS + 1);
    let one = |element| {
        let mut keys = BTreeMap::new();
        flatten(element, "", &mut keys);
        keys
    };
    Ok(elements.map(one).collect())
}

fn flatten(node: Node<'_>, above: &str, keys: &mut BTreeMap<String, String>) {
    for entry in node.entries() {
        let key = match above {
            "" => entry.key.to_owned(),
            above => format!("{above}.{}", entry.key),
        };
        match entry.value.value() {
            Value::Mapping => flatten(entry.value, &key, keys),
            Value::Sequence => {}
            _ => {
                let text = entry.value.scalar_text().unwrap_or_default();
                keys.insert(key, text.to_owned());
            }
        }
    }
}

/// A text with the keys of an element in the place of `{{key}}`, or of `{{.key}}` where it is a template of Go.
fn fill(text: &str, element: &BTreeMap<String, String>, is_go: bool) -> Result<String, String> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let unfilled = || format!("`{{{{{}}}}}` is not filled in here", after.trim());
        let (inside, after) = after.split_once("}}").ok_or_else(unfilled)?;
        let unfilled = || format!("`{{{{{inside}}}}}` is not filled in here");
        let key = inside.trim();
        let key = match is_go {
            true => key.strip_prefix('.').ok_or_else(unfilled)?,
            false => key,
        };
        filled.push_str(element.get(key).ok_or_else(unfilled)?);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}
