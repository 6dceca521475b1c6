//! The objects of a cluster as text, and the parts in which they are judged.

use std::collections::HashSet;
use std::ops::Range;

use engine::{Input, InputFile};
use manifest::text::FileId;
use manifest::tree::ReadLimits;

/// Objects that are held as trees at once: a tree takes several times the room of its text.
const PART_OBJECTS: usize = 500;

/// An object as YAML.
pub(crate) struct ObjectText {
    /// `cluster/NAMESPACE/KIND/NAME.yaml`.
    pub name: String,
    pub text: Box<str>,
}

/// The objects of a cluster in the order in which they are judged. Each has the number of its place as that of its file.
pub(crate) struct AuditObjects {
    texts: Vec<ObjectText>,
    /// Where each part ends. The first part is the objects of admission, beside which all others are judged.
    ends: Vec<usize>,
}

impl AuditObjects {
    /// The objects of admission, and the others.
    pub(crate) fn new(of_admission: Vec<ObjectText>, others: Vec<ObjectText>) -> Self {
        let first = of_admission.len();
        let texts: Vec<ObjectText> = of_admission.into_iter().chain(others).collect();
        Self {
            ends: part_ends(first, 0..texts.len()),
            texts,
        }
    }

    /// Moves the objects of each group to the place of its first one, so that one part holds all of them. Groups with an
    /// object in common are one.
    pub(crate) fn join(&mut self, groups: impl IntoIterator<Item = Vec<FileId>>) {
        // For each object one of its group that comes earlier, or itself.
        let mut earlier: Vec<usize> = (0..self.texts.len()).collect();
        for group in groups {
            let members = group.iter().filter_map(|id| usize::try_from(id.0).ok());
            let firsts: Vec<usize> = members.map(|member| first_of(&earlier, member)).collect();
            let Some(first) = firsts.iter().min().copied() else {
                continue;
            };
            for other in firsts {
                if let Some(before) = earlier.get_mut(other) {
                    *before = first;
                }
            }
        }
        let texts = std::mem::take(&mut self.texts).into_iter().enumerate();
        let mut grouped: Vec<(usize, ObjectText)> = texts
            .map(|(at, text)| (first_of(&earlier, at), text))
            .collect();
        grouped.sort_by_key(|(first, _)| *first);
        let of_admission = self.ends.first().copied().unwrap_or_default();
        self.ends = part_ends(of_admission, grouped.iter().map(|(first, _)| *first));
        self.texts = grouped.into_iter().map(|(_, text)| text).collect();
    }

    /// How many there are.
    pub(crate) const fn len(&self) -> usize {
        self.texts.len()
    }

    /// The numbers of the objects of each part.
    pub(crate) fn parts(&self) -> Vec<Range<usize>> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        let parts = begins.zip(self.ends.iter().copied());
        parts.map(|(begin, end)| begin..end).collect()
    }

    /// The objects of admission, read.
    pub(crate) fn of_admission(&self) -> Input {
        self.part(0..self.ends.first().copied().unwrap_or_default())
    }

    /// The objects with these numbers, read.
    pub(crate) fn part(&self, range: Range<usize>) -> Input {
        let first = file_id(range.start);
        let objects = self.texts.get(range).unwrap_or_default();
        let files = (first.0..)
            .map(FileId)
            .zip(objects)
            .map(|(number, object)| {
                let (name, text) = (&object.name, object.text.as_bytes());
                engine::read_file(number, name, text, true, ReadLimits::default())
            });
        Input::starting_at(first, files.collect())
    }

    /// Drops the texts of a part of which no report shows anything.
    pub(crate) fn keep(&mut self, range: Range<usize>, shown: &HashSet<FileId>) {
        for at in range {
            if let Some(object) = self.texts.get_mut(at)
                && !shown.contains(&file_id(at))
            {
                object.text = Box::default();
            }
        }
    }

    /// The input of these files, each without documents, with the texts that are left.
    pub(crate) fn into_input(self, files: Vec<InputFile>) -> Input {
        let mut input = Input::new(files);
        for (number, object) in (0..).map(FileId).zip(self.texts) {
            if !object.text.is_empty() {
                input.set_text(number, object.text.into_string());
            }
        }
        input
    }
}

fn file_id(at: usize) -> FileId {
    FileId(u32::try_from(at).unwrap_or(u32::MAX))
}

/// The first object of the group of one.
fn first_of(earlier: &[usize], mut at: usize) -> usize {
    while let Some(before) = earlier.get(at)
        && *before != at
    {
        at = *before;
    }
    at
}

/// Where each part ends, by the first object of the group of each: as soon as it is large enough and a group is over.
fn part_ends(of_admission: usize, groups: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut ends = vec![of_admission];
    let (mut begin, mut end, mut last) = (of_admission, of_admission, None);
    for (at, group) in groups.enumerate().skip(of_admission) {
        if at - begin >= PART_OBJECTS && last != Some(group) {
            ends.push(at);
            begin = at;
        }
        (end, last) = (at + 1, Some(group));
    }
    ends.push(end);
    ends
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(names: impl IntoIterator<Item = String>) -> Vec<ObjectText> {
        let text = |name| ObjectText {
            name,
            text: "kind: A".into(),
        };
        names.into_iter().map(text).collect()
    }

    fn names(objects: &AuditObjects) -> Vec<&str> {
        objects.texts.iter().map(|text| &*text.name).collect()
    }

    #[test]
    fn groups_stand_together_and_those_with_one_in_common_are_one() {
        let others = ["a", "b", "c", "d", "e", "f"].map(str::to_owned);
        let mut objects = AuditObjects::new(texts(["policy".to_owned()]), texts(others));
        // `b` and `f`, `c` and `e`, and all four by `e` and `f`.
        objects.join([[2, 6].map(FileId), [5, 3].map(FileId), [6, 5].map(FileId)].map(Vec::from));
        assert_eq!(names(&objects), ["policy", "a", "b", "c", "e", "f", "d"]);
        assert_eq!(objects.parts(), [0..1, 1..7]);
    }

    #[test]
    fn no_part_ends_within_a_group() {
        let numbers = 0..3 * PART_OBJECTS;
        let mut objects = AuditObjects::new(Vec::new(), texts(numbers.map(|one| one.to_string())));
        let size = PART_OBJECTS;
        assert_eq!(
            objects.parts(),
            [0..0, 0..size, size..2 * size, 2 * size..3 * size]
        );
        let last = u32::try_from(3 * size - 1).unwrap();
        let at_the_end = u32::try_from(size - 1).unwrap();
        objects.join([vec![FileId(last), FileId(at_the_end)]]);
        assert_eq!(
            objects.parts(),
            [
                0..0,
                0..size + 1,
                size + 1..2 * size + 1,
                2 * size + 1..3 * size
            ]
        );
        assert_eq!(names(&objects)[size], last.to_string());
    }

    #[test]
    fn only_the_texts_that_are_shown_are_kept() {
        let mut objects = AuditObjects::new(Vec::new(), texts(["a", "b"].map(str::to_owned)));
        objects.keep(0..2, &HashSet::from([FileId(1)]));
        let files = objects.part(0..2).into_files();
        let input = objects.into_input(files.into_iter().map(InputFile::judged).collect());
        let kept: Vec<bool> = input
            .files()
            .iter()
            .map(|file| file.text.is_some())
            .collect();
        assert_eq!(kept, [false, true]);
    }
}
