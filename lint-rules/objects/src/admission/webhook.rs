//! One webhook of a configuration, and whether its rules match writes of leases.

use crate::{Object, ObjectKind, Selector};
use manifest::text::FileSpan;
use manifest::tree::{Node, Value};

/// One entry of `webhooks`.
#[derive(Clone, Copy)]
pub struct Webhook<'d> {
    configuration: Object<'d>,
    node: Node<'d>,
}

/// The webhooks of a ValidatingWebhookConfiguration or MutatingWebhookConfiguration.
pub fn webhooks_of(object: Object<'_>) -> impl Iterator<Item = Webhook<'_>> {
    let is_one = object.kind() == ObjectKind::WebhookConfiguration;
    let list = is_one.then(|| object.node().get("webhooks")).flatten();
    let entries = list.into_iter().flat_map(Node::items);
    entries.map(move |node| Webhook {
        configuration: object,
        node,
    })
}

/// What makes a webhook see writes of leases.
#[derive(Clone, Copy)]
pub struct Exposure<'d> {
    /// The resource of the rule: `leases`, `*`, ...
    pub resource: Node<'d>,
    /// The operation that is matched: `UPDATE` if renewals are, else `CREATE`.
    pub operation: &'static str,
}

impl Exposure<'_> {
    /// Whether the rule names leases, rather than everything.
    #[must_use]
    pub fn is_named(&self) -> bool {
        self.resource
            .as_str()
            .is_some_and(|word| word.starts_with("leases"))
    }
}

const LEASE_RESOURCE: &str = "leases";
pub(super) const LEASE_GROUP: &str = "coordination.k8s.io";
/// The only version of leases that is served since Kubernetes 1.22, so `matchPolicy` changes nothing.
const LEASE_VERSION: &str = "v1";

impl<'d> Webhook<'d> {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'d str {
        let name = self.node.get("name").and_then(Node::as_str);
        name.unwrap_or_default()
    }

    /// A scalar of the webhook where it is written, of a mapping or list its key; `None` if it is not there.
    #[must_use]
    pub fn place_of(&self, field: &str) -> Option<FileSpan> {
        let entry = self.node.entry(field)?;
        let span = match entry.value.value() {
            Value::Mapping | Value::Sequence => entry.key_span,
            _ => entry.value.span(),
        };
        Some(self.configuration.place(span))
    }

    /// The namespace of the Service that is called; `None` for a URL.
    #[must_use]
    pub fn service_namespace(&self) -> Option<&'d str> {
        let service = self.node.at(&["clientConfig", "service", "namespace"])?;
        service.as_str()
    }

    /// The name of the Service that is called; `None` for a URL.
    #[must_use]
    pub fn service_name(&self) -> Option<&'d str> {
        let service = self.node.at(&["clientConfig", "service", "name"])?;
        service.as_str()
    }

    /// Whether it may change the object under review: such webhooks are called one after the other, and before those
    /// that only judge, which are called side by side (`k8s.io/apiserver`, plugins `mutating` and `validating`).
    #[must_use]
    pub fn is_mutating(&self) -> bool {
        self.configuration.kind_word() == "MutatingWebhookConfiguration"
    }

    /// Whether it is the same entry of the same configuration.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.place(self.node) == other.place(other.node)
    }

    /// The configuration that holds it.
    #[must_use]
    pub fn configuration(&self) -> Object<'d> {
        self.configuration
    }

    /// The place of one of its nodes.
    pub(super) fn place(&self, node: Node<'d>) -> FileSpan {
        self.configuration.place_of(node)
    }

    /// Whether a failed call refuses the request: `failurePolicy` is `Fail`, the default of v1
    /// (v1beta1, removed in Kubernetes 1.22: `Ignore`).
    #[must_use]
    pub fn refuses_on_failure(&self) -> bool {
        match self.node.get("failurePolicy").and_then(Node::as_str) {
            Some(policy) => policy != "Ignore",
            None => !self.is_v1beta1(),
        }
    }

    /// Seconds that a call may take: 10 if not written (v1beta1: 30).
    #[must_use]
    pub fn timeout_seconds(&self) -> i64 {
        let written = self.node.get("timeoutSeconds").and_then(Node::as_i64);
        written.unwrap_or(if self.is_v1beta1() { 30 } else { 10 })
    }

    fn is_v1beta1(&self) -> bool {
        self.configuration.api_version().ends_with("/v1beta1")
    }

    /// Which namespaces it is for.
    #[must_use]
    pub fn namespace_selector(&self) -> Selector {
        Selector::of(self.node.get("namespaceSelector"))
    }

    /// Which objects it is for.
    #[must_use]
    pub fn object_selector(&self) -> Selector {
        Selector::of(self.node.get("objectSelector"))
    }

    /// The expressions of `matchConditions`.
    pub fn conditions(&self) -> impl Iterator<Item = Node<'d>> + use<'d> {
        let conditions = self.node.get("matchConditions");
        let conditions = conditions.into_iter().flat_map(Node::items);
        conditions.filter_map(|condition| condition.get("expression"))
    }

    /// The first rule that matches writes of leases, one that matches renewals before one that
    /// matches only their creation.
    #[must_use]
    pub fn lease_writes(&self) -> Option<Exposure<'d>> {
        let rules = self.node.get("rules");
        let exposures = rules
            .into_iter()
            .flat_map(Node::items)
            .filter_map(lease_writes);
        exposures.max_by_key(|exposure| {
            let first = std::cmp::Reverse(exposure.resource.span().start);
            (exposure.operation == "UPDATE", first)
        })
    }
}

/// `predicates/rules/rules.go`, `Matcher.Matches`, for a write of a lease.
pub(super) fn lease_writes(rule: Node<'_>) -> Option<Exposure<'_>> {
    let words = |field: &str| rule.get(field).into_iter().flat_map(Node::items);
    let has = |field: &str, wanted: &str| {
        words(field).any(|word| {
            word.as_str()
                .is_some_and(|word| word == "*" || word == wanted)
        })
    };
    let is_for_clusters = rule.get("scope").and_then(Node::as_str) == Some("Cluster");
    if is_for_clusters || !has("apiGroups", LEASE_GROUP) || !has("apiVersions", LEASE_VERSION) {
        return None;
    }
    let operation = ["UPDATE", "CREATE"]
        .into_iter()
        .find(|operation| has("operations", operation))?;
    // `leases/*` matches the lease itself, too: an absent subresource is one of `*`.
    let resource = words("resources").find(|word| {
        matches!(word.as_str(), Some("*" | "*/*" | "leases/*"))
            || word.as_str() == Some(LEASE_RESOURCE)
    })?;
    Some(Exposure {
        resource,
        operation,
    })
}
