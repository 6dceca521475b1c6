//! Where the kinds have their pod spec.

use manifest::tree::{Node, Value};

/// The pod spec inside an object of that kind, if there is one.
pub(super) fn pod_spec<'d>(kind: &str, node: Node<'d>) -> Option<Node<'d>> {
    let spec = match kind {
        "Pod" => node.get("spec")?,
        "CronJob" => node.at(&["spec", "jobTemplate", "spec", "template", "spec"])?,
        "PodTemplate" => node.at(&["template", "spec"])?,
        _ => node.at(&["spec", "template", "spec"])?,
    };
    let has = |key| matches!(spec.get(key).map(Node::value), Some(Value::Sequence));
    (has("containers") || has("initContainers")).then_some(spec)
}
