//! The input of a command, with what was rendered of it.

use std::collections::BTreeSet;

use engine::{Engine, Input, Task};
use manifest::text::FileId;

use super::render::{Rendered, ReplacedOutput, WantedPlaces};

/// What the command line names, read.
pub struct NamedInput {
    /// The files.
    pub input: Input,
    /// Folders and standard input that gave nothing to judge, a sentence each; none where that is allowed.
    pub empty: Vec<String>,
    /// What was rendered of them.
    pub rendered: Rendered,
}

impl NamedInput {
    /// Finds out where findings in what was rendered were written.
    pub fn trace_findings(&mut self, engine: &Engine) {
        if self.rendered.is_empty() {
            return;
        }
        let wanted = WantedPlaces::of_findings(&engine.judge(Task::lint(&self.input)));
        self.rendered.trace(&mut self.input, &wanted);
    }

    /// Renders again what is made of files whose text has changed, and finds out where findings in it were written. What it gave
    /// before, for [`Self::put_back`].
    ///
    /// # Errors
    /// Why it cannot be rendered, in words; then all is as it was.
    pub fn render_again(
        &mut self,
        changed: &BTreeSet<FileId>,
        engine: &Engine,
    ) -> Result<Vec<ReplacedOutput>, String> {
        let replaced = self.rendered.render_again(&mut self.input, changed)?;
        if !replaced.is_empty() {
            let wanted = WantedPlaces::of_findings(&engine.judge(Task::lint(&self.input)));
            self.rendered
                .trace_again(&mut self.input, &replaced, wanted);
        }
        Ok(replaced)
    }

    /// Puts outputs back as they were.
    pub fn put_back(&mut self, replaced: Vec<ReplacedOutput>) {
        self.rendered.put_back(&mut self.input, replaced);
    }

    /// Finds out where settings of electors in what was rendered were written.
    pub fn trace_electors(&mut self, engine: &Engine) {
        if self.rendered.is_empty() {
            return;
        }
        let wanted = WantedPlaces::of_electors(&engine.judge(Task::inspect(&self.input)));
        self.rendered.trace(&mut self.input, &wanted);
    }
}

#[cfg(test)]
impl From<Input> for NamedInput {
    fn from(input: Input) -> Self {
        Self {
            input,
            empty: Vec::new(),
            rendered: Rendered::default(),
        }
    }
}
