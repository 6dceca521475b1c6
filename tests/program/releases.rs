//! Charts with values, releases and capabilities of the command line and of the configuration, and charts that never end.

use serde_json::Value;

use super::charts::{DEPLOYMENT, VALUES, chart, list, renderers, run_with};
use super::workspace::Workspace;

#[test]
fn values_of_the_command_line_are_helms() {
    let Some(path) = renderers() else { return };
    let workspace = chart()
        .and("long.yaml", "election:\n  lease: 30s\n")
        .and("short.yaml", "election:\n  lease: 8s\n");
    let run = run_with(
        &path,
        &workspace,
        &["lint", "--values", "short.yaml", "--values", "long.yaml"],
    );
    assert_eq!(run.status, 0, "{}", run.stdout);
    for one in [
        ["--set", "election.lease=30s"],
        ["--set-json", "election={\"lease\": \"30s\"}"],
    ] {
        let run = run_with(&path, &workspace, &[&["lint"], &one[..]].concat());
        assert_eq!(run.status, 0, "{}", run.stdout);
    }
    let short = ["lint", "--values", "short.yaml", "--format", "json"];
    let report = run_with(&path, &workspace, &short).json();
    let related = list(&list(&report, "findings")[0], "related");
    let is_named = |one: &Value| {
        one["message"] == "set in short.yaml:2 election.lease"
            && one["location"]["file"] == "short.yaml"
    };
    assert!(related.iter().any(is_named), "{related:?}");

    let run = run_with(&path, &workspace, &["lint", "--values", "none.yaml"]);
    assert_eq!(run.status, 2, "{}", run.stdout);
    workspace.write("other/Chart.yaml", b"name: other\n");
    let run = run_with(&path, &workspace, &["lint", "--set", "a=b"]);
    assert_eq!(run.status, 2, "{}", run.stdout);
    assert!(
        run.stderr
            .contains("are for one chart, and the input has 2"),
        "{}",
        run.stderr
    );
}

#[test]
fn capabilities_are_given_to_charts() {
    let Some(path) = renderers() else { return };
    let guarded = DEPLOYMENT.replace(
        "  replicas: {{ .Values.replicas }}\n",
        "  {{- if and (semverCompare \">=1.99\" .Capabilities.KubeVersion.Version) (.Capabilities.APIVersions.Has \"x.io/v1\") }}\n  replicas: 1\n  {{- else }}\n  replicas: 2\n  {{- end }}\n",
    );
    let values = VALUES.replace("lease: 10s", "lease: 15s");
    let workspace = chart()
        .and("charts/warden/values.yaml", &values)
        .and("charts/warden/templates/deployment.yaml", &guarded);
    assert_eq!(run_with(&path, &workspace, &["lint"]).status, 0);
    let run = run_with(
        &path,
        &workspace,
        &[
            "lint",
            "--kube-version",
            "1.99.0",
            "--api-versions",
            "x.io/v1,y.io/v1",
        ],
    );
    assert_eq!(run.status, 1, "{}", run.stdout);
    assert!(run.stdout.contains("single-replica"), "{}", run.stdout);
}

#[test]
fn releases_of_the_configuration_are_judged_and_told_apart() {
    let Some(path) = renderers() else { return };
    let config = "\
render:
  timeout: 60s
  charts:
    - path: charts/warden
      releases:
        - {name: one, namespace: ops, values: [values-short.yaml]}
        - {name: two, set: {election.lease: 20s, replicas: 1}}
        - {name: three, set: {replicas: 0x1}}
";
    let workspace = chart()
        .and(".leaselint.yaml", config)
        .and("charts/warden/values-short.yaml", "election: {lease: 9s}\n");
    let run = run_with(&path, &workspace, &["lint", "--format", "json"]);
    let report = run.json();
    let mut found: Vec<(String, String)> = list(&report, "findings")
        .iter()
        .map(|finding| {
            let help = finding["help"].as_str().expect("a text");
            let releases = help.split("it holds for ").nth(1).unwrap_or("all");
            (
                finding["rule"].as_str().expect("a rule").to_owned(),
                releases.to_owned(),
            )
        })
        .collect();
    found.sort();
    let expected = [
        ("lease-not-above-renew", "`one`."),
        ("lease-not-above-renew", "`three`."),
        ("single-replica", "`two`, `three`."),
    ];
    let expected = expected.map(|(rule, releases)| (rule.to_owned(), releases.to_owned()));
    assert_eq!(found, expected, "{}", run.stdout);

    for (wrong, words) in [
        (
            "render: {helm: ./helm}",
            "a name on PATH or an absolute path",
        ),
        (
            "render: {charts: [{releases: []}]}",
            "a chart needs a `path`",
        ),
        ("render: {timeout: 1}", "must be a duration"),
        (
            "render: {charts: [{path: x, releases: [{name: -x}]}]}",
            "a release needs a `name`",
        ),
    ] {
        let run = chart().and(".leaselint.yaml", wrong).run(&["lint"]);
        assert_eq!(run.status, 2, "{wrong}");
        assert!(run.stderr.contains(words), "{}", run.stderr);
    }
}

#[test]
fn a_release_without_findings_is_one_for_which_they_do_not_hold() {
    let Some(path) = renderers() else { return };
    let config = "\
render:
  charts:
    - path: charts/warden
      releases:
        - {name: one}
        - {name: two, set: {election.lease: 20s}}
";
    let workspace = chart().and(".leaselint.yaml", config);
    let report = run_with(&path, &workspace, &["lint", "--format", "json"]).json();
    let [finding] = list(&report, "findings") else {
        panic!("one finding: {report}");
    };
    let help = finding["help"].as_str().expect("a text");
    let words = "Of all that is rendered from this file it holds for `one`.";
    assert!(help.ends_with(words), "{help}");

    let never = ["lint", "--render", "never", "--format", "json"];
    let report = run_with(&path, &workspace, &never).json();
    assert_eq!(list(&report, "notJudged").len(), 1, "{report}");
}

#[test]
fn values_files_of_the_configuration_lie_in_the_repository() {
    let Some(path) = renderers() else { return };
    let outside = Workspace::with("values.yaml", "election: {lease: 30s}\n");
    let outside = outside.path().join("values.yaml");
    let workspace = chart().and("deploy/values.yaml", "election: {lease: 30s}\n");
    workspace.write(".git/HEAD", b"");
    for (values, status, words) in [
        ("deploy/values.yaml", 0, ""),
        ("/dev/zero", 3, "it leads out of the repository"),
        (
            outside.to_str().expect("UTF-8"),
            3,
            "it leads out of the repository",
        ),
        ("deploy", 3, "the values file deploy"),
    ] {
        let config = format!(
            "render: {{charts: [{{path: charts/warden, releases: [{{name: one, values: ['{values}']}}]}}]}}\n"
        );
        workspace.write(".leaselint.yaml", config.as_bytes());
        let run = run_with(&path, &workspace, &["lint"]);
        assert_eq!(run.status, status, "{values}: {}", run.stdout);
        assert!(run.stdout.contains(words), "{}", run.stdout);
    }
}

#[cfg(unix)]
#[test]
fn the_name_of_a_program_may_hold_dots() {
    let Some(path) = renderers() else { return };
    let workspace = chart().and(".leaselint.yaml", "render: {helm: helm-4.3}\n");
    let folder = Workspace::new();
    std::os::unix::fs::symlink(path.join("helm"), folder.path().join("helm-4.3")).expect("a link");
    let run = run_with(folder.path(), &workspace, &["lint"]);
    assert_eq!(run.status, 1, "{}", run.stdout);
}

#[test]
fn a_chart_that_never_ends_or_prints_too_much_is_stopped() {
    let Some(path) = renderers() else { return };
    let endless =
        "{{- range $i := until 1000000 }}{{- range $j := until 1000000 }}{{- end }}{{- end }}\n";
    let large = "{{- range $i := until 1000 }}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: x{{ $i }}}\ndata: {a: {{ repeat 10000 \"a\" }}}\n{{- end }}\n";
    for (template, seconds, words) in [
        (endless, 3, "helm took longer than 3 s"),
        (large, 60, "helm prints more than 1048576 bytes"),
        // Helm may refuse these before the time is over.
        (
            "a: {{ tpl .Values.bomb . }}\n",
            3,
            "the chart is not rendered: helm",
        ),
        (
            "{{- define \"again\" }}{{ include \"again\" . }}{{ end }}a: {{ include \"again\" . }}\n",
            3,
            "the chart is not rendered: helm",
        ),
    ] {
        let config = format!("render: {{timeout: {seconds}s}}\nlimits: {{largestFile: 1 MiB}}\n");
        let values =
            format!("{VALUES}bomb: '{{{{ tpl .Values.bomb . }}}}{{{{ tpl .Values.bomb . }}}}'\n");
        let workspace = chart()
            .and(".leaselint.yaml", &config)
            .and("charts/warden/values.yaml", &values)
            .and("charts/warden/templates/bomb.yaml", template);
        let run = run_with(&path, &workspace, &["lint"]);
        assert_eq!(run.status, 3, "{}", run.stdout);
        assert!(
            run.stdout.contains("not read[not-rendered]"),
            "{}",
            run.stdout
        );
        assert!(run.stdout.contains(words), "{}", run.stdout);
    }
}

#[cfg(feature = "git")]
#[test]
fn a_chart_of_a_revision_is_rendered_for_a_comparison() {
    let Some(path) = renderers() else { return };
    let workspace = chart()
        .and("charts/warden/.helmignore", "ignored.yaml\n")
        .and(
            "charts/warden/templates/ignored.yaml",
            "{{ fail \"not ignored\" }}\n",
        );
    std::fs::create_dir(workspace.path().join("shared")).expect("a folder");
    // What the values are is only known behind the link.
    #[cfg(unix)]
    {
        let values = workspace.path().join("charts/warden/values.yaml");
        std::fs::rename(&values, workspace.path().join("shared/values.txt")).expect("a file");
        std::os::unix::fs::symlink("../../shared/values.txt", values).expect("a link");
    }
    let git = |arguments: &[&str]| {
        let status = std::process::Command::new("git")
            .current_dir(workspace.path())
            .args(["-c", "user.name=x", "-c", "user.email=x@example.com"])
            .args(arguments)
            .stdout(std::process::Stdio::null())
            .status();
        assert!(status.expect("git runs").success(), "{arguments:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-qm", "x"]);
    // Nothing is new, and nothing is unread.
    let run = run_with(&path, &workspace, &["diff", "HEAD", "."]);
    assert_eq!(run.status, 0, "{}", run.stdout);
    let values = VALUES.replace("replicas: 2", "replicas: 1");
    // Through the link.
    workspace.write("charts/warden/values.yaml", values.as_bytes());
    let run = run_with(
        &path,
        &workspace,
        &["diff", "HEAD", ".", "--format", "json"],
    );
    let report = run.json();
    let [finding] = list(&report, "findings") else {
        panic!("one finding: {}", run.stdout);
    };
    assert_eq!(finding["rule"], "single-replica");
    let location = &finding["location"];
    assert_eq!(location["file"], "charts/warden/templates/deployment.yaml");
}
