//! The report for people.

use super::workspace::{ERROR, GOOD, TEMPLATE, Workspace, sound, unknown, warning};

#[test]
fn a_finding_shows_its_source() {
    let workspace = Workspace::with("ops/warden.yaml", ERROR);
    insta::assert_snapshot!(workspace.run(&["lint"]).stdout);
}

#[test]
fn a_fix_is_a_difference() {
    let text = ERROR.replace("lease-duration=10s", "lease-duration=15");
    let run = Workspace::with("a.yaml", &text).run(&["lint", "-q"]);
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn a_fix_of_whole_lines_shows_no_other_line_as_changed() {
    let twice = sound().replace("  replicas: 2\n", "  replicas: 3\n  replicas: 2\n");
    let lines = twice.lines().filter(|line| !line.contains("topology"));
    let lines: Vec<&str> = lines.collect();
    let shown = |newline: &str| {
        let text = lines.join(newline) + newline;
        Workspace::with("a.yaml", &text)
            .run(&["lint", "-q", "--min-severity=info"])
            .stdout
    };
    insta::assert_snapshot!(shown("\n"));
    assert_eq!(shown("\r\n"), shown("\n"));
}

#[test]
fn a_fix_of_two_lines_shows_no_third_one_as_changed() {
    let text = sound().replace(
        "- --leader-elect\n",
        "- --leader-elect\n            - true\n",
    );
    let run = Workspace::with("a.yaml", &text).run(&["lint", "-q"]);
    let changed = run.stdout.lines().filter_map(|line| {
        let mut words = line.split_whitespace().skip(1);
        let sign = words.next().filter(|sign| ["-", "+"].contains(sign))?;
        Some(format!("{sign} {}", words.collect::<Vec<_>>().join(" ")))
    });
    let expected = ["- - --leader-elect", "- - true", "+ - --leader-elect=true"];
    assert_eq!(changed.collect::<Vec<_>>(), expected, "{}", run.stdout);
}

#[test]
fn silenced_findings_are_shown_if_asked_for() {
    let text = warning().replace(
        "replicas: 1",
        "replicas: 1  # leaselint: ignore[single-replica] one node at the edge",
    );
    let workspace = Workspace::with("a.yaml", &text);
    insta::assert_snapshot!(workspace.run(&["lint", "--show-suppressed"]).stdout);
    insta::assert_snapshot!(workspace.run(&["lint"]).stdout, @r"
    Read 1 file, 3 documents, 3 objects: 1 elector.
    No findings. 1 ignored (--show-suppressed shows them).
    ");
}

#[test]
fn what_was_not_read_and_not_judged_is_listed() {
    let workspace = Workspace::with("a.yaml", TEMPLATE).and("b.yaml", &unknown());
    insta::assert_snapshot!(workspace.run(&["lint"]).stdout, @r"
    not read[template]: a.yaml:4:9: it looks like a Helm or Go template: render it first and check the result

    Read 2 files, 4 documents, 4 objects: 1 elector.
    No findings. 1 not judged for want of something in the input (-v lists them). 1 not read.
    ");
    insta::assert_snapshot!(workspace.run(&["lint", "-v"]).stdout);
    insta::assert_snapshot!(workspace.run(&["lint", "-q"]).stdout, @"not read[template]: a.yaml:4:9: it looks like a Helm or Go template: render it first and check the result");
}

#[test]
fn a_run_that_finds_nothing_to_judge_says_so() {
    let workspace = Workspace::new();
    insta::assert_snapshot!(workspace.run(&["lint"]).stdout, @"Read nothing: no .yaml, .yml or .json file is there that is not hidden, ignored by git or excluded.");
    let workspace = Workspace::with("values.yaml", "replicas: 1\n").and("ci.yml", "on: push\n");
    insta::assert_snapshot!(workspace.run(&["lint"]).stdout, @r"
    Read 2 files, 2 documents, 0 objects: no Kubernetes object in 2 files.
    No findings.
    ");
}

#[test]
fn colours_are_a_matter_of_choice() {
    let workspace = Workspace::with("a.yaml", ERROR);
    let has_colour = |arguments: &[&str], no_color: Option<&str>| {
        let mut command = workspace.command(arguments);
        if let Some(value) = no_color {
            command.env("NO_COLOR", value);
        }
        super::workspace::finish(command).stdout.contains('\u{1b}')
    };
    assert!(!has_colour(&["lint"], None), "no terminal, no colour");
    assert!(!has_colour(&["lint", "--color", "never"], None));
    assert!(has_colour(&["lint", "--color", "always"], None));
    assert!(has_colour(
        &["lint", "--color", "always", "--format", "concise"],
        None
    ));
    assert!(
        has_colour(&["--color=always", "lint"], Some("1")),
        "an option outweighs a variable"
    );
    assert!(!has_colour(&["lint", "--color", "auto"], Some("1")));
    assert!(!has_colour(
        &["lint", "--color", "always", "--format", "json"],
        None
    ));
}

// Windows has no such file names.
#[cfg(unix)]
#[test]
fn control_characters_of_manifests_do_not_reach_the_terminal() {
    let text = ERROR
        .replace("name: warden\n", "name: \"war\\e[31mden\"\n")
        .replace("lease-duration=10s", "lease-duration=10s\u{9b}31m\u{202e}");
    let workspace = Workspace::with("a.yaml", &text).and("b\u{1b}[2J.yaml", ERROR);
    for arguments in [
        &["lint"] as &[&str],
        &["lint", "-v", "--profile", "pedantic"],
        &["inspect"],
        &["inspect", "--detail"],
    ] {
        let stdout = workspace.run(arguments).stdout;
        let stray = stdout.chars().find(|character| {
            (character.is_control() && *character != '\n') || *character == '\u{202e}'
        });
        assert_eq!(stray, None, "{arguments:?}\n{stdout}");
    }
    let json = workspace.run(&["lint", "--format", "json"]).json();
    assert!(
        json.to_string().contains("\\u001b[2J.yaml"),
        "programs get the name as it is"
    );
}

#[test]
fn places_of_many_lines_are_shown_by_their_first() {
    let text = sound().replace("replicas: 2", "replicas: 2\n  replicas: 2");
    let run = Workspace::with("a.yaml", &text).run(&["lint"]);
    assert!(run.stdout.lines().count() < 25, "{}", run.stdout);
}

#[test]
fn the_good_example_is_without_fault() {
    let workspace = Workspace::with("a.yaml", GOOD);
    let run = workspace.run(&["lint", "--fail-on", "info", "--fail-on-not-judged"]);
    assert_eq!(run.status, 0, "{}", run.stdout);
}

#[test]
fn colours_are_forced_and_forbidden_by_the_environment() {
    let workspace = Workspace::with("a.yaml", ERROR);
    let is_coloured = |variables: &[(&str, &str)]| {
        let mut command = workspace.command(&["lint"]);
        for (name, value) in variables {
            command.env(name, value);
        }
        super::workspace::finish(command).stdout.contains('\u{1b}')
    };
    assert!(!is_coloured(&[]));
    assert!(is_coloured(&[("FORCE_COLOR", "1")]));
    assert!(is_coloured(&[("CLICOLOR_FORCE", "1")]));
    assert!(!is_coloured(&[
        ("FORCE_COLOR", "0"),
        ("CLICOLOR_FORCE", "")
    ]));
    assert!(!is_coloured(&[("FORCE_COLOR", "1"), ("NO_COLOR", "1")]));
}

/// Controllers with the same fault, and one with another.
fn alike(number: usize) -> Workspace {
    let workspace = Workspace::new();
    for number in 0..number {
        let name = format!("warden-{number:02}");
        let text = warning().replace("warden", &name);
        workspace.write(&format!("{name}.yaml"), text.as_bytes());
    }
    workspace.and("z.yaml", ERROR)
}

#[test]
fn one_cause_in_many_objects_is_shown_once() {
    let workspace = alike(14);
    insta::assert_snapshot!(workspace.run(&["lint"]).stdout);
    let frames = |arguments: &[&str]| workspace.run(arguments).stdout.matches("  | ").count();
    let (few, every) = (frames(&["lint"]), frames(&["lint", "-v"]));
    assert!(every > few * 4, "{few} and {every}");
    let concise = workspace.run(&["lint", "--format", "concise"]).stdout;
    assert_eq!(concise.lines().count(), 14 + 1 + 1);
    let json = workspace.run(&["lint", "--format", "json"]).json();
    assert_eq!(json["findings"].as_array().map(Vec::len), Some(15));
}

#[test]
fn one_cause_in_two_objects_is_shown_once_too() {
    let text = alike(2).run(&["lint"]).stdout;
    assert_eq!(text.matches("= help: When the pod").count(), 1, "{text}");
    let other = "\
warning[single-replica]: the same rule in 1 more place
  --> warden-01.yaml:7:13, Deployment ops/warden-01, container manager

";
    assert!(text.contains(other), "{text}");
}

#[test]
fn advice_is_counted_where_something_worse_was_found() {
    let workspace = Workspace::with("a.yaml", ERROR).and("b.yaml", &super::workspace::advice());
    let shown = |arguments: &[&str]| workspace.run(arguments).stdout;
    let short = shown(&["lint"]);
    assert!(!short.contains("info["), "{short}");
    assert!(
        short.contains(
            "Found 1 error, 1 info. The info is not shown (--min-severity info shows it).\n"
        ),
        "{short}"
    );
    for asked in [
        &["lint", "--min-severity", "info"] as &[&str],
        &["lint", "--fail-on", "info"],
        &["lint", "-v"],
        &["lint", "b.yaml"],
    ] {
        let text = shown(asked);
        assert!(
            text.contains("info[standbys-on-one-node]"),
            "{asked:?}: {text}"
        );
        assert!(!text.contains("not shown"), "{asked:?}: {text}");
    }
    workspace.write("base/a.yaml", sound().as_bytes());
    let change = format!(
        "{ERROR}---\n{}",
        super::workspace::advice().replace("warden", "keeper")
    );
    workspace.write("head/a.yaml", change.as_bytes());
    let change = shown(&["diff", "base", "head"]);
    assert!(
        change.contains("The change brings 1 error, 1 info. The info is not shown"),
        "{change}"
    );
}

#[test]
#[cfg(unix)]
fn a_pipe_that_is_not_read_is_named() {
    let workspace = Workspace::with("a.yaml", GOOD);
    let said = |arguments: &[&str]| {
        let mut command = workspace.command(arguments);
        command.write_stdin(ERROR);
        super::workspace::finish(command).stderr
    };
    let hint =
        "standard input holds something and was not read: `-` in the place of a path reads it\n";
    assert_eq!(said(&["lint"]), hint);
    assert_eq!(said(&["inspect"]), hint);
    for arguments in [&["lint", "."] as &[&str], &["lint", "-"], &["lint", "-q"]] {
        assert_eq!(said(arguments), "", "{arguments:?}");
    }
    assert_eq!(workspace.run(&["lint"]).stderr, "");
}
