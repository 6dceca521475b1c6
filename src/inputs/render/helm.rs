//! `helm template` over the files of a chart.

use std::path::Path;

use engine::AppliedBy;
use rendering::ChartFile;
use rendering::delivery::WrittenValues;

use super::job::{JobRunner, RenderJob};
use super::process::ProcessFailure;

/// How helm renders.
pub const BY: &str = "helm template";

/// The release's name where none is given: that of helm itself.
pub const DEFAULT_RELEASE: &str = "release-name";

/// The values of a chart itself.
pub const OWN_VALUES: &str = "values.yaml";

/// How a chart is rendered.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartRelease {
    /// Its name.
    pub name: String,
    /// Its namespace, if one is given.
    pub namespace: Option<String>,
    /// Values files, the weakest first.
    pub values: Vec<GivenValues>,
    /// Further arguments.
    pub arguments: Vec<String>,
    /// The chart's own `values.yaml` does not count.
    pub replaces_values: bool,
    /// The object that applies it.
    pub applied_by: Option<AppliedBy>,
}

/// Values that are given beside the chart.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenValues {
    /// The file's name in reports, without `.` and `..`.
    pub name: String,
    /// Its text.
    pub text: String,
    /// They stand in an object of the input and are no file.
    pub written: Option<WrittenValues>,
}

impl Default for ChartRelease {
    fn default() -> Self {
        Self {
            name: DEFAULT_RELEASE.to_owned(),
            namespace: None,
            values: Vec::new(),
            arguments: Vec::new(),
            replaces_values: false,
            applied_by: None,
        }
    }
}

/// Renders a chart. `overlay`: values that are stronger than all others, as JSON; its schema does not judge those.
///
/// # Errors
/// Why nothing was rendered.
pub fn template(
    program: &Path,
    files: &[ChartFile],
    release: &ChartRelease,
    overlay: Option<&str>,
    runner: &JobRunner,
) -> Result<String, ProcessFailure> {
    let mut job = RenderJob::new(program, &["template", &release.name, "chart"]);
    if let Some(namespace) = &release.namespace {
        job.arguments
            .extend(["--namespace".to_owned(), namespace.clone()]);
    }
    add_chart(&mut job, files, release, overlay.is_none());
    let texts = release.values.iter().map(|file| file.text.as_str());
    for (number, text) in texts.chain(overlay).enumerate() {
        let name = format!("values-{number}.yaml");
        job.arguments.extend(["--values".to_owned(), name.clone()]);
        job.add(name, text.as_bytes());
    }
    job.arguments.extend(release.arguments.iter().cloned());
    runner.run(&job)
}

/// Adds the files of a chart. A schema that helm would look for elsewhere is left out: nothing is fetched.
fn add_chart<'f>(
    job: &mut RenderJob<'f>,
    files: &'f [ChartFile],
    release: &ChartRelease,
    takes_schema: bool,
) {
    for file in files {
        if release.replaces_values && file.path == OWN_VALUES {
            continue;
        }
        let is_schema =
            file.path == "values.schema.json" || file.path.ends_with("/values.schema.json");
        if !is_schema || (takes_schema && is_closed_schema(&file.bytes)) {
            job.add(format!("chart/{}", file.path), &file.bytes);
        }
    }
}

/// Whether a schema refers to nothing outside itself.
fn is_closed_schema(bytes: &[u8]) -> bool {
    let Ok(schema) = serde_json::from_slice::<serde_json::Value>(bytes) else {
        // Helm says what is wrong with it.
        return true;
    };
    is_closed(&schema)
}

fn is_closed(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Object(map) => {
            map.iter().all(|(key, value)| match (key.as_str(), value) {
                ("$ref" | "$dynamicRef" | "$recursiveRef", serde_json::Value::String(to)) => {
                    to.starts_with('#')
                }
                // The meta-schemas of json-schema.org are built in.
                ("$schema", serde_json::Value::String(of)) => {
                    let rest = of
                        .strip_prefix("http")
                        .map(|rest| rest.trim_start_matches('s'));
                    rest.is_some_and(|rest| rest.starts_with("://json-schema.org/"))
                }
                _ => is_closed(value),
            })
        }
        serde_json::Value::Array(items) => items.iter().all(is_closed),
        _ => true,
    }
}

/// What helm or kustomize reports as wrong, in one line, without the names of the private folder.
pub fn message(errors: &str) -> String {
    let start = errors.find("Error: ").map_or(0, |at| at + "Error: ".len());
    let text = errors.get(start..).unwrap_or_default();
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("Use --debug"))
        // Kustomize names what it will no longer take before it says what is wrong.
        .filter(|line| !line.starts_with("# Warning"));
    let joined = lines.collect::<Vec<_>>().join(" ");
    let mut short: String = joined.chars().take(400).collect();
    if short.len() < joined.len() {
        short.push_str("...");
    }
    short
}

/// The template, line and column that a message of helm names: `(operator/templates/a.yaml:12:20)`,
/// `template: operator/templates/a.yaml:12:20:`.
pub fn place(message: &str) -> Option<(&str, u32, u32)> {
    message
        .split([' ', '(', ')', '"'])
        .filter(|word| word.contains("/templates/"))
        .find_map(|word| {
            let mut parts = word.trim_end_matches(':').split(':');
            let source = parts.next()?;
            let line = parts.next()?.parse().ok()?;
            let column = parts.next().map_or(Some(1), |column| column.parse().ok())?;
            Some((source, line, column))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_failure_is_read() {
        let text = "execution error at (op/templates/a.yaml:12:4): no";
        assert_eq!(place(text), Some(("op/templates/a.yaml", 12, 4)));
        let text =
            "template: op/templates/b.yaml:3:20: executing \"op/templates/b.yaml\" at <.x>: no";
        assert_eq!(place(text), Some(("op/templates/b.yaml", 3, 20)));
        assert_eq!(place("missing in charts/ directory: x"), None);
        assert_eq!(
            message("WARNING: x\nError: a\n\nUse --debug flag\n  b\n"),
            "a b"
        );
        let text =
            "# Warning: 'bases' is deprecated.\nError: a\n# Warning: 'vars' is deprecated.\nb\n";
        assert_eq!(message(text), "a b");
        assert_eq!(message("# Warning: 'vars' is deprecated.\nb\n"), "b");
    }

    #[test]
    fn schemas_are_not_fetched() {
        for (schema, is_closed) in [
            (
                r##"{"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/a"}"##,
                true,
            ),
            (
                r#"{"properties": {"a": {"$ref": "http://127.0.0.1/x"}}}"#,
                false,
            ),
            (r#"{"anyOf": [{"$ref": "other.json"}]}"#, false),
            (r#"{"$schema": "http://127.0.0.1/x"}"#, false),
            ("not JSON", true),
        ] {
            assert_eq!(is_closed_schema(schema.as_bytes()), is_closed, "{schema}");
        }
    }
}
