//! Ignores of the configuration: applied in the same pass as all others, before anything is counted.
#![allow(clippy::expect_used)]

use std::collections::HashSet;

use engine::ignores::{ConfigIgnore, ConfigIgnores, Day, IgnoreCoverage};
use engine::{
    Engine, Finding, Input, InputFile, Location, Outcome, Settings, SuppressedBy, Task, read_file,
    rule,
};
use manifest::text::{FileId, FileSpan, Position, Span};
use manifest::tree::ReadLimits;

/// One elector, alone, without bindings: `single-replica` speaks of it, and whether it may use its Lease is not judged.
const MANIFEST: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: warden, namespace: ops}
spec:
  replicas: 1
  selector: {matchLabels: {app: warden}}
  template:
    metadata: {labels: {app: warden}}
    spec:
      serviceAccountName: warden
      containers:
        - name: manager
          image: registry.example/ops/warden:v1
          args: [--leader-elect, --leader-election-id=warden, --leader-election-namespace=ops]
";

fn input(first: FileId, text: &str) -> Input {
    let limits = ReadLimits::default();
    let file = read_file(first, "a.yaml", text.as_bytes(), true, limits);
    Input::starting_at(first, vec![file])
}

fn entry(at: u32, id: &str) -> ConfigIgnore {
    ConfigIgnore {
        rule: rule(id).expect("a rule").rule,
        files: None,
        object: None,
        reason: "known".to_owned(),
        until: None,
        is_inherited: false,
        location: Location {
            place: FileSpan {
                file: FileId(u32::MAX),
                span: Span::new(at, at + 1),
            },
            start: Position::FIRST,
            end: Position::FIRST,
            path: format!("$.ignore[{at}].rule"),
            rendered: None,
        },
    }
}

fn engine(coverage: IgnoreCoverage, entries: Vec<ConfigIgnore>) -> Engine {
    Engine::new(Settings {
        ignores: ConfigIgnores { entries, coverage },
        today: Day::parse("2026-06-01"),
        ..Settings::default()
    })
}

fn open(findings: &[Finding]) -> Vec<&str> {
    let open = findings.iter().filter(|finding| finding.is_open());
    open.map(|finding| finding.rule.id).collect()
}

#[test]
fn what_an_entry_silences_is_counted_once() {
    let input = input(FileId(0), MANIFEST);
    let engine = engine(IgnoreCoverage::Whole, vec![entry(0, "single-replica")]);
    let outcome = engine.judge(Task::lint(&input));
    assert_eq!(open(&outcome.findings), Vec::<&str>::new());
    let suppressed = outcome.findings[0].suppressed.as_ref().expect("suppressed");
    assert_eq!(suppressed.by, SuppressedBy::Config);
    assert_eq!(
        (outcome.summary.suppressed, outcome.summary.warnings),
        (1, 0)
    );
}

#[test]
fn an_entry_that_silences_nothing_is_found_in_the_configuration() {
    let input = input(FileId(0), MANIFEST);
    for (coverage, expected) in [
        (
            IgnoreCoverage::Whole,
            vec!["single-replica", "unused-ignore"],
        ),
        (
            IgnoreCoverage::Part,
            vec!["single-replica", "unused-ignore"],
        ),
        (IgnoreCoverage::Single, vec!["single-replica"]),
    ] {
        let engine = engine(coverage, vec![entry(7, "duplicate-key")]);
        let outcome = engine.judge(Task::lint(&input));
        assert_eq!(open(&outcome.findings), expected, "{coverage:?}");
        if let Some(unused) = outcome.findings.get(1) {
            assert_eq!(unused.location.path, "$.ignore[7].rule");
            assert_eq!(unused.fingerprint.len(), 16);
        }
        let counted = usize::try_from(outcome.summary.warnings).expect("few");
        assert_eq!(counted, expected.len());
    }
}

#[test]
fn of_what_was_not_judged_no_entry_is_unused() {
    let input = input(FileId(0), MANIFEST);
    // A rule about changes, and one that wrote into the ledger.
    let entries = vec![
        entry(0, "access-withdrawn"),
        entry(1, "lease-access-missing"),
    ];
    let engine = engine(IgnoreCoverage::Whole, entries);
    let outcome = engine.judge(Task::lint(&input));
    let unjudged = |id: &str| outcome.not_judged.iter().any(|one| one.rule.id == id);
    assert!(unjudged("lease-access-missing"));
    assert_eq!(open(&outcome.findings), ["single-replica"]);
}

#[test]
fn an_entry_that_has_expired_silences_nothing_and_its_day_is_reported() {
    let input = input(FileId(0), MANIFEST);
    let mut expired = entry(0, "single-replica");
    expired.until = Day::parse("2026-05-31");
    let engine = engine(IgnoreCoverage::Whole, vec![expired]);
    let outcome = engine.judge(Task::lint(&input));
    assert_eq!(open(&outcome.findings), ["single-replica", "unused-ignore"]);
    let message = &outcome.findings[1].message;
    assert!(message.ends_with("ended on 2026-05-31"), "{message}");
}

#[test]
fn an_entry_may_silence_a_finding_about_a_comment() {
    let text = format!("# leaselint: ignore[duplicate-key] known\n{MANIFEST}");
    let input = input(FileId(0), &text);
    let entries = vec![entry(0, "unused-ignore"), entry(1, "single-replica")];
    let engine = engine(IgnoreCoverage::Whole, entries);
    let outcome = engine.judge(Task::lint(&input));
    assert_eq!(open(&outcome.findings), Vec::<&str>::new());
    assert_eq!(outcome.summary.suppressed, 2);
}

#[test]
fn an_entry_holds_for_both_sides_of_a_change() {
    let after = input(FileId(0), MANIFEST);
    let before = input(
        after.next_id(),
        &MANIFEST.replace("replicas: 1", "replicas: 2"),
    );
    let engine = engine(IgnoreCoverage::Single, vec![entry(0, "single-replica")]);
    let forth = engine.judge(Task::change(&before, &after));
    assert_eq!(open(&forth.findings), Vec::<&str>::new());
    assert_eq!(forth.summary.suppressed, 1);
    let back = engine.judge(Task::change(&after, &before));
    assert!(back.removed.is_empty());
}

#[test]
fn parts_of_an_input_are_judged_as_the_whole() {
    let other = MANIFEST
        .replace("warden", "porter")
        .replace("ops", "shop")
        .replace("replicas: 1", "replicas: 2");
    let comment = format!("# leaselint: ignore[duplicate-key] known\n{other}");
    let nothing = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: mail, namespace: shop}\n";
    let texts = [MANIFEST, &comment, nothing];
    let limits = ReadLimits::default();
    let read = |number: usize| {
        let id = FileId(u32::try_from(number).expect("few"));
        let name = format!("{number}.yaml");
        read_file(id, &name, texts[number].as_bytes(), true, limits)
    };
    // The first one silences something in the first part alone; the second one nothing in either.
    let entries = vec![entry(0, "single-replica"), entry(7, "duplicate-key")];
    let engine = engine(IgnoreCoverage::Whole, entries);
    let whole = Input::new(vec![read(0), read(1), read(2)]);
    let at_once = engine.judge(Task::lint(&whole));

    let mut run = engine.parts();
    let mut files = Vec::new();
    for (number, expected) in [1, 1, 0].into_iter().enumerate() {
        let part = Input::starting_at(
            FileId(u32::try_from(number).expect("few")),
            vec![read(number)],
        );
        let electors = run.judge((&part).into(), None).len();
        assert_eq!(electors, expected);
        files.extend(part.into_files().into_iter().map(InputFile::judged));
    }
    let pointed_into = HashSet::from([FileId(0), FileId(1)]);
    assert_eq!(
        run.files(),
        pointed_into,
        "there is nothing in the last one"
    );
    let mut judged = Input::new(files);
    let in_parts = run.finish(&judged);
    let said = |outcome: &Outcome<'_>| {
        let findings = outcome.findings.iter().map(|finding| {
            let by = finding.suppressed.as_ref().map(|one| one.by);
            (
                finding.rule.id,
                finding.location.clone(),
                by,
                finding.fingerprint.clone(),
            )
        });
        let ledger = outcome.not_judged.iter();
        let ledger = ledger.map(|entry| (entry.rule.id, entry.location.clone()));
        (findings.collect::<Vec<_>>(), ledger.collect::<Vec<_>>())
    };
    let rules: Vec<&str> = at_once.findings.iter().map(|one| one.rule.id).collect();
    // The comment of the second one, what it is about, and the entry.
    let expected = [
        "single-replica",
        "unused-ignore",
        "standbys-on-one-node",
        "unused-ignore",
    ];
    assert_eq!(rules, expected);
    assert!(!at_once.not_judged.is_empty());
    assert_eq!(said(&in_parts), said(&at_once));
    assert_eq!(in_parts.summary, at_once.summary);

    let place = in_parts.findings[0].location.place;
    assert!(judged.excerpt(place).is_none(), "its document is gone");
    judged.set_text(FileId(0), MANIFEST.to_owned());
    let excerpt = judged.excerpt(place).expect("its text is there");
    assert_eq!(
        (excerpt.text, excerpt.base, excerpt.first_line),
        (MANIFEST, 0, 1)
    );
}
