//! Objects of Flux and Argo CD that apply a chart or a folder of their repository, with values of their own.
//!
//! What such an object says is read here; whether the path that it names is in the input is for others to find out. What
//! comes from elsewhere, or is not written in the input, is named and nothing is assumed in its place.

mod application_set;
mod argo;
mod edits;
mod flux;
mod git_folders;

use std::ops::Range;

use manifest::paths::within;
use manifest::tree::Node;

pub use edits::KustomizationEdits;

use crate::values_file::ValuesFile;

/// What one object applies.
#[derive(Clone, Debug, PartialEq)]
pub struct AppliedSource {
    /// The path from the root of the repository on, without `.` and `..`; empty: all of it.
    pub path: String,
    /// As what the path is applied; `None`: what lies there decides.
    pub kind: Option<SourceKind>,
    /// How a chart there is applied.
    pub chart: AppliedChart,
    /// How a kustomization there is applied.
    pub edits: KustomizationEdits,
}

/// What lies at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// A chart.
    Chart,
    /// A kustomization.
    Kustomization,
    /// Manifests.
    Folder,
}

/// How a chart is applied.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AppliedChart {
    /// The release.
    pub release: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Files of the values stand in the place of the chart's own `values.yaml`.
    pub replaces_values: bool,
    /// Values, the weakest first.
    pub values: Vec<AppliedValues>,
    /// Further arguments for `helm template`.
    pub arguments: Vec<String>,
}

/// Values with which a chart is applied.
#[derive(Clone, Debug, PartialEq)]
pub enum AppliedValues {
    /// A file.
    File {
        /// Its path from the root of the repository on.
        path: String,
        /// It may be missing.
        is_optional: bool,
    },
    /// Written in an object of the input.
    Written(WrittenValues),
}

/// Values that are written in an object.
#[derive(Clone, Debug, PartialEq)]
pub struct WrittenValues {
    /// The object's file.
    pub file: manifest::text::FileId,
    /// The values as helm takes them.
    pub text: String,
    /// With the place of each.
    pub values: ValuesFile,
}

impl WrittenValues {
    /// The values that a mapping holds.
    fn of_node(node: Node<'_>) -> Self {
        let values = ValuesFile::of_node(node);
        Self {
            file: node.document().file(),
            text: values.to_json(),
            values,
        }
    }

    /// The values of a text in an object. `filled`: the text with everything filled in.
    fn of_text(node: Node<'_>, filled: &str) -> Result<Self, String> {
        let document = node.document();
        let whole: Range<usize> = node.span().range();
        let limits = manifest::tree::ReadLimits::default();
        let values = match manifest::yaml::parse_embedded(document, node, limits) {
            Ok(inner) if node.as_str() == Some(filled) => ValuesFile::of_node(inner.root()),
            _ => ValuesFile::of_text(None, filled).written_at(whole),
        };
        Ok(Self {
            file: document.file(),
            text: filled.to_owned(),
            values,
        })
    }
}

/// Other objects of the input, by which what an object applies is found.
pub struct Neighbours<'d> {
    /// The top nodes of the documents.
    pub objects: Vec<Node<'d>>,
    /// The paths of all folders, from the root of the repository on. They are collected only where an object names them by a pattern.
    pub folders: &'d dyn Fn() -> Vec<String>,
}

impl<'d> Neighbours<'d> {
    /// The only object of this kind and name, those of the same file first. Where either names no namespace it is the same.
    fn find(
        &self,
        asker: Node<'d>,
        kind: &str,
        namespace: Option<&str>,
        name: &str,
    ) -> Result<Node<'d>, String> {
        let fits = |node: &&Node<'d>| {
            let own = text_at(**node, &["metadata", "namespace"]);
            text_at(**node, &["kind"]) == Some(kind)
                && text_at(**node, &["metadata", "name"]) == Some(name)
                && (own.is_none() || namespace.is_none() || own == namespace)
        };
        let all: Vec<Node<'d>> = self.objects.iter().filter(fits).copied().collect();
        let file = asker.document().file();
        let own: Vec<Node<'d>> = all
            .iter()
            .filter(|node| node.document().file() == file)
            .copied()
            .collect();
        match (own.as_slice(), all.as_slice()) {
            ([one], _) | ([], [one]) => Ok(*one),
            ([], []) => Err(format!("the {kind} {name} is not in the input")),
            _ => Err(format!("the input has several {kind}s of the name {name}")),
        }
    }
}

/// Whether a text, such as a template, may give objects that apply something.
#[must_use]
pub fn may_apply(text: &str) -> bool {
    let is_of = |(group, kind): (&str, &str)| {
        text.contains(group) && text.contains(&format!("kind: {kind}"))
    };
    [
        ("helm.toolkit.fluxcd.io", "HelmRelease"),
        ("kustomize.toolkit.fluxcd.io", "Kustomization"),
        // And `ApplicationSet`.
        ("argoproj.io", "Application"),
    ]
    .into_iter()
    .any(is_of)
}

/// What an object applies, one after the other, or why that is not known; `None`: it is no such object.
#[must_use]
pub fn applied_sources<'d>(
    object: Node<'d>,
    neighbours: &Neighbours<'d>,
) -> Option<Vec<Result<AppliedSource, String>>> {
    let version = text_at(object, &["apiVersion"])?;
    let group = version.split_once('/').map_or("", |(group, _)| group);
    let one = |result| Some(vec![result]);
    match (group, text_at(object, &["kind"])?) {
        ("helm.toolkit.fluxcd.io", "HelmRelease") => one(flux::release(object, neighbours)),
        ("kustomize.toolkit.fluxcd.io", "Kustomization") => {
            one(flux::kustomization(object, neighbours))
        }
        ("argoproj.io", "Application") => Some(argo::application(object)),
        ("argoproj.io", "ApplicationSet") => {
            Some(application_set::application_set(object, neighbours))
        }
        _ => None,
    }
}

fn text_at<'d>(node: Node<'d>, path: &[&str]) -> Option<&'d str> {
    node.at(path)?.as_str().filter(|text| !text.is_empty())
}

fn items<'d>(node: Node<'d>, key: &str) -> impl Iterator<Item = Node<'d>> + use<'d> {
    node.get(key).into_iter().flat_map(Node::items)
}

fn is_set(node: Node<'_>, key: &str) -> bool {
    let value = node.get(key);
    value.is_some_and(|value| {
        !value.is_null()
            && (value.items().len() > 0
                || value.entries().next().is_some()
                || value.scalar_text().is_some_and(|text| !text.is_empty()))
    })
}

/// The path in the repository of one that is counted from a folder of it, or from its root where it begins with a slash.
fn path_in(folder: &str, path: &str) -> Result<String, String> {
    let folder = if path.starts_with('/') { "" } else { folder };
    within(folder, path).ok_or_else(|| format!("the path {path} leads out of the repository"))
}

#[cfg(test)]
mod tests;
