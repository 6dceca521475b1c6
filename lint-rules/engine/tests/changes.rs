//! What a change introduces, what stays and what it mends.
#![allow(clippy::expect_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use engine::world::{FileSurroundings, FileWorld};
use engine::{Engine, Finding, Group, Input, Outcome, Profile, Settings, Severity, Side, Task};
use manifest::text::FileId;

/// A controller with these arguments.
fn controller(name: &str, replicas: u32, arguments: &[&str]) -> String {
    let arguments: String = arguments
        .iter()
        .map(|argument| format!("            - {argument}\n"))
        .collect();
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: ops}}\nspec:\n  \
         replicas: {replicas}\n  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    \
         metadata: {{labels: {{app: {name}}}}}\n    spec:\n      containers:\n        - name: manager\n          \
         image: registry.example/ops/{name}:v1\n          args:\n{arguments}"
    )
}

const BROKEN: &str = "--leader-elect-lease-duration=10s";
const SWITCH: &str = "--leader-elect";

fn read(first: FileId, files: &[(&str, &str)]) -> Input {
    let read = (first.0..).zip(files).map(|(id, (name, text))| {
        let bytes = text.as_bytes();
        engine::read_file(FileId(id), name, bytes, true, Default::default())
    });
    Input::starting_at(first, read.collect())
}

/// The rules of what is introduced, of what stays and of what is mended.
type Sorted = (Vec<&'static str>, Vec<&'static str>, Vec<&'static str>);

fn ids(findings: &[Finding]) -> Vec<&'static str> {
    let open = findings.iter().filter(|f| f.suppressed.is_none());
    // Advice about access and nodes is not what these tests are about.
    open.map(|finding| finding.rule.id)
        .filter(|id| ABOUT.contains(id))
        .collect()
}

const ABOUT: [&str; 7] = [
    "lease-not-above-renew",
    "single-replica",
    "unknown-election-flag",
    "unused-ignore",
    "lock-renamed",
    "replicas-without-election",
    "shared-identity",
];

fn sorted(outcome: &Outcome<'_>) -> Sorted {
    (
        ids(&outcome.findings),
        ids(&outcome.existing),
        ids(&outcome.removed),
    )
}

fn judge(before: &[(&str, &str)], after: &[(&str, &str)]) -> Sorted {
    let engine = Engine::default();
    let after = read(FileId(0), after);
    let before = read(after.next_id(), before);
    let outcome = engine.judge(Task::change(&before, &after));
    assert!(outcome.internal.is_empty(), "{:?}", outcome.internal);
    sorted(&outcome)
}

fn one(before: &str, after: &str) -> Sorted {
    judge(&[("a.yaml", before)], &[("a.yaml", after)])
}

#[test]
fn a_new_fault_is_introduced_and_a_mended_one_removed() {
    let (good, bad) = (
        controller("warden", 2, &[SWITCH]),
        controller("warden", 2, &[SWITCH, BROKEN]),
    );
    let fault = vec!["lease-not-above-renew"];
    assert_eq!(one(&good, &bad), (fault.clone(), vec![], vec![]));
    assert_eq!(one(&bad, &good), (vec![], vec![], fault.clone()));
    assert_eq!(one(&bad, &bad), (vec![], fault, vec![]));
}

#[test]
fn an_argument_at_another_index_is_no_new_fault() {
    let before = controller("warden", 2, &[SWITCH, BROKEN]);
    let after = controller("warden", 2, &["--v=2", SWITCH, BROKEN]);
    assert_eq!(
        one(&before, &after),
        (vec![], vec!["lease-not-above-renew"], vec![])
    );
}

#[test]
fn a_value_at_the_same_place_that_is_still_wrong_is_no_new_fault() {
    let before = controller("warden", 2, &[SWITCH, BROKEN]);
    let worse = before.replace("duration=10s", "duration=9s");
    let fault = || vec!["lease-not-above-renew"];
    assert_eq!(one(&worse, &before), (vec![], fault(), vec![]));
    // One that grew is new.
    assert_eq!(one(&before, &worse), (fault(), vec![], vec![]));
}

#[test]
fn a_container_or_a_workload_with_another_name_keeps_its_faults() {
    let before = controller("warden", 2, &[SWITCH, BROKEN, "--leader-election-id=x"]);
    let kept = (vec![], vec!["lease-not-above-renew"], vec![]);
    let container = before.replace("name: manager", "name: operator");
    assert_eq!(one(&before, &container), kept);
    let workload = before.replace("{name: warden,", "{name: warden-two,");
    assert_eq!(one(&before, &workload), kept);
    let namespace = before.replace("namespace: ops", "namespace: operations");
    assert_eq!(one(&before, &namespace), kept);
    let version = before.replace("apps/v1", "apps/v1beta2");
    assert_eq!(one(&before, &version), kept);
}

#[test]
fn another_elector_before_the_first_one_makes_no_new_fault_of_the_pod() {
    let before = controller("warden", 1, &[SWITCH]);
    let sidecar = "containers:\n        - name: sidecar\n          image: registry.example/ops/sidecar:v1\n          \
                   args: [--leader-elect, --leader-election-id=sidecar]\n";
    let after = before.replace("containers:\n", sidecar);
    assert_eq!(
        one(&before, &after),
        (vec![], vec!["single-replica"], vec![])
    );
}

#[test]
fn of_two_variants_the_file_tells_which_one_was_broken_before() {
    let (good, bad) = (
        controller("warden", 2, &[SWITCH]),
        controller("warden", 2, &[SWITCH, BROKEN]),
    );
    let before = [("dev.yaml", bad.as_str()), ("prod.yaml", good.as_str())];
    let after = [("dev.yaml", bad.as_str()), ("prod.yaml", bad.as_str())];
    let engine = Engine::default();
    let after = read(FileId(0), &after);
    let before = read(after.next_id(), &before);
    let outcome = engine.judge(Task::change(&before, &after));
    let names: Vec<&str> = outcome
        .findings
        .iter()
        .filter(|finding| finding.rule.id == "lease-not-above-renew")
        .map(|finding| after.name(finding.location.place.file))
        .collect();
    assert_eq!(names, ["prod.yaml"]);
}

#[test]
fn folders_of_other_names_hold_the_same_files() {
    let bad = controller("warden", 2, &[SWITCH, BROKEN]);
    let good = controller("warden", 2, &[SWITCH]);
    let engine = Engine::default();
    let after = read(FileId(0), &[("new/a.yaml", &good), ("new/b.yaml", &bad)]).below("new");
    let before = [("old/a.yaml", good.as_str()), ("old/b.yaml", bad.as_str())];
    let before = read(after.next_id(), &before).below("old");
    let outcome = engine.judge(Task::change(&before, &after));
    assert_eq!(
        sorted(&outcome),
        (vec![], vec!["lease-not-above-renew"], vec![])
    );
}

#[test]
fn a_fault_that_grows_is_introduced() {
    let set = |replicas| {
        controller("csi", replicas, &["--leader-election=true"])
            .replace(
                "registry.example/ops/csi:v1",
                "registry.k8s.io/sig-storage/csi-attacher:v4.5.0",
            )
            .replace("ops", "csi")
            .replace(
                "        - name: manager",
                "      hostNetwork: true\n        - name: manager",
            )
    };
    let swap = |text: String| {
        text.replace(
            "      containers:\n      hostNetwork: true\n",
            "      hostNetwork: true\n      containers:\n",
        )
    };
    let (one_pod, two_pods) = (swap(set(1)), swap(set(2)));
    let engine = Engine::default();
    let after = read(FileId(0), &[("a.yaml", &two_pods)]);
    let before = read(after.next_id(), &[("a.yaml", &one_pod)]);
    let outcome = engine.judge(Task::change(&before, &after));
    let shared = |findings: &[Finding]| {
        findings
            .iter()
            .find(|finding| finding.rule.id == "shared-identity")
            .map(|finding| finding.severity)
    };
    assert_eq!(
        shared(&outcome.findings),
        Some(Severity::Error),
        "{:?}",
        sorted(&outcome)
    );
    assert_eq!(shared(&outcome.removed), None);
}

#[test]
fn an_ignore_silences_and_its_removal_introduces() {
    let open = controller("warden", 1, &[SWITCH]);
    let silenced = open.replace(
        "replicas: 1",
        "replicas: 1 # leaselint: ignore[single-replica] one node at the edge",
    );
    let fault = vec!["single-replica"];
    assert_eq!(one(&silenced, &open), (fault.clone(), vec![], vec![]));
    assert_eq!(one(&open, &silenced), (vec![], vec![], vec![]));
}

#[test]
fn the_ignore_of_a_change_that_is_past_is_not_called_unused() {
    let lock = "--leader-election-id=two # leaselint: ignore[lock-renamed] scaled to zero by hand";
    let before = controller("warden", 2, &[SWITCH, "--leader-election-id=one"]);
    let after = controller("warden", 2, &[SWITCH, lock]);
    assert_eq!(one(&before, &after), (vec![], vec![], vec![]));
    let later = controller("warden", 3, &[SWITCH, lock]);
    assert_eq!(one(&after, &later), (vec![], vec![], vec![]));
    let alone = read(FileId(0), &[("a.yaml", &later)]);
    let engine = Engine::default();
    assert!(ids(&engine.judge(Task::lint(&alone)).findings).is_empty());
}

#[test]
fn one_object_among_those_of_a_world_is_judged_the_same_way() {
    let before = controller("warden", 2, &[SWITCH, BROKEN, "--leader-election-id=one"]);
    let after = before.replace("id=one", "id=two");
    let engine = Engine::default();
    let after = read(FileId(0), &[("object", &after)]);
    let before = read(after.next_id(), &[("object", &before)]);
    let bundling = engine.settings().bundling;
    let (old_world, new_world) = (
        FileWorld::of(FileSurroundings::of(&before, bundling), &[]),
        FileWorld::of(FileSurroundings::of(&after, bundling), &[]),
    );
    let outcome = engine.judge(Task::change(
        Side::among(&before, &old_world),
        Side::among(&after, &new_world),
    ));
    assert_eq!(
        sorted(&outcome),
        (vec!["lock-renamed"], vec!["lease-not-above-renew"], vec![])
    );
    let renamed = &outcome.findings[0];
    let was = &renamed.related.last().expect("the old place").location;
    assert!(before.file(was.place.file).is_some(), "{was:?}");
    assert_eq!(
        (was.start.line, was.path.as_str()),
        (16, "$.spec.template.spec.containers[0].args[2]")
    );
}

#[test]
fn what_was_not_judged_or_read_before_is_not_said_again() {
    let before = controller("warden", 2, &[SWITCH, "--leader-elect-lease-duration=$(X)"]);
    let env = "          env: [{name: X, valueFrom: {configMapKeyRef: {name: x, key: y}}}]\n";
    let (before, template) = (before + env, "kind: {{ .Values.kind }}\napiVersion: v1\n");
    let after = before.replace("replicas: 2", "replicas: 3");
    let engine = Engine::default();
    let after = read(FileId(0), &[("a.yaml", &after), ("b.yaml", template)]);
    let before = read(
        after.next_id(),
        &[("a.yaml", &before), ("b.yaml", template)],
    );
    let outcome = engine.judge(Task::change(&before, &after));
    assert!(outcome.not_judged.is_empty(), "{:?}", outcome.not_judged);
    assert_eq!(outcome.unread.len(), 1);
    assert_eq!(outcome.unread[0].file, FileId(1));
}

#[test]
fn what_was_not_judged_of_another_object_of_the_name_is_said() {
    let open = controller("warden", 2, &[SWITCH, "--leader-elect-lease-duration=$(X)"]);
    let env = "          env: [{name: X, valueFrom: {configMapKeyRef: {name: x, key: y}}}]\n";
    let open = open + env;
    let known = open.replace("=$(X)", "=30s");
    let after = read(
        FileId(0),
        &[("dev/a.yaml", known.as_str()), ("prod/a.yaml", &open)],
    );
    let before = read(
        after.next_id(),
        &[("dev/a.yaml", open.as_str()), ("prod/a.yaml", &known)],
    );
    let engine = Engine::default();
    let outcome = engine.judge(Task::change(&before, &after));
    let of_timing = outcome
        .not_judged
        .iter()
        .filter(|entry| entry.rule.group == Group::Timing);
    let files: BTreeSet<FileId> = of_timing.map(|entry| entry.location.place.file).collect();
    assert_eq!(files, BTreeSet::from([FileId(1)]));
}

/// Every YAML block of the rules' documents.
fn documents() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut folders: Vec<_> = fs::read_dir(root)
        .expect("the folder of rules is there")
        .filter_map(|entry| Some(entry.ok()?.path().join("tests.md")))
        .collect();
    folders.sort();
    let mut blocks = Vec::new();
    for path in folders {
        let text = fs::read_to_string(path).unwrap_or_default();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if !line.starts_with("```yaml") {
                continue;
            }
            let body: Vec<&str> = lines
                .by_ref()
                .take_while(|line| !line.starts_with("```"))
                .collect();
            blocks.push(body.join("\n") + "\n");
        }
    }
    blocks
}

#[test]
fn nothing_is_new_where_nothing_changed() {
    let engine = Engine::new(Settings {
        profile: Profile::Pedantic,
        ..Settings::default()
    });
    let blocks = documents();
    assert!(blocks.len() > 500, "{}", blocks.len());
    for block in &blocks {
        let after = read(FileId(0), &[("a.yaml", block)]);
        let before = read(after.next_id(), &[("a.yaml", block)]);
        let outcome = engine.judge(Task::change(&before, &after));
        assert!(outcome.internal.is_empty(), "{block}");
        let open: Vec<&Finding> = outcome
            .findings
            .iter()
            .filter(|finding| finding.suppressed.is_none())
            .collect();
        assert!(open.is_empty(), "{open:#?}\n{block}");
        assert!(outcome.removed.is_empty(), "{block}");
        assert!(outcome.not_judged.is_empty(), "{block}");
    }
}

#[test]
fn every_finding_of_both_sides_is_somewhere() {
    let engine = Engine::default();
    let blocks = documents();
    for pair in blocks.windows(2) {
        let [old, new] = pair else { continue };
        let after = read(FileId(0), &[("a.yaml", new)]);
        let before = read(after.next_id(), &[("a.yaml", old)]);
        let outcome = engine.judge(Task::change(&before, &after));
        let is_standing = |finding: &&Finding| finding.rule.group != Group::Transitions;
        let standing = outcome.findings.iter().filter(is_standing).count();
        let alone = engine.judge(Task::lint(&after));
        assert_eq!(
            standing + outcome.existing.len(),
            alone.findings.len(),
            "{old}---\n{new}"
        );
        let was = engine.judge(Task::lint(&before));
        let open = was.findings.iter().filter(|f| f.suppressed.is_none());
        assert!(outcome.removed.len() <= open.count(), "{old}---\n{new}");
    }
}

/// Errors and warnings that nothing silences, and where they stand.
fn that_count(findings: &[Finding]) -> Vec<(&'static str, u32, &str, &str)> {
    findings
        .iter()
        .filter(|finding| finding.suppressed.is_none() && finding.severity > Severity::Info)
        .map(|finding| {
            let start = finding.location.place.span.start;
            let (path, message) = (finding.location.path.as_str(), finding.message.as_str());
            (finding.rule.id, start, path, message)
        })
        .collect()
}

#[test]
fn an_update_tells_the_same_errors_and_warnings_as_the_whole_change() {
    let engine = Engine::new(Settings {
        profile: Profile::Pedantic,
        ..Settings::default()
    });
    let blocks = documents();
    let mut introduced = 0;
    let mut existing = 0;
    // Neighbours are mostly variants of one document; others have nothing in common.
    for (step, every) in [(1, 1), (7, 5)] {
        let pairs = blocks.iter().zip(blocks.iter().skip(step));
        for (old, new) in pairs.step_by(every) {
            for (old, new) in [(old, new), (new, old)] {
                let after = read(FileId(0), &[("a.yaml", new)]);
                let before = read(after.next_id(), &[("a.yaml", old)]);
                let whole = engine.judge(Task::change(&before, &after));
                let update = engine.judge(Task::update(&before, &after));
                let (reported, known) =
                    (that_count(&update.findings), that_count(&update.existing));
                assert_eq!(reported, that_count(&whole.findings), "{old}---\n{new}");
                assert_eq!(known, that_count(&whole.existing), "{old}---\n{new}");
                assert_eq!(
                    update.findings.len() + update.existing.len(),
                    whole.findings.len() + whole.existing.len(),
                    "{old}---\n{new}"
                );
                introduced += reported.len();
                existing += known.len();
            }
        }
    }
    assert!(
        introduced > 500 && existing > 300,
        "{introduced} {existing}"
    );
}
