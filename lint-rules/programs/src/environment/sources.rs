//! The items of `envFrom` and `env`, in the order of the kubelet.

use super::Environment;
use super::value_from::value_from;
use super::variable::{Variable, VariableValue};
use crate::config_map::{Answer, ConfigMaps};
use crate::non_string::{NonString, kind_of};
use crate::origin::Unknown;
use manifest::text::FileSpan;
use manifest::tree::Node;
use objects::{LedgerCode, Object};

impl Environment {
    pub(super) fn read_env_from<'w>(
        &mut self,
        object: Object<'w>,
        item: Node<'w>,
        maps: &dyn ConfigMaps<'w>,
    ) {
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

    pub(super) fn read_env<'w>(
        &mut self,
        object: Object<'w>,
        item: Node<'w>,
        maps: &dyn ConfigMaps<'w>,
    ) {
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
                // The API refuses the object; the rules still check the value.
                variable.value = VariableValue::Text(text.to_owned());
            }
        } else if let Some(source) = source {
            match value_from(object, source, maps) {
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
            .filter_map(|(_, range)| text.get(range.clone()))
            .map(str::to_owned)
            .collect();
        variable.value = match expanded.text {
            Some(text) => VariableValue::Text(text.into_owned()),
            None if expanded.excess => VariableValue::Unknown(Self::excess(text, place)),
            None => self.unknown_parts(&expanded.unknown, text, place),
        };
    }
}
