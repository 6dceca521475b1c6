//! `Application` of Argo CD.
//!
//! Read in argo-cd v3.2 (`reposerver/repository/repository.go`, `util/helm`, `util/kustomize`): values files are the weakest,
//! then `valuesObject` or `values`, then parameters.

use manifest::tree::{Node, Value};

use super::edits::KustomizationEdits;
use super::{
    AppliedChart, AppliedSource, AppliedValues, SourceKind, WrittenValues, is_set, items, path_in,
    text_at,
};
use crate::values_file::ValuesFile;

/// What becomes of a text of a template; in an `Application` it stays as it is.
pub(super) type FillText<'f> = &'f dyn Fn(&str) -> Result<String, String>;

/// What an `Application` applies.
pub(super) fn application(object: Node<'_>) -> Vec<Result<AppliedSource, String>> {
    let name = text_at(object, &["metadata", "name"]).unwrap_or_default();
    match object.get("spec") {
        Some(spec) => of_spec(spec, name, &|text| Ok(text.to_owned())),
        None => vec![Err("it has no spec".to_owned())],
    }
}

/// What the spec of an application of this name applies.
pub(super) fn of_spec(
    spec: Node<'_>,
    name: &str,
    fill: FillText<'_>,
) -> Vec<Result<AppliedSource, String>> {
    let several: Vec<Node<'_>> = items(spec, "sources").collect();
    let sources = match several.is_empty() {
        true => spec.get("source").into_iter().collect(),
        false => several,
    };
    if sources.is_empty() {
        return vec![Err("it names no source".to_owned())];
    }
    let application = ArgoApplication {
        name,
        namespace: text_at(spec, &["destination", "namespace"]),
        sources: &sources,
        fill,
    };
    let is_applied = |source: &&Node<'_>| {
        // A source that others refer to may only hold values.
        text_at(**source, &["ref"]).is_none() || text_at(**source, &["path"]).is_some()
    };
    let applied = sources.iter().filter(is_applied);
    applied.map(|source| application.source(*source)).collect()
}

struct ArgoApplication<'a, 'd> {
    name: &'a str,
    namespace: Option<&'d str>,
    sources: &'a [Node<'d>],
    fill: FillText<'a>,
}

impl ArgoApplication<'_, '_> {
    fn text(&self, node: Node<'_>, path: &[&str]) -> Result<Option<String>, String> {
        text_at(node, path).map(self.fill).transpose()
    }

    fn source(&self, source: Node<'_>) -> Result<AppliedSource, String> {
        let url = self.text(source, &["repoURL"])?.unwrap_or_default();
        if let Some(chart) = self.text(source, &["chart"])? {
            return Err(format!("the chart {chart} comes from {url}"));
        }
        if source.get("plugin").is_some_and(|plugin| !plugin.is_null()) {
            return Err("a plugin renders it".to_owned());
        }
        if source
            .at(&["directory", "jsonnet"])
            .is_some_and(|one| one.entries().next().is_some())
        {
            return Err("it is written in Jsonnet".to_owned());
        }
        let has = |key: &str| source.get(key).is_some_and(|value| !value.is_null());
        let kind = match (has("helm"), has("kustomize"), has("directory")) {
            (true, false, false) => Some(SourceKind::Chart),
            (false, true, false) => Some(SourceKind::Kustomization),
            (false, false, true) => Some(SourceKind::Folder),
            (false, false, false) => None,
            _ => return Err("it says twice how it is rendered".to_owned()),
        };
        let path = self.text(source, &["path"])?.unwrap_or_default();
        let path = path_in("", path.trim_start_matches('/'))?;
        let edits = source.get("kustomize").map(KustomizationEdits::of_argo);
        let edits = edits.unwrap_or_default();
        Ok(AppliedSource {
            chart: self.chart(source, &path, &url)?,
            path,
            kind,
            edits: edits.filled(self.fill)?,
        })
    }

    fn chart(&self, source: Node<'_>, path: &str, url: &str) -> Result<AppliedChart, String> {
        let mut chart = AppliedChart {
            release: (self.fill)(self.name)?,
            namespace: self.namespace.map(self.fill).transpose()?,
            ..AppliedChart::default()
        };
        let Some(helm) = source.get("helm") else {
            return Ok(chart);
        };
        if is_set(helm, "fileParameters") {
            return Err("files are parameters of its chart".to_owned());
        }
        if let Some(name) = self.text(helm, &["releaseName"])? {
            chart.release = name;
        }
        if let Some(namespace) = self.text(helm, &["namespace"])? {
            chart.namespace = Some(namespace);
        }
        if chart.release.starts_with('-') {
            return Err(format!("its release cannot be called {}", chart.release));
        }
        if let Some(version) = self.text(helm, &["kubeVersion"])? {
            chart.arguments.push(format!("--kube-version={version}"));
        }
        for version in items(helm, "apiVersions").filter_map(Node::as_str) {
            let version = (self.fill)(version)?;
            chart.arguments.push(format!("--api-versions={version}"));
        }
        let may_miss = helm.get("ignoreMissingValueFiles").and_then(Node::as_bool);
        for file in items(helm, "valueFiles").filter_map(Node::as_str) {
            let file = (self.fill)(file)?;
            chart.values.push(AppliedValues::File {
                path: self.values_path(&file, path, url)?,
                is_optional: may_miss == Some(true),
            });
        }
        chart
            .values
            .extend(self.written(helm)?.map(AppliedValues::Written));
        self.add_parameters(helm, &mut chart)?;
        Ok(chart)
    }

    /// The path of a values file from the repository's root on.
    fn values_path(&self, file: &str, folder: &str, url: &str) -> Result<String, String> {
        if file.contains("://") {
            return Err(format!("its values come from {file}"));
        }
        if file.contains(['*', '?', '[']) {
            return Err(format!("its values are all files that {file} stands for"));
        }
        let reference = file.strip_prefix('$');
        if reference.unwrap_or(file).contains('$') {
            return Err(format!(
                "the name of its values file {file} is filled in by Argo CD"
            ));
        }
        let Some(reference) = reference else {
            return path_in(folder, file);
        };
        let (name, rest) = reference.split_once('/').unwrap_or((reference, ""));
        let named = self
            .sources
            .iter()
            .find(|one| text_at(**one, &["ref"]) == Some(name));
        let Some(named) = named else {
            return Err(format!("no source is called {name}"));
        };
        let other = self.text(*named, &["repoURL"])?.unwrap_or_default();
        if repository(&other) != repository(url) {
            return Err(format!("its values come from {other}"));
        }
        path_in("", rest)
    }

    fn written(&self, helm: Node<'_>) -> Result<Option<WrittenValues>, String> {
        let object = helm.get("valuesObject");
        if let Some(node) = object.filter(|node| matches!(node.value(), Value::Mapping)) {
            let values = ValuesFile::of_node(node).filled(self.fill)?;
            return Ok(Some(WrittenValues {
                file: node.document().file(),
                text: values.to_json(),
                values,
            }));
        }
        let Some((node, text)) = helm
            .get("values")
            .and_then(|node| Some((node, node.as_str()?)))
        else {
            return Ok(None);
        };
        let filled = (self.fill)(text)?;
        WrittenValues::of_text(node, &filled).map(Some)
    }

    /// Parameters at plain keys are values, too, and the strongest; another one is helm's `--set`.
    fn add_parameters(&self, helm: Node<'_>, chart: &mut AppliedChart) -> Result<(), String> {
        let mut plain: Option<WrittenValues> = None;
        for parameter in items(helm, "parameters") {
            let name = self.text(parameter, &["name"])?.unwrap_or_default();
            let Some(node) = parameter.get("value") else {
                continue;
            };
            let text = (self.fill)(node.scalar_text().unwrap_or_default())?;
            if text.contains('$') {
                return Err(format!("its parameter {name} is filled in by Argo CD"));
            }
            let is_text = parameter.get("forceString").and_then(Node::as_bool) == Some(true);
            let keys: Vec<&str> = name.split('.').collect();
            let is_plain = |key: &&str| {
                let is_word = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
                !key.is_empty() && key.chars().all(is_word)
            };
            // In a value these have a meaning of their own.
            if !keys.iter().all(is_plain) || text.contains(['{', '\\']) {
                let option = if is_text { "--set-string" } else { "--set" };
                let text = escaped_commas(&text);
                chart.arguments.push(format!("{option}={name}={text}"));
                continue;
            }
            let value = ValuesFile::of_key(&keys, node, &text, is_text);
            let values = match plain.take() {
                Some(weaker) => weaker.values.and(value),
                None => value,
            };
            plain = Some(WrittenValues {
                file: node.document().file(),
                text: values.to_json(),
                values,
            });
        }
        chart.values.extend(plain.map(AppliedValues::Written));
        Ok(())
    }
}

/// A text for `--set` as Argo CD writes it (`cleanSetParameters`): a list stays one, and other commas part nothing.
fn escaped_commas(text: &str) -> String {
    if text.starts_with('{') && text.ends_with('}') {
        return text.to_owned();
    }
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c == ',' && !escaped.ends_with('\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// A URL of a repository without what may be written in two ways.
fn repository(url: &str) -> &str {
    let url = url.trim_end_matches('/');
    url.strip_suffix(".git").unwrap_or(url)
}
