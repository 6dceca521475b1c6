//! The one pass that applies all ignores, and finds those that silence nothing.

use super::annotation::AnnotationIgnore;
use super::comment::{PlacedComment, UnclearComment, ignores_of};
use super::source_comment::{CommentStyle, ignores_in_source};
use super::{ConfigIgnore, ConfigIgnores, Day, FaultyIgnore, IgnoreCoverage, IgnoreFault, is_over};
use crate::finding::Finding;
use crate::input::Input;
use crate::input_file::InputFile;
use crate::registry::rule;
use crate::rule::Rule;
use crate::suppression::{SuppressedBy, Suppression};
use manifest::text::{FileId, FileSpan, Span};
use manifest::tree::Document;
use objects::{Object, ObjectName, objects_of};

/// All ignores that hold for an input.
pub(crate) struct IgnorePass<'s> {
    input: &'s Input,
    own_rules: &'s [&'static Rule],
    today: Option<Day>,
    comments: Vec<CommentUse>,
    unclear: Vec<(UnclearComment, ObjectName)>,
    annotations: Vec<(AnnotationIgnore, bool)>,
    entries: Vec<(&'s ConfigIgnore, bool)>,
    coverage: IgnoreCoverage,
}

/// One comment, and what it did.
struct CommentUse {
    comment: PlacedComment,
    object: ObjectName,
    /// For each of its rules, whether it silenced something.
    used: Vec<bool>,
    /// What it is written for may not be there: other values render other lines of a template.
    is_conditional: bool,
}

impl CommentUse {
    /// Whether it may silence what is at a place.
    fn holds_at(&self, place: FileSpan, today: Option<Day>) -> bool {
        let PlacedComment { ignore, reach, .. } = &self.comment;
        self.comment.place.file == place.file
            && reach.covers(place.span)
            && !ignore.reason.is_empty()
            && ignore.bad_until.is_none()
            && !is_over(ignore.until, today)
    }
}

impl<'s> IgnorePass<'s> {
    /// The ignores in the comments of an input, of its objects and of the configuration.
    pub(crate) fn of(
        input: &'s Input,
        objects: &[Object<'_>],
        configured: &'s ConfigIgnores,
        own_rules: &'s [&'static Rule],
        today: Option<Day>,
    ) -> Self {
        let mut this = Self {
            input,
            own_rules,
            today,
            comments: Vec::new(),
            unclear: Vec::new(),
            annotations: Vec::new(),
            entries: configured
                .entries
                .iter()
                .map(|entry| (entry, false))
                .collect(),
            coverage: configured.coverage,
        };
        for document in input.documents() {
            // What a rendering takes over of its source is read there.
            if input.rendering(document.file()).is_none() {
                this.read_comments(document);
            }
        }
        for (id, file) in input.numbered() {
            this.read_source(id, file);
        }
        for object in objects {
            let annotations = AnnotationIgnore::of(object);
            this.annotations
                .extend(annotations.map(|annotation| (annotation, false)));
        }
        this
    }

    /// The same, where some entries of the configuration have silenced something before.
    pub(crate) fn having_used(mut self, used: &[bool]) -> Self {
        for ((_, entry), used) in self.entries.iter_mut().zip(used) {
            *entry |= used;
        }
        self
    }

    /// For each entry of the configuration, whether it has silenced something.
    pub(crate) fn used_entries(&self) -> Vec<bool> {
        self.entries.iter().map(|(_, used)| *used).collect()
    }

    fn read_comments(&mut self, document: &Document) {
        // Few documents have such a comment; a search of their bytes is cheaper than a look at each comment.
        if document.comments().is_empty()
            || memchr::memmem::find(document.text().as_bytes(), b"leaselint:").is_none()
        {
            return;
        }
        let (objects, _) = objects_of(document);
        let spans: Vec<Span> = objects.iter().map(|object| object.node().span()).collect();
        let name_at = |at: u32| {
            let around = objects
                .iter()
                .rfind(|object| object.node().span().start <= at);
            let object = around.or_else(|| objects.first());
            object.map_or_else(ObjectName::default, Object::object_name)
        };
        let (comments, unclear) = ignores_of(document, &spans);
        for comment in comments {
            self.comments.push(CommentUse {
                object: name_at(comment.place.span.start),
                used: vec![false; comment.ignore.rules.len()],
                is_conditional: false,
                comment,
            });
        }
        for comment in unclear {
            let object = name_at(comment.place.span.start);
            self.unclear.push((comment, object));
        }
    }

    /// Of a file that is no manifest: one of a program's source, or one of which something is rendered.
    fn read_source(&mut self, id: FileId, file: &InputFile) {
        let style = if self.input.is_rendered_from(id) {
            CommentStyle::Hash
        } else {
            CommentStyle::Slashes
        };
        let is_code = file.attached && file.reading.documents.is_empty();
        let is_source = is_code || style == CommentStyle::Hash;
        let Some(text) = file.text.as_deref().filter(|_| is_source) else {
            return;
        };
        if memchr::memmem::find(text.as_bytes(), b"leaselint:").is_none() {
            return;
        }
        let (comments, unclear) = ignores_in_source(id, text, style);
        self.comments
            .extend(comments.into_iter().map(|comment| CommentUse {
                object: ObjectName::default(),
                used: vec![false; comment.ignore.rules.len()],
                is_conditional: style == CommentStyle::Hash,
                comment,
            }));
        let unclear = unclear.into_iter();
        self.unclear
            .extend(unclear.map(|comment| (comment, ObjectName::default())));
    }

    /// The rule of an id, the user's own among them.
    fn rule(&self, id: &str) -> Option<&'static Rule> {
        let own = self.own_rules.iter().copied().find(|rule| rule.id == id);
        own.or_else(|| Some(rule(id)?.rule))
    }

    /// Whether no ignore is written.
    pub(crate) fn is_empty(&self) -> bool {
        self.comments.is_empty()
            && self.annotations.is_empty()
            && self.unclear.is_empty()
            && self.entries.is_empty()
    }

    /// Marks the findings that an ignore silences.
    pub(crate) fn apply(&mut self, findings: &mut [Finding]) {
        for finding in findings.iter_mut() {
            for one in &mut self.comments {
                let related = finding.related.iter().map(|related| &related.location);
                // The values of a chart are where somebody would change what is wrong.
                let of_values = related
                    .filter(|location| self.input.is_source_of_rendering(location.place.file));
                let mut places = std::iter::once(&finding.location).chain(of_values);
                if !places.any(|location| one.holds_at(location.place, self.today)) {
                    continue;
                }
                let ignore = &one.comment.ignore;
                for (named, used) in ignore.rules.iter().zip(&mut one.used) {
                    if named.id == finding.rule.id {
                        *used = true;
                        silence(finding, SuppressedBy::Comment, &ignore.reason);
                    }
                }
            }
            for (annotation, used) in &mut self.annotations {
                if annotation.silences(finding) {
                    *used = true;
                    silence(finding, SuppressedBy::Annotation, &annotation.reason);
                }
            }
        }
        self.apply_configuration(findings);
    }

    /// Marks the findings that the configuration silences: findings about ignores are silenced by nothing else.
    pub(crate) fn apply_configuration(&mut self, findings: &mut [Finding]) {
        if self.entries.is_empty() {
            return;
        }
        for finding in findings {
            let file = self.input.name(finding.location.place.file);
            for (entry, used) in &mut self.entries {
                if !is_over(entry.until, self.today) && entry.covers(finding, file) {
                    *used = true;
                    silence(finding, SuppressedBy::Config, &entry.reason);
                }
            }
        }
    }

    /// The comments and annotations that silenced nothing, each with the object it is written for. `has_judged`: whether a
    /// rule could have reported something about an object.
    pub(crate) fn faults_of_manifests(
        &self,
        has_judged: impl Fn(&Rule, &ObjectName) -> bool,
    ) -> Vec<(&ObjectName, FaultyIgnore<'_>)> {
        let mut faults = Vec::new();
        for (comment, object) in &self.unclear {
            let faulty = FaultyIgnore {
                kind: SuppressedBy::Comment,
                rule: "",
                place: comment.place,
                is_alone: true,
                fault: IgnoreFault::Unreadable(&comment.reason),
            };
            faults.push((object, faulty));
        }
        for one in &self.comments {
            let ignore = &one.comment.ignore;
            for (named, used) in ignore.rules.iter().zip(&one.used) {
                let is_unused =
                    |rule: &Rule| !used && !one.is_conditional && has_judged(rule, &one.object);
                let fault = match (self.rule(&named.id), &ignore.bad_until, ignore.until) {
                    (None, ..) => Some(IgnoreFault::UnknownRule),
                    (Some(_), Some(text), _) => Some(IgnoreFault::UnreadableExpiry(text)),
                    (Some(_), None, Some(day)) if is_over(Some(day), self.today) => {
                        Some(IgnoreFault::Expired(day))
                    }
                    (Some(_), ..) if ignore.reason.is_empty() => Some(IgnoreFault::NoReason),
                    (Some(rule), ..) => is_unused(rule).then_some(IgnoreFault::Unused),
                };
                faults.extend(fault.map(|fault| {
                    let faulty = FaultyIgnore {
                        kind: SuppressedBy::Comment,
                        rule: &named.id,
                        place: FileSpan {
                            file: one.comment.place.file,
                            span: named.span,
                        },
                        is_alone: ignore.rules.len() == 1,
                        fault,
                    };
                    (&one.object, faulty)
                }));
            }
        }
        for (annotation, used) in &self.annotations {
            let fault = match self.rule(&annotation.rule) {
                None => Some(IgnoreFault::UnknownRule),
                Some(_) if annotation.reason.is_empty() => Some(IgnoreFault::NoReason),
                Some(rule) => {
                    (!used && has_judged(rule, &annotation.object)).then_some(IgnoreFault::Unused)
                }
            };
            faults.extend(fault.map(|fault| {
                let faulty = FaultyIgnore {
                    kind: SuppressedBy::Annotation,
                    rule: &annotation.rule,
                    place: annotation.place,
                    is_alone: true,
                    fault,
                };
                (&annotation.object, faulty)
            }));
        }
        faults
    }

    /// The entries of the configuration that silenced nothing. `has_judged`: whether the rule of an entry could have reported
    /// something about what the entry speaks of.
    pub(crate) fn faults_of_configuration(
        &self,
        has_judged: impl Fn(&ConfigIgnore) -> bool,
    ) -> Vec<FaultyIgnore<'s>> {
        let is_in_question = |entry: &ConfigIgnore| match self.coverage {
            IgnoreCoverage::Single => false,
            IgnoreCoverage::Part => entry.speaks_of(self.input),
            IgnoreCoverage::Whole => true,
        };
        let mut faults = Vec::new();
        for (entry, used) in &self.entries {
            if *used || entry.is_inherited || !is_in_question(entry) {
                continue;
            }
            let fault = match entry.until {
                Some(day) if is_over(Some(day), self.today) => IgnoreFault::Expired(day),
                _ if !has_judged(entry) => continue,
                _ => IgnoreFault::Unused,
            };
            faults.push(FaultyIgnore {
                kind: SuppressedBy::Config,
                rule: entry.rule.id,
                place: entry.location.place,
                is_alone: true,
                fault,
            });
        }
        faults
    }
}

/// The first ignore that silences a finding is the one that is shown.
fn silence(finding: &mut Finding, by: SuppressedBy, reason: &str) {
    finding.suppressed.get_or_insert_with(|| Suppression {
        by,
        reason: reason.to_owned(),
    });
}
