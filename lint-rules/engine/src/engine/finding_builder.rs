//! Where findings are made: severity, fingerprint and location of every finding are decided here, whatever its rule
//! looks at.

use std::collections::HashMap;

use crate::edit_order::DraftFix;
use crate::finding::{Finding, FindingSource, FindingSubject, Location, NotJudged, Related};
use crate::fix::Fix;
use crate::input::Input;
use crate::rule::Rule;
use crate::settings::Settings;
use crate::sink::{Draft, Unjudged};
use crate::terms::{Group, Severity};
use crate::titles::MAX_TITLE_CHARACTERS;
use manifest::text::{FileId, FileSpan, Position};

/// Makes findings of what rules state about one input.
#[derive(Clone, Copy)]
pub(crate) struct FindingBuilder<'r> {
    pub input: &'r Input,
    /// The old side of a change, into which findings may point.
    pub before: Option<&'r Input>,
    pub settings: &'r Settings,
}

impl FindingBuilder<'_> {
    /// A finding of a rule about a subject.
    pub(crate) fn finding(
        &self,
        rule: &'static Rule,
        source: &FindingSource,
        draft: Draft,
    ) -> Finding {
        let subject = &source.subject;
        let severity = self.severity(rule, &draft);
        let is_certain =
            draft.assumed.is_empty() && (!source.is_assumed || draft.contradicts_itself);
        let (message, help) =
            name_origins(draft.message, draft.help, draft.defaults, &draft.assumed);
        let location = self.locate(draft.place, severity);
        let related = draft.related.into_iter().map(|(place, message)| Related {
            location: self.locate(place, Severity::Info),
            message,
        });
        let keys = self.keys_of(draft.place);
        let help = match location.rendered.as_deref() {
            Some(rendered) if !rendered.is_traced => {
                let template = rendered.template.as_ref();
                let template = template.map(|name| format!(", out of {name}"));
                format!(
                    "{help} Where this is written is not known: it is line {} of the output of `{}`{}.",
                    rendered.start.line,
                    rendered.by,
                    template.unwrap_or_default()
                )
            }
            _ => help,
        };
        let is_compared = !self.settings.brief || severity > Severity::Info;
        Finding {
            rule,
            severity,
            message,
            help,
            remedy: one_line(draft.remedy),
            object: subject.object.clone(),
            container: subject.container.clone(),
            related: related.chain(keys).collect(),
            fixes: self.fixes(draft.fixes),
            excess: draft.excess,
            is_certain,
            suppressed: None,
            fingerprint: if is_compared {
                let place = match location.rendered {
                    Some(_) => location.place,
                    None => draft.place,
                };
                let file = self.side_of(place).repository_name(place.file);
                fingerprint(&file, rule, subject, &location.path)
            } else {
                String::new()
            },
            object_place: subject.place,
            location,
        }
    }

    /// The fixes that the text allows. A short answer has no place for them.
    fn fixes(&self, drafts: Vec<DraftFix>) -> Vec<Fix> {
        if self.settings.brief {
            return Vec::new();
        }
        let drafts = drafts.into_iter();
        drafts
            .filter_map(|draft| draft.resolved(self.input))
            .collect()
    }

    /// An entry of a rule in the ledger.
    pub(crate) fn not_judged(
        &self,
        rule: &'static Rule,
        source: &FindingSource,
        entry: Unjudged,
    ) -> NotJudged {
        let subject = &source.subject;
        NotJudged {
            rule,
            object: subject.object.clone(),
            container: subject.container.clone(),
            location: self.locate(entry.place, Severity::Info),
            code: entry.code,
            reason: entry.reason,
            object_place: subject.place,
        }
    }

    /// The configured severity; else the draft's or the rule's own, a step milder where it rests on what is not written.
    fn severity(&self, rule: &Rule, draft: &Draft) -> Severity {
        if let Some(Some(configured)) = self.settings.severities.get(rule.id) {
            return *configured;
        }
        let severity = draft.severity.unwrap_or(rule.severity);
        let is_advice =
            draft.nothing_written && rule.group == Group::Timing && severity == Severity::Warning;
        if is_advice || !draft.assumed.is_empty() {
            severity.milder()
        } else {
            severity
        }
    }

    /// A place with its lines: of this input, of the other side of a change, or of the configuration.
    fn locate(&self, place: FileSpan, severity: Severity) -> Location {
        let input = self.side_of(place);
        if input.file(place.file).is_none()
            && let Some(location) = self.in_configuration(place)
        {
            return location.clone();
        }
        if !self.settings.brief {
            return input.locate(place);
        }
        Location {
            place,
            start: Position::FIRST,
            end: Position::FIRST,
            path: match severity {
                Severity::Info => String::new(),
                Severity::Warning | Severity::Error => input.path_of(place),
            },
            rendered: None,
        }
    }

    /// The keys of values that set the token at a place, and the object with whose values it is rendered.
    fn keys_of(&self, place: FileSpan) -> Vec<Related> {
        if self.settings.brief {
            return Vec::new();
        }
        let input = self.side_of(place);
        let keys = input.setting_keys(place).map(|key| Related {
            location: input.locate(key.place),
            message: input.describe_key(key),
        });
        let applied_by = input.rendering(place.file);
        let applied_by = applied_by.and_then(|rendering| rendering.applied_by.as_ref());
        let applied_by = applied_by.map(|applied_by| Related {
            location: input.locate(applied_by.place),
            message: format!("applied by this {}", applied_by.kind),
        });
        keys.chain(applied_by).collect()
    }

    /// The name of a file of either side.
    pub(crate) fn name_of(&self, file: FileId) -> &str {
        match self.before {
            Some(before) if before.file(file).is_some() => before.name(file),
            _ => self.input.name(file),
        }
    }

    /// The side of a change, or the input, that holds a place.
    fn side_of(&self, place: FileSpan) -> &Input {
        match self.before {
            Some(before) if before.file(place.file).is_some() => before,
            _ => self.input,
        }
    }

    fn in_configuration(&self, place: FileSpan) -> Option<&Location> {
        let entries = self.settings.ignores.entries.iter();
        entries
            .map(|entry| &entry.location)
            .find(|location| location.place == place)
    }
}

/// Stable across edits elsewhere: file, rule, object, container and path, hashed.
fn fingerprint(file: &str, rule: &Rule, subject: &FindingSubject, path: &str) -> String {
    let object = &subject.object;
    hashed([
        file,
        rule.id,
        object.api_version.as_str(),
        object.kind.as_str(),
        object.namespace.as_deref().unwrap_or_default(),
        object.name.as_str(),
        subject.container.as_deref().unwrap_or_default(),
        path,
    ])
}

/// Parts by their number those findings of a run that are alike in all of which a fingerprint is made; the first one
/// keeps its own.
pub(crate) fn part_fingerprints(findings: &mut [Finding]) {
    let mut known: HashMap<String, u32> = HashMap::with_capacity(findings.len());
    for finding in findings {
        if finding.fingerprint.is_empty() {
            continue;
        }
        let mut own = finding.fingerprint.clone();
        while let Some(count) = known.get_mut(&own) {
            *count += 1;
            own = hashed([finding.fingerprint.as_str(), &count.to_string()]);
        }
        known.insert(own.clone(), 0);
        finding.fingerprint = own;
    }
}

/// FNV-1a, 64 bits, of texts with a zero byte behind each.
fn hashed<const N: usize>(parts: [&str; N]) -> String {
    const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    let hash = bytes.fold(OFFSET_BASIS, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(PRIME)
    });
    format!("{hash:016x}")
}

/// Message and help in one line each, whatever the texts of the manifest hold, with the origin of values that are not
/// written. What was assumed is named in the message if there is room for it, else in the help.
fn name_origins(
    message: String,
    help: String,
    defaults: Option<(String, String)>,
    assumed: &[String],
) -> (String, String) {
    let (mut message, mut help) = (one_line(message), one_line(help));
    if let Some((values, origin)) = defaults.filter(|(_, origin)| !message.contains(origin)) {
        help.push_str(&format!(" Not written: {values} ({origin})."));
    }
    let is_named = |assumed: &str| message.contains(assumed) || help.contains(assumed);
    if let Some(assumed) = assumed.first().filter(|assumed| !is_named(assumed)) {
        let room = MAX_TITLE_CHARACTERS.saturating_sub(message.chars().count());
        if assumed.chars().count() + 3 <= room {
            message.push_str(&format!(" ({assumed})"));
        } else {
            help.push_str(&format!(" One value is not written ({assumed})."));
        }
    }
    (message, help)
}

/// Control characters are written out.
fn one_line(text: String) -> String {
    if !text.contains(char::is_control) {
        return text;
    }
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line
}
