//! The variables of a container, built in the kubelet's order.
//!
//! envFrom in order (later wins), then `env` in order; each `value` sees what is defined before
//! it (kubelet `makeEnvironmentVariables`, 1.0 to 1.37).

use std::cell::Cell;
use std::collections::HashMap;

use super::config_file::{Answer, ConfigMaps};
use super::expansion::{Expanded, Lookup, expand};
use super::placeholder::placeholder;
use super::reading::{NonString, Variable, VariableValue};
use super::setting::Unknown;
use manifest::text::FileSpan;
use manifest::tree::{Node, Value};
use objects::{Container, LedgerCode, Object};

/// The variables of one container.
#[derive(Debug, Default)]
pub struct Environment {
    /// In order of definition; the last of a name wins.
    pub variables: Vec<Variable>,
    /// Items of `env` whose value is not a string.
    pub non_strings: Vec<NonString>,
    /// Why variables may exist that are not listed: an envFrom that lies outside the input.
    pub open: Option<Unknown>,
    /// Position of the deciding variable of each name; empty while there are only few.
    last: HashMap<String, usize>,
    /// Bytes that expansions may still bring.
    room: Cell<usize>,
}

/// Up to how many variables looking at all of them is cheaper than a table.
const FEW: usize = 24;

/// Bytes that the expansions of a container may bring in any case, and times of what is written. No
/// program is given as much: Linux takes 128 KiB for one argument.
const ROOM: usize = 64 << 10;
const ROOM_TIMES: usize = 4;

/// What YAML makes of a scalar or collection that should have been a string.
pub(super) fn kind_of(node: Node<'_>) -> &'static str {
    match node.value() {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Integer(_) | Value::Float(_) => "number",
        Value::String(_) => "string",
        Value::Sequence => "list",
        Value::Mapping => "mapping",
    }
}

/// Variables that the kubelet adds for Services; their values are not in the manifest.
fn is_service_variable(name: &str) -> bool {
    name.ends_with("_SERVICE_HOST")
        || name.ends_with("_SERVICE_PORT")
        || name.contains("_SERVICE_PORT_")
        || name.ends_with("_PORT")
}

impl Environment {
    /// The deciding variable of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Variable> {
        if self.variables.len() <= FEW {
            return self.variables.iter().rfind(|other| other.name == name);
        }
        self.last.get(name).and_then(|&at| self.variables.get(at))
    }

    /// The names that are defined, each once, in the order of the deciding definitions.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let decides = |(at, variable): (usize, &Variable)| {
            if self.variables.len() > FEW {
                return self.last.get(&variable.name) == Some(&at);
            }
            let later = self.variables.get(at + 1..).unwrap_or_default();
            later.iter().all(|other| other.name != variable.name)
        };
        let named = self.variables.iter().enumerate();
        named
            .filter(|numbered| decides(*numbered))
            .map(|(_, variable)| variable.name.as_str())
            .collect()
    }

    /// `$(VAR)` expansion against the variables defined so far.
    pub fn expand<'i>(&self, text: &'i str) -> Expanded<'i> {
        let mut room = self.room.get();
        let expanded = expand(text, &mut room, &mut |name| self.lookup(name));
        self.room.set(room);
        expanded
    }

    /// Whether a text is still to be filled in before it is applied. With the name of a variable of the
    /// container it is not: there somebody meant `$(NAME)`.
    pub(super) fn is_open(&self, text: &str) -> bool {
        placeholder(text).is_some_and(|name| self.get(name).is_none())
    }

    /// Why a text has no value that is known.
    pub(super) fn excess(text: &str, place: FileSpan) -> Unknown {
        let begin: String = text.chars().take(60).collect();
        Unknown {
            code: LedgerCode::ExpandsTooFar,
            reason: format!("{begin} expands to more than a program can be given"),
            place: Some(place),
        }
    }

    pub(super) fn lookup(&self, name: &str) -> Lookup<'_> {
        match self.get(name).map(|variable| &variable.value) {
            Some(VariableValue::Text(text)) => Lookup::Known(text),
            Some(VariableValue::Field(_) | VariableValue::Unknown(_)) => Lookup::Unknown,
            None if self.open.is_some() || is_service_variable(name) => Lookup::Unknown,
            None => Lookup::Undeclared,
        }
    }

    fn push(&mut self, variable: Variable) {
        self.variables.push(variable);
        if self.variables.len() <= FEW {
            return;
        }
        // With the first one too many all are entered, later only what is new.
        let entered = match self.variables.len() - 1 {
            FEW => 0,
            others => others,
        };
        for (at, variable) in self.variables.iter().enumerate().skip(entered) {
            self.last.insert(variable.name.clone(), at);
        }
    }

    /// Reads `envFrom` and `env` of a container.
    #[must_use]
    pub fn of<'w>(object: Object<'w>, container: Container<'w>, maps: &dyn ConfigMaps<'w>) -> Self {
        let written = container.node().span();
        let written = written.end.saturating_sub(written.start) as usize;
        let mut environment = Self {
            room: Cell::new(written.saturating_mul(ROOM_TIMES).saturating_add(ROOM)),
            ..Self::default()
        };
        let list = |key| container.node().get(key).into_iter().flat_map(Node::items);
        for item in list("envFrom") {
            environment.read_env_from(object, item, maps);
        }
        for item in list("env") {
            environment.read_env(object, item, maps);
        }
        environment
    }

    fn read_env_from<'w>(&mut self, object: Object<'w>, item: Node<'w>, maps: &dyn ConfigMaps<'w>) {
        let prefix = item
            .get("prefix")
            .and_then(Node::as_str)
            .unwrap_or_default();
        let place = object.place_of(item);
        let unknown = |code, reason| {
            Some(Unknown {
                code,
                reason,
                place: Some(place),
            })
        };
        if let Some(name) = item.at(&["configMapRef", "name"]).and_then(Node::as_str) {
            match maps.config_map(object, name) {
                Answer::Known(map) => {
                    for entry in &map.entries {
                        let Some((text, place)) = entry.text() else {
                            continue;
                        };
                        self.push(Variable {
                            name: format!("{prefix}{}", entry.key),
                            value: VariableValue::Text(text.to_owned()),
                            place,
                            value_place: Some(place),
                            unresolved: Vec::new(),
                        });
                    }
                }
                Answer::Unknown(because) => self.open = Some(because),
            }
        } else if let Some(name) = item.at(&["secretRef", "name"]).and_then(Node::as_str) {
            self.open = unknown(
                LedgerCode::Secret,
                format!("the variables come from Secret {name}, which is not read"),
            );
        }
    }

    fn read_env<'w>(&mut self, object: Object<'w>, item: Node<'w>, maps: &dyn ConfigMaps<'w>) {
        let Some(name_node) = item.get("name") else {
            return;
        };
        let Some(name) = name_node.as_str() else {
            return;
        };
        let place = object.place_of(name_node);
        let mut variable = Variable {
            name: name.to_owned(),
            value: VariableValue::Text(String::new()),
            place,
            value_place: None,
            unresolved: Vec::new(),
        };
        let value = item.get("value").filter(|value| !value.is_null());
        let source = item.get("valueFrom");
        if let Some(node) = value.filter(|node| source.is_none() || node.as_str() != Some("")) {
            let place = object.place_of(node);
            variable.value_place = Some(place);
            if let Some(text) = node.as_str().filter(|text| object.has_parameter(text)) {
                variable.value = VariableValue::Unknown(Unknown {
                    code: LedgerCode::TemplateParameter,
                    reason: format!("{text} is a parameter of the template"),
                    place: Some(place),
                });
            } else if let Some(text) = node.as_str().filter(|text| self.is_open(text)) {
                variable.value = VariableValue::Unknown(Unknown {
                    code: LedgerCode::Placeholder,
                    reason: format!("{text} is still to be filled in"),
                    place: Some(place),
                });
            } else if let Some(text) = node.as_str() {
                self.expand_into(&mut variable, text, place);
            } else {
                let kind = kind_of(node);
                let text = node.scalar_text().unwrap_or_default();
                self.non_strings.push(NonString {
                    place,
                    text: text.to_owned(),
                    kind,
                    list: "env",
                    variable: Some(name.to_owned()),
                });
                // The API refuses the object; what was meant is still worth judging.
                variable.value = VariableValue::Text(text.to_owned());
            }
        } else if let Some(source) = source {
            match from_source(object, source, maps) {
                Some((value, value_place)) => {
                    variable.value = value;
                    variable.value_place = Some(value_place);
                }
                None => return,
            }
        }
        self.push(variable);
    }

    fn expand_into(&self, variable: &mut Variable, text: &str, place: FileSpan) {
        let expanded = self.expand(text);
        variable.unresolved = expanded
            .unresolved
            .iter()
            .map(|(_, range)| text[range.clone()].to_owned())
            .collect();
        variable.value = match expanded.text {
            Some(text) => VariableValue::Text(text.into_owned()),
            None if expanded.excess => VariableValue::Unknown(Self::excess(text, place)),
            None => self.unknown_parts(&expanded.unknown, text, place),
        };
    }

    /// What a text with variables of unknown value is: the field itself if it names the pod, else unknown.
    pub(super) fn unknown_parts(
        &self,
        names: &[String],
        text: &str,
        place: FileSpan,
    ) -> VariableValue {
        let field = names
            .iter()
            .find_map(|name| match self.get(name).map(|v| &v.value) {
                Some(VariableValue::Field(field)) => Some(field.clone()),
                _ => None,
            });
        if let Some(field) = field {
            return VariableValue::Field(field);
        }
        let because = names
            .iter()
            .find_map(|name| match self.get(name).map(|v| &v.value) {
                Some(VariableValue::Unknown(unknown)) => Some(unknown.clone()),
                _ => None,
            });
        VariableValue::Unknown(
            because
                .or_else(|| self.open.clone())
                .unwrap_or_else(|| Unknown {
                    code: LedgerCode::VariableOutsideInput,
                    reason: format!("{text} uses a variable that is set outside the input"),
                    place: Some(place),
                }),
        )
    }
}

/// A `valueFrom`; `None` leaves the variable undefined.
fn from_source<'w>(
    object: Object<'w>,
    source: Node<'w>,
    maps: &dyn ConfigMaps<'w>,
) -> Option<(VariableValue, FileSpan)> {
    let place = object.place_of(source);
    let unknown = |code, reason| {
        VariableValue::Unknown(Unknown {
            code,
            reason,
            place: Some(place),
        })
    };
    if let Some(node) = source.at(&["fieldRef", "fieldPath"]) {
        let field = node.as_str().unwrap_or_default();
        // The namespace is written in the manifest itself, when it is written at all.
        if field == "metadata.namespace"
            && let Some(namespace) = object.namespace()
        {
            return Some((
                VariableValue::Text(namespace.to_owned()),
                object.place_of(node),
            ));
        }
        return Some((
            VariableValue::Field(field.to_owned()),
            object.place_of(node),
        ));
    }
    if let Some(reference) = source.get("configMapKeyRef") {
        let name = reference
            .get("name")
            .and_then(Node::as_str)
            .unwrap_or_default();
        let key = reference
            .get("key")
            .and_then(Node::as_str)
            .unwrap_or_default();
        return match maps.config_map(object, name) {
            Answer::Known(map) => match map.entry(key).and_then(|entry| entry.text()) {
                Some((text, place)) => Some((VariableValue::Text(text.to_owned()), place)),
                None if reference.get("optional").and_then(Node::as_bool) == Some(true) => None,
                None => Some((
                    unknown(
                        LedgerCode::ConfigMapKeyMissing,
                        format!("ConfigMap {name} has no key {key}"),
                    ),
                    place,
                )),
            },
            Answer::Unknown(because) => Some((
                VariableValue::Unknown(Unknown {
                    place: Some(place),
                    ..because
                }),
                place,
            )),
        };
    }
    if let Some(name) = source.at(&["secretKeyRef", "name"]).and_then(Node::as_str) {
        let value = unknown(
            LedgerCode::Secret,
            format!("the value comes from Secret {name}, which is not read"),
        );
        return Some((value, place));
    }
    Some((
        unknown(
            LedgerCode::VariableOutsideInput,
            "the value comes from outside the input".into(),
        ),
        place,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use manifest::text::{FileId, Span};

    #[test]
    fn the_last_of_a_name_decides_however_many_there_are() {
        for count in [1, 2, FEW, FEW + 1, FEW + 2, 3 * FEW] {
            let mut environment = Environment::default();
            for at in 0..count {
                // Every third is called `again`.
                let name = match at % 3 {
                    2 => "again".to_owned(),
                    _ => format!("NAME_{at}"),
                };
                environment.push(Variable {
                    name,
                    value: VariableValue::Text(at.to_string()),
                    place: FileSpan {
                        file: FileId(0),
                        span: Span::new(0, 0),
                    },
                    value_place: None,
                    unresolved: Vec::new(),
                });
            }
            let again = (0..count).rfind(|at| at % 3 == 2);
            let value = environment.get("again").map(|found| found.value.clone());
            let expected = again.map(|at| VariableValue::Text(at.to_string()));
            assert_eq!(value, expected, "{count}");
            let names = (0..count).filter_map(|at| match at % 3 {
                2 => (Some(at) == again).then(|| "again".to_owned()),
                _ => Some(format!("NAME_{at}")),
            });
            assert_eq!(environment.names(), names.collect::<Vec<_>>(), "{count}");
            assert!(environment.get("NAME_2").is_none());
        }
    }
}
