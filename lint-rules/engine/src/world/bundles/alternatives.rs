//! Files that define the same object: two variants of an installation, of which one is applied.

use std::collections::hash_map::Entry;

use super::super::file_tree::FileTree;
use super::super::maps::{HashMap, HashSet};
use super::super::paths::folders_down_to;
use manifest::text::FileId;
use objects::admission::ADMISSION_GROUP;
use objects::{Object, ObjectKind};

/// Objects that several files define. Each has a number.
pub(crate) struct Alternatives {
    /// The numbers of such objects in a file, sorted.
    by_file: HashMap<FileId, Vec<u32>>,
    /// Folders with such an object, themselves or below, by its number.
    folders: HashMap<u32, HashSet<String>>,
}

/// What makes objects the same: kind, namespace and name, as they are written.
type WrittenIdentity<'w> = (&'w str, Option<&'w str>, &'w str);

/// The first definition of an object.
struct FirstDefinition {
    number: u32,
    file: FileId,
    has_alternatives: bool,
}

impl Alternatives {
    /// Of whole objects, in the order of the input.
    pub(crate) fn of<'o, 'w: 'o>(
        objects: impl Iterator<Item = &'o Object<'w>>,
        files: &FileTree<'w>,
    ) -> Self {
        let by_file = numbers_by_file(objects);
        let mut folders: HashMap<u32, HashSet<String>> = HashMap::default();
        for (file, numbers) in &by_file {
            for number in numbers {
                let known = folders.entry(*number).or_default();
                for folder in folders_down_to(files.folder(*file)) {
                    if !known.contains(folder) {
                        known.insert(folder.to_owned());
                    }
                }
            }
        }
        Self { by_file, folders }
    }

    /// The numbers of the objects of a file that other files define too, sorted.
    pub(crate) fn of_file(&self, file: FileId) -> &[u32] {
        self.by_file.get(&file).map_or(&[], Vec::as_slice)
    }

    /// Whether both files define the same object.
    pub(crate) fn are_alternatives(&self, a: FileId, b: FileId) -> bool {
        let (numbers, others) = (self.of_file(a), self.of_file(b));
        a != b && numbers.iter().any(|one| others.binary_search(one).is_ok())
    }

    /// Whether a folder or one below it defines any of these objects.
    pub(crate) fn are_any_below(&self, numbers: &[u32], folder: &str) -> bool {
        let folders_of = |number| self.folders.get(number);
        let mut folders = numbers.iter().filter_map(folders_of);
        folders.any(|folders| folders.contains(folder))
    }
}

/// Whether a second definition of an object makes an alternative: those of workloads, rights, webhook configurations and
/// policies do, while one application may well define its namespace or CustomResourceDefinitions in several files.
fn makes_alternatives(object: &Object<'_>) -> bool {
    object.group() == ADMISSION_GROUP
        || matches!(
            object.kind(),
            ObjectKind::Workload
                | ObjectKind::Role
                | ObjectKind::ClusterRole
                | ObjectKind::RoleBinding
                | ObjectKind::ClusterRoleBinding
        )
}

fn numbers_by_file<'o, 'w: 'o>(
    objects: impl Iterator<Item = &'o Object<'w>>,
) -> HashMap<FileId, Vec<u32>> {
    let mut first: HashMap<WrittenIdentity<'_>, FirstDefinition> = HashMap::default();
    let mut by_file: HashMap<FileId, Vec<u32>> = HashMap::default();
    for object in objects.filter(|object| makes_alternatives(object)) {
        let Some(name) = object.name() else { continue };
        let number = u32::try_from(first.len()).unwrap_or(u32::MAX);
        let file = object.file();
        let identity = (object.kind_word(), object.namespace(), name);
        let definition = match first.entry(identity) {
            Entry::Vacant(vacant) => {
                vacant.insert(FirstDefinition {
                    number,
                    file,
                    has_alternatives: false,
                });
                continue;
            }
            Entry::Occupied(occupied) => occupied.into_mut(),
        };
        if definition.file == file {
            continue;
        }
        if !definition.has_alternatives {
            definition.has_alternatives = true;
            by_file
                .entry(definition.file)
                .or_default()
                .push(definition.number);
        }
        let numbers = by_file.entry(file).or_default();
        if !numbers.contains(&definition.number) {
            numbers.push(definition.number);
        }
    }
    for numbers in by_file.values_mut() {
        numbers.sort_unstable();
    }
    by_file
}
