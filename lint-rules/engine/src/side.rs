//! One input with the objects around it.

use super::input::Input;
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
            let (electors, never_electing) = programs_in(&objects, world, settings);
            return Self {
                input,
                electors,
                never_electing,
                surroundings: ModelWorld::Other {
                    world,
                    objects,
                    nested,
                },
            };
        }
        let surroundings = FileSurroundings::of(input, settings.bundling);
        let (electors, never_electing) =
            programs_in(surroundings.objects(), &surroundings, settings);
        let world = FileWorld::of(surroundings, &electors);
        Self {
            input,
            electors,
            never_electing,
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

/// The electors, and the containers with programs that never elect.
fn programs_in<'w>(
    objects: &[Object<'w>],
    surroundings: &dyn Surroundings<'w>,
    settings: &'w Settings,
) -> (Vec<Elector<'w>>, Vec<Elector<'w>>) {
    let mut electors = Vec::new();
    let mut never_electing = Vec::new();
    for object in objects {
        if let Some(workload) = Workload::of(*object) {
            for program in programs_of(workload, surroundings, &settings.programs) {
                if program.program.never_elects {
                    never_electing.push(program);
                } else {
                    electors.push(program);
                }
            }
        }
    }
    (electors, never_electing)
}
