//! All packages of a repository, and which import path is which of them.

use std::collections::HashMap;

use crate::syntax::ast::{Function, Stmt};
use crate::syntax::{ImportPath, SourcePosition, parse_body};

use super::{GoMod, GoText, Package, PackageImport, Parsed, is_built, is_library_module};

/// A Go file: its path relative to the repository, with `/`, and its text.
#[derive(Clone, Copy, Debug)]
pub struct SourceFile<'m> {
    /// The path.
    pub path: &'m str,
    /// The text.
    pub text: &'m GoText<'m>,
}

/// Files above this size are left out: the largest written by hand are below 1 MB.
const LARGEST_FILE_BYTES: usize = 1 << 20;

pub(crate) struct GoRepository<'m> {
    pub files: &'m [SourceFile<'m>],
    pub modules: Vec<GoMod>,
    pub packages: Vec<Package<'m>>,
    by_folder: HashMap<String, usize>,
    /// Files that were too large to be read.
    pub too_large: Vec<u32>,
}

impl<'m> GoRepository<'m> {
    pub(crate) fn new(files: &'m [SourceFile<'m>], modules: &[GoMod]) -> Self {
        let mut repository = Self {
            files,
            modules: modules.to_vec(),
            packages: Vec::new(),
            by_folder: HashMap::new(),
            too_large: Vec::new(),
        };
        for (index, file) in files.iter().enumerate() {
            let Ok(number) = u32::try_from(index) else {
                break;
            };
            let parts = || file.path.split('/');
            if parts().any(|part| matches!(part, "vendor" | "testdata")) {
                continue;
            }
            if file.text.bytes > LARGEST_FILE_BYTES {
                repository.too_large.push(number);
                continue;
            }
            let Some(name) = file.text.package.as_deref() else {
                continue;
            };
            if !is_built(file.path) || !file.text.fits_platform || name.ends_with("_test") {
                continue;
            }
            let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            repository.add(number, folder, name, &file.text.imports);
        }
        let covered = |folder: &str| {
            let mut modules = repository.modules.iter();
            modules.any(|module| is_within(folder, &module.folder).is_some())
        };
        if !repository
            .packages
            .iter()
            .all(|package| covered(&package.folder))
        {
            let path = repository.guessed_path();
            repository.modules.push(GoMod {
                path,
                ..GoMod::default()
            });
        }
        // The deepest folder first: a file belongs to the nearest module above it.
        let modules = &mut repository.modules;
        modules.sort_by(|a, b| {
            b.folder
                .len()
                .cmp(&a.folder.len())
                .then(a.folder.cmp(&b.folder))
        });
        repository.find_own_imports();
        repository
    }

    fn find_own_imports(&mut self) {
        let own_imports = |package: &Package<'_>| {
            let module = self.module_of(&package.folder);
            let imports = package.imports.iter();
            let own = imports.map(|import| {
                let (at, of) = self.package_at(import.path)?;
                let is_same = module.is_some_and(|module| module.folder == of.folder);
                let is_followed = is_same || !is_library_module(&of.path);
                is_followed.then_some(at)
            });
            own.collect()
        };
        let found: Vec<Vec<Option<usize>>> = self.packages.iter().map(own_imports).collect();
        for (package, found) in self.packages.iter_mut().zip(found) {
            for (import, own) in package.imports.iter_mut().zip(found) {
                import.own = own;
            }
        }
    }

    fn add(&mut self, number: u32, folder: &str, name: &str, imports: &'m [ImportPath]) {
        let at = *self.by_folder.entry(folder.to_owned()).or_insert_with(|| {
            self.packages
                .push(Package::new(folder.to_owned(), name.to_owned()));
            self.packages.len() - 1
        });
        if let Some(package) = self.packages.get_mut(at) {
            // Two packages in one folder: the second is a generator's or a mistake.
            if package.name == name {
                package.files.push(number);
                for ImportPath { path, .. } in imports {
                    if package.imports.iter().all(|import| import.path != path) {
                        package.imports.push(PackageImport { path, own: None });
                    }
                }
            }
        }
    }

    /// Without a `go.mod` the module's path is what most imports of its own folders begin with.
    fn guessed_path(&self) -> String {
        let mut votes: HashMap<&str, u32> = HashMap::new();
        let imports = self.packages.iter().flat_map(|package| &package.imports);
        for import in imports {
            for (at, _) in import.path.match_indices('/') {
                let Some((root, rest)) = import.path.split_at_checked(at) else {
                    continue;
                };
                let folder = rest.trim_start_matches('/');
                if root.contains('.') && root.contains('/') && self.by_folder.contains_key(folder) {
                    *votes.entry(root).or_default() += 1;
                }
            }
        }
        let best = votes
            .into_iter()
            .max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0)));
        best.map(|(root, _)| root.to_owned()).unwrap_or_default()
    }

    /// The module that a folder belongs to.
    pub(crate) fn module_of(&self, folder: &str) -> Option<&GoMod> {
        self.modules
            .iter()
            .find(|module| is_within(folder, &module.folder).is_some())
    }

    /// The package that an import path names, if it is one of the repository's, and its module.
    fn package_at(&self, path: &str) -> Option<(usize, &GoMod)> {
        let mut best: Option<(usize, &GoMod)> = None;
        for module in &self.modules {
            if module.path.is_empty() {
                continue;
            }
            if let Some(rest) = is_within(path, &module.path) {
                let folder = match (module.folder.is_empty(), rest.is_empty()) {
                    (true, _) => rest.to_owned(),
                    (false, true) => module.folder.clone(),
                    (false, false) => format!("{}/{rest}", module.folder),
                };
                if let Some(at) = self.by_folder.get(&folder)
                    && best.is_none_or(|(_, best)| best.path.len() < module.path.len())
                {
                    best = Some((*at, module));
                }
            }
        }
        best
    }

    pub(crate) fn file(&self, number: u32) -> Option<&SourceFile<'m>> {
        self.files.get(usize::try_from(number).ok()?)
    }

    pub(crate) fn package(&self, at: usize) -> Option<&Package<'m>> {
        self.packages.get(at)
    }

    pub(crate) fn parsed(&self, at: usize) -> Option<&Parsed<'m>> {
        Some(self.packages.get(at)?.parsed(self.files))
    }

    /// The body of a function of a package's file; `None` if it has none.
    pub(crate) fn body(
        &self,
        package: usize,
        file: usize,
        function: &Function<'_>,
    ) -> Option<&[Stmt<'m>]> {
        let place = function.body?;
        let text = self.file(place.at.file)?.text;
        let parsed = self.parsed(package)?;
        parsed.body(file, function.index, || parse_body(text.whole(), place))
    }

    /// Drops the declarations of packages that no program needs any more; what of them is no Go.
    pub(crate) fn drop_parsed(
        &mut self,
        packages: &[usize],
    ) -> Vec<(SourcePosition, &'static str)> {
        let mut errors = Vec::new();
        for at in packages {
            if let Some(package) = self.packages.get_mut(*at) {
                errors.append(&mut package.drop_parsed());
            }
        }
        errors
    }

    /// How many bytes of text a package has.
    pub(crate) fn size(&self, package: usize) -> usize {
        let files = self.packages.get(package).map(|package| &package.files);
        let files = files.into_iter().flatten();
        let files = files.filter_map(|file| self.file(*file));
        files.map(|file| file.text.bytes).sum()
    }

    /// The repository's packages that a package needs, itself last.
    pub(crate) fn closure(&self, from: usize) -> Vec<usize> {
        let mut order = Vec::new();
        let mut seen = vec![false; self.packages.len()];
        let mut stack = vec![(from, false)];
        while let Some((at, done)) = stack.pop() {
            if done {
                order.push(at);
                continue;
            }
            match seen.get_mut(at) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            stack.push((at, true));
            let package = self.packages.get(at);
            let imports = package.iter().flat_map(|package| &package.imports);
            stack.extend(imports.filter_map(|import| Some((import.own?, false))));
        }
        order
    }
}

/// The rest of a path below another.
fn is_within<'a>(path: &'a str, above: &str) -> Option<&'a str> {
    if above.is_empty() {
        return Some(path);
    }
    let rest = path.strip_prefix(above)?;
    if rest.is_empty() {
        return Some(rest);
    }
    rest.strip_prefix('/')
}
