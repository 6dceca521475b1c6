//! The search for the program of one container: by what it starts, by names, by flags.

use go::program::SourceElection;
use objects::{ImageRef, LedgerCode};
use programs::Unknown;
use programs::recognition::Evidence;

use crate::build_files::file_name;
use crate::catalogue::{KnownImage, KnownProgram, SourceRoot};
use crate::names::{GENERIC, nearness};

/// A program that was found, by what, and the words that follow its name.
pub(crate) struct TiedContainer<'e> {
    pub program: usize,
    pub by: String,
    /// What ties it can hardly be wrong.
    pub certain: bool,
    pub image_words: Option<Vec<String>>,
    pub words: Vec<&'e str>,
    pub image_env: Vec<(String, String)>,
}

/// What a container starts, as far as it and its image say.
pub(crate) struct ContainerStart<'e> {
    /// The file name of the program.
    pub name: Option<&'e str>,
    /// The words after it.
    pub words: Vec<&'e str>,
    pub image_words: Option<Vec<String>>,
    /// The image whose build file says it.
    pub image: Option<&'e KnownImage>,
}

impl ContainerStart<'_> {
    /// The variables that the image sets.
    fn image_env(&self) -> Vec<(String, String)> {
        self.image
            .map_or_else(Vec::new, |image| image.stage.env.clone())
    }
}

/// The search for one container's program.
pub(crate) struct Search<'e> {
    pub root: &'e SourceRoot,
    pub evidence: &'e Evidence<'e>,
    pub folder: &'e str,
    pub reached: &'e [usize],
}

impl<'e> Search<'e> {
    pub(crate) fn programs(&self) -> impl Iterator<Item = (usize, &'e KnownProgram)> {
        let root = self.root;
        self.reached
            .iter()
            .filter_map(move |at| Some((*at, root.programs.get(*at)?)))
    }

    /// The only one of several programs; of several modules the nearest counts.
    pub(crate) fn only(&self, mut found: Vec<usize>) -> Option<usize> {
        found.sort_unstable();
        found.dedup();
        let nearness = |at: &usize| {
            let program = self.root.programs.get(*at);
            program.map_or(0, |program| nearness(&program.module_folder, self.folder))
        };
        let best = found.iter().map(nearness).max()?;
        found.retain(|at| nearness(at) == best);
        match found.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    pub(crate) fn found(&self) -> Option<TiedContainer<'e>> {
        if let Some(found) = self.by_import_path() {
            return Some(found);
        }
        let image = self.image();
        let start = self.start(image);
        let by_start = start.name.and_then(|name| self.by_name(name, &start));
        by_start
            .or_else(|| self.by_image_name(&start))
            .or_else(|| self.by_container_name(&start))
            .or_else(|| self.by_flags(&start))
    }

    /// `ko://MODULE/cmd/x`.
    fn by_import_path(&self) -> Option<TiedContainer<'e>> {
        let path = self.evidence.image?.strip_prefix("ko://")?;
        let path = path.split(['@', ':']).next().unwrap_or(path);
        let found = self
            .programs()
            .find(|(_, program)| program.import_path == path)?;
        let words = match self.evidence.has_command {
            true => self.evidence.argv.get(1..).unwrap_or_default(),
            false => self.evidence.argv,
        };
        Some(TiedContainer {
            program: found.0,
            by: format!("image ko://{path}"),
            certain: true,
            // ko's images start the program without any word.
            image_words: Some(Vec::new()),
            words: words.to_vec(),
            image_env: Vec::new(),
        })
    }

    /// What is built under a file name, or has it as its folder's.
    fn by_name(&self, name: &'e str, start: &ContainerStart<'e>) -> Option<TiedContainer<'e>> {
        let found = |program, by: String, certain| TiedContainer {
            program,
            by,
            certain,
            image_words: start.image_words.clone(),
            words: start.words.clone(),
            image_env: start.image_env(),
        };
        let repository = self
            .evidence
            .image
            .map(|image| ImageRef::parse(image).repository);
        let is_own = || repository.is_none_or(|repository| self.is_own_image(repository));
        if GENERIC.contains(&name) && start.image.is_none() && !is_own() {
            return None;
        }
        let built_as = match start.image {
            Some(image) => image.dockerfile.built_as(name),
            None => self.renamed_to(name).unwrap_or(name),
        };
        let built = |in_file: Option<&str>| {
            let builds = self.root.builds.iter().filter(|build| {
                (build.output == built_as || build.output == name)
                    && self.reached.contains(&build.program)
                    && in_file.is_none_or(|file| file == build.file)
            });
            let builds: Vec<_> = builds.collect();
            let program = self.only(builds.iter().map(|build| build.program).collect())?;
            let file = builds.iter().find(|build| build.program == program)?;
            Some((program, file.file.as_str()))
        };
        let by_build = start
            .image
            .and_then(|image| built(Some(&image.file)))
            .or_else(|| built(None));
        if let Some((program, file)) = by_build {
            return Some(found(
                program,
                format!("`go build -o {built_as}` in {file}"),
                true,
            ));
        }
        let named = self
            .programs()
            .filter(|(_, program)| program.is_called(name) || program.is_called(built_as));
        if let Some(program) = self.only(named.map(|(at, _)| at).collect()) {
            let by = match (self.evidence.has_command, start.image) {
                (false, Some(image)) => format!("`{name}` started by {}", image.file),
                _ => format!("the command's name `{name}`"),
            };
            return Some(found(program, by, true));
        }
        // `x-operator`, of a module of that name, is built from `cmd/operator`.
        let ends_so = self.programs().filter(|(_, program)| {
            let end = program
                .names
                .first()
                .and_then(|known| name.strip_suffix(known.as_str()));
            end.is_some_and(|before| before.ends_with('-'))
                && program.module.iter().any(|part| part == name)
        });
        if let Some(program) = self.only(ends_so.map(|(at, _)| at).collect()) {
            return Some(found(
                program,
                format!("the command's name `{name}`"),
                false,
            ));
        }
        if GENERIC.contains(&name) && is_own() {
            let all = self.programs().map(|(at, _)| at).collect();
            let program = self.only(all)?;
            return Some(found(
                program,
                "the only program of the module".to_owned(),
                true,
            ));
        }
        None
    }

    /// What a file was built as that the repository's build files copy to a name of its own.
    fn renamed_to(&self, name: &'e str) -> Option<&'e str> {
        if GENERIC.contains(&name) {
            return None;
        }
        let images = self.root.images.iter();
        let mut old = images.filter_map(|image| {
            let old = image.dockerfile.built_as(name);
            (old != name).then_some(old)
        });
        let first = old.next()?;
        old.all(|other| other == first).then_some(first)
    }

    /// The image's own name is a program's.
    fn by_image_name(&self, start: &ContainerStart<'e>) -> Option<TiedContainer<'e>> {
        if self.evidence.has_command {
            return None;
        }
        let repository = ImageRef::parse(self.evidence.image?).repository;
        let name = file_name(repository);
        let is_placeholder = GENERIC.contains(&name) && !repository.contains('/');
        if is_placeholder || !self.is_own_image(repository) {
            return None;
        }
        let named = self
            .programs()
            .filter(|(_, program)| program.is_called(name));
        let program = self.only(named.map(|(at, _)| at).collect())?;
        Some(TiedContainer {
            program,
            by: format!("the image's name `{name}`"),
            certain: false,
            image_words: start.image_words.clone(),
            words: start.words.clone(),
            image_env: start.image_env(),
        })
    }

    /// The container's name is a program's, and its image is not known to be another's.
    fn by_container_name(&self, start: &ContainerStart<'e>) -> Option<TiedContainer<'e>> {
        let image = self
            .evidence
            .image
            .map(|image| ImageRef::parse(image).repository);
        let is_own = image.is_none_or(|repository| self.is_own_image(repository));
        if self.evidence.has_command || !is_own {
            return None;
        }
        let name = self.evidence.container_name;
        let named = self
            .programs()
            .filter(|(_, program)| program.is_called(name));
        let program = self.only(named.map(|(at, _)| at).collect())?;
        Some(TiedContainer {
            program,
            by: format!("the container's name `{name}`"),
            certain: false,
            image_words: start.image_words.clone(),
            words: start.words.clone(),
            image_env: start.image_env(),
        })
    }

    /// One program has all flags of the command line, and no other has.
    fn by_flags(&self, start: &ContainerStart<'e>) -> Option<TiedContainer<'e>> {
        let repository = ImageRef::parse(self.evidence.image?).repository;
        if !self.is_own_image(repository) {
            return None;
        }
        let flags: Vec<&str> = start
            .words
            .iter()
            .filter_map(|word| word.strip_prefix("--").or_else(|| word.strip_prefix('-')))
            .map(|word| word.split_once('=').map_or(word, |(name, _)| name))
            .filter(|name| !name.is_empty())
            .collect();
        if flags.is_empty() {
            return None;
        }
        let has_all =
            |program: &KnownProgram| flags.iter().all(|flag| program.flags.get(flag).is_some());
        // A command that is another name than the program is built under is another program.
        let builds = &self.root.builds;
        let is_other =
            |at: usize| self.evidence.has_command && builds.iter().any(|build| build.program == at);
        let fitting = self.programs();
        let fitting = fitting.filter(|(at, program)| !is_other(*at) && has_all(program));
        let program = self.only(fitting.map(|(at, _)| at).collect())?;
        Some(TiedContainer {
            program,
            by: "the flags of the command line, which no other program of the module has"
                .to_owned(),
            certain: false,
            image_words: start.image_words.clone(),
            words: start.words.clone(),
            image_env: start.image_env(),
        })
    }

    /// Nothing ties the container to a program: whether that matters.
    pub(crate) fn not_tied(&self) -> Option<Unknown> {
        let image = self.evidence.image?;
        let elects = |program: &KnownProgram| program.election == SourceElection::Elects;
        let (_, program) = self.programs().find(|(_, program)| elects(program))?;
        if !self.is_own_image(ImageRef::parse(image).repository) {
            return None;
        }
        Some(Unknown {
            code: LedgerCode::ProgramNotTied,
            reason: format!(
                "no build file, command, image name or flag says whether it runs the program in {}",
                program.shown()
            ),
            place: None,
        })
    }
}
