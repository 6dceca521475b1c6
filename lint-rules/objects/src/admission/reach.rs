//! Whether writes of leases in a namespace reach a webhook whose rules match them.

use std::borrow::Cow;

use super::condition::{LeaseWrite, Requester, decide};
use super::webhook::{Exposure, Webhook};
use crate::{Label, LedgerCode};
use manifest::text::FileSpan;
use manifest::tree::Node;

/// Whether writes of leases in one namespace reach a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// They do.
    Surely,
    /// They do unless somebody put this label, which Kubernetes does not, on the namespace.
    UnlessLabelled(String),
    /// They do not.
    Never,
    /// It is not known.
    Unknown {
        /// A word for the ledger.
        code: LedgerCode,
        /// A part of a sentence.
        reason: String,
        /// The selector or condition that decides.
        place: Option<FileSpan>,
    },
}

/// Whether writes of leases reach a webhook, for several namespaces.
#[derive(Clone, Debug, Default)]
pub struct Reached {
    /// Whose leases are surely reached.
    pub surely: Vec<String>,
    /// Whose leases are reached unless that label was put on their namespace.
    pub unless_labelled: Vec<(String, String)>,
    /// The first thing that is not known: code, reason and place.
    pub unknown: Option<(LedgerCode, String, Option<FileSpan>)>,
}

impl Reached {
    /// Takes note of whose leases are reached; whether they are.
    pub fn note(&mut self, reach: Reach, whose: String) -> bool {
        match reach {
            Reach::Surely => self.surely.push(whose),
            Reach::UnlessLabelled(label) => self.unless_labelled.push((whose, label)),
            Reach::Never => return false,
            Reach::Unknown {
                code,
                reason,
                place,
            } => {
                self.unknown.get_or_insert((code, reason, place));
                return false;
            }
        }
        true
    }

    /// Whose leases are reached, in words; the label that this rests on, if it does.
    #[must_use]
    pub fn reached_names(&self) -> Option<(String, Option<&str>)> {
        if !self.surely.is_empty() {
            return Some((listed(&self.surely), None));
        }
        let (_, label) = self.unless_labelled.first()?;
        let whose: Vec<String> = self
            .unless_labelled
            .iter()
            .map(|(whose, _)| whose.clone())
            .collect();
        Some((listed(&whose), Some(label)))
    }
}

/// `a, b and c`, the first few.
fn listed(what: &[String]) -> String {
    const MAX_NAMED: usize = 3;
    match what {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] if what.len() <= MAX_NAMED => format!("{} and {last}", all.join(", ")),
        _ => format!(
            "{} and {} more",
            what.get(..MAX_NAMED).unwrap_or_default().join(", "),
            what.len() - MAX_NAMED
        ),
    }
}

/// The namespaces that the API server makes, with no label but their name (Kubernetes 1.22).
#[must_use]
pub fn is_system_namespace(name: &str) -> bool {
    matches!(name, "kube-system" | "kube-node-lease")
}

const NAME_LABEL: &str = "kubernetes.io/metadata.name";

impl Webhook<'_> {
    /// Whether writes of leases in a namespace reach the webhook: namespace selector, then match
    /// conditions. `labels`: those of the namespace, if they are known.
    #[must_use]
    pub fn reach(
        &self,
        exposure: Exposure<'_>,
        namespace: Option<&str>,
        labels: Option<&[(Cow<'_, str>, Cow<'_, str>)]>,
    ) -> Reach {
        let selector = self.namespace_selector();
        let look = |key: &str, other: Label<'static>| match (labels, namespace) {
            (Some(labels), _) => {
                let label = labels.iter().find(|(name, _)| name == key);
                label.map_or(Label::Missing, |(_, value)| Label::Value(value))
            }
            (None, Some(namespace)) if key == NAME_LABEL => Label::Value(namespace),
            _ => other,
        };
        let mut unless = None;
        match selector.decide(|key| look(key, Label::Unknown)) {
            Ok(true) => {}
            Ok(false) => return Reach::Never,
            Err(key)
                if namespace.is_some_and(is_system_namespace)
                    && selector.decide(|key| look(key, Label::Missing)) == Ok(true) =>
            {
                unless = Some(key.to_owned());
            }
            Err(key) => {
                let whose = namespace.unwrap_or("of the lock");
                return Reach::Unknown {
                    code: LedgerCode::NamespaceNotInInput,
                    reason: format!(
                        "whether namespace {whose} has the label `{key}` is not in the input"
                    ),
                    place: self.place_of("namespaceSelector"),
                };
            }
        }
        match (self.undecided(exposure, namespace), unless) {
            (Err(()), _) => Reach::Never,
            (Ok(Some(condition)), _) => Reach::Unknown {
                code: LedgerCode::MatchCondition,
                reason: "its match conditions cannot be decided here".to_owned(),
                place: Some(self.place(condition)),
            },
            (Ok(None), Some(label)) => Reach::UnlessLabelled(label),
            (Ok(None), None) => Reach::Surely,
        }
    }

    /// The first match condition that cannot be decided; `Err` if one surely does not hold.
    fn undecided(
        &self,
        exposure: Exposure<'_>,
        namespace: Option<&str>,
    ) -> Result<Option<Node<'_>>, ()> {
        let request = LeaseWrite {
            namespace,
            operation: exposure.operation,
            requester: match namespace {
                Some("kube-node-lease") => Requester::Node,
                _ => Requester::Other,
            },
        };
        let mut undecided = None;
        for condition in self.conditions() {
            match decide(condition.as_str().unwrap_or_default(), &request) {
                Some(true) => {}
                Some(false) => return Err(()),
                None => undecided = undecided.or(Some(condition)),
            }
        }
        Ok(undecided)
    }
}
