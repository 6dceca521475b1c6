//! The variables that a script sees and sets.

use super::ShellWord;
use crate::expansion::Lookup;

/// The variables of the container, changed on the way to the program.
pub(super) struct ShellEnvironment<'l, 'v> {
    lookup: &'l mut dyn FnMut(&str) -> Lookup<'v>,
    /// Set on the way, in order of first setting.
    set: Vec<ShellVariable>,
    /// A sourced file, or an unknown word behind `export`, may have set any variable.
    any_may_have_changed: bool,
    /// Bytes that variables may still bring; `None` once they would have brought more.
    room: Option<usize>,
}

/// Bytes that the variables of a script may bring.
const MAX_EXPANDED_BYTES: usize = 128 << 10;
/// Variables that may be set on the way.
const MAX_SET_VARIABLES: usize = 1000;

/// One variable that was set on the way.
struct ShellVariable {
    name: String,
    value: Option<String>,
    exported: bool,
}

impl<'l, 'v> ShellEnvironment<'l, 'v> {
    pub(super) fn new(lookup: &'l mut dyn FnMut(&str) -> Lookup<'v>) -> Self {
        Self {
            lookup,
            set: Vec::new(),
            any_may_have_changed: false,
            room: Some(MAX_EXPANDED_BYTES),
        }
    }

    /// Whether variables would have brought more than a script may expand to.
    pub(super) fn is_exhausted(&self) -> bool {
        self.room.is_none()
    }

    /// The exported variables, in order of first setting.
    pub(super) fn into_exported(self) -> Vec<(String, Option<String>)> {
        let exported = self.set.into_iter().filter(|variable| variable.exported);
        exported
            .map(|variable| (variable.name, variable.value))
            .collect()
    }

    /// The value, if it is certain. A variable that is not declared may still come from the
    /// image, so it is uncertain too.
    pub(super) fn value(&mut self, name: &str) -> Option<String> {
        let set = self.set.iter().find(|variable| variable.name == name);
        let value = match set {
            Some(variable) => variable.value.clone(),
            None => match (self.lookup)(name) {
                Lookup::Known(value) if !self.any_may_have_changed => Some(value.to_owned()),
                _ => None,
            },
        };
        value.filter(|value| self.has_room_for(value.len()))
    }

    /// Takes so many bytes from what variables and parameters may bring.
    pub(super) fn has_room_for(&mut self, bytes: usize) -> bool {
        self.room = self.room.and_then(|room| room.checked_sub(bytes));
        self.room.is_some()
    }

    /// The parameters of a script, all of them.
    pub(super) fn all_parameters(&mut self, parameters: &[ShellWord]) -> Vec<ShellWord> {
        let bytes = parameters.iter().map(|word| word.text.len() + 16).sum();
        match self.has_room_for(bytes) {
            true => parameters.to_vec(),
            false => Vec::new(),
        }
    }

    pub(super) fn assign(&mut self, name: &str, value: Option<String>, export: bool) {
        if let Some(variable) = self.set.iter_mut().find(|variable| variable.name == name) {
            variable.value = value;
            variable.exported |= export;
            return;
        }
        if self.set.len() >= MAX_SET_VARIABLES {
            self.room = None;
            return;
        }
        // A variable that came from the environment stays in it when it is set anew.
        let exported = export || (self.lookup)(name) != Lookup::Undeclared;
        self.set.push(ShellVariable {
            name: name.to_owned(),
            value,
            exported,
        });
    }

    /// Something that is not followed may have set any variable.
    pub(super) fn forget(&mut self) {
        self.any_may_have_changed = true;
        for variable in &mut self.set {
            variable.value = None;
        }
    }

    pub(super) fn export(&mut self, name: &str) {
        match self.set.iter_mut().find(|variable| variable.name == name) {
            Some(variable) => variable.exported = true,
            None => {
                if (self.lookup)(name) == Lookup::Undeclared {
                    self.assign(name, None, true);
                }
            }
        }
    }
}
