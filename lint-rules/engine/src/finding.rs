//! What the engine says: findings, the ledger of things not judged, notes.

use super::fix::Fix;
use super::input::Input;
use super::not_tied::NotTiedContainer;
use super::rendering::Unrendered;
use super::rule::{Check, Rule};
use super::suppression::Suppression;
use super::terms::{FixAvailability, Group, Needs, Profile, Severity};
use election::Elector;
use manifest::text::FileSpan;
use objects::{LedgerCode, Object, ObjectName};
use programs::Nanos;

/// What a rule speaks of: an object, or one of its containers.
#[derive(Clone, Debug, Default)]
pub(crate) struct FindingSubject {
    pub object: ObjectName,
    pub container: Option<String>,
    /// Where the whole object is; `None` where only its name is known.
    pub place: Option<FileSpan>,
}

impl From<&Elector<'_>> for FindingSubject {
    fn from(elector: &Elector<'_>) -> Self {
        Self {
            object: elector.object.object_name(),
            container: Some(elector.container.name().to_owned()),
            place: Some(elector.object.whole_place()),
        }
    }
}

impl From<&Object<'_>> for FindingSubject {
    fn from(object: &Object<'_>) -> Self {
        Self {
            place: Some(object.whole_place()),
            ..Self::from(object.object_name())
        }
    }
}

/// What a rule speaks of, and how sure it is which program that is.
#[derive(Clone, Debug, Default)]
pub(crate) struct FindingSource {
    pub subject: FindingSubject,
    /// The program, its version or the way it reads its settings is assumed.
    pub is_assumed: bool,
}

impl From<&Elector<'_>> for FindingSource {
    fn from(elector: &Elector<'_>) -> Self {
        Self {
            subject: elector.into(),
            is_assumed: !elector.is_of_known_program(),
        }
    }
}

impl From<&Object<'_>> for FindingSource {
    fn from(object: &Object<'_>) -> Self {
        FindingSubject::from(object).into()
    }
}

impl From<FindingSubject> for FindingSource {
    fn from(subject: FindingSubject) -> Self {
        Self {
            subject,
            is_assumed: false,
        }
    }
}

impl From<ObjectName> for FindingSource {
    fn from(object: ObjectName) -> Self {
        FindingSubject::from(object).into()
    }
}

impl From<ObjectName> for FindingSubject {
    fn from(object: ObjectName) -> Self {
        Self {
            object,
            container: None,
            place: None,
        }
    }
}

pub use super::location::Location;

/// A second place that explains a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub location: Location,
    /// What is there, lower-case start, no full stop.
    pub message: String,
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// After all that makes it milder or stricter.
    pub severity: Severity,
    /// What is wrong, with the object's own values; lower-case start, no full stop.
    pub message: String,
    /// What happens in production, in sentences.
    pub help: String,
    /// What to do about it, in sentences.
    pub remedy: String,
    /// The object it is about.
    pub object: ObjectName,
    /// The container, where it is about one.
    pub container: Option<String>,
    /// The token at fault.
    pub location: Location,
    /// Places that explain it.
    pub related: Vec<Related>,
    /// Ways to mend it.
    pub fixes: Vec<Fix>,
    /// By how much a value misses what it must keep, where a number says so.
    pub excess: Option<Nanos>,
    /// It rests on nothing that is assumed: which program it is, its version, its parser, its library. Written
    /// durations that contradict each other do so whatever the program is.
    pub is_certain: bool,
    /// Set when an ignore silences it.
    pub suppressed: Option<Suppression>,
    /// Stable across edits elsewhere: made of file, rule, object, container and path, and unique among those of a run.
    pub fingerprint: String,
    /// Where the whole object is, if it is known.
    pub(super) object_place: Option<FileSpan>,
}

impl Finding {
    /// Whether no ignore silences it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.suppressed.is_none()
    }

    /// The order of findings.
    pub(super) fn sort_key(&self) -> (FileSpan, &str, &str) {
        (self.location.place, self.rule.id, &self.message)
    }
}

/// Something a rule could not judge, and why.
#[derive(Clone, Debug)]
pub struct NotJudged {
    /// The rule.
    pub rule: &'static Rule,
    /// The object.
    pub object: ObjectName,
    /// The container.
    pub container: Option<String>,
    /// Where the unknown is.
    pub location: Location,
    /// A short kebab-case word of a documented list.
    pub code: LedgerCode,
    /// A sentence.
    pub reason: String,
    /// Where the whole object is, if it is known.
    pub(super) object_place: Option<FileSpan>,
}

/// What stands in the ledger for all rules: what is not rendered is judged by none of them.
static EVERY_RULE: Rule = Rule {
    id: "every-rule",
    group: Group::Input,
    summary: "stands for all rules",
    severity: Severity::Info,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Object(|_, _| {}),
};

impl NotJudged {
    /// The entry of something that is not rendered.
    pub(super) fn unrendered(entry: &Unrendered, input: &Input) -> Self {
        Self {
            rule: &EVERY_RULE,
            object: ObjectName::default(),
            container: None,
            location: input.locate(entry.place),
            code: entry.code,
            reason: entry.reason.clone(),
            object_place: None,
        }
    }

    /// The entry of an object that makes something else apply what is not rendered.
    pub(super) fn delivery(object: Object<'_>, input: &Input) -> Option<Self> {
        if !object.is_delivery() {
            return None;
        }
        let kind = object.kind_word();
        let place = FileSpan {
            file: object.file(),
            span: object.node().span(),
        };
        let why = match input.delivery(place) {
            Some(Ok(())) => return None,
            Some(Err(why)) => format!(": {why}"),
            None => String::new(),
        };
        Some(Self {
            rule: &EVERY_RULE,
            object: object.object_name(),
            container: None,
            location: input.locate(object.head_place()),
            code: LedgerCode::ChartNotInInput,
            reason: format!("what this {kind} applies is not rendered with its values{why}"),
            object_place: None,
        })
    }

    /// The entry of a container that may run a program whose source is in the input: whether it elects is not known.
    pub(super) fn not_tied(one: &NotTiedContainer<'_>, input: &Input) -> Self {
        let place = one.because.place.unwrap_or(one.container.name_place());
        Self {
            rule: &EVERY_RULE,
            object: one.object.object_name(),
            container: Some(one.container.name().to_owned()),
            location: input.locate(place),
            code: one.because.code,
            reason: one.because.reason.clone(),
            object_place: None,
        }
    }

    /// The entry of an elector that a chart runs for a moment, unless it does not elect then.
    pub(super) fn hook(elector: &Elector<'_>, input: &Input) -> Option<Self> {
        let hook = elector.object.chart_hook()?;
        elector.may_be_on().then(|| Self {
            rule: &EVERY_RULE,
            object: elector.object.object_name(),
            container: Some(elector.container.name().to_owned()),
            location: input.locate(elector.name_place()),
            code: LedgerCode::ChartHook,
            reason: format!(
                "the chart runs it as a hook (`{hook}`), and not for as long as it is installed"
            ),
            object_place: None,
        })
    }

    /// The order of entries.
    pub(super) fn sort_key(&self) -> (FileSpan, &str, LedgerCode) {
        (self.location.place, self.rule.id, self.code)
    }
}
