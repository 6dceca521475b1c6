//! Configuration files that a program decodes: their keys, the defaults where they are absent, and what stays unknown.

mod common;

use common::{TestInputs, default, elector, shown};
use go::program::SourceElector;

const TYPES: &str = r#"package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	base "k8s.io/component-base/config/v1alpha1"
)

type Configuration struct {
	metav1.TypeMeta `json:",inline"`
	Manager         `json:",inline"`
}

type Manager struct {
	Metrics        Metrics                           `json:"metrics,omitempty"`
	LeaderElection *base.LeaderElectionConfiguration `json:"leaderElection,omitempty"`
}

type Metrics struct {
	BindAddress string `json:"bindAddress,omitempty"`
}
"#;

const DEFAULTS: &str = r#"package v1alpha1

import base "k8s.io/component-base/config/v1alpha1"

func SetDefaults_Configuration(cfg *Configuration) {
	if cfg.Metrics.BindAddress == "" {
		cfg.Metrics.BindAddress = ":8080"
	}
	if cfg.LeaderElection == nil {
		cfg.LeaderElection = &base.LeaderElectionConfiguration{}
	}
	if len(cfg.LeaderElection.ResourceName) == 0 {
		cfg.LeaderElection.ResourceName = "quota.example.test"
	}
	if cfg.LeaderElection.ResourceLock == "" {
		cfg.LeaderElection.ResourceLock = "leases"
	}
	base.RecommendedDefaultLeaderElectionConfiguration(cfg.LeaderElection)
}
"#;

/// A program that decodes its file with apimachinery and copies it into a manager's options.
const DECODES: &str = r#"package main

import (
	"flag"
	"os"

	"example.test/op/v1alpha1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	ctrl "sigs.k8s.io/controller-runtime"
)

func load(path string, scheme *runtime.Scheme, cfg *v1alpha1.Configuration) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return runtime.DecodeInto(serializer.NewCodecFactory(scheme).DECODER(), content, cfg)
}

func options(path string, scheme *runtime.Scheme) (ctrl.Options, error) {
	o := ctrl.Options{}
	cfg := v1alpha1.Configuration{}
	if path == "" {
		scheme.Default(&cfg)
	} else if err := load(path, scheme, &cfg); err != nil {
		return o, err
	}
	if cfg.LeaderElection == nil {
		return o, nil
	}
	if cfg.LeaderElection.LeaderElect != nil {
		o.LeaderElection = *cfg.LeaderElection.LeaderElect
	}
	o.LeaderElectionID = cfg.LeaderElection.ResourceName
	o.LeaderElectionNamespace = cfg.LeaderElection.ResourceNamespace
	if !equality.Semantic.DeepEqual(cfg.LeaderElection.LeaseDuration, metav1.Duration{}) {
		o.LeaseDuration = &cfg.LeaderElection.LeaseDuration.Duration
	}
	o.RenewDeadline = &cfg.LeaderElection.RenewDeadline.Duration
	return o, nil
}

func main() {
	path := flag.String("config", "", "configuration file")
	on := flag.Bool("leader-elect", false, "take part in elections")
	flag.Parse()
	given := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
	o, err := options(*path, runtime.NewScheme())
	if err != nil {
		os.Exit(1)
	}
	if given["leader-elect"] {
		o.LeaderElection = *on
	}
	ctrl.NewManager(ctrl.GetConfigOrDie(), o)
}
"#;

fn decodes(decoder: &str) -> SourceElector {
    elector(&[
        ("main.go", &DECODES.replace("DECODER", decoder)),
        ("v1alpha1/types.go", TYPES),
        ("v1alpha1/defaults.go", DEFAULTS),
    ])
}

/// Switch, lease duration, renew deadline, lock and namespace.
fn facts(one: &SourceElector, inputs: &TestInputs) -> String {
    [
        &one.enable,
        &one.lease_duration,
        &one.renew_deadline,
        &one.lock_name,
        &one.lock_namespace,
    ]
    .map(|term| shown(term, inputs))
    .join(" ")
}

fn with(
    flags: &[(&'static str, &'static str)],
    keys: &[(&'static str, &'static str)],
) -> TestInputs {
    TestInputs {
        flags: flags.to_vec(),
        keys: keys
            .iter()
            .map(|(key, text)| ("/etc/op.yaml", *key, *text))
            .collect(),
        ..TestInputs::default()
    }
}

const FILE: (&str, &str) = ("config", "/etc/op.yaml");

#[test]
fn keys_beat_the_defaults_of_their_type() {
    let one = decodes("UniversalDecoder");
    assert_eq!(
        facts(&one, &with(&[], &[("leaderElection.leaseDuration", "40s")])),
        "true 15s 10s quota.example.test <PodNamespace>",
        "without the flag no file is read"
    );
    assert_eq!(
        facts(&one, &with(&[FILE], &[])),
        "true 15s 10s quota.example.test <PodNamespace>",
        "a file without the stanza"
    );
    let stanza = [
        ("leaderElection", "{}"),
        ("leaderElection.leaderElect", "false"),
        ("leaderElection.leaseDuration", "40s"),
        ("leaderElection.resourceName", "other"),
        ("leaderElection.resourceNamespace", "ops"),
    ];
    assert_eq!(
        facts(&one, &with(&[FILE], &stanza)),
        "false 40s 10s other ops"
    );
    assert_eq!(
        facts(&one, &with(&[FILE, ("leader-elect", "true")], &stanza)),
        "true 40s 10s other ops",
        "a flag that is given comes after the file"
    );
    assert_eq!(
        facts(
            &one,
            &with(
                &[FILE],
                &[
                    ("leaderElection", "{}"),
                    ("leaderElection.leaseDuration", "0s")
                ]
            )
        ),
        "true 15s 10s quota.example.test <PodNamespace>",
        "a duration of zero is the default"
    );
}

#[test]
fn a_decoder_without_defaults_leaves_them_out() {
    let one = decodes("UniversalDeserializer");
    assert_eq!(shown(&one.enable, &with(&[FILE], &[])), "false");
    let stanza = [
        ("leaderElection", "{}"),
        ("leaderElection.leaderElect", "true"),
        ("leaderElection.resourceName", "other"),
    ];
    assert_eq!(
        facts(&one, &with(&[FILE], &stanza)),
        "true 15s 0s other <PodNamespace>"
    );
}

/// A program of `imports` that fills `Settings` in `statements`, with a manager of its fields.
fn settings(imports: &str, fields: &str, statements: &str) -> SourceElector {
    let main = format!(
        "package main\n\nimport (\n\t\"os\"\n\t\"time\"\n{imports}\n\tctrl \"sigs.k8s.io/controller-runtime\"\n)\n\n\
         type Settings struct {{\n{fields}\n}}\n\nfunc main() {{\n{statements}\n\
         \tctrl.NewManager(nil, ctrl.Options{{LeaderElection: s.Elect, LeaderElectionID: s.Lock.Name, LeaseDuration: &s.Lock.Lease}})\n}}\n\n\
         type Lock struct {{\n\tName string `yaml:\"name\" json:\"name\"`\n\tLease time.Duration\n}}\n"
    );
    elector(&[("main.go", &main)])
}

const YAML: &str = "\t\"gopkg.in/yaml.v3\"";
const READ: &str =
    "\ttext, err := os.ReadFile(\"/etc/op.yaml\")\n\tif err != nil {\n\t\tpanic(err)\n\t}\n";

#[test]
fn yaml_has_small_keys_and_keeps_what_was_set_before() {
    let before =
        "\ts := Settings{Elect: true, Lock: Lock{Name: \"usual\", Lease: 20 * time.Second}}\n";
    let fields = "\tElect bool `yaml:\"elect\"`\n\tLock `yaml:\",inline\"`";
    let one = settings(
        YAML,
        fields,
        &format!("{before}{READ}\tyaml.Unmarshal(text, &s)"),
    );
    let shown_with = |keys: &[(&'static str, &'static str)]| {
        let inputs = with(&[], keys);
        [&one.enable, &one.lock_name, &one.lease_duration]
            .map(|term| shown(term, &inputs))
            .join(" ")
    };
    assert_eq!(shown_with(&[]), "true usual 20s");
    assert_eq!(
        shown_with(&[("elect", "false"), ("name", "mine"), ("lease", "30s")]),
        "false mine 30s"
    );
    let decoder = format!(
        "{before}\tfile, err := os.Open(\"/etc/op.yaml\")\n\tif err != nil {{\n\t\tpanic(err)\n\t}}\n\tdecoder := yaml.NewDecoder(file)\n\tdecoder.KnownFields(true)\n\tdecoder.Decode(&s)"
    );
    let one = settings(YAML, fields, &decoder);
    assert_eq!(
        shown(&one.lock_name, &with(&[], &[("name", "mine")])),
        "mine"
    );
}

#[test]
fn what_is_read_in_another_way_is_not_known() {
    let fields = "\tElect bool `yaml:\"elect\"`\n\tLock `yaml:\",inline\"`";
    let before = "\tvar s Settings\n";
    for (what, statements) in [
        (
            "variables are put into the text",
            format!("{before}{READ}\tyaml.Unmarshal([]byte(os.ExpandEnv(string(text))), &s)"),
        ),
        (
            "it is no file",
            format!("{before}\tyaml.Unmarshal(fetch(), &s)"),
        ),
    ] {
        let one = settings(YAML, fields, &statements);
        assert!(default(&one.lock_name).starts_with('?'), "{what}");
        assert!(default(&one.enable).starts_with('?'), "{what}");
    }
    let own = elector(&[(
        "main.go",
        "package main\n\nimport (\n\t\"os\"\n\n\t\"sigs.k8s.io/yaml\"\n\tctrl \"sigs.k8s.io/controller-runtime\"\n)\n\n\
         type Name struct{ Text string }\n\nfunc (n *Name) UnmarshalJSON(text []byte) error {\n\tn.Text = \"of-\" + string(text)\n\treturn nil\n}\n\n\
         type Settings struct {\n\tName Name `json:\"name\"`\n\tElect bool `json:\"elect\"`\n}\n\n\
         func main() {\n\tvar s Settings\n\ttext, _ := os.ReadFile(\"/etc/op.yaml\")\n\tyaml.Unmarshal(text, &s)\n\
         \tctrl.NewManager(nil, ctrl.Options{LeaderElection: s.Elect, LeaderElectionID: s.Name.Text})\n}\n",
    )]);
    assert!(
        default(&own.lock_name).starts_with('?'),
        "a type that decodes itself"
    );
    assert_eq!(default(&own.enable), "false");
    assert_eq!(shown(&own.enable, &with(&[], &[("elect", "true")])), "true");
}

fn loads(statements: &str) -> SourceElector {
    let main = format!(
        "package main\n\nimport (\n\t\"flag\"\n\t\"os\"\n\n\t\"example.test/op/v1\"\n\tctrl \"sigs.k8s.io/controller-runtime\"\n)\n\n\
         func main() {{\n\tvar path string\n\tflag.StringVar(&path, \"config\", \"\", \"configuration file\")\n\tflag.Parse()\n\
         \tvar err error\n\tcfg := v1.Project{{}}\n\toptions := ctrl.Options{{LeaderElectionID: \"op.example.test\"}}\n{statements}\n\
         \tif err != nil {{\n\t\tos.Exit(1)\n\t}}\n\t_ = cfg\n\tctrl.NewManager(ctrl.GetConfigOrDie(), options)\n}}\n"
    );
    let types = "package v1\n\nimport (\n\tmetav1 \"k8s.io/apimachinery/pkg/apis/meta/v1\"\n\tcfg \"sigs.k8s.io/controller-runtime/pkg/config/v1alpha1\"\n)\n\n\
                 type Project struct {\n\tmetav1.TypeMeta `json:\",inline\"`\n\tcfg.ControllerManagerConfigurationSpec `json:\",inline\"`\n\tLimit int `json:\"limit\"`\n}\n";
    elector(&[("main.go", &main), ("v1/types.go", types)])
}

#[test]
fn the_loader_of_controller_runtime_fills_what_is_zero() {
    let stanza = [
        ("leaderElection", "{}"),
        ("leaderElection.leaderElect", "true"),
        ("leaderElection.leaseDuration", "40s"),
        ("leaderElection.resourceName", "other"),
        ("leaderElection.resourceNamespace", "ops"),
    ];
    for loader in [
        "\tif path != \"\" {\n\t\toptions, err = options.AndFrom(ctrl.ConfigFile().AtPath(path).OfKind(&cfg))\n\t}",
        "\tif path != \"\" {\n\t\toptions = options.AndFromOrDie(ctrl.ConfigFile().AtPath(path))\n\t}",
    ] {
        let one = loads(loader);
        assert_eq!(
            facts(&one, &with(&[FILE], &stanza)),
            "true 40s 10s op.example.test ops",
            "{loader}"
        );
        assert_eq!(
            facts(&one, &with(&[FILE], &[("leaderElection", "{}")])),
            "false 15s 10s op.example.test <PodNamespace>",
            "{loader}"
        );
        assert_eq!(shown(&one.enable, &with(&[], &stanza)), "false", "{loader}");
    }
}
