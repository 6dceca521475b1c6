//! What is read, and what reports call it.

use std::io::Read;
use std::process::Stdio;

use super::workspace::{ERROR, TEMPLATE, Workspace, finish, program, sound, warning};

/// The files in which a run finds something, in the order of the report.
fn files(workspace: &Workspace, arguments: &[&str]) -> Vec<String> {
    let report = workspace.lint(arguments);
    let findings = report["findings"].as_array().expect("a list");
    let name = |finding: &serde_json::Value| {
        finding["location"]["file"]
            .as_str()
            .expect("a name")
            .to_owned()
    };
    findings.iter().map(name).collect()
}

#[test]
fn folders_are_searched_for_manifests() {
    let workspace = Workspace::with("b.yaml", ERROR)
        .and("a/x.yml", ERROR)
        .and("a/y.json", &json())
        .and("a/notes.txt", ERROR)
        .and("c", ERROR);
    assert_eq!(files(&workspace, &[]), ["a/x.yml", "a/y.json", "b.yaml"]);
    assert_eq!(files(&workspace, &["."]), ["a/x.yml", "a/y.json", "b.yaml"]);
    assert_eq!(files(&workspace, &["a"]), ["a/x.yml", "a/y.json"]);
    assert_eq!(files(&workspace, &["./a/x.yml"]), ["./a/x.yml"]);
    assert_eq!(
        files(&workspace, &["c"]),
        ["c"],
        "a file that is named may have any name"
    );
}

/// The manifest as one JSON object, by way of a reader that is not ours.
fn json() -> String {
    let (deployment, _) = ERROR.split_once("---").expect("several documents");
    let value: serde_json::Value = serde_yaml::from_str(deployment).expect("YAML");
    value.to_string()
}

#[test]
fn what_git_ignores_and_what_is_hidden_is_left_out() {
    let workspace = Workspace::with("a.yaml", ERROR)
        .and("build/b.yaml", ERROR)
        .and(".hidden/c.yaml", ERROR)
        .and(".gitignore", "build/\n");
    assert_eq!(files(&workspace, &[]), ["a.yaml"]);
    assert_eq!(
        files(&workspace, &["--no-ignore"]),
        ["a.yaml", "build/b.yaml"]
    );
    assert_eq!(files(&workspace, &["build/b.yaml"]), ["build/b.yaml"]);
    assert_eq!(files(&workspace, &[".hidden"]), [".hidden/c.yaml"]);
}

#[cfg(unix)]
#[test]
fn links_and_special_files_are_passed_over() {
    use std::os::unix::fs::symlink;

    let workspace = Workspace::with("a.yaml", ERROR);
    let path = workspace.path();
    symlink("a.yaml", path.join("link.yaml")).expect("a link");
    symlink("..", path.join("loop")).expect("a link");
    symlink("self.yaml", path.join("self.yaml")).expect("a link");
    assert_eq!(files(&workspace, &[]), ["a.yaml"]);
    assert_eq!(files(&workspace, &["link.yaml"]), ["link.yaml"]);

    let run = workspace.run(&["lint", "self.yaml"]);
    assert_eq!(run.status, 3);
    assert!(
        run.stdout.starts_with("not read[io]: self.yaml:1:1: "),
        "{}",
        run.stdout
    );
}

#[test]
fn standard_input_has_a_name() {
    let lint = |arguments: &[&str]| {
        let mut command = Workspace::new().command(arguments);
        command.current_dir("/").write_stdin(ERROR);
        finish(command)
    };
    let run = lint(&["lint", "-"]);
    assert_eq!(run.status, 1);
    assert!(run.stdout.contains("--> <stdin>:20:15"), "{}", run.stdout);
    let run = lint(&["lint", "--stdin-filename", "chart.yaml", "-"]);
    assert!(
        run.stdout.contains("--> chart.yaml:20:15"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_file_is_read_once() {
    let workspace = Workspace::with("d/a.yaml", ERROR).and("b.yaml", ERROR);
    let once = ["b.yaml", "d/a.yaml"];
    for arguments in [
        &["b.yaml", "d"] as &[&str],
        &["d", "b.yaml"],
        &["d/a.yaml", "d", "b.yaml", "b.yaml"],
        &["./b.yaml", ".", "d/../b.yaml"],
    ] {
        assert_eq!(files(&workspace, arguments), once, "{arguments:?}");
    }
}

#[test]
fn reports_do_not_depend_on_threads_or_order() {
    let workspace = Workspace::new();
    for at in 0..60 {
        let text = if at % 3 == 0 {
            ERROR.to_owned()
        } else {
            warning()
        };
        workspace.write(&format!("{}/{at}.yaml", at % 7), text.as_bytes());
    }
    workspace.write("1/template.yaml", TEMPLATE.as_bytes());
    for format in ["text", "json"] {
        let run = |arguments: &[&str]| {
            let mut all = vec!["lint", "--format", format];
            all.extend(arguments);
            workspace.run(&all).stdout
        };
        let one = run(&["-j1", "0", "1", "2", "3", "4", "5", "6"]);
        assert_eq!(run(&["-j4", "6", "5", "4", "3", "2", "1", "0"]), one);
        assert_eq!(run(&["-j2"]), one);
        assert_eq!(run(&[]), one);
    }
}

#[test]
fn a_file_above_the_limit_is_not_read() {
    let workspace = Workspace::with(".leaselint.yaml", "limits: {largestFile: 1 KiB}\n")
        .and("large.yaml", &format!("{ERROR}# {}\n", "x".repeat(1024)))
        .and("small.yaml", &sound());
    let report = workspace.run(&["lint", "--format", "json"]).json();
    assert_eq!(report["unread"][0]["file"], "large.yaml");
    assert_eq!(report["unread"][0]["code"], "too-large");
    assert_eq!(report["summary"]["files"], 2);
    let mut command = workspace.command(&["lint", "-"]);
    command.write_stdin("#".repeat(2000));
    assert_eq!(finish(command).status, 3);
}

#[test]
fn bytes_that_are_no_text_are_not_read() {
    let workspace = Workspace::new();
    workspace.write(
        "a.yaml",
        b"apiVersion: v1\nkind: Pod\nmetadata: {name: \"\xff\xfe\"}\n",
    );
    let report = workspace.run(&["lint", "--format", "json"]).json();
    assert_eq!(report["unread"][0]["code"], "encoding");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let workspace = Workspace::new();
    let text = format!("{ERROR}---\n").repeat(400);
    workspace.write("a.yaml", text.as_bytes());
    let mut child = std::process::Command::new(program().get_program())
        // Each finding with its source.
        .args(["lint", "-v", "a.yaml"])
        .current_dir(workspace.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut start = [0; 64];
    let mut out = child.stdout.take().expect("piped");
    out.read_exact(&mut start).expect("a report");
    drop(out);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn what_flux_and_argo_apply_stands_in_the_ledger() {
    let objects = [
        ("helm.toolkit.fluxcd.io/v2", "HelmRelease"),
        ("kustomize.toolkit.fluxcd.io/v1", "Kustomization"),
        ("argoproj.io/v1alpha1", "Application"),
        ("argoproj.io/v1alpha1", "ApplicationSet"),
        // Not theirs.
        ("example.com/v1", "Application"),
    ];
    let workspace = Workspace::new();
    let documents = objects.map(|(version, kind)| {
        format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: warden}}\nspec: {{}}\n")
    });
    workspace.write("apps.yaml", documents.join("---\n").as_bytes());
    let run = workspace.run(&["lint", "--format", "json", "apps.yaml"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let report = run.json();
    let entries = report["notJudged"].as_array().expect("a list").iter();
    let entries: Vec<_> = entries
        .map(|entry| {
            assert_eq!(entry["code"], "chart-not-in-input");
            (&entry["object"]["kind"], &entry["location"]["line"])
        })
        .collect();
    assert_eq!(
        entries,
        [
            (&"HelmRelease".into(), &3.into()),
            (&"Kustomization".into(), &8.into()),
            (&"Application".into(), &13.into()),
            (&"ApplicationSet".into(), &18.into()),
        ]
    );
}

#[test]
fn of_named_files_the_neighbours_are_read_if_asked_for() {
    let workspace = Workspace::with("apps/a/base/kustomization.yaml", "resources: [w.yaml]\n")
        .and("apps/a/base/w.yaml", ERROR)
        .and("apps/a/prod/kustomization.yaml", "resources: [../base]\n")
        .and("apps/b/w.yaml", ERROR)
        .and("apps/b/x/deep.yaml", ERROR)
        .and("charts/c/Chart.yaml", "name: c\n")
        .and("charts/c/values.yaml", "a: 1\n")
        .and("charts/c/templates/d/w.yaml", "a: 1\n")
        .and(".ci.yaml", "a: 1\n");
    let files = |path: &str| {
        let mut arguments = vec!["lint", "--with-neighbours", "--format", "json"];
        if cfg!(feature = "render") {
            arguments.extend(["--render", "never"]);
        }
        arguments.push(path);
        workspace.run(&arguments).json()["summary"]["files"].as_u64()
    };
    for (path, expected) in [
        // Base and overlay.
        ("apps/a/base/w.yaml", 3),
        // A folder, and those below it.
        ("apps/b/w.yaml", 2),
        ("apps/b/x/deep.yaml", 1),
        // The whole chart.
        ("charts/c/templates/d/w.yaml", 3),
        // The configuration of a tool.
        (".ci.yaml", 1),
        ("apps/b", 2),
    ] {
        assert_eq!(files(path), Some(expected), "{path}");
    }
}
