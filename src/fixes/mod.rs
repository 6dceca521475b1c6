//! Fixes applied to files: tried on the text in memory, judged again, and written only if they mend what they say.

mod file;
mod ignores;
mod tally;
mod unified;

use std::collections::{BTreeMap, BTreeSet};

use engine::{Edit, Engine, Finding, Fix, Input};
use manifest::text::FileId;

use crate::cli::FixOptions;
use crate::inputs::{NamedInput, ReplacedOutput};
use crate::status::CommandError;
use file::FixableFile;
use tally::FindingTally;

/// So many times fixes are applied and judged. Each time at least one is applied or given up, so this bounds what a
/// file that was made to be fixed for ever can cost.
const MAX_ROUNDS: usize = 1000;

/// The files to fix, how many findings are mended, and why others are not.
pub struct FixRun<'r> {
    engine: &'r Engine,
    options: &'r FixOptions,
    max_file_bytes: u64,
    /// Whether a finding may stay, by its fingerprint.
    is_known: &'r dyn Fn(&str) -> bool,
    files: BTreeMap<FileId, Result<FixableFile, String>>,
    /// Findings whose fix does not mend them, or brings another one that is as severe.
    given_up: BTreeSet<String>,
    /// What was rendered of the files before they changed, the oldest first.
    outputs: Vec<ReplacedOutput>,
    /// How many findings were mended.
    pub fixed: usize,
    /// Why some were not, a line each.
    pub left: Vec<String>,
    /// What the mended ones had hidden, a line each.
    pub uncovered: Vec<String>,
}

/// A finding with the fix to try.
type TriedFix = (Finding, Fix);

impl<'r> FixRun<'r> {
    /// Nothing is fixed yet.
    pub fn new(
        engine: &'r Engine,
        options: &'r FixOptions,
        max_file_bytes: u64,
        is_known: &'r dyn Fn(&str) -> bool,
    ) -> Self {
        Self {
            engine,
            options,
            max_file_bytes,
            is_known,
            files: BTreeMap::new(),
            given_up: BTreeSet::new(),
            outputs: Vec::new(),
            fixed: 0,
            left: Vec::new(),
            uncovered: Vec::new(),
        }
    }

    /// Applies fixes to an input until none is left. Afterwards it holds the files as they will be.
    pub fn apply(&mut self, read: &mut NamedInput) {
        // What was rendered is mended where it is written.
        read.trace_findings(self.engine);
        let before = FindingTally::of(self.engine, &read.input);
        let after = self.apply_rounds(MAX_ROUNDS, before.clone(), read);
        for finding in after.new_since(&before) {
            self.uncovered.push(format!(
                "{}: {} is found, which a mended finding had hidden: {}",
                shown_place(&read.input, finding),
                finding.rule.id,
                finding.message
            ));
        }
    }

    /// Applies fixes so many times, and says what is found in the end.
    fn apply_rounds(
        &mut self,
        rounds: usize,
        mut tally: FindingTally,
        read: &mut NamedInput,
    ) -> FindingTally {
        for _ in 0..rounds {
            let mut batch = match self.options.add_ignores {
                true => self.next_ignores(&read.input, &tally),
                false => self.next_batch(&read.input, &tally),
            };
            while !batch.is_empty() {
                match self.try_batch(read, &tally, &batch) {
                    Ok(after) => {
                        self.fixed += batch.len();
                        tally = after;
                        break;
                    }
                    Err(problem) if batch.len() == 1 => {
                        self.give_up(&batch, &read.input, &problem);
                        break;
                    }
                    // One of them is at fault: half of them may do.
                    Err(_) => batch.truncate(batch.len() / 2),
                }
            }
            if batch.is_empty() {
                return tally;
            }
        }
        self.left.push(format!(
            "fixes were applied {rounds} times, and then no more: run it again for those that are left"
        ));
        tally
    }

    fn give_up(&mut self, batch: &[TriedFix], input: &Input, problem: &str) {
        for (finding, fix) in batch {
            self.given_up.insert(finding.fingerprint.clone());
            self.left.push(format!(
                "{}: {} stays: to {} {problem}",
                shown_place(input, finding),
                finding.rule.id,
                fix.title
            ));
        }
    }

    /// Fixes that do not touch the same lines, in order.
    fn next_batch(&mut self, input: &Input, tally: &FindingTally) -> Vec<TriedFix> {
        let mut batch: Vec<TriedFix> = Vec::new();
        let mut edited: Vec<&Edit> = Vec::new();
        for finding in tally.open() {
            let is_left = self.given_up.contains(&finding.fingerprint)
                || (self.is_known)(&finding.fingerprint);
            let mut fixes = finding.fixes.iter();
            let wanted = fixes.find(|fix| fix.safe || self.options.unsafe_fixes);
            let Some(fix) = wanted.filter(|_| !is_left) else {
                continue;
            };
            let meets = |edit: &Edit| {
                edited.iter().any(|other| {
                    let (a, b) = (edit.place, other.place);
                    a.file == b.file && a.span.start <= b.span.end && b.span.start <= a.span.end
                })
            };
            if fix.edits.iter().any(meets) {
                continue;
            }
            let problem = fix.edits.iter().find_map(|edit| {
                let file = self.fixable(input, edit.place.file);
                file.as_ref().err().cloned()
            });
            if let Some(problem) = problem {
                let problem = format!("is not done: {problem}");
                self.give_up(&[(finding.clone(), fix.clone())], input, &problem);
                continue;
            }
            edited.extend(&fix.edits);
            batch.push((finding.clone(), fix.clone()));
        }
        batch
    }

    /// A file with its text, or why it may not be edited.
    fn fixable(&mut self, input: &Input, id: FileId) -> &Result<FixableFile, String> {
        self.files
            .entry(id)
            .or_insert_with(|| FixableFile::read(input, id))
    }

    /// Applies fixes, and takes them back where they do not do what they should.
    fn try_batch(
        &mut self,
        read: &mut NamedInput,
        before: &FindingTally,
        batch: &[TriedFix],
    ) -> Result<FindingTally, String> {
        let mut edits: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
        for edit in batch.iter().flat_map(|(_, fix)| &fix.edits) {
            edits.entry(edit.place.file).or_default().push(edit);
        }
        let mut texts = Vec::new();
        for (id, edits) in &edits {
            let Some(Ok(file)) = self.files.get(id) else {
                return Err("is not possible in this file".to_owned());
            };
            let text = file
                .edited(edits)
                .ok_or("does not fit the text of the file")?;
            texts.push((*id, text));
        }
        let outputs = self.replace(read, &texts)?;
        let after = FindingTally::of(self.engine, &read.input);
        match after.problem(before, batch.iter().map(|(finding, _)| finding)) {
            None => {
                for (id, text) in texts {
                    if let Some(Ok(file)) = self.files.get_mut(&id) {
                        file.text = text;
                    }
                }
                self.outputs.extend(outputs);
                Ok(after)
            }
            Some(problem) => {
                let ids = texts.iter().map(|(id, _)| *id);
                self.put_texts(&mut read.input, ids, |file| &file.text);
                read.put_back(outputs);
                Err(problem)
            }
        }
    }

    /// Puts other texts into an input, and what is rendered of them.
    fn replace(
        &self,
        read: &mut NamedInput,
        texts: &[(FileId, String)],
    ) -> Result<Vec<ReplacedOutput>, String> {
        let mut changed = BTreeSet::new();
        for (id, text) in texts {
            if let Some(Ok(file)) = self.files.get(id) {
                file.put(&mut read.input, *id, text, self.max_file_bytes);
                changed.insert(*id);
            }
        }
        read.render_again(&changed, self.engine).map_err(|why| {
            let ids = changed.iter().copied();
            self.put_texts(&mut read.input, ids, |file| &file.text);
            format!("leaves what cannot be rendered: {why}")
        })
    }

    /// Puts one of the texts of each file into an input.
    fn put_texts(
        &self,
        input: &mut Input,
        ids: impl Iterator<Item = FileId>,
        text: impl Fn(&FixableFile) -> &str,
    ) {
        for id in ids {
            if let Some(Ok(file)) = self.files.get(&id) {
                file.put(input, id, text(file), self.max_file_bytes);
            }
        }
    }

    /// The files that change.
    fn changed(&self) -> impl Iterator<Item = &FixableFile> {
        let files = self.files.values().flatten();
        files.filter(|file| file.text != file.original)
    }

    /// How many files change.
    pub fn changed_files(&self) -> usize {
        self.changed().count()
    }

    /// Puts the files back as they were.
    pub fn take_back(&mut self, read: &mut NamedInput) {
        let files = self.files.iter();
        let changed = files.filter(|(_, file)| {
            let file = file.as_ref();
            file.is_ok_and(|file| file.text != file.original)
        });
        let ids = changed.map(|(id, _)| *id);
        self.put_texts(&mut read.input, ids, |file| &file.original);
        read.put_back(std::mem::take(&mut self.outputs));
    }

    /// The changes as a unified diff.
    pub fn diff(&self) -> String {
        self.changed().map(unified::diff).collect()
    }

    /// Writes the files that change.
    ///
    /// # Errors
    /// The first one that changed since it was read, or that cannot be written.
    pub fn write(&self) -> Result<(), CommandError> {
        self.changed().try_for_each(FixableFile::write)
    }
}

/// Whether a file may be edited, as far as its place says.
pub fn may_be_edited(input: &Input, file: FileId) -> bool {
    file::editable_path(input, file).is_ok()
}

fn shown_place(input: &Input, finding: &Finding) -> String {
    let file = input.shown_name(finding.location.place.file);
    let at = finding.location.start;
    format!("{file}:{}:{}", at.line, at.column)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use engine::read_file;
    use manifest::tree::ReadLimits;

    use super::*;

    /// An input of one file.
    fn input_of(name: &str, text: &str) -> Input {
        let (id, limits) = (FileId(0), ReadLimits::default());
        Input::new(vec![read_file(id, name, text.as_bytes(), true, limits)])
    }

    #[test]
    fn what_was_found_before_is_not_new_beside_its_like() {
        let engine = Engine::default();
        let text = "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: a\n  name: b\n";
        let before = FindingTally::of(&engine, &input_of("a.yaml", text));
        let more = format!("{text}  labels: {{}}\n  labels: {{}}\n");
        let after = FindingTally::of(&engine, &input_of("a.yaml", &more));
        let lines = |tally: &FindingTally| -> Vec<u32> {
            let new = tally.new_since(&before);
            new.map(|finding| finding.location.start.line).collect()
        };
        assert_eq!((before.open().len(), after.open().len()), (1, 2));
        assert_eq!(lines(&after), [7]);
        assert_eq!(lines(&before), [0; 0]);
    }

    #[test]
    fn fixes_that_are_left_after_the_last_round_are_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.yaml");
        let text = "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: a\n  name: b\n";
        fs::write(&path, text).expect("it is written");
        let name = path.to_str().expect("UTF-8");
        let (mut read, engine) = (NamedInput::from(input_of(name, text)), Engine::default());
        let options = FixOptions {
            fix: true,
            unsafe_fixes: false,
            diff: false,
            add_ignores: false,
        };
        let mut run = FixRun::new(&engine, &options, 1 << 20, &|_| false);
        let tally = FindingTally::of(&engine, &read.input);
        assert_eq!(tally.open().len(), 1);
        let tally = run.apply_rounds(0, tally, &mut read);
        assert_eq!((run.fixed, run.left.len()), (0, 1));
        run.left.clear();
        let tally = run.apply_rounds(2, tally, &mut read);
        assert_eq!((run.fixed, run.left.len(), tally.open().len()), (1, 0, 0));
    }
}
