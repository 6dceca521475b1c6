//! A workload with another number of replicas, for requests to the subresource `scale`.

use manifest::json::read_json;

use super::facts_guard::FactsGuard;
use crate::fields;
use crate::reading::options;
use crate::resource::WatchedResource;

impl FactsGuard<'_> {
    /// A known workload as JSON, if it takes part in an election.
    #[must_use]
    pub fn workload(&self, what: WatchedResource, namespace: &str, name: &str) -> Option<&str> {
        let found = self.facts().workload(what, namespace, name)?;
        found.text.as_deref().filter(|_| !found.electors.is_empty())
    }
}

/// A workload's JSON with this number of replicas.
#[must_use]
pub fn resized(workload: &str, replicas: i64) -> Option<String> {
    let (document, _) = read_json(workload, &options(fields::built_in(), &[])).ok()?;
    let spec = document.root().get("spec")?;
    let (start, end, text) = match spec.get("replicas") {
        Some(number) => (number.span().start, number.span().end, replicas.to_string()),
        None => {
            let begin = spec.span().start + 1;
            let comma = if spec.span().len() > 2 { "," } else { "" };
            (begin, begin, format!(r#""replicas":{replicas}{comma}"#))
        }
    };
    let before = workload.get(..usize::try_from(start).ok()?)?;
    let after = workload.get(usize::try_from(end).ok()?..)?;
    Some(format!("{before}{text}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_number_changes() {
        assert_eq!(
            resized(
                r#"{"kind":"Deployment","spec":{"replicas":3,"template":{"a": [1]}}}"#,
                1
            ),
            Some(r#"{"kind":"Deployment","spec":{"replicas":1,"template":{"a": [1]}}}"#.to_owned())
        );
        assert_eq!(
            resized(r#"{"spec":{}}"#, 0),
            Some(r#"{"spec":{"replicas":0}}"#.to_owned())
        );
        assert_eq!(resized("{}", 1), None);
        assert_eq!(resized("[", 1), None);
    }
}
