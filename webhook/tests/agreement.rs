//! Linter and webhook agree: a document gives the same findings through both.
//!
//! The documents are those of the rules' own tests and every workload of the folders that
//! `LEASELINT_CORPUS` and `LEASELINT_FIELD` name, where they are set. Each goes as JSON over real TLS to a server whose metrics and answer
//! must say what `Engine::judge` of the same document says.
#![allow(
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::unwrap_used,
    missing_docs
)]

mod documents;
#[path = "../../tests/shared/not_tested.rs"]
mod not_tested;
#[allow(dead_code)]
#[path = "server/support.rs"]
mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use engine::{Engine, Input, Profile, Settings, Severity, Task, read_file};
use manifest::text::FileId;
use manifest::tree::{Document, Node, ReadLimits};
use serde_json::{Value, json};
use webhook::review::{AdmissionRules, DeniedErrors, Policy, ReviewedKind};

use documents::to_json;
use not_tested::not_tested;
use support::as_sent::as_sent;
use support::{TlsClient, options, request, review, start};

fn settings() -> Settings {
    Settings {
        profile: Profile::Pedantic,
        ..Settings::default()
    }
}

/// Rules and severities with their counts, suppressed ones left out.
type FindingCounts = BTreeMap<(String, &'static str), usize>;

/// What the linter says of the one object as a file.
fn linted(text: &str) -> (FindingCounts, bool) {
    let file = read_file(
        FileId(0),
        "object.json",
        text.as_bytes(),
        true,
        ReadLimits::default(),
    );
    let input = Input::new(vec![file]);
    let engine = Engine::new(settings());
    let outcome = engine.judge(Task::lint(&input));
    let mut counts = FindingCounts::new();
    for finding in outcome
        .findings
        .iter()
        .filter(|finding| finding.suppressed.is_none())
    {
        let key = (finding.rule.id.to_owned(), finding.severity.as_str());
        *counts.entry(key).or_default() += 1;
    }
    (counts, outcome.unread.is_empty())
}

/// The findings that a scrape counts.
fn counted(scrape: &str) -> FindingCounts {
    let mut counts = FindingCounts::new();
    for line in scrape.lines() {
        let Some(rest) = line.strip_prefix("leaselint_findings_total{rule=\"") else {
            continue;
        };
        let (rule, rest) = rest.split_once("\",severity=\"").unwrap();
        let (severity, count) = rest.split_once("\"} ").unwrap();
        let severity = [Severity::Info, Severity::Warning, Severity::Error]
            .into_iter()
            .map(Severity::as_str)
            .find(|word| *word == severity)
            .unwrap();
        counts.insert((rule.to_owned(), severity), count.parse().unwrap());
    }
    counts
}

fn added(before: &FindingCounts, after: &FindingCounts) -> FindingCounts {
    after
        .iter()
        .map(|(key, count)| (key.clone(), count - before.get(key).unwrap_or(&0)))
        .filter(|(_, count)| *count > 0)
        .collect()
}

/// Documents of a text that the webhook judges by themselves.
fn judged_documents(name: &str, bytes: &[u8]) -> Vec<Value> {
    let file = read_file(FileId(0), name, bytes, true, ReadLimits::default());
    let is_judged = |document: &&Document| {
        let root = document.root();
        let word = |key: &str| root.get(key).and_then(Node::as_str).unwrap_or_default();
        let group = word("apiVersion")
            .split_once('/')
            .map_or("", |(group, _)| group);
        let alone = root.get("items").is_none();
        alone && ReviewedKind::of(group, word("kind")).is_judged()
    };
    file.reading
        .documents
        .iter()
        .filter(is_judged)
        .map(|document| to_json(document.root()))
        .collect()
}

/// Compares one object; the webhook passes over what no person wrote, and the linter does not.
async fn compare(
    client: &mut TlsClient,
    scrape: impl Fn() -> String,
    object: &Value,
    name: &str,
) -> bool {
    let metadata = &object["metadata"];
    let is_controlled = metadata["ownerReferences"]
        .as_array()
        .is_some_and(|owners| owners.iter().any(|owner| owner["controller"] == true));
    if is_controlled || !metadata["deletionTimestamp"].is_null() || !metadata.is_object() {
        return false;
    }
    let (expected, is_read) = linted(&object.to_string());
    if !is_read {
        return false;
    }
    let asked = as_sent(&review(request("CREATE", object, &Value::Null)));
    let before = counted(&scrape());
    let reply = client.post(asked).await.unwrap();
    let response = reply.response();
    let found = added(&before, &counted(&scrape()));
    assert_eq!(found, expected, "{name}: {object:#}");
    let errors = expected.keys().any(|(_, severity)| *severity == "error");
    assert_eq!(response["allowed"], !errors, "{name}: {response}");
    true
}

async fn compare_all(texts: impl Iterator<Item = (String, Vec<u8>)>) -> usize {
    let policy = Policy {
        settings: settings(),
        // Here every error denies, so that the answer says of each whether there is one.
        admission: AdmissionRules {
            deny: DeniedErrors::All,
            ..AdmissionRules::default()
        },
        ..Policy::default()
    };
    let running = start(options(), policy).await;
    let mut client = running.connect().await;
    let mut compared = 0;
    for (name, bytes) in texts {
        for object in judged_documents(&name, &bytes) {
            let scrape = || running.metrics.scrape();
            if compare(&mut client, scrape, &object, &name).await {
                compared += 1;
            }
        }
    }
    compared
}

#[tokio::test]
async fn documents_of_the_rules_are_judged_alike() {
    let texts = documents::of_the_rules();
    let compared = compare_all(texts.into_iter()).await;
    assert!(compared > 300, "only {compared} documents were compared");
}

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, files);
        } else if path
            .extension()
            .is_some_and(|end| end == "yaml" || end == "yml" || end == "json")
        {
            files.push(path);
        }
    }
}

#[tokio::test]
async fn documents_of_the_corpus_are_judged_alike() {
    folder_is_judged_alike("LEASELINT_CORPUS", 100).await;
}

#[tokio::test]
async fn situations_of_the_field_are_judged_alike() {
    folder_is_judged_alike("LEASELINT_FIELD", 50).await;
}

/// Compares all documents of the folder that a variable names, of which there must be more than `least`.
async fn folder_is_judged_alike(variable: &str, least: usize) {
    let Some(folder) = env::var_os(variable) else {
        not_tested(&format!(
            "the documents of the folder that {variable} names"
        ));
        return;
    };
    let mut files = Vec::new();
    files_below(Path::new(&folder), &mut files);
    files.sort();
    let texts = files
        .into_iter()
        .map(|path| (path.display().to_string(), fs::read(&path).unwrap()));
    let compared = compare_all(texts).await;
    eprintln!("{compared} documents of {variable} were compared");
    assert!(compared > least, "only {compared} documents were compared");
}

/// What the recorded reviews must be answered, written by hand from the manifests they were made of: the
/// renew deadline of `quarry` is above its lease, and `granite` has one replica.
fn expected(name: &str) -> (bool, usize) {
    match name {
        "02-create-deployment-quarry.json" => (false, 0),
        "05-create-deployment-granite.json" => (true, 1),
        _ => (true, 0),
    }
}

#[tokio::test]
async fn reviews_of_a_real_api_server_are_answered_in_whatever_order_their_members_come() {
    let running = start(options(), Policy::default()).await;
    let mut client = running.connect().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/webhook/reviews");
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let recorded = fs::read_to_string(&path).unwrap();
        let as_sent = client.post(recorded.clone()).await.unwrap().response();
        let (allowed, warnings) = expected(&name);
        assert_eq!(as_sent["allowed"], allowed, "{name}: {as_sent}");
        let counts = as_sent["warnings"].as_array().map_or(0, Vec::len);
        assert_eq!(counts, warnings, "{name}: {as_sent}");
        // Sorted by name, the object comes before the operation.
        let sorted: Value = serde_json::from_str(&recorded).unwrap();
        let sorted = client.post(sorted.to_string()).await.unwrap().response();
        assert_eq!(sorted, as_sent, "{name}");
        seen += 1;
    }
    assert_eq!(seen, 27);
}

#[test]
fn what_kubectl_would_send_is_json() {
    let bytes = b"kind: List\nb: [1, 2.5, yes, ~, \"x\"]\n";
    let file = read_file(FileId(0), "a.yaml", bytes, true, ReadLimits::default());
    let root = file.reading.documents[0].root();
    assert_eq!(
        to_json(root),
        json!({"kind": "List", "b": [1, 2.5, true, null, "x"]})
    );
}
