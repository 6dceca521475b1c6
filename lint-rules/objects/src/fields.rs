//! The fields of objects that the views of this crate read.

use std::borrow::Cow;

/// The paths of these fields, as [`manifest::tree::FieldMask`] takes them. What pods are made of is named by its place in
/// a Deployment: see [`in_all_templates`].
pub const FIELDS: &[&str] = &[
    "apiVersion",
    "controllerManager",
    "controllerManagerExtraArgs",
    "items",
    "kind",
    "kube-cloud-controller-manager-arg",
    "kube-controller-manager-arg",
    "kube-scheduler-arg",
    "kubernetesVersion",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "scheduler",
    "schedulerExtraArgs",
    "spec.clusterConfiguration",
    "spec.kthreesConfigSpec.serverConfig",
    "spec.kubeadmConfigSpec.clusterConfiguration",
    "spec.kubernetesVersion",
    "spec.replicas",
    "spec.rkeConfig",
    "spec.serverConfig",
    "spec.template.spec.clusterConfiguration",
    "spec.template.spec.kubeadmConfigSpec.clusterConfiguration",
    "spec.template.spec.serverConfig",
    "spec.version",
    "spec.template.metadata.labels",
    "spec.template.spec.containers[].image",
    "spec.template.spec.containers[].name",
    "spec.template.spec.containers[].restartPolicy",
    "spec.template.spec.serviceAccount",
    "spec.template.spec.serviceAccountName",
    "webhooks",
];

/// Where a pod template stands in a Deployment, and in most other workloads.
const TEMPLATE: &str = "spec.template";
/// Where it stands in others; a Pod is one itself.
const OTHER_TEMPLATES: [&str; 2] = ["spec.jobTemplate.spec.template", "template"];

/// A path, and the same field in the objects that hold it elsewhere: a path into `spec.template` means the pod template of
/// every kind, and one into `containers` the init containers, too, because sidecars are among them.
#[must_use]
pub fn in_all_templates(path: &str) -> Vec<Cow<'_, str>> {
    let mut paths = vec![Cow::Borrowed(path)];
    let plain = path.strip_prefix("$.").unwrap_or(path);
    let inner = plain.strip_prefix(TEMPLATE);
    if let Some(inner) = inner.filter(|inner| inner.is_empty() || inner.starts_with(['.', '['])) {
        let elsewhere = OTHER_TEMPLATES.map(|place| Cow::Owned(format!("{place}{inner}")));
        paths.extend(elsewhere);
        // All of a template is all of a Pod.
        let of_pod = inner
            .strip_prefix('.')
            .filter(|rest| !rest.starts_with('.'));
        paths.push(Cow::Borrowed(of_pod.unwrap_or("$")));
    }
    let init = |path: &Cow<'_, str>| {
        let init = path.replacen("spec.containers", "spec.initContainers", 1);
        (init != **path).then_some(Cow::Owned(init))
    };
    let init: Vec<_> = paths.iter().filter_map(init).collect();
    paths.extend(init);
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_pods_is_named_once_for_all_kinds() {
        assert_eq!(in_all_templates("spec.replicas"), ["spec.replicas"]);
        assert_eq!(in_all_templates("spec.templates.x"), ["spec.templates.x"]);
        assert_eq!(
            in_all_templates("spec.template.spec.containers[].image"),
            [
                "spec.template.spec.containers[].image",
                "spec.jobTemplate.spec.template.spec.containers[].image",
                "template.spec.containers[].image",
                "spec.containers[].image",
                "spec.template.spec.initContainers[].image",
                "spec.jobTemplate.spec.template.spec.initContainers[].image",
                "template.spec.initContainers[].image",
                "spec.initContainers[].image",
            ]
        );
        let whole = in_all_templates("$.spec.template..image");
        assert_eq!(
            whole,
            [
                "$.spec.template..image",
                "spec.jobTemplate.spec.template..image",
                "template..image",
                "$",
            ]
        );
    }
}
