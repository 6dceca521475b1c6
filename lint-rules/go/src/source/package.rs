//! A package: its files, parsed when first needed, and its declarations by name.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::syntax::ast::{ConstSpec, File, Function, Import, Stmt, TypeSpec, ValueSpec};
use crate::syntax::{SourcePosition, last_type_name, parse};

use super::SourceFile;

/// A package of the repository.
pub(crate) struct Package<'m> {
    /// Folder relative to the repository.
    pub folder: String,
    /// The name in its package clauses.
    pub name: String,
    /// Indices of its files.
    pub files: Vec<u32>,
    /// The imports of all its files, each once.
    pub imports: Vec<PackageImport<'m>>,
    parsed: OnceLock<Parsed<'m>>,
}

/// What a package imports.
pub(crate) struct PackageImport<'m> {
    pub path: &'m str,
    /// The package of the repository that is followed for it; `None`: another module's, or a library that is known.
    pub own: Option<usize>,
}

/// A package's declarations. A place is the index of a file and the index of a declaration in it.
#[derive(Default)]
pub(crate) struct Parsed<'m> {
    pub files: Vec<File<'m>>,
    /// For each file the bodies of its functions, as far as they were needed.
    bodies: Vec<Box<[OnceLock<Vec<Stmt<'m>>>]>>,
    functions: HashMap<&'m str, (usize, usize)>,
    methods: HashMap<(&'m str, &'m str), (usize, usize)>,
    variables: HashMap<&'m str, (usize, usize)>,
    constants: HashMap<&'m str, (usize, usize)>,
    types: HashMap<&'m str, (usize, usize)>,
    pub errors: Vec<(SourcePosition, &'static str)>,
}

impl<'m> Package<'m> {
    pub(crate) fn new(folder: String, name: String) -> Self {
        Self {
            folder,
            name,
            files: Vec::new(),
            imports: Vec::new(),
            parsed: OnceLock::new(),
        }
    }

    /// Drops its declarations; what of it is no Go, if it was parsed.
    pub(crate) fn drop_parsed(&mut self) -> Vec<(SourcePosition, &'static str)> {
        let parsed = self.parsed.take();
        parsed.map(|parsed| parsed.errors).unwrap_or_default()
    }

    /// The package of the repository that is followed for an import.
    pub(crate) fn own_import(&self, path: &str) -> Option<usize> {
        let mut imports = self.imports.iter();
        imports.find(|import| import.path == path)?.own
    }

    pub(crate) fn parsed<'p>(&'p self, files: &[SourceFile<'m>]) -> &'p Parsed<'m> {
        self.parsed.get_or_init(|| {
            let mut parsed = Parsed::default();
            for index in &self.files {
                let file = usize::try_from(*index).ok().and_then(|at| files.get(at));
                // Of files that no electing program needs the text is not known.
                let text = file.map_or("", |file| file.text.whole());
                if !text.is_empty() {
                    parsed.add(parse(text, *index));
                }
            }
            parsed
        })
    }
}

impl<'m> Parsed<'m> {
    fn add(&mut self, file: File<'m>) {
        let at = self.files.len();
        if let Some(error) = &file.error {
            self.errors.push((error.at, error.problem));
        }
        for (index, function) in file.functions.iter().enumerate() {
            let name = function.name.name;
            let of = function.receiver.as_ref();
            match of.and_then(|receiver| last_type_name(&receiver.ty)) {
                Some(receiver) => {
                    self.methods.insert((receiver.name, name), (at, index));
                }
                None => {
                    self.functions.insert(name, (at, index));
                }
            }
        }
        for (index, spec) in file.variables.iter().enumerate() {
            for name in &spec.names {
                self.variables.insert(name.name, (at, index));
            }
        }
        for (index, spec) in file.constants.iter().enumerate() {
            for name in &spec.names {
                self.constants.insert(name.name, (at, index));
            }
        }
        for (index, spec) in file.types.iter().enumerate() {
            self.types.insert(spec.name.name, (at, index));
        }
        let bodies = file.functions.iter().map(|_| OnceLock::new());
        self.bodies.push(bodies.collect());
        self.files.push(file);
    }

    /// The body of a function, by the index of its file and its own; `parse` reads it if it was not needed before.
    pub(crate) fn body(
        &self,
        file: usize,
        function: usize,
        parse: impl FnOnce() -> Vec<Stmt<'m>>,
    ) -> Option<&[Stmt<'m>]> {
        let body = self.bodies.get(file)?.get(function)?;
        Some(body.get_or_init(parse))
    }

    pub(crate) fn function(&self, name: &str) -> Option<(usize, &Function<'m>)> {
        let (file, index) = self.functions.get(name)?;
        Some((*file, self.files.get(*file)?.functions.get(*index)?))
    }

    pub(crate) fn method(&self, ty: &str, name: &str) -> Option<(usize, &Function<'m>)> {
        let (file, index) = self.methods.get(&(ty, name))?;
        Some((*file, self.files.get(*file)?.functions.get(*index)?))
    }

    pub(crate) fn variable(&self, name: &str) -> Option<(usize, &ValueSpec<'m>)> {
        let (file, index) = self.variables.get(name)?;
        Some((*file, self.files.get(*file)?.variables.get(*index)?))
    }

    /// The line of a constant, and the line whose expressions it takes.
    pub(crate) fn constant(&self, name: &str) -> Option<(usize, &ConstSpec<'m>, &ConstSpec<'m>)> {
        let (file, index) = self.constants.get(name)?;
        let constants = &self.files.get(*file)?.constants;
        let spec = constants.get(*index)?;
        Some((*file, spec, constants.get(spec.like)?))
    }

    pub(crate) fn ty(&self, name: &str) -> Option<(usize, &TypeSpec<'m>)> {
        let (file, index) = self.types.get(name)?;
        Some((*file, self.files.get(*file)?.types.get(*index)?))
    }

    pub(crate) fn import(&self, file: usize, name: &str) -> Option<&Import<'m>> {
        let imports = &self.files.get(file)?.imports;
        let named = imports.iter().find(|import| import.name == Some(name));
        named.or_else(|| {
            imports.iter().find(|import| {
                import.name.is_none() && default_names(&import.path).any(|known| known == name)
            })
        })
    }
}

/// The names that a package with this path may have.
fn default_names(path: &str) -> impl Iterator<Item = &str> {
    let mut parts = path.rsplit('/');
    let last = parts.next().unwrap_or(path);
    let is_version = last.len() > 1
        && last
            .strip_prefix('v')
            .is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
    let before = if is_version { parts.next() } else { None };
    let stem = before.unwrap_or(last);
    let stem = stem.split_once(".v").map_or(stem, |(stem, _)| stem);
    let bare = stem.strip_prefix("go-").unwrap_or(stem);
    let bare = bare
        .strip_suffix("-go")
        .or(bare.strip_suffix(".go"))
        .unwrap_or(bare);
    let end = bare.rsplit(['-', '.']).next().unwrap_or(bare);
    [last, stem, bare, end].into_iter()
}
