//! Ids and names of the built-in dialects.

use programs::catalogue;

/// Every program of the first catalogue; ids are public and stay.
const IDS: &[&str] = &[
    "kube-controller-manager",
    "kube-scheduler",
    "cloud-controller-manager",
    "cluster-autoscaler",
    "vpa-recommender",
    "vpa-updater",
    "descheduler",
    "volcano",
    "karmada-scheduler",
    "scheduler-plugins-controller",
    "kops-controller",
    "cluster-api-core",
    "cluster-api-kubeadm-bootstrap",
    "cluster-api-kubeadm-control-plane",
    "cluster-api-docker",
    "cluster-api-openstack",
    "openshift-operators",
    "openshift-cluster-version-operator",
    "openshift-machine-api",
    "ovn-kubernetes",
    "kubebuilder-v4-project",
    "kubebuilder-v2-project",
    "controller-manager-config",
    "operator-sdk-helm",
    "operator-lib-leader-for-life",
    "vault-k8s-injector",
    "java-operator-sdk",
    "fabric8-leader-elector",
    "spring-cloud-kubernetes-election",
    "spring-cloud-kubernetes-legacy",
    "kopf",
    "kubernetes-python-client",
    "kubert",
    "kube-leader-election-crate",
    "kubeops-dotnet",
    "rancher-wrangler",
    "leader-elector-sidecar",
    "csi-provisioner",
    "csi-attacher",
    "csi-resizer",
    "csi-snapshotter",
    "csi-snapshot-controller",
    "csi-addons-sidecar",
    "csi-addons-controller",
    "vsphere-csi-syncer",
    "gce-pd-csi-controller",
    "ceph-csi-controller",
    "nfs-subdir-external-provisioner",
    "openebs-localpv",
    "longhorn-manager",
    "cert-manager-controller",
    "cert-manager-cainjector",
    "external-secrets",
    "kyverno",
    "trivy-operator",
    "kubewarden-controller",
    "ingress-nginx",
    "nginx-kubernetes-ingress",
    "kong-ingress-controller",
    "contour",
    "contour-gateway-provisioner",
    "envoy-gateway",
    "aws-load-balancer-controller",
    "haproxy-ingress",
    "apisix-ingress",
    "emissary-apiext",
    "istiod",
    "linkerd-destination",
    "linkerd-service-mirror",
    "linkerd-policy-controller",
    "cilium-operator",
    "kube-vip",
    "whereabouts",
    "tigera-operator",
    "flux-controllers",
    "flagger",
    "argocd-applicationset",
    "argo-rollouts",
    "argo-workflows",
    "argo-events-eventsource-sensor",
    "tekton-pipelines",
    "knative-serving-eventing",
    "keda-operator",
    "karpenter",
    "kueue",
    "spark-operator",
    "flink-kubernetes-operator",
    "flink-kubernetes-ha",
    "chaos-mesh",
    "openkruise",
    "node-feature-discovery-master",
    "nvidia-gpu-operator",
    "cloudnative-pg",
    "percona-pxc-operator",
    "percona-psmdb-operator",
    "redis-operator-opstree",
    "rabbitmq-cluster-operator",
    "strimzi-cluster-operator",
    "eck-operator",
    "zalando-patroni-pods",
    "crossplane-core",
    "crossplane-rbac-manager",
    "crossplane-provider",
    "gardener-components",
    "gardener-extensions",
    "rancher-fleet",
    "vcluster",
    "kubevirt-virt-controller",
    "dapr-operator",
    "clowder",
    "vineyard-operator",
    "ack-controllers",
    "reloader",
    "opentelemetry-operator",
    "otel-collector-k8s-leader-elector",
    "elastic-agent-leaderelection",
    "datadog-cluster-agent",
    "grafana-operator",
    "victoriametrics-operator",
    "external-dns",
    "velero",
    "sealed-secrets",
    "prometheus-operator",
    "kube-state-metrics",
    "gatekeeper",
    "gatekeeper-audit",
    "rook-ceph-operator",
    "metallb",
    "zalando-postgres-operator",
    "keda-webhooks",
];

const FAMILIES: &[&str] = &[
    "component-base-flags",
    "component-config-file",
    "controller-runtime",
    "kubebuilder-leader-elect",
    "kubebuilder-enable-leader-election",
    "leader-election-timings",
    "csi-sidecar",
    "election-ttl",
    "disable-switch",
    "env-switch",
    "env-go-duration",
    "env-integer",
    "flag-integer-seconds",
    "app-config-block",
    "knative-configmap",
    "openshift-library-go",
    "java-operator-sdk",
    "spring-cloud-kubernetes-election",
    "spring-cloud-kubernetes-legacy",
    "kopf-peering",
    "leader-for-life",
    "library-in-code",
    "fixed-in-code",
    "no-leader-election",
];

#[test]
fn every_program_is_there_once() {
    for id in IDS {
        let found = catalogue::programs()
            .filter(|program| program.id == *id)
            .count();
        assert_eq!(found, 1, "{id}");
    }
    assert_eq!(IDS.len(), 130);
}

#[test]
fn every_family_that_has_programs_is_named() {
    for family in FAMILIES {
        let found = catalogue::programs().any(|program| program.family == *family);
        assert!(found, "{family}");
    }
    assert_eq!(FAMILIES.len(), 24);
}

#[test]
fn names_are_given() {
    for program in catalogue::programs() {
        assert!(
            !program.name.is_empty() && program.name != program.family,
            "{}",
            program.id
        );
    }
}
