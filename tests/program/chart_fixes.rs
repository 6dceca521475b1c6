//! Fixes of what a chart renders: in its values, where a key was proven to set what is wrong.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::charts::{VALUES, chart, list, listing, renderers, run_with};
use super::workspace::{ProgramRun, Workspace};

const FIX: [&str; 3] = ["lint", "--fix", "--unsafe-fixes"];
const NAME: &str = "charts/warden/values.yaml";

fn values(workspace: &Workspace) -> String {
    fs::read_to_string(workspace.path().join(NAME)).expect("the values")
}

fn fix(path: &Path, workspace: &Workspace) -> ProgramRun {
    run_with(path, workspace, &FIX)
}

/// What helm itself renders.
fn rendered(path: &Path, workspace: &Workspace) -> String {
    let output = std::process::Command::new(path.join("helm"))
        .args(["template", "charts/warden"])
        .current_dir(workspace.path())
        .output()
        .expect("helm");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn a_value_is_mended_in_whatever_way_it_is_written() {
    let Some(path) = renderers() else { return };
    let long = VALUES.replace("lease: 10s", "lease: 10s  # a comment\n\n  # another");
    let flow = "replicas: 2\nelection: {enabled: true, lease: '10s', renew: 10s}\n";
    for text in [
        VALUES.to_owned(),
        VALUES.replace("lease: 10s", "lease: \"10s\""),
        VALUES.replace("lease: 10s", "lease: '10s'"),
        VALUES.replace('\n', "\r\n"),
        format!("\u{feff}{VALUES}"),
        long,
        flow.to_owned(),
        VALUES.replace("lease: 10s", "lease: &lease 10s"),
    ] {
        let workspace = chart().and(NAME, &text);
        let run = fix(&path, &workspace);
        let words = "fixed 1 finding in 1 file\n";
        assert_eq!((run.status, run.stderr.as_str()), (0, words), "{text}");
        // Nothing else is another byte.
        let expected = text.replacen("10s", "14s", 1);
        assert_eq!(values(&workspace), expected);
        let all = rendered(&path, &workspace);
        assert!(
            all.contains("- --leader-elect-lease-duration=14s\n"),
            "{all}"
        );
        let report = run_with(&path, &workspace, &["lint", "--format", "json"]).json();
        assert_eq!(report["findings"], json!([]));
    }
}

#[test]
fn a_number_stays_one() {
    let Some(path) = renderers() else { return };
    let workspace = chart().and(NAME, &VALUES.replace("lease: 10s", "lease: 10"));
    let helpers = workspace
        .path()
        .join("charts/warden/templates/_helpers.tpl");
    let text = fs::read_to_string(&helpers).expect("the helpers");
    let text = text.replace(".election.lease }}", ".election.lease }}s");
    fs::write(helpers, text).expect("it is written");
    assert_eq!(fix(&path, &workspace).stderr, "fixed 1 finding in 1 file\n");
    assert_eq!(
        values(&workspace),
        VALUES.replace("lease: 10s", "lease: 14")
    );
}

#[test]
fn a_number_of_replicas_is_set_although_the_template_does_not_spread_them() {
    let Some(path) = renderers() else { return };
    let sound = VALUES.replace("lease: 10s", "lease: 15s");
    let workspace = chart().and(NAME, &sound.replace("replicas: 2", "replicas: 1"));
    let run = fix(&path, &workspace);
    assert!(
        run.stderr.ends_with("fixed 1 finding in 1 file\n"),
        "{}",
        run.stderr
    );
    assert_eq!((run.status, values(&workspace)), (0, sound));
}

#[test]
fn what_no_key_was_proven_to_set_stays() {
    let Some(path) = renderers() else { return };
    let helpers = "charts/warden/templates/_helpers.tpl";
    for (from, to) in [
        // The template computes it.
        (
            "{{ .Values.election.lease }}",
            "{{ .Values.election.lease | toString | replace \"1\" \"10s\" }}",
        ),
        // It is written in the template.
        ("{{ .Values.election.lease }}", "10s"),
    ] {
        let workspace = chart().and(NAME, &VALUES.replace("lease: 10s", "lease: 1"));
        let file = workspace.path().join(helpers);
        let text = fs::read_to_string(&file).expect("the helpers");
        fs::write(&file, text.replace(from, to)).expect("it is written");
        let before = listing(workspace.path());
        let run = fix(&path, &workspace);
        assert_eq!(
            (run.status, run.stderr.as_str()),
            (1, "fixed 0 findings in 0 files\n"),
            "{to}"
        );
        assert_eq!(listing(workspace.path()), before);
    }
}

#[test]
fn a_value_that_an_alias_shares_stays() {
    let Some(path) = renderers() else { return };
    let shared = VALUES.replace("lease: 10s", "lease: &lease 10s");
    let workspace = chart().and(NAME, &format!("{shared}other: *lease\n"));
    let run = fix(&path, &workspace);
    let words = "fixed 0 findings in 0 files\n";
    assert_eq!((run.status, run.stderr.as_str()), (1, words));
    assert_eq!(values(&workspace), format!("{shared}other: *lease\n"));
}

#[test]
fn a_fix_that_the_chart_does_not_allow_is_taken_back() {
    let Some(path) = renderers() else { return };
    // What proves the key is not judged by the schema.
    let schema = r#"{"properties": {"election": {"properties": {"lease": {"enum": ["10s"]}}}}}"#;
    let workspace = chart().and("charts/warden/values.schema.json", schema);
    let run = fix(&path, &workspace);
    let words = "lease-not-above-renew stays: to set the lease duration to 14s leaves what cannot be rendered: helm fails for release release-name: ";
    assert!(run.stderr.contains(words), "{}", run.stderr);
    assert_eq!((run.status, values(&workspace).as_str()), (1, VALUES));
    assert!(
        run.stdout
            .contains("lease duration 10s is not above renew deadline 10s")
    );
}

#[test]
fn a_difference_changes_nothing() {
    let Some(path) = renderers() else { return };
    let workspace = chart();
    let run = run_with(&path, &workspace, &["lint", "--diff", "--unsafe-fixes"]);
    assert_eq!((run.status, values(&workspace).as_str()), (1, VALUES));
    assert!(
        run.stdout.contains("-  lease: 10s\n+  lease: 14s\n"),
        "{}",
        run.stdout
    );
    let report = run_with(&path, &workspace, &["lint", "--format", "json"]).json();
    let [finding] = list(&report, "findings") else {
        panic!("one finding: {report}");
    };
    let edit = json!({"file": NAME, "start": 47, "end": 50, "text": "14s"});
    assert_eq!(finding["fixes"][0]["edits"], json!([edit]));
}

#[test]
fn the_values_that_set_it_are_mended_for_all_releases() {
    let Some(path) = renderers() else { return };
    let configuration = "\
render:
  charts:
    - path: charts/warden
      releases:
        - {name: one, values: [ha.yaml]}
        - {name: two, set: {replicas: 3}}
";
    let workspace = chart()
        .and(NAME, &VALUES.replace("lease: 10s", "lease: 15s"))
        .and("charts/warden/ha.yaml", "election:\n  lease: 9s # short\n")
        .and(".leaselint.yaml", configuration);
    let run = fix(&path, &workspace);
    assert_eq!(
        (run.status, run.stderr.as_str()),
        (0, "fixed 1 finding in 1 file\n")
    );
    let file = workspace.path().join("charts/warden/ha.yaml");
    let text = fs::read_to_string(file).expect("the values");
    assert_eq!(text, "election:\n  lease: 14s # short\n");
}

#[test]
fn a_comment_is_added_to_a_template() {
    let Some(path) = renderers() else { return };
    let workspace = chart();
    let file = workspace
        .path()
        .join("charts/warden/templates/deployment.yaml");
    let text = fs::read_to_string(&file).expect("the template");
    let line = "            - --leader-elect-lease-duration={{ .Values.election.lease }}\n";
    let text = text.replace(
        "            {{- include \"warden.election\" . | nindent 12 }}\n",
        line,
    );
    fs::write(&file, &text).expect("it is written");
    let run = run_with(&path, &workspace, &["lint", "--add-ignores"]);
    assert_eq!(
        (run.status, run.stderr.as_str()),
        (0, "ignored 1 finding in 1 file\n")
    );
    let comment =
        "            # leaselint: ignore[lease-not-above-renew] TODO: say why this may stay\n";
    let expected = text.replace(line, &format!("{comment}{line}"));
    assert_eq!(fs::read_to_string(&file).expect("the template"), expected);
}
