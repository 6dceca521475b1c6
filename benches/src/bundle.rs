//! A large bundle: many namespaces with the same few programs, their accounts and rights in each.
//!
//! Names repeat from namespace to namespace, as they do in clusters with a tenant each, so whatever
//! looks things up by name alone is slow here.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::TreeFile;

/// Objects in each namespace.
pub const OBJECTS_IN_NAMESPACE: usize = 20;

/// Programs in each namespace.
const PROGRAMS: [&str; 3] = ["controller", "operator", "sync"];

/// How a bundle lies on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Everything in one file, as a rendered installation.
    OneFile,
    /// A folder for each namespace, with a file for workloads and one for rights.
    Folders,
    /// The same installation many times, in one namespace: all workloads in one tree, all rights in another.
    Apart,
}

/// A bundle of that many namespaces, each with [`OBJECTS_IN_NAMESPACE`] objects.
#[must_use]
pub fn bundle(namespaces: usize, layout: Layout) -> Vec<TreeFile> {
    let mut files = Vec::new();
    let mut all = String::new();
    for number in 0..namespaces {
        let folder = format!("tenant-{number:04}");
        let namespace = match layout {
            Layout::OneFile | Layout::Folders => folder.clone(),
            Layout::Apart => "tenant".to_owned(),
        };
        let (mut workloads, mut rights) = (String::new(), String::new());
        head(&mut rights, "v1", "Namespace", None, &namespace);
        for program in PROGRAMS {
            write_workload(&mut workloads, &namespace, program);
            write_rights(&mut rights, &namespace, program);
        }
        write_beside(&mut workloads, &namespace);
        cluster_binding(&mut rights, &namespace);
        match layout {
            Layout::OneFile => {
                all.push_str(&rights);
                all.push_str(&workloads);
            }
            Layout::Folders | Layout::Apart => {
                for (sort, text) in [("rights", rights), ("workloads", workloads)] {
                    let path = match layout {
                        Layout::Apart => PathBuf::from(sort).join(&folder),
                        Layout::OneFile | Layout::Folders => PathBuf::from(&folder),
                    };
                    files.push(TreeFile {
                        path: path.join(format!("{sort}.yaml")),
                        text,
                    });
                }
            }
        }
    }
    if layout == Layout::OneFile {
        files.push(TreeFile {
            path: PathBuf::from("bundle.yaml"),
            text: all,
        });
    }
    files
}

fn head(out: &mut String, api: &str, kind: &str, namespace: Option<&str>, name: &str) {
    add(
        out,
        &format!("---\napiVersion: {api}\nkind: {kind}\nmetadata:\n  name: {name}\n"),
    );
    if let Some(namespace) = namespace {
        add(out, &format!("  namespace: {namespace}\n"));
    }
}

fn add(out: &mut String, text: &str) {
    // Writing to a String cannot fail.
    let _ = out.write_str(text);
}

fn write_workload(out: &mut String, namespace: &str, program: &str) {
    head(out, "apps/v1", "Deployment", Some(namespace), program);
    add(
        out,
        &format!(
            "spec:
  replicas: 2
  selector:
    matchLabels: {{app: {program}}}
  template:
    metadata:
      labels: {{app: {program}}}
    spec:
      serviceAccountName: {program}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels: {{app: {program}}}
      containers:
        - name: manager
          image: registry.example.com/{program}:v1.4.2
          args:
            - --leader-elect=true
            - --leader-elect-lease-duration=15s
            - --leader-elect-renew-deadline=10s
            - --leader-elect-retry-period=2s
            - --leader-elect-resource-name={program}.example.com
            - --leader-elect-resource-namespace={namespace}
          resources:
            requests: {{cpu: 10m, memory: 64Mi}}
"
        ),
    );
    head(out, "v1", "Service", Some(namespace), program);
    add(
        out,
        &format!("spec:\n  selector: {{app: {program}}}\n  ports: [{{port: 443}}]\n"),
    );
}

fn write_rights(out: &mut String, namespace: &str, program: &str) {
    const RBAC: &str = "rbac.authorization.k8s.io/v1";
    head(out, "v1", "ServiceAccount", Some(namespace), program);
    head(out, RBAC, "Role", Some(namespace), program);
    add(
        out,
        &format!(
            "rules:
  - apiGroups: [coordination.k8s.io]
    resources: [leases]
    verbs: [create]
  - apiGroups: [coordination.k8s.io]
    resources: [leases]
    resourceNames: [{program}.example.com]
    verbs: [get, update]
  - apiGroups: [\"\"]
    resources: [events]
    verbs: [create, patch]
"
        ),
    );
    head(out, RBAC, "RoleBinding", Some(namespace), program);
    add(
        out,
        &format!(
            "roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {program}
subjects:
  - kind: ServiceAccount
    name: {program}
    namespace: {namespace}
"
        ),
    );
}

/// What lies beside programs everywhere: settings and scalers.
fn write_beside(out: &mut String, namespace: &str) {
    for name in ["settings", "features"] {
        head(out, "v1", "ConfigMap", Some(namespace), name);
        add(out, "data:\n  log-level: info\n  workers: \"4\"\n");
    }
    head(
        out,
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        Some(namespace),
        "sync",
    );
    add(
        out,
        "spec:
  minReplicas: 2
  maxReplicas: 5
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: sync
",
    );
}

fn cluster_binding(out: &mut String, namespace: &str) {
    head(
        out,
        "rbac.authorization.k8s.io/v1",
        "ClusterRoleBinding",
        None,
        &format!("view-{namespace}"),
    );
    add(
        out,
        &format!(
            "roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: view
subjects:
  - kind: ServiceAccount
    name: controller
    namespace: {namespace}
"
        ),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_namespace_has_its_number_of_objects() {
        for layout in [Layout::OneFile, Layout::Folders, Layout::Apart] {
            let files = bundle(3, layout);
            let objects: usize = files
                .iter()
                .map(|file| file.text.matches("---\napiVersion: ").count())
                .sum();
            assert_eq!(objects, 3 * OBJECTS_IN_NAMESPACE);
        }
    }
}
