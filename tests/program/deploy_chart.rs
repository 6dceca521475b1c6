//! `deploy/charts/leaselint`: the same as `deploy/base`, for every set of values right, and taken by a real API server.
#![allow(clippy::unwrap_used)] // in tests a panic is the message

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use control_plane::{ControlPlane, Options, Renderers};
use serde::Deserialize as _;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::deploy;
use super::workspace::{GOOD, program};

/// Helm without anything of its user's.
struct Helm {
    program: PathBuf,
    home: TempDir,
}

impl Helm {
    /// None where there is no helm, which has been said.
    fn for_test() -> Option<Self> {
        let renderers = Renderers::for_test()?;
        Some(Self {
            program: renderers.folder.join("helm"),
            home: TempDir::new().unwrap(),
        })
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(&self.program);
        for name in ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"] {
            command.env(name, self.home.path());
        }
        command.args(arguments).output().unwrap()
    }

    /// What it prints; it must not fail.
    #[track_caller]
    fn prints(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn template(&self, release: &str, namespace: &str, values: &[&str]) -> String {
        let chart = chart();
        let start = ["template", release, chart.to_str().unwrap(), "--namespace"];
        self.prints(&[&start[..], &[namespace], &set(values)].concat())
    }
}

fn chart() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/charts/leaselint")
}

fn set<'v>(values: &[&'v str]) -> Vec<&'v str> {
    values.iter().flat_map(|value| ["--set", *value]).collect()
}

fn documents(text: &str) -> Vec<Value> {
    serde_yaml::Deserializer::from_str(text)
        .map(|document| Value::deserialize(document).unwrap())
        .filter(|document| !document.is_null())
        .collect()
}

/// Takes the labels away that helm's conventions ask for and the base does not have.
fn without_labels_of_helm(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|key, _| {
                let is_common = key.starts_with("app.kubernetes.io/");
                let is_kept = !is_common || key == "app.kubernetes.io/name";
                is_kept && !key.starts_with("helm.sh/")
            });
            members.values_mut().for_each(without_labels_of_helm);
        }
        Value::Array(items) => items.iter_mut().for_each(without_labels_of_helm),
        _ => {}
    }
}

/// By kind and name.
fn by_name(objects: Vec<Value>) -> BTreeMap<String, Value> {
    let name = |object: &Value| {
        let word = |value: &Value| value.as_str().unwrap().to_owned();
        format!(
            "{} {}",
            word(&object["kind"]),
            word(&object["metadata"]["name"])
        )
    };
    objects
        .into_iter()
        .map(|object| (name(&object), object))
        .collect()
}

/// Sets of values that change what is made.
const MATRIX: &[&[&str]] = &[
    &[],
    &[
        "mode=enforce",
        "webhook.failurePolicy=Fail",
        "webhook.timeoutSeconds=5",
    ],
    &[
        "replicas=5",
        "events=true",
        "fullnameOverride=election-guard",
        "mode=audit",
    ],
    &[
        "certificates.mode=cert-manager",
        "configuration=profile: strict",
    ],
    &[
        "certificates.mode=cert-manager",
        "certificates.certManager.issuerRef.name=cluster-authority",
        "certificates.certManager.issuerRef.kind=ClusterIssuer",
    ],
    &[
        "certificates.mode=secret",
        "certificates.secretName=serving",
        "certificates.caBundle=QUJD",
        "clientAuthority.configMap=api-servers",
    ],
    &[
        "image.repository=registry.example.org/leaselint",
        "image.digest=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "imagePullSecrets[0].name=registry",
        "podAnnotations.note=a",
        "podLabels.team=b",
        "nodeSelector.role=control",
        "tolerations[0].operator=Exists",
        "extraArgs[0]=--max-connections=512",
        "serviceAccount.annotations.note=c",
        "priorityClassName=",
    ],
    &[
        "webhook.excludedNamespaces[0]=sandbox",
        "webhook.namespaceExpressions[0].key=team",
        "webhook.namespaceExpressions[0].operator=Exists",
        "networkPolicy.apiServers[0]=10.0.0.0/28",
        "networkPolicy.metricsFrom=null",
        "serviceMonitor.enabled=true",
        "serviceMonitor.labels.release=prometheus",
        "prometheusRule.enabled=true",
    ],
    &[
        "podDisruptionBudget.enabled=false",
        "networkPolicy.enabled=false",
        "ownConfigurationPolicy.enabled=false",
    ],
    &[
        "commonLabels.cost-centre=platform",
        "annotations.note=a",
        "service.annotations.note=b",
        "webhook.annotations.note=c",
        "serviceAccount.create=false",
        "serviceAccount.name=prepared",
        "topologySpreadConstraints[0].maxSkew=1",
        "topologySpreadConstraints[0].topologyKey=kubernetes.io/hostname",
        "topologySpreadConstraints[0].whenUnsatisfiable=ScheduleAnyway",
        "topologySpreadConstraints[0].labelSelector.matchLabels.app\\.kubernetes\\.io/instance=guard",
        "affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight=1",
        "affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.topologyKey=zone",
        "affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector.matchLabels.role=guard",
        "terminationGracePeriodSeconds=90",
        "extraArgs[0]=--drain=60s",
        "extraEnv[0].name=KUBERNETES_SERVICE_HOST",
        "extraEnv[0].value=api.example.org",
        "ports.webhook=10250",
        "ports.metrics=10251",
        "dashboard.enabled=true",
        "dashboard.annotations.grafana_folder=Admission",
    ],
    &[
        "webhook.annotations.note=a",
        "certificates.mode=cert-manager",
        "serviceAccount.name=guard-of-elections",
        "podSecurityContext.runAsUser=null",
        "podSecurityContext.runAsGroup=null",
        "networkPolicy.egress[0].ports[0].port=6443",
        "serviceMonitor.enabled=true",
        "serviceMonitor.scrapeTimeout=5s",
        "serviceMonitor.relabelings[0].targetLabel=cluster",
        "serviceMonitor.relabelings[0].replacement=a",
        "serviceMonitor.metricRelabelings[0].action=drop",
        "prometheusRule.enabled=true",
        "prometheusRule.runbook=https://example.org/book/runbook.html",
    ],
];

#[test]
fn the_chart_makes_what_the_base_has() {
    let Some(helm) = Helm::for_test() else { return };
    let chart = chart();
    helm.prints(&["lint", "--strict", chart.to_str().unwrap()]);
    let text = helm.template("leaselint", "leaselint", &["image.tag=latest"]);
    let mut made = documents(&text);
    made.iter_mut().for_each(without_labels_of_helm);
    let mut base = deploy::objects();
    // A chart does not make the namespace that it is installed in.
    base.retain(|object| object["kind"] != "Kustomization" && object["kind"] != "Namespace");
    let (made, base) = (by_name(made), by_name(base));
    assert!(base.len() > 10);
    assert_eq!(
        made.keys().collect::<Vec<_>>(),
        base.keys().collect::<Vec<_>>()
    );
    for (name, object) in &base {
        assert_eq!(&made[name], object, "{name}");
    }

    // And with Events what the component has that adds them.
    let text = helm.template("leaselint", "leaselint", &["events=true"]);
    let mut with_events = documents(&text);
    with_events.iter_mut().for_each(without_labels_of_helm);
    let with_events = by_name(with_events);
    let component = chart.join("../../events/rights.yaml");
    let component = by_name(documents(&std::fs::read_to_string(component).unwrap()));
    assert_eq!(with_events.len(), base.len() + component.len());
    for (name, object) in &component {
        assert_eq!(&with_events[name], object, "{name}");
    }
    assert!(
        with_events["Deployment leaselint"]
            .to_string()
            .contains("\"--events\"")
    );
}

#[test]
fn nothing_is_found_in_any_rendering() {
    let Some(helm) = Helm::for_test() else { return };
    for values in MATRIX {
        let text = helm.template("guard", "elections", values);
        let lint = [
            "lint",
            "--profile",
            "pedantic",
            "--format",
            "json",
            "--fail-on",
            "info",
            "-",
        ];
        let output = program().args(lint).write_stdin(text).output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        for part in ["findings", "unread", "notJudged"] {
            assert_eq!(report[part], json!([]), "{values:?}");
        }
        assert_eq!(output.status.code(), Some(0), "{values:?}");
    }
}

#[test]
fn the_webhook_never_guards_what_it_stands_on_whatever_the_values() {
    let Some(helm) = Helm::for_test() else { return };
    for values in MATRIX {
        let objects = documents(&helm.template("guard", "elections", values));
        let of_kind = |kind: &str| -> Vec<&Value> {
            let found = objects.iter().filter(|object| object["kind"] == kind);
            found.collect()
        };
        let configuration = of_kind("ValidatingWebhookConfiguration")[0];
        let [judging, commenting] = configuration["webhooks"].as_array().unwrap().as_slice() else {
            panic!("one that judges, and one that comments");
        };
        assert_eq!(commenting["failurePolicy"], "Ignore", "{values:?}");
        for webhook in [judging, commenting] {
            let excluded = &webhook["namespaceSelector"]["matchExpressions"][0]["values"];
            let excluded = excluded.as_array().unwrap();
            for namespace in ["kube-system", "kube-node-lease", "elections"] {
                assert!(excluded.contains(&namespace.into()), "{values:?}");
            }
        }
        // With certificates of somebody else's it writes nothing at all.
        let is_self_managed = !values
            .iter()
            .any(|value| value.starts_with("certificates.mode"));
        let rights = of_kind("ClusterRole")[0].to_string();
        assert_eq!(rights.contains("update"), is_self_managed, "{values:?}");
        assert_eq!(of_kind("Role").len(), usize::from(is_self_managed));
        assert_eq!(of_kind("RoleBinding").len(), usize::from(is_self_managed));
    }
}

/// Every value that changes what is made, in one place of it or in several.
#[test]
fn values_arrive_where_they_are_meant() {
    let Some(helm) = Helm::for_test() else { return };
    let made = |values: &[&str]| by_name(documents(&helm.template("guard", "elections", values)));
    let many = made(MATRIX[MATRIX.len() - 2]);
    let deployment = &many["Deployment guard-leaselint"];
    let pod = &deployment["spec"]["template"]["spec"];
    let container = &pod["containers"][0];
    assert_eq!(deployment["metadata"]["annotations"]["note"], "a");
    assert_eq!(pod["serviceAccountName"], "prepared");
    assert_eq!(pod["terminationGracePeriodSeconds"], 90);
    assert_eq!(
        pod["topologySpreadConstraints"].as_array().unwrap().len(),
        1
    );
    assert!(pod["affinity"]["podAntiAffinity"].is_object());
    assert_eq!(container["env"][1]["name"], "KUBERNETES_SERVICE_HOST");
    let arguments = container["args"].to_string();
    for word in [
        "--listen=[::]:10250",
        "--metrics-listen=[::]:10251",
        "--drain=60s",
    ] {
        assert!(arguments.contains(word), "{arguments}");
    }
    assert_eq!(container["ports"][0]["containerPort"], 10250);
    assert_eq!(
        many["Service guard-leaselint"]["metadata"]["annotations"]["note"],
        "b"
    );
    let configuration = &many["ValidatingWebhookConfiguration guard-leaselint"];
    assert_eq!(configuration["metadata"]["annotations"]["note"], "c");
    assert!(!many.keys().any(|name| name.starts_with("ServiceAccount ")));
    for (name, object) in &many {
        assert_eq!(
            object["metadata"]["labels"]["cost-centre"], "platform",
            "{name}"
        );
        if object["kind"] == "RoleBinding" || object["kind"] == "ClusterRoleBinding" {
            assert_eq!(object["subjects"][0]["name"], "prepared", "{name}");
        }
    }
    let policy = "ValidatingAdmissionPolicy guard-leaselint-own-configuration";
    let account = &many[policy]["spec"]["matchConditions"][0]["expression"];
    let account = account.as_str().unwrap();
    assert!(
        account.contains("system:serviceaccount:elections:prepared"),
        "{account}"
    );
    let dashboard = &many["ConfigMap guard-leaselint-dashboard"];
    assert_eq!(dashboard["metadata"]["labels"]["grafana_dashboard"], "1");
    assert_eq!(
        dashboard["metadata"]["annotations"]["grafana_folder"],
        "Admission"
    );
    let written = dashboard["data"]["leaselint-webhook.json"]
        .as_str()
        .unwrap();
    let file = std::fs::read_to_string(chart().join("dashboard.json")).unwrap();
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(parsed(written), parsed(&file));

    let monitored = made(MATRIX[MATRIX.len() - 1]);
    let deployment = &monitored["Deployment guard-leaselint"]["spec"]["template"]["spec"];
    assert_eq!(deployment["serviceAccountName"], "guard-of-elections");
    assert!(monitored.contains_key("ServiceAccount guard-of-elections"));
    // As OpenShift wants it.
    assert_eq!(
        deployment["securityContext"],
        json!({"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}})
    );
    let annotations = &monitored["ValidatingWebhookConfiguration guard-leaselint"]["metadata"];
    assert_eq!(annotations["annotations"].as_object().unwrap().len(), 2);
    let policy = &monitored["NetworkPolicy guard-leaselint"]["spec"];
    assert_eq!(policy["policyTypes"], json!(["Ingress", "Egress"]));
    assert_eq!(policy["egress"][0]["ports"][0]["port"], 6443);
    let endpoint = &monitored["ServiceMonitor guard-leaselint"]["spec"]["endpoints"][0];
    assert_eq!(endpoint["scrapeTimeout"], "5s");
    assert_eq!(endpoint["relabelings"][0]["targetLabel"], "cluster");
    assert_eq!(endpoint["metricRelabelings"][0]["action"], "drop");
    let rules = monitored["PrometheusRule guard-leaselint"].to_string();
    assert!(rules.contains("https://example.org/book/runbook.html#leaselintaway"));

    let host = made(&["hostNetwork=true"]);
    let pod = &host["Deployment guard-leaselint"]["spec"]["template"]["spec"];
    assert_eq!(pod["hostNetwork"], true);
    assert_eq!(pod["dnsPolicy"], "ClusterFirstWithHostNet");
}

#[test]
fn values_that_cannot_be_right_are_refused() {
    let Some(helm) = Helm::for_test() else { return };
    let chart = chart();
    for (value, because) in [
        ("replicas=1", "/replicas"),
        ("mode=off", "/mode"),
        ("webhook.failurePolicy=fail", "/webhook/failurePolicy"),
        ("webhook.timeoutSeconds=60", "/webhook/timeoutSeconds"),
        ("podDisruptionBudget.maxUnavailable=0", "maxUnavailable"),
        ("certificates.mode=none", "/certificates/mode"),
        (
            "certificates.mode=secret",
            "is needed with certificates.mode",
        ),
        (
            "serviceAccount.create=false",
            "is needed with serviceAccount.create",
        ),
        ("ports.webhook=443", "/ports/webhook"),
        ("serviceMonitor.interval=often", "/serviceMonitor/interval"),
        ("replica=3", "additional properties 'replica' not allowed"),
    ] {
        let output = helm.run(&["template", "x", chart.to_str().unwrap(), "--set", value]);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{value}");
        assert!(errors.contains(because), "{value}: {errors}");
    }
}

#[test]
fn a_configuration_arrives_as_it_was_written() {
    let Some(helm) = Helm::for_test() else { return };
    let home = TempDir::new().unwrap();
    let values = home.path().join("values.yaml");
    let text = "# why\nrules:\n  standbys-on-one-node: off\n";
    std::fs::write(&values, json!({"configuration": text}).to_string()).unwrap();
    let chart = chart();
    let [chart, values] = [&chart, &values].map(|path| path.to_str().unwrap());
    let rendered = helm.prints(&["template", "guard", chart, "--values", values]);
    let objects = documents(&rendered);
    let map = objects.iter().find(|object| object["kind"] == "ConfigMap");
    let written = &map.unwrap()["data"]["leaselint.yaml"];
    assert_eq!(written.as_str().unwrap().trim_end(), text.trim_end());
    // And it is a configuration.
    let file = home.path().join("configuration.yaml");
    std::fs::write(&file, written.as_str().unwrap()).unwrap();
    let lint = ["lint", "--config", file.to_str().unwrap(), "-"];
    let output = program().args(lint).write_stdin(GOOD).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

const CONFIGURATION: &str =
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/leaselint";

#[test]
fn an_api_server_takes_it_through_install_upgrade_rollback_and_uninstall() {
    let Some(helm) = Helm::for_test() else { return };
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    let kubectl = |arguments: &[&str], input: &str| {
        let output = plane.kubectl_with_input(arguments, input).unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {errors}");
        errors
    };
    kubectl(&["create", "namespace", "leaselint"], "");
    // Pods that are not restricted are warned of with the Deployment.
    let label = "pod-security.kubernetes.io/warn=restricted";
    kubectl(&["label", "namespace", "leaselint", label], "");
    for values in MATRIX {
        let objects = documents(&helm.template("guard", "leaselint", values));
        // Kinds that others bring are not known here.
        let known = objects.into_iter().filter(|object| {
            let group = object["apiVersion"].as_str().unwrap();
            !group.starts_with("cert-manager.io/") && !group.starts_with("monitoring.coreos.com/")
        });
        let list = json!({"apiVersion": "v1", "kind": "List", "items": known.collect::<Vec<_>>()});
        let words = kubectl(&["apply", "--dry-run=server", "-f", "-"], &list.to_string());
        assert_eq!(words, "", "{values:?}");
    }

    let chart = chart();
    let kubeconfig = plane.kubeconfig().to_str().unwrap();
    let at = ["--namespace", "leaselint", "--kubeconfig", kubeconfig];
    let release = |verb: &str, rest: &[&str]| {
        helm.prints(&[&[verb, "leaselint"], rest, &at[..]].concat());
    };
    let chart = chart.to_str().unwrap();
    let configuration = || plane.client().get(CONFIGURATION).unwrap();
    let trusted = || {
        let webhooks = configuration()["webhooks"].clone();
        let bundles = webhooks.as_array().unwrap().iter();
        let bundles = bundles.map(|webhook| webhook["clientConfig"]["caBundle"].clone());
        bundles.collect::<Vec<_>>()
    };
    let mode = || {
        let path = "/apis/apps/v1/namespaces/leaselint/deployments/leaselint";
        let object = plane.client().get(path).unwrap();
        object["spec"]["template"]["spec"]["containers"][0]["args"][1].clone()
    };
    release("install", &[chart]);
    assert_eq!(mode(), "--mode=warn");
    // As the replicas do, once they have a certificate.
    let bundle = some_authority(&plane);
    let mut object = configuration();
    for webhook in object["webhooks"].as_array_mut().unwrap() {
        webhook["clientConfig"]["caBundle"] = bundle.as_str().into();
    }
    kubectl(&["replace", "-f", "-"], &object.to_string());
    assert_eq!(trusted(), [json!(bundle), json!(bundle)]);

    // No replica runs here, so with Fail everything is refused that is judged, but not what mends it. And what is
    // trusted stays at every step, or reviews would fail until a replica has seen it.
    release(
        "upgrade",
        &[chart, "--set", "mode=enforce,webhook.failurePolicy=Fail"],
    );
    assert_eq!(mode(), "--mode=enforce");
    assert_eq!(configuration()["webhooks"][0]["failurePolicy"], "Fail");
    assert_eq!(trusted(), [json!(bundle), json!(bundle)]);
    release("rollback", &["1"]);
    assert_eq!(mode(), "--mode=warn");
    assert_eq!(configuration()["webhooks"][0]["failurePolicy"], "Ignore");
    assert_eq!(trusted(), [json!(bundle), json!(bundle)]);
    release("uninstall", &[]);
    assert!(plane.client().get(CONFIGURATION).is_err());
}

/// The authority of the API server in base64: any that is one will do.
fn some_authority(plane: &ControlPlane) -> String {
    let file = plane.folder().join("ca.crt");
    std::fs::write(&file, plane.authority()).unwrap();
    let from = format!("--from-file={}", file.display());
    let create = ["create", "secret", "generic", "x", &from];
    let printed = plane
        .kubectl(&[&create[..], &["--dry-run=client", "-o", "json"]].concat())
        .unwrap();
    let secret: Value = serde_json::from_slice(&printed.stdout).unwrap();
    secret["data"]["ca.crt"].as_str().unwrap().to_owned()
}
