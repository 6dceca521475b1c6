//! SARIF, validated by Microsoft's own SARIF Multitool with the published schema and its rules for GitHub's code scanning.
//! It comes with npm's package `@microsoft/sarif-multitool`; without it the test says so, loudly.

use std::env;
use std::ffi::OsString;
use std::process::Command;

use serde_json::Value;

use super::json_shape::everything;
use super::not_tested::not_tested;
use super::workspace::{ERROR, Workspace, sound};

/// The program that validates: a file that `LEASELINT_SARIF_MULTITOOL` names, or `Sarif.Multitool` on PATH.
fn multitool() -> Option<OsString> {
    let named = env::var_os("LEASELINT_SARIF_MULTITOOL").filter(|file| !file.is_empty());
    let program = named.unwrap_or_else(|| "Sarif.Multitool".into());
    let is_there = Command::new(&program).arg("--version").output().is_ok();
    is_there.then_some(program)
}

/// The rules that the validator says are broken: all that it calls an error or a warning.
fn problems(program: &OsString, workspace: &Workspace, sarif: &str) -> Vec<String> {
    workspace.write("report.sarif", sarif.as_bytes());
    let output = Command::new(program)
        .current_dir(workspace.path())
        .args(["validate", "report.sarif", "--rule-kind", "Sarif;Ghas"])
        .args(["--output", "validated.sarif", "--log", "ForceOverwrite"])
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("1 files scanned"), "{said}");
    let validated = std::fs::read(workspace.path().join("validated.sarif")).expect("it is there");
    let validated: Value = serde_json::from_slice(&validated).expect("JSON");
    let run = &validated["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "Sarif.Multitool");
    let results = run["results"].as_array().expect("a list");
    let severe = results.iter().filter(|result| {
        let level = result["level"].as_str().unwrap_or("warning");
        ["error", "warning"].contains(&level)
    });
    severe
        .map(|result| format!("{} {}", result["ruleId"], result["message"]))
        .collect()
}

#[test]
fn reports_are_valid_for_the_published_schema_and_for_code_scanning() {
    let Some(program) = multitool() else {
        not_tested(
            "SARIF by its validator (`npm install @microsoft/sarif-multitool`, LEASELINT_SARIF_MULTITOOL names the file)",
        );
        return;
    };
    let workspace = everything();
    workspace.write("base/a.yaml", sound().as_bytes());
    workspace.write("head/a.yaml", ERROR.as_bytes());
    for arguments in [
        &["lint"] as &[&str],
        &["lint", "--show-suppressed", "--profile", "pedantic"],
        &["diff", "base", "head"],
    ] {
        let run = workspace.run(&[arguments, &["--format", "sarif"]].concat());
        let problems = problems(&program, &workspace, &run.stdout);
        assert_eq!(problems, Vec::<String>::new(), "{arguments:?}");
    }
    // It does find what is wrong.
    let run = workspace.run(&["lint", "error.yaml", "--format", "sarif"]);
    let (right, wrong) = ("\"startLine\": 20", "\"startLine\": 0");
    assert!(run.stdout.contains(right), "{}", run.stdout);
    let sarif = run.stdout.replace(right, wrong);
    assert!(!problems(&program, &workspace, &sarif).is_empty());
}
