//! The commands that a program has.

/// The commands of a program.
#[derive(Default)]
pub(crate) struct Commands {
    pub list: Vec<Command>,
    /// The command that is being run.
    pub current: Option<usize>,
    pub kong: Option<(usize, usize)>,
}

pub(crate) struct Command {
    pub object: usize,
    pub parent: Option<usize>,
    pub has_run: bool,
}

impl Commands {
    pub(crate) fn is_command(&self, object: usize) -> bool {
        self.list.iter().any(|command| command.object == object)
    }

    pub(crate) fn add_kong(&mut self, object: usize, cell: usize) {
        self.kong = Some((object, cell));
    }

    pub(crate) fn add(&mut self, object: usize) {
        if !self.is_command(object) && self.list.len() < 200 {
            self.list.push(Command {
                object,
                parent: None,
                has_run: false,
            });
        }
    }

    pub(crate) fn link(&mut self, parent: usize, child: usize) {
        for command in &mut self.list {
            if command.object == child && parent != child {
                command.parent = Some(parent);
            }
        }
    }

    pub(crate) fn parent(&self, object: usize) -> Option<usize> {
        let command = self.list.iter().find(|command| command.object == object)?;
        command.parent
    }
}
