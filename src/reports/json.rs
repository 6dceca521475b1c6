//! Parts of the JSON reports that several of them share.

pub use custom::ObjectOut;
use engine::{Location, RenderedPlace};
use serde::Serialize;

use super::sources::Sources;

/// A resource of a cluster that may not be read.
#[derive(Debug, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "NotRead")
)]
pub struct NotRead {
    /// The resource in plural.
    pub resource: &'static str,
    /// Where; `None`: in all namespaces.
    pub namespace: Option<String>,
    /// Why not: the API server's words, or what is wrong with the first object that cannot be read.
    pub reason: String,
}

impl NotRead {
    /// One line for people.
    pub fn line(&self) -> String {
        let place = match &self.namespace {
            Some(namespace) => format!(" in namespace {namespace}"),
            None => String::new(),
        };
        format!("not read: {}{place}: {}", self.resource, self.reason)
    }
}

/// What the API server says of the rights of electors.
#[derive(Debug, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "VerifiedAccess")
)]
pub struct VerifiedOut {
    /// How many different questions were asked.
    pub questions: usize,
    /// Where the answer is not what the roles prove.
    pub differences: Vec<DifferenceOut>,
}

/// One answer that is not what the roles prove.
#[derive(Debug, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "AccessDifference")
)]
#[serde(rename_all = "camelCase")]
pub struct DifferenceOut {
    /// `Deployment ops/controller`.
    pub object: String,
    /// The container.
    pub container: String,
    /// `ops/controller`.
    pub account: String,
    /// The verb.
    pub verb: String,
    /// The resource in plural.
    pub resource: &'static str,
    /// The lock's namespace.
    pub namespace: String,
    /// The lock's name; empty where the request carries none.
    pub name: String,
    /// What the API server says.
    pub allowed: bool,
}

/// What reports of a live cluster have beside others: what may not be read, and what was asked of the API server.
pub type LiveParts<'a> = (&'a [NotRead], Option<&'a VerifiedOut>);

impl VerifiedOut {
    /// Lines for people.
    pub fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.differences.iter().map(DifferenceOut::line).collect();
        if lines.is_empty() {
            lines.push(format!(
                "the API server confirms the rights of all electors that are known ({} questions)",
                self.questions
            ));
        }
        lines
    }
}

impl DifferenceOut {
    fn line(&self) -> String {
        let (says, proven) = match self.allowed {
            true => ("allows", "missing"),
            false => ("denies", "granted"),
        };
        let Self {
            object,
            container,
            account,
            verb,
            resource,
            namespace,
            ..
        } = self;
        format!(
            "access differs: {object}, container {container}: the API server {says} `{verb}` on {resource} in {namespace} to \
             {account}, which by its roles is {proven}"
        )
    }
}

/// A token of the input.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Location")
)]
#[serde(rename_all = "camelCase")]
pub struct LocationOut<'a> {
    /// The file; null in an object of a live cluster.
    file: Option<&'a str>,
    /// Its first line, from 1.
    line: u32,
    /// Its first column in characters, from 1.
    column: u32,
    /// The line of its end.
    end_line: u32,
    /// The column after its last character.
    end_column: u32,
    /// Where it is in its object, as `$.spec.replicas`.
    path: &'a str,
    /// Where it stands in what a chart or kustomization was rendered to.
    rendered: Option<RenderedOut<'a>>,
}

/// Where a token stands in what was rendered.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "RenderedPlace")
)]
#[serde(rename_all = "camelCase")]
pub struct RenderedOut<'a> {
    /// What rendered it, as `helm template`.
    by: &'static str,
    /// The release of a chart.
    release: Option<&'a str>,
    /// The template of a chart.
    template: Option<&'a str>,
    /// Its line there, from 1.
    line: u32,
    /// Its column there in characters, from 1.
    column: u32,
    /// The rendered text of that line.
    text: &'a str,
    /// Whether the place in the source was found; otherwise the location is the chart's or kustomization's own file.
    traced: bool,
}

impl<'a> From<&'a RenderedPlace> for RenderedOut<'a> {
    fn from(place: &'a RenderedPlace) -> Self {
        Self {
            by: place.by,
            release: place.release.as_deref(),
            template: place.template.as_deref(),
            line: place.start.line,
            column: place.start.column,
            text: &place.text,
            traced: place.is_traced,
        }
    }
}

impl<'a> LocationOut<'a> {
    pub fn new(location: &'a Location, sources: Sources<'a>) -> Self {
        Self {
            file: sources.file_name(location.place.file),
            line: location.start.line,
            column: location.start.column,
            end_line: location.end.line,
            end_column: location.end.column,
            path: &location.path,
            rendered: location.rendered.as_deref().map(RenderedOut::from),
        }
    }
}

/// A document for programs, with a line feed at its end.
pub fn render(document: &impl Serialize) -> String {
    // Our own structs have string keys and finite numbers, which is all that can go wrong.
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}
