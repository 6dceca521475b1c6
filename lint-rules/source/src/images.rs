//! Which image of the repository a container runs.

use objects::ImageRef;

use crate::build_files::file_name;
use crate::catalogue::{KnownBuild, KnownImage, KnownProgram};
use crate::search::{GENERIC, Search};

impl<'e> Search<'e> {
    /// The image that the container runs, as a build file of the input makes it.
    pub(crate) fn image(&self) -> Option<&'e KnownImage> {
        let image = self.evidence.image?;
        let repository = ImageRef::parse(image).repository;
        let name = file_name(repository);
        let images = || self.root.images.iter().filter(|image| self.is_ours(image));
        let named = |image: &&KnownImage| {
            let mut known = image.repositories.iter();
            known.any(|known| known == repository || file_name(known) == name)
        };
        let by_repository = self.only_image(images().filter(named).collect());
        let is_called = |image: &&KnownImage| image.is_called(name);
        by_repository
            .or_else(|| self.only_image(images().filter(is_called).collect()))
            .or_else(|| {
                let is_own = self.is_own_image(repository);
                is_own.then(|| self.only_image(images().collect()))?
            })
    }

    /// The only one of several images; of several that start different programs the one that the container's name
    /// means.
    fn only_image(&self, found: Vec<&'e KnownImage>) -> Option<&'e KnownImage> {
        let starts_same = |one: &&&KnownImage| found.iter().all(|other| other.starts == one.starts);
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

    /// Whether an image starts a program that was read.
    fn is_ours(&self, image: &KnownImage) -> bool {
        let Some(name) = &image.starts else {
            // A wrapper alone: the container's words name the program.
            return !image.stage.entrypoint.is_empty();
        };
        let built_as = image.dockerfile.built_as(name);
        let built =
            |build: &KnownBuild| build.output == built_as && self.reached.contains(&build.program);
        self.root.builds.iter().any(built)
            || self
                .programs()
                .any(|(_, program)| program.names.contains(name))
    }

    /// Whether an image's name is one of this repository's, or stands for one that is still to be named.
    pub(crate) fn is_own_image(&self, repository: &str) -> bool {
        let name = file_name(repository);
        let is_placeholder = !repository.contains('/') && GENERIC.contains(&name);
        // `controller` of another repository is another program.
        let shares = |program: &KnownProgram| {
            let mut parts = repository.split('/').rev().skip(1);
            parts.any(|part| program.module.iter().skip(1).any(|known| known == part))
        };
        let is_named = |program: &KnownProgram| {
            let is_program = program.names.iter().any(|known| known == name);
            is_program && (shares(program) || !repository.contains('/'))
                || program.module.iter().skip(1).any(|part| part == name)
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
