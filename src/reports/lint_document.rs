//! The parts of `lint --format json`, of which `diff` and `audit` are made, too: a stable shape, every key is always there.
//! The comments are what the JSON Schema says of each key.

#[cfg(feature = "schema")]
use custom::words;
#[cfg(feature = "schema")]
use engine::{Severity, SuppressedBy};
#[cfg(feature = "schema")]
use manifest::tree::ReadErrorCode;
use serde::Serialize;

use super::json::{LocationOut, NotRead, ObjectOut, VerifiedOut};

/// What was judged: findings, what was not judged and not read, and counts.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LintDocument<'a> {
    /// The name of this shape.
    pub schema: &'static str,
    /// The findings, in the order of files and places; silenced ones only with `--show-suppressed`.
    pub findings: Vec<FindingOut<'a>>,
    /// The ledger: what could not be judged, and why.
    pub not_judged: Vec<NotJudgedOut<'a>>,
    /// What could not be read, and why.
    pub unread: Vec<UnreadOut<'a>>,
    /// Rules that failed: bugs in leaselint.
    pub internal_errors: Vec<InternalOut<'a>>,
    /// Of a live cluster alone: what may not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_read: Option<&'a [NotRead]>,
    /// Of a live cluster alone, with `--verify-access`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified_access: Option<&'a VerifiedOut>,
    /// The baseline that was applied.
    pub baseline: Option<BaselineOut<'a>>,
    /// Counts.
    pub summary: SummaryOut,
}

/// Something that is wrong.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Finding")
)]
pub struct FindingOut<'a> {
    /// The rule's id.
    pub rule: &'static str,
    /// How much it matters.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = words(&Severity::ALL, Severity::as_str))))]
    pub severity: &'static str,
    /// What is wrong, a phrase.
    pub message: &'a str,
    /// What happens in production, in sentences.
    pub help: &'a str,
    /// What to do about it, in sentences; may be empty.
    pub remedy: &'a str,
    /// The rule's page.
    pub url: String,
    /// The object that it is about.
    pub object: ObjectOut<'a>,
    /// The container, where it is about one.
    pub container: Option<&'a str>,
    /// The token at fault; where something is missing, the nearest one that should hold it.
    pub location: LocationOut<'a>,
    /// Other places that explain it.
    pub related: Vec<RelatedOut<'a>>,
    /// The same as long as file, rule, object, container and path are; no two findings of a run share one.
    pub fingerprint: &'a str,
    /// Changes that mend it.
    pub fixes: Vec<FixOut<'a>>,
    /// What silenced it; null: nothing did.
    pub suppressed: Option<SuppressedOut<'a>>,
}

/// A place that explains a finding.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "RelatedPlace")
)]
pub struct RelatedOut<'a> {
    /// The place.
    pub location: LocationOut<'a>,
    /// What it has to do with the finding.
    pub message: &'a str,
}

/// A change that mends a finding.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Fix")
)]
pub struct FixOut<'a> {
    /// What it does, a phrase.
    pub title: &'a str,
    /// Whether what runs and what is granted stays the same: `--fix` alone applies it.
    pub safe: bool,
    /// The edits, all of one text.
    pub edits: Vec<EditOut<'a>>,
}

/// Bytes `start..end` of the file become `text`.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Edit")
)]
pub struct EditOut<'a> {
    /// The file.
    pub file: &'a str,
    /// The first byte that is replaced, from 0.
    pub start: u32,
    /// The byte after the last one; the same as `start` where nothing is replaced.
    pub end: u32,
    /// What is written there.
    pub text: &'a str,
}

/// What silenced a finding, and why.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Suppression")
)]
pub struct SuppressedOut<'a> {
    /// What silenced it.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = words(&SuppressedBy::ALL, SuppressedBy::as_str))))]
    pub by: &'static str,
    /// The reason that was given.
    pub reason: &'a str,
}

/// An entry of the ledger: what could not be judged.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "NotJudged")
)]
pub struct NotJudgedOut<'a> {
    /// The rule that could not judge.
    pub rule: &'static str,
    /// The object that it would have judged.
    pub object: ObjectOut<'a>,
    /// The container, where it is about one.
    pub container: Option<&'a str>,
    /// The token that could not be followed.
    pub location: LocationOut<'a>,
    /// A word of the list in docs/ledger.md, to which others may be added.
    pub code: &'a str,
    /// Why, a phrase.
    pub reason: &'a str,
}

/// Something that could not be read.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Unread")
)]
pub struct UnreadOut<'a> {
    /// The file.
    pub file: &'a str,
    /// The line at which reading ended, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// What happened.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = words(ReadErrorCode::ALL, ReadErrorCode::as_str))))]
    pub code: &'static str,
    /// Why, a phrase.
    pub reason: &'a str,
}

/// A rule that failed: a bug in leaselint.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "InternalError")
)]
pub struct InternalOut<'a> {
    /// The rule's id.
    pub rule: &'static str,
    /// What failed.
    pub message: &'a str,
}

/// The baseline that was applied.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Baseline")
)]
pub struct BaselineOut<'a> {
    /// Its file.
    pub file: &'a str,
    /// Its entries that match nothing any more.
    pub unmatched: Vec<BaselineEntryOut<'a>>,
}

/// An entry of a baseline.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "BaselineEntry")
)]
pub struct BaselineEntryOut<'a> {
    /// Its line, from 1.
    pub line: u32,
    /// The fingerprint of the finding.
    pub fingerprint: &'a str,
    /// The rule.
    pub rule: &'a str,
    /// The file of the finding.
    pub file: &'a str,
}

/// Counts.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Summary")
)]
#[serde(rename_all = "camelCase")]
pub struct SummaryOut {
    /// Files that were read.
    pub files: u32,
    /// Documents in them.
    pub documents: u32,
    /// Objects of Kubernetes among them.
    pub objects: u32,
    /// Containers that elect a leader.
    pub electors: u32,
    /// Findings of severity error that nothing silences.
    pub errors: u32,
    /// The same of severity warning.
    pub warnings: u32,
    /// The same of severity info.
    pub infos: u32,
    /// Findings that are silenced.
    pub suppressed: u32,
    /// Entries of the ledger.
    pub not_judged: u32,
    /// What could not be read.
    pub unread: u32,
}
