//! The catalogue of dialects: its ids, defaults, recognition, and the mistakes its format refuses.

use programs::boolean::BoolReading;
use programs::catalogue;
use programs::dialect::{IdentityBase, IdentityRule, Program, Setting, SettingSpec, ValueSyntax};
use programs::dialect_file::{DialectFile, compile, compile_all};
use programs::recognise::{Clue, Evidence, recognise, version_of_tag};

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
            .iter()
            .filter(|program| program.id == *id)
            .count();
        assert_eq!(found, 1, "{id}");
    }
    assert_eq!(IDS.len(), 129);
}

#[test]
fn every_family_that_has_programs_is_named() {
    for family in FAMILIES {
        let found = catalogue::programs()
            .iter()
            .any(|program| program.family == *family);
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

/// Seconds of a timing default, through the derivation if it has one.
fn seconds(program: &Program, setting: Setting) -> Option<f64> {
    let spec = program.spec(setting)?;
    let ValueSyntax::Duration(syntax) = spec.syntax else {
        panic!("{}: no duration", program.id);
    };
    if let Some(derive) = spec
        .derive
        .as_ref()
        .filter(|derive| !derive.only_if_written)
    {
        let from = seconds(program, derive.from)?;
        let scaled = from * derive.numerator as f64 / derive.denominator as f64;
        return Some(scaled + derive.plus as f64 / 1e9);
    }
    let default = spec.default.as_ref()?;
    Some(syntax.parse(default).expect("readable").as_seconds())
}

/// Whether the program elects when nothing is written.
fn enabled(program: &Program) -> Option<bool> {
    let spec = program.spec(Setting::Enable)?;
    let default = spec.default.as_ref()?;
    let on = match &spec.syntax {
        ValueSyntax::Bool(syntax) => match syntax.parse(default) {
            BoolReading::Value(on) => on,
            _ => false,
        },
        ValueSyntax::Words { on, .. } => on.contains(default),
        _ => panic!("{}: no switch", program.id),
    };
    Some(on != spec.negative)
}

fn default_of(program: &Program, setting: Setting) -> Option<&str> {
    program.spec(setting)?.default.as_deref()
}

type Triple = Option<(f64, f64, f64)>;

/// Id, enabled, lease and renew and retry, lock name, lock namespace, releases.
type Row = (
    &'static str,
    Option<bool>,
    Triple,
    Option<&'static str>,
    Option<&'static str>,
    IdentityBase,
    Option<bool>,
);

const ON: Option<bool> = Some(true);
const OFF: Option<bool> = Some(false);
const USUAL: Triple = Some((15.0, 10.0, 2.0));
const POD: Option<&str> = Some("@pod");
const SYSTEM: Option<&str> = Some("kube-system");

#[rustfmt::skip]
const DEFAULTS: &[Row] = &[
    ("kube-controller-manager", ON, USUAL, Some("kube-controller-manager"), SYSTEM, IdentityBase::HostnameUuid, None),
    ("kube-scheduler", ON, USUAL, Some("kube-scheduler"), SYSTEM, IdentityBase::HostnameUuid, None),
    ("cloud-controller-manager", ON, USUAL, Some("cloud-controller-manager"), SYSTEM, IdentityBase::HostnameUuid, OFF),
    ("cluster-autoscaler", ON, USUAL, Some("cluster-autoscaler"), SYSTEM, IdentityBase::Hostname, ON),
    ("vpa-recommender", OFF, USUAL, Some("vpa-recommender-lease"), SYSTEM, IdentityBase::HostnameUuid, ON),
    ("vpa-updater", OFF, USUAL, Some("vpa-updater"), SYSTEM, IdentityBase::HostnameUuid, ON),
    ("descheduler", OFF, Some((137.0, 107.0, 26.0)), Some("descheduler"), SYSTEM, IdentityBase::HostnameUuid, ON),
    ("volcano", ON, USUAL, None, Some("volcano-system"), IdentityBase::HostnameUuid, OFF),
    ("karmada-scheduler", ON, USUAL, Some("karmada-scheduler"), Some("karmada-system"), IdentityBase::HostnameUuid, None),
    ("scheduler-plugins-controller", OFF, USUAL, Some("sched-plugins-controllers"), SYSTEM, IdentityBase::HostnameUuid, OFF),
    ("kops-controller", ON, USUAL, Some("kops-controller-leader"), POD, IdentityBase::HostnameUuid, OFF),
    ("cluster-api-core", OFF, USUAL, Some("controller-leader-election-capi"), POD, IdentityBase::HostnameUuid, OFF),
    ("cluster-api-kubeadm-control-plane", OFF, Some((60.0, 40.0, 5.0)), Some("kubeadm-control-plane-manager-leader-election-capi"), POD, IdentityBase::HostnameUuid, OFF),
    ("cluster-api-openstack", OFF, USUAL, Some("controller-leader-election-capo"), POD, IdentityBase::HostnameUuid, ON),
    ("openshift-operators", ON, Some((137.0, 107.0, 26.0)), None, POD, IdentityBase::HostnameUuid, ON),
    ("openshift-cluster-version-operator", ON, Some((137.0, 107.0, 26.0)), Some("version"), POD, IdentityBase::HostnameUuid, ON),
    ("openshift-machine-api", OFF, Some((137.0, 107.0, 26.0)), Some("cluster-api-provider-machineset-leader"), POD, IdentityBase::HostnameUuid, None),
    ("ovn-kubernetes", ON, Some((137.0, 107.0, 26.0)), Some("ovn-kubernetes-master"), None, IdentityBase::Unknown, ON),
    ("kubebuilder-v4-project", OFF, USUAL, None, POD, IdentityBase::HostnameUuid, OFF),
    ("kubebuilder-v2-project", OFF, USUAL, None, POD, IdentityBase::HostnameUuid, OFF),
    ("vault-k8s-injector", None, None, Some("vault-k8s-leader"), POD, IdentityBase::PodNameEnv, None),
    ("java-operator-sdk", ON, USUAL, None, POD, IdentityBase::Env, OFF),
    ("spring-cloud-kubernetes-election", OFF, USUAL, Some("spring-k8s-leader-election-lock"), Some("default"), IdentityBase::Env, ON),
    ("rancher-wrangler", ON, Some((45.0, 30.0, 2.0)), None, None, IdentityBase::Hostname, ON),
    ("csi-provisioner", OFF, Some((15.0, 10.0, 5.0)), None, POD, IdentityBase::Hostname, OFF),
    ("csi-snapshot-controller", OFF, Some((15.0, 10.0, 5.0)), Some("snapshot-controller-leader"), POD, IdentityBase::Hostname, OFF),
    ("csi-addons-sidecar", None, Some((15.0, 10.0, 5.0)), None, POD, IdentityBase::Flag, OFF),
    ("nfs-subdir-external-provisioner", ON, USUAL, None, POD, IdentityBase::HostnameUuid, None),
    ("openebs-localpv", ON, USUAL, None, POD, IdentityBase::HostnameUuid, None),
    ("longhorn-manager", ON, Some((20.0, 10.0, 2.0)), Some("longhorn-manager-webhook-lock"), POD, IdentityBase::NodeName, ON),
    ("cert-manager-controller", ON, Some((60.0, 40.0, 15.0)), Some("cert-manager-controller"), SYSTEM, IdentityBase::Hostname, ON),
    ("cert-manager-cainjector", ON, Some((60.0, 40.0, 15.0)), Some("cert-manager-cainjector-leader-election"), SYSTEM, IdentityBase::HostnameUuid, ON),
    ("external-secrets", OFF, USUAL, Some("external-secrets-controller"), POD, IdentityBase::HostnameUuid, OFF),
    ("kyverno", ON, Some((12.0, 10.0, 2.0)), None, Some("kyverno"), IdentityBase::PodNameEnv, OFF),
    ("ingress-nginx", ON, Some((30.0, 15.0, 7.5)), Some("ingress-controller-leader"), None, IdentityBase::PodNameEnv, OFF),
    ("nginx-kubernetes-ingress", ON, Some((30.0, 15.0, 7.5)), Some("nginx-ingress-leader-election"), POD, IdentityBase::PodNameEnv, OFF),
    ("kong-ingress-controller", None, USUAL, Some("5b374a9e.konghq.com"), POD, IdentityBase::HostnameUuid, OFF),
    ("contour", ON, USUAL, Some("leader-elect"), Some("projectcontour"), IdentityBase::HostnameUuid, ON),
    ("contour-gateway-provisioner", OFF, USUAL, Some("0d879e31.projectcontour.io"), Some("projectcontour"), IdentityBase::HostnameUuid, ON),
    ("envoy-gateway", ON, USUAL, Some("5b9825d2.gateway.envoyproxy.io"), POD, IdentityBase::HostnameUuid, OFF),
    ("aws-load-balancer-controller", ON, USUAL, Some("aws-load-balancer-controller-leader"), POD, IdentityBase::HostnameUuid, OFF),
    ("apisix-ingress", None, Some((30.0, 20.0, 2.0)), Some("apisix-ingress-controller-leader"), None, IdentityBase::Unknown, None),
    ("istiod", ON, Some((30.0, 15.0, 7.5)), Some("istio-leader"), POD, IdentityBase::PodNameEnv, ON),
    ("linkerd-destination", ON, Some((30.0, 10.0, 2.0)), Some("linkerd-destination-endpoint-write"), POD, IdentityBase::Env, ON),
    ("cilium-operator", ON, USUAL, Some("cilium-operator-resource-lock"), POD, IdentityBase::HostnameUuid, None),
    ("kube-vip", OFF, USUAL, Some("plndr-cp-lock"), None, IdentityBase::NodeName, ON),
    ("whereabouts", ON, Some((1.5, 1.0, 0.5)), Some("whereabouts"), POD, IdentityBase::Unknown, ON),
    ("tigera-operator", ON, USUAL, Some("operator-lock"), POD, IdentityBase::HostnameUuid, None),
    ("flux-controllers", OFF, Some((35.0, 30.0, 5.0)), None, POD, IdentityBase::HostnameUuid, ON),
    ("flagger", OFF, Some((60.0, 15.0, 5.0)), Some("flagger-leader-election"), SYSTEM, IdentityBase::HostnameUuid, ON),
    ("argocd-applicationset", OFF, USUAL, Some("58ac56fa.applicationsets.argoproj.io"), POD, IdentityBase::HostnameUuid, OFF),
    ("argo-rollouts", ON, USUAL, None, POD, IdentityBase::HostnameUuid, OFF),
    ("argo-workflows", ON, Some((15.0, 10.0, 5.0)), Some("workflow-controller"), POD, IdentityBase::Env, OFF),
    ("argo-events-eventsource-sensor", None, Some((5.0, 2.0, 1.0)), None, POD, IdentityBase::Hostname, ON),
    ("tekton-pipelines", ON, Some((60.0, 40.0, 10.0)), None, Some("tekton-pipelines"), IdentityBase::HostnameUuid, ON),
    ("knative-serving-eventing", ON, Some((60.0, 40.0, 10.0)), None, POD, IdentityBase::HostnameUuid, ON),
    ("keda-operator", OFF, USUAL, Some("operator.keda.sh"), Some("keda"), IdentityBase::HostnameUuid, OFF),
    ("karpenter", ON, USUAL, Some("karpenter-leader-election"), POD, IdentityBase::HostnameUuid, ON),
    ("kueue", ON, USUAL, Some("c1f6bfd2.kueue.x-k8s.io"), POD, IdentityBase::HostnameUuid, ON),
    ("spark-operator", OFF, USUAL, Some("spark-operator-lock"), Some("spark-operator"), IdentityBase::HostnameUuid, OFF),
    ("flink-kubernetes-operator", OFF, USUAL, None, POD, IdentityBase::Env, OFF),
    ("flink-kubernetes-ha", OFF, Some((15.0, 15.0, 5.0)), None, POD, IdentityBase::Unknown, None),
    ("chaos-mesh", ON, USUAL, Some("chaos-mesh"), None, IdentityBase::HostnameUuid, OFF),
    ("openkruise", ON, USUAL, Some("kruise-manager"), Some("kruise-system"), IdentityBase::HostnameUuid, OFF),
    ("node-feature-discovery-master", OFF, USUAL, Some("nfd-master.nfd.kubernetes.io"), POD, IdentityBase::HostnameUuid, OFF),
    ("nvidia-gpu-operator", OFF, USUAL, Some("53822513.nvidia.com"), POD, IdentityBase::HostnameUuid, OFF),
    ("cloudnative-pg", OFF, USUAL, Some("db9c8771.cnpg.io"), POD, IdentityBase::HostnameUuid, ON),
    ("percona-psmdb-operator", ON, USUAL, Some("08db0feb.percona.com"), POD, IdentityBase::HostnameUuid, OFF),
    ("rabbitmq-cluster-operator", ON, USUAL, Some("rabbitmq-cluster-operator-leader-election"), POD, IdentityBase::HostnameUuid, OFF),
    ("strimzi-cluster-operator", OFF, USUAL, None, None, IdentityBase::Env, ON),
    ("eck-operator", ON, USUAL, Some("elastic-operator-leader"), None, IdentityBase::HostnameUuid, OFF),
    ("crossplane-core", OFF, Some((60.0, 50.0, 2.0)), Some("crossplane-leader-election-core"), POD, IdentityBase::HostnameUuid, ON),
    ("crossplane-rbac-manager", OFF, USUAL, Some("crossplane-leader-election-rbac"), POD, IdentityBase::HostnameUuid, OFF),
    ("crossplane-provider", OFF, Some((60.0, 50.0, 2.0)), None, POD, IdentityBase::HostnameUuid, OFF),
    ("gardener-components", ON, USUAL, None, Some("garden"), IdentityBase::HostnameUuid, ON),
    ("vcluster", None, Some((60.0, 40.0, 15.0)), None, POD, IdentityBase::Hostname, OFF),
    ("reloader", OFF, USUAL, Some("stakater-reloader-lock"), None, IdentityBase::PodNameEnv, ON),
    ("opentelemetry-operator", OFF, Some((137.0, 107.0, 26.0)), Some("9f7554c3.opentelemetry.io"), POD, IdentityBase::HostnameUuid, ON),
    ("elastic-agent-leaderelection", None, USUAL, Some("elastic-agent-cluster-leader"), None, IdentityBase::Unknown, None),
    ("datadog-cluster-agent", OFF, Some((60.0, 30.0, 15.0)), Some("datadog-leader-election"), POD, IdentityBase::Unknown, ON),
    ("grafana-operator", OFF, USUAL, None, POD, IdentityBase::HostnameUuid, OFF),
    ("kubeops-dotnet", OFF, USUAL, None, None, IdentityBase::Unknown, None),
    ("rancher-fleet", None, None, None, POD, IdentityBase::HostnameUuid, None),
    ("karpenter-leader-elect", ON, USUAL, Some("karpenter-leader-election"), POD, IdentityBase::HostnameUuid, ON),
    ("cert-manager-approver-policy", ON, USUAL, Some("policy.cert-manager.io"), POD, IdentityBase::HostnameUuid, ON),
    ("oci-native-ingress-controller", ON, Some((60.0, 15.0, 5.0)), None, None, IdentityBase::HostnameUuid, ON),
    ("camel-k-operator", ON, USUAL, None, POD, IdentityBase::HostnameUuid, ON),
    ("crunchy-postgres-operator", ON, USUAL, None, POD, IdentityBase::HostnameUuid, OFF),
    ("kube-arangodb", ON, USUAL, None, POD, IdentityBase::Unknown, OFF),
    ("redis-operator-spotahome", ON, USUAL, Some("redis-failover-lease"), None, IdentityBase::HostnameUuid, None),
    ("ocm-cluster-manager", ON, Some((137.0, 107.0, 26.0)), Some("clustermanager-lock"), POD, IdentityBase::HostnameUuid, ON),
    ("ocm-klusterlet", ON, Some((137.0, 107.0, 26.0)), Some("klusterlet-lock"), POD, IdentityBase::HostnameUuid, ON),
    ("kubernetes-event-exporter", OFF, USUAL, Some("kubernetes-event-exporter"), POD, IdentityBase::HostnameUuid, OFF),
    ("prow-sinker", ON, USUAL, Some("prow-sinker-leaderlock"), Some("default"), IdentityBase::HostnameUuid, ON),
    ("prow-controller-manager", ON, USUAL, Some("prow-controller-manager-leader-lock"), Some("default"), IdentityBase::HostnameUuid, OFF),
    ("security-profiles-operator", ON, USUAL, Some("security-profiles-operator-lock"), POD, IdentityBase::HostnameUuid, None),
    ("security-profiles-operator-webhook", ON, USUAL, Some("security-profiles-operator-webhook-lock"), POD, IdentityBase::HostnameUuid, None),
    ("nvidia-network-operator", OFF, USUAL, Some("12620820.mellanox.com"), POD, IdentityBase::HostnameUuid, OFF),
    ("inference-endpoint-picker", OFF, USUAL, None, Some("default"), IdentityBase::HostnameUuid, ON),
    ("envoy-ai-gateway", ON, USUAL, Some("envoy-ai-gateway-controller"), POD, IdentityBase::HostnameUuid, OFF),
    ("hcloud-fip-controller", ON, USUAL, Some("fip"), None, IdentityBase::PodNameEnv, ON),
    ("burrito-controllers", ON, USUAL, Some("6d185457.terraform.padok.cloud"), POD, IdentityBase::HostnameUuid, OFF),
    ("koord-manager", ON, USUAL, Some("koordinator-manager"), Some("koordinator-system"), IdentityBase::HostnameUuid, OFF),
    ("koord-scheduler", ON, USUAL, Some("kube-scheduler"), Some("kube-system"), IdentityBase::HostnameUuid, None),
    ("fdb-kubernetes-operator", ON, USUAL, Some("fdb-kubernetes-operator"), POD, IdentityBase::HostnameUuid, OFF),
    ("kubedl", ON, USUAL, Some("kubedl-election"), POD, IdentityBase::HostnameUuid, OFF),
    ("sidero-controller-manager", ON, USUAL, Some("controller-leader-election-sidero-controller-manager"), POD, IdentityBase::HostnameUuid, OFF),
    ("bank-vaults-operator", ON, USUAL, Some("vault-operator-lock"), POD, IdentityBase::HostnameUuid, OFF),
    ("aks-app-routing-operator", ON, USUAL, Some("aks-app-routing-operator-leader"), Some("kube-system"), IdentityBase::HostnameUuid, OFF),
    ("varnish-operator", ON, USUAL, Some("varnish-operator-leader-election-lock"), Some("default"), IdentityBase::HostnameUuid, OFF),
    ("otel-collector-k8s-leader-elector", ON, USUAL, None, None, IdentityBase::HostnameUuid, None),
    ("external-dns", None, None, None, None, IdentityBase::Unknown, None),
];

#[test]
fn defaults_are_those_of_the_programs() {
    for (id, switch, timing, name, namespace, identity, releases) in DEFAULTS {
        let program = program(id);
        let lease = seconds(program, Setting::LeaseDuration);
        let renew = seconds(program, Setting::RenewDeadline);
        let retry = seconds(program, Setting::RetryPeriod);
        let found = (enabled(program), lease, renew, retry);
        let expected = timing.map_or((None, None, None), |(lease, renew, retry)| {
            (Some(lease), Some(renew), Some(retry))
        });
        assert_eq!(found, (*switch, expected.0, expected.1, expected.2), "{id}");
        assert_eq!(default_of(program, Setting::LockName), *name, "{id}");
        assert_eq!(
            default_of(program, Setting::LockNamespace),
            *namespace,
            "{id}"
        );
        assert_eq!(program.identity.base, *identity, "{id}");
        assert_eq!(program.releases, *releases, "{id}");
    }
}

fn program(id: &str) -> &'static Program {
    catalogue::program(id).unwrap_or_else(|| panic!("no program {id}"))
}

fn spec(id: &str, setting: Setting) -> &'static SettingSpec {
    program(id)
        .spec(setting)
        .unwrap_or_else(|| panic!("{id}: no {}", setting.name()))
}

#[test]
fn settings_keep_what_is_special_about_them() {
    for (id, flags) in [
        ("ingress-nginx", &["disable-leader-election"][..]),
        ("contour", &["disable-leader-election"]),
        ("karpenter", &["disable-leader-election"]),
        ("knative-serving-eventing", &["disable-ha"]),
        ("kopf", &["standalone"]),
        ("argo-workflows", &[]),
        ("openshift-operators", &[]),
        ("envoy-gateway", &[]),
    ] {
        let switch = spec(id, Setting::Enable);
        assert!(switch.negative, "{id}");
        assert_eq!(switch.flags[..], *flags, "{id}");
    }
    let namespace = spec("cluster-autoscaler", Setting::LockNamespace);
    assert_eq!(namespace.flags[..], ["namespace"]);
    assert_eq!(
        namespace.ignored_flags[..],
        ["leader-elect-resource-namespace"]
    );

    let lease = spec("nvidia-gpu-operator", Setting::LeaseDuration)
        .derive
        .as_ref()
        .expect("derived");
    assert_eq!(
        (lease.from, lease.plus),
        (Setting::RenewDeadline, 5_000_000_000)
    );
    assert!(lease.only_if_written);

    let lease = spec("kyverno", Setting::LeaseDuration)
        .derive
        .as_ref()
        .expect("derived");
    assert_eq!((lease.from, lease.numerator), (Setting::RetryPeriod, 6));
    assert_eq!(
        program("kyverno").identity.fallback.as_deref(),
        Some("kyverno")
    );

    assert!(spec("openshift-operators", Setting::LeaseDuration).zero_is_default);
    assert!(spec("rabbitmq-cluster-operator", Setting::RetryPeriod).zero_is_default);
    for setting in [Setting::LockName, Setting::LockNamespace, Setting::Identity] {
        assert!(spec("strimzi-cluster-operator", setting).required);
    }
    assert!(spec("flink-kubernetes-operator", Setting::LockName).required);
    assert!(spec("operator-sdk-helm", Setting::LockName).required);
    assert_eq!(
        program("ingress-nginx").identity,
        IdentityRule {
            base: IdentityBase::PodNameEnv,
            env: Some("POD_NAME".into()),
            required: true,
            fallback: None,
            falls_back_to_hostname: false,
        }
    );
    assert!(program("argo-workflows").identity.required);

    for id in ["cluster-api-core", "cluster-api-openstack"] {
        assert!(spec(id, Setting::LockType).flags.is_empty(), "{id}");
        assert!(spec(id, Setting::LockNamespace).flags.is_empty(), "{id}");
        assert_eq!(
            spec(id, Setting::RetryPeriod).flags[..],
            ["leader-elect-retry-period"],
            "{id}"
        );
    }
    assert!(program("kubert").spec(Setting::RenewDeadline).is_none());
    assert!(
        program("linkerd-policy-controller")
            .spec(Setting::RetryPeriod)
            .is_none()
    );
    assert!(program("karmada-scheduler").lock_elsewhere);
    assert!(program("knative-serving-eventing").several_leaders);
    assert!(program("gatekeeper").never_elects && program("gatekeeper").replicas_are_fine);
    assert!(program("external-dns").never_elects && !program("external-dns").replicas_are_fine);
    assert!(
        program("istiod")
            .own_lock_types
            .iter()
            .any(|own| own == "configmaps")
    );
    let gate = spec("csi-attacher", Setting::ReleaseOnCancel)
        .feature_gate
        .as_deref();
    assert_eq!(gate, Some("ReleaseLeaderElectionOnExit"));
    let config = program("knative-serving-eventing")
        .config
        .as_ref()
        .expect("config");
    assert_eq!(config.configmap_env[..], ["CONFIG_LEADERELECTION_NAME"]);
    assert_eq!(config.configmaps[..], ["config-leader-election"]);
}

#[test]
fn versions_change_what_they_changed() {
    let lock_type = |id: &str, image: &str| {
        let rules = program(id).versions.iter();
        rules
            .filter(|rule| rule.holds_for(image) == Some(true))
            .find_map(|rule| rule.lock_type.as_deref())
    };
    let alb = "public.ecr.aws/eks/aws-load-balancer-controller";
    for (version, expected) in [
        ("v1.1.9", None),
        ("v2.0.0", Some("configmaps")),
        ("v2.2.4", Some("configmaps")),
        ("v2.3.0", None),
        ("latest", None),
    ] {
        let found = lock_type("aws-load-balancer-controller", &format!("{alb}:{version}"));
        assert_eq!(found, expected, "{version}");
    }
    for (version, expected) in [("v1.3.1", Some("endpoints")), ("v1.28.0", None)] {
        let found = lock_type(
            "cluster-autoscaler",
            &format!("k8s.gcr.io/cluster-autoscaler:{version}"),
        );
        assert_eq!(found, expected, "{version}");
    }
    assert_eq!(
        lock_type("cluster-autoscaler", "example.com/fork/autoscaler:1.0.0"),
        None
    );
    let rule = &program("kube-vip").versions[0];
    assert_eq!(rule.holds(Some("v1.0.2")), Some(true));
    assert_eq!(rule.holds(Some("v1.1.0")), Some(false));
    assert_eq!(rule.holds(None), None);
    assert_eq!(
        rule.timing.as_ref().map(|(lease, _, _)| lease.as_ref()),
        Some("5")
    );
}

/// What is recognised: image, command line (a leading `!` says that it is arguments alone), variables.
type Seen = (
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
);

#[rustfmt::skip]
const SEEN: &[Seen] = &[
    // Images, however they are written.
    ("registry.k8s.io/kube-scheduler:v1.33.0", "", "", Some("kube-scheduler")),
    ("registry.k8s.io/autoscaling/cluster-autoscaler:v1.28.0", "", "", Some("cluster-autoscaler")),
    ("registry.k8s.io/autoscaling/cluster-autoscaler-arm64:v1.28.0", "", "", Some("cluster-autoscaler")),
    ("cluster-autoscaler", "", "", Some("cluster-autoscaler")),
    ("localhost:5000/mirror/autoscaling/cluster-autoscaler@sha256:0123", "", "", Some("cluster-autoscaler")),
    ("${REGISTRY}/autoscaling/cluster-autoscaler:${TAG}", "", "", Some("cluster-autoscaler")),
    ("{{ .Values.image.host }}/cluster-autoscaler:{{ .Values.image.tag }}", "", "", Some("cluster-autoscaler")),
    ("registry.k8s.io/provider-aws/cloud-controller-manager:v1.36.1", "", "", Some("cloud-controller-manager")),
    ("digitalocean/digitalocean-cloud-controller-manager:v0.1.45", "", "", Some("cloud-controller-manager")),
    ("gcr.io/cloud-provider-vsphere/cpi/release/manager:v1.28.0", "! --cloud-provider=vsphere", "", Some("cloud-provider-image")),
    ("registry.k8s.io/cloud-pv-vsphere/cloud-provider-vsphere:v1.31.0", "", "", Some("cloud-provider-image")),
    ("quay.io/argoproj/argo-events:v1.9.0", "! controller", "ARGO_EVENTS_IMAGE", Some("argo-events-controller")),
    ("quay.io/argoproj/argo-events:v1.9.0", "! eventsource-service", "", Some("argo-events-eventsource-sensor")),
    ("quay.io/argoproj/argo-events:v1.9.0", "! webhook-service", "ARGO_EVENTS_IMAGE", None),
    ("rancher/system-upgrade-controller:v0.16.0", "", "", Some("rancher-system-upgrade-controller")),
    ("perconalab/percona-postgresql-operator:2.8.0", "", "WATCH_NAMESPACE", Some("percona-pg-operator")),
    ("percona/percona-postgresql-operator:2.8.0-ppg17-postgres", "", "PGDATA", None),
    ("openstorage/stork:23.8.0", "/stork --driver=pxd --lock-object-namespace=x", "", Some("stork")),
    ("registry.k8s.io/sig-storage/csi-attacher:v4.12.0", "", "", Some("csi-attacher")),
    ("longhornio/csi-resizer:v1.11.1", "", "", Some("csi-resizer")),
    ("registry.k8s.io/sig-storage/csi-provisioner:v6.3.0@sha256:00", "", "", Some("csi-provisioner")),
    ("registry.k8s.io/sig-storage/snapshot-controller:v8.0.1", "", "", Some("csi-snapshot-controller")),
    ("registry.k8s.io/sig-storage/csi-snapshotter:v8.6.0", "", "", Some("csi-snapshotter")),
    ("quay.io/jetstack/cert-manager-controller:v1.16.1", "", "", Some("cert-manager-controller")),
    ("quay.io/jetstack/cert-manager-cainjector:v1.16.1", "", "", Some("cert-manager-cainjector")),
    ("quay.io/jetstack/cert-manager-webhook:v1.16.1", "", "", Some("cert-manager-webhook")),
    ("registry.k8s.io/ingress-nginx/controller:v1.11.2@sha256:0f", "", "", Some("ingress-nginx")),
    ("nginx/nginx-ingress:3.6.2", "", "", Some("nginx-kubernetes-ingress")),
    ("kong/kubernetes-ingress-controller:3.2", "", "", Some("kong-ingress-controller")),
    ("public.ecr.aws/eks/aws-load-balancer-controller:v2.9.0", "", "", Some("aws-load-balancer-controller")),
    ("public.ecr.aws/karpenter/controller:1.0.6@sha256:1e", "", "", Some("karpenter")),
    ("quay.io/tigera/operator:v1.36.0", "", "", Some("tigera-operator")),
    ("quay.io/cilium/operator-generic:v1.16.3", "", "", Some("cilium-operator")),
    ("ghcr.io/kube-vip/kube-vip:v0.8.2", "", "", Some("kube-vip")),
    ("docker.io/volcanosh/vc-scheduler:latest", "", "", Some("volcano")),
    ("docker.io/volcanosh/vc-controller-manager:latest", "", "", Some("volcano")),
    ("quay.io/argoproj/argo-rollouts:v1.7.2", "", "", Some("argo-rollouts")),
    ("quay.io/argoproj/workflow-controller:v3.5.11", "", "", Some("argo-workflows")),
    ("ghcr.io/kedacore/keda:2.15.1", "", "", Some("keda-operator")),
    ("ghcr.io/kedacore/keda-admission-webhooks:2.15.1", "", "", Some("keda-webhooks")),
    ("ghcr.io/kedacore/keda-metrics-apiserver:2.15.1", "", "", Some("keda-metrics-apiserver")),
    ("registry.k8s.io/kueue/kueue:v0.9.0", "", "", Some("kueue")),
    ("ghcr.io/kubeflow/spark-operator/controller:2.1.0", "", "", Some("spark-operator")),
    ("ghcr.io/cloudnative-pg/cloudnative-pg:1.24.1", "", "", Some("cloudnative-pg")),
    ("quay.io/strimzi/operator:0.44.0", "", "", Some("strimzi-cluster-operator")),
    ("docker.elastic.co/eck/eck-operator:2.14.0", "", "", Some("eck-operator")),
    ("nvcr.io/nvidia/gpu-operator:v24.9.0", "", "", Some("nvidia-gpu-operator")),
    ("ghcr.io/grafana/grafana-operator:v5.14.0", "", "", Some("grafana-operator")),
    ("ghcr.io/open-telemetry/opentelemetry-operator/opentelemetry-operator:0.111.0", "", "", Some("opentelemetry-operator")),
    ("openkruise/kruise-manager:v1.7.2", "", "", Some("openkruise")),
    ("docker.io/istio/pilot:1.23.2", "", "", Some("istiod")),
    ("docker.io/rook/ceph:master", "rook ceph operator", "", Some("rook-ceph-operator")),
    ("openpolicyagent/gatekeeper:v3.17.1", "/manager --operation=webhook", "", Some("gatekeeper")),
    ("registry.k8s.io/external-dns/external-dns:v0.15.0", "", "", Some("external-dns")),
    ("velero/velero:v1.14.1", "/velero server", "", Some("velero")),
    ("registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.13.0", "", "", Some("kube-state-metrics")),
    ("quay.io/metallb/controller:v0.14.8", "", "", Some("metallb")),
    ("quay.io/metallb/speaker:v0.14.8", "", "", Some("metallb")),
    ("quay.io/prometheus-operator/prometheus-operator:v0.77.1", "", "", Some("prometheus-operator")),
    ("ghcr.io/zalando/postgres-operator:v1.13.0", "", "", Some("zalando-postgres-operator")),
    ("ghcr.io/zalando/spilo-16:3.3-p1", "", "", Some("zalando-patroni-pods")),
    ("bitnami/sealed-secrets-controller:0.27.1", "", "", Some("sealed-secrets")),
    ("registry.k8s.io/provider-os/magnum-auto-healer:v1.36.0", "", "", Some("magnum-auto-healer")),
    ("leader-election-operator", "", "", Some("java-operator-sdk-sample")),
    ("registry.k8s.io/sig-storage/nfs-subdir-external-provisioner:v4.0.2", "", "", Some("nfs-subdir-external-provisioner")),
    ("longhornio/longhorn-manager:v1.7.2", "longhorn-manager -d daemon", "", Some("longhorn-manager")),
    ("traefik:v3.2", "", "", Some("traefik")),
    ("registry.k8s.io/coredns/coredns:v1.11.3", "", "", Some("coredns")),
    ("rancher/local-path-provisioner:v0.0.30", "", "", Some("local-path-provisioner")),
    ("registry.k8s.io/metrics-server/metrics-server:v0.7.2", "", "", Some("metrics-server")),
    ("rancher/rancher:v2.9.3", "", "", Some("rancher-server")),
    ("gcr.io/knative-releases/knative.dev/serving/cmd/controller@sha256:aa", "", "", Some("knative-serving-eventing")),
    ("gcr.io/knative-releases/knative.dev/serving/cmd/activator@sha256:aa", "", "", Some("knative-activator")),
    ("ko://knative.dev/serving/cmd/webhook", "", "", Some("knative-serving-eventing")),
    ("gcr.io/tekton-releases/github.com/tektoncd/pipeline/cmd/controller:v0.64.0", "", "", Some("tekton-pipelines")),
    ("ghcr.io/tektoncd/pipeline/controller-10a3e32792f33651396d02b6855a6e36:v1.0.0", "", "", Some("tekton-pipelines")),
    ("ko://github.com/tektoncd/pipeline/cmd/resolvers", "", "CONFIG_LEADERELECTION_NAME SYSTEM_NAMESPACE", Some("tekton-pipelines")),
    ("ko://github.com/tektoncd/operator/cmd/kubernetes/operator", "", "CONFIG_LEADERELECTION_NAME SYSTEM_NAMESPACE", Some("tekton-triggers-chains")),
    ("registry.example/ci/controller:v1", "", "CONFIG_LEADERELECTION_NAME SYSTEM_NAMESPACE", Some("knative-pkg")),
    ("public.ecr.aws/eks-distro/kubernetes-csi/external-provisioner:v3.5.0-eks-1-27-3", "! --csi-address=/s --leader-election", "", Some("csi-provisioner")),
    ("registry.redhat.io/openshift4/ose-csi-external-attacher-rhel9:v4.16", "", "", Some("csi-attacher")),
    ("pingcap/tidb-operator:v1.6.0", "/usr/local/bin/tidb-controller-manager -cluster-scoped=true", "", Some("tidb-operator")),
    ("registry.k8s.io/cluster-api/cluster-api-controller:v1.8.5", "", "", Some("cluster-api-core")),
    ("registry.k8s.io/cluster-api/kubeadm-control-plane-controller:v1.8.5", "", "", Some("cluster-api-kubeadm-control-plane")),
    ("ghcr.io/spiffe/spire-controller-manager:0.2.3", "", "", Some("spire-controller-manager")),
    ("ghcr.io/kubeflow/katib/katib-controller", "./katib-controller --katib-config=/katib-config.yaml", "", Some("katib-controller")),

    // One image, several programs: the subcommand decides.
    ("ghcr.io/projectcontour/contour:v1.30.0", "contour serve --incluster", "", Some("contour")),
    ("ghcr.io/projectcontour/contour:v1.30.0", "contour gateway-provisioner --enable-leader-election", "", Some("contour-gateway-provisioner")),
    ("ghcr.io/projectcontour/contour:v1.30.0", "contour certgen --kube", "", None),
    ("ghcr.io/projectcontour/contour:v1.30.0", "contour envoy shutdown-manager", "", None),
    ("xpkg.upbound.io/crossplane/crossplane:v1.17.1", "!core start", "LEADER_ELECTION", Some("crossplane-core")),
    ("xpkg.upbound.io/crossplane/crossplane:v1.17.1", "!rbac start --provider-clusterrole=x", "LEADER_ELECTION", Some("crossplane-rbac-manager")),
    ("xpkg.upbound.io/crossplane/crossplane:v1.17.1", "!core init", "", None),
    ("quay.io/argoproj/argocd:v2.12.4", "/usr/local/bin/argocd-applicationset-controller", "", Some("argocd-applicationset")),
    ("quay.io/argoproj/argocd:v2.12.4", "/usr/local/bin/argocd-server", "", Some("argocd-components")),
    ("quay.io/argoproj/argocd:v2.12.4", "!/usr/local/bin/argocd-repo-server", "", Some("argocd-components")),
    ("quay.io/argoproj/argocd:v2.12.4", "", "", None),
    ("cr.l5d.io/linkerd/controller:edge-24.10.1", "!destination -addr=:8086", "", Some("linkerd-destination")),
    ("cr.l5d.io/linkerd/controller:edge-24.10.1", "!service-mirror -log-level=info", "", Some("linkerd-service-mirror")),
    ("cr.l5d.io/linkerd/controller:edge-24.10.1", "!identity", "", None),
    ("cr.l5d.io/linkerd/policy-controller:edge-24.10.1", "!--admin-addr=[::]:9990", "", Some("linkerd-policy-controller")),
    ("registry.k8s.io/nfd/node-feature-discovery:v0.16.4", "nfd-master -enable-leader-election", "", Some("node-feature-discovery-master")),
    ("registry.k8s.io/nfd/node-feature-discovery:v0.16.4", "nfd-worker", "", None),
    ("ghcr.io/external-secrets/external-secrets:v0.10.5", "!--concurrent=1", "", Some("external-secrets")),
    ("ghcr.io/external-secrets/external-secrets:v0.10.5", "!certcontroller --crd-requeue-interval=5m", "", Some("external-secrets-cert-controller")),
    ("ghcr.io/external-secrets/external-secrets:v0.10.5", "!webhook --port=10250", "", Some("external-secrets-webhook")),
    ("quay.io/cephcsi/cephcsi:v3.12.2", "!--type=controller --drivernamespace=rook", "", Some("ceph-csi-controller")),
    ("quay.io/cephcsi/cephcsi:v3.12.2", "!--type=rbd --nodeserver=true", "", None),
    ("docker.io/emissaryingress/emissary:3.9.1", "apiext emissary-apiext", "", Some("emissary-apiext")),
    ("docker.io/emissaryingress/emissary:3.9.1", "", "", None),
    ("flink:1.20", "!jobmanager", "", Some("flink-kubernetes-ha")),
    ("flink:1.20", "!taskmanager", "", None),
    ("quay.io/argoproj/argo-events:v1.9.3", "!eventsource-service", "EVENTBUS_CONFIG LEADER_ELECTION", Some("argo-events-eventsource-sensor")),
    ("quay.io/argoproj/argo-events:v1.9.3", "!controller", "", Some("argo-events-controller")),

    // Flags and variables beat images.
    ("example.com/team/app:v1", "/app --election-ttl=30s", "POD_NAME POD_NAMESPACE", Some("ingress-nginx")),
    ("example.com/team/app:v1", "", "vip_leaderelection vip_leaseduration", Some("kube-vip")),
    ("example.com/team/app:v1", "", "STRIMZI_LEADER_ELECTION_ENABLED", Some("strimzi-cluster-operator")),
    ("example.com/team/app:v1", "", "KYVERNO_POD_NAME", Some("kyverno")),
    ("ghcr.io/kyverno/background-controller:v1.13.0", "", "", Some("kyverno")),
    ("example.com/background-controller:v1", "", "", None),
    ("example.com/team/app:v1", "", "CATTLE_ELECTION_LEASE_DURATION", Some("rancher-wrangler")),
    ("rancher/fleet:v0.10.4", "fleetcontroller", "CATTLE_ELECTION_LEASE_DURATION", Some("rancher-fleet")),
    ("example.com/team/app:v1", "", "KEDA_OPERATOR_LEADER_ELECTION_LEASE_DURATION", Some("keda-operator")),
    ("example.com/team/app:v1", "", "LEADER_ELECT_LEASE_DURATION ENABLE_LEADER_ELECTION", Some("unlisted-env")),
    ("example.com/team/app:v1", "/app --leader-lease-renew-deadline 60s --leader-elect", "", Some("nvidia-gpu-operator")),
    ("example.com/team/app:v1", "/app --leader-lease-duration=30s", "", Some("unlisted-timings")),
    ("example.com/team/pg:v1", "/manager controller --leader-elect --config-map-name=x", "", Some("cloudnative-pg")),
    ("example.com/team/app:v1", "/app --election-id=app", "", Some("unlisted-lock")),
    ("example.com/team/nfs:v1", "", "NFS_SERVER NFS_PATH PROVISIONER_NAME", Some("nfs-subdir-external-provisioner")),
    ("example.com/team/backup:v1", "", "NFS_SERVER NFS_PATH", None),
    ("docker.io/istio/proxyv2:1.23.0", "!proxy router --domain=x", "PILOT_CERT_PROVIDER ISTIO_META_CLUSTER_ID", None),
    ("example.com/team/app:v1", "", "JOSDK_LEADER_ELECTION_LEASE_NAME", Some("java-operator-sdk")),
    ("example.com/team/app:v1", "", "DD_LEADER_ELECTION", Some("datadog-cluster-agent")),
    ("example.com/team/app:v1", "", "AGENT_INJECT_USE_LEADER_ELECTOR", Some("vault-k8s-injector")),
    ("example.com/team/app:v1", "kopf run --verbose main.py", "", Some("kopf")),
    ("nvcr.io/nvidia/k8s-dra-driver-gpu:v0.1.0", "compute-domain-controller -v", "LEADER_ELECTION_ENABLED LEADER_ELECTION_LEASE_LOCK_NAME", Some("nvidia-dra-driver-controller")),

    ("{{.ReleaseImage}}", "!start --release-image=x --enable-auto-update=false", "", Some("openshift-cluster-version-operator")),
    ("ca-external-grpc:dev", "./ca-external-grpc --node-group-auto-discovery=x", "", None),

    // Commands that tell enough, digests that tell nothing.
    ("quay.io/openshift-release-dev/ocp-v4.0-art-dev@sha256:ab", "/machine-api-operator start --images-json=x", "", Some("machine-api-operator")),
    ("quay.io/openshift-release-dev/ocp-v4.0-art-dev@sha256:ab", "/usr/bin/cluster-version-operator start", "", Some("openshift-cluster-version-operator")),
    ("quay.io/openshift-release-dev/ocp-v4.0-art-dev@sha256:ab", "authentication-operator operator --config=/var/run/config.yaml", "", Some("openshift-operators")),
    ("example.com/hyperkube:v1.18", "hyperkube kube-scheduler --leader-elect=true", "", Some("kube-scheduler")),
    ("example.com/k8s:v1.30", "kube-controller-manager --leader-elect=false", "", Some("kube-controller-manager")),
    ("example.com/rke2:v1", "/usr/local/bin/kube-scheduler", "", Some("kube-scheduler")),
    ("example.com/ca:1", "./cluster-autoscaler --v=4", "", Some("cluster-autoscaler")),

    // Generic names need a second clue.
    ("quay.io/foo/operator:v1", "", "", None),
    ("quay.io/foo/controller:v1", "/manager", "", None),
    ("example.com/manager", "", "POD_NAME POD_NAMESPACE", None),
    ("example.com/agent:7", "", "", None),
    ("datadog/agent:7", "", "", Some("datadog-cluster-agent")),
    ("example.com/gateway:1", "", "", None),
    ("example.com/scheduler:1", "", "", None),
    ("example.com/syncer:1", "", "", None),
    ("example.com/recommender:1", "/app/recommender", "", None),
    ("registry.k8s.io/autoscaling/vpa-recommender:1.2.1", "", "", Some("vpa-recommender")),
    ("example.com/provider-x:1", "", "", None),
    ("xpkg.upbound.io/crossplane-contrib/provider-x:1", "", "LEADER_ELECTION", Some("crossplane-provider")),
    ("example.com/team/orders-controller:1", "/orders", "", None),
    ("public.ecr.aws/aws-controllers-k8s/s3-controller:1.0.15", "./bin/controller --aws-region eu", "ACK_WATCH_NAMESPACE", Some("ack-controllers")),
    ("ghcr.io/fluxcd/source-controller:v1.4.1", "!--events-addr=http://x --enable-leader-election", "", Some("flux-controllers")),
    ("example.com/team/source-controller:v1", "", "", None),
    ("example.com/redis-operator:1", "", "", None),

    // Programs that nobody lists.
    ("controller:latest", "/manager --leader-elect", "", Some("kubebuilder-v4-project")),
    ("controller:latest", "!--leader-elect --health-probe-bind-address=:8081", "", Some("kubebuilder-v4-project")),
    ("controller:latest", "/manager --enable-leader-election --metrics-addr=127.0.0.1:8080", "", Some("kubebuilder-v2-project")),
    ("controller:latest", "/manager -enable-leader-election", "", Some("kubebuilder-v2-project")),
    ("justinsb/coredns-operator:latest", "!--leader-elect=false", "", Some("kubebuilder-v4-project")),
    ("quay.io/cephcsi/ceph-csi-operator:v1.0.4", "/manager --leader-elect", "OPERATOR_NAMESPACE", Some("kubebuilder-v4-project")),
    ("example.com/app:1", "/app --leader-elect --leader-elect-lease-duration=30s", "", Some("unlisted-component")),
    ("example.com/app:1", "/app --leader-election=true", "", Some("unlisted-switch")),
    ("example.com/app:1", "/app --leader-election-enabled", "", Some("unlisted-switch")),
    ("example.com/app:1", "/app --enable-leader-elect", "", Some("unlisted-switch")),
    ("example.com/app:1", "/app --leaderElection=true", "", Some("unlisted-switch")),
    ("example.com/app:1", "/app --disable-leader-election", "", Some("unlisted-disable")),
    ("example.com/app:1", "/app --leader-election-lease-duration=30s", "", Some("unlisted-timings")),
    ("example.com/my-csi-sidecar:1", "!--csi-address=/csi/csi.sock --leader-election", "", Some("unlisted-csi-sidecar")),
    ("registry.k8s.io/sig-storage/csi-external-health-monitor-controller:v0.12.1", "!--csi-address=x --leader-election", "", Some("csi-external-health-monitor")),
    ("public.ecr.aws/ebs-csi-driver/volume-modifier-for-k8s:v0.3.1", "!--csi-address=x --leader-election=true", "", Some("csi-volume-modifier")),
    ("registry.k8s.io/sig-storage/livenessprobe:v2.19.0", "!--csi-address=/csi/csi.sock", "", Some("csi-livenessprobe")),
    ("example.com/livenessprobe-fork:1", "!--csi-address=/csi/csi.sock", "", None),
    ("example.com/app:1", "/app", "ENABLE_LEADER_ELECTION", Some("unlisted-env")),
    ("example.com/app:1", "/app", "MY_APP_LEADER_ELECTION_ENABLED LEASE_DURATION", Some("unlisted-env")),
    ("example.com/app:1", "/app", "LEADER_ELECT", Some("unlisted-env")),
    ("example.com/app:1", "/app", "LEADER_ELECTION", Some("unlisted-env-mode")),
    ("example.com/app:1", "/app", "DISABLE_LEADER_ELECTION", Some("unlisted-env-disable")),

    // Settings without a switch.
    ("example.com/app:1", "/app --leader-election-id=app-leader", "", Some("unlisted-lock")),
    ("example.com/app:1", "/app --leader-election-namespace=ops", "", Some("unlisted-lock")),
    ("example.com/app:1", "/app --lease-lock-name=app --id=x", "", Some("unlisted-lock")),
    ("example.com/app:1", "/app --lease-name=app --lease-namespace=ops", "", Some("unlisted-lock")),
    ("example.com/app:1", "/app --lease-name=app --lease-duration=10s", "", Some("unlisted-lease")),
    ("example.com/app:1", "/app --lease-name=app", "", None),
    ("example.com/app:1", "/app", "LEADER_ELECTION_NAMESPACE", Some("unlisted-env-settings")),
    ("example.com/app:1", "/app", "APP_LEADER_ELECTION_LEASE_DURATION", Some("unlisted-env-settings")),
    ("example.com/app:1", "/app", "LEADER_ELECTION LEADER_ELECTION_IDENTITY", Some("unlisted-env-mode")),
    ("example.com/app:1", "/app", "LEADER_ELECTION_ENABLED LEADER_ELECTION_LEASE_LOCK_NAME", Some("unlisted-env")),

    // Whole seconds.
    ("example.com/app:1", "/app --leader-election-lease-duration-seconds=15", "", Some("unlisted-flag-seconds")),
    ("example.com/app:1", "/app", "ENABLE_LEADER_ELECTION LEASE_DURATION_SECONDS", Some("unlisted-env-seconds")),
    ("example.com/app:1", "/app", "LEADER_ELECTION_LEASE_DURATION_SECONDS", Some("unlisted-env-seconds")),
    ("example.com/dhcp:1", "/app", "LEASE_DURATION_SECONDS", None),

    // Elections that no manifest mentions.
    ("quay.io/minio/operator:v5.0.9", "!controller", "", Some("minio-operator")),
    ("quay.io/minio/operator:v4.5.8", "!ui --certs-dir=/tmp/certs", "", None),
    ("docker.io/kubeovn/kube-ovn:v1.13.0", "/kube-ovn/start-controller.sh", "POD_NAME", Some("kube-ovn-controller")),
    ("docker.io/kubeovn/kube-ovn:v1.13.0", "/kube-ovn/start-db.sh", "POD_NAME", None),
    ("hashicorp/consul-k8s-control-plane:1.5.0", "consul-k8s-control-plane inject-connect", "", Some("consul-connect-injector")),
    ("hashicorp/consul-k8s-control-plane:1.5.0", "consul-k8s-control-plane server-acl-init", "", None),
    ("rabbitmqoperator/messaging-topology-operator:1.14.2", "/manager", "OPERATOR_NAMESPACE", Some("rabbitmq-messaging-topology-operator")),
    ("quay.io/kubevirt/cdi-operator:v1.60.0", "", "", Some("cdi-operator")),
    ("kumahq/kuma-cp:2.9.0", "!run --log-level=info", "", Some("kuma-control-plane")),
    ("quay.io/solo-io/gloo:1.17.0", "", "", Some("gloo")),
    ("dynatrace/dynatrace-operator:v1.3.0", "!operator", "", Some("dynatrace-operator")),
    ("dynatrace/dynatrace-operator:v1.3.0", "!webhook-server --certs-dir=/tmp", "", None),
    ("example.com/app:1", "/k8s-await-election app", "K8S_AWAIT_ELECTION_ENABLED", Some("k8s-await-election")),
    ("scylladb/scylla-operator:1.14", "!operator --loglevel=2", "", Some("scylla-operator")),
    ("scylladb/scylla-operator:1.14", "!webhook-server", "", None),
    ("ghcr.io/topolvm/topolvm-with-sidecar:0.30.0", "/topolvm-controller --cert-dir=/certs", "", Some("topolvm-controller")),
    ("karmada/karmada-controller-manager:v1.12.0", "", "", Some("karmada-controller-manager")),
    ("example.com/x@sha256:ab", "/bin/bash -c x", "", None),

    // What operates a program is another program.
    ("openshift/origin-cluster-cloud-controller-manager-operator:1", "/cluster-controller-manager-operator", "", None),
    ("example.com/origin-cluster-autoscaler-operator:1", "cluster-autoscaler-operator -v=2", "", None),
    ("example.com/cluster-autoscaler-amd64:1", "", "", Some("cluster-autoscaler")),
    ("rocm/gpu-operator:1", "/manager --leader-elect", "", Some("kubebuilder-v4-project")),
    ("nvcr.io/nvidia/gpu-operator:1", "", "", Some("nvidia-gpu-operator")),
    ("example.com/x@sha256:ab", "storage-operator start --terminate-on-files=/tls.crt", "", Some("openshift-operators")),

    // No electors.
    ("nginx:1.27", "", "POD_NAME", None),
    // Two spellings of one program's switch, and two programs in one image.
    ("public.ecr.aws/karpenter/controller:v0.36.2", "", "KARPENTER_SERVICE LEADER_ELECT", Some("karpenter-leader-elect")),
    ("public.ecr.aws/karpenter/controller:v0.36.2", "! --leader-elect=false", "", Some("karpenter-leader-elect")),
    ("public.ecr.aws/karpenter/controller:1.5.0", "", "KARPENTER_SERVICE", Some("karpenter")),
    ("example.com/fork/karpenter:1", "", "KARPENTER_SERVICE LEADER_ELECT", Some("karpenter-leader-elect")),
    ("quay.io/open-cluster-management/registration-operator:v0.16.0", "! /registration-operator hub", "", Some("ocm-cluster-manager")),
    ("quay.io/open-cluster-management/registration-operator:v0.16.0", "! /registration-operator klusterlet", "", Some("ocm-klusterlet")),
    ("quay.io/open-cluster-management/registration-operator:v0.16.0", "! /registration-operator klusterlet-agent", "", None),
    ("docker.io/apache/camel-k:2.5.0", "kamel operator", "", Some("camel-k-operator")),
    ("docker.io/apache/camel-k:2.5.0", "kamel builder", "", None),
    ("registry.developers.crunchydata.com/crunchydata/postgres-operator:ubi8-5.7.0-0", "", "PGO_NAMESPACE PGO_CONTROLLER_LEASE_NAME", Some("crunchy-postgres-operator")),
    ("registry.developers.crunchydata.com/crunchydata/postgres-operator:ubi8-5.7.0-0", "", "PGO_NAMESPACE", None),
    ("ghcr.io/zalando/postgres-operator:v1.14.0", "", "", Some("zalando-postgres-operator")),
    ("percona/percona-postgresql-operator:2.8.0", "", "PGO_NAMESPACE PGO_CONTROLLER_LEASE_NAME", Some("percona-pg-operator")),
    ("arangodb/kube-arangodb:1.4.1", "! --operator.deployment --mode.single", "", Some("kube-arangodb")),
    ("quay.io/spotahome/redis-operator:v1.1.0", "", "", Some("redis-operator-spotahome")),
    ("us-docker.pkg.dev/k8s-infra-prow/images/sinker:v1", "! --config-path=/etc/config/config.yaml --dry-run=false", "", Some("prow-sinker")),
    ("example.com/sinker:v1", "", "", None),
    ("gcr.io/k8s-prow/prow-controller-manager:v1", "", "", Some("prow-controller-manager")),
    ("registry.k8s.io/security-profiles-operator/security-profiles-operator:v0.8.4", "! manager", "", Some("security-profiles-operator")),
    ("registry.k8s.io/security-profiles-operator/security-profiles-operator:v0.8.4", "! webhook", "", Some("security-profiles-operator-webhook")),
    ("registry.k8s.io/security-profiles-operator/security-profiles-operator:v0.8.4", "! daemon", "", None),
    ("nvcr.io/nvidia/cloud-native/network-operator:v25.1.0", "/manager", "STATE_MANIFEST_BASE_DIR", Some("nvidia-network-operator")),
    ("mellanox/network-operator:latest", "/manager --leader-elect --leader-lease-renew-deadline=60s", "", Some("nvidia-network-operator")),
    ("quay.io/openshift/network-operator:4.18", "", "", None),
    ("ghcr.io/llm-d/llm-d-router-endpoint-picker:v0.9.0", "! --pool-name p --ha-enable-leader-election", "", Some("inference-endpoint-picker")),
    ("docker.io/envoyproxy/ai-gateway-controller:v0.4.0", "! -logLevel=info --enableLeaderElection=true", "", Some("envoy-ai-gateway")),
    ("cbeneke/hcloud-fip-controller:v0.3.2", "", "POD_NAME NODE_NAME NAMESPACE", Some("hcloud-fip-controller")),
    ("ghcr.io/padok-team/burrito:main", "! controllers start --namespaces=burrito", "", Some("burrito-controllers")),
    ("ghcr.io/padok-team/burrito:main", "! server start", "", None),
    ("manager:latest", "/koord-manager --enable-leader-election --sync-period=0", "", Some("koord-manager")),
    ("scheduler:latest", "/koord-scheduler --config=/config/koord-scheduler.config", "", Some("koord-scheduler")),
    ("foundationdb/fdb-kubernetes-operator:v1.50.0", "", "WATCH_NAMESPACE", Some("fdb-kubernetes-operator")),
    ("kubedl/kubedl:v0.5.0", "", "", Some("kubedl")),
    ("ghcr.io/siderolabs/sidero-controller-manager:v0.6.0", "/manager --api-port=8081", "", Some("sidero-controller-manager")),
    ("ghcr.io/bank-vaults/vault-operator:v1.22.0", "! vault-operator -sync_period 1m", "WATCH_NAMESPACE", Some("bank-vaults-operator")),
    ("mcr.microsoft.com/aks/aks-app-routing-operator:0.2.1", "", "", Some("aks-app-routing-operator")),
    ("ibmcom/varnish-operator:0.31.0", "", "NAMESPACE LEADERELECTION_ENABLED", Some("varnish-operator")),
    ("example.com/app:1", "/app", "LEADERELECTION_ENABLED", Some("unlisted-env")),
    ("example.com/app:1", "/app", "APP_LEADERELECTION_ENABLED", Some("unlisted-env")),
    // A lease and who may hold it.
    ("example.com/app:1", "/app", "LEASE_NAME POD_NAME", Some("unlisted-env-lease")),
    ("example.com/app:1", "/app", "APP_LEADER_LEASE_NAME", Some("unlisted-env-lease")),
    ("example.com/app:1", "/app", "LEASE_NAME", None),
    ("busybox", "sh -c sleep", "", None),
    ("example.com/app:1", "/app --config=/etc/app.yaml --namespace=x", "", None),
    ("example.com/app:1", "/app", "LEASE_DURATION RENEW_DEADLINE RETRY_PERIOD", None),
    ("example.com/app:1", "/app", "OPERATOR_NAME POD_NAME WATCH_NAMESPACE", None),
    ("example.com/app:1", "/app --probe=/leader-election/healthz", "", None),
    ("", "", "", None),
];

fn seen(image: &str, command_line: &str, env: &str, kinds: &[&str]) -> Option<&'static str> {
    seen_with(image, command_line, env, kinds, &[])
}

fn seen_with(
    image: &str,
    command_line: &str,
    env: &str,
    kinds: &[&str],
    keys: &[&str],
) -> Option<&'static str> {
    let (has_command, words) = match command_line.strip_prefix('!') {
        Some(words) => (false, words),
        None => (!command_line.is_empty(), command_line),
    };
    let argv: Vec<&str> = words.split_whitespace().collect();
    let env: Vec<&str> = env.split_whitespace().collect();
    let evidence = Evidence {
        image: Some(image).filter(|image| !image.is_empty()),
        argv: &argv,
        has_command,
        env: &env,
        config_kinds: kinds,
        config_keys: keys,
        ..Evidence::default()
    };
    recognise(&evidence, &[]).map(|found| found.program.id.as_ref())
}

#[test]
fn programs_are_recognised_and_strangers_are_not() {
    assert!(SEEN.len() > 120);
    let mut wrong = Vec::new();
    for (image, command_line, env, expected) in SEEN {
        let found = seen(image, command_line, env, &[]);
        if found != *expected {
            wrong.push(format!(
                "{image} | {command_line} | {env}: {found:?}, not {expected:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn configuration_files_tell_programs() {
    for (kinds, expected) in [
        (
            &["KubeSchedulerConfiguration", "kubescheduler.config.k8s.io"][..],
            Some("kube-scheduler"),
        ),
        (&["Configuration", "config.kueue.x-k8s.io"], Some("kueue")),
        (
            &["ControllerManagerConfig", "controller-runtime.sigs.k8s.io"],
            Some("controller-manager-config"),
        ),
        (
            &["ControllerManagerConfig", "spire.spiffe.io"],
            Some("spire-controller-manager"),
        ),
        (
            &["SchedulerConfiguration", "scheduler.config.gardener.cloud"],
            Some("gardener-components"),
        ),
        (
            &["GenericOperatorConfig", "operator.openshift.io"],
            Some("openshift-operators"),
        ),
        (
            &["EnvoyGateway", "gateway.envoyproxy.io"],
            Some("envoy-gateway"),
        ),
        (
            &[
                "ControllerConfiguration",
                "controller.config.cert-manager.io",
            ],
            Some("cert-manager-controller"),
        ),
        (&["ConfigMap", ""], None),
    ] {
        assert_eq!(
            seen("example.com/app:1", "/manager --config=/c.yaml", "", kinds),
            expected
        );
    }
}

#[test]
fn a_block_about_elections_in_a_configuration_file_tells_an_elector() {
    let found = |keys: &[&str]| {
        let evidence = Evidence {
            config_keys: keys,
            ..Evidence::default()
        };
        recognise(&evidence, &[]).map(|found| found.program.id.as_ref())
    };
    assert_eq!(
        found(&["leaderElection.leaderElect"]),
        Some("config-file-block")
    );
    for key in [
        "extensions.k8s_leader_elector",
        "extensions.k8s_leader_elector/k8s_cluster",
    ] {
        assert_eq!(found(&[key]), Some("otel-collector-k8s-leader-elector"));
    }
    assert_eq!(found(&["extensions.health_check"]), None);
    assert_eq!(found(&["leaderElectionPolicy.size"]), None);
}

#[test]
fn every_listed_program_is_found_by_its_own_first_hint() {
    for program in catalogue::programs()
        .iter()
        .filter(|program| !program.generic)
    {
        let known = &program.recognise;
        let text = |pattern: &str| pattern.replace('*', "x");
        let image = known
            .images
            .first()
            .map_or_else(String::new, |image| text(image));
        let mut words = known
            .commands
            .first()
            .map_or_else(String::new, |command| text(command));
        if let Some(subcommand) = words.strip_prefix("- ") {
            words = format!("!{subcommand}");
        }
        let mut env: Vec<String> = known
            .env
            .first()
            .map(|name| text(name))
            .into_iter()
            .collect();
        env.extend(known.hint_env.first().map(|name| text(name)));
        let flags = known
            .flags
            .first()
            .into_iter()
            .chain(known.flags_together.iter());
        for flag in flags.chain(known.hint_flags.first()) {
            if words.is_empty() {
                words = "!".to_owned();
            }
            words = format!("{words} --{flag}");
        }
        let kinds: Vec<&str> = known
            .config_kinds
            .first()
            .map(|kind| kind.as_ref())
            .into_iter()
            .collect();
        let keys: Vec<&str> = known
            .config_keys
            .first()
            .map(|key| key.as_ref())
            .into_iter()
            .collect();
        let found = seen_with(&image, &words, &env.join(" "), &kinds, &keys);
        assert_eq!(
            found,
            Some(program.id.as_ref()),
            "{image} | {words} | {env:?} | {keys:?}"
        );
    }
}

/// `args: [webhook]` is what any program may be started with.
#[test]
fn no_bare_subcommand_proves_a_program() {
    let mut tried = 0;
    for program in catalogue::programs() {
        for command in program.recognise.commands.iter() {
            let Some(subcommands) = command.strip_prefix("- ") else {
                continue;
            };
            let arguments_alone = format!("!{subcommands}");
            let recognised = seen("registry.example/team/orders", &arguments_alone, "", &[]);
            assert_eq!(recognised, None, "`{subcommands}` of {}", program.id);
            tried += 1;
        }
    }
    assert!(tried >= 15, "only {tried} bare sub-commands were tried");
}

#[test]
fn the_clue_is_told() {
    let by = |argv: &[&'static str], image| {
        let evidence = Evidence {
            image,
            argv,
            has_command: true,
            ..Evidence::default()
        };
        recognise(&evidence, &[]).map(|found| found.by)
    };
    let autoscaler = Some("registry.k8s.io/autoscaling/cluster-autoscaler:v1.30.0");
    assert_eq!(by(&["/ca"], autoscaler), Some(Clue::Image));
    assert_eq!(by(&["cluster-autoscaler"], None), Some(Clue::Command));
    assert_eq!(
        by(&["/x", "--election-id=a"], None),
        Some(Clue::Flag("election-id"))
    );
}

#[test]
fn a_program_of_ones_own_comes_first() {
    let own = read("programs: [{id: mine, known-by: {images: [team/cluster-autoscaler]}}]")
        .expect("fine");
    let evidence = |image| Evidence {
        image: Some(image),
        ..Evidence::default()
    };
    let mine = recognise(&evidence("registry/team/cluster-autoscaler:1"), &own).expect("known");
    assert_eq!(mine.program.id, "mine");
    let theirs = recognise(&evidence("registry/other/cluster-autoscaler:1"), &own).expect("known");
    assert_eq!(theirs.program.id, "cluster-autoscaler");
}

#[test]
fn tags_tell_versions() {
    for (tag, version) in [
        ("v1.2.3", Some([1, 2, 3])),
        ("1.2.3-gke.1", Some([1, 2, 3])),
        ("v1.2.3-gke.1", Some([1, 2, 3])),
        ("2.0", Some([2, 0, 0])),
        ("v3", Some([3, 0, 0])),
        ("2.4.1_amd64", Some([2, 4, 1])),
        ("latest", None),
        ("20240102", None),
        ("7ab3f", None),
        ("sha-1234", None),
        ("${TAG}", None),
    ] {
        assert_eq!(version_of_tag(tag), version, "{tag}");
    }
}

fn read(yaml: &str) -> Result<Vec<Program>, String> {
    let file: DialectFile = serde_yaml::from_str(yaml).map_err(|error| error.to_string())?;
    compile(file).map_err(|error| error.to_string())
}

#[test]
fn mistakes_are_named() {
    let program =
        |rest: &str| format!("programs: [{{id: mine, known-by: {{images: [mine]}}, {rest}}}]");
    for (yaml, expected) in [
        (program("library: nowhere"), "program `mine`: library: `nowhere` is none of client-go,"),
        (program("parser: getopt"), "program `mine`: parser: `getopt` is none of"),
        (program("identity: serial-number"), "program `mine`: identity.base: `serial-number`"),
        (program("identity: env"), "program `mine`: identity.env: must name the variable"),
        (program("settings: {lease-duration: 15}"), "settings.lease-duration.default: `15` cannot be read"),
        (program("settings: {lease-duration: {syntax: seconds, default: 15s}}"), "`15s` cannot be read"),
        (program("settings: {lease-duration: {syntax: fortnights}}"), "`fortnights` is none of text, bool"),
        (program("settings: {lease-duration: {syntax: bool}}"), "settings.lease-duration.syntax: must be a duration"),
        (program("settings: {lock-name: {syntax: seconds}}"), "settings.lock-name.syntax: cannot be a duration"),
        (program("settings: {enable: maybe}"), "settings.enable.default: `maybe`"),
        (program("settings: {enable: {flags: --leader-elect}}"), "settings.enable.flags: `--leader-elect`: flags are written without dashes"),
        (program("settings: {lock-name: {negative: true}}"), "settings.lock-name.negative: only the switch"),
        (program("settings: {lock-name: {required: true, default: x}}"), "settings.lock-name.default: a setting that must be written"),
        (program("settings: {lease-duration: {derive: renew-deadline * 2}}"), "the program has no setting `renew-deadline`"),
        (program("settings: {lease-duration: {derive: leash * 2}}"), "`leash` is no setting"),
        (program("settings: {lease-duration: {derive: renew-deadline - 2}, renew-deadline: 1s}"), "`-`: only `*`, `/` and `+`"),
        (program("settings: {lease-duration: {derive: renew-deadline / 0}, renew-deadline: 1s}"), "`0` is no whole number"),
        (
            program("settings: {lease-duration: {derive: renew-deadline * 2}, renew-deadline: {derive: lease-duration / 2}}"),
            "settings.lease-duration.derive: goes round in a circle",
        ),
        (program("absent: [leader-elect]"), "absent: `leader-elect` is neither a setting nor a flag"),
        (program("never-elects: true, settings: {enable: true}"), "never-elects: a program without election has no settings"),
        (program("versions: [{before: new}]"), "versions.before: must be a version"),
        (program("versions: [{timing: [1s, 2s]}]"), "versions.timing: must be three values"),
        (program("config: {format: toml}"), "config.format: `toml` is none of yaml"),
        (program("like: nothing"), "like: no program or family `nothing`"),
        (program("like: mine"), "like: no program or family `mine`"),
        (program("colour: red"), "unknown field `colour`"),
        (program("settings: {lease: 15s}"), "unknown field `lease`"),
        (program("settings: {enable: {flag: x}}"), "unknown field `flag`"),
        ("programs: [{id: mine}]".to_owned(), "program `mine`: known-by: nothing tells how this program is known"),
        ("programs: [{id: Mine, known-by: {images: [a]}}]".to_owned(), "program `Mine`: id: must be lower-case"),
        ("programs: [{id: a, known-by: {images: [a]}}, {id: a, known-by: {images: [b]}}]".to_owned(), "two programs have this id"),
        ("programs: [{id: a, known-by: {images: ['a:1']}}]".to_owned(), "known-by.images: `a:1`: only the end of an image path"),
        ("programs: [{id: a, known-by: {commands: [/bin/a]}}]".to_owned(), "known-by.commands: `/bin/a`"),
        ("programs: [{id: a, known-by: {images: [a], weak: [flag]}}]".to_owned(), "known-by.weak: `flag`"),
        ("programs: [{id: a, known-by: {images: [a], weak: command}}]".to_owned(), "there is no command that could be weak"),
        (
            "programs: [{id: a, like: b, known-by: {images: [a]}}, {id: b, like: a, known-by: {images: [b]}}]".to_owned(),
            "like: goes round in a circle",
        ),
    ] {
        let error = read(&yaml).expect_err(&yaml);
        assert!(error.contains(expected), "{yaml}: {error}");
    }
}

#[test]
fn a_few_lines_make_a_program() {
    let yaml = "
programs:
  - id: my-operator
    known-by: {images: [my-operator]}
    like: kubebuilder-v4-project
    settings: {lease-duration: 60s, renew-deadline: 40s}
    lock: {name: my-lock}
  - id: my-job
    known-by: {flags: my-flag}
    settings:
      enable: {env: MY_SWITCH, default: true}
      lease-duration: {env: MY_LEASE, syntax: seconds, default: 30}
";
    let file: DialectFile = serde_yaml::from_str(yaml).expect("YAML");
    let own = compile_all(&[file], catalogue::programs()).expect("fine");
    assert_eq!(own[0].name, "my-operator");
    assert!(!own[0].generic);
    assert_eq!(seconds(&own[0], Setting::LeaseDuration), Some(60.0));
    assert_eq!(seconds(&own[0], Setting::RetryPeriod), Some(2.0));
    assert_eq!(default_of(&own[0], Setting::LockName), Some("my-lock"));
    assert_eq!(
        own[0].spec(Setting::Enable).expect("switch").flags[..],
        ["leader-elect"]
    );
    assert_eq!(enabled(&own[1]), Some(true));
    assert_eq!(seconds(&own[1], Setting::LeaseDuration), Some(30.0));
}
