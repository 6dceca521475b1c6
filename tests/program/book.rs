//! The book in `docs/`: its links lead somewhere, its commands print what it shows, its examples find what it names, and the
//! runbook has every alert, metric and line of the log.
#![allow(clippy::unwrap_used)] // in tests a panic is the message

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::readme::{ServerChild, with_real_output};
use super::workspace::{Workspace, finish, program};

/// How pages of the book name files outside of it, and how alerts name pages.
const REPOSITORY: &str = "https://github.com/leaselint/leaselint/blob/main/";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files below a folder that end so.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.to_str().unwrap().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn pages() -> Vec<PathBuf> {
    files(&root().join("docs"), ".md")
}

/// The lines of a page that are not in a block of code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// The targets of the links in a page.
fn links(text: &str) -> Vec<&str> {
    let targets = prose(text).flat_map(|line| line.split("](").skip(1));
    targets.filter_map(|rest| rest.split(')').next()).collect()
}

/// The anchors of a page, as GitHub and mdBook make them of headings.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = prose(text).filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| {
        let words = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = words.chars().filter_map(|letter| match letter {
            ' ' => Some('-'),
            '-' | '_' => Some(letter),
            other => other.is_alphanumeric().then_some(other),
        });
        kept.collect()
    };
    headings.map(anchor).collect()
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let mut sources = pages();
    for name in [
        "README.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "ARCHITECTURE.md",
        "deploy/README.md",
    ] {
        sources.push(root().join(name));
    }
    let mut checked = 0;
    for page in sources {
        let text = fs::read_to_string(&page).unwrap();
        for link in links(&text) {
            let path = match link.strip_prefix(REPOSITORY) {
                Some(rest) => root().join(rest),
                None if link.contains("://") => continue,
                None => page.parent().unwrap().join(link),
            };
            let path = path.to_str().unwrap();
            let (path, anchor) = path.split_once('#').unwrap_or((path, ""));
            // A bare anchor is in the page itself.
            let target = match path.ends_with('/') && link.starts_with('#') {
                true => page.clone(),
                false => PathBuf::from(path),
            };
            assert!(target.exists(), "{}: {link}", page.display());
            if !anchor.is_empty() {
                let text = fs::read_to_string(&target).unwrap();
                assert!(
                    anchors(&text).contains(anchor),
                    "{}: {link}",
                    page.display()
                );
            }
            checked += 1;
        }
    }
    assert!(checked > 100, "{checked}");
}

#[test]
fn every_page_is_in_the_summary() {
    let docs = root().join("docs");
    let summary = fs::read_to_string(docs.join("SUMMARY.md")).unwrap();
    let listed: BTreeSet<PathBuf> = links(&summary).iter().map(|link| docs.join(link)).collect();
    let mut there: BTreeSet<PathBuf> = pages().into_iter().collect();
    there.remove(&docs.join("SUMMARY.md"));
    assert_eq!(listed, there);
}

#[test]
fn every_picture_is_in_a_page() {
    let texts: Vec<String> = pages()
        .iter()
        .map(|page| fs::read_to_string(page).unwrap())
        .collect();
    let pictures = files(&root().join("docs/pictures"), ".svg");
    assert!(pictures.len() >= 8, "{pictures:?}");
    for picture in pictures {
        let name = picture.file_name().unwrap().to_str().unwrap();
        let link = format!("pictures/{name})");
        assert!(texts.iter().any(|text| text.contains(&link)), "{name}");
    }
}

/// `LEASELINT_BLESS=1 cargo test book` writes the output anew.
#[test]
fn commands_in_the_book_print_what_it_shows() {
    let mut commands = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        commands += text.matches("```console\n").count();
        let real = with_real_output(root(), &text);
        if std::env::var_os("LEASELINT_BLESS").is_some() {
            fs::write(&page, real).unwrap();
        } else {
            assert_eq!(
                text,
                real,
                "{}: LEASELINT_BLESS=1 writes it anew",
                page.display()
            );
        }
    }
    assert!(commands >= 13, "{commands}");
}

#[test]
fn examples_find_the_rules_that_their_pages_name() {
    let mut compared = 0;
    for folder in ["problems", "practices"] {
        for page in files(&root().join("docs").join(folder), ".md") {
            let text = fs::read_to_string(&page).unwrap();
            let line = text
                .lines()
                .find(|line| line.starts_with("Rules: "))
                .unwrap();
            let named: BTreeSet<&str> = line
                .split("](../rules.md#")
                .skip(1)
                .filter_map(|rest| rest.split(')').next())
                .collect();
            let name = page.file_stem().unwrap().to_str().unwrap();
            let mut lint = program();
            lint.current_dir(root()).args(["lint", "--format", "json"]);
            let report = finish({
                lint.arg(format!("examples/{folder}/{name}.yaml"));
                lint
            });
            let report = report.json();
            let findings = report["findings"].as_array().unwrap();
            let found: BTreeSet<&str> = findings
                .iter()
                .map(|finding| finding["rule"].as_str().unwrap())
                .collect();
            assert_eq!(found, named, "{name}");
            assert_eq!(report["unread"], Value::Array(Vec::new()), "{name}");
            compared += 1;
        }
    }
    assert_eq!(compared, 4 + 7);
}

fn runbook() -> String {
    fs::read_to_string(root().join("docs/runbook.md")).unwrap()
}

/// The first column of the tables of a page.
fn first_column(text: &str) -> BTreeSet<&str> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split('`').next()).collect()
}

#[test]
fn the_runbook_has_every_alert_and_alerts_speak_of_metrics_that_are_there() {
    let rules = root().join("deploy/charts/leaselint/templates/prometheus-rule.yaml");
    let rules = fs::read_to_string(rules).unwrap();
    let after = |line: &str, key: &str| -> Option<String> {
        line.trim_start()
            .strip_prefix(key)
            .map(|rest| rest.trim().to_owned())
    };
    let alerts: Vec<String> = rules
        .lines()
        .filter_map(|line| after(line, "- alert:"))
        .collect();
    assert!(alerts.len() >= 10, "{alerts:?}");
    let runbook = runbook();
    let headings: Vec<&str> = runbook
        .lines()
        .filter_map(|line| line.strip_prefix("### "))
        .collect();
    assert_eq!(headings, alerts);
    let pages: Vec<String> = rules
        .lines()
        .filter_map(|line| after(line, "runbook_url: {{ $pages }}#"))
        .collect();
    let anchors: Vec<String> = alerts.iter().map(|alert| alert.to_lowercase()).collect();
    assert_eq!(pages, anchors);

    let described = first_column(&runbook);
    let is_word = |letter: char| letter.is_ascii_lowercase() || letter == '_';
    for expression in rules.lines().filter_map(|line| after(line, "expr:")) {
        let words = expression.split(|letter| !is_word(letter));
        for metric in words.filter(|word| word.starts_with("leaselint_")) {
            assert!(described.contains(metric), "{metric}");
        }
    }
}

/// What a server alone, without a cluster, answers to a scrape.
fn scrape() -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_leaselint"))
        .args(["serve", "--no-cluster", "--self-signed"])
        .args(["--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0"])
        .stderr(Stdio::piped())
        .spawn()
        .map(ServerChild)
        .unwrap();
    let mut first = String::new();
    let log = child.0.stderr.take().unwrap();
    BufReader::new(log).read_line(&mut first).unwrap();
    let first: Value = serde_json::from_str(&first).unwrap();
    let mut stream = TcpStream::connect(first["metrics_listen"].as_str().unwrap()).unwrap();
    stream
        .write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_runbook_has_every_metric() {
    let scraped = scrape();
    let names = scraped
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "));
    let names: BTreeSet<&str> = names.filter_map(|rest| rest.split(' ').next()).collect();
    let runbook = runbook();
    let described: BTreeSet<&str> = first_column(&runbook)
        .into_iter()
        .filter(|name| name.starts_with("leaselint_"))
        .collect();
    assert!(described.is_superset(&names), "{names:?}");
    // A family of series is not in a scrape before it has one.
    let registry = fs::read_to_string(root().join("webhook/src/metrics/mod.rs")).unwrap();
    for name in described.difference(&names) {
        let name = name.strip_prefix("leaselint_").unwrap();
        let registered = format!("\"{}\"", name.trim_end_matches("_total"));
        assert!(registry.contains(&registered), "{name}");
    }
}

#[test]
fn the_runbook_has_every_line_of_the_log() {
    let mut events = BTreeSet::new();
    for folder in ["webhook/src", "src/commands/serve"] {
        for file in files(&root().join(folder), ".rs") {
            let text = fs::read_to_string(&file).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            for call in ["line(", "failed("] {
                for rest in code.split(call).skip(1) {
                    // The words before the fields; the last of them names the event.
                    let words = rest.split(['&', ';', ')']).next().unwrap();
                    let words: Vec<&str> = words.split('"').collect();
                    if let [_, .., event, end] = words.as_slice()
                        && end.trim() == ","
                    {
                        events.insert((*event).to_owned());
                    }
                }
            }
        }
    }
    assert!(events.len() > 15, "{events:?}");
    let runbook = runbook();
    let described: BTreeSet<String> = first_column(&runbook)
        .into_iter()
        .filter(|name| !name.starts_with("leaselint_"))
        .map(str::to_owned)
        .collect();
    assert_eq!(described, events);
}

#[test]
fn the_dashboard_of_the_webhook_shows_every_metric_and_no_other() {
    let file = root().join("deploy/charts/leaselint/dashboard.json");
    let dashboard: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let mut shown = BTreeSet::new();
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    for target in panels
        .iter()
        .flat_map(|panel| panel["targets"].as_array().unwrap())
    {
        let query = target["expr"].as_str().unwrap();
        let words = query.split(|letter| !is_part(letter));
        for metric in words.filter(|word| word.starts_with("leaselint_")) {
            shown.insert(metric.trim_end_matches("_bucket").to_owned());
        }
    }
    let runbook = runbook();
    let metrics = first_column(&runbook).into_iter();
    let metrics: BTreeSet<String> = metrics
        .filter(|name| name.starts_with("leaselint_"))
        .map(str::to_owned)
        .collect();
    assert_eq!(shown, metrics);
}

/// The alerts of a rules file that `export alerts` writes, each with where its page is.
fn exported_alerts(metrics: &str) -> BTreeSet<(String, String)> {
    let leases = r#"{"schema": "leaselint/leases/v1", "leases": [
        {"namespace": "shop", "name": "orders", "state": "held", "kind": "election", "holder": "a", "durationSeconds": 15,
         "renewDeadlineSeconds": 10.0, "retryPeriodSeconds": 2.0,
         "object": {"apiVersion": "apps/v1", "kind": "Deployment", "namespace": "shop", "name": "orders"}}]}"#;
    let workspace = Workspace::with("leases.json", leases);
    let run = workspace.run(&[
        "export",
        "alerts",
        "--leases=leases.json",
        "--format=rules",
        metrics,
    ]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let file: Value = serde_yaml::from_str(&run.stdout).unwrap();
    let rules = file["groups"][0]["rules"].as_array().unwrap();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    rules
        .iter()
        .map(|rule| {
            (
                word(&rule["alert"]),
                word(&rule["annotations"]["runbook_url"]),
            )
        })
        .collect()
}

#[test]
fn every_exported_alert_leads_to_its_section() {
    let mut exported = exported_alerts("--metrics=monitor");
    exported.extend(exported_alerts("--metrics=kube-state-metrics"));
    let page = fs::read_to_string(root().join("docs/live.md")).unwrap();
    let headings = page.lines().filter_map(|line| line.strip_prefix("### "));
    let address = |alert: &str| format!("{REPOSITORY}docs/live.md#{}", alert.to_lowercase());
    let described: BTreeSet<(String, String)> = headings
        .filter(|heading| heading.starts_with("LeaderElection"))
        .map(|alert| (alert.to_owned(), address(alert)))
        .collect();
    assert_eq!(exported, described);
}
