//! A workload with another number of replicas, for requests to the subresource `scale`.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::state::Reading;
use super::watched::Watched;

impl Reading<'_> {
    /// A known workload as JSON, if it takes part in an election.
    #[must_use]
    pub fn workload(&self, what: Watched, namespace: &str, name: &str) -> Option<&str> {
        let found = self.facts().workload(what, namespace, name)?;
        found.text.as_deref().filter(|_| !found.electors.is_empty())
    }
}

/// A workload's JSON with this number of replicas.
#[must_use]
pub fn resized(workload: &str, replicas: i64) -> Option<String> {
    let mut workload: BTreeMap<String, Box<RawValue>> = serde_json::from_str(workload).ok()?;
    let spec = workload.get("spec")?;
    let mut spec: BTreeMap<String, Box<RawValue>> = serde_json::from_str(spec.get()).ok()?;
    let number = RawValue::from_string(replicas.to_string()).ok()?;
    spec.insert("replicas".to_owned(), number);
    let spec = serde_json::value::to_raw_value(&spec).ok()?;
    workload.insert("spec".to_owned(), spec);
    serde_json::to_string(&workload).ok()
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
