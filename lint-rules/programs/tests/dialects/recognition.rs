//! By what programs are recognised.

use programs::catalogue;
use programs::recognition::{Clue, Evidence, recognise, version_of_tag};

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
    ("openpolicyagent/gatekeeper:v3.17.1", "/manager --operation=audit --operation=status", "", Some("gatekeeper-audit")),
    ("openpolicyagent/gatekeeper:v3.17.1", "", "", Some("gatekeeper")),
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
    ("ghcr.io/kyverno/background-controller:v1.13.0", "", "", Some("kyverno-background-controller")),
    ("example.com/background-controller:v1", "", "", None),
    ("example.com/team/app:v1", "", "CATTLE_ELECTION_LEASE_DURATION", Some("rancher-wrangler")),
    ("rancher/fleet:v0.10.4", "fleetcontroller", "CATTLE_ELECTION_LEASE_DURATION", Some("rancher-fleet")),
    ("example.com/team/app:v1", "", "KEDA_OPERATOR_LEADER_ELECTION_LEASE_DURATION", Some("keda-operator")),
    ("example.com/team/app:v1", "", "LEADER_ELECT_LEASE_DURATION ENABLE_LEADER_ELECTION", Some("unlisted-env")),
    ("example.com/team/app:v1", "/app --leader-lease-renew-deadline 60s --leader-elect", "", Some("kubebuilder-v4-project")),
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

    ("summerwind/actions-runner-controller:v0.27.6", "/github-webhook-server --metrics-addr=:8080", "", Some("actions-runner-webhook-server")),
    ("summerwind/actions-runner-controller:v0.27.6", "/actions-metrics-server", "", Some("actions-runner-metrics-server")),
    ("summerwind/actions-runner-controller:v0.27.6", "/manager --enable-leader-election", "", Some("actions-runner-controller")),
    ("ghcr.io/kubeflow/spark-operator/controller:2.3.0", "!webhook start --leader-election=true", "", Some("spark-operator-webhook")),
    ("ghcr.io/kubeflow/spark-operator/controller:2.3.0", "!controller start --leader-election=true", "", Some("spark-operator")),
    ("example.com/app:1", "!webhook start", "", None),
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
    ("example.com/app:1", "/app", "OPERATOR_NAME POD_NAME WATCH_NAMESPACE", Some("operator-sdk-before-1")),
    ("example.com/app:1", "/app --leader-elect", "OPERATOR_NAME POD_NAME WATCH_NAMESPACE", Some("kubebuilder-v4-project")),
    ("example.com/app:1", "/app", "OPERATOR_NAME WATCH_NAMESPACE", None),
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
    for program in catalogue::programs().filter(|program| !program.generic) {
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
            Some(program.id.as_str()),
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
        ("2024", None),
        ("7ab3f", None),
        ("sha-1234", None),
        ("${TAG}", None),
        ("v0.0.0", None),
        ("0.0.0-20240102-abcdef", None),
        ("0", None),
        ("v0.0.1", Some([0, 0, 1])),
    ] {
        assert_eq!(version_of_tag(tag), version, "{tag}");
    }
}

#[test]
fn a_record_at_a_version_is_still_that_record() {
    let mut versions = 0;
    for program in catalogue::programs() {
        assert!(program.has_version(program), "{}", program.id);
        assert!(program.has_version(program.at_version_of(None)));
        for variant in program
            .versions
            .iter()
            .filter_map(|rule| rule.program.as_ref())
        {
            assert!(program.has_version(variant), "{}", program.id);
            versions += 1;
        }
        // A record of the same content elsewhere is the user's own.
        assert!(!program.has_version(&program.clone()), "{}", program.id);
    }
    assert!(versions > 0, "some records differ by version");
}
