//! All programs of the input that were read in source.

use std::collections::HashMap;
use std::sync::Arc;

use go::program::{SourceElection, SourceProgram};
use manifest::text::FileId;
use programs::recognition::Evidence;
use programs::{ProgramSources, SourceMatch};

use crate::build_files::{Dockerfile, ImageStage, file_name};
use crate::entry_point::{EntryPoint, ProgramFlagKinds, entry_points};
use crate::folder_reading::{CitedFile, FolderReading};
use crate::names::{GENERIC, is_within, last_word};
use crate::places::SourcePlaces;
use crate::versions::VersionFolders;

/// The programs of all folders of an input that were read in source.
#[derive(Debug, Default)]
pub struct SourceCatalogue {
    roots: Vec<SourceRoot>,
    manifests: HashMap<FileId, String>,
    versions: VersionFolders,
}

/// The programs and build files of one folder.
#[derive(Debug)]
pub(crate) struct SourceRoot {
    prefix: String,
    /// What was read, and why not more.
    note: String,
    pub programs: Vec<KnownProgram>,
    pub builds: Vec<KnownBuild>,
    pub images: Vec<KnownImage>,
}

/// A program that containers may run.
#[derive(Debug)]
pub(crate) struct KnownProgram {
    pub folder: String,
    pub module_folder: String,
    /// The segments of the module's path.
    pub module: Vec<String>,
    pub import_path: String,
    /// The file names by which it may be started, the best known first.
    pub names: Vec<String>,
    pub election: SourceElection,
    pub points: Vec<EntryPoint>,
    pub flags: Arc<ProgramFlagKinds>,
}

/// A file name that a build file gives a program.
#[derive(Debug)]
pub(crate) struct KnownBuild {
    pub output: String,
    /// Number of the program.
    pub program: usize,
    /// The build file.
    pub file: String,
}

/// An image that a build file makes.
#[derive(Debug)]
pub(crate) struct KnownImage {
    pub file: String,
    pub stage: ImageStage,
    /// The file's own builds and copies.
    pub dockerfile: Arc<Dockerfile>,
    /// The file name of the program that it starts; `None` where the container's words say it.
    pub starts: Option<String>,
    /// The repositories that build files give it.
    pub repositories: Vec<String>,
}

/// Words in the place of a program's name that say nothing.
const GENERIC_FOLDERS: &[&str] = &["cmd", "main", "src", "app", "bin"];

impl SourceCatalogue {
    /// With the names of the input's manifests.
    #[must_use]
    pub fn with_manifests(mut self, manifests: impl IntoIterator<Item = (FileId, String)>) -> Self {
        for (file, name) in manifests {
            self.versions.add(&name);
            self.manifests.insert(file, name);
        }
        self
    }

    /// Whether there is no program at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.roots.iter().all(|root| root.programs.is_empty())
    }

    /// Takes the programs of a folder. `next` is the number of the first file that it may cite; the files that it
    /// cites are returned in the order of their numbers.
    pub fn add(&mut self, folder: FolderReading, next: FileId) -> Vec<CitedFile> {
        let FolderReading {
            prefix,
            note,
            reading,
            cited,
            build_files,
        } = folder;
        let mut places = SourcePlaces::default();
        for ((number, file), offset) in cited.iter().zip(0..) {
            places.add(*number, FileId(next.0.saturating_add(offset)), &file.text);
        }
        let places = Arc::new(places);
        let mut root = SourceRoot {
            prefix,
            note,
            programs: reading
                .programs
                .iter()
                .map(KnownProgram::without_entry_points)
                .collect(),
            builds: Vec::new(),
            images: Vec::new(),
        };
        root.name_by_modules();
        root.add_build_files(&build_files);
        for (known, program) in root.programs.iter_mut().zip(&reading.programs) {
            known.points = entry_points(program, &known.names, &known.flags, &places);
        }
        self.roots.push(root);
        cited.into_iter().map(|(_, file)| file).collect()
    }
}

impl ProgramSources for SourceCatalogue {
    fn find(&self, evidence: &Evidence<'_>, manifest: FileId) -> SourceMatch<'_> {
        let Some(name) = self.manifests.get(&manifest) else {
            return SourceMatch::None;
        };
        for root in &self.roots {
            if let Some(path) = name.strip_prefix(root.prefix.as_str()) {
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                let found = root.find(evidence, folder);
                let is_tied = matches!(
                    found,
                    SourceMatch::Elects { .. } | SourceMatch::NeverElects { .. }
                );
                let newer = is_tied.then(|| self.versions.newer_than(name)).flatten();
                return newer.map_or(found, SourceMatch::NotTied);
            }
        }
        SourceMatch::None
    }

    fn notes(&self) -> Vec<String> {
        self.roots.iter().map(|root| root.note.clone()).collect()
    }
}

impl KnownProgram {
    fn without_entry_points(program: &SourceProgram) -> Self {
        let module: Vec<String> = program.module.split('/').map(str::to_owned).collect();
        let of_module = last_word(&module);
        let below = program.folder.strip_prefix(program.module_folder.as_str());
        let below = below.unwrap_or(&program.folder).trim_matches('/');
        let of_folder = file_name(below);
        let mut names: Vec<String> = Vec::new();
        if !of_folder.is_empty() && !GENERIC_FOLDERS.contains(&of_folder) {
            names.push(of_folder.to_owned());
        } else {
            names.push(of_module.to_owned());
            names.push(of_folder.to_owned());
        }
        names.retain(|name| !name.is_empty());
        Self {
            folder: program.folder.clone(),
            module_folder: program.module_folder.clone(),
            module,
            import_path: program.import_path.clone(),
            names,
            election: program.election.clone(),
            points: Vec::new(),
            flags: Arc::new(ProgramFlagKinds::of(program)),
        }
    }
}

impl KnownProgram {
    /// Whether it may be started by a file name.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name) || self.is_called_after_module(name)
    }

    /// Whether a name is its module's and its own: `quota-scheduler` is `cmd/scheduler` of `example.test/quota`.
    pub(crate) fn is_called_after_module(&self, name: &str) -> bool {
        let module = last_word(&self.module);
        let own = name.strip_prefix(module);
        let own = own.and_then(|rest| rest.strip_prefix('-'));
        own.is_some_and(|own| self.names.first().is_some_and(|first| first == own))
            && !GENERIC.contains(&module)
    }
}

impl SourceRoot {
    /// The folder of the module that holds a file.
    pub(crate) fn module_of(&self, file: &str) -> Option<&str> {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let modules = self
            .programs
            .iter()
            .map(|program| program.module_folder.as_str());
        modules
            .filter(|module| is_within(folder, module))
            .max_by_key(|module| module.len())
    }

    /// The only program of a module that elects has the module's name, too, if its folder's says nothing:
    /// `cmd/manager` of `example.test/quota-warden` is called `quota-warden`.
    fn name_by_modules(&mut self) {
        let elects = |program: &KnownProgram| program.election == SourceElection::Elects;
        let mut named: Vec<(usize, String)> = Vec::new();
        for (at, program) in self
            .programs
            .iter()
            .enumerate()
            .filter(|(_, one)| elects(one))
        {
            let is_generic = program
                .names
                .first()
                .is_some_and(|name| GENERIC.contains(&&**name));
            let beside = |other: &&KnownProgram| other.module_folder == program.module_folder;
            let mut others = self.programs.iter().filter(beside);
            let of_module = last_word(&program.module).to_owned();
            let is_only = others.clone().filter(|one| elects(one)).count() == 1;
            if is_generic && is_only && !others.any(|other| other.is_called(&of_module)) {
                named.push((at, of_module));
            }
        }
        for (at, name) in named {
            if let Some(program) = self.programs.get_mut(at).filter(|_| !name.is_empty()) {
                program.names.push(name);
            }
        }
    }
}
