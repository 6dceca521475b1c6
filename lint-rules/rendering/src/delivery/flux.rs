//! `HelmRelease` and `Kustomization` of Flux.
//!
//! Read in helm-controller v1.4 (`internal/chartutil`, `api/v2`), source-controller v1.7 (values files of a chart) and
//! kustomize-controller v1.7 with `fluxcd/pkg/kustomize`.

use manifest::tree::{Node, Value};

use super::edits::KustomizationEdits;
use super::{
    AppliedChart, AppliedSource, AppliedValues, Neighbours, SourceKind, WrittenValues, is_set,
    items, path_in, text_at,
};
use crate::substitution::Variables;
use crate::values_file::ValuesFile;

/// Helm takes no longer names of releases, and Flux shortens them by a digest.
const MAX_RELEASE_NAME_BYTES: usize = 53;

/// The chart that a `HelmRelease` applies.
pub(super) fn release<'d>(
    object: Node<'d>,
    neighbours: &Neighbours<'d>,
) -> Result<AppliedSource, String> {
    let spec = object.get("spec").ok_or("it has no spec")?;
    if is_set(spec, "postRenderers") {
        return Err("its postRenderers change what helm renders".to_owned());
    }
    let own_namespace = text_at(object, &["metadata", "namespace"]);
    let chart = match spec.get("chartRef") {
        Some(reference) => {
            let kind = text_at(reference, &["kind"]).unwrap_or_default();
            let name = text_at(reference, &["name"]).unwrap_or_default();
            if kind != "HelmChart" {
                return Err(format!("its chart comes from the {kind} {name}"));
            }
            let namespace = text_at(reference, &["namespace"]).or(own_namespace);
            let chart = neighbours.find(object, kind, namespace, name)?;
            chart.get("spec").ok_or("its HelmChart has no spec")?
        }
        None => spec.at(&["chart", "spec"]).ok_or("it names no chart")?,
    };
    let path = text_at(chart, &["chart"]).ok_or("it names no chart")?;
    in_repository(chart, "chart")?;
    let mut values = Vec::new();
    let files: Vec<&str> = text_at(chart, &["valuesFile"])
        .into_iter()
        .chain(items(chart, "valuesFiles").filter_map(Node::as_str))
        .collect();
    let may_miss = chart
        .get("ignoreMissingValuesFiles")
        .and_then(Node::as_bool);
    for file in &files {
        values.push(AppliedValues::File {
            path: path_in("", file.trim_start_matches('/'))?,
            is_optional: may_miss == Some(true),
        });
    }
    for from in items(spec, "valuesFrom") {
        let written = values_from(object, from, own_namespace, neighbours)?;
        values.extend(written.map(AppliedValues::Written));
    }
    let inline = spec
        .get("values")
        .filter(|node| matches!(node.value(), Value::Mapping));
    values.extend(inline.map(|node| AppliedValues::Written(WrittenValues::of_node(node))));
    let target = text_at(spec, &["targetNamespace"]);
    let name = text_at(object, &["metadata", "name"]).ok_or("it has no name")?;
    let name = match (text_at(spec, &["releaseName"]), target) {
        (Some(name), _) => name.to_owned(),
        (None, Some(target)) => format!("{target}-{name}"),
        (None, None) => name.to_owned(),
    };
    if name.len() > MAX_RELEASE_NAME_BYTES || name.starts_with('-') {
        return Err(format!("its release cannot be called {name}"));
    }
    Ok(AppliedSource {
        path: path_in("", path.trim_start_matches('/'))?,
        kind: Some(SourceKind::Chart),
        chart: AppliedChart {
            release: name,
            namespace: target.or(own_namespace).map(str::to_owned),
            replaces_values: !files.is_empty(),
            values,
            arguments: Vec::new(),
        },
        edits: KustomizationEdits::default(),
    })
}

/// Only a repository of git holds paths. Whether it is the one of the input is decided by whether the paths are in the input.
fn in_repository(holder: Node<'_>, what: &str) -> Result<(), String> {
    let reference = holder.get("sourceRef").ok_or("it names no source")?;
    let kind = text_at(reference, &["kind"]).unwrap_or_default();
    let name = text_at(reference, &["name"]).unwrap_or_default();
    match kind {
        "GitRepository" => Ok(()),
        _ => Err(format!("its {what} comes from the {kind} {name}")),
    }
}

/// What a ConfigMap of the input gives; `None` if it may be missing and is.
fn values_from<'d>(
    object: Node<'d>,
    from: Node<'d>,
    namespace: Option<&str>,
    neighbours: &Neighbours<'d>,
) -> Result<Option<WrittenValues>, String> {
    let kind = text_at(from, &["kind"]).unwrap_or_default();
    let name = text_at(from, &["name"]).unwrap_or_default();
    if kind != "ConfigMap" {
        return Err(format!("its values come from the {kind} {name}"));
    }
    let key = text_at(from, &["valuesKey"]).unwrap_or("values.yaml");
    let holder = neighbours.find(object, kind, namespace, name)?;
    let Some(node) = holder.at(&["data", key]) else {
        let may_miss = from.get("optional").and_then(Node::as_bool) == Some(true);
        return match may_miss {
            true => Ok(None),
            false => Err(format!("the ConfigMap {name} has no {key}")),
        };
    };
    let text = node
        .as_str()
        .ok_or_else(|| format!("{key} of the ConfigMap {name} is no text"))?;
    let Some(path) = text_at(from, &["targetPath"]) else {
        return WrittenValues::of_text(node, text).map(Some);
    };
    let keys: Vec<&str> = path.split('.').collect();
    if path.contains(['[', '\\', ',', '=']) || keys.contains(&"") {
        return Err(format!("its values are put at {path}"));
    }
    // A text in quotes stays one, whatever it looks like.
    let is_quoted = ['\'', '"']
        .iter()
        .any(|quote| text.starts_with(*quote) && text.ends_with(*quote));
    let value = match is_quoted {
        true => text.trim_matches(['\'', '"']),
        false => text,
    };
    if value.starts_with('{') || value.contains([',', '\\']) {
        return Err(format!(
            "{key} of the ConfigMap {name} is a list or several values"
        ));
    }
    let values = ValuesFile::of_key(&keys, node, value, is_quoted);
    Ok(Some(WrittenValues {
        file: node.document().file(),
        text: values.to_json(),
        values,
    }))
}

/// The folder that a `Kustomization` applies.
pub(super) fn kustomization<'d>(
    object: Node<'d>,
    neighbours: &Neighbours<'d>,
) -> Result<AppliedSource, String> {
    let spec = object.get("spec").ok_or("it has no spec")?;
    in_repository(spec, "folder")?;
    let path = text_at(spec, &["path"]).unwrap_or(".");
    let mut edits = KustomizationEdits::of_flux(spec);
    if let Some(build) = spec.get("postBuild") {
        // Without a single variable, Flux leaves the text as it is unless it must always fill it in.
        let always = text_at(build, &["substituteStrategy"]) == Some("Always");
        let variables = variables(object, build, neighbours)?;
        edits.variables = Some(variables).filter(|known| always || !known.is_empty());
    }
    Ok(AppliedSource {
        path: path_in("", path.trim_start_matches('/'))?,
        kind: Some(SourceKind::Kustomization),
        chart: AppliedChart::default(),
        edits,
    })
}

/// The variables that a build's text is filled in with. Of one name the last counts, and those written in the object itself
/// more than any other.
fn variables<'d>(
    object: Node<'d>,
    build: Node<'d>,
    neighbours: &Neighbours<'d>,
) -> Result<Variables, String> {
    let mut variables = Variables::default();
    let namespace = text_at(object, &["metadata", "namespace"]);
    for from in items(build, "substituteFrom") {
        let kind = text_at(from, &["kind"]).unwrap_or_default();
        let name = text_at(from, &["name"]).unwrap_or_default();
        if kind != "ConfigMap" {
            return Err(format!("its variables come from the {kind} {name}"));
        }
        let holder = neighbours.find(object, kind, namespace, name)?;
        let data = holder.get("data").into_iter().flat_map(Node::entries);
        for entry in data {
            let text = entry.value.scalar_text().unwrap_or_default();
            variables.set(entry.key, text);
        }
    }
    let written = build.get("substitute").into_iter().flat_map(Node::entries);
    for entry in written {
        variables.set(entry.key, entry.value.scalar_text().unwrap_or_default());
    }
    Ok(variables)
}
