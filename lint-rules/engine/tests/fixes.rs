//! Every fix of mutated real manifests: the fixed file reads, and the finding is gone. What would bring something as severe
//! is rare, and so is what uncovers something milder that the fault had hidden. Each manifest is tried with both line ends and
//! in flow style.
//!
//! The manifests are found by the variable `LEASELINT_CORPUS`. Without it the test says so, loudly, and judges the
//! examples of this repository alone.
#![allow(
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::string_slice,
    clippy::unwrap_used,
    missing_docs
)]

#[path = "../../../tests/shared/not_tested.rs"]
mod not_tested;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use engine::{Engine, Finding, Fix, Input, Profile, Settings, Task, read_file};
use manifest::text::FileId;
use manifest::tree::ReadLimits;
use not_tested::not_tested;
use serde::Deserialize as _;

/// A fault to put in: what is written, and what stands there instead.
const FAULTS: &[(&str, &str)] = &[
    ("--leader-elect=true", "--leader-elect=yess"),
    ("- --leader-elect\n", "- --leader-elect\n@- \"true\"\n"),
    ("- --leader-elect=true\n", "- --leader-elect\n@- \"true\"\n"),
    (
        "- \"--leader-elect\"\n",
        "- \"--leader-elect\"\n@- \"false\"\n",
    ),
    ("--leader-elect", "--leader-elct"),
    (
        "- --leader-elect\n",
        "- --leader-elect\n@- --leader-elect-lease-duration=10s\n@- --leader-elect-renew-deadline=10s\n",
    ),
    (
        "- --leader-elect\n",
        "- --leader-elect\n@- --leader-elect-renew-deadline=10s\n@- --leader-elect-retry-period=9s\n",
    ),
    (
        "- --leader-elect\n",
        "- --leader-elect\n@- --leader-elect-lease-duration=15.5s\n",
    ),
    (
        "- --leader-elect\n",
        "- --leader-elect\n@- --leader-elect-lease-duration=15\n",
    ),
    (
        "- --leader-elect\n",
        "- --leader-elect\n@- --leader-elect-retry-period=2ms\n",
    ),
    (
        "- --leader-elect\n",
        "- --leader-elect\n@- --leader-election-id=My_Lock\n",
    ),
    ("- --leader-elect\n", "- --leader-elect\n@- true\n"),
    (
        "- --leader-elect\n",
        "- --leader-elect # leaselint: ignore[lock-collision] it is not there\n",
    ),
    (
        "- --leader-election\n",
        "- --leader-election\n@- \"false\"\n",
    ),
    (
        "--leader-election-lease-duration=60s",
        "--leader-election-lease-duration=40s",
    ),
    ("- coordination.k8s.io", "- coordination.k8s.io/v1"),
    ("- coordination.k8s.io", "- coordinaton.k8s.io"),
    ("- coordination.k8s.io", "- \"\""),
    ("  - leases\n", "  - leases\n  - configmaps\n"),
    ("- leases\n", "- lease\n"),
    ("- update\n", "- put\n"),
    ("- update\n", "- Update\n"),
    ("- create\n", "- post\n"),
    ("- create\n", "- list\n"),
    ("- get\n", "- read\n"),
    (
        "fieldPath: metadata.name\n",
        "fieldPath: metadata.namespace\n",
    ),
    ("fieldPath: metadata.name\n", "fieldPath: spec.nodeName\n"),
    ("name: POD_NAME\n", "name: POD_NAM\n"),
    ("replicas: 2\n", "replicas: 1\n"),
    ("replicas: 1\n", "replicas: 3\n"),
    ("replicas: 1\n", "replicas: 1\n@replicas: 2\n"),
    ("replicas: 1\n", ""),
    (
        "kind: Deployment\n",
        "kind: Deployment\n@kind: Deployment\n",
    ),
    (
        "  name: ",
        "  annotations: {leaselint.io/ignore.single-replica: because}\n  name: ",
    ),
    (
        "replicas: 1\n",
        "replicas: 1  # leaselint: ignore[lock-moved] it does not move\n",
    ),
    (
        "replicas:",
        "# leaselint: ignore[chatty-retry] it is not\n@replicas:",
    ),
    (
        "terminationGracePeriodSeconds: 10\n",
        "terminationGracePeriodSeconds: 10\n@terminationGracePeriodSeconds: 20\n",
    ),
    (
        "serviceAccountName:",
        "enableServiceLinks: true\n@enableServiceLinks: true\n@serviceAccountName:",
    ),
    (
        "imagePullPolicy: IfNotPresent\n",
        "imagePullPolicy: Always\n@imagePullPolicy: IfNotPresent\n",
    ),
    (
        "imagePullPolicy: Always\n",
        "imagePullPolicy: Always\n@imagePullPolicy: IfNotPresent\n",
    ),
];

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|one| one.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files_below(&path, files);
        } else if path
            .extension()
            .is_some_and(|end| end == "yaml" || end == "yml")
        {
            files.push(path);
        }
    }
}

/// The texts of manifests that speak of elections.
fn manifests() -> Vec<String> {
    let mut paths = Vec::new();
    match std::env::var_os("LEASELINT_CORPUS") {
        Some(folder) => files_below(Path::new(&folder), &mut paths),
        None => not_tested(
            "fixes of the corpus, only of the examples (LEASELINT_CORPUS names its folder)",
        ),
    }
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    files_below(&examples, &mut paths);
    let texts = paths
        .iter()
        .filter_map(|path| fs::read_to_string(path).ok());
    let speaks = |text: &String| {
        text.len() < 256 * 1024
            && ["leader-elect", "leases", "POD_NAME", "leaderElection"]
                .iter()
                .any(|word| text.contains(word))
    };
    texts
        .filter(speaks)
        .map(|text| text.replace("\r\n", "\n"))
        .collect()
}

/// The text with a fault at its first place; `@` stands for the indentation of the line.
fn with_fault(text: &str, (right, wrong): (&str, &str)) -> Option<String> {
    let at = text.find(right)?;
    let line = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let indent = text[line..].len() - text[line..].trim_start_matches(' ').len();
    let wrong = wrong.replace('@', &" ".repeat(indent));
    Some(format!(
        "{}{wrong}{}",
        &text[..at],
        &text[at + right.len()..]
    ))
}

/// What is wrong with a text, what could not be judged of it, and how many files could not be read.
struct Judged {
    findings: Vec<Finding>,
    not_judged: BTreeSet<FindingKey>,
    unread: usize,
}

/// Rule, object and container of a finding.
type FindingKey = (&'static str, String, Option<String>);

fn key_of(finding: &Finding) -> FindingKey {
    let object = format!("{:?}", finding.object);
    (finding.rule.id, object, finding.container.clone())
}

fn judged(engine: &Engine, text: &str) -> Judged {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let file = read_file(
        FileId(0),
        "a.yaml",
        text.as_bytes(),
        true,
        ReadLimits::default(),
    );
    let input = Input::new(vec![file]);
    let outcome = engine.judge(Task::lint(&input));
    let not_judged = outcome.not_judged.iter().map(|entry| {
        let object = format!("{:?}", entry.object);
        (entry.rule.id, object, entry.container.clone())
    });
    Judged {
        not_judged: not_judged.collect(),
        unread: outcome.unread.len(),
        findings: outcome.findings,
    }
}

fn applied(text: &str, fix: &Fix) -> String {
    let mut fixed = text.to_owned();
    for edit in fix.edits.iter().rev() {
        fixed.replace_range(edit.place.span.range(), &edit.text);
    }
    fixed
}

/// Each document in flow style, as JSON is written; `None` where that is another document.
fn in_flow_style(text: &str) -> Option<String> {
    let documents = serde_yaml::Deserializer::from_str(text);
    let documents = documents.map(|document| serde_yaml::Value::deserialize(document).ok());
    let flow = documents.map(|document| serde_json::to_string_pretty(&document?).ok());
    let flow: Option<Vec<String>> = flow.collect();
    Some(flow?.join("\n---\n"))
}

/// The comments that have a line of their own, without those of ignores.
fn comments(text: &str) -> Vec<&str> {
    let lines = text.lines().map(str::trim);
    let comments = lines.filter(|line| line.starts_with('#') && !line.contains("leaselint:"));
    comments.collect()
}

/// Rule, object and container of findings, and how often.
fn counts(findings: &[Finding]) -> BTreeMap<FindingKey, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.is_open()) {
        *counts.entry(key_of(finding)).or_default() += 1;
    }
    counts
}

/// What a fix leads to.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum FixEffect {
    /// The finding is gone and nothing is new.
    Mends,
    /// The same, but for something that was hidden, which `--fix` names: it is milder, or could not be judged. Its rule.
    Uncovers(&'static str),
    /// Something as severe is new: such a fix is never written. Its rule.
    HeldBack(&'static str),
    /// The finding stays, the file cannot be read any more, or a comment is gone.
    Fails(String),
}

fn effect(
    engine: &Engine,
    text: &str,
    before: &Judged,
    (finding, fix): (&Finding, &Fix),
) -> FixEffect {
    let fixed = applied(text, fix);
    let after = judged(engine, &fixed);
    if after.unread > before.unread || comments(&fixed) != comments(text) {
        return FixEffect::Fails(fixed);
    }
    let known = counts(&before.findings);
    let mut expected = known.clone();
    *expected.get_mut(&key_of(finding)).unwrap() -= 1;
    let now = counts(&after.findings);
    let mut effect = FixEffect::Mends;
    for new in after.findings.iter().filter(|finding| finding.is_open()) {
        let key = key_of(new);
        if now[&key] <= expected.get(&key).copied().unwrap_or_default() {
            continue;
        }
        if known.contains_key(&key) {
            return FixEffect::Fails(fixed);
        }
        if new.severity >= finding.severity && !before.not_judged.contains(&key) {
            effect = FixEffect::HeldBack(new.rule.id);
        } else if effect == FixEffect::Mends {
            effect = FixEffect::Uncovers(new.rule.id);
        }
    }
    effect
}

#[test]
fn fixes_mend_their_finding_and_nothing_else() {
    let engine = Engine::new(Settings {
        profile: Profile::Pedantic,
        ..Settings::default()
    });
    let mut made: BTreeMap<(&str, FixEffect), usize> = BTreeMap::new();
    for original in manifests() {
        let mut texts: Vec<String> = FAULTS
            .iter()
            .filter_map(|fault| with_fault(&original, *fault))
            .collect();
        texts.push(original);
        texts.sort();
        texts.dedup();
        let with_returns = texts.iter().map(|text| text.replace('\n', "\r\n"));
        let in_flow_style = texts.iter().filter_map(|text| in_flow_style(text));
        let variants: Vec<String> = with_returns.chain(in_flow_style).collect();
        for text in texts.iter().chain(&variants) {
            let before = judged(&engine, text);
            for finding in before.findings.iter().filter(|finding| finding.is_open()) {
                for fix in &finding.fixes {
                    let effect = effect(&engine, text, &before, (finding, fix));
                    if let FixEffect::Fails(fixed) = &effect {
                        panic!(
                            "{} at {:?}, {} ({}):\n{fixed}",
                            finding.rule.id, finding.location.start, finding.message, fix.title
                        );
                    }
                    *made.entry((finding.rule.id, effect)).or_default() += 1;
                }
            }
        }
    }
    eprintln!("what fixes of each rule lead to: {made:#?}");
    let sum = |is_meant: &dyn Fn(&FixEffect) -> bool| -> usize {
        let meant = made.iter().filter(|((_, effect), _)| is_meant(effect));
        meant.map(|(_, number)| number).sum()
    };
    let mended = sum(&|effect| *effect == FixEffect::Mends);
    let uncovering = sum(&|effect| matches!(effect, FixEffect::Uncovers(_)));
    let held_back = sum(&|effect| matches!(effect, FixEffect::HeldBack(_)));
    eprintln!("{mended} mend, {uncovering} uncover something, {held_back} are held back");
    let is_whole = std::env::var_os("LEASELINT_CORPUS").is_some();
    assert!(mended >= if is_whole { 3000 } else { 30 });
    // The examples are few, and full of faults that others hide.
    let (few, some) = if is_whole { (20, 10) } else { (5, 5) };
    assert!(held_back * few < mended && uncovering * some < mended);
}
