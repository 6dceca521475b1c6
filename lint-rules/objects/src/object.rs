//! One Kubernetes object: a document, or an item of a list, template or ClusterServiceVersion.

use super::component::components_of;
use super::name::ObjectName;
use super::parse_filter::is_delivery;
use super::pod_spec::pod_spec;
use manifest::text::{FileId, FileSpan, Span};
use manifest::tree::{Document, Node};

/// The kinds that the engine tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// Anything with a pod template, or a Pod.
    Workload,
    /// rbac.authorization.k8s.io Role.
    Role,
    /// rbac.authorization.k8s.io ClusterRole.
    ClusterRole,
    /// rbac.authorization.k8s.io RoleBinding.
    RoleBinding,
    /// rbac.authorization.k8s.io ClusterRoleBinding.
    ClusterRoleBinding,
    /// ServiceAccount.
    ServiceAccount,
    /// Namespace.
    Namespace,
    /// coordination.k8s.io Lease.
    Lease,
    /// ConfigMap.
    ConfigMap,
    /// ValidatingWebhookConfiguration or MutatingWebhookConfiguration.
    WebhookConfiguration,
    /// HorizontalPodAutoscaler.
    HorizontalPodAutoscaler,
    /// keda.sh ScaledObject.
    ScaledObject,
    /// A kustomization file.
    Kustomization,
    /// Anything else, such as a component's configuration file.
    Other,
}

/// One object of the input.
#[derive(Clone, Copy)]
pub struct Object<'d> {
    node: Node<'d>,
    metadata: Option<Node<'d>>,
    pod_spec: Option<Node<'d>>,
    kind: ObjectKind,
    api_version: &'d str,
    kind_word: &'d str,
    /// The object that says the namespace and carries the annotations, for a deployment inside a ClusterServiceVersion.
    outer: Option<Node<'d>>,
}

impl<'d> Object<'d> {
    /// An object at a node, with its group, version and kind.
    #[must_use]
    pub(crate) fn new(node: Node<'d>, api_version: &'d str, kind_word: &'d str) -> Self {
        let known = classify(api_version, kind_word);
        let pod_spec = match known {
            Some(_) => None,
            None => pod_spec(kind_word, node),
        };
        let kind = known.unwrap_or(match pod_spec {
            Some(_) => ObjectKind::Workload,
            None => ObjectKind::Other,
        });
        // What an installer starts has no spec of a pod, and none is asked of the node.
        let is_installer = kind == ObjectKind::Other
            && known.is_none()
            && !components_of(api_version, kind_word, node).is_empty();
        let pod_spec = pod_spec.or(is_installer.then_some(node));
        Self {
            node,
            metadata: node.get("metadata"),
            pod_spec,
            kind,
            api_version,
            kind_word,
            outer: None,
        }
    }

    /// An object inside another one, which says the namespace and carries the annotations.
    #[must_use]
    pub(crate) fn inside(
        node: Node<'d>,
        outer: Node<'d>,
        api_version: &'d str,
        kind_word: &'d str,
    ) -> Self {
        let mut object = Self::new(node, api_version, kind_word);
        object.outer = Some(outer);
        object
    }

    /// Whether it stands inside a ClusterServiceVersion, which says its rights, too.
    #[must_use]
    pub fn is_within_another(&self) -> bool {
        self.outer.is_some()
    }

    /// Whether it makes Flux or Argo CD apply a chart or a folder, with values of its own.
    #[must_use]
    pub fn is_delivery(&self) -> bool {
        is_delivery(self.api_version, self.kind_word)
    }

    /// The document that holds it.
    #[must_use]
    pub fn document(&self) -> &'d Document {
        self.node.document()
    }

    /// The file that holds it.
    #[must_use]
    pub fn file(&self) -> FileId {
        self.document().file()
    }

    /// The object's mapping.
    #[must_use]
    pub fn node(&self) -> Node<'d> {
        self.node
    }

    /// The spec of its pods, if it is a workload.
    pub(super) fn pod_spec(&self) -> Option<Node<'d>> {
        self.pod_spec
    }

    /// Its class.
    #[must_use]
    pub fn kind(&self) -> ObjectKind {
        self.kind
    }

    /// apiVersion as written.
    #[must_use]
    pub fn api_version(&self) -> &'d str {
        self.api_version
    }

    /// The API group: what stands before the slash, empty for the core group.
    #[must_use]
    pub fn group(&self) -> &'d str {
        self.api_version
            .split_once('/')
            .map_or("", |(group, _)| group)
    }

    /// kind as written.
    #[must_use]
    pub fn kind_word(&self) -> &'d str {
        self.kind_word
    }

    /// metadata.name, or `name` for a deployment inside a ClusterServiceVersion.
    #[must_use]
    pub fn name(&self) -> Option<&'d str> {
        if self.outer.is_some() {
            return self.node.get("name").and_then(Node::as_str);
        }
        self.metadata("name").and_then(Node::as_str)
    }

    /// metadata.namespace as written; an empty one counts as none.
    ///
    /// A deployment inside a ClusterServiceVersion names none: OLM puts it where the operator
    /// is installed, whatever the surrounding object says (`placeholder`, by convention).
    #[must_use]
    pub fn namespace(&self) -> Option<&'d str> {
        if self.outer.is_some() {
            return None;
        }
        self.metadata("namespace")
            .and_then(Node::as_str)
            .filter(|namespace| !namespace.is_empty())
    }

    /// Whether a text of the object is still to be filled in: `${NAME}` in an OpenShift Template.
    #[must_use]
    pub fn has_parameter(&self, text: &str) -> bool {
        // `contains` of two bytes first prepares a search, which costs more than a pass over most texts.
        text.as_bytes().contains(&b'$')
            && text.contains("${")
            && self.document().root().get("kind").and_then(Node::as_str) == Some("Template")
    }

    /// A field of metadata.
    #[must_use]
    pub fn metadata(&self, field: &str) -> Option<Node<'d>> {
        self.metadata?.get(field)
    }

    /// When a chart runs it, as helm names that: `test`, `pre-install,pre-upgrade`. Such an object is made for a moment, and is no
    /// part of what is installed.
    #[must_use]
    pub fn chart_hook(&self) -> Option<&'d str> {
        let hook = self.annotations()?.get("helm.sh/hook")?.as_str()?;
        // What Helm 2 called so stays.
        (!hook.is_empty() && hook != "crd-install").then_some(hook)
    }

    /// An annotation of the object (of the surrounding one too, for a deployment inside another object).
    #[must_use]
    pub fn annotations(&self) -> Option<Node<'d>> {
        match self.outer {
            Some(outer) => outer.at(&["metadata", "annotations"]),
            None => self.metadata("annotations"),
        }
    }

    /// The name that reports use.
    #[must_use]
    pub fn object_name(&self) -> ObjectName {
        ObjectName {
            api_version: self.api_version.to_owned(),
            kind: self.kind_word.to_owned(),
            namespace: self.namespace().map(str::to_owned),
            name: self.name().unwrap_or_default().to_owned(),
        }
    }

    /// A place in the object's file.
    #[must_use]
    pub fn place(&self, span: Span) -> FileSpan {
        FileSpan {
            file: self.file(),
            span,
        }
    }

    /// The place of a node of the object.
    #[must_use]
    pub fn place_of(&self, node: Node<'d>) -> FileSpan {
        self.place(node.span())
    }

    /// The place of the whole object, which no other object of an input has.
    #[must_use]
    pub fn whole_place(&self) -> FileSpan {
        self.place_of(self.node)
    }

    /// The place that stands for the whole object: its name, else its kind, else its beginning.
    #[must_use]
    pub fn head_place(&self) -> FileSpan {
        let node = if self.outer.is_some() {
            self.node.get("name")
        } else {
            self.metadata("name")
        };
        let node = node.or_else(|| self.node.get("kind"));
        node.map_or_else(
            || {
                let span = self.node.span();
                self.place(Span::new(span.start, span.start))
            },
            |node| self.place(node.span()),
        )
    }
}

/// Group and kind to the class the engine knows; `None`: what the object holds tells it.
fn classify(api_version: &str, kind: &str) -> Option<ObjectKind> {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let kind = match (group, kind) {
        ("rbac.authorization.k8s.io", "Role") => ObjectKind::Role,
        ("rbac.authorization.k8s.io", "ClusterRole") => ObjectKind::ClusterRole,
        ("rbac.authorization.k8s.io", "RoleBinding") => ObjectKind::RoleBinding,
        ("rbac.authorization.k8s.io", "ClusterRoleBinding") => ObjectKind::ClusterRoleBinding,
        ("", "ServiceAccount") => ObjectKind::ServiceAccount,
        ("", "Namespace") => ObjectKind::Namespace,
        ("", "ConfigMap") => ObjectKind::ConfigMap,
        ("coordination.k8s.io", "Lease") => ObjectKind::Lease,
        (
            "admissionregistration.k8s.io",
            "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration",
        ) => ObjectKind::WebhookConfiguration,
        ("autoscaling", "HorizontalPodAutoscaler") => ObjectKind::HorizontalPodAutoscaler,
        ("keda.sh", "ScaledObject") => ObjectKind::ScaledObject,
        ("kustomize.config.k8s.io", _) => ObjectKind::Kustomization,
        ("apiextensions.k8s.io", _) => ObjectKind::Other,
        _ => return None,
    };
    Some(kind)
}
