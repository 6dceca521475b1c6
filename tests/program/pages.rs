//! Rules, their pages, completions and the manual.

use super::workspace::Workspace;

#[test]
fn every_rule_is_listed_and_explained() {
    let workspace = Workspace::new();
    let catalogue = workspace.run(&["rules", "--format", "json"]).json();
    let table = workspace.run(&["rules"]);
    assert_eq!(table.status, 0);
    let rules = catalogue["rules"].as_array().expect("a list");
    assert!(rules.len() > 30);
    for rule in rules {
        let word = |key: &str| {
            rule[key]
                .as_str()
                .unwrap_or_else(|| panic!("{key} of {rule}"))
        };
        let id = word("id");
        assert!(
            ["error", "warning", "info"].contains(&word("severity")),
            "{rule}"
        );
        assert!(
            ["recommended", "strict", "pedantic"].contains(&word("profile")),
            "{rule}"
        );
        assert!(
            ["file", "bundle", "change", "live"].contains(&word("needs")),
            "{rule}"
        );
        assert!(
            ["none", "sometimes", "always"].contains(&word("fix")),
            "{rule}"
        );
        let repository = env!("CARGO_PKG_REPOSITORY");
        assert_eq!(
            word("url"),
            format!("{repository}/blob/main/docs/rules.md#{id}")
        );
        assert!(table.stdout.contains(&format!("  {id} ")), "{id}");
        assert!(table.stdout.contains(word("summary")), "{id}");
        assert!(!word("group").is_empty());
    }
}

#[test]
fn a_page_is_readable() {
    let workspace = Workspace::new();
    let run = workspace.run(&["explain", "single-replica"]);
    assert_eq!(run.status, 0);
    for part in [
        "warning[single-replica]",
        "Since version 0.1.0.",
        "WHAT IT DOES",
        "WHY IT MATTERS",
        "EXAMPLE",
        "    spec:\n      replicas: 1\n",
    ] {
        assert!(run.stdout.contains(part), "{part}\n{}", run.stdout);
    }
    assert!(!run.stdout.contains("##"), "{}", run.stdout);
    assert!(!run.stdout.contains("```"), "{}", run.stdout);
    let page = workspace
        .run(&["explain", "single-replica", "--format", "json"])
        .json();
    assert_eq!(page["id"], "single-replica");
    assert!(
        page["page"]
            .as_str()
            .is_some_and(|text| text.contains("## What it does"))
    );
}

#[test]
fn a_table_of_a_page_fits_a_terminal() {
    let run = Workspace::new().run(&["explain", "lock-renamed"]);
    let mut lines = run.stdout.lines();
    let heading = lines.find(|line| line.starts_with("strategy"));
    assert!(
        heading.is_some_and(|line| line.ends_with("severity")),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("|---"), "{}", run.stdout);
    let rows = lines.take_while(|line| !line.is_empty());
    assert!(
        rows.map(|row| row.chars().count()).max() <= Some(100),
        "{}",
        run.stdout
    );
}

#[test]
fn a_slip_in_a_rule_is_understood() {
    let run = Workspace::new().run(&["explain", "single-replika"]);
    assert_eq!(run.status, 2);
    assert_eq!(
        run.stderr,
        "error: no rule is called `single-replika`; did you mean `single-replica`?\n"
    );
}

#[test]
fn completions_and_manual_are_made() {
    let workspace = Workspace::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = workspace.run(&["completions", shell]);
        assert_eq!(run.status, 0);
        assert!(run.stdout.contains("fail-on"), "{shell}");
    }
    let manual = workspace.run(&["man"]);
    assert_eq!(manual.status, 0);
    for part in [
        ".TH leaselint 1",
        ".SH \"LEASELINT LINT\"",
        ".SH \"LEASELINT EXPORT RBAC\"",
        "fail\\-on",
        "Exit status",
    ] {
        assert!(manual.stdout.contains(part), "{part}");
    }
}
