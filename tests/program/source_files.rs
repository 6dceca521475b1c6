//! Programs whose settings stand in a configuration file that a ConfigMap of the manifests holds.

use serde_json::{Value, json};

use super::workspace::Workspace;

const MAIN: &str = r#"package main

import (
	"flag"
	"os"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/yaml"
)

type Settings struct {
	Election *Election `json:"election,omitempty"`
	Lock     string    `json:"lock"`
}

type Election struct {
	Enabled bool            `json:"enabled"`
	Lease   metav1.Duration `json:"lease"`
}

func main() {
	path := flag.String("config", "", "configuration file")
	flag.Parse()
	settings := Settings{Lock: "quota-warden"}
	if *path != "" {
		text, err := os.ReadFile(*path)
		if err != nil {
			os.Exit(1)
		}
		if err := yaml.UnmarshalStrict(text, &settings); err != nil {
			os.Exit(1)
		}
	}
	options := ctrl.Options{LeaderElectionID: settings.Lock}
	if settings.Election != nil {
		options.LeaderElection = settings.Election.Enabled
		options.LeaseDuration = &settings.Election.Lease.Duration
	}
	manager, err := ctrl.NewManager(ctrl.GetConfigOrDie(), options)
	if err != nil {
		os.Exit(1)
	}
	if err := manager.Start(ctrl.SetupSignalHandler()); err != nil {
		os.Exit(1)
	}
}
"#;

const GO_MOD: &str =
    "module quotas.example/quota-warden\n\nrequire sigs.k8s.io/controller-runtime v0.22.1\n";

/// A Deployment with the ConfigMap `settings` mounted at `/etc/warden`.
fn deployment(arguments: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: quota-warden, namespace: quotas}}\nspec:\n  selector: {{matchLabels: {{app: warden}}}}\n  template:\n    metadata: {{labels: {{app: warden}}}}\n    spec:\n      containers:\n      - name: manager\n        image: quotas.example/quota-warden\n        command: [/quota-warden]\n        args: [{arguments}]\n        volumeMounts: [{{name: settings, mountPath: /etc/warden}}]\n      volumes: [{{name: settings, configMap: {{name: settings}}}}]\n"
    )
}

const SETTINGS: &str = "lock: other\nelection:\n  enabled: true\n  lease: 30s\n";

fn config_map(settings: &str) -> String {
    let lines: String = settings
        .lines()
        .map(|line| format!("    {line}\n"))
        .collect();
    format!(
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings, namespace: quotas}}\ndata:\n  warden.yaml: |\n{lines}"
    )
}

fn elector(workspace: &Workspace) -> Value {
    let report = workspace.run(&["inspect", "--format", "json", "."]).json();
    let electors = report["electors"].as_array().expect("electors");
    assert_eq!(electors.len(), 1);
    electors[0].clone()
}

fn repository(manifest: &str) -> Workspace {
    Workspace::with("deploy.yaml", manifest)
        .and("main.go", MAIN)
        .and("go.mod", GO_MOD)
}

const NAMED: &str = "--config=/etc/warden/warden.yaml";

#[test]
fn keys_of_a_mounted_config_map_are_settings() {
    let manifest = format!("{}{}", deployment(NAMED), config_map(SETTINGS));
    let one = elector(&repository(&manifest));
    assert_eq!(one["election"]["state"], "on");
    assert_eq!(one["lock"]["name"], "other");
    let lease = &one["timing"]["leaseDuration"];
    assert_eq!(lease["seconds"], 30.0);
    assert_eq!(
        [
            &lease["source"]["kind"],
            &lease["source"]["file"],
            &lease["source"]["text"]
        ],
        [
            &json!("configmap"),
            &json!("deploy.yaml"),
            &json!("lease: 30s")
        ]
    );
    assert_eq!(one["timing"]["renewDeadline"]["seconds"], 10.0);
    let without = format!("{}{}", deployment(NAMED), config_map("lock: third\n"));
    let one = elector(&repository(&without));
    assert_eq!(one["election"]["state"], "off");
    assert_eq!(one["lock"]["name"], "third");
}

#[test]
fn a_file_that_no_flag_names_is_not_read() {
    let manifest = format!("{}{}", deployment("--v=1"), config_map(SETTINGS));
    let one = elector(&repository(&manifest));
    assert_eq!(one["election"]["state"], "off");
    assert_eq!(one["lock"]["name"], "quota-warden");
}

#[test]
fn a_file_that_kustomize_generates_is_read() {
    let kustomization = "resources: [deploy.yaml]\nconfigMapGenerator:\n- name: settings\n  namespace: quotas\n  files: [warden.yaml]\n";
    let workspace = repository(&deployment(NAMED))
        .and("kustomization.yaml", kustomization)
        .and("warden.yaml", SETTINGS);
    let report = workspace
        .run(&["inspect", "--format", "json", "--render", "never", "."])
        .json();
    let one = &report["electors"][0];
    assert_eq!(one["election"]["state"], "on");
    assert_eq!(
        one["timing"]["leaseDuration"]["source"]["file"],
        "warden.yaml"
    );
}

#[test]
fn a_file_outside_the_input_is_not_known() {
    let one = elector(&repository(&deployment(NAMED)));
    assert_eq!(one["election"]["state"], "unknown");
    assert_eq!(one["lock"]["name"], Value::Null);
    assert_eq!(one["timing"]["leaseDuration"]["seconds"], Value::Null);
    assert_eq!(one["timing"]["renewDeadline"]["seconds"], 10.0);
}

/// An entry cannot say which file a program decodes: it says nothing of what stands there, and the export says so.
#[test]
fn an_exported_dialect_names_what_a_file_decides() {
    let manifest = format!("{}{}", deployment(NAMED), config_map(SETTINGS));
    let workspace = repository(&manifest);
    let exported = workspace.run(&["export", "dialect", "."]);
    let wanted = "# not known without the source: enable, lease-duration, lock-name\n";
    assert!(exported.stdout.contains(wanted), "{}", exported.stdout);
    let alone = Workspace::with("deploy.yaml", &manifest).and(".leaselint.yaml", &exported.stdout);
    let one = elector(&alone);
    assert_eq!(one["certainty"], "listed");
    assert_ne!(one["election"]["state"], "off");
    assert_eq!(one["timing"]["leaseDuration"]["seconds"], Value::Null);
    assert_eq!(one["lock"]["name"], Value::Null);
    assert_eq!(one["timing"]["renewDeadline"]["seconds"], 10.0);
}
