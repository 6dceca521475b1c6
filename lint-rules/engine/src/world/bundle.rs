//! What belongs together.
//!
//! One input may hold many applications: a monorepo, environments side by side, a chart beside its
//! rendered form. Access is proven, and collisions are found, only among files that belong together:
//! one rendered output (a file), one kustomization with its bases, one folder. The user may say it
//! (`--bundle`).
//!
//! Files of a folder that define one object twice are alternatives of each other (two variants of an
//! installation) and are never taken together.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;

use super::kustomize::Kustomizations;
use super::paths::normal;
use crate::Input;
use manifest::text::FileId;
use objects::{Object, ObjectKind};

/// What the user says of what belongs together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Bundling {
    /// One file, one kustomization with its bases, or one folder, whichever holds what is asked for.
    #[default]
    Auto,
    /// Every file stands alone.
    File,
    /// The files of one folder, without those in folders below it.
    Folder,
    /// The whole input is one application.
    Input,
}

impl Bundling {
    /// The word on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::File => "file",
            Self::Folder => "folder",
            Self::Input => "input",
        }
    }
}

/// Files taken together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Scope {
    /// One file.
    File(FileId),
    /// A kustomization with its bases, by its place in the list.
    Kustomization(usize),
    /// A folder.
    Folder(String),
    /// A folder with all below it.
    Tree(String),
    /// The whole input.
    Input,
}

/// How many folders up the files of one application may lie apart.
const FARTHEST: usize = 2;

/// Which files belong together.
pub(super) struct Bundles {
    bundling: Bundling,
    /// Each file's folder, with a slash at its end; empty for the top.
    folders: HashMap<FileId, String>,
    /// Objects that several files define, by file: numbers of such objects, sorted.
    alternatives: HashMap<FileId, Vec<u32>>,
    /// Folders with such an object, themselves or below, by its number.
    branches: HashMap<u32, HashSet<String>>,
    /// The first and the last file in or below each folder, once somebody has asked.
    stretches: OnceCell<HashMap<String, RangeInclusive<FileId>>>,
}

/// The folder of a name, with a slash at its end; empty for the top.
fn folder_of(name: &str) -> String {
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut path = normal(folder, "");
    if !path.is_empty() {
        path.push('/');
    }
    path
}

/// Objects whose second definition makes an alternative.
const fn is_telling(kind: ObjectKind) -> bool {
    matches!(
        kind,
        ObjectKind::Workload
            | ObjectKind::Role
            | ObjectKind::ClusterRole
            | ObjectKind::RoleBinding
            | ObjectKind::ClusterRoleBinding
    )
}

/// What an object is called: kind, namespace, name.
pub(super) type Identity<'w> = (&'w str, Option<&'w str>, &'w str);

/// What an object is called, if it has a name.
pub(super) fn identity_of<'w>(object: &Object<'w>) -> Option<Identity<'w>> {
    Some((object.kind_word(), object.namespace(), object.name()?))
}

impl Bundles {
    /// `objects`: whole ones; a patch is no second definition of what it patches.
    pub(super) fn of<'o, 'w: 'o>(
        input: &Input,
        objects: impl Iterator<Item = &'o Object<'w>>,
        bundling: Bundling,
    ) -> Self {
        let folders = input
            .numbered()
            .map(|(id, file)| (id, folder_of(&file.name)))
            .collect::<HashMap<FileId, String>>();
        let alternatives = alternatives(objects);
        let branches = branches(&alternatives, &folders);
        Self {
            bundling,
            folders,
            alternatives,
            branches,
            stretches: OnceCell::new(),
        }
    }

    /// What may belong together with a file, the surest first; several at once are different builds of one base.
    pub(super) fn scopes(
        &self,
        input: &Input,
        file: FileId,
        kustomizations: &Kustomizations<'_>,
    ) -> Vec<Vec<Scope>> {
        let folder = self.folder(file).to_owned();
        match self.bundling {
            Bundling::File => return vec![vec![Scope::File(file)]],
            Bundling::Folder => return vec![vec![Scope::Folder(folder)]],
            Bundling::Input => return vec![vec![Scope::Input]],
            Bundling::Auto => {}
        }
        let roots = kustomizations.roots(input, file);
        let mut scopes = vec![
            vec![Scope::File(file)],
            roots.into_iter().map(Scope::Kustomization).collect(),
            vec![Scope::Folder(folder.clone())],
        ];
        let mut tree = folder.as_str();
        for _ in 0..=FARTHEST {
            scopes.push(vec![Scope::Tree(tree.to_owned())]);
            let Some(parent) = tree.strip_suffix('/') else {
                break;
            };
            tree = parent
                .rfind('/')
                .map_or("", |slash| parent.get(..=slash).unwrap_or_default());
        }
        scopes
    }

    /// Whether a file belongs to a scope, as seen from another one of it: its alternatives do not.
    pub(super) fn holds(
        &self,
        scope: &Scope,
        from: FileId,
        file: FileId,
        kustomizations: &Kustomizations<'_>,
    ) -> bool {
        let inside = match scope {
            Scope::File(only) => file == *only,
            // kustomize itself refuses two of one name.
            Scope::Kustomization(root) => {
                return kustomizations.files_of(*root).binary_search(&file).is_ok();
            }
            Scope::Folder(folder) => self.folder(file) == folder,
            // A folder beside it that defines the same object again is another environment.
            Scope::Tree(folder) => {
                self.folder(file).starts_with(folder.as_str()) && self.may_be_together(from, file)
            }
            Scope::Input => true,
        };
        inside && !self.are_alternatives(from, file)
    }

    /// Files between which all of a scope are; `None`: all files.
    pub(super) fn stretch(
        &self,
        scope: &Scope,
        kustomizations: &Kustomizations<'_>,
    ) -> Option<RangeInclusive<FileId>> {
        match scope {
            Scope::File(only) => Some(*only..=*only),
            Scope::Kustomization(root) => {
                let files = kustomizations.files_of(*root);
                Some(*files.first()?..=*files.last()?)
            }
            Scope::Folder(folder) | Scope::Tree(folder) => {
                let stretches = self.stretches.get_or_init(|| stretches(&self.folders));
                stretches.get(folder).cloned()
            }
            Scope::Input => None,
        }
    }

    /// Whether one file of a tree, which is not the own branch of the other, is taken together with it.
    pub(super) fn are_together(&self, from: FileId, file: FileId) -> bool {
        self.may_be_together(from, file) && !self.are_alternatives(from, file)
    }

    /// Objects that other files define too, by their numbers.
    pub(super) fn alternatives_of(&self, file: FileId) -> &[u32] {
        self.alternatives.get(&file).map_or(&[], Vec::as_slice)
    }

    /// The folder of a file, with a slash at its end; empty for the top.
    pub(super) fn folder(&self, file: FileId) -> &str {
        self.folders.get(&file).map_or("", String::as_str)
    }

    /// Whether both files define the same object, so that only one of them is meant.
    pub(super) fn are_alternatives(&self, a: FileId, b: FileId) -> bool {
        if a == b {
            return false;
        }
        let (Some(a), Some(b)) = (self.alternatives.get(&a), self.alternatives.get(&b)) else {
            return false;
        };
        a.iter().any(|number| b.binary_search(number).is_ok())
    }

    /// Whether an object of one file may be meant by one of another: the folder in which it lies, up
    /// to what both share, holds no alternative of the other, as those of other environments do.
    pub(super) fn may_be_together(&self, from: FileId, file: FileId) -> bool {
        match self.bundling {
            Bundling::File => return from == file,
            Bundling::Folder => return self.folder(from) == self.folder(file),
            Bundling::Input => return true,
            Bundling::Auto => {}
        }
        let Some(numbers) = self.alternatives.get(&from) else {
            return true;
        };
        let Some(branch) = branch(self.folder(from), self.folder(file)) else {
            // Further up may lie what was rendered from it, with all that surrounds it.
            return self.folder(from) != self.folder(file) || !self.are_alternatives(from, file);
        };
        let is_other = |number: &u32| {
            let branches = self.branches.get(number);
            branches.is_some_and(|branches| branches.contains(branch))
        };
        !numbers.iter().any(is_other)
    }

    /// Whether the user said that everything is one application.
    pub(super) fn is_whole_input(&self) -> bool {
        self.bundling == Bundling::Input
    }

    /// What a file surely belongs to: two files are of one application if they share one of these and
    /// are no alternatives of each other.
    pub(super) fn homes(
        &self,
        input: &Input,
        file: FileId,
        kustomizations: &Kustomizations<'_>,
    ) -> Vec<Scope> {
        let folder = || Scope::Folder(self.folder(file).to_owned());
        match self.bundling {
            Bundling::File => return vec![Scope::File(file)],
            Bundling::Input => return vec![Scope::Input],
            Bundling::Folder => return vec![folder()],
            Bundling::Auto => {}
        }
        let roots = kustomizations.roots(input, file);
        if roots.is_empty() {
            return vec![folder()];
        }
        roots.into_iter().map(Scope::Kustomization).collect()
    }

    /// A scope in words, for reports.
    pub(super) fn describe(
        &self,
        scope: &Scope,
        input: &Input,
        kustomizations: &Kustomizations<'_>,
    ) -> String {
        let folder = |path: &str| {
            if path.is_empty() {
                "the top folder".to_owned()
            } else {
                format!("folder {path}")
            }
        };
        match scope {
            Scope::File(file) => format!("file {}", input.name(*file)),
            Scope::Kustomization(root) => match kustomizations.folder_of(*root) {
                "" => "the kustomization of the top folder".to_owned(),
                path => format!("kustomization {path}/"),
            },
            Scope::Folder(path) => folder(path),
            Scope::Tree(path) => format!("{} with all below it", folder(path)),
            Scope::Input => "the whole input".to_owned(),
        }
    }
}

/// The folder right below what both paths share that leads to the second one; `None` if the first
/// one is in it or below it.
fn branch<'p>(from: &str, to: &'p str) -> Option<&'p str> {
    let shared: usize = from
        .split_inclusive('/')
        .zip(to.split_inclusive('/'))
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len())
        .sum();
    let rest = to.get(shared..).filter(|rest| !rest.is_empty())?;
    to.get(..shared + rest.find('/').map_or(rest.len(), |slash| slash + 1))
}

fn stretches(folders: &HashMap<FileId, String>) -> HashMap<String, RangeInclusive<FileId>> {
    let mut stretches: HashMap<String, RangeInclusive<FileId>> = HashMap::new();
    let mut widen = |folder: &str, file: FileId| match stretches.get_mut(folder) {
        Some(known) => *known = *known.start().min(&file)..=*known.end().max(&file),
        None => {
            stretches.insert(folder.to_owned(), file..=file);
        }
    };
    for (file, folder) in folders {
        widen("", *file);
        for (slash, _) in folder.match_indices('/') {
            widen(folder.get(..=slash).unwrap_or_default(), *file);
        }
    }
    stretches
}

/// Every folder that holds a definition of an object that several files define, itself or below, by
/// the object's number.
fn branches(
    alternatives: &HashMap<FileId, Vec<u32>>,
    folders: &HashMap<FileId, String>,
) -> HashMap<u32, HashSet<String>> {
    let mut branches: HashMap<u32, HashSet<String>> = HashMap::new();
    for (file, numbers) in alternatives {
        let folder = folders.get(file).map_or("", String::as_str);
        for number in numbers {
            let known = branches.entry(*number).or_default();
            for (slash, _) in folder.match_indices('/') {
                let above = folder.get(..=slash).unwrap_or_default();
                if !known.contains(above) {
                    known.insert(above.to_owned());
                }
            }
        }
    }
    branches
}

/// Objects that several files define, by file.
fn alternatives<'o, 'w: 'o>(
    objects: impl Iterator<Item = &'o Object<'w>>,
) -> HashMap<FileId, Vec<u32>> {
    let mut files_by_identity: HashMap<Identity<'_>, (u32, FileId, bool)> = HashMap::new();
    let mut found: HashMap<FileId, Vec<u32>> = HashMap::new();
    for object in objects.filter(|object| is_telling(object.kind())) {
        let Some(identity) = identity_of(object) else {
            continue;
        };
        let number = u32::try_from(files_by_identity.len()).unwrap_or(u32::MAX);
        let entry = files_by_identity
            .entry(identity)
            .or_insert((number, object.file(), false));
        let (number, first, several) = *entry;
        if first == object.file() {
            continue;
        }
        if !several {
            entry.2 = true;
            found.entry(first).or_default().push(number);
        }
        let numbers = found.entry(object.file()).or_default();
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    for numbers in found.values_mut() {
        numbers.sort_unstable();
    }
    found
}
