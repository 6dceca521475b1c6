//! One input with the objects around it.

use super::input::Input;
use super::not_tied::NotTiedContainer;
use super::settings::Settings;
use crate::world::{FileSurroundings, FileWorld, World};
use election::{Elector, Surroundings, programs_of};
use objects::{NestedList, Object, Workload, objects_of};

/// An input, and what is known of the objects around it.
#[derive(Clone, Copy)]
pub struct Side<'s, 'w> {
    /// The files.
    pub input: &'w Input,
    /// The other objects, such as those of a live cluster; `None`: the files are all there is.
    pub world: Option<&'s dyn World<'w>>,
}

impl<'s, 'w> Side<'s, 'w> {
    /// An input among the objects of a world that is not made of it.
    #[must_use]
    pub fn among(input: &'w Input, world: &'s dyn World<'w>) -> Self {
        Self {
            input,
            world: Some(world),
        }
    }
}

impl<'w> From<&'w Input> for Side<'_, 'w> {
    fn from(input: &'w Input) -> Self {
        Self { input, world: None }
    }
}

/// The objects and the electors of a side.
pub(super) struct SideModel<'s, 'w> {
    pub input: &'w Input,
    pub electors: Vec<Elector<'w>>,
    /// Containers with programs that are known never to elect.
    pub never_electing: Vec<Elector<'w>>,
    /// Electors that a chart runs as hooks or tests, for a moment: they take no part in what is installed.
    pub hooks: Vec<Elector<'w>>,
    /// Containers of which it is not known, because, whether they run a program that elects.
    pub not_tied: Vec<NotTiedContainer<'w>>,
    surroundings: ModelWorld<'s, 'w>,
}

/// Where the objects around an input come from.
enum ModelWorld<'s, 'w> {
    Files(Box<FileWorld<'w>>),
    Other {
        world: &'s dyn World<'w>,
        objects: Vec<Object<'w>>,
        nested: Vec<NestedList<'w>>,
    },
}

impl<'s, 'w> SideModel<'s, 'w> {
    pub(super) fn of(side: Side<'s, 'w>, settings: &'w Settings) -> Self {
        let input = side.input;
        if let Some(world) = side.world {
            let (objects, nested) = objects_in(input);
            let programs = InputPrograms::of(&objects, world, settings);
            return Self {
                input,
                electors: programs.electors,
                never_electing: programs.never_electing,
                hooks: programs.hooks,
                not_tied: programs.not_tied,
                surroundings: ModelWorld::Other {
                    world,
                    objects,
                    nested,
                },
            };
        }
        let surroundings = FileSurroundings::of(input, settings.bundling);
        let programs = InputPrograms::of(surroundings.objects(), &surroundings, settings);
        let world = FileWorld::of(surroundings, &programs.electors);
        Self {
            input,
            electors: programs.electors,
            never_electing: programs.never_electing,
            hooks: programs.hooks,
            not_tied: programs.not_tied,
            surroundings: ModelWorld::Files(Box::new(world)),
        }
    }

    pub(super) fn world(&self) -> &dyn World<'w> {
        match &self.surroundings {
            ModelWorld::Files(world) => &**world,
            ModelWorld::Other { world, .. } => *world,
        }
    }

    /// The world, if it is made of the input itself.
    pub(super) fn file_world(&self) -> Option<&FileWorld<'w>> {
        match &self.surroundings {
            ModelWorld::Files(world) => Some(world),
            ModelWorld::Other { .. } => None,
        }
    }

    pub(super) fn objects(&self) -> &[Object<'w>] {
        match &self.surroundings {
            ModelWorld::Files(world) => world.objects(),
            ModelWorld::Other { objects, .. } => objects,
        }
    }

    /// All electors, those that a chart runs for a moment last.
    pub(super) fn into_electors(mut self) -> Vec<Elector<'w>> {
        self.electors.extend(self.hooks);
        self.electors
    }

    /// Lists inside lists.
    pub(super) fn nested(&self) -> &[NestedList<'w>] {
        match &self.surroundings {
            ModelWorld::Files(world) => world.nested_lists(),
            ModelWorld::Other { nested, .. } => nested,
        }
    }
}

fn objects_in(input: &Input) -> (Vec<Object<'_>>, Vec<NestedList<'_>>) {
    let mut objects = Vec::new();
    let mut nested = Vec::new();
    for document in input.documents() {
        let (found, list) = objects_of(document);
        objects.extend(found);
        nested.extend(list);
    }
    (objects, nested)
}

/// The programs of the containers of an input.
#[derive(Default)]
struct InputPrograms<'w> {
    electors: Vec<Elector<'w>>,
    never_electing: Vec<Elector<'w>>,
    hooks: Vec<Elector<'w>>,
    not_tied: Vec<NotTiedContainer<'w>>,
}

impl<'w> InputPrograms<'w> {
    fn of(
        objects: &[Object<'w>],
        surroundings: &dyn Surroundings<'w>,
        settings: &'w Settings,
    ) -> Self {
        let mut all = Self::default();
        for object in objects {
            let Some(workload) = Workload::of(*object) else {
                continue;
            };
            let programs = programs_of(workload, surroundings, &settings.programs);
            for program in programs.electors {
                if program.program.never_elects {
                    all.never_electing.push(program);
                } else if object.chart_hook().is_some() {
                    all.hooks.push(program);
                } else {
                    all.electors.push(program);
                }
            }
            let not_tied = programs.not_tied.into_iter();
            all.not_tied
                .extend(not_tied.map(|(container, because)| NotTiedContainer {
                    object: *object,
                    container,
                    because,
                }));
        }
        all
    }
}
