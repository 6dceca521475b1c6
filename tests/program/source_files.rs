//! Programs whose settings stand in a configuration file that a ConfigMap of the manifests holds.

use serde_json::{Value, json};

use super::source::assert_same_answers;
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

/// Programs that decode their file in other ways: with or without a flag for it, flags and variables beside it.
const READERS: [(&str, &str); 3] = [
    (
        "a flag outweighs a key",
        r#"	path := flag.String("config", "", "configuration file")
	name := flag.String("lock", "", "name of the lock")
	flag.Parse()
	settings := Settings{Lock: "quota-warden"}
	if *path != "" {
		text, err := os.ReadFile(*path)
		if err != nil {
			os.Exit(1)
		}
		if err := yaml.Unmarshal(text, &settings); err != nil {
			os.Exit(1)
		}
	}
	if *name != "" {
		settings.Lock = *name
	}
"#,
    ),
    (
        "the file stands at one place",
        r#"	flag.Parse()
	settings := Settings{Lock: "quota-warden", Lease: 20}
	text, err := os.ReadFile("/etc/warden/warden.yaml")
	if err != nil {
		os.Exit(1)
	}
	if err := yaml.Unmarshal(text, &settings); err != nil {
		os.Exit(1)
	}
"#,
    ),
    (
        "a flag with a default names the file, and a variable outweighs a key",
        r#"	path := flag.String("config", "/etc/warden/warden.yaml", "configuration file")
	flag.Parse()
	settings := Settings{}
	text, err := os.ReadFile(*path)
	if err != nil {
		os.Exit(1)
	}
	if err := yaml.Unmarshal(text, &settings); err != nil {
		os.Exit(1)
	}
	if name := os.Getenv("LOCK"); name != "" {
		settings.Lock = name
	}
"#,
    ),
];

/// A program that takes its settings in one of those ways.
fn reader(statements: &str) -> String {
    format!(
        r#"package main

import (
	"flag"
	"os"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/yaml"
)

type Settings struct {{
	Off   bool            `json:"noElection"`
	Lock  string          `json:"lock"`
	Lease int             `json:"leaseSeconds"`
	Retry metav1.Duration `json:"retry"`
}}

func main() {{
{statements}
	lease := time.Duration(settings.Lease) * time.Second
	options := ctrl.Options{{
		LeaderElection:   !settings.Off,
		LeaderElectionID: settings.Lock,
		LeaseDuration:    &lease,
	}}
	if settings.Retry.Duration != 0 {{
		options.RetryPeriod = &settings.Retry.Duration
	}}
	manager, err := ctrl.NewManager(ctrl.GetConfigOrDie(), options)
	if err != nil {{
		os.Exit(1)
	}}
	if err := manager.Start(ctrl.SetupSignalHandler()); err != nil {{
		os.Exit(1)
	}}
}}
"#
    )
}

#[test]
fn an_exported_dialect_names_the_file_and_its_keys() {
    let settings = [
        "lock: other\nleaseSeconds: 40\nretry: 4s\n",
        "noElection: true\nlock: other\n",
        "leaseSeconds: 40\nretry: 0s\n",
        "unrelated: true\n",
    ];
    let mounted = |arguments: &str| {
        settings.map(|text| format!("{}{}", deployment(arguments), config_map(text)))
    };
    let variable = |manifest: &str| {
        manifest.replace(
            "args:",
            "env: [{name: LOCK, value: by-variable}]\n        args:",
        )
    };
    let mut manifests: Vec<String> = Vec::new();
    for arguments in [
        NAMED,
        "--v=1",
        "--config=/etc/warden/warden.yaml, --lock=flagged",
    ] {
        manifests.extend(mounted(arguments));
        manifests.push(deployment(arguments));
    }
    manifests.extend(mounted(NAMED).iter().map(|manifest| variable(manifest)));
    for (what, statements) in READERS {
        let main = reader(statements);
        let with = |manifest: &str| {
            Workspace::with("deploy.yaml", manifest)
                .and("main.go", &main)
                .and("go.mod", GO_MOD)
        };
        // What the file decides is in the entry whatever stands in the file.
        let exported = with(&manifests[0]).run(&["export", "dialect", "."]).stdout;
        assert!(exported.contains("config:\n"), "{what}: {exported}");
        assert!(!exported.contains("not known"), "{what}: {exported}");
        for manifest in &manifests {
            let alone = Workspace::with("deploy.yaml", manifest).and(".leaselint.yaml", &exported);
            let entry = format!("{what}\n{exported}{manifest}");
            assert_same_answers(&with(manifest), &alone, &entry);
        }
    }
}

/// Of a block without a lease the program takes zero, and without the block its library's default: no entry can say that.
#[test]
fn an_exported_dialect_names_what_it_cannot_say() {
    let manifest = format!("{}{}", deployment(NAMED), config_map(SETTINGS));
    let workspace = repository(&manifest);
    let exported = workspace.run(&["export", "dialect", "."]);
    let wanted = "# not known without the source: lease-duration\n";
    assert!(exported.stdout.contains(wanted), "{}", exported.stdout);
    let alone = Workspace::with("deploy.yaml", &manifest).and(".leaselint.yaml", &exported.stdout);
    let one = elector(&alone);
    assert_eq!(one["certainty"], "listed");
    assert_eq!(one["election"]["state"], "on");
    assert_eq!(one["lock"]["name"], "other");
    assert_eq!(one["timing"]["leaseDuration"]["seconds"], Value::Null);
    assert_eq!(one["timing"]["renewDeadline"]["seconds"], 10.0);
}
