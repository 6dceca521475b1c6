//! Kustomizations of an input: built by kustomize, and judged where they are written. Those that an object of Flux or Argo CD
//! applies are built as it applies them, of the others those that no other builds upon.

use std::collections::BTreeSet;

use engine::{Input, Unrendered};
use manifest::text::{FileId, Position};
use manifest::tree::{ReadError, ReadErrorCode};
use objects::LedgerCode;
use rendering::delivery::KustomizationEdits;

use super::build_output::{FileIds, put, start_of};
use super::charts::AppliedReleases;
use super::deliveries::{
    DeliveredBuild, DeliveredPart, DeliverySearch, FoundDelivery, RepositoryPaths,
};
use super::disk::FileStore;
use super::found_build::FoundBuild;
use super::found_deliveries::FoundDeliveries;
use super::kustomization_roots::find_roots;
use super::kustomize_program::KustomizeProgram;
use super::layer_walk::{LayerWalk, join};
use super::{RenderSettings, few_at_a_time};
use crate::cli::RenderChoice;

/// What is built may apply further folders, so many times.
const MAX_ROUNDS: usize = 8;

/// Why something is not built.
enum BuildFailure {
    /// It should have been.
    Unread(String),
    /// What it gives is not known here.
    Unknown(String),
}

/// Builds the kustomizations of an input and puts what they give into it. What is left are the charts that objects apply.
pub fn read<'s>(
    input: &mut Input,
    settings: &'s RenderSettings,
    store: &dyn FileStore,
) -> FoundDeliveries<'s> {
    let roots = find_roots(input, store);
    let mut applied = AppliedReleases::new();
    if settings.choice == RenderChoice::Never {
        for (_, file) in roots {
            let reason = "the kustomization is not built: `--render never` leaves it as it is";
            input.leave_unrendered(Unrendered {
                place: start_of(file),
                code: LedgerCode::NotRendered,
                reason: reason.to_owned(),
            });
        }
        return FoundDeliveries::default();
    }
    let objects = DeliverySearch::of(settings).new_ones(input, &BTreeSet::new());
    if roots.is_empty() && objects.is_empty() {
        return FoundDeliveries::none_yet(settings);
    }
    let (mut builds, paths) = BuildRun::of(input, settings);
    let folders: BTreeSet<String> = objects.iter().flat_map(|one| one.folders(&paths)).collect();
    let holders: BTreeSet<FileId> = objects.iter().map(FoundDelivery::file).collect();
    let is_applied = |build: &FoundBuild| folders.contains(&build.folder);
    let written = roots
        .into_iter()
        .map(|(folder, file)| as_written(folder, file, store));
    let (mut later, now): (Vec<_>, Vec<_>) = written.partition(is_applied);
    builds.build(input, now);
    let mut search = DeliverySearch::of(settings);
    for _ in 0..MAX_ROUNDS {
        let mut found = Vec::new();
        // What stands there is only final once that is built.
        let files = later.iter().flat_map(|build| builds.files(build));
        let objects = search.new_ones(input, &files.collect());
        if objects.is_empty() {
            if later.is_empty() {
                break;
            }
            // Nothing applies these any more, or only what lies in them: such go first.
            let holds =
                |build: &FoundBuild| builds.files(build).any(|file| holders.contains(&file));
            let (own, others): (Vec<_>, Vec<_>) = later.into_iter().partition(holds);
            (found, later) = if own.is_empty() {
                (others, own)
            } else {
                (own, others)
            };
            found.retain(|build| !builds.built.contains(&build.folder));
        }
        for object in objects {
            for part in object.parts(input, &paths, store, &builds.unbuilt) {
                match part {
                    DeliveredPart::Release { folder, release } => {
                        applied.entry(folder).or_default().push(*release);
                    }
                    // An object may apply the folder in which it lies itself.
                    DeliveredPart::Build(build)
                        if build.edits.is_empty() && builds.built.contains(&build.folder) => {}
                    DeliveredPart::Build(build) => found.push(builds.delivered(build, store)),
                }
            }
        }
        builds.build(input, found);
    }
    // What is left lies too deep, and is built as it is written.
    later.retain(|build| !builds.built.contains(&build.folder));
    builds.build(input, later);
    for object in search.new_ones(input, &BTreeSet::new()) {
        let why = format!("it is applied through {MAX_ROUNDS} other objects or more");
        object.leave(input, &why);
    }
    FoundDeliveries {
        applied,
        search,
        settings: Some(settings),
        builds: Some((builds, paths)),
    }
}

/// What is built and what was.
pub struct BuildRun<'s> {
    ids: FileIds,
    builder: Option<KustomizeProgram>,
    settings: &'s RenderSettings,
    /// The files of what could not be built: what stands in them may be changed.
    pub unbuilt: BTreeSet<FileId>,
    /// The folders that were built.
    pub built: BTreeSet<String>,
}

impl<'s> BuildRun<'s> {
    /// Nothing is built yet.
    pub fn of(input: &Input, settings: &'s RenderSettings) -> (Self, RepositoryPaths) {
        let ids = input.numbered();
        let run = Self {
            ids: ids.map(|(id, file)| (join("", &file.name), id)).collect(),
            builder: KustomizeProgram::find(settings),
            settings,
            unbuilt: BTreeSet::new(),
            built: BTreeSet::new(),
        };
        (run, RepositoryPaths::of(input, &settings.judged))
    }

    /// The files of the input that something is built of.
    fn files<'a>(&'a self, build: &'a FoundBuild) -> impl Iterator<Item = FileId> + 'a {
        let layers = build.layers.iter();
        layers.filter_map(|one| self.ids.get(&one.name)).copied()
    }

    /// A kustomization as an object applies it.
    pub fn delivered(&self, delivered: Box<DeliveredBuild>, store: &dyn FileStore) -> FoundBuild {
        let mut walk = LayerWalk::new(store);
        if delivered.is_written {
            walk.add_root(&delivered.folder, &delivered.edits);
        } else {
            walk.add_manifests(&delivered.folder, &delivered.edits);
        }
        if delivered.reaches_out {
            walk.allow_reaching_out();
        }
        let own = walk.layers.last().filter(|_| delivered.is_written);
        let file = own.and_then(|own| self.ids.get(&own.name)).copied();
        FoundBuild {
            folder: delivered.folder.clone(),
            file: file.unwrap_or(delivered.applied_by.place.file),
            reaches_out: delivered.reaches_out && walk.reaches_out,
            layers: walk.layers,
            files: walk.files,
            obstacle: walk.obstacle,
            delivered: Some(delivered),
        }
    }

    /// Builds some and puts what they give into the input.
    pub fn build(&mut self, input: &mut Input, mut found: Vec<FoundBuild>) {
        // Where several builds share a base, the one that is nearest to it comes first.
        found.sort_by_key(|build| build.layers.len());
        let (builder, settings) = (self.builder.as_ref(), self.settings);
        let outputs = few_at_a_time(&found, |build| output(build, builder, settings));
        for (build, output) in found.into_iter().zip(outputs) {
            if matches!(output, Ok(_) | Err(BuildFailure::Unread(_))) {
                self.built.insert(build.folder.clone());
            }
            match output {
                Ok(text) => put(input, &mut self.ids, &build, &text),
                Err(why) => {
                    let files = build
                        .layers
                        .iter()
                        .filter_map(|one| self.ids.get(&one.name));
                    self.unbuilt.extend(files);
                    leave_unbuilt(input, &build, why);
                }
            }
        }
    }
}

fn leave_unbuilt(input: &mut Input, build: &FoundBuild, why: BuildFailure) {
    let applied = build.delivered.as_ref();
    let why = match (why, applied) {
        (BuildFailure::Unknown(why), Some(delivered)) => {
            input.note_delivery(delivered.object, Err(why));
            return;
        }
        (BuildFailure::Unknown(why) | BuildFailure::Unread(why), _) => why,
    };
    let as_applied = applied.map_or_else(String::new, |delivered| {
        format!(" as the {} applies it", delivered.applied_by.kind)
    });
    if let Some(file) = input.file_mut(build.file) {
        file.reading.unread.push(ReadError {
            file: build.file,
            position: Position::FIRST,
            code: ReadErrorCode::NotRendered,
            reason: format!("the kustomization is not built{as_applied}: {why}"),
            chunk: 0,
        });
    }
}

fn output(
    build: &FoundBuild,
    builder: Option<&KustomizeProgram>,
    settings: &RenderSettings,
) -> Result<String, BuildFailure> {
    if let Some(obstacle) = &build.obstacle {
        return Err(BuildFailure::Unread(obstacle.clone()));
    }
    let Some(builder) = builder else {
        return Err(BuildFailure::Unread(format!(
            "neither `{}` nor `kubectl` is on PATH: install one of them (https://kubectl.docs.kubernetes.io/installation/kustomize/)",
            settings.kustomize.display()
        )));
    };
    let text = builder.run(build, &settings.runner);
    let text = text.map_err(BuildFailure::Unread)?;
    match build.edits().and_then(|edits| edits.variables.as_ref()) {
        Some(variables) => variables.fill_build(&text).map_err(BuildFailure::Unknown),
        None => Ok(text),
    }
}

/// A kustomization as it stands in the input.
fn as_written(folder: String, file: FileId, store: &dyn FileStore) -> FoundBuild {
    let mut walk = LayerWalk::new(store);
    walk.add_root(&folder, &KustomizationEdits::default());
    FoundBuild {
        folder,
        file,
        layers: walk.layers,
        files: walk.files,
        reaches_out: false,
        delivered: None,
        obstacle: walk.obstacle,
    }
}
