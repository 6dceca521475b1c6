//! Which image of the repository a container runs.

use objects::ImageRef;

use crate::build_files::file_name;
use crate::catalogue::{KnownBuild, KnownImage, KnownProgram};
use crate::names::{GENERIC, last_word, nearness};
use crate::search::Search;

impl<'e> Search<'e> {
    /// The image that the container runs, as a build file of the input makes it.
    pub(crate) fn image(&self) -> Option<&'e KnownImage> {
        let image = self.evidence.image?;
        let repository = ImageRef::parse(image).repository;
        let name = file_name(repository);
        let images = || self.root.images.iter().filter(|image| self.is_ours(image));
        // `controller` of another repository is not the one that a build file here makes.
        let tells = !name.is_empty() && (!GENERIC.contains(&name) || self.is_own_image(repository));
        let named = |image: &&KnownImage| {
            let mut known = image.repositories.iter();
            known.any(|known| known == repository || tells && file_name(known) == name)
        };
        let by_repository = self.only_image(images().filter(named).collect());
        let is_called = |image: &&KnownImage| tells && image.is_called(name);
        // It is called as the program that a build file of the repository has it start.
        let starts_it = |image: &&KnownImage| {
            let is_telling = name.contains('-') && !GENERIC.contains(&name);
            is_telling && image.starts.as_deref() == Some(name)
        };
        by_repository
            .or_else(|| self.only_image(images().filter(is_called).collect()))
            .or_else(|| self.only_image(images().filter(starts_it).collect()))
            .or_else(|| {
                let is_own = self.is_own_image(repository);
                is_own.then(|| self.only_image(images().collect()))?
            })
            .or_else(|| {
                let path = self
                    .evidence
                    .argv
                    .first()
                    .filter(|path| is_of_its_own(path))?;
                let starts = |image: &&KnownImage| {
                    image
                        .stage
                        .entrypoint
                        .first()
                        .is_some_and(|first| first == path)
                };
                self.only_image(images().filter(starts).collect())
            })
    }

    /// The only one of several images: of several modules the nearest counts, and of several that start different
    /// programs the one that the container's name means.
    fn only_image(&self, mut found: Vec<&'e KnownImage>) -> Option<&'e KnownImage> {
        let nearness = |image: &&KnownImage| match self.root.module_of(&image.file) {
            Some(module) => nearness(module, self.folder),
            None => 0,
        };
        let best = found.iter().map(nearness).max()?;
        found.retain(|image| nearness(image) == best);
        let starts_same =
            |one: &&&KnownImage| found.iter().all(|other| self.starts_same(one, other));
        if let Some(first) = found.first().filter(starts_same) {
            let usual = found.iter().find(|image| image.has_usual_name());
            return Some(usual.unwrap_or(first));
        }
        let name = self.evidence.container_name;
        let mut meant = found.into_iter().filter(|image| {
            image.stage.name.as_deref() == Some(name) || image.starts.as_deref() == Some(name)
        });
        match (meant.next(), meant.next()) {
            (Some(one), None) => Some(one),
            _ => None,
        }
    }

    /// Whether two images start the same program.
    fn starts_same(&self, one: &KnownImage, other: &KnownImage) -> bool {
        match (self.started(one), self.started(other)) {
            (Some(one), Some(other)) => one == other,
            _ => {
                let module = |image: &KnownImage| self.root.module_of(&image.file);
                one.starts == other.starts && module(one) == module(other)
            }
        }
    }

    /// The program that an image starts, as far as build files tell.
    fn started(&self, image: &KnownImage) -> Option<usize> {
        let name = image.starts.as_deref()?;
        let built_as = image.dockerfile.built_as(name);
        let own = self.root.builds.iter().filter(|build| {
            build.file == image.file
                && (build.output == built_as || build.output == name)
                && self.reached.contains(&build.program)
        });
        self.only(own.map(|build| build.program).collect())
    }

    /// Whether an image starts a program that was read.
    fn is_ours(&self, image: &KnownImage) -> bool {
        let Some(name) = &image.starts else {
            // A wrapper alone: the container's words name the program.
            return !image.stage.entrypoint.is_empty();
        };
        let built_as = image.dockerfile.built_as(name);
        let folder = image.file.rsplit_once('/').map_or("", |(folder, _)| folder);
        if go::is_aside(folder) && image.dockerfile.builds_itself(name) {
            let mut builds = self.root.builds.iter();
            return builds.any(|build| build.file == image.file && build.output == built_as);
        }
        let built =
            |build: &KnownBuild| build.output == built_as && self.reached.contains(&build.program);
        self.root.builds.iter().any(built)
            || self
                .programs()
                .any(|(_, program)| program.names.contains(name))
    }

    /// Whether the container's name is one of this repository's.
    fn is_called_here(&self) -> bool {
        let name = self.evidence.container_name;
        let is_named = |program: &KnownProgram| {
            program.is_called(name) || repository_words(&program.module).any(|part| part == name)
        };
        self.programs().any(|(_, program)| is_named(program))
    }

    /// Whether an image's name is one of this repository's, or stands for one that is still to be named.
    pub(crate) fn is_own_image(&self, repository: &str) -> bool {
        let name = file_name(repository);
        let container = self.evidence.container_name;
        if repository.is_empty() {
            // A chart may be another program's, and leave the image to its values.
            return !GENERIC.contains(&container) && self.is_called_here();
        }
        // No image's name has capital letters.
        let is_blank = name.bytes().any(|byte| byte.is_ascii_uppercase());
        let is_blank = is_blank
            && !repository.contains(' ')
            && (GENERIC.contains(&container) || self.is_called_here());
        let is_placeholder = !repository.contains('/') && (GENERIC.contains(&name) || is_blank);
        // `controller` of another repository is another program.
        let shares = |program: &KnownProgram| {
            let mut parts = repository.split('/').rev().skip(1);
            parts.any(|part| program.module.iter().skip(1).any(|known| known == part))
        };
        let is_near = |program: &KnownProgram| shares(program) || !repository.contains('/');
        let is_below = |program: &KnownProgram| {
            let mut folders = repository.split('/').rev().skip(1);
            folders.any(|folder| folder == last_word(&program.module))
        };
        let is_named = |program: &KnownProgram| {
            let is_module = repository_words(&program.module).any(|part| part == name);
            program.is_called_after_module(name)
                || is_owner_and_repository(&program.module, name)
                || program.is_called(name) && is_near(program)
                || is_module && (!GENERIC.contains(&name) || is_near(program))
                || GENERIC.contains(&name) && is_below(program)
        };
        is_placeholder || self.programs().any(|(_, program)| is_named(program))
    }
}

impl KnownImage {
    /// Whether its file has the name that needs no option.
    fn has_usual_name(&self) -> bool {
        matches!(file_name(&self.file), "Dockerfile" | "Containerfile") && self.stage.is_last
    }

    /// Whether its file or its stage has a name.
    fn is_called(&self, name: &str) -> bool {
        let (folder, file) = self.file.rsplit_once('/').unwrap_or(("", &self.file));
        let lower = file.to_ascii_lowercase();
        let of_file = lower
            .trim_end_matches(".dockerfile")
            .trim_end_matches(".containerfile")
            .trim_start_matches("dockerfile.")
            .trim_start_matches("containerfile.");
        self.stage.name.as_deref() == Some(name)
            || self.stage.is_last && (of_file == name || file_name(folder) == name)
    }
}

/// The words of a module's path after its host and its owner: the owner's name alone is another image's.
fn repository_words(module: &[String]) -> impl Iterator<Item = &String> {
    let owner = usize::from(module.len() > 2);
    module.iter().skip(1 + owner)
}

/// Whether an image is called as the module's owner and its repository: `acme-warden` of `code.example/acme/warden`.
fn is_owner_and_repository(module: &[String], name: &str) -> bool {
    let [_, owner, repository, ..] = module else {
        return false;
    };
    let rest = name.strip_prefix(owner.as_str());
    rest.and_then(|rest| rest.strip_prefix('-')) == Some(repository)
}

/// Whether a program's path in an image is one that other repositories hardly use: `/opt/warden/manager`.
fn is_of_its_own(path: &str) -> bool {
    const USUAL: &[&str] = &[
        "",
        "/app",
        "/bin",
        "/opt",
        "/usr/bin",
        "/usr/local/bin",
        "/usr/sbin",
    ];
    let folder = path.rsplit_once('/').map(|(folder, _)| folder);
    path.starts_with('/') && folder.is_some_and(|folder| !USUAL.contains(&folder))
}
