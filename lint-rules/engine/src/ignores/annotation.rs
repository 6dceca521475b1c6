//! Ignore annotations: `leaselint.io/ignore.<rule>: "reason"`.

use manifest::text::{FileSpan, Span};
use objects::{Object, ObjectName};

use crate::finding::Finding;

/// What the keys of annotations begin with that ignore a rule; its id follows.
pub const KEY_PREFIX: &str = "leaselint.io/ignore.";

/// One ignore annotation of one object.
pub(super) struct AnnotationIgnore {
    pub object: ObjectName,
    /// The rule it names, as written.
    pub rule: String,
    /// Empty when none is given.
    pub reason: String,
    /// Of the key.
    pub place: FileSpan,
    /// Of the whole object.
    span: Span,
}

impl AnnotationIgnore {
    /// The ignore annotations of an object.
    pub(super) fn of<'o>(object: &'o Object<'_>) -> impl Iterator<Item = Self> + 'o {
        let annotations = object.annotations().into_iter();
        let entries = annotations.flat_map(|all| all.entries_beginning(KEY_PREFIX));
        entries.filter_map(|entry| {
            Some(Self {
                object: object.object_name(),
                rule: entry.key.strip_prefix(KEY_PREFIX)?.to_owned(),
                reason: entry.value.as_str().unwrap_or_default().trim().to_owned(),
                place: object.place(entry.key_span),
                span: object.node().span(),
            })
        })
    }

    /// Whether it speaks of a finding, and may.
    pub(super) fn silences(&self, finding: &Finding) -> bool {
        let place = finding.location.judged_place();
        let is_inside = self.place.file == place.file
            && self.span.start <= place.span.start
            && place.span.start < self.span.end;
        self.rule == finding.rule.id
            && !self.reason.is_empty()
            && (self.object == finding.object || is_inside)
    }
}

/// Whether an object carries the annotation that silences a rule, with a reason.
pub(crate) fn is_annotated(object: &Object<'_>, rule: &str) -> bool {
    AnnotationIgnore::of(object).any(|ignore| ignore.rule == rule && !ignore.reason.is_empty())
}
