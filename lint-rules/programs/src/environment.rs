//! The variables of a container, built in the kubelet's order.
//!
//! envFrom in order (later wins), then `env` in order; each `value` sees what is defined before
//! it (kubelet `makeEnvironmentVariables`, 1.0 to 1.37).

mod sources;
mod value_from;
mod variable;

use std::cell::Cell;
use std::collections::HashMap;

use crate::config_map::ConfigMaps;
use crate::expansion::{Expanded, Lookup, expand};
use crate::non_string::NonString;
use crate::origin::Unknown;
use crate::placeholder::placeholder;
use manifest::text::FileSpan;
use manifest::tree::Node;
use objects::{Container, LedgerCode, Object};

pub use variable::{Variable, VariableValue};

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

/// Up to how many variables a search through all of them is cheaper than a table.
const MAX_SEARCHED_VARIABLES: usize = 24;

/// Bytes that the expansions of a container may add in any case, and how many times the bytes of what is written.
/// No program is given as much: Linux takes 128 KiB for one argument.
const MIN_EXPANSION_BYTES: usize = 64 << 10;
const MAX_EXPANSION_FACTOR: usize = 4;

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
        if self.variables.len() <= MAX_SEARCHED_VARIABLES {
            return self.variables.iter().rfind(|other| other.name == name);
        }
        self.last.get(name).and_then(|&at| self.variables.get(at))
    }

    /// The names that are defined, each once, in the order of the deciding definitions.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let decides = |(at, variable): (usize, &Variable)| {
            if self.variables.len() > MAX_SEARCHED_VARIABLES {
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
    /// container it is not: there `$(NAME)` was probably intended.
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
        if self.variables.len() <= MAX_SEARCHED_VARIABLES {
            return;
        }
        // With the first one too many all are entered, later only what is new.
        let entered = match self.variables.len() - 1 {
            MAX_SEARCHED_VARIABLES => 0,
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
        let written = usize::try_from(written.end.saturating_sub(written.start));
        let written = written.unwrap_or(usize::MAX);
        let mut environment = Self {
            room: Cell::new(
                written
                    .saturating_mul(MAX_EXPANSION_FACTOR)
                    .saturating_add(MIN_EXPANSION_BYTES),
            ),
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

#[cfg(test)]
mod tests;
