//! What the build files of a folder say of its programs and images.

use std::sync::Arc;

use manifest::paths::within;

use crate::build_files::{
    Dockerfile, GoBuild, ImageBuild, ImageStage, Makefile, file_name, read_build_yaml,
    wrapper_words,
};
use crate::catalogue::{KnownBuild, KnownImage, SourceRoot};
use crate::folder::{BuildFile, BuildFileKind};

impl SourceRoot {
    pub(crate) fn add_build_files(&mut self, files: &[BuildFile]) {
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
            let Some(context) = within(&folder, &build.context) else {
                continue;
            };
            let path = match &build.dockerfile {
                Some(file) => [within(&folder, file), within(&context, file)],
                None => [within(&context, "Dockerfile"), None],
            };
            let is_meant = |file: &String| path.iter().flatten().any(|path| path == file);
            let Some(repository) = repository_of(&build.image) else {
                continue;
            };
            for image in &mut self.images {
                let stage = match &build.target {
                    Some(target) => image.stage.name.as_ref() == Some(target),
                    None => image.stage.is_last,
                };
                if stage && is_meant(&image.file) && !image.repositories.contains(&repository) {
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
        // `go build .` beside a test's program builds that one, and none above it.
        let is_here = matches!(package, "" | ".");
        let mut above = Some(folder).filter(|folder| !(is_here && go::is_aside(folder)));
        while let Some(base) = above {
            let wanted = within(base, package);
            let found = self
                .programs
                .iter()
                .position(|program| wanted.as_ref() == Some(&program.folder));
            if found.is_some() {
                return found;
            }
            above = match base {
                "" => None,
                base => Some(base.rsplit_once('/').map_or("", |(above, _)| above)),
            };
        }
        if is_here && go::is_aside(folder) {
            return None;
        }
        // The build file is beside the module: `cd operator && go build ./cmd`.
        let mut below = self.programs.iter().enumerate().filter(|(_, program)| {
            within(&program.module_folder, package).as_ref() == Some(&program.folder)
        });
        match (below.next(), below.next()) {
            (Some((found, _)), None) => Some(found),
            _ => None,
        }
    }
}

/// The repository of an image that a build file makes, as far as the file gives the values of its variables: the last
/// word where the registry is not known. `-$(ARCH)` at its end is taken off, since manifests name what holds the
/// images of all architectures.
fn repository_of(image: &str) -> Option<String> {
    let is_known = |text: &str| !text.is_empty() && !text.contains(['$', '(', ')', '{', '}']);
    let repository = objects::ImageRef::parse(image).repository;
    let last = repository.rfind("-$").map(|at| repository.split_at(at));
    let without = match last {
        Some((before, last)) if last.contains("ARCH") => before,
        _ => repository,
    };
    let known = [without, file_name(without)];
    known
        .into_iter()
        .find(|known| is_known(known))
        .map(str::to_owned)
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
