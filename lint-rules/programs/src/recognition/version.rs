//! The version of a program, as its image's tag has it.

use std::cmp::Ordering;

use super::image_path::image_fit;
use crate::dialect::{Program, VersionRule};
use objects::ImageRef;

/// Tags that follow the newest build of a program.
const ROLLING_TAGS: &[&str] = &[
    "latest", "main", "master", "edge", "nightly", "canary", "head", "dev", "devel",
];

impl VersionRule {
    /// Whether the rule holds for an image. `None`: its tag does not tell the version.
    #[must_use]
    pub fn holds_for(&self, image: &str) -> Option<bool> {
        let image = ImageRef::parse(image);
        let segments = image.segments();
        let fits = |pattern: &String| image_fit(&segments, pattern) > 0;
        if !self.images.is_empty() && !self.images.iter().any(fits) {
            return None;
        }
        self.holds(image.tag)
    }

    /// Whether the rule holds for an image tag. `None`: the tag does not tell the version.
    #[must_use]
    pub fn holds(&self, tag: Option<&str>) -> Option<bool> {
        let tag = tag?;
        if ROLLING_TAGS.contains(&tag) {
            return Some(false);
        }
        let version = version_of_tag(tag)?;
        let is_before = |limit: &str| match version_of_tag(limit) {
            Some(limit) => version.cmp(&limit) == Ordering::Less,
            None => false,
        };
        let from = self.from.as_ref().is_none_or(|from| !is_before(from));
        let before = self.before.as_ref().is_none_or(|before| is_before(before));
        Some(from && before)
    }
}

impl Program {
    /// The program as it is in the version that an image's tag tells; what all its versions have in common where
    /// the tag tells none.
    #[must_use]
    pub fn at_version_of(&self, image: Option<&str>) -> &Self {
        let Some(common) = &self.of_unknown_version else {
            return self;
        };
        let Some(image) = image else {
            return common;
        };
        let mut is_known = true;
        for rule in self.versions.iter() {
            match rule.holds_for(image) {
                Some(true) => {
                    return rule.program.as_ref().unwrap_or(common);
                }
                Some(false) => {}
                None => is_known = false,
            }
        }
        if is_known { self } else { common }
    }

    /// Whether a program is this one in one of its versions: the same record, not one of the same id.
    #[must_use]
    pub fn has_version(&self, program: &Self) -> bool {
        let versions = self.versions.iter().flat_map(|rule| &rule.program);
        let mut all = versions.chain(&self.of_unknown_version);
        std::ptr::eq(self, program) || all.any(|one| std::ptr::eq(one.as_ref(), program))
    }
}

/// The numbers at the beginning of a tag: `v1.2.3-gke.1` is 1.2.3; `latest` is none, and nor is `v0.0.0-dev`.
#[must_use]
pub fn version_of_tag(tag: &str) -> Option<[u64; 3]> {
    let mut numbers = [0; 3];
    let mut rest = tag.strip_prefix(['v', 'V']).unwrap_or(tag);
    for (at, number) in numbers.iter_mut().enumerate() {
        let end = rest
            .bytes()
            .position(|byte| !byte.is_ascii_digit())
            .unwrap_or(rest.len());
        let (digits, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        match digits.parse() {
            Ok(found) => *number = found,
            Err(_) if at > 0 => break,
            Err(_) => return None,
        }
        // A bare number, such as a date or a commit's beginning, is no version.
        if at == 0 && !after.starts_with('.') {
            let alone = after.is_empty() || after.starts_with('-');
            if !(alone && end <= 3) {
                return None;
            }
            break;
        }
        match after.strip_prefix('.') {
            Some(next) => rest = next,
            None => break,
        }
    }
    // What is built between releases, and a chart in its repository, often has this in the place of a version.
    (numbers != [0; 3]).then_some(numbers)
}
