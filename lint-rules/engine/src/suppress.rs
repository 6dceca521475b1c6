//! Applies ignores, and says which of them did nothing.

use super::finding::{Finding, SuppressedBy, Suppression};
use super::ignores::{Placed, Unclear, ignores_of};
use super::input::Input;
use super::rule::rule;
use manifest::text::{FileId, FileSpan, Span};
use objects::Object;
use objects::ObjectName;

const ANNOTATION: &str = "leaselint.io/ignore.";

/// One annotation of one object.
struct Annotated {
    file: FileId,
    object: ObjectName,
    span: Span,
    id: String,
    reason: String,
    place: FileSpan,
    used: bool,
}

/// One comment of one document.
struct Commented {
    placed: Placed,
    object: ObjectName,
    used: Vec<bool>,
}

/// All ignores of an input.
pub(super) struct Suppressor {
    comments: Vec<Commented>,
    annotations: Vec<Annotated>,
    unclear: Vec<(Unclear, ObjectName)>,
}

/// An ignore that did nothing, or cannot.
pub(super) struct Unused {
    pub place: FileSpan,
    pub message: String,
    pub help: String,
    pub object: ObjectName,
}

fn span_of(object: &Object<'_>) -> Span {
    object.node().span()
}

impl Suppressor {
    pub(super) fn of(input: &Input, objects: &[Object<'_>]) -> Self {
        let mut this = Self {
            comments: Vec::new(),
            annotations: Vec::new(),
            unclear: Vec::new(),
        };
        for document in input.documents() {
            if document.comments().is_empty() {
                continue;
            }
            if memchr::memmem::find(document.text().as_bytes(), b"leaselint:").is_none() {
                continue;
            }
            let (objects, _) = objects::objects_of(document);
            let spans: Vec<Span> = objects.iter().map(span_of).collect();
            let (placed, unclear) = ignores_of(document, &spans);
            let name_at = |at: u32| {
                objects
                    .iter()
                    .rfind(|object| span_of(object).start <= at)
                    .or_else(|| objects.first())
                    .map_or_else(ObjectName::default, Object::object_name)
            };
            for placed in placed {
                let used = vec![false; placed.ignore.rules.len()];
                let object = name_at(placed.place.span.start);
                this.comments.push(Commented {
                    placed,
                    object,
                    used,
                });
            }
            for unclear in unclear {
                let object = name_at(unclear.place.span.start);
                this.unclear.push((unclear, object));
            }
        }
        for object in objects {
            let annotations = object.annotations().into_iter();
            for entry in annotations.flat_map(|all| all.entries_beginning(ANNOTATION)) {
                let Some(id) = entry.key.strip_prefix(ANNOTATION) else {
                    continue;
                };
                this.annotations.push(Annotated {
                    file: object.file(),
                    object: object.object_name(),
                    span: span_of(object),
                    id: id.to_owned(),
                    reason: entry.value.as_str().unwrap_or_default().trim().to_owned(),
                    place: object.place(entry.key_span),
                    used: false,
                });
            }
        }
        this
    }

    /// Whether there is no ignore.
    pub(super) fn is_empty(&self) -> bool {
        self.comments.is_empty() && self.annotations.is_empty() && self.unclear.is_empty()
    }

    /// Marks the findings that an ignore silences.
    pub(super) fn apply(&mut self, findings: &mut [Finding], today: Option<i64>) {
        for finding in findings {
            let place = finding.location.place;
            for comment in &mut self.comments {
                let ignore = &comment.placed.ignore;
                if comment.placed.place.file != place.file
                    || !comment.placed.reach.covers(place.span)
                    || ignore.reason.is_empty()
                    || ignore.bad_until.is_some()
                    || is_over(ignore.until, today)
                {
                    continue;
                }
                for (rule, used) in ignore.rules.iter().zip(&mut comment.used) {
                    if rule.id == finding.rule.id {
                        *used = true;
                        finding.suppressed.get_or_insert_with(|| Suppression {
                            by: SuppressedBy::Comment,
                            reason: ignore.reason.clone(),
                        });
                    }
                }
            }
            for annotation in &mut self.annotations {
                let same_place = annotation.file == place.file
                    && annotation.span.start <= place.span.start
                    && place.span.start < annotation.span.end;
                if annotation.id == finding.rule.id
                    && !annotation.reason.is_empty()
                    && (annotation.object == finding.object || same_place)
                {
                    annotation.used = true;
                    finding.suppressed.get_or_insert_with(|| Suppression {
                        by: SuppressedBy::Annotation,
                        reason: annotation.reason.clone(),
                    });
                }
            }
        }
    }

    /// Every ignore that silenced nothing. `active`: whether a rule has judged an object at all.
    pub(super) fn unused(
        self,
        today: Option<i64>,
        active: impl Fn(&str, &ObjectName) -> bool,
    ) -> Vec<Unused> {
        let mut unused = Vec::new();
        for (unclear, object) in self.unclear {
            unused.push(Unused {
                place: unclear.place,
                message: format!("this ignore cannot be understood: {}", unclear.reason),
                help: "write `# leaselint: ignore[rule-id] reason`".to_owned(),
                object,
            });
        }
        for comment in self.comments {
            let file = comment.placed.place.file;
            let ignore = comment.placed.ignore;
            for (named, used) in ignore.rules.iter().zip(&comment.used) {
                let why = verdict(&named.id, &ignore.reason, *used, |id| {
                    active(id, &comment.object)
                });
                let why = match (&ignore.bad_until, is_over(ignore.until, today)) {
                    _ if rule(&named.id).is_none() => why,
                    (Some(text), _) => Some((
                        format!(
                            "this ignore of {} has no readable expiry: `{text}`",
                            named.id
                        ),
                        "write the date as until=YYYY-MM-DD".to_owned(),
                    )),
                    (None, true) => Some((
                        format!("this ignore of {} has expired", named.id),
                        "mend what it silences, or give it a new date".to_owned(),
                    )),
                    (None, false) => why,
                };
                if let Some((message, help)) = why {
                    let place = FileSpan {
                        file,
                        span: named.span,
                    };
                    unused.push(Unused {
                        place,
                        message,
                        help,
                        object: comment.object.clone(),
                    });
                }
            }
        }
        for annotation in self.annotations {
            if let Some((message, help)) =
                verdict(&annotation.id, &annotation.reason, annotation.used, |id| {
                    active(id, &annotation.object)
                })
            {
                let object = annotation.object;
                unused.push(Unused {
                    place: annotation.place,
                    message,
                    help,
                    object,
                });
            }
        }
        unused
    }
}

/// What is wrong with an ignore of one rule, if something is.
fn verdict(
    id: &str,
    reason: &str,
    used: bool,
    active: impl Fn(&str) -> bool,
) -> Option<(String, String)> {
    if rule(id).is_none() {
        return Some((
            format!("this ignore names `{id}`, which is no rule"),
            "`leaselint rules` lists the rules".to_owned(),
        ));
    }
    if reason.is_empty() {
        return Some((
            format!("this ignore of {id} gives no reason and silences nothing"),
            "say after the brackets why the finding may stay".to_owned(),
        ));
    }
    // Of a rule that has not judged nothing can be silenced; that is not the ignore's fault.
    (!used && active(id)).then(|| {
        (
            format!("this ignore of {id} silences nothing"),
            "remove it: the finding is gone, or it stands on another line".to_owned(),
        )
    })
}

/// Whether the last day of an ignore is past. Without a clock nothing expires.
fn is_over(until: Option<i64>, today: Option<i64>) -> bool {
    matches!((until, today), (Some(until), Some(today)) if today > until)
}
