//! Kustomizations, built by the real kustomize and judged where they are written.

use std::path::Path;

use serde_json::{Value, json};

use super::charts::{list, listing, renderers, run_with};
use super::not_tested::not_tested;
use super::workspace::{ERROR, Workspace, finish, sound};

const PATCH: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: warden
  namespace: ops
spec:
  template:
    spec:
      containers:
        - name: manager
          args:
            - --leader-elect
            - --leader-elect-lease-duration=9s
            - --leader-elect-renew-deadline=10s
            - --leader-elect-resource-name=warden
            - --leader-elect-resource-namespace=ops
";

/// A base with overlays, each a name and the rest of its kustomization.
fn tree(base: &str, overlays: &[(&str, &str)]) -> Workspace {
    let workspace = Workspace::with("base/all.yaml", base)
        .and("base/kustomization.yaml", "resources: [all.yaml]\n");
    for (name, rest) in overlays {
        let text = format!("resources: [../../base]\n{rest}");
        workspace.write(
            &format!("overlays/{name}/kustomization.yaml"),
            text.as_bytes(),
        );
    }
    workspace
}

fn lint(path: &Path, workspace: &Workspace) -> Value {
    run_with(path, workspace, &["lint", "--format", "json"]).json()
}

fn place(finding: &Value) -> String {
    let location = &finding["location"];
    let file = location["file"].as_str().expect("a name");
    format!("{file}:{}:{}", location["line"], location["column"])
}

#[test]
fn what_a_patch_says_stands_in_the_patch() {
    let Some(path) = renderers() else { return };
    let workspace = tree(
        &sound(),
        &[(
            "prod",
            "namePrefix: my-\nnamespace: prod\npatches: [{path: args.yaml}]\n",
        )],
    )
    .and("overlays/prod/args.yaml", PATCH);
    let report = lint(&path, &workspace);
    assert_eq!(report["unread"], json!([]));
    assert_eq!(report["summary"]["electors"], 1);
    let finding = list(&report, "findings")
        .iter()
        .find(|finding| finding["rule"] == "lease-not-above-renew")
        .expect("the patch is wrong");
    assert_eq!(place(finding), "overlays/prod/args.yaml:13:15");
    assert_eq!(finding["location"]["rendered"]["by"], "kustomize build");
    assert_eq!(finding["location"]["rendered"]["release"], "overlays/prod");
    assert_eq!(finding["object"]["name"], "my-warden");
}

#[test]
fn what_the_base_says_stands_in_the_base_and_is_said_once() {
    let Some(path) = renderers() else { return };
    let overlays = [("one", "namespace: one\n"), ("two", "namespace: two\n")];
    let report = lint(&path, &tree(ERROR, &overlays));
    let wrong: Vec<&Value> = list(&report, "findings")
        .iter()
        .filter(|finding| finding["rule"] == "lease-not-above-renew")
        .collect();
    let [finding] = wrong.as_slice() else {
        panic!("one finding: {report}");
    };
    assert_eq!(place(finding), "base/all.yaml:20:15");
    let help = finding["help"].as_str().expect("a text");
    assert!(!help.contains("it holds for"), "{help}");

    let overlays = [
        ("one", "replicas: [{name: warden, count: 1}]\n"),
        ("two", ""),
    ];
    let report = lint(&path, &tree(&sound(), &overlays));
    let [finding] = list(&report, "findings") else {
        panic!("one finding: {report}");
    };
    assert_eq!(finding["rule"], "single-replica");
    assert_eq!(place(finding), "overlays/one/kustomization.yaml:2:34");
}

#[test]
fn what_holds_in_one_of_two_builds_names_it() {
    let Some(path) = renderers() else { return };
    let overlays = [("one", ""), ("two", "patches: [{path: args.yaml}]\n")];
    let sound = PATCH.replace("=9s", "=15s");
    let workspace = tree(ERROR, &overlays).and("overlays/two/args.yaml", &sound);
    let report = lint(&path, &workspace);
    let [finding] = list(&report, "findings") else {
        panic!("one finding: {report}");
    };
    assert_eq!(place(finding), "base/all.yaml:20:15");
    let help = finding["help"].as_str().expect("a text");
    let words = "Of all that is rendered from this file it holds for `overlays/one`.";
    assert!(help.ends_with(words), "{help}");
}

#[test]
fn a_folder_may_be_named_in_any_way() {
    let Some(path) = renderers() else { return };
    let workspace = tree(ERROR, &[("one", "namespace: ops\n")]);
    for folders in [
        &["./base"][..],
        &["overlays/../base"],
        &["./base", "./overlays"],
        &["overlays", "./base"],
    ] {
        let arguments = [&["lint", "--format", "json"], folders].concat();
        let report = run_with(&path, &workspace, &arguments).json();
        assert_eq!(report["summary"]["electors"], 1, "{folders:?}");
        let [finding] = list(&report, "findings") else {
            panic!("one finding of {folders:?}: {report}");
        };
        let file = finding["location"]["file"].as_str().expect("a name");
        assert!(file.ends_with("base/all.yaml"), "{file}");
    }
}

#[test]
fn a_kustomization_without_an_extension_is_built_where_it_is_named() {
    let Some(path) = renderers() else { return };
    let workspace = Workspace::with("app/all.yaml", ERROR).and(
        "app/Kustomization",
        "namePrefix: my-\nresources: [all.yaml]\n",
    );
    let arguments = ["lint", "--format", "json", "app/Kustomization"];
    let report = run_with(&path, &workspace, &arguments).json();
    let [finding] = list(&report, "findings") else {
        panic!("one finding: {report}");
    };
    assert_eq!(finding["object"]["name"], "my-warden");
    assert_eq!(finding["location"]["file"], "app/all.yaml");
}

#[cfg(feature = "git")]
#[test]
fn kustomizations_of_revisions_are_built_from_their_own_files() {
    let Some(path) = renderers() else { return };
    let Some(repository) = super::revisions::Repository::new() else {
        return;
    };
    let base = sound();
    let kustomization = |rest: &str| format!("resources: [../base]\n{rest}");
    let (sound_prod, wrong_prod) = (
        kustomization(""),
        kustomization("patches: [{path: args.yaml}]\n"),
    );
    let files = |prod| {
        [
            ("base/all.yaml", base.as_str()),
            ("base/kustomization.yaml", "resources: [all.yaml]\n"),
            ("prod/kustomization.yaml", prod),
            ("prod/args.yaml", PATCH),
        ]
    };
    repository.commit(&files(&sound_prod), "v1");
    repository.commit(&files(&wrong_prod), "v2");
    let places = |arguments: &[&str]| -> Vec<String> {
        let arguments = [&["diff", "--format", "json"], arguments].concat();
        let report = run_with(&path, &repository.0, &arguments).json();
        assert_eq!(report["unread"], json!([]), "{arguments:?}");
        let findings = list(&report, "findings").iter();
        let wrong = findings.filter(|one| one["rule"] == "lease-not-above-renew");
        wrong.map(place).collect()
    };
    assert_eq!(places(&["v1", "v2"]), ["v2:prod/args.yaml:13:15"]);
    assert_eq!(places(&["v1", "."]), ["prod/args.yaml:13:15"]);
    // The base lies outside of what is compared.
    assert_eq!(places(&["v1", "prod"]), ["prod/args.yaml:13:15"]);
    assert_eq!(places(&["v1:prod", "v2:prod"]), ["v2:prod/args.yaml:13:15"]);
    assert_eq!(places(&["v2", "."]), [""; 0]);
}

#[test]
fn a_comment_in_the_base_holds_for_what_is_built_of_it() {
    let Some(path) = renderers() else { return };
    let line = "- --leader-elect-lease-duration=10s";
    let ignored = ERROR.replace(
        line,
        &format!("{line} # leaselint: ignore[lease-not-above-renew] known"),
    );
    let run = run_with(
        &path,
        &tree(&ignored, &[("one", "namespace: ops\n")]),
        &["lint"],
    );
    assert_eq!(run.status, 0, "{}", run.stdout);
    let whole = format!("# leaselint: ignore[lease-not-above-renew] known\n{ERROR}");
    let run = run_with(
        &path,
        &tree(&whole, &[("one", "namespace: ops\n")]),
        &["lint"],
    );
    assert_eq!(run.status, 0, "{}", run.stdout);
}

#[test]
fn what_comes_from_elsewhere_is_named_and_not_fetched() {
    let Some(path) = renderers() else { return };
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("it does not wait");
    let address = listener.local_addr().expect("an address");
    for rest in [
        format!("components: ['http://{address}/x']\n"),
        format!("patches: [{{path: 'http://{address}/x.yaml'}}]\n"),
        format!("configMapGenerator: [{{name: x, files: ['http://{address}/x']}}]\n"),
        "transformers: [t.yaml]\n".to_owned(),
        "transformers: [folder]\n".to_owned(),
        format!(
            "transformers:\n  - |-\n    apiVersion: builtin\n    kind: PatchTransformer\n    metadata: {{name: x}}\n    path: http://{address}/x.yaml\n"
        ),
    ] {
        let workspace = tree(&sound(), &[("one", &rest)]);
        let transformer = format!(
            "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {{name: x}}\npath: http://{address}/x.yaml\n"
        );
        workspace.write("overlays/one/t.yaml", transformer.as_bytes());
        let folder = format!("resources: ['http://{address}/x.yaml']\n");
        workspace.write("overlays/one/folder/kustomization.yaml", folder.as_bytes());
        let before = listing(workspace.path());
        let run = run_with(&path, &workspace, &["lint"]);
        assert_eq!(run.status, 3, "{rest}{}", run.stdout);
        assert!(run.stdout.contains("nothing is fetched"), "{}", run.stdout);
        assert_eq!(listing(workspace.path()), before);
    }
    assert!(listener.accept().is_err(), "nobody connects");
}

#[test]
fn without_a_program_or_with_a_failure_it_is_one_entry() {
    let workspace = tree(&sound(), &[("one", "")]);
    let nowhere = workspace.path().join("nowhere");
    let run = run_with(&nowhere, &workspace, &["lint"]);
    assert_eq!(run.status, 3, "{}", run.stdout);
    let words = "not read[not-rendered]: overlays/one/kustomization.yaml:1:1: the kustomization is not built: neither `kustomize` nor `kubectl` is on PATH";
    assert_eq!(run.stdout.matches(words).count(), 1, "{}", run.stdout);
    let run = run_with(&nowhere, &workspace, &["lint", "--render", "never"]);
    assert_eq!(run.status, 0, "{}", run.stdout);

    let Some(path) = renderers() else { return };
    let workspace = tree(&sound(), &[("one", "patches: [{path: none.yaml}]\n")]);
    let run = run_with(&path, &workspace, &["lint"]);
    assert_eq!(run.status, 3, "{}", run.stdout);
    assert!(run.stdout.contains("kustomize fails:"), "{}", run.stdout);
    assert!(run.stdout.contains("none.yaml"), "{}", run.stdout);
}

#[test]
#[allow(clippy::print_stderr)] // for who runs it alone
fn kustomizations_of_the_corpus_are_judged_in_place_as_what_kustomize_prints() {
    let Some(path) = renderers() else { return };
    let Some(corpus) = std::env::var_os("LEASELINT_CORPUS") else {
        not_tested("the kustomizations of the corpus (LEASELINT_CORPUS names its folder)");
        return;
    };
    let workspace = Workspace::new();
    let (mut all, mut traced, mut built) = (0, 0, 0);
    for (file, _) in listing(Path::new(&corpus)) {
        let Some(folder) = file
            .parent()
            .filter(|_| file.ends_with("kustomization.yaml"))
        else {
            continue;
        };
        let output = std::process::Command::new(path.join("kustomize"))
            .arg("build")
            .arg(folder)
            .output()
            .expect("kustomize runs");
        if !output.status.success() {
            continue;
        }
        built += 1;
        let name = folder.strip_prefix(&corpus).expect("below");
        let name = name.to_str().expect("UTF-8");
        let mut command = workspace.command(&["lint", "--format", "json", name]);
        // Bases may lie anywhere in it.
        command.current_dir(&corpus).env("PATH", &path);
        let report = finish(command).json();
        let mut command = workspace.command(&["lint", "--format", "json", "-"]);
        command.write_stdin(output.stdout);
        let expected = finish(command).json();
        let key = |finding: &Value| {
            let parts = ["rule", "severity", "message", "object", "container"];
            parts.map(|part| finding[part].to_string()).join(" ")
        };
        let mut expected: Vec<String> = list(&expected, "findings").iter().map(key).collect();
        let own = list(&report, "findings").iter();
        let own: Vec<&Value> = own
            .filter(|finding| !finding["location"]["rendered"].is_null())
            .collect();
        let mut found: Vec<String> = own.iter().map(|finding| key(finding)).collect();
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "{name}");
        all += own.len();
        let is_traced = |finding: &&&Value| finding["location"]["rendered"]["traced"] == true;
        traced += own.iter().filter(is_traced).count();
    }
    eprintln!(
        "{built} kustomizations built, {traced} of {all} findings in the files that people edit"
    );
    assert!(built > 0 && traced * 100 >= all * 95, "{traced} of {all}");
}
