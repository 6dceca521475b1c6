//! Cells, structs and scopes, with a journal so that a branch can be taken back.

use std::collections::HashMap;

use crate::syntax::SourcePosition;
use crate::term::SharedTerm;
use crate::value::{GoValue, TypeRef};

/// The name of the pseudo field that says a struct was changed by code that cannot be seen.
const ANY_FIELD: &str = "*";

#[derive(Default)]
pub(crate) struct Memory<'p> {
    cells: Vec<GoValue<'p>>,
    structs: Vec<StructValue<'p>>,
    scopes: Vec<Scope<'p>>,
    /// Cells with their values before each write.
    journal: Vec<(usize, GoValue<'p>)>,
    /// Every cell that was ever written; not taken back.
    written: Vec<usize>,
}

pub(crate) struct StructValue<'p> {
    pub ty: TypeRef<'p>,
    pub fields: Vec<(String, usize)>,
    pub at: SourcePosition,
}

struct Scope<'p> {
    names: Vec<(&'p str, usize)>,
    above: Option<usize>,
}

/// Cells with the values that a path left in them.
pub(crate) type CellState<'p> = HashMap<usize, GoValue<'p>>;

/// More than this ends the reading of a program.
const MOST_CELLS: usize = 400_000;

impl<'p> Memory<'p> {
    pub(crate) fn is_full(&self) -> bool {
        self.cells.len() > MOST_CELLS || self.journal.len() > 4 * MOST_CELLS
    }

    pub(crate) fn cell(&mut self, value: GoValue<'p>) -> usize {
        self.cells.push(value);
        self.cells.len() - 1
    }

    pub(crate) fn cells(&self) -> usize {
        self.cells.len()
    }

    pub(crate) fn read(&self, cell: usize) -> GoValue<'p> {
        self.cells
            .get(cell)
            .cloned()
            .unwrap_or_else(GoValue::nothing)
    }

    pub(crate) fn write(&mut self, cell: usize, value: GoValue<'p>) {
        if let Some(content) = self.cells.get_mut(cell) {
            let old = std::mem::replace(content, value);
            self.journal.push((cell, old));
            self.written.push(cell);
        }
    }

    /// Gives a cell its first value; this is never taken back.
    pub(crate) fn initialize(&mut self, cell: usize, value: GoValue<'p>) {
        if let Some(content) = self.cells.get_mut(cell) {
            *content = value;
        }
    }

    /// A mark for `keep_first_values`: what is in the journal, and what there is.
    pub(crate) fn first_values(&self) -> (usize, usize) {
        (self.journal.len(), self.cells.len())
    }

    /// What was written since a mark into cells made since is never taken back.
    pub(crate) fn keep_first_values(&mut self, (journal, cells): (usize, usize)) {
        let since = self.journal.split_off(journal.min(self.journal.len()));
        let old = since.into_iter().filter(|(cell, _)| *cell < cells);
        self.journal.extend(old);
    }

    pub(crate) fn mark(&self) -> usize {
        self.journal.len()
    }

    pub(crate) fn written_mark(&self) -> usize {
        self.written.len()
    }

    /// Cells below `limit` that were written since a mark, whatever was taken back.
    pub(crate) fn written_since(&self, mark: usize, limit: usize) -> Vec<usize> {
        let mut cells: Vec<usize> = self.written.get(mark..).unwrap_or_default().to_vec();
        cells.retain(|cell| *cell < limit);
        cells.sort_unstable();
        cells.dedup();
        cells
    }

    /// The present values of all cells changed since a mark.
    pub(crate) fn state_since(&self, mark: usize) -> CellState<'p> {
        let changed = self.journal.get(mark..).unwrap_or_default();
        changed
            .iter()
            .map(|(cell, _)| (*cell, self.read(*cell)))
            .collect()
    }

    /// The values before a mark of all cells changed since.
    pub(crate) fn before(&self, mark: usize) -> CellState<'p> {
        let mut state = CellState::new();
        for (cell, old) in self.journal.get(mark..).unwrap_or_default() {
            state.entry(*cell).or_insert_with(|| old.clone());
        }
        state
    }

    /// Takes all writes since a mark back, and tells what they had made.
    pub(crate) fn take_back(&mut self, mark: usize) -> CellState<'p> {
        let state = self.state_since(mark);
        while self.journal.len() > mark {
            if let Some((cell, old)) = self.journal.pop() {
                self.initialize(cell, old);
            }
        }
        state
    }

    pub(crate) fn apply(&mut self, state: &CellState<'p>) {
        let mut cells: Vec<&usize> = state.keys().collect();
        cells.sort_unstable();
        for cell in cells {
            if let Some(value) = state.get(cell) {
                self.write(*cell, value.clone());
            }
        }
    }

    /// Merges the state of a path that was taken back into the present one, which began at `mark`.
    pub(crate) fn merge(&mut self, condition: &SharedTerm, yes: &CellState<'p>, mark: usize) {
        let before = self.before(mark);
        let mut cells: Vec<usize> = yes.keys().chain(before.keys()).copied().collect();
        cells.sort_unstable();
        cells.dedup();
        for cell in cells {
            let now = self.read(cell);
            let other = yes.get(&cell).or(before.get(&cell)).unwrap_or(&now);
            if !other.is_same(&now) {
                let merged = GoValue::choose(condition, other, &now);
                self.write(cell, merged);
            }
        }
    }

    pub(crate) fn object(&mut self, ty: TypeRef<'p>, at: SourcePosition) -> usize {
        self.structs.push(StructValue {
            ty,
            fields: Vec::new(),
            at,
        });
        self.structs.len() - 1
    }

    pub(crate) fn get(&self, object: usize) -> Option<&StructValue<'p>> {
        self.structs.get(object)
    }

    pub(crate) fn field(&self, object: usize, name: &str) -> Option<usize> {
        let fields = &self.structs.get(object)?.fields;
        let found = fields.iter().find(|(known, _)| known == name);
        found.map(|(_, cell)| *cell)
    }

    /// The cell of a field, made with `zero` if it is new.
    pub(crate) fn field_or(&mut self, object: usize, name: &str, zero: GoValue<'p>) -> usize {
        if let Some(cell) = self.field(object, name) {
            return cell;
        }
        let changed = self.field(object, ANY_FIELD).map(|cell| self.read(cell));
        let cell = self.cell(match changed {
            Some(changed) if !changed.is_nothing() => changed,
            _ => zero,
        });
        if let Some(object) = self.structs.get_mut(object) {
            object.fields.push((name.to_owned(), cell));
        }
        cell
    }

    /// Everything in a struct is unknown from now on.
    pub(crate) fn spoil(&mut self, object: usize, unknown: &GoValue<'p>, depth: u32) {
        if depth > 4 {
            return;
        }
        self.field_or(object, ANY_FIELD, GoValue::nothing());
        let cells: Vec<usize> = match self.structs.get(object) {
            Some(object) => object.fields.iter().map(|(_, cell)| *cell).collect(),
            None => return,
        };
        for cell in cells {
            match self.read(cell) {
                GoValue::Struct(inner) => self.spoil(inner, unknown, depth + 1),
                GoValue::Function(_) => {}
                // Where it leads to can be written, too. It is written first, so that a circle ends.
                GoValue::Pointer(to) => {
                    self.write(cell, unknown.clone());
                    match self.read(to) {
                        GoValue::Struct(inner) => self.spoil(inner, unknown, depth + 1),
                        GoValue::Function(_) | GoValue::Outside(_) => {}
                        _ => self.write(to, unknown.clone()),
                    }
                }
                _ => self.write(cell, unknown.clone()),
            }
        }
    }

    /// The members of these names are unknown from now on, in the struct and in those that it holds.
    pub(crate) fn spoil_members(
        &mut self,
        object: usize,
        names: &std::collections::HashSet<String>,
        unknown: &GoValue<'p>,
        depth: u32,
    ) {
        let Some(fields) = self.structs.get(object).map(|object| object.fields.clone()) else {
            return;
        };
        for (name, cell) in fields {
            let content = self.read(cell);
            if names.contains(&name) && !matches!(content, GoValue::Function(_)) {
                self.write(cell, unknown.clone());
                continue;
            }
            let inner = match content {
                GoValue::Struct(inner) => Some(inner),
                GoValue::Pointer(to) => match self.read(to) {
                    GoValue::Struct(inner) => Some(inner),
                    _ => None,
                },
                _ => None,
            };
            if let Some(inner) = inner.filter(|_| depth < 4) {
                self.spoil_members(inner, names, unknown, depth + 1);
            }
        }
    }

    /// A copy, as an assignment of a struct makes one.
    pub(crate) fn copied(&mut self, value: GoValue<'p>, depth: u32) -> GoValue<'p> {
        let GoValue::Struct(from) = value else {
            return match value {
                GoValue::Choice(condition, yes, no) if depth < 6 => {
                    let yes = self.copied((*yes).clone(), depth + 1);
                    let no = self.copied((*no).clone(), depth + 1);
                    GoValue::Choice(condition, yes.into(), no.into())
                }
                other => other,
            };
        };
        let Some(object) = self.structs.get(from) else {
            return GoValue::Struct(from);
        };
        if matches!(object.ty, TypeRef::Map(_)) || depth > 6 {
            return GoValue::Struct(from);
        }
        let (ty, at, fields) = (object.ty.clone(), object.at, object.fields.clone());
        let copy = self.object(ty, at);
        for (name, cell) in fields {
            let inner = self.read(cell);
            let inner = self.copied(inner, depth + 1);
            let cell = self.cell(inner);
            if let Some(object) = self.structs.get_mut(copy) {
                object.fields.push((name, cell));
            }
        }
        GoValue::Struct(copy)
    }

    pub(crate) fn scope(&mut self, above: Option<usize>) -> usize {
        self.scopes.push(Scope {
            names: Vec::new(),
            above,
        });
        self.scopes.len() - 1
    }

    pub(crate) fn declare(&mut self, scope: usize, name: &'p str, value: GoValue<'p>) -> usize {
        let cell = self.cell(value);
        if let Some(scope) = self.scopes.get_mut(scope) {
            scope.names.push((name, cell));
        }
        cell
    }

    /// The name's cell in this scope alone.
    pub(crate) fn own_name(&self, scope: usize, name: &str) -> Option<usize> {
        let names = &self.scopes.get(scope)?.names;
        let found = names.iter().rev().find(|(known, _)| *known == name);
        found.map(|(_, cell)| *cell)
    }

    pub(crate) fn lookup(&self, scope: usize, name: &str) -> Option<usize> {
        let mut at = Some(scope);
        while let Some(scope) = at {
            if let Some(cell) = self.own_name(scope, name) {
                return Some(cell);
            }
            at = self.scopes.get(scope)?.above;
        }
        None
    }

    /// All variables that a scope sees.
    pub(crate) fn visible(&self, scope: usize) -> Vec<usize> {
        let mut cells = Vec::new();
        let mut at = Some(scope);
        while let Some(scope) = at.and_then(|scope| self.scopes.get(scope)) {
            cells.extend(scope.names.iter().map(|(_, cell)| *cell));
            at = scope.above;
        }
        cells
    }
}
