//! `--format sarif`: SARIF 2.1.0 (OASIS), for code scanning.
//!
//! What GitHub takes of it is in docs.github.com, "SARIF support for code scanning": `level`, one place of a
//! result, `partialFingerprints`, `rules` with `help.markdown`.

mod log;

use engine::{Edit, Finding, Fix, Location, Rule, Severity, SuppressedBy, Suppression};
use manifest::text::FileId;

use super::{ReportContent, one_line, paragraphs, uri};
use crate::reports::json::render;
use crate::reports::lint_text::subject;
use log::{
    SarifArtifactChange, SarifArtifactLocation, SarifConfiguration, SarifDriver, SarifFingerprints,
    SarifFix, SarifHelp, SarifInvocation, SarifLocation, SarifLog, SarifLogicalLocation,
    SarifMessage, SarifNotification, SarifNotificationDescriptor, SarifPhysicalLocation,
    SarifProperties, SarifRegion, SarifReplacement, SarifReportingDescriptor, SarifResult,
    SarifRun, SarifSuppression, SarifTool,
};

/// The folder from which relative URIs start: the repository's root, which the uploader knows.
const URI_BASE_ID: &str = "%SRCROOT%";

/// GitHub refuses a run of more results, and shows the 5,000 that are most severe
/// (docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit).
const MAX_RESULTS: usize = 25_000;

/// Of the locations of a result GitHub shows so many (the same page).
const MAX_RELATED: usize = 100;

/// The report.
pub fn report(content: &ReportContent<'_>) -> String {
    let rules: Vec<&'static Rule> = content.rules.clone();
    let index_of = |id: &str| rules.iter().position(|rule| rule.id == id);
    let kept = worst(&content.findings, MAX_RESULTS, |finding| finding.severity);
    let left_out = content.findings.len() - kept.len();
    let results = kept.into_iter().map(|finding| SarifResult {
        rule_id: finding.rule.id,
        rule_index: index_of(finding.rule.id),
        level: level(finding.severity),
        message: message(finding),
        locations: vec![SarifLocation {
            id: None,
            message: None,
            physical_location: physical(content, &finding.location),
            logical_locations: logical(finding),
        }],
        related_locations: related(content, finding),
        partial_fingerprints: SarifFingerprints {
            leaselint: &finding.fingerprint,
        },
        fixes: finding
            .fixes
            .iter()
            .map(|fix| SarifFix::of(content, fix))
            .collect(),
        suppressions: finding
            .suppressed
            .iter()
            .map(SarifSuppression::of)
            .collect(),
    });
    let run = SarifRun {
        tool: SarifTool {
            driver: SarifDriver {
                name: "leaselint",
                semantic_version: env!("CARGO_PKG_VERSION"),
                information_uri: env!("CARGO_PKG_REPOSITORY"),
                rules: rules
                    .iter()
                    .map(|rule| SarifReportingDescriptor::of(rule))
                    .collect(),
            },
        },
        column_kind: "unicodeCodePoints",
        invocations: vec![SarifInvocation {
            execution_successful: content.internal.is_empty()
                && content.unread.is_empty()
                && content.empty.is_empty(),
            tool_execution_notifications: notifications(content, left_out),
        }],
        results: results.collect(),
    };
    render(&SarifLog {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: vec![run],
    })
}

impl SarifReportingDescriptor {
    fn of(rule: &'static Rule) -> Self {
        let sentence = sentence(rule.summary);
        let page = engine::rule(rule.id).map_or(sentence.as_str(), |entry| entry.page);
        Self {
            id: rule.id,
            short_description: SarifMessage::text(sentence.clone()),
            full_description: SarifMessage::text(sentence.clone()),
            help: SarifHelp {
                text: page.to_owned(),
                markdown: page.to_owned(),
            },
            help_uri: rule.url(),
            default_configuration: SarifConfiguration {
                level: level(rule.severity),
            },
            properties: SarifProperties {
                tags: vec!["leader-election", rule.group.as_str()],
            },
        }
    }
}

impl SarifMessage {
    const fn text(text: String) -> Self {
        Self {
            text,
            markdown: None,
        }
    }
}

impl<'a> SarifSuppression<'a> {
    fn of(suppression: &'a Suppression) -> Self {
        Self {
            kind: match suppression.by {
                SuppressedBy::Comment | SuppressedBy::Annotation => "inSource",
                SuppressedBy::Config | SuppressedBy::Baseline => "external",
            },
            status: "accepted",
            justification: &suppression.reason,
        }
    }
}

impl SarifFix {
    fn of(content: &ReportContent<'_>, fix: &Fix) -> Self {
        let change = |edit: &Edit| {
            let location = content.sources.input().locate(edit.place);
            SarifArtifactChange {
                artifact_location: artifact(content, edit.place.file),
                replacements: vec![SarifReplacement {
                    deleted_region: region(&location),
                    inserted_content: SarifMessage::text(edit.text.clone()),
                }],
            }
        };
        Self {
            description: SarifMessage::text(sentence(&fix.title)),
            artifact_changes: fix.edits.iter().map(change).collect(),
        }
    }
}

/// What was not read and not judged, and rules that failed.
fn notifications(content: &ReportContent<'_>, left_out: usize) -> Vec<SarifNotification> {
    let unread = content.unread.iter().map(|unread| SarifNotification {
        descriptor: SarifNotificationDescriptor {
            id: format!("not-read/{}", unread.code.as_str()),
        },
        level: "error",
        message: SarifMessage::text(sentence(&unread.reason)),
        locations: vec![SarifLocation {
            id: None,
            message: None,
            physical_location: SarifPhysicalLocation {
                artifact_location: artifact(content, unread.file),
                region: Some(SarifRegion {
                    start_line: unread.position.line,
                    start_column: unread.position.column,
                    end_line: unread.position.line,
                    end_column: unread.position.column,
                }),
            },
            logical_locations: Vec::new(),
        }],
    });
    let not_judged = content.not_judged.iter().map(|entry| SarifNotification {
        descriptor: SarifNotificationDescriptor {
            id: format!("not-judged/{}", entry.rule.id),
        },
        level: "note",
        message: SarifMessage::text(format!(
            "{}: {}",
            subject(&entry.object, entry.container.as_deref()),
            one_line(&entry.reason)
        )),
        locations: vec![SarifLocation {
            id: None,
            message: None,
            physical_location: physical(content, &entry.location),
            logical_locations: Vec::new(),
        }],
    });
    let empty = content.empty.iter().map(|reason| SarifNotification {
        descriptor: SarifNotificationDescriptor {
            id: "nothing-to-judge".to_owned(),
        },
        level: "error",
        message: SarifMessage::text(sentence(reason)),
        locations: Vec::new(),
    });
    let internal = content.internal.iter().map(|error| SarifNotification {
        descriptor: SarifNotificationDescriptor {
            id: format!("internal-error/{}", error.rule),
        },
        level: "error",
        message: SarifMessage::text(one_line(&error.message)),
        locations: Vec::new(),
    });
    let left_out = (left_out > 0).then(|| SarifNotification {
        descriptor: SarifNotificationDescriptor {
            id: "left-out".to_owned(),
        },
        level: "warning",
        message: SarifMessage::text(format!(
            "{left_out} findings are left out, because code scanning takes {MAX_RESULTS} of a run."
        )),
        locations: Vec::new(),
    });
    let all = empty.chain(unread).chain(not_judged).chain(internal);
    all.chain(left_out).collect()
}

/// The worst of these, in their order.
fn worst<T: Copy>(all: &[T], most: usize, severity: impl Fn(T) -> Severity) -> Vec<T> {
    let mut room = most;
    let mut kept: Vec<(usize, T)> = Vec::new();
    for wanted in Severity::ALL {
        let of_it = all.iter().copied().enumerate();
        let of_it = of_it.filter(|(_, one)| severity(*one) == wanted).take(room);
        kept.extend(of_it);
        room = most - kept.len();
    }
    kept.sort_by_key(|(at, _)| *at);
    kept.into_iter().map(|(_, one)| one).collect()
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// What is wrong with which object, what happens, and what to do.
fn message(finding: &Finding) -> SarifMessage {
    let mut text = String::new();
    if !finding.object.kind.is_empty() {
        text.push_str(&subject(&finding.object, finding.container.as_deref()));
        text.push_str(": ");
    }
    text.push_str(&one_line(&finding.message));
    text.push('.');
    let markdown = format!("{text}\n\n{}", paragraphs(finding));
    for more in [&finding.help, &finding.remedy] {
        if !more.is_empty() {
            text.push(' ');
            text.push_str(&one_line(more));
        }
    }
    SarifMessage {
        text,
        markdown: Some(markdown),
    }
}

/// A phrase as a sentence: a capital first, a full stop last.
fn sentence(phrase: &str) -> String {
    let mut characters = phrase.chars();
    let Some(first) = characters.next() else {
        return String::new();
    };
    let mut text: String = first.to_uppercase().chain(characters).collect();
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

fn artifact(content: &ReportContent<'_>, file: FileId) -> SarifArtifactLocation {
    let uri = uri::reference(&content.path(file));
    let uri_base_id = (!uri.starts_with("file:")).then_some(URI_BASE_ID);
    SarifArtifactLocation { uri, uri_base_id }
}

fn region(location: &Location) -> SarifRegion {
    SarifRegion {
        start_line: location.start.line,
        start_column: location.start.column,
        end_line: location.end.line,
        end_column: location.end.column,
    }
}

fn physical(content: &ReportContent<'_>, location: &Location) -> SarifPhysicalLocation {
    SarifPhysicalLocation {
        artifact_location: artifact(content, location.place.file),
        region: Some(region(location)),
    }
}

fn logical(finding: &Finding) -> Vec<SarifLogicalLocation> {
    if finding.object.kind.is_empty() {
        return Vec::new();
    }
    vec![SarifLogicalLocation {
        fully_qualified_name: subject(&finding.object, finding.container.as_deref()),
        kind: "resource",
    }]
}

fn related(content: &ReportContent<'_>, finding: &Finding) -> Vec<SarifLocation> {
    let related = finding.related.iter().take(MAX_RELATED).zip(1..);
    related
        .map(|(related, id)| SarifLocation {
            id: Some(id),
            message: Some(SarifMessage::text(one_line(&related.message))),
            physical_location: physical(content, &related.location),
            logical_locations: Vec::new(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Severity, worst};

    #[test]
    fn the_worst_are_kept_in_their_order() {
        let all = [
            (1, Severity::Info),
            (2, Severity::Error),
            (3, Severity::Warning),
            (4, Severity::Info),
            (5, Severity::Error),
        ];
        let kept = |most: usize| -> Vec<i32> {
            let kept = worst(&all, most, |(_, severity)| severity);
            kept.into_iter().map(|(number, _)| number).collect()
        };
        assert_eq!(kept(5), [1, 2, 3, 4, 5]);
        assert_eq!(kept(4), [1, 2, 3, 5]);
        assert_eq!(kept(1), [2]);
        assert_eq!(kept(0), Vec::<i32>::new());
    }
}
