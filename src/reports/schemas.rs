//! JSON Schemas, made of the types that are written and read. Draft 7 is what editors read.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use super::catalogue::{Catalogue, RulePage};
#[cfg(feature = "serve")]
use super::certs_json::CertsDocument;
use super::diff_json::DiffDocument;
use super::inspect_json::InspectDocument;
use super::json::render;
#[cfg(feature = "live")]
use super::leases_events::EventOut;
#[cfg(feature = "live")]
use super::leases_json::LeasesDocument;
use super::lint_document::LintDocument;
use crate::config;

/// Where the schemas are published.
pub const SCHEMAS: &str = "https://raw.githubusercontent.com/leaselint/leaselint/main/docs/schema/";

/// The schema of the configuration.
pub fn config() -> String {
    published("config", "Configuration of leaselint", config::schema())
}

/// The schema of `lint --format json`.
pub fn lint() -> String {
    report::<LintDocument<'_>>("lint", "lint")
}

/// The schema of `inspect --format json`.
pub fn inspect() -> String {
    report::<InspectDocument<'_>>("inspect", "inspect")
}

/// The schema of `diff --format json`.
pub fn diff() -> String {
    report::<DiffDocument<'_>>("diff", "diff")
}

/// The schema of `audit --format json`.
#[cfg(feature = "live")]
pub fn audit() -> String {
    report::<LintDocument<'_>>("audit", "audit")
}

/// The schema of `leases --format json`.
#[cfg(feature = "live")]
pub fn leases() -> String {
    report::<LeasesDocument<'_>>("leases", "leases")
}

/// The schema of a line of `leases --watch --format json`.
#[cfg(feature = "live")]
pub fn event() -> String {
    report::<EventOut<'_>>("event", "leases --watch")
}

/// The schema of `rules --format json`.
pub fn rules() -> String {
    report::<Catalogue>("rules", "rules")
}

/// The schema of `explain --format json`.
pub fn rule() -> String {
    report::<RulePage>("rule", "explain")
}

/// The schema of `certs show --format json`.
#[cfg(feature = "serve")]
pub fn certs() -> String {
    report::<CertsDocument>("certs", "certs show")
}

/// The schema of a shape that a command writes.
fn report<T: JsonSchema>(name: &str, command: &str) -> String {
    let generator = SchemaSettings::draft07().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    if let Some(shape) = schema
        .pointer_mut("/properties/schema")
        .and_then(Value::as_object_mut)
    {
        shape.insert("const".to_owned(), json!(format!("leaselint/{name}/v1")));
    }
    let title = format!("leaselint {command} --format json");
    published(name, &title, schema)
}

fn published(name: &str, title: &str, mut schema: Schema) -> String {
    schema.insert("$id".to_owned(), json!(format!("{SCHEMAS}{name}.json")));
    schema.insert("title".to_owned(), json!(title));
    render(&schema)
}
