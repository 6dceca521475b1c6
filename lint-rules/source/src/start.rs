//! What a container starts: the words of its command line, with those that its image puts before them.

use crate::build_files::{file_name, wrapper_words};
use crate::catalogue::KnownImage;
use crate::search::{ContainerStart, Search};

impl<'e> Search<'e> {
    /// What the container starts, by itself and by its image.
    pub(crate) fn start(&self, image: Option<&'e KnownImage>) -> ContainerStart<'e> {
        let argv = self.evidence.argv;
        if self.evidence.has_command {
            return ContainerStart {
                name: argv.first().copied().map(file_name),
                words: argv.get(1..).unwrap_or_default().to_vec(),
                image_words: Some(Vec::new()),
                image,
            };
        }
        let Some(known) = image else {
            // Arguments that begin with a path name the program themselves, behind a wrapper of the image.
            let first = argv.first().filter(|first| first.starts_with('/'));
            return ContainerStart {
                name: first.copied().map(file_name),
                words: argv
                    .get(usize::from(first.is_some())..)
                    .unwrap_or_default()
                    .to_vec(),
                image_words: first.map(|_| Vec::new()),
                image: None,
            };
        };
        let stage = &known.stage;
        let of_image: Vec<&'e str> = match argv.is_empty() {
            true => stage
                .entrypoint
                .iter()
                .chain(&stage.cmd)
                .map(String::as_str)
                .collect(),
            false => stage.entrypoint.iter().map(String::as_str).collect(),
        };
        let all: Vec<&'e str> = of_image
            .iter()
            .copied()
            .chain(argv.iter().copied())
            .collect();
        let skipped = wrapper_words(&all);
        let rest = all.get(skipped..).unwrap_or_default();
        let of_image = of_image.get(skipped + 1..).unwrap_or_default();
        let certain = !stage.is_shell || argv.is_empty();
        ContainerStart {
            name: rest.first().copied().map(file_name),
            words: rest.get(1..).unwrap_or_default().to_vec(),
            image_words: certain.then(|| of_image.iter().map(|word| (*word).to_owned()).collect()),
            image,
        }
    }
}
