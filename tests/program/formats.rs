//! The formats that other tools read. Places are counted by hand in [`ERROR`]: its lease duration is the
//! 33 characters from column 15 of line 20 on.

use std::fs;

use serde_json::{Value, json};

use super::workspace::{ERROR, TEMPLATE, Workspace, sound};

const MESSAGE: &str = "lease duration 10s is not above renew deadline 10s";
const HELP: &str = "client-go checks this before the first attempt to acquire the lock, so the program exits at start. \
                    Every replica is in CrashLoopBackOff, and nothing that the program controls is reconciled.";
const REMEDY: &str =
    "Set `--leader-elect-lease-duration=14s` or `--leader-elect-renew-deadline=6s`.";

#[test]
fn concise_is_a_line_a_finding() {
    let workspace = Workspace::with("a.yaml", ERROR);
    let run = workspace.run(&["lint", "a.yaml", "--format", "concise"]);
    assert_eq!(run.status, 1);
    assert_eq!(
        run.stdout,
        format!(
            "a.yaml:20:15: error[lease-not-above-renew]: {MESSAGE}\n\
             1 error, 0 warnings, 0 infos in 1 file; 0 ignored, 0 not judged, 0 not read\n"
        )
    );
}

#[test]
fn github_gets_escaped_annotations_and_a_summary() {
    let workspace = Workspace::with("a,b.yaml", ERROR);
    let run = workspace.run(&["lint", "a,b.yaml", "--format", "github"]);
    let expected = format!(
        "::error file=a%2Cb.yaml,line=20,endLine=20,col=15,endColumn=48,title=leaselint%3A \
         lease-not-above-renew::{MESSAGE}%0A{HELP}%0A{REMEDY}\n"
    );
    assert_eq!(run.stdout, expected);
}

#[test]
fn github_shows_ten_of_a_sort_and_counts_the_rest() {
    let many: Vec<String> = (0..12)
        .map(|number| ERROR.replace("warden", &format!("warden-{number}")))
        .collect();
    let workspace = Workspace::with("a.yaml", &many.join("---\n"));
    let run = workspace.run(&["lint", "a.yaml", "--format", "github"]);
    let mut errors = run
        .stdout
        .lines()
        .filter(|line| line.starts_with("::error "));
    assert_eq!(errors.clone().count(), 10, "{}", run.stdout);
    let last = errors.next_back().unwrap_or_default();
    assert!(last.contains("3 more of severity error"), "{last}");

    // What was not read is an error to GitHub, too.
    for number in 0..3 {
        workspace.write(&format!("t{number}.yaml"), TEMPLATE.as_bytes());
    }
    let run = workspace.run(&["lint", "--format", "github"]);
    let errors: Vec<&str> = run
        .stdout
        .lines()
        .filter(|line| line.starts_with("::error "))
        .collect();
    assert_eq!(errors.len(), 10, "{}", run.stdout);
    assert!(
        errors[9].contains("6 more of severity error"),
        "{}",
        errors[9]
    );
}

/// docs.gitlab.com/ci/testing/code_quality, "Code Quality report format": a single array, each object of which has `description`,
/// `check_name`, `fingerprint` ("to identify this specific code quality violation"), `severity` (one of five words),
/// `location.path` ("expressed as a relative path in the repository") and `location.lines.begin`.
#[test]
fn gitlab_finds_what_it_asks_for() {
    let many: Vec<String> = (0..3)
        .map(|number| ERROR.replace("name: warden\n", &format!("name: warden-{number}\n")))
        .collect();
    let workspace = Workspace::with("deploy/a b.yaml", &many.join("---\n"));
    workspace.write(".git/HEAD", b"ref: refs/heads/main\n");
    let mut command = workspace.command(&["lint", "./a b.yaml", "--format", "gitlab"]);
    command.current_dir(workspace.path().join("deploy"));
    let report = super::workspace::finish(command).json();
    let issues = report.as_array().expect("an array");
    assert!(issues.len() >= 3, "{report}");
    let mut fingerprints = std::collections::BTreeSet::new();
    for issue in issues {
        for key in ["description", "check_name", "fingerprint", "severity"] {
            let text = issue[key].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{key}: {issue}");
        }
        assert!(
            fingerprints.insert(issue["fingerprint"].to_string()),
            "{issue}"
        );
        assert_eq!(issue["location"]["path"], "deploy/a b.yaml");
        assert!(
            issue["location"]["lines"]["begin"].as_u64() > Some(0),
            "{issue}"
        );
        let severities = ["info", "minor", "major", "critical", "blocker"];
        assert!(
            severities.contains(&issue["severity"].as_str().expect("text")),
            "{issue}"
        );
    }
}

/// An element's attributes, by name.
type Attributes = std::collections::BTreeMap<String, String>;

/// The elements of an XML document with their attributes and the name of the one around them.
fn elements(xml: &str) -> Vec<(String, String, Attributes)> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(xml);
    let (mut open, mut found) = (vec![String::new()], Vec::new());
    loop {
        let event = reader.read_event().expect("well-formed");
        let (start, is_empty) = match &event {
            Event::Start(start) => (start, false),
            Event::Empty(start) => (start, true),
            Event::End(_) => {
                open.pop();
                continue;
            }
            Event::Eof => return found,
            _ => continue,
        };
        let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
        let attributes = start.attributes().map(|attribute| {
            let attribute = attribute.expect("well-formed");
            let key = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
            (key, attribute.unescape_value().expect("text").into_owned())
        });
        let parent = open.last().cloned().unwrap_or_default();
        found.push((parent, name.clone(), attributes.collect()));
        if !is_empty {
            open.push(name);
        }
    }
}

/// There is no official schema of JUnit's XML. Jenkins' xUnit plugin refuses what its `junit-10.xsd` does not allow
/// (github.com/jenkinsci/xunit-plugin, `JUnitInputMetric.java` and `types/model/xsd/junit-10.xsd`): elements, their attributes
/// and which of these are required are below, without those that are not written.
///
/// docs.gitlab.com/ci/testing/unit_test_reports, "JUnit XML format specification": GitLab reads `classname` and `name` of a
/// `testcase`, and the content of its `failure`, `error` and `system-out`. "If you have duplicate test names, only the first test
/// is used and others with the same name are ignored." Its parser (github.com/gitlabhq/gitlabhq,
/// `lib/gitlab/ci/parsers/test/junit.rb`) takes the `failure` of a case, else its `error`.
// Windows has no such file names.
#[cfg(unix)]
#[test]
fn jenkins_and_gitlab_find_what_they_read_of_junit() {
    let unread = format!("{TEMPLATE}---\n{TEMPLATE}");
    let workspace = Workspace::with("a.yaml", ERROR)
        .and("b&<c>.yaml", &super::workspace::advice())
        .and("t.yaml", &unread);
    let run = workspace.run(&["lint", "--format", "junit"]);
    let elements = elements(&run.stdout);
    let allowed = |parent: &str, name: &str| -> (&[&str], &[&str]) {
        match (parent, name) {
            ("", "testsuites") => (&[], &["name", "tests", "failures", "errors"]),
            ("testsuites", "testsuite") => (
                &["name", "tests", "failures", "errors"],
                &["name", "tests", "failures", "errors", "skipped"],
            ),
            ("testsuite", "testcase") => (&["name"], &["name", "classname"]),
            ("testcase", "failure" | "error") => (&[], &["type", "message"]),
            ("testcase", "system-out") => (&[], &[]),
            other => panic!("{other:?}"),
        }
    };
    for (parent, name, attributes) in &elements {
        let (needed, known) = allowed(parent, name);
        assert!(
            needed.iter().all(|key| attributes.contains_key(*key)),
            "{name}: {attributes:?}"
        );
        assert!(
            attributes.keys().all(|key| known.contains(&key.as_str())),
            "{name}: {attributes:?}"
        );
    }
    let cases = elements.iter().filter(|(_, name, _)| name == "testcase");
    let names: Vec<_> = cases
        .map(|(_, _, attributes)| (&attributes["classname"], &attributes["name"]))
        .collect();
    let different: std::collections::BTreeSet<_> = names.iter().collect();
    assert_eq!(names.len(), different.len(), "{}", run.stdout);
    // What the suites count is in them, and no case has two elements of one name.
    let all = |wanted: &str| {
        elements
            .iter()
            .filter(|(_, name, _)| name == wanted)
            .count()
            .to_string()
    };
    let root = &elements[0].2;
    assert_eq!(
        (&root["tests"], &root["failures"], &root["errors"]),
        (&all("testcase"), &all("failure"), &all("error"))
    );
    assert_eq!(
        (all("failure"), all("error"), all("system-out")),
        ("1".to_owned(), "1".to_owned(), "1".to_owned())
    );
    let suites: Vec<&str> = elements
        .iter()
        .filter(|(_, name, _)| name == "testsuite")
        .map(|(_, _, attributes)| attributes["name"].as_str())
        .collect();
    assert_eq!(suites, ["a.yaml", "b&<c>.yaml", "t.yaml"]);
    // Both templates that could not be read are in one case.
    assert_eq!(run.stdout.matches("t.yaml:").count(), 2, "{}", run.stdout);
}

/// docs.github.com/en/code-security/code-scanning: "SARIF support for code scanning" limits `shortDescription` and
/// `fullDescription` to 1024 characters; "SARIF results exceed one or more limits" refuses more than 25,000 rules of a run and 20
/// `tags` of a rule, of which it includes 10. The rest is the validator's (`sarif`).
#[test]
fn sarif_keeps_to_the_limits_of_github() {
    let log = Workspace::with("a.yaml", ERROR)
        .run(&["lint", "--format", "sarif"])
        .json();
    let rules = log["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .expect("a list");
    assert!(rules.len() > 40 && rules.len() <= 25_000);
    for rule in rules {
        let length = |pointer: &str| {
            rule.pointer(pointer)
                .and_then(Value::as_str)
                .map_or(0, |text| text.chars().count())
        };
        assert!(
            (1..=1024).contains(&length("/shortDescription/text")),
            "{rule}"
        );
        assert!(
            (1..=1024).contains(&length("/fullDescription/text")),
            "{rule}"
        );
        assert!(
            rule["properties"]["tags"]
                .as_array()
                .is_some_and(|tags| tags.len() <= 10),
            "{rule}"
        );
    }
}

#[test]
fn gitlab_is_an_array_of_issues() {
    let workspace = Workspace::with("a.yaml", ERROR);
    let run = workspace.run(&["lint", "./a.yaml", "--format", "gitlab"]);
    let mut issues: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let fingerprint = issues[0]["fingerprint"].take();
    assert_eq!(fingerprint.as_str().map(str::len), Some(16));
    assert_eq!(
        issues,
        json!([{
            "description": format!("lease-not-above-renew: {MESSAGE}"),
            "check_name": "lease-not-above-renew",
            "fingerprint": null,
            "severity": "major",
            "location": {"path": "a.yaml", "lines": {"begin": 20, "end": 20}},
            "content": {"body": format!("{HELP}\n\n**Remedy:** {REMEDY}")},
        }])
    );
}

#[test]
fn sarif_tells_rule_place_and_fingerprint() {
    let workspace = Workspace::with("a.yaml", ERROR);
    let run = workspace.run(&["lint", "a.yaml", "--format", "sarif"]);
    let log: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "lease-not-above-renew");
    assert_eq!(result["level"], "error");
    let index = result["ruleIndex"]
        .as_u64()
        .and_then(|index| usize::try_from(index).ok());
    let rule = &run["tool"]["driver"]["rules"][index.expect("an index")];
    assert_eq!(rule["id"], "lease-not-above-renew");
    assert!(
        rule["help"]["markdown"]
            .as_str()
            .is_some_and(|page| page.contains("## "))
    );
    let subject = format!("Deployment ops/warden, container manager: {MESSAGE}.");
    assert_eq!(
        result["message"],
        json!({
            "text": format!("{subject} {HELP} {REMEDY}"),
            "markdown": format!("{subject}\n\n{HELP}\n\n**Remedy:** {REMEDY}"),
        })
    );
    assert_eq!(
        result["locations"][0]["physicalLocation"],
        json!({
            "artifactLocation": {"uri": "a.yaml", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 20, "startColumn": 15, "endLine": 20, "endColumn": 48},
        })
    );
    let fingerprint = &result["partialFingerprints"]["leaselint/v1"];
    assert_eq!(fingerprint.as_str().map(str::len), Some(16));
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn markdown_shows_paths_as_they_are() {
    let workspace = Workspace::with("my_app/a_b.yaml", ERROR).and("my_app/t_1.yaml", TEMPLATE);
    let text = workspace.run(&["lint", "--format", "markdown"]).stdout;
    assert!(text.contains(" | `my_app/a_b.yaml:20` | "), "{text}");
    assert!(text.contains("\n- `my_app/t_1.yaml:4:"), "{text}");
}

#[test]
fn what_was_not_read_is_in_every_format() {
    let workspace = Workspace::with("t.yaml", TEMPLATE);
    for (format, expected) in [
        ("concise", "not read[template]"),
        ("github", "title=leaselint%3A not read (template)"),
        ("junit", "type=\"template\""),
        ("markdown", "### Not read"),
        ("sarif", "not-read/template"),
    ] {
        let run = workspace.run(&["lint", "t.yaml", "--format", format]);
        assert_eq!(run.status, 3, "{format}");
        assert!(run.stdout.contains(expected), "{format}: {}", run.stdout);
    }
}

#[test]
fn junit_has_a_suite_a_file_and_a_case_a_rule() {
    let workspace = Workspace::with("a.yaml", ERROR);
    workspace.write("b&c.yaml", sound().as_bytes());
    let run = workspace.run(&[
        "lint", "a.yaml", "b&c.yaml", "--bundle", "file", "--format", "junit",
    ]);
    let text = run.stdout;
    assert!(text.starts_with(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"leaselint\" "
    ));
    assert!(text.contains("<testsuite name=\"a.yaml\" "), "{text}");
    assert!(text.contains("<testsuite name=\"b&amp;c.yaml\" "), "{text}");
    assert_eq!(text.matches("<failure ").count(), 1, "{text}");
    let failure = format!(
        "<failure message=\"{MESSAGE}\" type=\"error\">a.yaml:20:15: error: {MESSAGE}\nDeployment \
         ops/warden, container manager\n{HELP}\nremedy: {REMEDY}\n"
    );
    assert!(text.contains(&failure), "{text}");
}

#[test]
fn one_run_writes_several_reports() {
    let workspace = Workspace::with("a.yaml", ERROR);
    let run = workspace.run(&[
        "lint",
        "a.yaml",
        "--output",
        "sarif=out.sarif",
        "--output=junit=out.xml",
        "--format=concise",
    ]);
    assert_eq!(run.status, 1);
    assert!(run.stdout.starts_with("a.yaml:20:15: "), "{}", run.stdout);
    let read =
        |name: &str| fs::read_to_string(workspace.path().join(name)).expect("the file is there");
    assert!(read("out.sarif").contains("\"2.1.0\""));
    assert!(read("out.xml").contains("<testsuites "));
}

#[test]
fn a_report_that_cannot_be_written_is_a_usage_error() {
    let workspace = Workspace::with("a.yaml", ERROR);
    for output in ["sarif=missing/out.sarif", "xml=out.xml", "sarif", "sarif="] {
        let run = workspace.run(&["lint", "a.yaml", "--output", output]);
        assert_eq!(run.status, 2, "{output}: {}", run.stderr);
        assert!(run.stdout.is_empty(), "{output}: {}", run.stdout);
    }
}

#[test]
fn a_change_has_the_same_formats() {
    let workspace = Workspace::with("base/a.yaml", &sound());
    workspace.write("head/a.yaml", ERROR.as_bytes());
    let run = workspace.run(&["diff", "base", "head", "--format", "concise"]);
    assert_eq!(run.status, 1);
    let first = run.stdout.lines().next().unwrap_or_default();
    assert_eq!(
        first,
        format!("head/a.yaml:20:15: error[lease-not-above-renew]: {MESSAGE}")
    );
    // The rules of a run are those that it has: no cluster was watched.
    let rules = |arguments: &[&str]| -> Vec<String> {
        let sarif = workspace
            .run(&[arguments, &["--format", "sarif"]].concat())
            .json();
        let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array();
        let ids = rules
            .expect("a list")
            .iter()
            .map(|rule| rule["id"].as_str());
        ids.map(|id| id.expect("text").to_owned()).collect()
    };
    let (of_change, of_files) = (rules(&["diff", "base", "head"]), rules(&["lint", "head"]));
    for (rule, in_change, in_files) in [
        ("lock-renamed", true, false),
        ("holder-gone", false, false),
        ("single-replica", true, true),
    ] {
        let has = |rules: &[String]| rules.iter().any(|id| id == rule);
        assert_eq!(
            (has(&of_change), has(&of_files)),
            (in_change, in_files),
            "{rule}"
        );
    }
}
