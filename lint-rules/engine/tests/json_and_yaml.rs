//! A document written as JSON is judged as the same document written as YAML.
//!
//! The documents are those of the rules' own tests, so every rule takes part.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use engine::{Engine, Input, Task, read_file};
use manifest::text::FileId;
use manifest::tree::ReadLimits;

/// What a reader of the report would call the same finding, wherever it stands.
type ReportedFinding = (String, &'static str, String, String, Option<String>);

fn reported(name: &str, text: &str) -> Vec<ReportedFinding> {
    let file = read_file(
        FileId(0),
        name,
        text.as_bytes(),
        true,
        ReadLimits::default(),
    );
    let input = Input::new(vec![file]);
    let engine = Engine::default();
    let outcome = engine.judge(Task::lint(&input));
    assert!(outcome.unread.is_empty(), "{name}: {:?}", outcome.unread);
    let mut reported: Vec<ReportedFinding> = outcome
        .findings
        .iter()
        .map(|finding| {
            (
                finding.rule.id.to_owned(),
                finding.severity.as_str(),
                finding.message.clone(),
                finding.location.path.clone(),
                finding.container.clone(),
            )
        })
        .collect();
    reported.sort();
    reported
}

/// The YAML blocks of a rule's tests.
fn blocks(page: &str) -> impl Iterator<Item = &str> {
    page.split("\n```yaml")
        .skip(1)
        .filter_map(|part| part.split_once('\n')?.1.split("\n```").next())
}

#[test]
fn the_same_document_gives_the_same_findings() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let (mut compared, mut findings) = (0, 0);
    for entry in fs::read_dir(rules).unwrap() {
        let page = fs::read_to_string(entry.unwrap().path().join("tests.md")).unwrap();
        for block in blocks(&page) {
            // kubectl's reader ends every line, also the last one.
            let block = &format!("{block}\n");
            // Comments have no JSON; several documents and duplicate keys are read otherwise there.
            // Words and numbers on which YAML 1.1 and 1.2 differ are another test's matter.
            let differs = [
                "leaselint:",
                "\n---",
                "\n...",
                ": on",
                "- on",
                ": yes",
                "- yes",
                ": off",
                ": no\n",
                ": no ",
                "<<",
                ": 0",
                "0x",
                "1_0",
                ": y",
                ": n ",
                ", off,",
                ", on,",
                ", yes,",
                ", no,",
            ];
            if differs.iter().any(|mark| block.contains(mark)) {
                continue;
            }
            let Ok(value) = serde_yaml::from_str::<serde_json::Value>(block) else {
                continue;
            };
            let json = serde_json::to_string_pretty(&value).unwrap();
            let from_yaml = reported("a.yaml", block);
            // A key given twice is lost on the way to JSON.
            if from_yaml
                .iter()
                .any(|reported| reported.0 == "duplicate-key")
            {
                continue;
            }
            assert_eq!(from_yaml, reported("a.json", &json), "{block}");
            compared += 1;
            findings += from_yaml.len();
        }
    }
    assert!(compared > 200, "only {compared} documents were compared");
    assert!(findings > 150, "only {findings} findings were compared");
}
