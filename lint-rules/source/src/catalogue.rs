//! All programs of the input that were read in source.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use go::program::{RepositoryReading, SourceElection, SourceElector, SourceProgram};
use go::{EachBelow, GoMod, SourceFile};
use manifest::text::FileId;
use programs::recognition::Evidence;
use programs::{ProgramSources, SourceMatch};

use crate::build_files::{
    Dockerfile, GoBuild, ImageBuild, ImageStage, Makefile, file_name, read_build_yaml,
    wrapper_words,
};
use crate::entry_point::{EntryPoint, ProgramFlagKinds, entry_points};
use crate::folder::{BuildFile, BuildFileKind, SourceFolder};
use crate::places::SourcePlaces;

/// The programs of all folders of an input that were read in source.
#[derive(Debug, Default)]
pub struct SourceCatalogue {
    roots: Vec<SourceRoot>,
    manifests: HashMap<FileId, String>,
}

/// The programs and build files of one folder.
#[derive(Debug)]
pub(crate) struct SourceRoot {
    prefix: String,
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

/// A Go file that facts point into, to be a file of the input.
#[derive(Debug)]
pub struct CitedFile {
    /// Its name in reports.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Words in the place of a program's name that say nothing.
const GENERIC_FOLDERS: &[&str] = &["cmd", "main", "src", "app", "bin"];

impl SourceCatalogue {
    /// Tells the names of the input's manifests.
    #[must_use]
    pub fn with_manifests(mut self, manifests: impl IntoIterator<Item = (FileId, String)>) -> Self {
        self.manifests.extend(manifests);
        self
    }

    /// Whether there is no program at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.roots.iter().all(|root| root.programs.is_empty())
    }

    /// Reads the programs of a folder. `next` is the number of the first file that it may cite; the files that it
    /// cites are returned in the order of their numbers. `each` does the work for programs, several at a time if it can.
    pub fn add(
        &mut self,
        folder: &SourceFolder,
        next: FileId,
        each: &EachBelow<'_>,
    ) -> Vec<CitedFile> {
        let files: Vec<SourceFile<'_>> = folder
            .files
            .iter()
            .map(|(path, text)| SourceFile { path, text })
            .collect();
        let modules: Vec<GoMod> = folder
            .modules
            .iter()
            .map(|(path, text)| {
                let above = path.rsplit_once('/').map_or("", |(above, _)| above);
                GoMod::parse(above, text)
            })
            .collect();
        let reading = go::read_by(&files, &modules, each);
        let (places, cited) = cite(&reading, folder, next);
        let places = Arc::new(places);
        let mut root = SourceRoot {
            prefix: folder.prefix.clone(),
            programs: reading
                .programs
                .iter()
                .map(KnownProgram::without_entry_points)
                .collect(),
            builds: Vec::new(),
            images: Vec::new(),
        };
        root.add_build_files(&folder.build_files);
        for (known, program) in root.programs.iter_mut().zip(&reading.programs) {
            known.points = entry_points(program, &known.names, &known.flags, &places);
        }
        self.roots.push(root);
        cited
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
                return root.find(evidence, folder);
            }
        }
        SourceMatch::None
    }
}

/// The files that facts point into, numbered.
fn cite(
    reading: &RepositoryReading,
    folder: &SourceFolder,
    next: FileId,
) -> (SourcePlaces, Vec<CitedFile>) {
    let mut numbers = BTreeSet::new();
    for elector in reading
        .programs
        .iter()
        .flat_map(|program| &program.electors)
    {
        numbers.insert(elector.at.file);
        for term in all_terms(elector) {
            let _all = term.any(&mut |part| {
                numbers.extend(part.at.map(|at| at.file));
                false
            });
        }
        let behaviour = &elector.behaviour;
        let places = [
            behaviour.stopped,
            behaviour.started,
            behaviour.run,
            behaviour.waits_after,
        ];
        let places = places.into_iter().flatten();
        numbers.extend(
            places
                .chain(behaviour.blocking.iter().copied())
                .map(|at| at.file),
        );
    }
    let mut places = SourcePlaces::default();
    let mut cited = Vec::new();
    for number in numbers {
        let file = usize::try_from(number)
            .ok()
            .and_then(|at| folder.files.get(at));
        let Some((path, text)) = file else { continue };
        let offset = u32::try_from(cited.len()).unwrap_or(u32::MAX);
        places.add(number, FileId(next.0.saturating_add(offset)), text);
        cited.push(CitedFile {
            name: format!("{}{path}", folder.prefix),
            text: text.clone(),
        });
    }
    (places, cited)
}

fn all_terms(elector: &SourceElector) -> [&go::term::SharedTerm; 10] {
    [
        &elector.enable,
        &elector.guard,
        &elector.lease_duration,
        &elector.renew_deadline,
        &elector.retry_period,
        &elector.lock_type,
        &elector.lock_name,
        &elector.lock_namespace,
        &elector.identity,
        &elector.release,
    ]
}

impl KnownProgram {
    fn without_entry_points(program: &SourceProgram) -> Self {
        let module: Vec<String> = program.module.split('/').map(str::to_owned).collect();
        let is_version = |word: &str| {
            let digits = word.strip_prefix('v').unwrap_or_default();
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        };
        let of_module = module.iter().rev().find(|word| !is_version(word));
        let below = program.folder.strip_prefix(program.module_folder.as_str());
        let below = below.unwrap_or(&program.folder).trim_matches('/');
        let of_folder = file_name(below);
        let mut names: Vec<String> = Vec::new();
        if !of_folder.is_empty() && !GENERIC_FOLDERS.contains(&of_folder) {
            names.push(of_folder.to_owned());
        } else {
            names.extend(of_module.cloned().filter(|name| !name.is_empty()));
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

impl SourceRoot {
    fn add_build_files(&mut self, files: &[BuildFile]) {
        let mut builds: Vec<(String, ImageBuild)> = Vec::new();
        for file in files {
            let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            match BuildFileKind::of(&file.path) {
                Some(BuildFileKind::Image) => self.add_dockerfile(&file.path, folder, &file.text),
                Some(kind) => {
                    let made = match kind {
                        BuildFileKind::Make => Makefile::parse(&file.text),
                        BuildFileKind::Script => Makefile::of_script(&file.text),
                        BuildFileKind::Yaml | BuildFileKind::Image => read_build_yaml(&file.text),
                    };
                    self.add_builds(&file.path, folder, &made.builds);
                    let images = made.images.into_iter();
                    builds.extend(images.map(|image| (folder.to_owned(), image)));
                }
                None => {}
            }
        }
        for (folder, build) in builds {
            let context = join(&folder, &build.context);
            let path = match &build.dockerfile {
                Some(file) => [join(&folder, file), join(&context, file)],
                None => {
                    let path = join(&context, "Dockerfile");
                    [path.clone(), path]
                }
            };
            let repository = objects::ImageRef::parse(&build.image).repository.to_owned();
            if repository.is_empty() || repository.contains('$') {
                continue;
            }
            for image in &mut self.images {
                let stage = match &build.target {
                    Some(target) => image.stage.name.as_ref() == Some(target),
                    None => image.stage.is_last,
                };
                if stage && path.contains(&image.file) && !image.repositories.contains(&repository)
                {
                    image.repositories.push(repository.clone());
                }
            }
        }
    }

    fn add_dockerfile(&mut self, path: &str, folder: &str, text: &str) {
        let file = Dockerfile::parse(text);
        self.add_builds(path, folder, &file.builds);
        let dockerfile = Arc::new(file);
        for stage in &dockerfile.stages {
            self.images.push(KnownImage {
                file: path.to_owned(),
                starts: started(stage),
                stage: stage.clone(),
                dockerfile: Arc::clone(&dockerfile),
                repositories: Vec::new(),
            });
        }
    }

    fn add_builds(&mut self, path: &str, folder: &str, builds: &[GoBuild]) {
        for build in builds {
            let Some(program) = self.program_of_package(folder, &build.package) else {
                continue;
            };
            self.builds.push(KnownBuild {
                output: build.output.clone(),
                program,
                file: path.to_owned(),
            });
            if let Some(known) = self.programs.get_mut(program)
                && !known.names.contains(&build.output)
            {
                known.names.push(build.output.clone());
            }
        }
    }

    /// The program that a build file means by a package, from its own folder or one above it.
    fn program_of_package(&self, folder: &str, package: &str) -> Option<usize> {
        let by_path = self
            .programs
            .iter()
            .position(|program| !package.is_empty() && program.import_path == package);
        if by_path.is_some() {
            return by_path;
        }
        let mut above = Some(folder);
        while let Some(base) = above {
            let wanted = join(base, package);
            let found = self
                .programs
                .iter()
                .position(|program| program.folder == wanted);
            if found.is_some() {
                return found;
            }
            above = match base {
                "" => None,
                base => Some(base.rsplit_once('/').map_or("", |(above, _)| above)),
            };
        }
        // The build file is beside the module: `cd operator && go build ./cmd`.
        let mut below = self
            .programs
            .iter()
            .enumerate()
            .filter(|(_, program)| join(&program.module_folder, package) == program.folder);
        match (below.next(), below.next()) {
            (Some((found, _)), None) => Some(found),
            _ => None,
        }
    }
}

/// The file name of the program that an image starts without a container's words.
fn started(stage: &ImageStage) -> Option<String> {
    let words: Vec<&str> = stage
        .entrypoint
        .iter()
        .chain(&stage.cmd)
        .map(String::as_str)
        .collect();
    let first = words.get(wrapper_words(&words))?;
    Some(file_name(first).to_owned())
}

/// A path below a folder, `.` and `..` taken out.
pub(crate) fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
