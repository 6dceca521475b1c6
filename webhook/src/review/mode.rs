//! What errors do: as it is configured, and as a namespace says by its label.

use super::request::Request;
use crate::cluster::{FactsGuard, LabelledMode, MODE_LABEL};

/// What errors do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// Nothing is denied and nothing is shown: metrics, log and audit annotations tell.
    Audit,
    /// Nothing is denied; errors are warnings.
    Warn,
    /// Errors deny.
    #[default]
    Enforce,
}

/// The mode for a request. What the control plane itself writes is never denied.
pub(super) fn mode_of(
    request: &Request<'_>,
    configured: Mode,
    cluster: Option<&FactsGuard<'_>>,
) -> Option<Mode> {
    let mode = mode_in(&request.namespace, configured, cluster)?;
    Some(if request.is_of_control_plane() {
        mode.min(Mode::Warn)
    } else {
        mode
    })
}

/// What to say of a label that names no mode.
pub(super) fn misspelt_label(cluster: &FactsGuard<'_>, namespace: &str) -> Option<String> {
    let word = cluster.misspelt_mode(namespace)?;
    Some(format!(
        "the label {MODE_LABEL}={word} of namespace {namespace} is no mode: `audit`, `warn`, `enforce` and `off` are"
    ))
}

/// The mode for an object of this namespace, which may set its own by a label; `None`: it wants to
/// be left alone.
pub(super) fn mode_in(
    namespace: &str,
    configured: Mode,
    cluster: Option<&FactsGuard<'_>>,
) -> Option<Mode> {
    let Some(cluster) = cluster.filter(|_| !namespace.is_empty()) else {
        return Some(configured);
    };
    match cluster.mode(namespace) {
        LabelledMode::Is("off") => None,
        LabelledMode::Is("enforce") => Some(Mode::Enforce),
        LabelledMode::Is("audit") => Some(Mode::Audit),
        LabelledMode::Is("warn") | LabelledMode::NotSeen | LabelledMode::NotKnown => {
            Some(Mode::Warn)
        }
        LabelledMode::None | LabelledMode::Is(_) => Some(configured),
    }
}
