//! The kustomizations of an input on which no other one builds.

use std::collections::{BTreeSet, HashMap};

use engine::{Input, InputFile};
use manifest::text::FileId;
use rendering::kustomize::KustomizationFile;

use super::super::neighbours::KUSTOMIZATIONS;
use super::disk::FileStore;
use super::layer_walk::join;

/// The kustomizations on which no other one builds: the folder of each, and its file.
pub fn find_roots(input: &Input, store: &dyn FileStore) -> Vec<(String, FileId)> {
    let names = input.files().iter().map(|file| file.name.as_str());
    let charts = rendering::chart_folders(names);
    let mut files = KustomizationFiles {
        store,
        of_input: HashMap::new(),
    };
    let mut roots: Vec<(String, FileId)> = Vec::new();
    for (id, file) in input.numbered() {
        let (folder, name) = file.name.rsplit_once('/').unwrap_or(("", &file.name));
        if !KUSTOMIZATIONS.contains(&name) {
            continue;
        }
        files.of_input.insert(join("", &file.name), file);
        let mut charts = charts.iter();
        // The templates of a chart are none.
        if !charts.any(|chart| rendering::is_part_of_chart(&file.name, chart)) {
            roots.push((join(folder, ""), id));
        }
    }
    let mut whole: BTreeSet<String> = BTreeSet::new();
    let mut bases: BTreeSet<String> = BTreeSet::new();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut waiting: Vec<String> = roots.iter().map(|(folder, _)| folder.clone()).collect();
    while let Some(folder) = waiting.pop() {
        if !seen.insert(folder.clone()) {
            continue;
        }
        let Some(file) = files.in_folder(&folder) else {
            continue;
        };
        let named = file.possible_folders().map(|named| join(&folder, named));
        for base in named.filter(|base| *base != folder) {
            if store.is_folder(&base) && !store.is_outside(&base) {
                bases.insert(base.clone());
                waiting.push(base);
            }
        }
        if !file.is_component {
            whole.insert(folder);
        }
    }
    roots.retain(|(folder, _)| whole.contains(folder) && !bases.contains(folder));
    roots
}

/// The kustomizations that are found: those of the input are read already.
struct KustomizationFiles<'i> {
    store: &'i dyn FileStore,
    of_input: HashMap<String, &'i InputFile>,
}

impl KustomizationFiles<'_> {
    /// The kustomization in a folder; `None` if there is none that can be read.
    fn in_folder(&self, folder: &str) -> Option<KustomizationFile> {
        for name in KUSTOMIZATIONS.iter().map(|name| join(folder, name)) {
            match self.of_input.get(&name) {
                Some(_) if self.store.is_outside(&name) => {}
                Some(file) => {
                    let document = file.reading.documents.first()?;
                    return KustomizationFile::of(document);
                }
                None => {
                    if let Some(bytes) = self.store.bytes(&name) {
                        return KustomizationFile::read(&bytes);
                    }
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use manifest::tree::ReadLimits;
    use rendering::ChartFile;

    use super::*;

    /// Kustomizations in folders of their own, of which each builds upon all before it.
    struct Pyramid {
        texts: Vec<String>,
        reads: Cell<usize>,
    }

    impl Pyramid {
        fn of(height: usize) -> Self {
            let text = |number| {
                let below: Vec<String> = (0..number).map(|one| format!("../k{one}")).collect();
                format!("resources: [{}]\n", below.join(", "))
            };
            Self {
                texts: (0..height).map(text).collect(),
                reads: Cell::new(0),
            }
        }

        fn number(&self, folder: &str) -> Option<usize> {
            let number = folder.strip_prefix('k')?.parse().ok()?;
            (number < self.texts.len()).then_some(number)
        }
    }

    impl FileStore for Pyramid {
        fn files(&self, _: &str) -> Result<Vec<ChartFile>, String> {
            Err("it is not searched".to_owned())
        }

        fn bytes(&self, name: &str) -> Option<Vec<u8>> {
            let number = self.number(name.strip_suffix("/kustomization.yaml")?)?;
            self.reads.set(self.reads.get() + 1);
            Some(self.texts[number].clone().into_bytes())
        }

        fn is_folder(&self, name: &str) -> bool {
            self.number(name).is_some()
        }

        fn is_outside(&self, _: &str) -> bool {
            false
        }
    }

    #[test]
    fn kustomizations_of_the_input_are_not_read_again() {
        let store = Pyramid::of(20);
        let file = |(number, text): (usize, &String)| {
            let id = FileId(u32::try_from(number).expect("a few"));
            let name = format!("k{number}/kustomization.yaml");
            engine::read_file(id, &name, text.as_bytes(), false, ReadLimits::default())
        };
        let files = || store.texts.iter().enumerate().map(file);
        let input = Input::new(files().collect());
        let roots = find_roots(&input, &store);
        assert_eq!(roots, [("k19".to_owned(), FileId(19))]);
        assert_eq!(store.reads.get(), 0);

        // Those outside of it are read once.
        let input = Input::new(files().skip(18).collect());
        let roots = find_roots(&input, &store);
        assert_eq!(roots, [("k19".to_owned(), FileId(1))]);
        assert_eq!(store.reads.get(), 18);
    }
}
