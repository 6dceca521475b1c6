//! What the built-in dialects say of their programs: defaults, spellings, versions.

use programs::catalogue;
use programs::dialect::{IdentityBase, IdentityRule, Program, Setting, SettingSpec};

use super::{default_of, enabled, seconds};

type Triple = Option<(f64, f64, f64)>;

/// Id, enabled, lease and renew and retry, lock name, lock namespace, releases.
type DefaultRow = (
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
const DEFAULTS: &[DefaultRow] = &[
    ("kube-controller-manager", ON, USUAL, Some("kube-controller-manager"), SYSTEM, IdentityBase::HostnameUuid, None),
    ("kube-scheduler", ON, USUAL, Some("kube-scheduler"), SYSTEM, IdentityBase::HostnameUuid, ON),
    ("cloud-controller-manager", ON, USUAL, Some("cloud-controller-manager"), SYSTEM, IdentityBase::HostnameUuid, OFF),
    ("cluster-autoscaler", ON, USUAL, Some("cluster-autoscaler"), SYSTEM, IdentityBase::Hostname, ON),
    ("vpa-recommender", OFF, USUAL, Some("vpa-recommender-lease"), SYSTEM, IdentityBase::HostnameUuid, ON),
    ("vpa-updater", OFF, USUAL, Some("vpa-updater"), SYSTEM, IdentityBase::HostnameUuid, ON),
    ("descheduler", OFF, Some((137.0, 107.0, 26.0)), Some("descheduler"), SYSTEM, IdentityBase::HostnameUuid, ON),
    ("volcano", ON, USUAL, None, Some("volcano-system"), IdentityBase::HostnameUuid, OFF),
    ("karmada-scheduler", ON, USUAL, Some("karmada-scheduler"), Some("karmada-system"), IdentityBase::HostnameUuid, OFF),
    ("scheduler-plugins-controller", OFF, USUAL, Some("sched-plugins-controllers"), SYSTEM, IdentityBase::HostnameUuid, OFF),
    ("kops-controller", ON, USUAL, Some("kops-controller-leader"), POD, IdentityBase::HostnameUuid, OFF),
    ("cluster-api-core", OFF, USUAL, Some("controller-leader-election-capi"), POD, IdentityBase::HostnameUuid, OFF),
    ("cluster-api-kubeadm-control-plane", OFF, Some((60.0, 40.0, 5.0)), Some("kubeadm-control-plane-manager-leader-election-capi"), POD, IdentityBase::HostnameUuid, OFF),
    ("cluster-api-openstack", OFF, USUAL, Some("controller-leader-election-capo"), POD, IdentityBase::HostnameUuid, ON),
    ("openshift-operators", ON, Some((137.0, 107.0, 26.0)), None, POD, IdentityBase::HostnameUuid, ON),
    ("openshift-cluster-version-operator", ON, Some((137.0, 107.0, 26.0)), Some("version"), POD, IdentityBase::HostnameUuid, ON),
    ("openshift-machine-api", OFF, Some((137.0, 107.0, 26.0)), None, POD, IdentityBase::HostnameUuid, None),
    ("ovn-kubernetes", ON, Some((137.0, 107.0, 26.0)), Some("ovn-kubernetes-master"), Some("ovn-kubernetes"), IdentityBase::Flag, ON),
    ("kubebuilder-v4-project", OFF, USUAL, None, POD, IdentityBase::HostnameUuid, OFF),
    ("kubebuilder-v2-project", OFF, USUAL, None, POD, IdentityBase::HostnameUuid, OFF),
    ("vault-k8s-injector", OFF, None, Some("vault-k8s-leader"), POD, IdentityBase::PodNameEnv, None),
    ("java-operator-sdk", ON, USUAL, None, POD, IdentityBase::Env, OFF),
    ("spring-cloud-kubernetes-election", OFF, USUAL, Some("spring-k8s-leader-election-lock"), Some("default"), IdentityBase::Env, ON),
    ("rancher-wrangler", ON, Some((45.0, 30.0, 2.0)), None, None, IdentityBase::Hostname, ON),
    ("csi-provisioner", OFF, Some((15.0, 10.0, 5.0)), None, POD, IdentityBase::Hostname, OFF),
    ("csi-snapshot-controller", OFF, Some((15.0, 10.0, 5.0)), Some("snapshot-controller-leader"), POD, IdentityBase::Hostname, OFF),
    ("csi-addons-sidecar", None, Some((15.0, 10.0, 5.0)), None, POD, IdentityBase::Flag, OFF),
    ("nfs-subdir-external-provisioner", ON, USUAL, None, POD, IdentityBase::HostnameUuid, None),
    ("openebs-localpv", ON, USUAL, None, POD, IdentityBase::HostnameUuid, None),
    ("longhorn-manager", ON, Some((20.0, 10.0, 2.0)), Some("longhorn-manager-webhook-lock"), None, IdentityBase::NodeName, ON),
    ("cert-manager-controller", ON, Some((60.0, 40.0, 15.0)), Some("cert-manager-controller"), SYSTEM, IdentityBase::Hostname, ON),
    ("cert-manager-cainjector", ON, Some((60.0, 40.0, 15.0)), Some("cert-manager-cainjector-leader-election"), SYSTEM, IdentityBase::HostnameUuid, ON),
    ("external-secrets", OFF, USUAL, Some("external-secrets-controller"), POD, IdentityBase::HostnameUuid, OFF),
    ("kyverno", ON, Some((12.0, 10.0, 2.0)), None, None, IdentityBase::PodNameEnv, OFF),
    ("ingress-nginx", ON, Some((30.0, 15.0, 7.5)), Some("ingress-controller-leader"), None, IdentityBase::PodNameEnv, OFF),
    ("nginx-kubernetes-ingress", ON, Some((30.0, 15.0, 7.5)), Some("nginx-ingress-leader-election"), POD, IdentityBase::PodNameEnv, OFF),
    ("kong-ingress-controller", None, USUAL, Some("5b374a9e.konghq.com"), POD, IdentityBase::HostnameUuid, OFF),
    ("contour", ON, USUAL, Some("leader-elect"), Some("projectcontour"), IdentityBase::HostnameUuid, ON),
    ("contour-gateway-provisioner", OFF, USUAL, Some("0d879e31.projectcontour.io"), Some("projectcontour"), IdentityBase::HostnameUuid, ON),
    ("envoy-gateway", ON, USUAL, Some("5b9825d2.gateway.envoyproxy.io"), Some("envoy-gateway-system"), IdentityBase::HostnameUuid, OFF),
    ("aws-load-balancer-controller", ON, USUAL, Some("aws-load-balancer-controller-leader"), POD, IdentityBase::HostnameUuid, OFF),
    ("apisix-ingress", ON, Some((30.0, 20.0, 2.0)), Some("apisix-ingress-gateway-leader"), Some("default"), IdentityBase::HostnameUuid, OFF),
    ("istiod", ON, Some((30.0, 15.0, 7.5)), Some("istio-leader"), Some("istio-system"), IdentityBase::PodNameEnv, ON),
    ("linkerd-destination", ON, Some((30.0, 10.0, 2.0)), Some("linkerd-destination-endpoint-write"), POD, IdentityBase::Env, ON),
    ("cilium-operator", ON, USUAL, Some("cilium-operator-resource-lock"), Some("default"), IdentityBase::HostnameUuid, ON),
    ("kube-vip", OFF, USUAL, Some("plndr-cp-lock"), None, IdentityBase::NodeName, ON),
    ("whereabouts", ON, Some((1.5, 1.0, 0.5)), Some("whereabouts"), POD, IdentityBase::Unknown, ON),
    ("tigera-operator", ON, USUAL, Some("operator-lock"), POD, IdentityBase::HostnameUuid, OFF),
    ("flux-controllers", OFF, Some((35.0, 30.0, 5.0)), None, POD, IdentityBase::HostnameUuid, ON),
    ("flagger", OFF, Some((60.0, 15.0, 5.0)), Some("flagger-leader-election"), SYSTEM, IdentityBase::HostnameUuid, ON),
    ("argocd-applicationset", OFF, USUAL, Some("58ac56fa.applicationsets.argoproj.io"), POD, IdentityBase::HostnameUuid, OFF),
    ("argo-rollouts", ON, USUAL, Some("argo-rollouts-controller-lock"), POD, IdentityBase::HostnameUuid, OFF),
    ("argo-workflows", ON, Some((15.0, 10.0, 5.0)), Some("workflow-controller"), POD, IdentityBase::Env, OFF),
    ("argo-events-eventsource-sensor", None, Some((5.0, 2.0, 1.0)), None, POD, IdentityBase::Hostname, ON),
    ("tekton-pipelines", ON, Some((60.0, 40.0, 10.0)), None, Some("tekton-pipelines"), IdentityBase::HostnameUuid, ON),
    ("knative-serving-eventing", ON, Some((60.0, 40.0, 10.0)), None, POD, IdentityBase::HostnameUuid, ON),
    ("keda-operator", OFF, USUAL, Some("operator.keda.sh"), Some("keda"), IdentityBase::HostnameUuid, OFF),
    ("karpenter", ON, USUAL, Some("karpenter-leader-election"), POD, IdentityBase::HostnameUuid, ON),
    ("kueue", ON, USUAL, Some("c1f6bfd2.kueue.x-k8s.io"), POD, IdentityBase::HostnameUuid, ON),
    ("spark-operator", OFF, USUAL, Some("spark-operator-lock"), Some("spark-operator"), IdentityBase::HostnameUuid, OFF),
    ("flink-kubernetes-operator", OFF, USUAL, None, POD, IdentityBase::Env, OFF),
    ("flink-kubernetes-ha", OFF, Some((15.0, 15.0, 5.0)), None, POD, IdentityBase::Unknown, ON),
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
    ("elastic-agent-leaderelection", None, USUAL, Some("elastic-agent-cluster-leader"), None, IdentityBase::PodNameEnv, ON),
    ("loki-operator", OFF, Some((137.0, 107.0, 26.0)), None, POD, IdentityBase::HostnameUuid, ON),
    ("leader-elector-sidecar", ON, Some((10.0, 5.0, 2.5)), None, Some("default"), IdentityBase::Flag, OFF),
    ("cilium-operator", ON, USUAL, Some("cilium-operator-resource-lock"), Some("default"), IdentityBase::HostnameUuid, ON),
    ("rancher-server", ON, Some((45.0, 30.0, 2.0)), Some("cattle-controllers"), SYSTEM, IdentityBase::Hostname, ON),
    ("java-operator-sdk-sample", ON, USUAL, Some("leader-election-test"), POD, IdentityBase::Env, OFF),
    ("datadog-cluster-agent", OFF, Some((60.0, 30.0, 15.0)), Some("datadog-leader-election"), POD, IdentityBase::PodNameEnv, ON),
    ("grafana-operator", OFF, USUAL, None, POD, IdentityBase::HostnameUuid, OFF),
    ("kubeops-dotnet", OFF, USUAL, None, None, IdentityBase::Unknown, None),
    ("rancher-fleet", None, None, None, POD, IdentityBase::HostnameUuid, None),
    ("karpenter-leader-elect", ON, USUAL, Some("karpenter-leader-election"), POD, IdentityBase::HostnameUuid, ON),
    ("cert-manager-approver-policy", ON, USUAL, Some("policy.cert-manager.io"), POD, IdentityBase::HostnameUuid, ON),
    ("oci-native-ingress-controller", ON, Some((60.0, 15.0, 5.0)), None, None, IdentityBase::HostnameUuid, ON),
    ("camel-k-operator", ON, USUAL, Some("camel-k-lock"), POD, IdentityBase::HostnameUuid, ON),
    ("crunchy-postgres-operator", ON, USUAL, None, POD, IdentityBase::HostnameUuid, OFF),
    ("kube-arangodb", ON, USUAL, None, POD, IdentityBase::Unknown, OFF),
    ("redis-operator-spotahome", ON, USUAL, Some("redis-failover-lease"), POD, IdentityBase::HostnameUuid, None),
    ("ocm-cluster-manager", ON, Some((137.0, 107.0, 26.0)), Some("clustermanager-lock"), POD, IdentityBase::HostnameUuid, ON),
    ("ocm-klusterlet", ON, Some((137.0, 107.0, 26.0)), Some("klusterlet-lock"), POD, IdentityBase::HostnameUuid, ON),
    ("kubernetes-event-exporter", OFF, USUAL, Some("kubernetes-event-exporter"), POD, IdentityBase::HostnameUuid, OFF),
    ("prow-sinker", ON, USUAL, Some("prow-sinker-leaderlock"), Some("default"), IdentityBase::HostnameUuid, ON),
    ("prow-controller-manager", ON, USUAL, Some("prow-controller-manager-leader-lock"), Some("default"), IdentityBase::HostnameUuid, OFF),
    ("security-profiles-operator", ON, USUAL, Some("security-profiles-operator-lock"), POD, IdentityBase::HostnameUuid, OFF),
    ("security-profiles-operator-webhook", ON, USUAL, Some("security-profiles-operator-webhook-lock"), POD, IdentityBase::HostnameUuid, OFF),
    ("nvidia-network-operator", OFF, USUAL, Some("12620820.mellanox.com"), POD, IdentityBase::HostnameUuid, OFF),
    ("inference-endpoint-picker", OFF, USUAL, None, Some("default"), IdentityBase::HostnameUuid, ON),
    ("envoy-ai-gateway", ON, USUAL, Some("envoy-ai-gateway-controller"), POD, IdentityBase::HostnameUuid, OFF),
    ("hcloud-fip-controller", ON, USUAL, Some("fip"), None, IdentityBase::PodNameEnv, ON),
    ("burrito-controllers", ON, USUAL, Some("6d185457.terraform.padok.cloud"), POD, IdentityBase::HostnameUuid, OFF),
    ("koord-manager", ON, USUAL, Some("koordinator-manager"), Some("koordinator-system"), IdentityBase::HostnameUuid, OFF),
    ("koord-scheduler", ON, USUAL, Some("kube-scheduler"), Some("kube-system"), IdentityBase::HostnameUuid, ON),
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
        ("envoy-gateway", &[]),
        ("openshift-operators", &[]),
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
    assert!(program("kyverno").identity.required);

    // What the file says about these is replaced by what the program's code says.
    for setting in [
        Setting::Enable,
        Setting::LeaseDuration,
        Setting::RetryPeriod,
    ] {
        assert!(spec("openshift-operators", setting).keys.is_empty());
    }
    assert!(spec("datadog-cluster-agent", Setting::LeaseDuration).zero_is_default);
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
fn a_version_that_did_not_elect_yet_has_no_settings() {
    for (id, before, since) in [
        (
            "argo-rollouts",
            "quay.io/argoproj/argo-rollouts:v1.1.1",
            "quay.io/argoproj/argo-rollouts:v1.2.0",
        ),
        (
            "descheduler",
            "registry.k8s.io/descheduler/descheduler:v0.23.1",
            "registry.k8s.io/descheduler/descheduler:v0.24.0",
        ),
    ] {
        let at = |image: &str| program(id).at_version_of(Some(image));
        assert!(
            at(before).never_elects && at(before).settings.is_empty(),
            "{before}"
        );
        assert!(
            !at(since).never_elects && at(since).spec(Setting::Enable).is_some(),
            "{since}"
        );
    }
}

#[test]
fn versions_change_what_they_changed() {
    let lock_type = |id: &str, image: &str| {
        let then = program(id).at_version_of(Some(image));
        then.lock_type.as_deref()
    };
    let alb = "public.ecr.aws/eks/aws-load-balancer-controller";
    for (version, expected) in [
        ("v1.1.9", None),
        ("v2.0.0", Some("configmaps")),
        ("v2.4.7", Some("configmaps")),
        ("v2.5.0", Some("configmapsleases")),
        ("v2.8.0", Some("configmapsleases")),
        ("v2.8.1", Some("leases")),
        ("latest", Some("leases")),
        ("7ab3f0d", None),
    ] {
        let found = lock_type("aws-load-balancer-controller", &format!("{alb}:{version}"));
        assert_eq!(found, expected, "{version}");
    }
    for (version, expected) in [
        ("v1.3.1", Some("endpoints")),
        ("v1.28.0", Some("leases")),
        ("main", Some("leases")),
        ("20240102", None),
    ] {
        let found = lock_type(
            "cluster-autoscaler",
            &format!("k8s.gcr.io/cluster-autoscaler:{version}"),
        );
        assert_eq!(found, expected, "{version}");
    }
    // The minor versions at which each changed, by the tags of its repository.
    for (id, image, expected) in [
        (
            "kube-scheduler",
            "k8s.gcr.io/kube-scheduler:v1.16.15",
            Some("endpoints"),
        ),
        (
            "kube-scheduler",
            "k8s.gcr.io/kube-scheduler-amd64:v1.17.0",
            Some("endpointsleases"),
        ),
        (
            "kube-scheduler",
            "k8s.gcr.io/kube-scheduler:v1.19.9",
            Some("endpointsleases"),
        ),
        (
            "kube-scheduler",
            "k8s.gcr.io/kube-scheduler:v1.20.0",
            Some("leases"),
        ),
        (
            "kube-scheduler",
            "registry.k8s.io/scheduler-plugins/kube-scheduler:v0.30.6",
            Some("leases"),
        ),
        (
            "kube-controller-manager",
            "k8s.gcr.io/hyperkube:v1.15.0",
            Some("endpoints"),
        ),
        (
            "csi-attacher",
            "quay.io/k8scsi/csi-attacher:v1.2.1",
            Some("configmaps"),
        ),
        (
            "csi-attacher",
            "registry.k8s.io/sig-storage/csi-attacher:v2.0.0",
            Some("leases"),
        ),
        (
            "csi-provisioner",
            "quay.io/k8scsi/csi-provisioner:v1.6.0",
            Some("endpoints"),
        ),
        (
            "csi-provisioner",
            "quay.io/openshift/origin-csi-external-provisioner:4.12",
            None,
        ),
        (
            "ingress-nginx",
            "registry.k8s.io/ingress-nginx/controller:v1.2.1",
            Some("configmaps"),
        ),
        (
            "ingress-nginx",
            "registry.k8s.io/ingress-nginx/controller:v1.3.0",
            Some("configmapsleases"),
        ),
        (
            "ingress-nginx",
            "registry.k8s.io/ingress-nginx/controller:v1.3.1",
            Some("leases"),
        ),
        (
            "cert-manager-controller",
            "quay.io/jetstack/cert-manager-controller:v1.3.1",
            Some("configmaps"),
        ),
        (
            "cert-manager-controller",
            "quay.io/jetstack/cert-manager-controller:v1.7.2",
            Some("configmapsleases"),
        ),
        (
            "cert-manager-controller",
            "quay.io/jetstack/cert-manager-controller:v1.8.0",
            Some("leases"),
        ),
        (
            "external-secrets",
            "ghcr.io/external-secrets/external-secrets:v0.5.9",
            Some("configmapsleases"),
        ),
        (
            "external-secrets",
            "ghcr.io/external-secrets/external-secrets:v0.6.0",
            Some("leases"),
        ),
        ("keda-operator", "ghcr.io/kedacore/keda:1.5.0", None),
        (
            "keda-operator",
            "ghcr.io/kedacore/keda:2.4.0",
            Some("configmaps"),
        ),
        (
            "keda-operator",
            "ghcr.io/kedacore/keda:2.7.2",
            Some("configmapsleases"),
        ),
        (
            "keda-operator",
            "ghcr.io/kedacore/keda:2.8.0",
            Some("leases"),
        ),
        (
            "eck-operator",
            "docker.elastic.co/eck/eck-operator:2.2.0",
            Some("configmaps"),
        ),
        (
            "eck-operator",
            "docker.elastic.co/eck/eck-operator:2.7.0",
            Some("configmapsleases"),
        ),
    ] {
        assert_eq!(lock_type(id, image), expected, "{image}");
    }
    // Under its old name it is the AWS Load Balancer Controller since 2.0.
    let lock_of = |image: &str| {
        let then = program("aws-alb-ingress-controller").at_version_of(Some(image));
        then.spec(Setting::LockName)
            .and_then(|spec| spec.default.clone())
    };
    for (tag, name) in [
        ("v1.1.9", "ingress-controller-leader-alb"),
        ("v2.2.0", "aws-load-balancer-controller-leader"),
    ] {
        let image = format!("docker.io/amazon/aws-alb-ingress-controller:{tag}");
        assert_eq!(lock_of(&image).as_deref(), Some(name), "{tag}");
    }
    // controller-runtime's requests have a timeout since 0.20. In 0.19 the patch decides, which the record does not say.
    let timeout = |id: &str, image: &str| program(id).at_version_of(Some(image)).client_timeout;
    assert_eq!(
        timeout("external-secrets", "external-secrets:v0.13.0"),
        None
    );
    assert_eq!(
        timeout("external-secrets", "external-secrets:v0.14.0"),
        Some(true)
    );
    // A flag that came later, and one that was renamed.
    let has_flag = |id: &str, image: &str, flag: &str| {
        let then = program(id).at_version_of(Some(image));
        then.settings
            .iter()
            .any(|spec| spec.flags.iter().any(|other| other == flag))
    };
    for (id, image, flag, expected) in [
        (
            "csi-attacher",
            "csi-attacher:v3.2.1",
            "leader-election-lease-duration",
            false,
        ),
        (
            "csi-attacher",
            "csi-attacher:v3.3.0",
            "leader-election-lease-duration",
            true,
        ),
        (
            "csi-provisioner",
            "csi-provisioner:v1.6.0",
            "enable-leader-election",
            true,
        ),
        (
            "csi-provisioner",
            "csi-provisioner:v2.0.0",
            "enable-leader-election",
            false,
        ),
        (
            "kube-scheduler",
            "kube-scheduler:v1.27.0",
            "lock-object-name",
            true,
        ),
        (
            "kube-scheduler",
            "kube-scheduler:v1.28.0",
            "lock-object-name",
            false,
        ),
        (
            "keda-operator",
            "kedacore/keda:2.4.0",
            "leader-elect",
            false,
        ),
    ] {
        assert_eq!(has_flag(id, image, flag), expected, "{image} {flag}");
    }
    // The tag of another image is no version of this program.
    assert_eq!(
        lock_type("cluster-autoscaler", "example.com/fork/autoscaler:1.0.0"),
        None
    );
    let lease_of = |image: Option<&str>| {
        let spec = program("kube-vip")
            .at_version_of(image)
            .spec(Setting::LeaseDuration);
        spec.and_then(|spec| spec.default.as_deref())
    };
    assert_eq!(lease_of(Some("kube-vip:v1.0.2")), Some("5"));
    assert_eq!(lease_of(Some("kube-vip:v1.1.0")), Some("15"));
    assert_eq!(lease_of(Some("kube-vip@sha256:00")), None);
    assert_eq!(lease_of(None), None);
}

#[test]
fn an_image_without_a_version_has_what_all_versions_have() {
    let at = |image: &str| {
        let program = program("openshift-operators").at_version_of(Some(image));
        let lease = program
            .spec(Setting::LeaseDuration)
            .and_then(|spec| spec.default.as_deref());
        (lease, program.lock_type.as_deref(), program.version_unknown)
    };
    let release = "quay.io/openshift-release-dev/ocp-v4.0-art-dev@sha256:ab";
    let origin = |tag: &str| format!("quay.io/openshift/origin-cluster-etcd-operator:{tag}");
    assert_eq!(at(release), (None, None, true));
    assert_eq!(at(&origin("4.8")), (Some("60s"), Some("configmaps"), false));
    assert_eq!(
        at(&origin("4.9")),
        (Some("137s"), Some("configmaps"), false)
    );
    assert_eq!(
        at(&origin("4.12")),
        (Some("137s"), Some("configmapsleases"), false)
    );
    assert_eq!(at(&origin("4.18")), (Some("137s"), Some("leases"), false));
}
