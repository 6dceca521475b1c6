//! Parts of charts: charts inside them under other names or packed, and what is only run as a hook.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::charts::{DEPLOYMENT, VALUES, chart, list, renderers, run_with};
use super::workspace::Workspace;

fn lint(path: &Path, workspace: &Workspace) -> Value {
    let report = run_with(path, workspace, &["lint", "--format", "json"]).json();
    assert_eq!(report["unread"], json!([]), "{report}");
    report
}

/// The messages that name the keys behind the only finding.
fn keys(report: &Value) -> Vec<String> {
    let [finding] = list(report, "findings") else {
        panic!("one finding: {report}");
    };
    let related = list(finding, "related").iter();
    let words = related.filter_map(|one| one["message"].as_str());
    words
        .filter(|words| words.starts_with("set in "))
        .map(str::to_owned)
        .collect()
}

/// A chart that needs the one with the error, under `dependency`.
fn umbrella(dependency: &str, values: &str) -> Workspace {
    let head = "apiVersion: v2\nname: umbrella\nversion: 1.0.0\n";
    let needs = format!("{head}dependencies:\n  - {dependency}\n");
    Workspace::with("umbrella/Chart.yaml", &needs).and("umbrella/values.yaml", values)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a file");
        }
    }
}

#[test]
fn values_of_a_chart_with_an_alias_are_below_the_alias() {
    let Some(path) = renderers() else { return };
    let needs = "{name: warden, version: 1.0.0, alias: guard, repository: ''}";
    let workspace = umbrella(needs, "guard:\n  election:\n    lease: 9s\n");
    let inner = workspace.path().join("umbrella/charts/warden");
    copy(&chart().path().join("charts/warden"), &inner);
    let report = lint(&path, &workspace);
    let found = keys(&report);
    assert!(
        found.contains(&"set in values.yaml:3 guard.election.lease".to_owned()),
        "{found:?}"
    );
    let location = &list(&report, "findings")[0]["location"];
    assert_eq!(
        location["file"],
        "umbrella/charts/warden/templates/_helpers.tpl"
    );
    let template = "umbrella/charts/guard/templates/deployment.yaml";
    assert_eq!(location["rendered"]["template"], template);
    // A value of the inner chart itself.
    let workspace = workspace.and("umbrella/values.yaml", "guard: {replicas: 2}\n");
    let report = lint(&path, &workspace);
    let found = keys(&report);
    assert!(
        found.contains(&"set in values.yaml:4 guard.election.lease".to_owned()),
        "{found:?}"
    );
}

#[test]
fn a_packed_chart_is_rendered_and_its_values_are_named() {
    let Some(path) = renderers() else { return };
    let needs = "{name: warden, version: 1.0.0, repository: ''}";
    let workspace = umbrella(
        needs,
        "warden:\n  replicas: 1\n  election:\n    lease: 15s\n",
    );
    let status = Command::new(path.join("helm"))
        .args(["package", "--destination"])
        .arg(workspace.path().join("umbrella/charts"))
        .arg(chart().path().join("charts/warden"))
        .stdout(std::process::Stdio::null())
        .status();
    assert!(status.expect("helm runs").success());
    let report = lint(&path, &workspace);
    let [finding] = list(&report, "findings") else {
        panic!("one finding: {report}");
    };
    assert_eq!(finding["rule"], "single-replica");
    assert_eq!(finding["location"]["file"], "umbrella/Chart.yaml");
    let rendered = &finding["location"]["rendered"];
    let template = "umbrella/charts/warden/templates/deployment.yaml";
    assert_eq!(rendered["template"], template);
    assert_eq!(rendered["text"], "replicas: 1");
    let help = finding["help"].as_str().expect("a text");
    let words = format!("of the output of `helm template`, out of {template}.");
    assert!(help.ends_with(&words), "{help}");
    assert_eq!(keys(&report), ["set in values.yaml:2 warden.replicas"]);
}

#[test]
fn hooks_and_tests_of_a_chart_are_marked_and_not_judged() {
    let Some(path) = renderers() else { return };
    let sound = VALUES.replace("lease: 10s", "lease: 15s");
    // The same election with a wrong timing, for a moment.
    let hook = DEPLOYMENT
        .replace(
            "apiVersion: apps/v1\nkind: Deployment",
            "apiVersion: batch/v1\nkind: Job",
        )
        .replace(
            "  namespace: ops\n",
            "  namespace: ops\n  annotations: {helm.sh/hook: 'pre-install,test'}\n",
        )
        .replace("name: {{ include \"warden.name\" . }}", "name: moment")
        .replace("{{ .Values.election.renew }}", "20s");
    let workspace = chart()
        .and("charts/warden/values.yaml", &sound)
        .and("charts/warden/templates/hook.yaml", &hook);
    let report = lint(&path, &workspace);
    assert_eq!(list(&report, "findings"), [] as [Value; 0]);
    let entries = list(&report, "notJudged").iter();
    let hooks: Vec<&Value> = entries
        .filter(|entry| entry["code"] == "chart-hook")
        .collect();
    let [entry] = hooks.as_slice() else {
        panic!("one entry: {report}");
    };
    assert_eq!(entry["object"]["kind"], "Job");
    let report = run_with(&path, &workspace, &["inspect", "--format", "json"]).json();
    let electors = list(&report, "electors").iter();
    let marks: Vec<&Value> = electors.map(|elector| &elector["hook"]).collect();
    assert_eq!(marks, [&Value::Null, &json!("pre-install,test")]);
    let text = run_with(&path, &workspace, &["inspect", "--detail"]).stdout;
    assert!(text.contains("chart hook      pre-install,test"), "{text}");

    let kept = hook.replace("helm.sh/hook:", "example.com/hook:");
    let report = lint(
        &path,
        &workspace.and("charts/warden/templates/hook.yaml", &kept),
    );
    // An ordinary Job is wrong, and claims the lock of the Deployment.
    assert_eq!(list(&report, "findings").len(), 2, "{report}");
}

#[test]
fn what_is_not_rendered_is_short_beside_other_output() {
    let workspace = Workspace::new();
    for number in 0..8 {
        let text = format!("apiVersion: v2\nname: c{number}\nversion: 1.0.0\n");
        workspace.write(&format!("c{number}/Chart.yaml"), text.as_bytes());
    }
    let nowhere = workspace.path().join("nowhere");
    let lines = |arguments: &[&str]| {
        let run = run_with(&nowhere, &workspace, arguments);
        assert_eq!(run.status, 3, "{}", run.stdout);
        run.stdout
    };
    let all = lines(&["lint"]);
    assert_eq!(all.matches("not read[not-rendered]").count(), 8, "{all}");
    let text = lines(&["inspect"]);
    assert_eq!(text.matches("not read[not-rendered]").count(), 5, "{text}");
    assert!(
        text.contains("3 more could not be read: `leaselint lint` lists them."),
        "{text}"
    );
    let text = lines(&["inspect", "-v"]);
    assert_eq!(text.matches("not read[not-rendered]").count(), 8, "{text}");
    let text = lines(&["lint", "-q"]);
    let line = "not read[not-rendered]: c0/Chart.yaml:1:1: the chart is not rendered\n";
    assert!(text.contains(line), "{text}");
}
