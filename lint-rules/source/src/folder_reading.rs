//! The programs of one folder, read: nothing of its Go is held any more but the files that facts point into.

use std::collections::BTreeSet;

use go::program::RepositoryReading;
use go::{EachBelow, GoMod, SourceFile};

use crate::folder::{BuildFile, SourceFolder};
use crate::note::note;

/// What was read of a folder's source.
#[derive(Debug)]
pub struct FolderReading {
    pub(crate) prefix: String,
    /// What was read, and why not more.
    pub(crate) note: String,
    pub(crate) reading: RepositoryReading,
    /// By their numbers in the facts.
    pub(crate) cited: Vec<(u32, CitedFile)>,
    pub(crate) build_files: Vec<BuildFile>,
}

/// A Go file that facts point into, to be a file of the input.
#[derive(Debug)]
pub struct CitedFile {
    /// Its name in reports.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl FolderReading {
    /// Reads the programs of a folder. `each` does the work for programs, several at a time if it can.
    #[must_use]
    pub fn of(folder: &SourceFolder<'_>, each: &EachBelow<'_>) -> Self {
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
        let mut reading = go::read_by(&files, &modules, each);
        let note = note(folder, &reading);
        let cited = cited(&reading, folder);
        // Only the note names others than the cited ones.
        reading.files = Vec::new();
        Self {
            prefix: folder.prefix.clone(),
            note,
            reading,
            cited,
            build_files: folder.build_files.clone(),
        }
    }
}

/// The files that facts point into.
fn cited(reading: &RepositoryReading, folder: &SourceFolder<'_>) -> Vec<(u32, CitedFile)> {
    let mut numbers = BTreeSet::new();
    for elector in reading
        .programs
        .iter()
        .flat_map(|program| &program.electors)
    {
        numbers.insert(elector.at.file);
        for term in elector.terms() {
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
    let cited = numbers.into_iter().filter_map(|number| {
        let (path, text) = folder.files.get(usize::try_from(number).ok()?)?;
        let file = CitedFile {
            name: format!("{}{path}", folder.prefix),
            text: text.whole().to_owned(),
        };
        Some((number, file))
    });
    cited.collect()
}
