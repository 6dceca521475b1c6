//! `render`: with which programs, and how, charts and kustomizations are rendered.

use std::path::{Path, PathBuf};
use std::time::Duration;

use manifest::tree::{Node, Value};
use programs::duration::go_duration;

use super::mistake::Mistake;
use super::read::{is_mapping, is_sequence, unknown_key};

const KEYS: [&str; 4] = ["helm", "kustomize", "timeout", "charts"];
const CHART_KEYS: [&str; 2] = ["path", "releases"];
const RELEASE_KEYS: [&str; 4] = ["name", "namespace", "values", "set"];

/// No rendering takes longer: a run that waits for hours is stuck.
const MAX_TIMEOUT: Duration = Duration::from_secs(3600);

/// What the configuration says of rendering.
#[derive(Clone, Debug, Default)]
pub struct RenderConfig {
    /// Helm: a name on PATH, or an absolute path.
    pub helm: Option<PathBuf>,
    /// Kustomize, alike.
    pub kustomize: Option<PathBuf>,
    /// How long a program may take.
    pub timeout: Option<Duration>,
    /// Charts with the releases that are judged of them.
    pub charts: Vec<ConfiguredChart>,
}

/// A chart with releases.
#[derive(Clone, Debug)]
#[cfg_attr(
    not(feature = "render"),
    expect(
        dead_code,
        reason = "a linter that renders nothing checks the configuration all the same"
    )
)]
pub struct ConfiguredChart {
    /// Its folder.
    pub path: PathBuf,
    /// What is rendered of it.
    pub releases: Vec<ConfiguredRelease>,
}

/// A release of a chart.
#[derive(Clone, Debug, Default)]
#[cfg_attr(
    not(feature = "render"),
    expect(
        dead_code,
        reason = "a linter that renders nothing checks the configuration all the same"
    )
)]
pub struct ConfiguredRelease {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Files of values, the weakest first, as written: in the folder of the configuration or of the chart.
    pub values: Vec<String>,
    /// The folder of the configuration.
    pub folder: PathBuf,
    /// Keys with values as JSON.
    pub set: Vec<(String, String)>,
}

/// Reads `render`.
pub fn read(node: Node<'_>, folder: &Path, mistakes: &mut Vec<Mistake>) -> RenderConfig {
    let mut config = RenderConfig::default();
    if !is_mapping(node, "`render`", mistakes) {
        return config;
    }
    for entry in node.entries() {
        let value = entry.value;
        match entry.key {
            "helm" => config.helm = program(value, mistakes),
            "kustomize" => config.kustomize = program(value, mistakes),
            "timeout" => config.timeout = timeout(value, mistakes),
            "charts" if is_sequence(value, "`charts`", mistakes) => {
                let charts = value.items();
                config.charts = charts
                    .filter_map(|item| chart(item, folder, mistakes))
                    .collect();
            }
            "charts" => {}
            other => mistakes.push(unknown_key(entry.key_span, other, &KEYS)),
        }
    }
    config
}

/// A configuration lies in a repository that may be somebody else's, so it can name only what is installed.
fn program(node: Node<'_>, mistakes: &mut Vec<Mistake>) -> Option<PathBuf> {
    let path = PathBuf::from(text(node, mistakes)?);
    if path.components().count() > 1 && !path.is_absolute() {
        let message = "must be a name on PATH or an absolute path";
        mistakes.push(Mistake::new(node.span(), message));
        return None;
    }
    Some(path)
}

fn timeout(node: Node<'_>, mistakes: &mut Vec<Mistake>) -> Option<Duration> {
    let parsed = go_duration(node.scalar_text().unwrap_or_default()).ok();
    let nanos = parsed.and_then(|nanos| u64::try_from(nanos.0).ok());
    let time = nanos.map(Duration::from_nanos);
    let fits = time.filter(|time| !time.is_zero() && *time <= MAX_TIMEOUT);
    if fits.is_none() {
        let message = "must be a duration of at most an hour, such as `30s`";
        mistakes.push(Mistake::new(node.span(), message));
    }
    fits
}

fn chart(node: Node<'_>, folder: &Path, mistakes: &mut Vec<Mistake>) -> Option<ConfiguredChart> {
    if !is_mapping(node, "a chart", mistakes) {
        return None;
    }
    let mut path = None;
    let mut releases = Vec::new();
    for entry in node.entries() {
        let value = entry.value;
        match entry.key {
            "path" => path = text(value, mistakes).map(|path| folder.join(path)),
            "releases" if is_sequence(value, "`releases`", mistakes) => {
                let items = value.items();
                releases = items
                    .filter_map(|item| release(item, folder, mistakes))
                    .collect();
            }
            "releases" => {}
            other => mistakes.push(unknown_key(entry.key_span, other, &CHART_KEYS)),
        }
    }
    if path.is_none() {
        mistakes.push(Mistake::new(node.span(), "a chart needs a `path`"));
    }
    Some(ConfiguredChart {
        path: path?,
        releases,
    })
}

fn release(
    node: Node<'_>,
    folder: &Path,
    mistakes: &mut Vec<Mistake>,
) -> Option<ConfiguredRelease> {
    if !is_mapping(node, "a release", mistakes) {
        return None;
    }
    let mut release = ConfiguredRelease {
        folder: folder.to_path_buf(),
        ..ConfiguredRelease::default()
    };
    for entry in node.entries() {
        let value = entry.value;
        match entry.key {
            "name" => release.name = text(value, mistakes).unwrap_or_default(),
            "namespace" => release.namespace = text(value, mistakes),
            "values" if is_sequence(value, "`values`", mistakes) => {
                let files = value.items();
                release.values = files.filter_map(|file| text(file, mistakes)).collect();
            }
            "set" if is_mapping(value, "`set`", mistakes) => {
                let keys = value.entries();
                release.set = keys
                    .map(|entry| (entry.key.to_owned(), json(entry.value).to_string()))
                    .collect();
            }
            "values" | "set" => {}
            other => mistakes.push(unknown_key(entry.key_span, other, &RELEASE_KEYS)),
        }
    }
    // A name that begins with a dash would be an option of helm's.
    if release.name.is_empty() || release.name.starts_with('-') {
        mistakes.push(Mistake::new(node.span(), "a release needs a `name`"));
        return None;
    }
    Some(release)
}

fn text(node: Node<'_>, mistakes: &mut Vec<Mistake>) -> Option<String> {
    let text = node.as_str().filter(|text| !text.is_empty());
    if text.is_none() {
        mistakes.push(Mistake::new(node.span(), "must be a text"));
    }
    text.map(str::to_owned)
}

fn json(node: Node<'_>) -> serde_json::Value {
    match node.value() {
        Value::Mapping => {
            let entries = node.entries();
            let pairs = entries.map(|entry| (entry.key.to_owned(), json(entry.value)));
            serde_json::Value::Object(pairs.collect())
        }
        Value::Sequence => serde_json::Value::Array(node.items().map(json).collect()),
        Value::String(text) => serde_json::Value::String(text.to_owned()),
        Value::Bool(value) => serde_json::Value::Bool(value),
        Value::Null => serde_json::Value::Null,
        Value::Integer(value) => match i64::try_from(value) {
            Ok(value) => value.into(),
            Err(_) => node
                .scalar_text()
                .and_then(|text| text.parse::<f64>().ok())
                .into(),
        },
        Value::Float(value) => value.into(),
    }
}
