//! Where something is, for reports.

use super::rendering::RenderedPlace;
use manifest::text::{FileSpan, Position};

/// A place made concrete: what reports show.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The bytes, in a file of the input.
    pub place: FileSpan,
    /// The first character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
    /// JSONPath of the token in its document, such as `$.spec.replicas`.
    pub path: String,
    /// Where it stands in what was rendered, if the place is one in the source of that.
    pub rendered: Option<Box<RenderedPlace>>,
}

impl Location {
    /// The place of the token in what was judged: the rendered text, where there is one.
    #[must_use]
    pub fn judged_place(&self) -> FileSpan {
        self.rendered
            .as_deref()
            .map_or(self.place, |rendered| rendered.place)
    }
}
