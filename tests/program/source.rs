//! Programs that are judged by the Go source beside their manifests.

use serde_json::{Value, json};

use super::workspace::Workspace;

const MAIN: &str = include_str!("../../examples/operator/cmd/quota-warden/main.go");
const GO_MOD: &str = include_str!("../../examples/operator/go.mod");
const DOCKERFILE: &str = include_str!("../../examples/operator/Dockerfile");
const MANIFEST: &str = include_str!("../../examples/operator/config/manager.yaml");

/// A program of client-go that takes its name from the pod and ends when its lease is lost.
const CLIENT_GO: &str = r#"package main

import (
	"context"
	"os"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
)

func main() {
	config, err := rest.InClusterConfig()
	if err != nil {
		panic(err)
	}
	client := kubernetes.NewForConfigOrDie(config)
	lock := &resourcelock.LeaseLock{
		LeaseMeta:  metav1.ObjectMeta{Name: "quota-warden", Namespace: "quotas"},
		Client:     client.CoordinationV1(),
		LockConfig: resourcelock.ResourceLockConfig{Identity: os.Getenv("POD_NAME")},
	}
	leaderelection.RunOrDie(context.Background(), leaderelection.LeaderElectionConfig{
		Lock:          lock,
		LeaseDuration: 15 * time.Second,
		RenewDeadline: 10 * time.Second,
		RetryPeriod:   2 * time.Second,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(ctx context.Context) { <-ctx.Done() },
			OnStoppedLeading: func() { os.Exit(0) },
		},
	})
}
"#;

/// A repository: its manifest, its program and how that is built.
fn repository(main: &str, manifest: &str) -> Workspace {
    Workspace::with("config/manager.yaml", manifest)
        .and("cmd/quota-warden/main.go", main)
        .and("go.mod", GO_MOD)
        .and("Dockerfile", DOCKERFILE)
}

fn electors(workspace: &Workspace, arguments: &[&str]) -> Vec<Value> {
    let run = workspace.run(&[&["inspect", "--format", "json"], arguments].concat());
    let report = run.json();
    report["electors"].as_array().expect("electors").clone()
}

fn seconds(elector: &Value) -> [&Value; 3] {
    let timing = &elector["timing"];
    ["leaseDuration", "renewDeadline", "retryPeriod"].map(|name| &timing[name]["seconds"])
}

#[test]
fn settings_come_from_the_code_with_their_places() {
    let all = electors(&repository(MAIN, MANIFEST), &["."]);
    assert_eq!(all.len(), 1);
    let elector = &all[0];
    assert_eq!(elector["program"], "quota-warden");
    assert_eq!(elector["certainty"], "read");
    assert_eq!(elector["library"], "controller-runtime");
    assert_eq!(elector["libraryVersion"], "v0.22.1");
    assert_eq!(elector["releases"], false);
    assert_eq!(elector["election"]["state"], "on");
    assert_eq!(elector["election"]["source"]["kind"], "flag");
    assert_eq!(
        elector["timing"]["leaseDuration"],
        json!({"seconds": 15.0, "source": {
            "kind": "code", "file": "cmd/quota-warden/main.go", "line": 14, "column": 18,
            "text": "leaseDuration = 15 * time.Second", "setBy": null,
        }})
    );
    assert_eq!(seconds(elector), [&json!(15.0), &json!(10.0), &json!(5.0)]);
    assert_eq!(elector["lock"]["name"], "quota-warden");
    assert_eq!(elector["lock"]["namespace"], "quotas");
    assert_eq!(elector["lock"]["type"], "leases");
    assert_eq!(elector["identity"]["kind"], "hostname-uuid");
}

#[test]
fn a_change_of_the_code_changes_the_answer() {
    let one = |from: &str, to: &str| {
        let main = MAIN.replace(from, to);
        assert_ne!(main, MAIN, "{from}");
        electors(&repository(&main, MANIFEST), &["."]).remove(0)
    };
    let timing = one("15 * time.Second", "time.Minute");
    assert_eq!(seconds(&timing)[0], &json!(60.0));
    let deadline = one("pointer(renewDeadline)", "pointer(leaseDuration / 2)");
    assert_eq!(seconds(&deadline)[1], &json!(7.5));
    let name = one(r#""quota-warden","#, r#""other","#);
    assert_eq!(name["lock"]["name"], "other");
    let namespace = one(r#"os.Getenv("POD_NAMESPACE")"#, r#""kube-system""#);
    assert_eq!(namespace["lock"]["namespace"], "kube-system");
    let own = one(
        "\t\tLeaderElectionNamespace: os.Getenv(\"POD_NAMESPACE\"),\n",
        "",
    );
    assert_eq!(own["lock"]["namespace"], "quotas");
    let always = one("elect,", "true,");
    assert_eq!(always["election"]["source"]["kind"], "code");
    let release = one(
        "LeaderElection:          elect,",
        "LeaderElection: elect,\n\t\tLeaderElectionReleaseOnCancel: true,",
    );
    assert_eq!(release["releases"], true);
    let unknown = one("15 * time.Second", "15 * time.Duration(len(os.Args))");
    assert_eq!(seconds(&unknown)[0], &Value::Null);
}

#[test]
fn the_flags_of_the_container_decide() {
    let off = MANIFEST.replace("--leader-elect", "--leader-elect=false");
    let elector = electors(&repository(MAIN, &off), &["."]).remove(0);
    assert_eq!(elector["election"]["state"], "off");
    let without = MANIFEST.replace("          args: [--leader-elect]\n", "");
    let elector = electors(&repository(MAIN, &without), &["."]).remove(0);
    assert_eq!(elector["election"]["state"], "off");
    let source = &elector["election"]["source"];
    assert_eq!(
        (&source["kind"], &source["line"]),
        (&json!("code"), &json!(21))
    );
}

#[test]
fn findings_point_into_the_code() {
    let run = repository(MAIN, MANIFEST).run(&["lint", "--format", "json", "."]);
    let report = run.json();
    let findings = report["findings"].as_array().expect("findings");
    let at = |rule: &str| {
        let found = findings.iter().find(|finding| finding["rule"] == rule);
        let location = &found.expect(rule)["location"];
        format!(
            "{}:{}",
            location["file"].as_str().expect("a file"),
            location["line"]
        )
    };
    assert_eq!(at("two-leader-window"), "cmd/quota-warden/main.go:14");
    assert_eq!(at("few-renew-attempts"), "cmd/quota-warden/main.go:15");
    assert_eq!(run.status, 1);
}

#[test]
fn source_is_read_of_folders_alone_and_can_be_left_out() {
    let workspace = repository(MAIN, MANIFEST);
    for arguments in [&["--no-source", "."] as &[&str], &["config/manager.yaml"]] {
        let elector = electors(&workspace, arguments).remove(0);
        assert_eq!(elector["certainty"], "assumed", "{arguments:?}");
        assert_eq!(elector["lock"]["name"], Value::Null, "{arguments:?}");
    }
}

#[test]
fn a_program_of_client_go_is_known_whole() {
    let pod_name = "            - name: POD_NAME\n              valueFrom: {fieldRef: {fieldPath: metadata.name}}\n";
    let manifest =
        format!("{MANIFEST}{pod_name}").replace("          args: [--leader-elect]\n", "");
    let workspace = repository(CLIENT_GO, &manifest);
    let elector = electors(&workspace, &["."]).remove(0);
    assert_eq!(elector["election"]["state"], "on");
    assert_eq!(elector["library"], "client-go");
    assert_eq!(elector["libraryVersion"], "v0.34.1");
    assert_eq!(
        elector["identity"],
        json!({"kind": "pod-name-env", "env": "POD_NAME", "unique": true})
    );
    assert_eq!(seconds(&elector), [&json!(15.0), &json!(10.0), &json!(2.0)]);
    assert_eq!(elector["lock"]["name"], "quota-warden");
    assert_eq!(elector["releases"], false);
    let run = workspace.run(&["lint", "."]);
    assert_eq!(run.status, 0, "{}", run.stdout);
}

#[test]
fn a_program_that_never_elects_is_no_elector_whatever_it_is_called() {
    let main = "package main\n\nimport \"net/http\"\n\nfunc main() { http.ListenAndServe(\":80\", nil) }\n";
    // Of a listed program's name, and with a second program that elects.
    let manifest = MANIFEST
        .replace(
            "quotas/quota-warden:v1.4.0",
            "jetstack/cert-manager-controller:v1.18.0",
        )
        .replace(
            "          args: [--leader-elect]\n",
            "          command: [/cert-manager-controller]\n",
        );
    let dockerfile = DOCKERFILE.replace("quota-warden", "cert-manager-controller");
    let workspace = Workspace::with("config/manager.yaml", &manifest)
        .and("go.mod", GO_MOD)
        .and("Dockerfile", &dockerfile)
        .and("cmd/cert-manager-controller/main.go", main)
        .and("cmd/other/main.go", MAIN);
    assert_eq!(electors(&workspace, &["."]), Vec::<Value>::new());
    assert_eq!(electors(&workspace, &["--no-source", "."]).len(), 1);
}

#[test]
fn two_programs_that_fit_equally_are_none() {
    let manifest = MANIFEST.replace("quotas/quota-warden", "example/controller");
    let workspace = Workspace::with("config/manager.yaml", &manifest)
        .and("go.mod", GO_MOD)
        .and("cmd/one/main.go", MAIN)
        .and(
            "cmd/two/main.go",
            &MAIN.replace("5 * time.Second", "time.Second"),
        );
    let elector = electors(&workspace, &["."]).remove(0);
    assert_eq!(elector["certainty"], "assumed");
}

#[test]
fn a_manifest_of_another_version_is_not_judged_by_the_source_as_it_is_now() {
    let manifest = MANIFEST.replace("--leader-elect", "--enable-leader-election");
    let elector = electors(&repository(MAIN, &manifest), &["."]).remove(0);
    assert_eq!(elector["certainty"], "assumed");
    assert_eq!(elector["election"]["state"], "on");
}

#[test]
fn an_election_that_the_code_switches_off_is_none() {
    let main = MAIN.replace("elect,", "false,");
    let all = electors(&repository(&main, MANIFEST), &["."]);
    assert_eq!(all, Vec::<Value>::new());
}

#[test]
fn the_commands_of_one_program_have_elections_of_their_own() {
    let main = r#"package main

import (
	"github.com/spf13/cobra"
	ctrl "sigs.k8s.io/controller-runtime"
)

func main() {
	root := &cobra.Command{Use: "quota-warden"}
	root.AddCommand(&cobra.Command{Use: "work", Run: func(*cobra.Command, []string) {
		ctrl.NewManager(nil, ctrl.Options{LeaderElection: true, LeaderElectionID: "work"})
	}})
	root.AddCommand(&cobra.Command{Use: "serve", Run: func(*cobra.Command, []string) {
		ctrl.NewManager(nil, ctrl.Options{})
	}})
	root.Execute()
}
"#;
    let with = |command: &str| MANIFEST.replace("[--leader-elect]", &format!("[{command}]"));
    let elector = electors(&repository(main, &with("work")), &["."]).remove(0);
    assert_eq!(elector["lock"]["name"], "work");
    assert_eq!(elector["program"], "quota-warden-work");
    let all = electors(&repository(main, &with("serve")), &["."]);
    assert_eq!(all, Vec::<Value>::new());
}

#[test]
fn the_value_of_a_flag_before_a_command_is_no_command() {
    let main = r#"package main

import (
	"github.com/spf13/cobra"
	ctrl "sigs.k8s.io/controller-runtime"
)

func main() {
	root := &cobra.Command{Use: "quota-warden"}
	level := root.PersistentFlags().String("log-level", "info", "")
	_ = level
	root.AddCommand(&cobra.Command{Use: "work", Run: func(*cobra.Command, []string) {
		mgr, _ := ctrl.NewManager(ctrl.GetConfigOrDie(), ctrl.Options{LeaderElection: true, LeaderElectionID: "w"})
		mgr.Start(ctrl.SetupSignalHandler())
	}})
	root.Execute()
}
"#;
    let states = |arguments: &str| {
        let manifest = MANIFEST.replace("args: [--leader-elect]", &format!("args: [{arguments}]"));
        assert_ne!(manifest, MANIFEST, "the example's arguments are replaced");
        let electors = electors(&repository(main, &manifest), &[]);
        electors
            .iter()
            .map(|elector| elector["election"]["state"].as_str().map(str::to_owned))
            .collect::<Vec<_>>()
    };
    let on = [Some("on".to_owned())];
    assert_eq!(states("work"), on);
    assert_eq!(states("--log-level, debug, work"), on);
    assert_eq!(states("--log-level=debug, work"), on);
    // Another command does not elect.
    assert_eq!(states("--log-level, debug, other"), []);
}

#[test]
fn an_image_of_another_repository_is_not_tied_by_its_name() {
    let manifest = MANIFEST.replace("quotas/quota-warden:", "elsewhere/controller:");
    let workspace = Workspace::with("config/manager.yaml", &manifest)
        .and("go.mod", GO_MOD)
        .and("cmd/controller/main.go", MAIN);
    let elector = electors(&workspace, &["."]).remove(0);
    assert_eq!(elector["certainty"], "assumed");
}

#[test]
fn an_exported_dialect_gives_the_same_answers_without_the_source() {
    let environment = MAIN.replace(
        r#"LeaderElectionID:        "quota-warden""#,
        r#"LeaderElectionID:        os.Getenv("LOCK_NAME")"#,
    );
    let seconds_flag = MAIN
        .replace(
            "flag.Parse()",
            "retry := flag.Int(\"retry\", 3, \"\")\n\tflag.Parse()",
        )
        .replace(
            "pointer(retryPeriod)",
            "pointer(time.Duration(*retry) * time.Second)",
        );
    let lock_name = "            - {name: LOCK_NAME, value: by-variable}\n";
    let retry = MANIFEST.replace("[--leader-elect]", "[--leader-elect, --retry=4]");
    let pod_name = "            - name: POD_NAME\n              valueFrom: {fieldRef: {fieldPath: metadata.name}}\n";
    for (main, manifest) in [
        (MAIN, MANIFEST),
        (&environment, &format!("{MANIFEST}{lock_name}")),
        (&seconds_flag, &retry),
        (
            CLIENT_GO,
            &format!("{MANIFEST}{pod_name}").replace("          args: [--leader-elect]\n", ""),
        ),
    ] {
        let with_source = repository(main, manifest);
        let exported = with_source.run(&["export", "dialect", "."]);
        assert_eq!(exported.status, 0, "{}", exported.stderr);
        let alone = Workspace::with("config/manager.yaml", manifest)
            .and(".leaselint.yaml", &exported.stdout);
        assert_same_answers(&with_source, &alone, &exported.stdout);
    }
}

/// An exported entry gives the same answers in `alone` as the source in `with_source` does.
pub(super) fn assert_same_answers(with_source: &Workspace, alone: &Workspace, entry: &str) {
    let (read, listed) = (electors(with_source, &["."]), electors(alone, &["."]));
    assert_eq!((read.len(), listed.len()), (1, 1), "{entry}");
    assert_eq!(read[0]["certainty"], "read", "{entry}");
    assert_eq!(listed[0]["certainty"], "listed", "{entry}");
    assert_eq!(seconds(&read[0]), seconds(&listed[0]), "{entry}");
    for pointer in [
        "/program",
        "/library",
        "/releases",
        "/election/state",
        "/lock/type",
        "/lock/name",
        "/lock/namespace",
        "/identity",
    ] {
        let (one, other) = (read[0].pointer(pointer), listed[0].pointer(pointer));
        assert_eq!(one, other, "{pointer}\n{entry}");
    }
}

#[test]
fn verbose_says_what_was_read_of_source() {
    let workspace = repository(MAIN, MANIFEST)
        .and("cmd/helper/main.go", "package main\n\nfunc main() {}\n")
        .and(
            "cmd/odd/main.go",
            "package main\n\nimport \"k8s.io/client-go/tools/leaderelection\"\n\nvar _ leaderelection.LeaderElector\n\nfunc main() {}\n",
        );
    for command in ["lint", "inspect"] {
        let stderr = workspace.run(&[command, "-v", "."]).stderr;
        let wanted = "3 programs; with an elector: cmd/quota-warden; without one: ";
        assert!(stderr.contains(wanted), "{stderr}");
        assert!(stderr.contains("tests, generated files"), "{stderr}");
        let quiet = workspace.run(&[command, "."]).stderr;
        assert!(!quiet.contains("Go source"), "{quiet}");
    }
}

#[test]
fn verbose_names_the_files_of_source_that_are_too_large() {
    let large = format!("package large\n\n// {}\n", "x".repeat(20_000));
    let workspace = repository(MAIN, MANIFEST)
        .and("large/large.go", &large)
        .and(".leaselint.yaml", "limits: {largestFile: 16 KiB}\n");
    let stderr = workspace.run(&["lint", "-v", "."]).stderr;
    let wanted = "could not be read or too large: large/large.go";
    assert!(stderr.contains(wanted), "{stderr}");
}

#[test]
fn the_number_of_threads_does_not_show() {
    let mut workspace = repository(MAIN, MANIFEST);
    for at in 0..30 {
        let main = CLIENT_GO.replace("quota-warden", &format!("warden-{at}"));
        workspace = workspace.and(&format!("cmd/warden-{at}/main.go"), &main);
        let manifest = MANIFEST.replace("quota-warden", &format!("warden-{at}"));
        workspace = workspace.and(&format!("config/warden-{at}.yaml"), &manifest);
    }
    for command in ["lint", "inspect"] {
        let run = |jobs: &str| workspace.run(&[command, "--format", "json", jobs]).stdout;
        let one = run("-j1");
        assert_eq!(command == "inspect", one.contains("warden-29"), "{one}");
        assert_eq!(run("-j2"), one);
        assert_eq!(run("-j4"), one);
    }
}

#[test]
fn a_line_of_code_is_one_finding_for_all_workloads_that_run_it() {
    let manifest = MANIFEST.replace("          args: [--leader-elect]\n", "");
    let elsewhere = manifest.replace("namespace: quotas", "namespace: others");
    let workspace = repository(CLIENT_GO, &manifest).and("config/others.yaml", &elsewhere);
    assert_eq!(electors(&workspace, &["."]).len(), 2);
    let run = workspace.run(&["lint", "--select", "code", "--format", "json"]);
    let report = run.json();
    let findings = report["findings"].as_array().expect("findings").iter();
    let rules: Vec<_> = findings.map(|one| &one["rule"]).collect();
    assert_eq!(rules, ["no-client-timeout"], "{report}");
}
