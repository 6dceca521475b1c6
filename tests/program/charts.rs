//! Charts, rendered by the real helm and judged where they are written.

use std::fs;
use std::path::{Path, PathBuf};

use control_plane::Renderers;
use serde_json::{Value, json};

use super::not_tested::not_tested;
use super::workspace::{ERROR, ProgramRun, Workspace, finish};

pub const VALUES: &str = "\
replicas: 2
election:
  enabled: true
  lease: 10s
  renew: 10s
";

const HELPERS: &str = "\
{{- define \"warden.name\" -}}
{{- printf \"%s-warden\" .Release.Name | trunc 63 -}}
{{- end }}
{{- define \"warden.labels\" }}
app: warden
release: {{ .Release.Name }}
{{- end }}
{{- define \"warden.election\" }}
- --leader-elect={{ .Values.election.enabled }}
- --leader-elect-lease-duration={{ .Values.election.lease }}
{{- end }}
";

pub const DEPLOYMENT: &str = r#"apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "warden.name" . }}
  namespace: ops
  labels: {{- include "warden.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: warden}}
  template:
    metadata:
      labels: {{- include "warden.labels" . | nindent 8 }}
    spec:
      serviceAccountName: warden
      topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}
      containers:
        - name: manager
          image: registry.example/ops/warden:v1
          args:
            {{- include "warden.election" . | nindent 12 }}
            - --leader-elect-renew-deadline={{ .Values.election.renew }}
            - --leader-elect-retry-period=2s
            {{- with .Values.extra }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
            - --leader-elect-resource-name=warden
            - --leader-elect-resource-namespace=ops
"#;

/// A chart with one error: its lease is not above its renew deadline.
pub fn chart() -> Workspace {
    let rbac = ERROR.split_once("---\n").expect("objects of RBAC").1;
    Workspace::with(
        "charts/warden/Chart.yaml",
        "apiVersion: v2\nname: warden\nversion: 1.0.0\n",
    )
    .and("charts/warden/values.yaml", VALUES)
    .and("charts/warden/templates/_helpers.tpl", HELPERS)
    .and("charts/warden/templates/deployment.yaml", DEPLOYMENT)
    .and("charts/warden/templates/rbac.yaml", rbac)
}

/// Helm's folder; without it a test says so and passes.
pub fn renderers() -> Option<PathBuf> {
    Renderers::for_test().map(|renderers| renderers.folder)
}

/// Runs the program with only these folders on PATH.
pub fn run_with(path: &Path, workspace: &Workspace, arguments: &[&str]) -> ProgramRun {
    let mut command = workspace.command(arguments);
    command.env("PATH", path);
    finish(command)
}

fn without_helm(workspace: &Workspace, arguments: &[&str]) -> ProgramRun {
    let nowhere = workspace.path().join("nowhere");
    run_with(&nowhere, workspace, arguments)
}

pub fn list<'r>(report: &'r Value, name: &str) -> &'r [Value] {
    report[name].as_array().expect("a list")
}

#[test]
fn a_finding_stands_in_the_template_and_names_the_value() {
    let Some(path) = renderers() else { return };
    let run = run_with(&path, &chart(), &["lint", "--format", "json"]);
    assert_eq!(run.status, 1, "{}", run.stdout);
    let report = run.json();
    assert_eq!(report["unread"], json!([]));
    let [finding] = list(&report, "findings") else {
        panic!("one finding: {}", run.stdout);
    };
    assert_eq!(finding["rule"], "lease-not-above-renew");
    let location = &finding["location"];
    // The line of the definition that the deployment includes.
    assert_eq!(location["file"], "charts/warden/templates/_helpers.tpl");
    assert_eq!(
        (&location["line"], &location["column"]),
        (&json!(10), &json!(3))
    );
    assert_eq!(
        location["path"],
        "$.spec.template.spec.containers[0].args[1]"
    );
    let rendered = &location["rendered"];
    assert_eq!(rendered["by"], "helm template");
    assert_eq!(rendered["release"], "release-name");
    assert_eq!(rendered["template"], "warden/templates/deployment.yaml");
    assert_eq!(rendered["text"], "- --leader-elect-lease-duration=10s");
    assert_eq!(rendered["traced"], true);
    let related: Vec<(&Value, &Value, &Value)> = list(finding, "related")
        .iter()
        .map(|one| {
            (
                &one["message"],
                &one["location"]["file"],
                &one["location"]["line"],
            )
        })
        .collect();
    let values = json!("charts/warden/values.yaml");
    let deployment = json!("charts/warden/templates/deployment.yaml");
    assert!(
        related.contains(&(
            &json!("set in values.yaml:4 election.lease"),
            &values,
            &json!(4)
        )),
        "{related:?}"
    );
    assert!(
        related
            .iter()
            .any(|(_, file, line)| **file == deployment && **line == json!(22)),
        "{related:?}"
    );
}

#[test]
fn electors_show_the_key_that_sets_each_value() {
    let Some(path) = renderers() else { return };
    let workspace = chart();
    let run = run_with(&path, &workspace, &["inspect", "--format", "json"]);
    let report = run.json();
    let [elector] = list(&report, "electors") else {
        panic!("one elector: {}", run.stdout);
    };
    assert_eq!(elector["file"], "charts/warden/templates/deployment.yaml");
    assert_eq!(elector["line"], 18);
    let key = |source: &Value| {
        let set = &source["setBy"];
        format!(
            "{}:{}",
            set["line"],
            set["key"].as_str().unwrap_or_default()
        )
    };
    assert_eq!(key(&elector["election"]["source"]), "3:election.enabled");
    assert_eq!(
        key(&elector["timing"]["leaseDuration"]["source"]),
        "4:election.lease"
    );
    assert_eq!(
        key(&elector["timing"]["renewDeadline"]["source"]),
        "5:election.renew"
    );
    assert_eq!(
        elector["timing"]["retryPeriod"]["source"]["setBy"],
        Value::Null
    );
    assert_eq!(elector["timing"]["retryPeriod"]["source"]["line"], 23);
    assert_eq!(key(&elector["replicas"]["source"]), "1:replicas");

    let text = run_with(&path, &workspace, &["inspect", "--detail"]).stdout;
    assert!(
        text.contains(
            "(charts/warden/templates/_helpers.tpl:10:3, set in values.yaml:4 election.lease)"
        ),
        "{text}"
    );
}

#[test]
fn what_a_list_of_the_values_adds_is_found_there() {
    let Some(path) = renderers() else { return };
    let values = VALUES.replace("lease: 10s", "lease: 15s")
        + "extra:\n  - --v=2\n  - --leader-elect-lease-duration=9s\n";
    let workspace = chart().and("charts/warden/values.yaml", &values);
    let report = run_with(&path, &workspace, &["lint", "--format", "json"]).json();
    let finding = list(&report, "findings")
        .iter()
        .find(|finding| finding["rule"] == "lease-not-above-renew")
        .expect("the last one wins");
    let location = &finding["location"];
    assert_eq!(location["file"], "charts/warden/templates/deployment.yaml");
    assert_eq!(location["line"], 25);
    let words = "set in values.yaml:8 extra[1]";
    let is_named = |one: &Value| one["message"] == words && one["location"]["line"] == 8;
    assert!(list(finding, "related").iter().any(is_named), "{finding}");
}

#[test]
fn ignores_hold_in_templates_and_in_values() {
    let Some(path) = renderers() else { return };
    let ignore = "leaselint: ignore[lease-not-above-renew] known";
    let after =
        |text: &str, line: &str, comment: &str| text.replace(line, &format!("{line}{comment}"));
    for (name, text) in [
        (
            "values.yaml",
            after(VALUES, "  lease: 10s", &format!(" # {ignore}")),
        ),
        (
            "templates/_helpers.tpl",
            after(
                HELPERS,
                ".Values.election.lease }}",
                &format!(" # {ignore}"),
            ),
        ),
        (
            "templates/_helpers.tpl",
            HELPERS.replace(
                "- --leader-elect-lease",
                &format!("{{{{- /* {ignore} */}}}}\n- --leader-elect-lease"),
            ),
        ),
    ] {
        let workspace = chart().and(&format!("charts/warden/{name}"), &text);
        let run = run_with(&path, &workspace, &["lint"]);
        assert_eq!(run.status, 0, "{name}: {}", run.stdout);
        assert!(run.stdout.contains("1 ignored"), "{}", run.stdout);
    }
}

#[test]
fn without_helm_a_chart_is_one_entry() {
    let workspace = chart();
    let run = without_helm(&workspace, &["lint"]);
    assert_eq!(run.status, 3, "{}", run.stdout);
    assert_eq!(run.stdout.matches("not read[").count(), 1, "{}", run.stdout);
    let words = "not read[not-rendered]: charts/warden/Chart.yaml:1:1: the chart is not rendered: `helm` is not on PATH: install Helm (https://helm.sh/docs/intro/install/) (2 templates, 2 of them about leader election)";
    assert!(run.stdout.contains(words), "{}", run.stdout);

    let run = without_helm(&workspace, &["lint", "--unread", "warn"]);
    assert_eq!(run.status, 0, "{}", run.stdout);
    for command in ["lint", "inspect"] {
        let require = ["--render", "require", "--unread", "warn"];
        let run = without_helm(&workspace, &[&[command], &require[..]].concat());
        assert_eq!(run.status, 3, "{}", run.stdout);
        let run = without_helm(&workspace, &[command, "--render", "never"]);
        assert_eq!(run.status, 0, "{}", run.stdout);
    }
    let never = ["lint", "--render", "never", "--format", "json"];
    let report = without_helm(&workspace, &never).json();
    let [entry] = list(&report, "notJudged") else {
        panic!("one entry: {report}");
    };
    assert_eq!(entry["code"], "not-rendered");
    assert_eq!(entry["location"]["file"], "charts/warden/Chart.yaml");
}

#[test]
fn what_cannot_be_rendered_is_one_entry_with_the_reason() {
    let Some(path) = renderers() else { return };
    let head = "apiVersion: v2\nname: warden\nversion: 1.0.0\n";
    let needs = format!(
        "{head}dependencies:\n  - {{name: common, version: 1.x, repository: 'https://example.com'}}\n"
    );
    let workspace = chart().and("charts/warden/Chart.yaml", &needs);
    let run = run_with(&path, &workspace, &["lint"]);
    assert_eq!(run.status, 3, "{}", run.stdout);
    let words = "it needs common, which charts/ does not hold: `helm dependency build charts/warden` brings it";
    assert!(run.stdout.contains(words), "{}", run.stdout);

    // Helm's own words, at the place that they name.
    let failing = DEPLOYMENT.replace(
        "  namespace: ops\n",
        "  namespace: {{ required \"give a namespace\" .Values.namespace }}\n",
    );
    let workspace = chart().and("charts/warden/templates/deployment.yaml", &failing);
    let report = run_with(&path, &workspace, &["lint", "--format", "json"]).json();
    let [unread] = list(&report, "unread") else {
        panic!("one entry: {report}");
    };
    assert_eq!(unread["code"], "not-rendered");
    assert_eq!(unread["file"], "charts/warden/templates/deployment.yaml");
    assert_eq!(unread["line"], 5);
    let reason = unread["reason"].as_str().expect("a reason");
    assert!(reason.contains("give a namespace"), "{reason}");
}

#[test]
fn charts_inside_charts_are_rendered_with_them_and_libraries_are_not() {
    let Some(path) = renderers() else { return };
    let workspace = chart();
    let moved = Workspace::with(
        "umbrella/Chart.yaml",
        "apiVersion: v2\nname: umbrella\nversion: 1.0.0\n",
    )
    .and(
        "umbrella/values.yaml",
        "warden:\n  election:\n    lease: 9s\n",
    )
    .and(
        "library/Chart.yaml",
        "apiVersion: v2\nname: library\nversion: 1.0.0\ntype: library\n",
    )
    .and(
        "library/templates/_x.yaml",
        "{{- define \"x\" }}\nkind: {{ .y }}\napiVersion: v1\n{{- end }}\n",
    );
    for name in [
        "Chart.yaml",
        "values.yaml",
        "templates/_helpers.tpl",
        "templates/deployment.yaml",
        "templates/rbac.yaml",
    ] {
        let text = fs::read(workspace.path().join("charts/warden").join(name)).expect("a file");
        moved.write(&format!("umbrella/charts/warden/{name}"), &text);
    }
    let run = run_with(&path, &moved, &["lint", "--format", "json"]);
    let report = run.json();
    assert_eq!(report["unread"], json!([]));
    let [finding] = list(&report, "findings") else {
        panic!("one finding: {}", run.stdout);
    };
    assert_eq!(
        finding["location"]["file"],
        "umbrella/charts/warden/templates/_helpers.tpl"
    );
    let messages: Vec<&Value> = list(finding, "related")
        .iter()
        .map(|one| &one["message"])
        .collect();
    assert!(
        messages.contains(&&json!("set in values.yaml:3 warden.election.lease")),
        "{messages:?}"
    );
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_the_tree_is_refused() {
    let Some(path) = renderers() else { return };
    let outside = Workspace::with("secret.yaml", "secret: 1\n");
    let workspace = chart();
    let link = workspace.path().join("charts/warden/secret.yaml");
    std::os::unix::fs::symlink(outside.path().join("secret.yaml"), link).expect("a link");
    let run = run_with(&path, &workspace, &["lint"]);
    assert_eq!(run.status, 3, "{}", run.stdout);
    let words = "secret.yaml is a symbolic link that leads out of the repository";
    assert!(run.stdout.contains(words), "{}", run.stdout);
}

#[test]
fn a_rendering_writes_nothing_reads_nothing_outside_and_asks_nobody() {
    let Some(path) = renderers() else { return };
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("it does not wait");
    let address = listener.local_addr().expect("an address");
    let schema = format!("{{\"$ref\": \"http://{address}/schema.json\"}}");
    // Whatever is found fails the rendering.
    let config = [
        ".Files.Get \"../../outside\"",
        "getHostByName \"localhost\"",
        "lookup \"v1\" \"Namespace\" \"\" \"\"",
    ]
    .map(|call| format!("{{{{ if {call} }}}}{{{{ fail \"found\" }}}}{{{{ end }}}}\n"))
    .concat();
    let workspace = chart()
        .and("charts/warden/values.schema.json", &schema)
        .and("charts/warden/templates/config.yaml", &config)
        .and("outside", "x");
    let before = listing(workspace.path());
    let run = run_with(&path, &workspace, &["lint"]);
    assert_eq!(run.status, 1, "{}{}", run.stdout, run.stderr);
    assert_eq!(listing(workspace.path()), before);
    assert!(listener.accept().is_err(), "nobody connects");
}

/// All files of a folder with their sizes.
pub fn listing(folder: &Path) -> Vec<(PathBuf, u64)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let entry = entry.expect("an entry");
            let size = entry.metadata().expect("what it is").len();
            if entry.path().is_dir() {
                open.push(entry.path());
            }
            found.push((entry.path(), size));
        }
    }
    found.sort();
    found
}

/// Each chart of a folder with what `helm template` prints of it; `None`: helm refuses it.
fn charts_below(root: &Path, helm: &Path) -> Vec<(PathBuf, Option<Vec<u8>>)> {
    let charts = listing(root).into_iter().map(|(path, _)| path);
    let charts = charts.filter(|path| path.ends_with("Chart.yaml"));
    let folders = charts.filter_map(|path| path.parent().map(Path::to_path_buf));
    let own = folders.filter(|folder| !folder.to_string_lossy().contains("/charts/charts/"));
    own.map(|folder| {
        let output = std::process::Command::new(helm)
            .arg("template")
            .arg(&folder)
            .output()
            .expect("helm runs");
        let text = output.status.success().then_some(output.stdout);
        (folder, text)
    })
    .collect()
}

/// What identifies the findings of a report, and its electors.
fn judged(report: &Value) -> (Vec<String>, u64) {
    let parts = ["rule", "severity", "message", "object", "container"];
    let mut findings: Vec<String> = list(report, "findings")
        .iter()
        .map(|finding| parts.map(|part| finding[part].to_string()).join(" "))
        .collect();
    findings.sort();
    let electors = report["summary"]["electors"].as_u64().expect("a number");
    (findings, electors)
}

#[test]
#[allow(clippy::print_stderr)] // for who runs it alone
fn charts_of_the_corpus_are_judged_in_place_as_what_helm_prints() {
    let Some(path) = renderers() else { return };
    let Some(corpus) = std::env::var_os("LEASELINT_CORPUS") else {
        not_tested("the charts of the corpus (LEASELINT_CORPUS names its folder)");
        return;
    };
    let workspace = Workspace::new();
    let (mut all, mut traced, mut rendered) = (0, 0, 0);
    for (chart, text) in charts_below(Path::new(&corpus), &path.join("helm")) {
        let name = chart.to_str().expect("UTF-8");
        let arguments = ["lint", "--format", "json", name];
        let report = run_with(&path, &workspace, &arguments).json();
        let Some(text) = text else {
            let unread = list(&report, "unread");
            let codes: Vec<&Value> = unread.iter().map(|one| &one["code"]).collect();
            assert_eq!(codes, ["not-rendered"], "{name}");
            continue;
        };
        rendered += 1;
        let mut command = workspace.command(&["lint", "--format", "json", "-"]);
        command.write_stdin(text);
        let expected = finish(command).json();
        assert_eq!(judged(&report), judged(&expected), "{name}");
        for finding in list(&report, "findings") {
            all += 1;
            traced += u32::from(finding["location"]["rendered"]["traced"] == true);
        }
    }
    eprintln!(
        "{rendered} charts rendered, {traced} of {all} findings in the files that people edit"
    );
    assert!(
        rendered > 0 && traced * 100 >= all * 95,
        "{traced} of {all}"
    );
}
