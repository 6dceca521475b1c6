//! The files of one component: a controller with what belongs to it.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::{Random, TreeFile};

const NOUNS: &[&str] = &[
    "gateway", "backup", "tunnel", "broker", "cache", "queue", "ledger", "mirror", "probe",
    "ingest", "router", "vault", "scaler", "tracer", "volume", "replica",
];
const FIELDS: &[&str] = &[
    "selector",
    "strategy",
    "template",
    "endpoint",
    "timeout",
    "interval",
    "retention",
    "storage",
    "credentials",
    "resources",
    "schedule",
    "policy",
    "target",
    "window",
    "threshold",
    "labels",
    "encryption",
    "compression",
    "priority",
    "reference",
    "budget",
    "source",
    "ports",
    "mode",
];
const PHRASES: &[&str] = &[
    "describes how often the object is looked at when nothing has changed",
    "names the object this one belongs to; it must be in the same namespace",
    "is left to the controller when it is not set, which is right for most",
    "may be changed at any time and takes effect with the next round",
    "must not be changed once the object has been created",
    "is given as a quantity, such as 500m or 2Gi, and defaults to the limit",
    "lists what has to be true before the object counts as ready",
];

/// About eight files, of which one is most of the bytes.
pub fn files(random: &mut Random, number: u64) -> Vec<TreeFile> {
    let name = format!("{}-{number}", random.pick(NOUNS));
    let folder = PathBuf::from(format!("area-{}", number / 16)).join(&name);
    let texts = [
        ("crd.yaml", definition(random, &name)),
        ("deployment.yaml", deployment(random, &name)),
        ("rbac.yaml", rights(random, &name)),
        ("service-account.yaml", account(&name)),
        ("service.yaml", service(&name)),
        ("config.yaml", config_map(random, &name)),
        ("kustomization.yaml", kustomization(&name)),
        ("values.yaml", values(random)),
    ];
    texts
        .into_iter()
        .map(|(file, text)| TreeFile {
            path: folder.join(file),
            text,
        })
        .collect()
}

/// A CustomResourceDefinition of some 40 KB with a schema of some depth.
fn definition(random: &mut Random, name: &str) -> String {
    let kind = name.replace('-', "");
    let mut out = format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  \
         annotations:\n    controller-gen.kubebuilder.io/version: v0.17.2\n  name: \
         {kind}s.example.com\nspec:\n  group: example.com\n  names:\n    kind: {kind}\n    \
         listKind: {kind}List\n    plural: {kind}s\n    singular: {kind}\n  scope: Namespaced\n  \
         versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      \
         openAPIV3Schema:\n        type: object\n        properties:\n"
    );
    let size = 20_000 + usize::try_from(random.below(30_000)).unwrap_or(0);
    let mut number = 0;
    while out.len() < size {
        property(random, &mut out, 10, number, 0);
        number += 1;
    }
    out
}

fn property(random: &mut Random, out: &mut String, indent: usize, number: usize, depth: usize) {
    let pad = " ".repeat(indent);
    let field = random.pick(FIELDS);
    let _ = writeln!(out, "{pad}{field}{number}:");
    let _ = writeln!(out, "{pad}  description: |-");
    for _ in 0..=random.below(3) {
        let _ = writeln!(out, "{pad}    {field} {}.", random.pick(PHRASES));
    }
    if depth < 3 && !random.once_in(3) {
        let _ = writeln!(out, "{pad}  type: object\n{pad}  properties:");
        for inner in 0..2 + usize::try_from(random.below(4)).unwrap_or(0) {
            property(random, out, indent + 4, inner, depth + 1);
        }
    } else if random.once_in(3) {
        let _ = writeln!(
            out,
            "{pad}  type: array\n{pad}  items:\n{pad}    type: string\n{pad}    maxLength: 253"
        );
    } else {
        let _ = writeln!(
            out,
            "{pad}  type: string\n{pad}  pattern: '^[a-z0-9]([-a-z0-9]*)?$'"
        );
    }
}

/// A Deployment with a controller and sometimes a second container.
fn deployment(random: &mut Random, name: &str) -> String {
    let replicas = 1 + random.below(3);
    let lease = 15 + 15 * random.below(3);
    let renew = if random.once_in(10) { lease } else { lease - 5 };
    let timings = if random.once_in(3) {
        format!(
            "        - --leader-elect-lease-duration={lease}s\n        - \
             --leader-elect-renew-deadline={renew}s\n        - --leader-elect-retry-period=2s\n"
        )
    } else {
        String::new()
    };
    let election = if random.once_in(4) {
        ""
    } else {
        "        - --leader-elect\n"
    };
    let mut out = format!(
        "# The controller of {name}.\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: \
         {name}\n  namespace: {name}-system\n  labels:\n    app.kubernetes.io/name: {name}\n    \
         app.kubernetes.io/component: controller\nspec:\n  replicas: {replicas}\n  selector:\n    \
         matchLabels:\n      app.kubernetes.io/name: {name}\n  template:\n    metadata:\n      \
         labels:\n        app.kubernetes.io/name: {name}\n      annotations:\n        \
         kubectl.kubernetes.io/default-container: manager\n    spec:\n      serviceAccountName: \
         {name}\n      terminationGracePeriodSeconds: 10\n      securityContext:\n        \
         runAsNonRoot: true\n      containers:\n      - name: manager\n        image: \
         registry.example.com/team/{name}:v1.{replicas}.0\n        command:\n        - /manager\n        \
         args:\n        - --metrics-bind-address=:8443\n        - \
         --health-probe-bind-address=:8081\n{election}{timings}        env:\n        - name: \
         POD_NAME\n          valueFrom:\n            fieldRef:\n              fieldPath: \
         metadata.name\n        - name: NAMESPACE\n          value: {name}-system\n        \
         livenessProbe:\n          httpGet:\n            path: /healthz\n            port: 8081\n          \
         initialDelaySeconds: 15\n        readinessProbe:\n          httpGet:\n            path: \
         /readyz\n            port: 8081\n        resources:\n          limits:\n            cpu: \
         500m\n            memory: 128Mi\n          requests:\n            cpu: 10m\n            \
         memory: 64Mi\n"
    );
    if random.once_in(4) {
        out.push_str(
            "      - name: proxy\n        image: registry.example.com/team/proxy:v0.18.1\n        \
             args:\n        - --secure-listen-address=0.0.0.0:8443\n        - \
             --upstream=http://127.0.0.1:8080/\n        ports:\n        - containerPort: 8443\n          \
             name: https\n",
        );
    }
    out
}

fn rights(random: &mut Random, name: &str) -> String {
    let mut out = format!(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: \
         {name}-leader\n  namespace: {name}-system\nrules:\n- apiGroups:\n  - \
         coordination.k8s.io\n  resources:\n  - leases\n  verbs:\n  - get\n  - create\n  - \
         update\n- apiGroups:\n  - \"\"\n  resources:\n  - events\n  verbs:\n  - create\n  - \
         patch\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata:\n  \
         name: {name}-leader\n  namespace: {name}-system\nroleRef:\n  apiGroup: \
         rbac.authorization.k8s.io\n  kind: Role\n  name: {name}-leader\nsubjects:\n- kind: \
         ServiceAccount\n  name: {name}\n  namespace: {name}-system\n---\napiVersion: \
         rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: {name}\nrules:\n"
    );
    for _ in 0..2 + random.below(4) {
        let _ = write!(
            out,
            "- apiGroups:\n  - example.com\n  resources:\n  - {}\n  verbs:\n  - get\n  - list\n  - watch\n",
            random.pick(FIELDS)
        );
    }
    out
}

fn account(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: {name}\n  namespace: \
         {name}-system\n"
    )
}

fn service(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}-metrics\n  namespace: \
         {name}-system\nspec:\n  ports:\n  - name: https\n    port: 8443\n    targetPort: 8443\n  \
         selector:\n    app.kubernetes.io/name: {name}\n"
    )
}

fn config_map(random: &mut Random, name: &str) -> String {
    let mut out = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}-config\n  namespace: \
         {name}-system\ndata:\n  settings.yaml: |\n"
    );
    if random.once_in(3) {
        out.push_str("    leaderElection:\n      leaderElect: true\n      leaseDuration: 30s\n");
    }
    for number in 0..4 + random.below(12) {
        let (field, phrase) = (random.pick(FIELDS), random.pick(PHRASES));
        let _ = writeln!(out, "    {field}{number}: \"it {phrase}\"");
    }
    out
}

fn kustomization(name: &str) -> String {
    format!(
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: \
         {name}-system\nresources:\n- crd.yaml\n- deployment.yaml\n- rbac.yaml\n- \
         service-account.yaml\n- service.yaml\n- config.yaml\n"
    )
}

/// A file that holds no object.
fn values(random: &mut Random) -> String {
    let mut out = String::from("replicaCount: 2\nimage:\n  tag: v1.2.3\n");
    for number in 0..6 + random.below(20) {
        let (field, phrase) = (random.pick(FIELDS), random.pick(PHRASES));
        let _ = writeln!(
            out,
            "{field}{number}:\n  # it {phrase}\n  enabled: true\n  size: {number}Gi"
        );
    }
    out
}
