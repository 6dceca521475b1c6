//! `inspect --format json`: the documents of all electors.

use custom::ElectorOut;
use serde::Serialize;

use super::Inspected;
use super::json::render;
use super::sources::Sources;

/// The report.
pub fn report<'a>(electors: &[Inspected<'a>], sources: Sources<'a>) -> String {
    let electors = electors
        .iter()
        .map(|(elector, access)| ElectorOut::new(elector, access, sources))
        .collect();
    render(&InspectDocument {
        schema: "leaselint/inspect/v1",
        electors,
    })
}

/// Every container that elects a leader.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InspectDocument<'a> {
    /// The name of this shape.
    schema: &'static str,
    /// The electors, in the order of files and places.
    electors: Vec<ElectorOut<'a>>,
}
