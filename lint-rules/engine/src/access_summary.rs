//! Whether an elector's account may use its lock, in words.

use election::access::{Access, AccessState};
use programs::Unknown;

/// Whether an elector's account may use its lock, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessSummary {
    /// `granted`, `missing` or `unknown`.
    pub state: &'static str,
    /// Why it is not known.
    pub because: Option<Unknown>,
    /// What the lock is made of: `leases`, and another resource for client-go's mixed types.
    pub resources: Vec<&'static str>,
    /// The verbs that are granted nowhere, each once.
    pub missing: Vec<String>,
    /// Bindings and their roles that grant what is needed: `RoleBinding ops/x`, `Role ops/x`.
    pub through: Vec<(String, String)>,
    /// The files that were taken together for the answer, in words.
    pub within: Option<String>,
}

impl AccessSummary {
    pub(super) fn of(access: &Access<'_>) -> Self {
        let mut missing: Vec<String> = Vec::new();
        for one in &access.missing {
            if !missing.contains(&one.verb) {
                missing.push(one.verb.clone());
            }
        }
        let because = match &access.state {
            AccessState::Unknown(because) => Some(because.clone()),
            AccessState::Granted | AccessState::Missing => None,
        };
        Self {
            state: access.state.as_str(),
            because,
            resources: access
                .resources
                .iter()
                .map(|resource| resource.resource())
                .collect(),
            missing,
            through: access
                .through
                .iter()
                .map(|pair| (pair.binding.title(), pair.role.title()))
                .collect(),
            within: access.within.clone(),
        }
    }
}
