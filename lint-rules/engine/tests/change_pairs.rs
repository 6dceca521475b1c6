//! What a change introduces, over made pairs of trees: a fault is old only if the same object had it before.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

use std::collections::HashSet;

use engine::{Engine, Finding, Input, Task};
use manifest::text::FileId;

/// Pairs of trees that are made.
const PAIRS: u32 = 400;

const FILES: [&str; 3] = ["all.yaml", "dev/op.yaml", "prod/op.yaml"];
const NAMESPACES: [&str; 3] = ["", ", namespace: dev", ", namespace: prod"];
const NAMES: [&str; 2] = ["warden", "keeper"];
/// Without a fault, with a lease that is too short, with a deadline that is too long, with one replica.
const SPECS: [(u32, &str); 4] = [
    (2, ""),
    (2, "\"--leader-elect-lease-duration=9s\""),
    (2, "\"--leader-elect-renew-deadline=20s\""),
    (1, ""),
];

/// Numbers that look random and are the same in every run (Numerical Recipes' linear congruential generator).
struct Dice(u32);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from(self.0 >> 16).expect("16 bits") % most
    }
}

/// File, namespace, name and spec of each object.
type ObjectTree = Vec<(usize, usize, usize, usize)>;

fn tree(dice: &mut Dice) -> ObjectTree {
    let mut tree = ObjectTree::new();
    for file in 0..FILES.len() {
        for namespace in 0..NAMESPACES.len() {
            for name in 0..NAMES.len() {
                if dice.below(4) == 0 {
                    tree.push((file, namespace, name, dice.below(SPECS.len())));
                }
            }
        }
    }
    tree
}

/// The tree after some objects were added, removed, moved or edited.
fn changed(before: &ObjectTree, dice: &mut Dice) -> ObjectTree {
    let mut after = ObjectTree::new();
    for &(file, namespace, name, spec) in before {
        match dice.below(6) {
            0 => {}
            1 => after.push((dice.below(FILES.len()), namespace, name, spec)),
            2 => after.push((file, namespace, name, dice.below(SPECS.len()))),
            3 => after.push((
                dice.below(FILES.len()),
                namespace,
                name,
                dice.below(SPECS.len()),
            )),
            _ => after.push((file, namespace, name, spec)),
        }
    }
    after.extend(tree(dice).into_iter().filter(|_| dice.below(3) == 0));
    let mut known = HashSet::new();
    after.retain(|(file, namespace, name, _)| known.insert((*file, *namespace, *name)));
    after
}

fn text_of(tree: &ObjectTree, file: usize) -> String {
    let objects = tree.iter().filter(|object| object.0 == file);
    objects
        .map(|&(_, namespace, name, spec)| {
            let (namespace, name, (replicas, argument)) =
                (NAMESPACES[namespace], NAMES[name], SPECS[spec]);
            format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}{namespace}}}\nspec:\n  \
                 replicas: {replicas}\n  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    \
                 metadata: {{labels: {{app: {name}}}}}\n    spec:\n      serviceAccountName: {name}\n      \
                 containers:\n        - name: manager\n          image: registry.example/ops/{name}:v1\n          \
                 args: [--leader-elect, --leader-election-id={name}, {argument}]\n---\n"
            )
        })
        .collect()
}

fn read(first: FileId, tree: &ObjectTree) -> Input {
    let files = (first.0..).zip(FILES).enumerate().map(|(at, (id, name))| {
        let text = text_of(tree, at);
        engine::read_file(FileId(id), name, text.as_bytes(), true, Default::default())
    });
    Input::starting_at(first, files.collect())
}

/// File, kind, namespace and name of the object of a finding.
fn object_of(input: &Input, finding: &Finding) -> (String, String, Option<String>, String) {
    let object = &finding.object;
    let file = input.name(finding.location.place.file).to_owned();
    (
        file,
        object.kind.clone(),
        object.namespace.clone(),
        object.name.clone(),
    )
}

#[test]
fn a_fault_is_old_only_if_the_same_object_had_it() {
    let engine = Engine::default();
    let mut dice = Dice(17);
    let (mut new, mut old) = (0, 0);
    for pair in 0..PAIRS {
        let before_tree = tree(&mut dice);
        let after_tree = changed(&before_tree, &mut dice);
        let after = read(FileId(0), &after_tree);
        let before = read(after.next_id(), &before_tree);
        let outcome = engine.judge(Task::change(&before, &after));
        assert!(outcome.internal.is_empty(), "{:?}", outcome.internal);
        let was = engine.judge(Task::lint(&before)).findings;

        let place = |tree: &ObjectTree| -> HashSet<(usize, usize, usize)> {
            tree.iter().map(|one| (one.0, one.1, one.2)).collect()
        };
        let (stood, stands) = (place(&before_tree), place(&after_tree));
        // With these an object may be another one of the new side: it was moved or renamed.
        let has_left = stood.difference(&stands).next().is_some();
        let is_standing = |finding: &Finding| {
            let (file, _, namespace, name) = object_of(&after, finding);
            stood.iter().any(|one| {
                let written = NAMESPACES[one.1].strip_prefix(", namespace: ");
                FILES[one.0] == file && written == namespace.as_deref() && NAMES[one.2] == name
            })
        };
        let had = |finding: &Finding| {
            was.iter().any(|one| {
                one.rule.id == finding.rule.id
                    && object_of(&before, one) == object_of(&after, finding)
            })
        };
        let had_exactly = |finding: &Finding| {
            was.iter().any(|one| {
                one.rule.id == finding.rule.id
                    && one.message == finding.message
                    && one.location.path == finding.location.path
                    && one.severity >= finding.severity
                    && object_of(&before, one) == object_of(&after, finding)
            })
        };
        for finding in &outcome.existing {
            let may_be_old = if is_standing(finding) {
                had(finding)
            } else {
                has_left
            };
            assert!(may_be_old, "pair {pair}: passed: {finding:?}");
            old += 1;
        }
        let is_of_one_side = |finding: &&Finding| finding.rule.needs != engine::Needs::Change;
        for finding in outcome.findings.iter().filter(is_of_one_side) {
            assert!(!had_exactly(finding), "pair {pair}: not new: {finding:?}");
            new += 1;
        }
    }
    // Both happen often enough to mean something.
    assert!(new > 500 && old > 500, "{new} new, {old} old");
}

#[test]
fn a_fault_mended_in_one_environment_and_made_in_another_is_new() {
    let engine = Engine::default();
    for (namespaces, names) in [((0, 0), (0, 0)), ((1, 2), (0, 0)), ((1, 2), (0, 1))] {
        let before: ObjectTree = vec![(1, namespaces.0, names.0, 1), (2, namespaces.1, names.1, 0)];
        let after: ObjectTree = vec![(1, namespaces.0, names.0, 0), (2, namespaces.1, names.1, 1)];
        let after = read(FileId(0), &after);
        let before = read(after.next_id(), &before);
        let outcome = engine.judge(Task::change(&before, &after));
        let is_it = |finding: &&Finding| finding.rule.id == "lease-not-above-renew";
        let new: Vec<String> = outcome
            .findings
            .iter()
            .filter(is_it)
            .map(|finding| object_of(&after, finding).0)
            .collect();
        assert_eq!(new, ["prod/op.yaml"]);
        let mended: Vec<String> = outcome
            .removed
            .iter()
            .filter(is_it)
            .map(|finding| object_of(&before, finding).0)
            .collect();
        assert_eq!(mended, ["dev/op.yaml"]);
    }
}
