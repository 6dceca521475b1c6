//! How a document that cannot be parsed is reported.

use memchr::memmem;

use crate::json;
use crate::tree::ReadErrorCode;
use crate::tree::parsed::ParseFailure;

/// The byte of the file, the code and the reason of a failure in the document `text`, which starts at the
/// byte `base`. `json_problem` is why the file is not JSON although it starts like it.
pub(super) fn explain(
    text: &str,
    failure: &ParseFailure,
    json_problem: Option<&json::JsonError>,
    base: usize,
) -> (usize, ReadErrorCode, String) {
    if failure.code == ReadErrorCode::Limit {
        return (base + failure.at, failure.code, failure.reason.clone());
    }
    for (mark, what) in [("{{", "a Helm or Go template"), ("{%", "a Jinja template")] {
        if let Some(at) = memmem::find(text.as_bytes(), mark.as_bytes()) {
            let reason = format!("it looks like {what}: render it first and check the result");
            return (base + at, ReadErrorCode::Template, reason);
        }
    }
    // With a brace and a quote it is intended as JSON, so the JSON reader's reason fits better.
    let intended_as_json = text
        .trim_start()
        .strip_prefix('{')
        .is_some_and(|rest| rest.trim_start().starts_with('"'));
    if let Some(problem) = json_problem.filter(|_| intended_as_json) {
        let reason = format!("not valid JSON: {}", problem.reason);
        return (problem.at, ReadErrorCode::Syntax, reason);
    }
    let reason = format!("not valid YAML: {}", failure.reason);
    (base + failure.at, ReadErrorCode::Syntax, reason)
}
