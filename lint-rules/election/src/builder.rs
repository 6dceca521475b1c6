//! The electors of a workload, built from what its containers run.

use std::borrow::Cow;
use std::cell::RefCell;

use super::elector::{ElectionState, Elector, PodAccount};
use super::identity::identity_of;
use super::replicas::{Replicas, Scalers, replicas_of};
use super::source_identity::identity_by_source;
use super::switch::switch_of;
use manifest::tree::Node;
use objects::{Container, ContainerKind, ImageRef, LedgerCode, Object, Workload};
use programs::{
    AddedWord, ConfigMaps, Origin, Program, ProgramReading, ProgramSources, Resolved, Setting,
    SourceContainer, Sourced, Unknown, default_origin, read_container, read_container_as,
    read_container_from_source, read_patched_container,
};

/// The objects around a workload on which its electors depend.
pub trait Surroundings<'w>: ConfigMaps<'w> + Scalers<'w> {
    /// Whether kustomize still changes names, namespaces or accounts of an object.
    fn is_unbuilt(&self, object: Object<'w>) -> bool;
    /// Whether an object is only a patch of a workload.
    fn is_fragment(&self, workload: Workload<'w>) -> bool;
    /// The words that kustomize will still add to the command line of a container; `number` counts the containers
    /// from 0, without init containers.
    fn added_words(&self, _workload: Workload<'w>, _number: usize, _name: &str) -> Vec<AddedWord> {
        Vec::new()
    }
    /// The programs that were read in their own source, if any were.
    fn sources(&self) -> Option<&'w dyn ProgramSources> {
        None
    }
    /// The image that will run instead of the written one: kustomize may replace it.
    fn image(&self, _object: Object<'w>, written: &'w str) -> Cow<'w, str> {
        Cow::Borrowed(written)
    }
    /// The images of which one will run, where builds of kustomize differ; [`Self::image`] is what they have in common.
    fn possible_images(&self, _object: Object<'w>, _written: &'w str) -> Vec<String> {
        Vec::new()
    }
}

/// The electors of a workload, in the order of its containers.
#[must_use]
pub fn electors_of<'w>(
    workload: Workload<'w>,
    world: &dyn Surroundings<'w>,
    own: &'w [Program],
) -> Vec<Elector<'w>> {
    let mut programs = programs_of(workload, world, own).electors;
    programs.retain(|program| !program.program.never_elects);
    programs
}

/// What is known of the programs of a workload, in the order of its containers.
#[derive(Default)]
pub struct WorkloadPrograms<'w> {
    /// The electors, and the containers with programs that are known never to elect.
    pub electors: Vec<Elector<'w>>,
    /// Containers of which it is not known, because, whether they run a program that elects: its source is in the input.
    pub not_tied: Vec<(Container<'w>, Unknown)>,
}

/// The programs of a workload.
#[must_use]
pub fn programs_of<'w>(
    workload: Workload<'w>,
    world: &dyn Surroundings<'w>,
    own: &'w [Program],
) -> WorkloadPrograms<'w> {
    let mut programs = WorkloadPrograms::default();
    let mut replicas: Option<Replicas> = None;
    let mut number = 0;
    for container in workload.containers() {
        // An init container ends before the pod is ready, so no pod waits for a lease of it.
        if container.kind() == ContainerKind::Init {
            continue;
        }
        let not_tied = RefCell::new(None);
        let read = |image: Option<&str>| {
            let reading = match read(workload, container, image, world, own) {
                SourceContainer::Read(reading) => Some(*reading),
                SourceContainer::NotTied(because) => {
                    not_tied.replace(Some(because));
                    None
                }
                SourceContainer::Nothing => None,
            };
            reading.or_else(|| {
                let added = world.added_words(workload, number, container.name());
                read_patched_container(workload, container, image, world, own, &added)
            })
        };
        let (image, reading) = match read_alike(workload, container, world, &read) {
            Some((image, reading)) => (Some(Cow::Owned(image)), Some(reading)),
            None => {
                let image = image_of(workload, container, world);
                let reading = read(image.as_deref());
                (image, reading)
            }
        };
        number += 1;
        let Some(reading) = reading else {
            let because = not_tied.into_inner();
            programs
                .not_tied
                .extend(because.map(|because| (container, because)));
            continue;
        };
        let replicas = replicas
            .get_or_insert_with(|| replicas_of(workload, world))
            .clone();
        let elector = build(workload, container, reading, replicas, image, world);
        programs.electors.push(elector);
    }
    programs
}

/// The first of several possible images, if the container is read as the same program with each of them: then it does
/// not matter which of them runs.
fn read_alike<'w>(
    workload: Workload<'w>,
    container: Container<'w>,
    world: &dyn Surroundings<'w>,
    read: &dyn Fn(Option<&str>) -> Option<ProgramReading<'w>>,
) -> Option<(String, ProgramReading<'w>)> {
    let mut possible = world.possible_images(workload.object(), container.image()?);
    if possible.len() < 2 {
        return None;
    }
    let reading = read(possible.first().map(String::as_str))?;
    let is_same = |image: &String| {
        let other = read(Some(image.as_str()));
        other.is_some_and(|other| std::ptr::eq(other.program, reading.program))
    };
    if !possible.iter().skip(1).all(is_same) {
        return None;
    }
    Some((possible.swap_remove(0), reading))
}

/// A container read as the program that an elector of another revision ran in it, although the container itself
/// no longer names an election. `None` if another image is there now, or if it is an elector by
/// itself.
#[must_use]
pub fn elector_as<'w>(
    known: &Elector<'w>,
    workload: Workload<'w>,
    container: Container<'w>,
    world: &dyn Surroundings<'w>,
    own: &'w [Program],
) -> Option<Elector<'w>> {
    let image = image_of(workload, container, world);
    if image
        .as_deref()
        .map(|image| ImageRef::parse(image).repository)
        != known.image_repository()
        || matches!(
            read(workload, container, image.as_deref(), world, own),
            SourceContainer::Read(_)
        )
    {
        return None;
    }
    let reading = read_container_as(workload, container, known.program, known.clue, world)?;
    let replicas = replicas_of(workload, world);
    Some(build(workload, container, reading, replicas, image, world))
}

/// Reads a container, by its program's own source where that is in the input.
fn read<'w>(
    workload: Workload<'w>,
    container: Container<'w>,
    image: Option<&str>,
    world: &dyn Surroundings<'w>,
    own: &'w [Program],
) -> SourceContainer<'w> {
    // What a patch leaves out is written elsewhere, and what it shows is too little to know a program by.
    let sources = world.sources().filter(|_| !world.is_fragment(workload));
    match sources {
        Some(sources) => {
            read_container_from_source(workload, container, image, world, own, sources)
        }
        None => {
            let reading = read_container(workload, container, image, world, own);
            reading.map_or(SourceContainer::Nothing, |reading| {
                SourceContainer::Read(Box::new(reading))
            })
        }
    }
}

/// The image that will run; `None` where it is a placeholder of a template or a variable. The container's name says
/// nothing about it.
fn image_of<'w>(
    workload: Workload<'w>,
    container: Container<'w>,
    world: &dyn Surroundings<'w>,
) -> Option<Cow<'w, str>> {
    if let Some(component) = container.component() {
        let tag = component.version?.replace('+', "-");
        return Some(Cow::Owned(format!("{}:{tag}", component.program)));
    }
    let written = container.image()?;
    let open = ["{{", "${", "$("]
        .iter()
        .any(|mark| written.starts_with(mark));
    if open {
        return None;
    }
    Some(world.image(workload.object(), written))
}

fn build<'w>(
    workload: Workload<'w>,
    container: Container<'w>,
    reading: ProgramReading<'w>,
    replicas: Replicas,
    image: Option<Cow<'w, str>>,
    world: &dyn Surroundings<'w>,
) -> Elector<'w> {
    let object = workload.object();
    let switch = switch_of(&reading, container);
    let state = match &switch {
        Resolved::Known(switch) if switch.value => ElectionState::On,
        Resolved::Known(_) => ElectionState::Off,
        _ => ElectionState::Unknown,
    };
    let identity = match &reading.source {
        Some(source) => identity_by_source(workload, &source.identity),
        None => identity_of(workload, container, &reading),
    };
    Elector {
        object,
        workload,
        container,
        image,
        program: reading.program,
        clue: reading.clue,
        fragment: world.is_fragment(workload),
        unbuilt: world.is_unbuilt(object),
        state,
        switch,
        lease: reading.duration(Setting::LeaseDuration),
        renew: reading.duration(Setting::RenewDeadline),
        retry: reading.duration(Setting::RetryPeriod),
        lock_type: lock_type(&reading, container),
        lock_name: reading.text(Setting::LockName),
        lock_namespace: lock_namespace(&reading, object, container),
        lock_in_pods_namespace: is_in_pods_namespace(&reading, container),
        identity,
        releases: releases(&reading),
        replicas,
        account: account_of(workload),
        first_argument: reading.first_argument,
        words: reading.words,
        command_line: reading.command_line,
        variables: reading.environment.variables,
        mentions: reading.mentions,
        non_strings: reading.non_strings,
        unknown_flags: reading.unknown_flags,
        opaque: reading.opaque,
        source: reading.source,
        not_tied: reading.not_tied,
    }
}

fn lock_type(reading: &ProgramReading<'_>, container: Container<'_>) -> Resolved<String> {
    let written = reading.text(Setting::LockType);
    if reading.source.is_some() {
        return written;
    }
    if written.is_written() || matches!(written, Resolved::Unknown(_)) {
        return written;
    }
    let program = reading.program;
    let default = written
        .value()
        .cloned()
        .or_else(|| program.lock_type.as_deref().map(str::to_owned));
    match default {
        Some(value) => Resolved::Known(Sourced {
            text: value.clone(),
            value,
            origin: default_origin(program),
        }),
        None if program.version_unknown => Resolved::Unknown(Unknown {
            code: LedgerCode::VersionNotKnown,
            reason: format!(
                "versions of {} lock different objects, and the image's tag does not tell the version",
                program.name
            ),
            place: Some(container.name_place()),
        }),
        None => Resolved::Absent,
    }
}

/// Whether the lock is in the namespace of the pod, whichever that is: by `@pod`, or by a variable that holds it.
fn is_in_pods_namespace(reading: &ProgramReading<'_>, container: Container<'_>) -> bool {
    let of_pod = |variable: Node<'_>| {
        let field = variable.at(&["valueFrom", "fieldRef", "fieldPath"]);
        field.and_then(Node::as_str) == Some("metadata.namespace")
    };
    let mention = reading.deciding(Setting::LockNamespace);
    // What the program's source says outweighs the record's variable.
    let by_variable = reading.source.is_none()
        && mention.is_some_and(|mention| {
            let variables = container.node().get("env").into_iter();
            let mut variables = variables.flat_map(Node::items).filter(|one| of_pod(*one));
            variables.any(|variable| {
                let name = variable.get("name").and_then(Node::as_str);
                name.is_some_and(|name| {
                    mention.origin.name == name
                        || mention.origin.text.contains(&format!("$({name})"))
                })
            })
        });
    let resolved = reading.text(Setting::LockNamespace);
    by_variable || matches!(&resolved, Resolved::Known(known) if known.value == "@pod")
}

/// The lock's namespace; `@pod` becomes the object's own.
fn lock_namespace(
    reading: &ProgramReading<'_>,
    object: Object<'_>,
    container: Container<'_>,
) -> Resolved<String> {
    let resolved = reading.text(Setting::LockNamespace);
    // The pod's own namespace may be written, too: in a program's source.
    let is_own = resolved.value().is_some_and(|value| value == "@pod");
    let is_written = resolved.is_written() && resolved.value().is_some() && !is_own;
    if is_written || !is_in_pods_namespace(reading, container) {
        return resolved;
    }
    match object.namespace() {
        Some(namespace) => Resolved::Known(Sourced {
            value: namespace.to_owned(),
            text: namespace.to_owned(),
            origin: match &resolved {
                Resolved::Known(known) if reading.source.is_some() => known.origin.clone(),
                _ => Origin {
                    text: "the pod's own namespace".to_owned(),
                    ..default_origin(reading.program)
                },
            },
        }),
        None => Resolved::Unknown(Unknown {
            code: LedgerCode::NamespaceNotWritten,
            reason: "the lock is in the pod's own namespace, which the manifest does not name"
                .into(),
            place: None,
        }),
    }
}

fn releases(reading: &ProgramReading<'_>) -> Resolved<bool> {
    let switch = reading.switch(Setting::ReleaseOnCancel);
    if !matches!(switch, Resolved::Absent) {
        return switch;
    }
    reading.program.releases.map_or(Resolved::Absent, |value| {
        Resolved::Known(Sourced {
            value,
            text: value.to_string(),
            origin: default_origin(reading.program),
        })
    })
}

/// The account of a workload, and where it is written.
fn account_of(workload: Workload<'_>) -> PodAccount {
    let node = workload.account_name();
    PodAccount {
        namespace: workload.object().namespace().map(str::to_owned),
        name: workload.account().to_owned(),
        place: node.map(|node| workload.object().place_of(node)),
    }
}
