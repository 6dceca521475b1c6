//! Components of a control plane whose arguments stand in the configuration of an installer: kubeadm and Cluster API,
//! k3s, RKE2 and k3d.
//!
//! kubernetes 1.31, `cmd/kubeadm/app/phases/controlplane/manifests.go`: extra arguments outweigh those that kubeadm
//! gives. k3s, `pkg/daemons/config/types.go` (`GetArgs`): dashes may be left out, and so may the value `true`.
//! So they are on the command line of k3s in a pod.
//! k3d 5, `pkg/config/v1alpha5/types.go` (`SimpleConfigOptionsK3s`): arguments of k3s, each with the nodes that get it.

use super::image::ImageRef;
use super::passed_arguments::{passed, passes_any};
use manifest::tree::{Node, Value};

/// A component that an installer starts, with the arguments that a configuration gives it.
#[derive(Clone, Copy)]
pub struct Component<'d> {
    /// Its program, such as `kube-scheduler`.
    pub program: &'static str,
    /// The version of Kubernetes, if the configuration says it.
    pub version: Option<&'d str>,
    arguments: Node<'d>,
    installer: Installer,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Installer {
    Kubeadm,
    K3s,
    /// Its list has arguments of k3s, of which one says what k3s passes to a component.
    K3d,
    /// The command line of k3s or RKE2 in a container.
    K3sCommand,
}

/// One argument of a component.
pub struct ComponentArgument<'d> {
    /// The flag's name, without dashes.
    pub name: &'d str,
    /// The value as text; `None` where it is not text that is known.
    pub value: Option<&'d str>,
    /// The token that holds the value, else the name.
    pub node: Node<'d>,
    /// The configuration wants a string there and has another kind of value.
    pub is_not_text: bool,
}

/// The components of kubeadm with their section, the old name of its arguments, and its program.
const KUBEADM_SECTIONS: [(&str, &str, &str); 2] = [
    (
        "controllerManager",
        "controllerManagerExtraArgs",
        "kube-controller-manager",
    ),
    ("scheduler", "schedulerExtraArgs", "kube-scheduler"),
];

/// The keys of k3s and RKE2, which are flags of theirs.
const K3S_KEYS: [(&[&str], &str); 3] = [
    (&["kube-controller-manager-arg"], "kube-controller-manager"),
    (&["kube-scheduler-arg"], "kube-scheduler"),
    (
        &["kube-cloud-controller-manager-arg"],
        "cloud-controller-manager",
    ),
];

/// The same in the Cluster API providers of k3s and RKE2.
const K3S_PROVIDER_KEYS: [(&[&str], &str); 6] = [
    (&["kubeControllerManagerArgs"], "kube-controller-manager"),
    (&["kubeSchedulerArgs"], "kube-scheduler"),
    (
        &["kubeCloudControllerManagerArgs"],
        "cloud-controller-manager",
    ),
    (
        &["kubeControllerManager", "extraArgs"],
        "kube-controller-manager",
    ),
    (&["kubeScheduler", "extraArgs"], "kube-scheduler"),
    (
        &["cloudControllerManager", "extraArgs"],
        "cloud-controller-manager",
    ),
];

/// Where Cluster API's kinds have the configuration of a node.
const NODE_CONFIGURATIONS: [&[&str]; 4] = [
    &["spec"],
    &["spec", "kubeadmConfigSpec"],
    &["spec", "template", "spec"],
    &["spec", "template", "spec", "kubeadmConfigSpec"],
];

impl<'d> Component<'d> {
    /// The arguments that the configuration gives, in the order in which the installer passes them.
    #[must_use]
    pub fn arguments(&self) -> Vec<ComponentArgument<'d>> {
        if self.installer == Installer::K3d {
            let items = self.arguments.items();
            return items
                .filter_map(|item| of_k3d_item(item, self.k3s_key()))
                .collect();
        }
        if self.installer == Installer::K3sCommand {
            let values = passed(self.arguments, self.k3s_key());
            return values.map(|(text, item)| of_text(text, item)).collect();
        }
        let mut found: Vec<ComponentArgument<'d>> = match self.arguments.value() {
            // Up to v1beta3.
            Value::Mapping => self
                .arguments
                .entries()
                .map(|entry| of_value(entry.key, Some(entry.value), entry.value))
                .collect(),
            Value::Sequence => self.arguments.items().filter_map(of_item).collect(),
            Value::String(_) => of_item(self.arguments).into_iter().collect(),
            _ => Vec::new(),
        };
        if self.installer == Installer::Kubeadm {
            found.sort_by(|a, b| (a.name, a.value).cmp(&(b.name, b.value)));
        }
        found
    }

    /// The arguments that the installer gives by itself, as far as they concern an election.
    #[must_use]
    pub fn given(&self) -> &'static [&'static str] {
        match self.installer {
            Installer::Kubeadm => &["--leader-elect=true", "--kubeconfig=/etc/kubernetes"],
            Installer::K3s | Installer::K3d | Installer::K3sCommand => {
                &["--kubeconfig=/var/lib/rancher"]
            }
        }
    }

    /// How an argument is written in this configuration.
    #[must_use]
    pub fn spell(&self, name: &str, value: &str) -> String {
        if matches!(self.installer, Installer::K3d | Installer::K3sCommand) {
            return format!("--{}={name}={value}", self.k3s_key());
        }
        let is_list = self
            .arguments
            .items()
            .any(|item| item.get("name").is_some());
        match self.arguments.value() {
            Value::Mapping if matches!(value, "true" | "false") => format!("{name}: \"{value}\""),
            Value::Mapping => format!("{name}: {value}"),
            Value::Sequence if is_list && matches!(value, "true" | "false") => {
                format!("{{name: {name}, value: \"{value}\"}}")
            }
            Value::Sequence if is_list => format!("{{name: {name}, value: {value}}}"),
            _ => format!("{name}={value}"),
        }
    }

    /// The flag of k3s that passes arguments to it.
    fn k3s_key(&self) -> &'static str {
        let of_program = |(_, program): &&(&[&str], &'static str)| *program == self.program;
        let key = K3S_KEYS.iter().find(of_program);
        key.and_then(|(path, _)| path.first()).unwrap_or(&"")
    }

    /// Where its arguments begin.
    pub(super) fn node(&self) -> Node<'d> {
        self.arguments
    }

    /// Whether any of its arguments concerns an election.
    fn speaks_of_elections(&self) -> bool {
        self.arguments().iter().any(|argument| {
            ["leader", "lease", "elect"]
                .iter()
                .any(|word| argument.name.contains(word))
        })
    }
}

fn of_value<'d>(name: &'d str, value: Option<Node<'d>>, node: Node<'d>) -> ComponentArgument<'d> {
    ComponentArgument {
        name,
        value: value.map_or(Some("true"), |value| {
            value.as_str().or_else(|| value.scalar_text())
        }),
        node: value.unwrap_or(node),
        // Null is the empty string to a decoder of JSON.
        is_not_text: value.is_some_and(|value| value.as_str().is_none() && !value.is_null()),
    }
}

/// `{name: x, value: y}` of kubeadm since v1beta4, or `x=y`.
fn of_item(item: Node<'_>) -> Option<ComponentArgument<'_>> {
    if let Some(name) = item.get("name") {
        return Some(of_value(name.as_str()?, item.get("value"), item));
    }
    Some(of_text(item.as_str()?, item))
}

/// `x=y`, with dashes or without, or `x` alone.
fn of_text<'d>(text: &'d str, node: Node<'d>) -> ComponentArgument<'d> {
    let text = text.trim_start_matches("--");
    let (name, value) = text.split_once('=').unwrap_or((text, "true"));
    ComponentArgument {
        // With these, k3s adds a value to its own in the place of replacing it.
        name: name.trim_end_matches(['+', '-']),
        value: Some(value),
        node,
        is_not_text: false,
    }
}

/// `arg: --kube-scheduler-arg=x=y` of k3d.
fn of_k3d_item<'d>(item: Node<'d>, key: &str) -> Option<ComponentArgument<'d>> {
    let node = item.get("arg")?;
    let passed = node.as_str()?.trim_start_matches("--").strip_prefix(key)?;
    Some(of_text(passed.strip_prefix('=')?, node))
}

/// The components to which the command line of a container passes arguments about elections.
pub(super) fn components_in(container: Node<'_>) -> Vec<Component<'_>> {
    if !passes_any(container) {
        return Vec::new();
    }
    let image = container.get("image").and_then(Node::as_str);
    let mut found: Vec<_> = K3S_KEYS
        .iter()
        .map(|(_, program)| Component {
            program,
            // The tag of k3s and RKE2 begins with the version of Kubernetes.
            version: image.and_then(|image| ImageRef::parse(image).tag),
            arguments: container,
            installer: Installer::K3sCommand,
        })
        .collect();
    found.retain(Component::speaks_of_elections);
    found
}

/// The components whose arguments an object gives and whose elections they concern.
pub(super) fn components_of<'d>(
    api_version: &str,
    kind: &str,
    node: Node<'d>,
) -> Vec<Component<'d>> {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let mut found = Vec::new();
    match (group, kind) {
        // The configuration file of k3s and RKE2 is no object.
        ("", "") => k3s_components(node, &K3S_KEYS, None, &mut found),
        ("k3d.io", "Simple") => {
            let arguments = node.at(&["options", "k3s", "extraArgs"]);
            found.extend(arguments.into_iter().flat_map(|arguments| {
                K3S_KEYS.iter().map(move |(_, program)| Component {
                    program,
                    version: None,
                    arguments,
                    installer: Installer::K3d,
                })
            }));
        }
        ("kubeadm.k8s.io", "ClusterConfiguration" | "MasterConfiguration") => {
            kubeadm_components(node, text(node, "kubernetesVersion"), &mut found);
        }
        ("provisioning.cattle.io", "Cluster") => {
            let version = node
                .at(&["spec", "kubernetesVersion"])
                .and_then(Node::as_str);
            let rke = node.at(&["spec", "rkeConfig"]);
            let own = rke.and_then(|rke| rke.get("machineGlobalConfig"));
            let selected = rke.and_then(|rke| rke.get("machineSelectorConfig"));
            let selected = selected.into_iter().flat_map(Node::items);
            for config in own
                .into_iter()
                .chain(selected.filter_map(|one| one.get("config")))
            {
                k3s_components(config, &K3S_KEYS, version, &mut found);
            }
        }
        ("controlplane.cluster.x-k8s.io" | "bootstrap.cluster.x-k8s.io", _) => {
            let version = node.at(&["spec", "version"]).and_then(Node::as_str);
            for place in NODE_CONFIGURATIONS {
                let Some(spec) = node.at(place) else { continue };
                if let Some(cluster) = spec.get("clusterConfiguration") {
                    kubeadm_components(cluster, version, &mut found);
                }
                let server = spec.get("serverConfig");
                let server = server.or_else(|| spec.at(&["kthreesConfigSpec", "serverConfig"]));
                if let Some(server) = server {
                    k3s_components(server, &K3S_PROVIDER_KEYS, version, &mut found);
                }
            }
        }
        _ => {}
    }
    found.retain(Component::speaks_of_elections);
    found
}

fn text<'d>(node: Node<'d>, key: &str) -> Option<&'d str> {
    node.get(key).and_then(Node::as_str)
}

fn kubeadm_components<'d>(
    node: Node<'d>,
    version: Option<&'d str>,
    found: &mut Vec<Component<'d>>,
) {
    for (section, old_key, program) in KUBEADM_SECTIONS {
        let arguments = node
            .at(&[section, "extraArgs"])
            .or_else(|| node.get(old_key));
        found.extend(arguments.map(|arguments| Component {
            program,
            version,
            arguments,
            installer: Installer::Kubeadm,
        }));
    }
}

fn k3s_components<'d>(
    node: Node<'d>,
    keys: &[(&[&str], &'static str)],
    version: Option<&'d str>,
    found: &mut Vec<Component<'d>>,
) {
    for (path, program) in keys {
        found.extend(node.at(path).map(|arguments| Component {
            program,
            version,
            arguments,
            installer: Installer::K3s,
        }));
    }
}
