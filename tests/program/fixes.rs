//! `--fix`, `--unsafe-fixes` and `--diff`: what is written, what is not, and what is said of it.

use std::fs;

use super::workspace::{ERROR, ProgramRun, Workspace, sound, warning};

fn read(workspace: &Workspace, name: &str) -> String {
    fs::read_to_string(workspace.path().join(name)).expect("it is there")
}

/// A workload with a key given twice, which a safe fix mends, and one replica, which an unsafe one mends.
fn both_kinds() -> String {
    let twice =
        "  replicas: 1 # at the edge\n  revisionHistoryLimit: 3\n  revisionHistoryLimit: 2\n";
    sound().replace("  replicas: 2\n", twice)
}

fn fix(workspace: &Workspace, arguments: &[&str]) -> ProgramRun {
    workspace.run(&[&["lint", "--fix"], arguments].concat())
}

#[test]
fn safe_fixes_alone_are_applied_unless_others_are_asked_for() {
    let workspace = Workspace::with("a.yaml", &both_kinds());
    let run = fix(&workspace, &["--format", "json"]);
    assert_eq!(
        (run.status, run.stderr.as_str()),
        (1, "fixed 1 finding in 1 file\n")
    );
    assert_eq!(run.json()["findings"][0]["rule"], "single-replica");
    let once = both_kinds().replace("  revisionHistoryLimit: 3\n", "");
    assert_eq!(read(&workspace, "a.yaml"), once);

    let run = fix(&workspace, &["--unsafe-fixes"]);
    assert_eq!(
        (run.status, run.stderr.as_str()),
        (0, "fixed 1 finding in 1 file\n")
    );
    assert_eq!(
        read(&workspace, "a.yaml"),
        once.replace("replicas: 1 #", "replicas: 2 #")
    );
}

#[test]
fn a_diff_changes_nothing() {
    let workspace = Workspace::with("deploy/a.yaml", &both_kinds());
    let run = workspace.run(&["lint", "--diff", "--unsafe-fixes"]);
    assert_eq!(run.stderr, "would fix 2 findings in 1 file\n");
    assert_eq!(
        run.stdout,
        "--- a/deploy/a.yaml\n+++ b/deploy/a.yaml\n@@ -4,8 +4,7 @@\n   name: warden\n   namespace: ops\n spec:\n\
         -  replicas: 1 # at the edge\n-  revisionHistoryLimit: 3\n+  replicas: 2 # at the edge\n\
         \u{20}  revisionHistoryLimit: 2\n   selector: {matchLabels: {app: warden}}\n   template:\n"
    );
    // Nothing is mended, so what is found remains.
    assert_eq!(run.status, 1);
    assert_eq!(read(&workspace, "deploy/a.yaml"), both_kinds());
    for arguments in [
        vec!["lint", "--unsafe-fixes"],
        vec!["lint", "--diff", "--format", "json"],
        vec!["lint", "--fix", "-"],
        vec!["diff", ".", ".", "--fix"],
    ] {
        assert_eq!(workspace.run(&arguments).status, 2, "{arguments:?}");
    }
}

#[test]
fn line_ends_marks_and_comments_stay() {
    let text = format!("\u{feff}# first\r\n{}", both_kinds().replace('\n', "\r\n"));
    let workspace = Workspace::with("a.yaml", &text);
    assert_eq!(fix(&workspace, &["--unsafe-fixes"]).status, 0);
    let expected = text
        .replace("  revisionHistoryLimit: 3\r\n", "")
        .replace("replicas: 1 #", "replicas: 2 #");
    assert_eq!(read(&workspace, "a.yaml"), expected);
}

#[test]
fn flow_style_and_anchors_are_edited_in_place() {
    let flow = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: warden}, spec: {replicas: &n 1, \
                selector: {matchLabels: {app: warden}}, template: {metadata: {labels: {app: warden}}, spec: {containers: [{name: \
                manager, image: 'registry.example/ops/warden:v1', args: [--leader-elect, \"true\", --leader-election-id=warden]}]}}}}\n";
    let workspace = Workspace::with("a.yaml", flow);
    let rules = "detached-boolean,single-replica,standbys-on-one-node";
    let run = fix(&workspace, &["--unsafe-fixes", "--select", rules]);
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
    let expected = flow
        .replace("&n 1", "&n 2")
        .replace("--leader-elect, \"true\"", "--leader-elect=true")
        .replace(
            "--leader-election-id=warden]}]",
            "--leader-election-id=warden]}], topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, \
             whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: warden}}}]",
        );
    assert_eq!(read(&workspace, "a.yaml"), expected);
}

#[test]
fn what_an_alias_stands_for_elsewhere_stays() {
    let text = both_kinds()
        .replace("replicas: 1 ", "replicas: &n 1 ")
        .replace("  revisionHistoryLimit: 3\n", "")
        .replace("revisionHistoryLimit: 2", "revisionHistoryLimit: *n");
    let workspace = Workspace::with("a.yaml", &text);
    let run = fix(&workspace, &["--unsafe-fixes"]);
    assert_eq!(
        (run.status, run.stderr.as_str()),
        (1, "fixed 0 findings in 0 files\n")
    );
    assert!(!run.stdout.contains("a fix"), "{}", run.stdout);
    assert_eq!(read(&workspace, "a.yaml"), text);
}

#[test]
fn a_detached_value_is_joined_where_its_comment_stands() {
    let switch = "- --leader-elect\n";
    let indent = " ".repeat(12);
    let detached = format!("- --leader-elect\n{indent}- \"true\"  # since last summer\n");
    let joined = "- \"--leader-elect=true\"  # since last summer\n";
    assert!(
        sound().contains(&format!("{indent}{switch}")),
        "{}",
        sound()
    );
    let workspace = Workspace::with("a.yaml", &sound().replace(switch, &detached));
    let run = fix(&workspace, &["--unsafe-fixes"]);
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(read(&workspace, "a.yaml"), sound().replace(switch, joined));
}

#[test]
fn several_fixes_of_one_file_and_of_several_files_are_made_at_once() {
    let first = ERROR
        .replace("replicas: 2", "replicas: 1")
        .replace("get, create", "get, post");
    let workspace = Workspace::with("a.yaml", &first).and("b/c.yaml", &warning());
    let run = fix(&workspace, &["--unsafe-fixes"]);
    assert_eq!(
        run.stderr, "fixed 4 findings in 2 files\n",
        "{}",
        run.stdout
    );
    assert_eq!(run.status, 0);
    assert_eq!(read(&workspace, "b/c.yaml"), sound());
    assert_eq!(
        read(&workspace, "a.yaml"),
        ERROR.replace("lease-duration=10s", "lease-duration=14s")
    );
}

#[test]
fn missing_rights_are_granted_where_they_belong() {
    let lacking = sound().replace("verbs: [get, create, update]", "verbs: [get, create]");
    let workspace = Workspace::with("a.yaml", &lacking);
    assert_eq!(fix(&workspace, &["--unsafe-fixes"]).status, 0);
    assert_eq!(read(&workspace, "a.yaml"), sound());
}

#[test]
fn what_is_silenced_is_not_fixed() {
    let ignored = warning().replace(
        "replicas: 1\n",
        "replicas: 1 # leaselint: ignore[single-replica] the edge\n",
    );
    let workspace = Workspace::with("a.yaml", &ignored).and("b.yaml", &warning());
    workspace.run(&["lint", "--write-baseline", "known.txt", "b.yaml"]);
    let run = fix(&workspace, &["--unsafe-fixes", "--baseline", "known.txt"]);
    assert_eq!(
        (run.status, run.stderr.as_str()),
        (0, "fixed 0 findings in 0 files\n")
    );
    assert_eq!(read(&workspace, "a.yaml"), ignored);
}

#[test]
#[cfg(unix)]
fn nothing_outside_the_repository_is_written() {
    let outside = Workspace::with("a.yaml", &warning());
    let workspace = Workspace::new();
    fs::create_dir_all(workspace.path().join("repository/.git")).expect("folders are made");
    let link = workspace.path().join("repository/a.yaml");
    std::os::unix::fs::symlink(outside.path().join("a.yaml"), &link).expect("a link");
    let run = fix(&workspace, &["--unsafe-fixes", "repository/a.yaml"]);
    assert_eq!(run.status, 1);
    assert!(
        run.stderr.contains("the file is not in the repository"),
        "{}",
        run.stderr
    );
    assert_eq!(read(&outside, "a.yaml"), warning());
    // Nor is it counted as one that could be.
    assert!(run.stdout.contains("Found 1 warning"), "{}", run.stdout);
    assert!(!run.stdout.contains("has a fix"), "{}", run.stdout);
}

#[test]
#[cfg(unix)]
fn permissions_stay_and_nothing_is_left_beside_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let workspace = Workspace::with("a.yaml", &warning());
    let path = workspace.path().join("a.yaml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("permissions");
    assert_eq!(fix(&workspace, &["--unsafe-fixes"]).status, 0);
    let mode = fs::metadata(&path)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
    assert_eq!(fs::read_dir(workspace.path()).expect("a folder").count(), 1);
}

#[test]
fn a_cluster_service_version_gets_no_second_object() {
    let version = "\
apiVersion: operators.coreos.com/v1alpha1
kind: ClusterServiceVersion
metadata: {name: warden.v1}
spec:
  install:
    strategy: deployment
    spec:
      clusterPermissions:
        - serviceAccountName: warden
          rules:
            - apiGroups: [\"\"]
              resources: [pods]
              verbs: [get]
      deployments:
        - name: warden
          spec:
            replicas: 2
            selector: {matchLabels: {app: warden}}
            template:
              metadata: {labels: {app: warden}}
              spec:
                serviceAccountName: warden
                containers:
                  - name: manager
                    image: example.com/warden:v1
                    args: [--leader-elect]
";
    let workspace = Workspace::with("warden.yaml", version);
    let missing = ["--select", "lease-access-missing", "--format", "json"];
    let report = workspace.run(&[&["lint"], &missing[..]].concat()).json();
    assert_eq!(report["findings"][0]["rule"], "lease-access-missing");
    assert_eq!(report["findings"][0]["fixes"], serde_json::json!([]));
}

#[test]
fn what_a_fix_uncovers_is_named() {
    // What rests on a lease duration that cannot be read is not judged. Once it can, two warnings stand where one error was.
    let text = sound().replace("retry-period=2s", "retry-period=5s");
    let workspace = Workspace::with("a.yaml", &text.replace("=15s", "=15"));
    let run = fix(&workspace, &["--unsafe-fixes", "--format", "concise"]);
    assert_eq!(read(&workspace, "a.yaml"), text);
    let found = run.stdout.lines().filter(|line| line.contains("warning["));
    let named = found.map(|line| {
        let (place, rest) = line.split_once(": warning[").expect(line);
        let (rule, message) = rest.split_once("]: ").expect(line);
        format!("{place}: {rule} is found, which a mended finding had hidden: {message}\n")
    });
    let named: Vec<String> = named.collect();
    assert_eq!(named.len(), 2, "{}", run.stdout);
    assert_eq!(
        run.stderr,
        format!("{}fixed 1 finding in 1 file\n", named.concat())
    );
}

#[test]
fn what_could_not_be_judged_does_not_hold_a_fix_back() {
    // Behind a word that is no flag some parsers read no more flags, so the durations are not judged until the word is joined.
    let text = ERROR.replace(
        "- --leader-elect\n",
        "- --leader-elect\n            - true\n",
    );
    let workspace = Workspace::with("a.yaml", &text);
    let run = fix(&workspace, &["--format", "concise"]);
    let joined = ERROR.replace("- --leader-elect\n", "- --leader-elect=true\n");
    assert_eq!(read(&workspace, "a.yaml"), joined, "{}", run.stderr);
    let (named, end) = run.stderr.split_once('\n').expect("two lines");
    assert!(
        named.contains("lease-not-above-renew is found, which a mended finding had hidden: "),
        "{named}"
    );
    assert_eq!((run.status, end), (1, "fixed 1 finding in 1 file\n"));
    // Unsafe fixes mend that, too.
    let workspace = Workspace::with("a.yaml", &text);
    let run = fix(&workspace, &["--unsafe-fixes"]);
    assert_eq!(
        (run.status, run.stderr.as_str()),
        (0, "fixed 2 findings in 1 file\n")
    );
}
