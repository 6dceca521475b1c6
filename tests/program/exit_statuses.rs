//! Every row of the table of exit statuses.

use super::workspace::{ERROR, GOOD, TEMPLATE, Workspace, advice, sound, unknown, warning};

/// What is in the folder, the arguments, and the status.
fn check(files: &[(&str, &str)], arguments: &[&str], expected: i32) {
    let workspace = Workspace::new();
    for (name, text) in files {
        workspace.write(name, text.as_bytes());
    }
    let run = workspace.run(arguments);
    assert_eq!(
        run.status, expected,
        "{arguments:?}\n{}\n{}",
        run.stdout, run.stderr
    );
}

#[test]
fn nothing_found_is_0() {
    check(&[("a.yaml", GOOD)], &["lint"], 0);
    check(&[("a.yaml", &sound())], &["lint", "a.yaml"], 0);
    check(
        &[("values.yaml", "replicas: 1\n")],
        &["lint", "values.yaml"],
        0,
    );
}

#[test]
fn findings_at_or_above_the_level_are_1() {
    for (text, error, warning, info) in [
        (ERROR, 1, 1, 1),
        (&*warning(), 0, 1, 1),
        (&*advice(), 0, 0, 1),
        (&*sound(), 0, 0, 0),
    ] {
        check(&[("a.yaml", text)], &["lint"], warning);
        check(&[("a.yaml", text)], &["lint", "--fail-on", "error"], error);
        check(
            &[("a.yaml", text)],
            &["lint", "--fail-on", "warning"],
            warning,
        );
        check(&[("a.yaml", text)], &["lint", "--fail-on", "info"], info);
        check(&[("a.yaml", text)], &["lint", "--fail-on", "never"], 0);
        check(
            &[("a.yaml", text)],
            &["lint", "--fail-on=never", "--format=json"],
            0,
        );
    }
}

#[test]
fn wrong_usage_is_2_and_judges_nothing() {
    for arguments in [
        &["lint", "missing.yaml"] as &[&str],
        &["lint", "a.yaml", "missing.yaml"],
        &["lint", "a.yaml/b.yaml"],
        &["inspect", "missing.yaml"],
        &["lint", "--config", "missing.yaml"],
        &["lint", "--no-such-option"],
        &["lint", "--fail-on", "fatal"],
        &["lint", "-j", "0"],
        &["lint", "-q", "-v"],
        &["judge"],
        &["explain", "no-such-rule"],
        &["completions", "no-such-shell"],
        &[],
    ] {
        let workspace = Workspace::with("a.yaml", ERROR);
        let run = workspace.run(arguments);
        assert_eq!(
            run.status, 2,
            "{arguments:?}\n{}\n{}",
            run.stdout, run.stderr
        );
        assert!(run.stdout.is_empty(), "{arguments:?}\n{}", run.stdout);
        assert!(!run.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn help_and_version_are_0() {
    for arguments in [
        &["--help"] as &[&str],
        &["help", "lint"],
        &["lint", "-h"],
        &["--version"],
    ] {
        check(&[], arguments, 0);
    }
}

#[test]
fn something_unread_is_3() {
    for text in [TEMPLATE, "apiVersion: v1\nkind: Pod\nmetadata: [\n"] {
        let files = [("a.yaml", text), ("b.yaml", GOOD)];
        check(&files, &["lint"], 3);
        check(&files, &["lint", "--unread", "error"], 3);
        check(&files, &["lint", "--unread", "warn"], 0);
        check(&files, &["lint", "--fail-on", "never"], 3);
        check(&files, &["lint", "b.yaml"], 0);
        check(&files, &["inspect"], 3);
        check(&files, &["inspect", "--unread", "warn"], 0);
    }
}

#[test]
fn nothing_to_judge_is_3() {
    for (files, arguments, why) in [
        (
            &[] as &[(&str, &str)],
            &["lint"] as &[&str],
            "this folder holds no file that ends in .yaml, .yml or .json",
        ),
        (
            &[("deploy/notes.txt", "none"), ("a.yaml", GOOD)],
            &["lint", "deploy", "a.yaml"],
            "folder deploy holds no file",
        ),
        (
            &[
                ("deploy/a.yaml", GOOD),
                (".gitignore", "# ours\n/deploy/*.yaml\n"),
            ],
            &["inspect", "deploy"],
            "deploy/a.yaml, which is left out: `/deploy/*.yaml` in ",
        ),
        (
            &[("a.yaml", GOOD), ("b.yaml", GOOD), (".ignore", "*.yaml\n")],
            &["lint", "--format", "json"],
            "all 2 files of this folder are left out, a.yaml first: `*.yaml` in ",
        ),
        (
            &[("x/.hidden/a.yaml", GOOD)],
            &["export", "rbac", "x"],
            "hidden files and folders are not searched",
        ),
        (
            &[
                ("x/a.yaml", GOOD),
                (".leaselint.yaml", "exclude: [\"x/*\"]\n"),
            ],
            &["lint", "x"],
            "`x/*` in the configuration's `exclude`",
        ),
        (&[], &["lint", "-"], "standard input holds nothing"),
    ] {
        let workspace = Workspace::new();
        for (name, text) in files {
            workspace.write(name, text.as_bytes());
        }
        let run = workspace.run(arguments);
        assert_eq!(run.status, 3, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(why), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains("--allow-empty"), "{}", run.stderr);
        let allowed = workspace.run(&[arguments, &["--allow-empty"]].concat());
        assert_eq!(allowed.status, 0, "{arguments:?}: {}", allowed.stderr);
    }
}

#[test]
fn a_folder_without_objects_and_an_empty_side_of_a_change_are_0() {
    let workspace = Workspace::with("values.yaml", "replicas: 1\n");
    let run = workspace.run(&["lint"]);
    assert_eq!(run.status, 0);
    assert!(
        run.stdout.contains("no Kubernetes object in 1 file"),
        "{}",
        run.stdout
    );
    let files = [("old/notes.txt", ""), ("new/a.yaml", GOOD)];
    check(&files, &["diff", "old", "new"], 0);
    check(&files, &["diff", "new", "old"], 0);
    let files = [("a.yaml", GOOD), (".leaselint.yaml", "exclude: [a.yaml]\n")];
    check(&files, &["lint", "a.yaml"], 0);
}

#[test]
fn what_looks_empty_and_is_not_is_judged_or_3() {
    let with_returns = format!("# a comment\r{}", ERROR.replace('\n', "\r"));
    check(&[("a.yaml", &with_returns)], &["lint"], 1);
    let broken = "apiVersion: v1\nkind: Service\nmetadata: [\n";
    check(&[("a.yaml", GOOD), ("b.yaml", broken)], &["lint"], 3);
    let padding = "# so long that it is not looked into without a sign\n".repeat(400);
    let conflict = format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n{padding}<<<<<<< HEAD\nmetadata: {{}}\n"
    );
    check(&[("a.yaml", GOOD), ("b.yaml", &conflict)], &["lint"], 3);
    let after_a_template = "{{- if .Values.on }}apiVersion: apps/v1\nkind: Deployment\nspec: [\n";
    check(&[("a.yaml", after_a_template)], &["lint"], 3);
}

#[test]
fn findings_outweigh_the_unread() {
    let files = [("a.yaml", TEMPLATE), ("b.yaml", ERROR)];
    check(&files, &["lint"], 1);
    check(&files, &["lint", "--unread", "warn"], 1);
    check(&files, &["lint", "--fail-on", "never"], 3);
}

#[test]
fn something_not_judged_is_3_if_asked_for() {
    let files = [("a.yaml", &*unknown())];
    check(&files, &["lint"], 0);
    check(&files, &["lint", "--fail-on-not-judged"], 3);
    check(
        &files,
        &["lint", "--fail-on-not-judged", "--unread", "warn"],
        3,
    );
    check(
        &[("a.yaml", &sound())],
        &["lint", "--fail-on-not-judged"],
        0,
    );
}

#[test]
fn silenced_findings_do_not_fail() {
    let text = warning().replace(
        "replicas: 1",
        "replicas: 1  # leaselint: ignore[single-replica] one node at the edge",
    );
    check(&[("a.yaml", &text)], &["lint"], 0);
    check(&[("a.yaml", &text)], &["lint", "--show-suppressed"], 0);
}
