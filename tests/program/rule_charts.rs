//! The sections of the rules' documents that hold charts, judged by the program. All others are judged by the engine's own tests.

use std::fs;
use std::path::Path;

use engine::Severity;
use serde_json::{Value, json};

use super::charts::{list, renderers, run_with};
use super::rule_document::{Expected, Section, sections_of};
use super::workspace::Workspace;

/// The sections that hold charts, each with the id of its rule.
fn sections() -> Vec<(String, Section)> {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("lint-rules/engine/rules");
    let mut all = Vec::new();
    for entry in fs::read_dir(rules).expect("the folder of rules") {
        let folder = entry.expect("an entry").path();
        let Ok(text) = fs::read_to_string(folder.join("tests.md")) else {
            continue;
        };
        let id = folder.file_name().and_then(|name| name.to_str());
        let id = id.expect("a name in UTF-8");
        let sections = sections_of(&text).unwrap_or_else(|problem| panic!("{id}: {problem}"));
        let charts = sections.into_iter().filter(|one| !one.charts.is_empty());
        all.extend(charts.map(|section| (id.to_owned(), section)));
    }
    all
}

fn is_met(expected: &Expected, finding: &Value) -> bool {
    let location = &finding["location"];
    let text = |key: &str| finding[key].as_str().unwrap_or_default();
    let mut parts = expected.parts.iter();
    finding["rule"] == *expected.rule
        && finding["severity"] == expected.severity.as_str()
        && expected
            .file
            .as_ref()
            .is_none_or(|file| location["file"] == **file)
        && location["line"] == expected.line
        && expected
            .column
            .is_none_or(|column| location["column"] == column)
        && parts
            .next()
            .is_none_or(|part| text("message").contains(part))
        && parts.all(|part| text("help").contains(part) || text("remedy").contains(part))
}

/// Compares what a section expects with what the program finds.
fn check(path: &Path, id: &str, section: &Section) -> Result<(), String> {
    let workspace = Workspace::new();
    for (name, text) in section.files.iter().chain(&section.charts) {
        workspace.write(name, text.as_bytes());
    }
    let mut arguments = vec![
        "lint",
        "--render",
        "require",
        "--format",
        "json",
        "--show-suppressed",
    ];
    for (key, value) in &section.settings {
        if key != "profile" {
            return Err(format!("the setting {key} has no meaning beside a chart"));
        }
        arguments.extend(["--profile", value]);
    }
    if section.change.is_some() || !section.fixed.is_empty() {
        return Err("fixes in charts are not compared here, but by `chart_fixes`".to_owned());
    }
    let report = run_with(path, &workspace, &arguments).json();
    if report["unread"] != json!([]) {
        return Err(format!("it is not read: {}", report["unread"]));
    }
    let all = || section.findings.iter().chain(&section.suppressed);
    let is_about = |rule: &Value| *rule == *id || all().any(|expected| *rule == *expected.rule);
    let findings = list(&report, "findings");
    let mut actual: Vec<&Value> = findings
        .iter()
        .filter(|one| is_about(&one["rule"]))
        .collect();
    let suppressed = |finding: &Value| finding["suppressed"] != Value::Null;
    for (expected, is_suppressed) in section
        .findings
        .iter()
        .map(|one| (one, false))
        .chain(section.suppressed.iter().map(|one| (one, true)))
    {
        let is_it = |one: &&Value| suppressed(one) == is_suppressed && is_met(expected, one);
        let at = actual.iter().position(is_it);
        let at = at.ok_or_else(|| format!("no finding {expected:?} in {report}"))?;
        actual.remove(at);
    }
    if section.is_ignored() && section.suppressed.is_empty() {
        let before = actual.len();
        actual.retain(|one| !suppressed(one));
        if actual.len() == before {
            return Err("nothing is suppressed".to_owned());
        }
    }
    match actual.as_slice() {
        [] => Ok(()),
        more => Err(format!("unexpected: {more:?}")),
    }
}

#[test]
fn charts_of_the_rules_give_what_they_expect() {
    let sections = sections();
    let mut rules: Vec<&str> = sections.iter().map(|(id, _)| id.as_str()).collect();
    rules.sort_unstable();
    rules.dedup();
    assert!(rules.len() >= 3, "charts of {rules:?} only");
    let Some(path) = renderers() else { return };
    let problems = sections.iter().filter_map(|(id, section)| {
        let problem = check(&path, id, section).err()?;
        Some(format!("{id}, {}: {problem}", section.title))
    });
    let problems: Vec<String> = problems.collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn what_is_expected_is_compared() {
    let expected = Expected {
        file: Some("templates/a.yaml".to_owned()),
        line: 3,
        column: None,
        severity: Severity::Error,
        rule: "a-rule".to_owned(),
        parts: vec!["a lease".to_owned(), "Write".to_owned()],
    };
    let finding = |line: u32, severity: &str, remedy: &str| {
        json!({
            "rule": "a-rule", "severity": severity, "message": "a lease is short", "help": "", "remedy": remedy,
            "location": {"file": "templates/a.yaml", "line": line, "column": 1},
        })
    };
    assert!(is_met(&expected, &finding(3, "error", "Write it.")));
    for other in [
        finding(4, "error", "Write it."),
        finding(3, "info", "Write it."),
        finding(3, "error", "No."),
    ] {
        assert!(!is_met(&expected, &other), "{other}");
    }
}
